"""ICMP and ICMPv6 messages as octets, of whole chunks or of one packet, and what they quote.

What is asked of them (echoes, paths, sizes, translations) is in fixed places; so nobody has to
make a tree of each.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from dissect.analysis.places import places
from dissect.columns.layout import gather, layout_for
from dissect.protocols import icmp, icmpv6
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6

if TYPE_CHECKING:
    from dissect.analysis.analysis import Place
    from dissect.columns.chunk import Rows
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


def messages(seen: Seen, file: int, types: Types) -> Iterator[Message]:
    """Those in rows that the columns are sure of, type by type."""
    known = _FOUND.get(seen)
    if known is None or known[0] != file:
        known = _FOUND[seen] = (file, {})
    for name, kinds in types.items():
        for kind in kinds:
            if (name, kind) not in known[1]:
                known[1][name, kind] = list(_messages(seen, file, name, kind))
            yield from known[1][name, kind]


_FOUND: WeakKeyDictionary[Seen, tuple[int, dict[tuple[str, int], list[Message]]]] = (
    WeakKeyDictionary()
)
"""Several analyses ask for the same."""
_HEADS: WeakKeyDictionary[Seen, list[Heads]] = WeakKeyDictionary()


class Heads(NamedTuple):
    """Messages of a protocol: row, place and type of each; version and place of the IP header."""

    name: str
    rows: Rows
    at: Rows
    kinds: Rows
    versions: Rows
    ip: Rows


def _heads(seen: Seen) -> list[Heads]:
    found = _HEADS.get(seen)
    if found is not None:
        return found
    found = _HEADS[seen] = []
    chunk = seen.chunk
    latest = np.full((2, len(chunk)), -1)  # of each row's last IP header: version, place
    for part in seen.parts(IPv6, IPv4, *HEADS.values()):
        rows, at = part.rows, part.at
        if part.header in (IPv6, IPv4):
            latest[0, rows], latest[1, rows] = 6 if part.header is IPv6 else 4, at
            continue
        name = "icmpv6" if part.header is icmpv6.Head else "icmp"
        kinds = gather(chunk.data, layout_for(part.header).items["type"], at).astype(np.int64)
        found.append(Heads(name, rows, at, kinds, latest[0, rows], latest[1, rows]))
    return found


def _messages(seen: Seen, file: int, name: str, kind: int) -> Iterator[Message]:
    chunk, data = seen.chunk, seen.chunk.data
    for heads in _heads(seen):
        wanted = np.flatnonzero((heads.kinds == kind) & (heads.versions > 0))
        if heads.name != name or not len(wanted):
            continue
        rows, at, versions, ips = (
            column[wanted] for column in (heads.rows, heads.at, heads.versions, heads.ip)
        )
        for place, version, ip, start, stop in zip(
            places(seen, rows, file), versions.tolist(), ips.tolist(), at.tolist(),
            chunk.limit(rows).tolist(), strict=True,
        ):  # fmt: skip
            if version == 6:
                head = data[ip : ip + 40]
                end = ip + 40 + int.from_bytes(head[4:6])
                ends = head[8:24], head[24:40], head[7]
            else:
                head = data[ip : ip + 20]
                end = ip + int.from_bytes(head[2:4])
                ends = head[12:16], head[16:20], head[8]
            octets = data[start : end if end < stop else stop]
            yield Message(place, version, *ends, octets)


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
    octets = message.octets[QUOTE:]
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
