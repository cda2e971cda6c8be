"""TCP segments and UDP datagrams with the addresses before them, for a whole chunk at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from dissect.analysis.analysis import Link, Place
from dissect.columns.chunk import Chunk, Mask, Part, Rows
from dissect.columns.layout import Item, gather
from dissect.columns.per_packet import MAPPED
from dissect.columns.seen import Seen
from dissect.engine.header import Header
from dissect.engine.packet import Packet
from dissect.engine.tree import Layer
from dissect.engine.values import address_text
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.tcp import TCP
from dissect.protocols.udp import UDP

Octets = NDArray[np.uint8]

END = 18
"""Octets of an end: an address, IPv4's as IPv6's (RFC 4291, section 2.5.5.2), and a port."""
HALF = 24
"""Octets that an end takes in a key: whole words."""
INTERFACE = 2
"""Octets of the interface's number in a key, behind the first end."""
BOTH_PORTS = Item("", 0, 4, 0, 0)
ADDRESSES = {4: Item("", 12, 8, 0, 0), 6: Item("", 8, 32, 0, 0)}
"""Source and destination, by the version of IP."""


class Transports(NamedTuple):
    """Headers of a transport protocol that no error quotes, in no particular order.

    rows         of the chunk
    at           where each header begins in ``chunk.data``
    stop         where its IP packet ends, also where less was captured
    version, ip  of that, and where it begins
    """

    rows: Rows
    at: Rows
    stop: Rows
    version: Rows
    ip: Rows

    def only(self, mask: Mask) -> Transports:
        """Some of them."""
        mine = np.flatnonzero(mask)
        return Transports._make(column[mine] for column in self)

    def of(self, wanted: Mask) -> Transports:
        """Those in some rows of the chunk."""
        return self.only(wanted[self.rows])

    def keys(self, chunk: Chunk) -> Octets:
        """The keys of their ends, (n, 48) octets, each as ``key_of`` makes it."""
        keys = np.zeros((len(self.rows), 2 * HALF), np.uint8)
        for version in (6, 4):
            mine = np.flatnonzero(self.version == version)
            if len(mine):
                found = _keys(chunk, version, self.rows[mine], self.ip[mine], self.at[mine])
                if len(mine) == len(keys):
                    return found
                keys[mine] = found
        return keys


_FOUND: WeakKeyDictionary[Seen, dict[type[Header], Transports]] = WeakKeyDictionary()
"""Several analyses ask for the same."""


def transports(seen: Seen, header: type[Header]) -> Transports:
    """All headers of TCP or UDP in some rows."""
    known = _FOUND.get(seen)
    if known is None:
        known = _FOUND[seen] = _transports(seen)
    return known[header]


def _transports(seen: Seen) -> dict[type[Header], Transports]:
    chunk = seen.chunk
    latest = np.full((3, len(chunk)), -1)  # of each row's last IP header: end, version, place
    found: dict[type[Header], list[Transports]] = {TCP: [], UDP: []}
    for part in seen.parts(IPv6, IPv4, TCP, UDP):
        rows, at = part.rows, part.at
        if part.header in (IPv6, IPv4):
            latest[0, rows] = _stops(chunk, part)
            latest[1, rows], latest[2, rows] = 6 if part.header is IPv6 else 4, at
        else:
            carried = Transports(rows, at, *(column[rows] for column in latest))
            if (carried.version < 0).any():
                carried = carried.only(carried.version > 0)
            found[part.header].append(carried)
    none = Transports._make([np.empty(0, np.int64)] * 5)
    return {
        header: Transports(*map(np.concatenate, zip(none, *parts, strict=True)))
        for header, parts in found.items()
    }


def _stops(chunk: Chunk, part: Part) -> Rows:
    """Where IP packets end; of those that don't say, where the capture does."""
    is_ipv6 = part.header is IPv6
    octets = (part.head.plen if is_ipv6 else part.head.len).astype(np.int64)
    stops = part.at + octets + (40 if is_ipv6 else 0)
    found: Rows = np.where(octets > 0, stops, chunk.limit(part.rows))
    return found


def _keys(chunk: Chunk, version: int, rows: Rows, ip: Rows, at: Rows) -> Octets:
    keys = np.zeros((len(rows), 2 * HALF), np.uint8)
    ports, ends = gather(chunk.data, BOTH_PORTS, at), gather(chunk.data, ADDRESSES[version], ip)
    size = ends.shape[1] // 2
    for side, at_end in enumerate((16, HALF + 16)):  # where its address ends, and its port begins
        if version == 4:
            keys[:, at_end - 16 : at_end - size] = np.frombuffer(MAPPED, np.uint8)
        keys[:, at_end - size : at_end] = ends[:, side * size : (side + 1) * size]
        keys[:, at_end : at_end + 2] = ports[:, 2 * side : 2 * side + 2]
    number = chunk.interface[rows]
    keys[:, END], keys[:, END + 1] = number >> 8 & 0xFF, number & 0xFF
    return keys


def carried(packet: Packet, names: Collection[str]) -> Iterator[tuple[Any, Layer]]:
    """The layers of some names that are not quoted, each with the IP header before it.

    Left out are layers without a header, and those behind an IP header that is cut off.
    """
    ip: Any = None
    for layer in packet.layers:
        header = layer.header
        if layer.quoted or header is None:
            continue
        if layer.name in ("ip", "ipv6") and hasattr(header, "src"):
            ip = header
        elif ip is not None and layer.name in names:
            yield ip, layer


def key_of(source: bytes, destination: bytes, interface: int) -> Octets:
    """The key of two ends on an interface, (1, 48): the destination is from HALF on."""
    key = source + (interface & 0xFFFF).to_bytes(INTERFACE)
    octets = key.ljust(HALF, b"\0") + destination.ljust(HALF, b"\0")
    return np.frombuffer(octets, np.uint8).reshape(1, -1)


def end_of(address: bytes, port: int) -> bytes:
    """An end's octets, from what the tree reader reads."""
    return (address if len(address) == 16 else MAPPED + address) + port.to_bytes(2)


def address_of(end: bytes) -> str:
    """Its address, for people."""
    address = end[:16]
    return address_text(address[12:] if address[:12] == MAPPED else address)


def port_of(end: bytes) -> int:
    """Its port."""
    return int.from_bytes(end[16:END])


def links_of(chunk: Chunk, file: int) -> dict[int, Link]:
    """The links of a chunk by their interface's number."""
    named = chunk.stretch.form.name == "pcapng"
    return {
        one.id & 0xFFFF: Link(file, one.id, one.name) if named else Link(file)
        for one in chunk.stretch.interfaces
    }


def places(chunk: Chunk, rows: Rows, file: int) -> list[Place]:
    """Which packets they are, by their interface alone."""
    links = links_of(chunk, file)
    return [
        Place(number, time, links[interface])
        for number, time, interface in zip(
            chunk.number[rows].tolist(), np.maximum(chunk.time_ns[rows], 0).tolist(),
            (chunk.interface[rows] & 0xFFFF).tolist(), strict=True,
        )
    ]  # fmt: skip
