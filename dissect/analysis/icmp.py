"""ICMP and ICMPv6 messages as octets, of whole chunks or of one packet, and what they quote.

What is asked of them (echoes, paths, sizes, translations) is in fixed places; so nobody has to
make a tree of each.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary
from zlib import crc32

import numpy as np

from dissect.analysis.places import octets_of, places, several, tuples
from dissect.columns.layout import Item, gather, layout_for
from dissect.protocols import icmp, icmpv6
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6

if TYPE_CHECKING:
    from dissect.analysis.analysis import Place
    from dissect.columns.chunk import Chunk, Mask, Rows
    from dissect.columns.seen import Seen
    from dissect.engine.packet import Packet

HEADS = {"icmpv6": icmpv6.Head, "icmp": icmp.Head}
Types = Mapping[str, Collection[int]]
"""By protocol the types of messages that somebody wants."""
UNREACHABLE, TOO_BIG, TIME_EXCEEDED, PARAMETER, ECHO, REPLY = 1, 2, 3, 4, 128, 129
"""ICMPv6's types (RFC 4443)."""
ECHOES: Types = {"icmpv6": (ECHO, REPLY), "icmp": (icmp.ECHO, icmp.ECHO_REPLY)}
ERRORS: Types = {
    "icmpv6": (UNREACHABLE, TOO_BIG, TIME_EXCEEDED, PARAMETER),
    "icmp": (icmp.UNREACHABLE, icmp.TIME_EXCEEDED, icmp.PARAMETER),
}
ECHO_HEAD = 8
PAYLOAD, TOTAL = layout_for(IPv6).items["plen"], layout_for(IPv4).items["len"]
NUMBERS = Item("", 4, 4, 0, 0)
"""Of an echo what is before its payload, and its identifier and sequence number."""
QUOTE = 8
"""Octets before what an error quotes."""


class Message(NamedTuple):
    """A message that isn't quoted, with what the IP header around it says.

    octets  of the message, as far as captured
    """

    at: Place
    version: int
    source: bytes
    destination: bytes
    hops: int
    octets: bytes


class Quote(NamedTuple):
    """The packet that an error quotes.

    length     of the whole packet, by its header
    protocol   of the transport; ``transport`` begins with its header, as far as quoted
    final      the last destination of a Routing header, else the destination
    part       it is a fragment, or has a Fragment header; ``behind``: not the first one
    """

    version: int
    source: bytes
    destination: bytes
    final: bytes
    hops: int
    mark: int
    length: int
    identification: int
    protocol: int
    transport: bytes
    part: bool = False
    behind: bool = False


class Echo(NamedTuple):
    """A request or a reply, from its own sender to whom it goes to; ``payload`` is a sum of it."""

    at: Place
    source: bytes
    destination: bytes
    is_reply: bool
    numbers: bytes
    hops: int
    payload: int


class Heads(NamedTuple):
    """Messages of a protocol over one version of IP, side by side: row, place and type of each.

    stops  where their octets end in ``chunk.data``, as far as captured
    ip     where the IP header before each is
    """

    name: str
    version: int
    rows: Rows
    at: Rows
    stops: Rows
    kinds: Rows
    ip: Rows

    def only(self, mask: Mask) -> Heads:
        """Some of them."""
        return Heads(self.name, self.version, *(column[mask] for column in self[2:]))

    def ends(self, chunk: Chunk) -> tuple[list[bytes], list[bytes], list[int]]:
        """What the IP headers say: sources, destinations and hops."""
        items = layout_for(IPv6 if self.version == 6 else IPv4).items
        source, destination, hops = (
            gather(chunk.data, items[name], self.ip)
            for name in ("src", "dst", "hlim" if self.version == 6 else "ttl")
        )
        return octets_of(source), octets_of(destination), hops.tolist()


_FOUND: WeakKeyDictionary[Seen, tuple[int, dict[tuple[str, int], list[Message]]]] = (
    WeakKeyDictionary()
)
_HEADS: WeakKeyDictionary[Seen, list[Heads]] = WeakKeyDictionary()
_ECHOES: WeakKeyDictionary[Seen, tuple[int, list[Any]]] = WeakKeyDictionary()
"""Several analyses ask for the same."""


def heads(seen: Seen) -> list[Heads]:
    """Those in rows that the columns are sure of."""
    found = _HEADS.get(seen)
    if found is None:
        found = _HEADS[seen] = list(_heads(seen))
    return found


def _heads(seen: Seen) -> Iterator[Heads]:
    chunk = seen.chunk
    wanted = np.zeros(len(chunk), np.bool_)
    for part in seen.parts(*HEADS.values()):
        wanted[part.rows] = True
    latest = np.full((2, len(chunk)), -1)  # of each row's last IP header: version, place
    for part in seen.only(wanted).parts(IPv6, IPv4, *HEADS.values()):
        rows, at = part.rows, part.at
        if part.header in (IPv6, IPv4):
            latest[0, rows], latest[1, rows] = 6 if part.header is IPv6 else 4, at
            continue
        name = "icmpv6" if part.header is icmpv6.Head else "icmp"
        kinds = part.head.type.astype(np.int64)
        versions, ip = latest[0, rows], latest[1, rows]
        for version, length, before in ((6, PAYLOAD, IPv6.__hdr_len__), (4, TOTAL, 0)):
            mine = np.flatnonzero(versions == version)
            if len(mine):
                row, header = rows[mine], ip[mine]
                ends = header + before + gather(chunk.data, length, header).astype(np.int64)
                stops = np.minimum(ends, chunk.limit(row))
                yield Heads(name, version, row, at[mine], stops, kinds[mine], header)


