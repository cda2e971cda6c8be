"""Lines of TCP segments, UDP datagrams, and what is encrypted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dissect.columns.chunk import Mask, Rows
from dissect.columns.group import Head
from dissect.columns.readers.transport import STAMPS_ONLY
from dissect.engine.conversation import Key
from dissect.lines.kinds import Group, Infos, Kind, size_of
from dissect.lines.sums import right
from dissect.protocols import esp, tcp, udp
from dissect.protocols.tcp_checksum import INFO_WRONG, TCP_PROTO
from dissect.protocols.tcp_flags import ACK, SYN, URG, flag_words
from dissect.protocols.tcp_option_data import INFO_STAMPS
from dissect.protocols.tcp_stream import Seen, follow, learn

TCP_HEADER, UDP_HEADER = size_of(tcp.TCP), size_of(udp.UDP)
WITH_STAMPS = TCP_HEADER + 12
USUAL = tcp.INFO_ACK + "%s"
"""Of a segment that isn't a connection's first, with what stands behind the window."""


def plain_segments(g: Group) -> Mask:
    """Without options or with timestamps alone, and without urgent data."""
    head = g.head(tcp.TCP)
    octets = 4 * head.off.astype(np.int64)
    sure: Mask = octets == TCP_HEADER
    rows = np.flatnonzero(octets == WITH_STAMPS)
    sure[rows] = g.of(octets == WITH_STAMPS).number(4, TCP_HEADER) == STAMPS_ONLY
    sure &= head.flags & URG == 0
    return sure


def _keys(g: Group, head: Head) -> tuple[Iterator[Key], list[bool]]:
    """The key of each segment's stream as ``key_between``, and whether it goes forward in that."""
    source, destination = g.places.source[g.rows], g.places.destination[g.rows]
    forward: Mask = source < destination
    forward |= (source == destination) & (head.sport <= head.dport)
    both = list(zip((source, head.sport), (destination, head.dport), strict=True))
    first = (np.where(forward, one, other).tolist() for one, other in both)
    second = (np.where(forward, other, one).tolist() for one, other in both)
    return zip(*first, *second, strict=True), forward.tolist()


def learned(g: Group) -> Iterator[Seen]:
    """What the stream of each segment was like when it came, which learns from it."""
    head = g.head(tcp.TCP)
    size = g.end - g.at - 4 * head.off.astype(np.int64)
    session = g.session
    for key, forward, flags, seq, ack, length, now in zip(
        *_keys(g, head), head.flags.tolist(), head.seq.tolist(), head.ack.tolist(), size.tolist(),
        g.times, strict=True,
    ):  # fmt: skip
        yield learn(session, key, forward, now, flags, seq, ack, length, None, True)


def _segments(g: Group) -> Infos:
    """The streams are told, in turn, and numbers counted from where they say."""
    head = g.head(tcp.TCP)
    octets = 4 * head.off.astype(np.int64)
    size = g.end - g.at - octets
    session = g.session
    streams, relative = session.table("tcp"), session.relative_seq
    for key, forward, sport, dport, flags, seq, ack, window, length, now, tail in zip(
        *_keys(g, head), head.sport.tolist(), head.dport.tolist(), head.flags.tolist(),
        head.seq.tolist(), head.ack.tolist(), head.win.tolist(), size.tolist(), g.times,
        _tails(g, octets, size), strict=True,
    ):  # fmt: skip
        if flags & (SYN | ACK) == ACK:
            stream = follow(streams, key, forward, now, flags, seq, ack, length)
            base, ack_base = stream.bases_of(forward) if relative else (0, 0)
            shift = stream.shifts[forward]
            yield USUAL % (
                sport, dport, flag_words(flags, stream.ace), seq - base & 0xFFFFFFFF,
                ack - ack_base & 0xFFFFFFFF, window << shift if shift > 0 else window, tail,
            )  # fmt: skip
        else:
            seen = learn(session, key, forward, now, flags, seq, ack, length, None, True)
            window = tcp.scaled(window, flags, seen)
            form, told = tcp.described(sport, dport, flags, seq, ack, window, seen)
            yield form % told + tail


def _tails(g: Group, octets: Rows, size: Rows) -> list[str]:
    """What stands behind the window: the checksum if it is wrong, the length, the timestamps."""
    stamped = octets == WITH_STAMPS
    wrong = _wrong(g, TCP_PROTO)
    tails = np.empty(len(g), object)
    tails[~stamped] = list(map(tcp.INFO_LENGTH.__mod__, size[~stamped].tolist()))
    if stamped.any():
        some = g.of(stamped)
        stamps = (some.number(4, TCP_HEADER + 4 + 4 * place).tolist() for place in (0, 1))
        texts = zip(size[stamped].tolist(), *stamps, strict=True)
        tails[stamped] = list(map((tcp.INFO_LENGTH + INFO_STAMPS).__mod__, texts))
    tails[wrong] = INFO_WRONG + tails[wrong]
    told: list[str] = tails.tolist()
    return told


def _wrong(g: Group, protocol: int) -> Mask:
    """The rows with a checksum that can be verified and is wrong."""
    found = np.zeros(len(g), np.bool_)
    whole = g.whole
    found[whole] = ~right(g.of(whole), protocol)
    return found


def _datagrams(g: Group) -> Infos:
    head = g.head(udp.UDP)
    g.end = g.at + head.len  # what is behind, in the IP packet, is none of it
    absent = head.sum == 0
    ending = np.where(absent & (g.version == 6), 1, 0)
    ending[_wrong(g, udp.UDP_PROTO) & ~absent] = 2
    words = ("", udp.INFO_ILLEGAL, udp.INFO_WRONG)
    form = udp.INFO + udp.INFO_LENGTH
    payload = head.len.astype(np.int64) - UDP_HEADER
    for sport, dport, size, end in zip(
        head.sport.tolist(), head.dport.tolist(), payload.tolist(), ending.tolist(), strict=True
    ):
        yield form % (sport, dport, size) + words[end]


def _all(g: Group) -> Mask:
    return np.ones(len(g), np.bool_)


def _encrypted(g: Group) -> Infos:
    return (esp.INFO % spi for spi in g.head(esp.ESP).spi.tolist())


KINDS = (
    Kind("tcp", tcp.TCP, sure=plain_segments, infos=_segments),
    Kind("udp", udp.UDP, sure=_all, infos=_datagrams, over_udp=True),
    Kind("esp", esp.ESP, sure=_all, infos=_encrypted),
)
