"""Packets with few hops, and who answers them: of one packet, and of whole chunks.

Both are named by what a quote shows of a packet; most packets have no extension headers, and are
named in columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dissect.analysis.analysis import Place
from dissect.analysis.icmp import (
    ERRORS,
    EXTENSIONS,
    FRAGMENT,
    QUOTE,
    TIME_EXCEEDED,
    Echo,
    echoes_in,
    heads,
    messages_in,
    quoted,
)
from dissect.analysis.places import octets_of, several
from dissect.columns.layout import Item, gather, layout_for
from dissect.engine.header import Header
from dissect.protocols import icmp
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6

if TYPE_CHECKING:
    from dissect.columns.chunk import Chunk, Rows
    from dissect.columns.seen import Seen
    from dissect.engine.packet import Packet

MOST_HOPS = 32
"""What is sent with more isn't taken for a probe; traceroute begins with 1 and ends at 30."""
ICMP_PROTOCOLS = (1, 58)
WHY = {(6, 1): "no route", (6, 4): "port", (4, 1): "host", (4, 3): "port", (4, 2): "protocol"}
HOPS: dict[type[Header], str] = {IPv6: "hlim", IPv4: "ttl"}
FIRST = Item("", 0, 8, 0, 0)
"""Of a transport's header, what names a packet."""
QUOTED = 128
"""Octets of a packet that are looked at."""
Key = tuple[bytes, bytes, int, bytes]
"""Source, destination, protocol, and numbers of the transport: see ``_key``."""


class Probe(NamedTuple):
    """A packet with few hops; ``key`` is by what a quote names it."""

    at: Place
    key: Key
    hops: int


class Answer(NamedTuple):
    """Who answered a probe, and whether that is on the way (``through``) or its end."""

    at: Place
    key: Key
    router: bytes
    words: str
    through: bool


def probes_in(packet: Packet, place: Place) -> Iterator[Probe]:
    """The probes that a packet is."""
    for layer in packet.layers:
        header = layer.header
        if layer.name not in ("ip", "ipv6") or layer.quoted or not hasattr(header, "src"):
            continue
        hops = header.hlim if layer.name == "ipv6" else header.ttl
        if 0 < hops <= MOST_HOPS and not _is_group(header.dst):
            data = packet.data if layer.source is None else layer.source.data
            key = _key_of(data[layer.offset : layer.offset + QUOTED])
            if key is not None:
                yield Probe(place, key, hops)


def answers_in(packet: Packet, place: Place) -> Iterator[Answer]:
    """The answers in a packet."""
    for message in messages_in(packet, place, ERRORS):
        key = _key_of(message.octets[QUOTE:])
        if key is not None:
            kind = _kind(message.version, *message.octets[:2])
            yield Answer(place, key, message.source, *kind)
    for echo in echoes_in(packet, place):
        if echo.is_reply:
            yield replied(echo)


def probes(seen: Seen, file: int) -> Iterator[Any]:
    """The packets with few hops in rows that the columns are sure of."""
    chunk = seen.chunk
    for part in seen.parts(IPv6, IPv4):
        hops = getattr(part.head, HOPS[part.header])
        few = np.flatnonzero((hops <= MOST_HOPS) & (hops > 0))
        first = chunk.octets[part.at[few] + (24 if part.header is IPv6 else 16)]
        few = few[(first != 0xFF) if part.header is IPv6 else (first < 224)]
        rows, at = part.rows[few], part.at[few]
        keys = _keys(chunk, at, np.minimum(at + QUOTED, chunk.limit(rows)))
        named = [number for number, key in enumerate(keys) if key is not None]
        found = [key for key in keys if key is not None]
        yield from several(seen, rows[named], file, Probe, found, hops[few][named].tolist())


def answers(seen: Seen, file: int) -> Iterator[Any]:
    """The errors in rows that the columns are sure of."""
    chunk = seen.chunk
    for head in heads(seen):
        found = head.only(np.isin(head.kinds, tuple(ERRORS[head.name])))
        keys = _keys(chunk, found.at + QUOTE, found.stops)
        named = [number for number, key in enumerate(keys) if key is not None]
        found = found.only(np.array(named, np.int64))
        codes = chunk.octets[found.at + 1].tolist()
        kinds = [_kind(head.version, *one) for one in zip(found.kinds.tolist(), codes, strict=True)]
        words, through = zip(*kinds, strict=True) if kinds else ((), ())
        yield from several(
            seen, found.rows, file, Answer, [key for key in keys if key is not None],
            found.ends(chunk)[0], list(words), list(through),
        )  # fmt: skip


def _keys(chunk: Chunk, at: Rows, stops: Rows) -> list[Key | None]:
    """By what packets are named in a quote, which begin and end at some places."""
    octets, size = chunk.octets, stops - at
    there = np.where(size > 0, at, 0)
    first = octets[there]
    found: list[Key | None] = [None] * len(at)
    plain = np.zeros(len(at), np.bool_)
    for version, header in ((6, IPv6), (4, IPv4)):
        items = layout_for(header).items
        begin = np.full(len(at), 40) if version == 6 else 4 * (first & 15).astype(np.int64)
        mine = (first >> 4 == version) & (size >= begin + FIRST.size)
        mine = np.flatnonzero(mine & (begin >= header.__hdr_len__))
        protocol = gather(chunk.data, items["nxt" if version == 6 else "p"], at[mine])
        if version == 6:
            ordinary = ~np.isin(protocol, (*EXTENSIONS, FRAGMENT))
        else:
            ordinary = gather(chunk.data, items["off"], at[mine]) == 0
        mine, protocols = mine[ordinary], protocol[ordinary].tolist()
        plain[mine] = True
        source, destination = (
            octets_of(gather(chunk.data, items[name], at[mine])) for name in ("src", "dst")
        )
        transport = octets_of(gather(chunk.data, FIRST, at[mine] + begin[mine]))
        keys = map(_key, source, destination, protocols, transport)
        for number, key in zip(mine.tolist(), keys, strict=True):
            found[number] = key
    for number in np.flatnonzero(~plain).tolist():
        found[number] = _key_of(chunk.data[at[number] : stops[number]])
    return found


def _key_of(octets: bytes) -> Key | None:
    """By what a packet is named in a quote, from its octets; None if that is not told by them."""
    quote = quoted(octets)
    if quote is None or quote.behind or len(quote.transport) < FIRST.size:
        return None
    return _key(quote.source, quote.final, quote.protocol, quote.transport)


def _key(source: bytes, destination: bytes, protocol: int, transport: bytes) -> Key:
    """Of an echo the identifier and sequence number, else the first eight octets."""
    numbers = transport[4:8] if protocol in ICMP_PROTOCOLS else transport[:8]
    return source, destination, protocol, numbers


def replied(echo: Echo) -> Answer:
    """What an echo reply answers: the destination itself."""
    protocol = 58 if len(echo.source) == 16 else 1
    key = (echo.destination, echo.source, protocol, echo.numbers)
    return Answer(echo.at, key, echo.source, "reply", through=False)


def _kind(version: int, kind: int, code: int) -> tuple[str, bool]:
    """What an error says, and whether it comes from the way."""
    if kind == (TIME_EXCEEDED if version == 6 else icmp.TIME_EXCEEDED):
        return "time exceeded", not code
    if kind == (1 if version == 6 else icmp.UNREACHABLE):
        return f"{WHY.get((version, code), f'code {code}')} unreachable", False
    return "too big" if kind == 2 and version == 6 else "parameter problem", False


def _is_group(address: bytes) -> bool:
    return address[0] == 0xFF if len(address) == 16 else address[0] >= 224
