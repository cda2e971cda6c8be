"""Lines of TCP segments, UDP datagrams, and what is encrypted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dissect.columns.chunk import Mask, Rows
from dissect.columns.readers.transport import STAMPS_ONLY
from dissect.engine.conversation import key_between
from dissect.lines.kinds import Group, Infos, Kind, size_of
from dissect.lines.sums import right
from dissect.protocols import esp, tcp, udp
from dissect.protocols.tcp_checksum import INFO_WRONG, TCP_PROTO
from dissect.protocols.tcp_flags import URG
from dissect.protocols.tcp_option_data import INFO_STAMPS
from dissect.protocols.tcp_stream import Seen, is_forward, learn

TCP_HEADER, UDP_HEADER = size_of(tcp.TCP), size_of(udp.UDP)
WITH_STAMPS = TCP_HEADER + 12


def plain_segments(g: Group) -> Mask:
    """Without options or with timestamps alone, and without urgent data."""
    head = g.head(tcp.TCP)
    octets = 4 * head.off.astype(np.int64)
    sure: Mask = octets == TCP_HEADER
    rows = np.flatnonzero(octets == WITH_STAMPS)
    sure[rows] = g.of(octets == WITH_STAMPS).number(4, TCP_HEADER) == STAMPS_ONLY
    sure &= head.flags & URG == 0
    return sure


def learned(g: Group) -> Iterator[Seen]:
    """What the stream of each segment was like when it came, which learns from it."""
    head = g.head(tcp.TCP)
    size = g.end - g.at - 4 * head.off.astype(np.int64)
    session = g.session
    for source, destination, sport, dport, flags, seq, ack, length, now in zip(
        g.source, g.destination, head.sport.tolist(), head.dport.tolist(), head.flags.tolist(),
        head.seq.tolist(), head.ack.tolist(), size.tolist(), g.times, strict=True,
    ):  # fmt: skip
        key = key_between(source, sport, destination, dport)
        yield learn(
            session, key, is_forward(key, source, sport), now, flags, seq, ack, length, None, True,
        )  # fmt: skip


def _segments(g: Group) -> Infos:
    head = g.head(tcp.TCP)
    octets = 4 * head.off.astype(np.int64)
    size = g.end - g.at - octets
    for sport, dport, flags, seq, ack, window, seen, tail in zip(
        head.sport.tolist(), head.dport.tolist(), head.flags.tolist(), head.seq.tolist(),
        head.ack.tolist(), head.win.tolist(), learned(g), _tails(g, octets, size), strict=True,
    ):  # fmt: skip
        window = tcp.scaled(window, flags, seen)
        form, arguments = tcp.described(sport, dport, flags, seq, ack, window, seen)
        yield form % arguments + tail


def _tails(g: Group, octets: Rows, size: Rows) -> Iterator[str]:
    """What stands behind the window: the checksum if it is wrong, the length, the timestamps."""
    wrong = _wrong(g, TCP_PROTO).tolist()
    stamped = octets == WITH_STAMPS
    stamps = np.zeros((2, len(g)), np.int64)
    for place in (0, 1):
        stamps[place, stamped] = g.of(stamped).number(4, TCP_HEADER + 4 + 4 * place)
    plain, full = tcp.INFO_LENGTH, tcp.INFO_LENGTH + INFO_STAMPS
    for bad, length, with_stamps, value, reply in zip(
        wrong, size.tolist(), stamped.tolist(), *stamps.tolist(), strict=True
    ):
        text = full % (length, value, reply) if with_stamps else plain % length
        yield INFO_WRONG + text if bad else text


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