def messages(seen: Seen, file: int, types: Types) -> Iterator[Message]:
    """Those in rows that the columns are sure of, type by type."""
    known = _FOUND.get(seen)
    if known is None or known[0] != file:
        known = _FOUND[seen] = (file, {})
    for name, kinds in types.items():
        for kind in kinds:
            if (name, kind) not in known[1]:
                known[1][name, kind] = [
                    message for found in heads(seen) if found.name == name
                    for message in messages_of(seen, file, found.only(found.kinds == kind))
                ]  # fmt: skip
            yield from known[1][name, kind]


def messages_of(seen: Seen, file: int, found: Heads) -> Iterator[Message]:
    """Each of them by itself."""
    data = seen.chunk.data
    octets = (
        data[start:stop]
        for start, stop in zip(found.at.tolist(), found.stops.tolist(), strict=True)
    )
    versions = [found.version] * len(found.rows)
    return tuples(
        Message, places(seen, found.rows, file), versions, *found.ends(seen.chunk), octets
    )


def echoes(seen: Seen, file: int) -> list[Any]:
    """Those in rows that the columns are sure of, a ``Several`` for each kind of header."""
    known = _ECHOES.get(seen)
    if known is None or known[0] != file:
        known = _ECHOES[seen] = (file, list(_echoes(seen, file)))
    return known[1]


def _echoes(seen: Seen, file: int) -> Iterator[Any]:
    chunk, data = seen.chunk, seen.chunk.data
    for found in heads(seen):
        whole = found.stops - found.at >= ECHO_HEAD
        found = found.only(whole & np.isin(found.kinds, tuple(ECHOES[found.name])))
        source, destination, hops = found.ends(chunk)
        is_reply = np.isin(found.kinds, (icmp.ECHO_REPLY, REPLY)).tolist()
        begin = (found.at + ECHO_HEAD).tolist()
        payload = [
            crc32(data[start:stop]) for start, stop in zip(begin, found.stops.tolist(), strict=True)
        ]
        numbers = octets_of(gather(data, NUMBERS, found.at))
        yield from several(
            seen, found.rows, file, Echo, source, destination, is_reply, numbers, hops, payload
        )


def echoes_in(packet: Packet, place: Place) -> list[Echo]:
    """The same of a packet; a tunnel may hold one in its innermost packet."""
    return [
        Echo(place, one.source, one.destination, one.octets[0] in (icmp.ECHO_REPLY, REPLY),
             one.octets[4:ECHO_HEAD], one.hops, crc32(one.octets[ECHO_HEAD:]))
        for one in messages_in(packet, place, ECHOES) if len(one.octets) >= ECHO_HEAD
    ]  # fmt: skip


def messages_in(packet: Packet, place: Place, types: Types) -> Iterator[Message]:
    """Those in a packet that the tree reader has read."""
    ip: Any = None
    for layer in packet.layers:
        header = layer.header
        if layer.quoted or header is None:
            continue
        if layer.name in ("ipv6", "ip"):
            ip = header if hasattr(header, "src") else None
        elif layer.name in HEADS and ip is not None and header.type in types.get(layer.name, ()):
            data = packet.data if layer.source is None else layer.source.data
            version = 6 if len(ip.src) == 16 else 4
            hops = ip.hlim if version == 6 else ip.ttl
            octets = data[layer.offset : layer.stop]
            yield Message(place, version, ip.src, ip.dst, hops, octets)


def quote_in(message: Message) -> Quote | None:
    """What an error quotes; None if that is too little to tell."""
    return quoted(message.octets[QUOTE:])


def quoted(octets: bytes) -> Quote | None:
    """A packet as far as it is quoted; None if that is too little to tell."""
    if octets[:1] and octets[0] >> 4 == 6:
        return _quote6(octets)
    return _quote4(octets) if len(octets) >= 20 and octets[0] >> 4 == 4 else None


def _quote4(octets: bytes) -> Quote:
    mark, length, identification, fragment, hops, protocol = struct.unpack_from(">xBHHHBB", octets)
    size = 4 * (octets[0] & 15)
    return Quote(
        4, octets[12:16], octets[16:20], octets[16:20], hops, mark, length, identification,
        protocol, octets[size:], bool(fragment & 0x3FFF), bool(fragment & 0x1FFF),
    )  # fmt: skip


EXTENSIONS = frozenset((0, 43, 60, 135, 139, 140))
"""Headers whose second octet is their length in 8 octets past the first."""
ROUTING, FRAGMENT = 43, 44


def _quote6(octets: bytes) -> Quote | None:
    """Past the extension headers (RFC 8200, section 4)."""
    if len(octets) < 40:
        return None
    word, payload, protocol, hops = struct.unpack_from(">IHBB", octets)
    final = octets[24:40]
    identification, part, behind, at = 0, False, False, 40
    while protocol in EXTENSIONS or protocol == FRAGMENT:
        head = octets[at : at + 8]
        if len(head) < 8 or behind:
            break
        if protocol == FRAGMENT:
            fragment, identification = struct.unpack_from(">HI", head, 2)
            part, behind = True, fragment >= 8
            at += 8
        else:
            size = 8 * head[1] + 8
            if protocol == ROUTING and head[3]:  # segments left
                final = _final(octets[at : at + size]) or final
            at += size
        protocol = head[0]
    return Quote(6, octets[8:24], octets[24:40], final, hops, word >> 20 & 0xFF, 40 + payload,
                 identification, protocol, octets[at:], part, behind)  # fmt: skip


def _final(header: bytes) -> bytes | None:
    """The last address of a Routing header of type 0 or 2, or a segment routing header."""
    kind = header[2]
    if kind in (0, 2):
        return header[-16:] if len(header) >= 24 else None
    return header[8:24] if kind == 4 and len(header) >= 24 else None
