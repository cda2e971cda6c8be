"""For which chains of protocols the columns know all occurrences of a field.

A protocol shows fields of a few *families*, the words before the first dot of their names.  Of
most protocols the columns read the fixed headers only: of their families, these names are known,
others are not.  A protocol without the field's family can't have it.  So whether a field is known
in a row depends on its chain alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dissect.columns.chains import Chains
from dissect.columns.layout import layout_for
from dissect.engine.header import Header
from dissect.engine.tables import FALLBACKS

Mask = NDArray[np.bool_]

FRAME = {
    "frame.number": "number",
    "frame.len": "original",
    "frame.cap_len": "captured",
    "frame.time": "time_ns",
    "frame.time_epoch": "time_ns",
    "frame.interface_id": "interface",
}
"""Fields of the frame, which the capture file itself tells of every row."""
UDP = ("udp", "udplite")
ANNOUNCED = frozenset(("l2tp", "rtp", "rtcp", "rtpevent"))
"""Protocols that a session may know to be behind UDP, where port and looks tell nothing."""
BY_LOOKS = {"data"}
"""What is behind UDP where its port tells nothing: a session may know better."""
EVERYWHERE = frozenset(("", "frame", "_ws", "sixscope"))
"""Families that any protocol may show: remarks, and what is said of the frame."""
FAMILIES: dict[str, frozenset[str]] = {
    "ethertype": frozenset(),
    "udp:data": ANNOUNCED | {"data", "sip.call_id_generated"},
}
"""Families (or single fields) of a protocol, where they are not just its name's first word."""
NAMES: dict[str, frozenset[str]] = {}
"""The fields of a protocol that the columns read wherever it is."""


def reads(
    protocol: str, headers: Iterable[type[Header]], families: tuple[str, ...] | None,
    without: tuple[str, ...],
) -> None:  # fmt: skip
    """Note what the vector reader of a protocol reads; see ``walk.vector``."""
    names = {name for header in headers for name in layout_for(header).readings}
    NAMES[protocol] = frozenset(names.difference(without))
    if families is not None:
        FAMILIES[protocol] = frozenset(families)


def by_looks(protocol: str) -> None:
    """Note that columns may take a datagram for a protocol by its looks."""
    BY_LOOKS.add(protocol)


def families(protocol: str) -> frozenset[str]:
    """The families of a protocol's fields."""
    found = FAMILIES.get(protocol)
    if found is None:
        generic = any(
            entry.name == protocol for table in FALLBACKS.values() for entry in table.values()
        )
        own = protocol.partition(".")[0]
        found = FAMILIES[protocol] = frozenset((own, "dpkt") if generic else (own,))
    return found


def named(protocols: list[str]) -> Iterator[str]:
    """The protocols of a chain; what its looks tell behind UDP may be another one."""
    for before, protocol in pairwise(["", *protocols]):
        if before in UDP and protocol in BY_LOOKS:
            yield "udp:data"
        if protocol != "data" or before not in UDP:
            yield protocol


def knows_field(chains: Chains, name: str) -> Mask:
    """For each chain, whether ``field`` has all occurrences."""
    family = name.partition(".")[0]

    def judge(protocols: list[str]) -> bool:
        return family not in EVERYWHERE and all(
            name in NAMES.get(protocol, ()) or families(protocol).isdisjoint((family, name))
            for protocol in named(protocols)
        )

    return chains.where(("field", name), judge)


def knows_layer(chains: Chains, protocol: str) -> Mask:
    """For each chain, whether nothing but it can be in the packet."""

    def judge(protocols: list[str]) -> bool:
        return protocol not in ANNOUNCED or "udp:data" not in named(protocols)

    return chains.where(("layer", protocol), judge)
