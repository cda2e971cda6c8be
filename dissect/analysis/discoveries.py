"""Messages out of columns: Neighbor Discovery, Multicast Listener Discovery, and DHCPv6."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from dissect.analysis.inside import ICMPV6, Ends, Inside
from dissect.analysis.places import places
from dissect.columns.layout import gather, layout_for
from dissect.protocols.ethernet import IEEE8023, EthernetII
from dissect.protocols.icmpv6 import Head
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.udp import UDP

if TYPE_CHECKING:
    from dissect.columns.chunk import Chunk, Rows, Values
    from dissect.columns.seen import Seen
    from dissect.engine.tree import Node

KINDS = (*range(130, 138), 143)
"""Types of the ICMPv6 messages."""
DHCPV6 = "dhcpv6"
Kind = int | str
"""Such a type, or ``DHCPV6``."""
NONE, OTHER = -1, -2
"""Instead of where a header stands: there is none; there is one of IPv4."""
_FOUND: WeakKeyDictionary[Seen, tuple[int, dict[Kind, list[Inside]]]] = WeakKeyDictionary()
"""Several analyses ask for the same."""


def discoveries(seen: Seen, file: int, kinds: Collection[Kind] = KINDS) -> Iterator[Inside]:
    """The messages of some kinds in rows that the columns are sure of."""
    known = _FOUND.get(seen)
    if known is None or known[0] != file:
        found: dict[Kind, list[Inside]] = {}
        for message in _discoveries(seen, file):
            found.setdefault(DHCPV6 if message.name == DHCPV6 else message.kind, []).append(message)
        known = _FOUND[seen] = (file, found)
    return chain.from_iterable(known[1].get(kind, ()) for kind in kinds)


def in_columns(seen: Seen) -> Rows:
    """The rows whose DHCPv6 message is among the discoveries."""
    chunk = seen.chunk
    return np.flatnonzero(chunk.chains.where((DHCPV6, "met"), _is_met)[chunk.chain] & seen.mask)


def _is_met(protocols: list[str]) -> bool:
    """Whether these are those of a DHCPv6 message over IPv6 in Ethernet."""
    versions = [name for name in protocols if name in ("ip", "ipv6")]
    return is_alone(protocols, DHCPV6) and protocols[0] == "eth" and versions[-1] == "ipv6"


def is_alone(protocols: list[str], name: str) -> bool:
    """Whether these end with a message over UDP that nothing quotes, and there is no other UDP."""
    alone = protocols[-2:] == ["udp", name] and protocols.count("udp") == 1
    return alone and not {"icmp", ICMPV6} & set(protocols)


def _discoveries(seen: Seen, file: int) -> Iterator[Inside]:
    chunk = seen.chunk
    kinds = layout_for(Head).items["type"]
    ip, frame = np.full(len(chunk), NONE), np.full(len(chunk), NONE)
    dhcpv6 = np.zeros(len(chunk), np.bool_)
    dhcpv6[in_columns(seen)] = True
    found = []
    for part in seen.parts(EthernetII, IEEE8023, IPv6, IPv4, Head, UDP):
        rows = part.rows
        if part.header in (EthernetII, IEEE8023):
            frame[rows], ip[rows] = part.at, NONE
        elif part.header in (IPv6, IPv4):
            frame[rows] = np.where(ip[rows] == NONE, frame[rows], NONE)
            ip[rows] = part.at if part.header is IPv6 else OTHER
        else:
            over_udp = part.header is UDP
            on = dhcpv6[rows] if over_udp else np.isin(gather(chunk.data, kinds, part.at), KINDS)
            on &= ip[rows] >= 0
            rows = rows[on]
            found.append((rows, part.at[on], ip[rows], frame[rows], np.full(len(rows), over_udp)))
    if not found:
        return
    rows, at, ip_at, frame_at, is_udp = (
        np.concatenate(column) for column in zip(*found, strict=True)
    )
    items = layout_for(IPv6).items
    sources, destinations, hops, sizes = (
        gather(chunk.data, items[name], ip_at) for name in ("src", "dst", "hlim", "plen")
    )
    sender = layout_for(EthernetII).items["src"]
    macs = gather(chunk.data, sender, np.maximum(frame_at, 0))
    limits = chunk.limit(rows)
    stops = np.where(sizes > 0, np.minimum(ip_at + 40 + sizes, limits), limits)
    octets = gather(chunk.data, layout_for(UDP).items["len"], at[is_udp])
    stops[is_udp] = np.minimum(at[is_udp] + octets, stops[is_udp])
    at[is_udp] += UDP.__hdr_len__
    octets_of = (one.view(f"V{one.shape[1]}")[:, 0] for one in (sources, destinations, macs))
    columns: tuple[Values, ...] = (rows, at, stops, frame_at >= 0, is_udp, hops, *octets_of)
    for row, start, stop, framed, over_udp, hop, source, destination, mac, place in zip(
        *(column.tolist() for column in columns), places(seen, rows, file), strict=True
    ):
        name = DHCPV6 if over_udp else ICMPV6
        yield Inside(name, chunk.data[start:stop], Ends(source, destination, hop),
                     mac if framed else b"", place, Lazily(chunk, row, start, name))  # fmt: skip


class Lazily:
    """The subtree of a message that a row has at some place."""

    __slots__ = ("chunk", "row", "at", "name")

    def __init__(self, chunk: Chunk, row: int, at: int, name: str) -> None:
        self.chunk, self.row, self.at, self.name = chunk, row, at, name

    def __call__(self) -> Node:
        """The subtree, made anew."""
        offset = self.at - int(self.chunk.start[self.row])
        packet = self.chunk.packet(self.row).decode(detail=True)
        return next(
            layer.node for layer in packet.layers
            if layer.name == self.name and layer.offset == offset and layer.node is not None
        )  # fmt: skip
