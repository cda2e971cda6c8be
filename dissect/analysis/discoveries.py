"""ICMPv6 messages out of columns: Neighbor Discovery and Multicast Listener Discovery."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from dissect.analysis.analysis import Link, Place
from dissect.analysis.inside import ICMPV6, Ends, Inside
from dissect.capture.table import NO_TIME
from dissect.columns.layout import gather, layout_for
from dissect.protocols.ethernet import IEEE8023, EthernetII
from dissect.protocols.icmpv6 import Head
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.vlan import LengthTag, ServiceTag, Tag

if TYPE_CHECKING:
    from dissect.columns.chunk import Chunk, Rows
    from dissect.columns.seen import Seen
    from dissect.engine.tree import Node

KINDS = (*range(130, 138), 143)
"""Types of the messages."""
NONE, OTHER = -1, -2
"""Instead of where a header stands: there is none; there is one of IPv4."""
_FOUND: WeakKeyDictionary[Seen, tuple[int, list[Inside]]] = WeakKeyDictionary()
"""Several analyses ask for the same."""


def discoveries(seen: Seen, file: int) -> list[Inside]:
    """The ICMPv6 messages of ``KINDS`` in rows that the columns are sure of."""
    known = _FOUND.get(seen)
    if known is None or known[0] != file:
        known = _FOUND[seen] = (file, list(_discoveries(seen, file)))
    return known[1]


def _discoveries(seen: Seen, file: int) -> Iterator[Inside]:
    chunk = seen.chunk
    kinds = layout_for(Head).items["type"]
    ip, frame = np.full(len(chunk), NONE), np.full(len(chunk), NONE)
    found = []
    for part in seen.parts(EthernetII, IEEE8023, IPv6, IPv4, Head):
        rows = part.rows
        if part.header in (EthernetII, IEEE8023):
            frame[rows], ip[rows] = part.at, NONE
        elif part.header in (IPv6, IPv4):
            frame[rows] = np.where(ip[rows] == NONE, frame[rows], NONE)
            ip[rows] = part.at if part.header is IPv6 else OTHER
        else:
            on = np.isin(gather(chunk.data, kinds, part.at), KINDS) & (ip[rows] >= 0)
            rows = rows[on]
            found.append((rows, part.at[on], ip[rows], frame[rows]))
    if not found:
        return
    rows, at, ip_at, frame_at = (np.concatenate(column) for column in zip(*found, strict=True))
    items = layout_for(IPv6).items
    sources, destinations, hops, sizes = (
        gather(chunk.data, items[name], ip_at) for name in ("src", "dst", "hlim", "plen")
    )
    sender = layout_for(EthernetII).items["src"]
    macs = gather(chunk.data, sender, np.maximum(frame_at, 0))
    limits = chunk.limit(rows)
    stops = np.where(sizes > 0, np.minimum(ip_at + 40 + sizes, limits), limits)
    places = _places(seen, file, rows)
    columns = (rows, at, stops, frame_at, hops)
    for row, start, stop, framed, hop, source, destination, mac, place in zip(
        *(column.tolist() for column in columns), sources, destinations, macs, places,
        strict=True,
    ):  # fmt: skip
        ends = Ends(source.tobytes(), destination.tobytes(), hop)
        octets = chunk.data[start:stop]
        yield Inside(ICMPV6, octets, ends, mac.tobytes() if framed >= 0 else b"", place,
                     _Lazily(chunk, row, start))  # fmt: skip


class _Lazily:
    """The subtree of an ICMPv6 message that a row has at some place."""

    __slots__ = ("chunk", "row", "at")

    def __init__(self, chunk: Chunk, row: int, at: int) -> None:
        self.chunk, self.row, self.at = chunk, row, at

    def __call__(self) -> Node:
        offset = self.at - int(self.chunk.start[self.row])
        packet = self.chunk.packet(self.row).decode(detail=True)
        return next(
            layer.node for layer in packet.layers
            if layer.name == ICMPV6 and layer.offset == offset and layer.node is not None
        )  # fmt: skip


def _places(seen: Seen, file: int, rows: Rows) -> Iterator[Place]:
    """Of each row."""
    chunk = seen.chunk
    tags: dict[int, tuple[int, ...]] = {}
    for part in seen.parts(Tag, LengthTag, ServiceTag):
        vlans = gather(chunk.data, layout_for(part.header).items["id"], part.at)
        for row, vlan in zip(part.rows.tolist(), vlans.tolist(), strict=True):
            tags[row] = (*tags.get(row, ()), vlan)
    links: dict[tuple[int, tuple[int, ...]], Link] = {}
    times = np.where(chunk.time_ns[rows] == NO_TIME, 0, chunk.time_ns[rows])
    for row, number, time, interface in zip(
        rows.tolist(), chunk.number[rows].tolist(), times.tolist(),
        chunk.interface[rows].tolist(), strict=True,
    ):  # fmt: skip
        key = (interface, tags.get(row, ()))
        link = links.get(key)
        if link is None:
            link = links[key] = link_at(chunk, interface, file, key[1])
        yield Place(number, time, link)


def link_at(chunk: Chunk, interface: int, file: int, vlans: tuple[int, ...]) -> Link:
    """A link by the number of its interface; as ``link_of`` a packet."""
    if chunk.stretch.form.name != "pcapng":
        return Link(file, vlans=vlans)
    one = chunk.stretch.interfaces[interface]
    return Link(file, one.id, one.name, vlans)
