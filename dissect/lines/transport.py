"""Lines of TCP segments, UDP datagrams, and what is encrypted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from dissect.columns.chunk import Mask, Rows
from dissect.columns.layout import Item, gather
from dissect.columns.readers.transport import STAMPS_ONLY
from dissect.engine.conversation import PORT, Key, is_forward, key_between
from dissect.lines.kinds import Group, Infos, Kind, as_objects, size_of
from dissect.lines.sums import right
from dissect.protocols import esp, tcp, udp
from dissect.protocols.tcp_checksum import INFO_WRONG, TCP_PROTO
from dissect.protocols.tcp_flags import ACK, SYN, URG, flag_words
from dissect.protocols.tcp_option_data import INFO_STAMPS
from dissect.protocols.tcp_stream import UNKNOWN_BASES, Seen, follow, learn

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


def _keys(g: Group) -> tuple[list[Key], list[bool]]:
    """The key of each segment's stream as ``key_between``, and whether it goes forward in that."""
    keys, forward = np.empty(len(g), object), np.empty(len(g), np.bool_)
    for version, skip, size in ((6, 8, 16), (4, 12, 4)):
        mine = g.version == version
        if mine.any():
            at, ip = g.at[mine], g.places.at[g.rows[mine]] + skip
            source, destination = (
                np.concatenate([_octets(g, address, size), _octets(g, port, PORT)], axis=1)
                for address, port in ((ip, at), (ip + size, at + PORT))
            )
            text = f"S{size + PORT}"  # which numpy compares
            ahead: Mask = (source.view(text) <= destination.view(text)).ravel()
            ordered = np.concatenate([source, destination], axis=1)
            ordered[~ahead] = np.concatenate([destination, source], axis=1)[~ahead]
            keys[mine], forward[mine] = as_objects(ordered), ahead
    moved = g.places.moved[g.rows]
    some = g.of(moved)
    senders = zip(some.source, some.number(PORT, 0).tolist(), strict=True)
    receivers = zip(some.destination, some.number(PORT, PORT).tolist(), strict=True)
    for nth, sender, receiver in zip(
        np.flatnonzero(moved).tolist(), senders, receivers, strict=True
    ):  # fmt: skip
        keys[nth] = key_between(*sender, *receiver)
        forward[nth] = is_forward(keys[nth], sender)
    return keys.tolist(), forward.tolist()


def _octets(g: Group, at: Rows, size: int) -> NDArray[np.uint8]:
    """So many octets of each row."""
    found: NDArray[np.uint8] = gather(g.chunk.data, Item("", 0, size, 0, 0), at)
    return found


def learned(g: Group) -> Iterator[Seen]:
    """What the stream of each segment was like when it came, which learns from it."""
    head = g.head(tcp.TCP)
    size = g.end - g.at - 4 * head.off.astype(np.int64)
    session = g.session
    for key, forward, flags, seq, ack, length, now in zip(
        *_keys(g), head.flags.tolist(), head.seq.tolist(), head.ack.tolist(), size.tolist(),
        g.times, strict=True,
    ):  # fmt: skip
        yield learn(session, key, forward, now, flags, seq, ack, length, None, True)


def _segments(g: Group) -> Infos:
    """The streams are told, in turn, and numbers counted from where they say."""
    head = g.head(tcp.TCP)
    octets = 4 * head.off.astype(np.int64)
    session = g.session
    streams, relative = session.table("tcp"), session.relative_seq
    for key, forward, sport, dport, flags, seq, ack, window, size, now, form, stamps in zip(
        *_keys(g), head.sport.tolist(), head.dport.tolist(), head.flags.tolist(),
        head.seq.tolist(), head.ack.tolist(), head.win.tolist(), (g.end - g.at - octets).tolist(),
        g.times, *_forms(g, octets == WITH_STAMPS), strict=True,
    ):  # fmt: skip
        if flags & (SYN | ACK) == ACK:
            stream = follow(streams, key, forward, now, flags, seq, ack, size)
            bases = stream.bases if relative else UNKNOWN_BASES
            shift = stream.shifts[forward]
            yield form % (
                sport, dport, flag_words(flags, True) if stream.ace else flag_words(flags),
                seq - (bases[forward] or 0) & 0xFFFFFFFF,
                ack - (bases[not forward] or 0) & 0xFFFFFFFF,
                window << shift if shift > 0 else window, size, *stamps,
            )  # fmt: skip
        else:
            seen = learn(session, key, forward, now, flags, seq, ack, size, None, True)
            window = tcp.scaled(window, flags, seen)
            begin, told = tcp.described(sport, dport, flags, seq, ack, window, seen)
            yield (begin + form.removeprefix(tcp.INFO_ACK)) % (*told, size, *stamps)


FORMS = np.array([
    tcp.INFO_ACK + wrong + tcp.INFO_LENGTH + stamps
    for wrong in ("", INFO_WRONG) for stamps in ("", INFO_STAMPS)
], object)  # fmt: skip


def _forms(g: Group, stamped: Mask) -> tuple[list[str], list[tuple[int, ...]]]:
    """How segments with ACK are told, and the timestamps of those that have them."""
    forms: list[str] = FORMS[2 * _wrong(g, TCP_PROTO) + stamped].tolist()
    stamps: list[tuple[int, ...]] = [()] * len(g)
    some = g.of(stamped)
    values, replies = (some.number(4, TCP_HEADER + 4 + 4 * place).tolist() for place in (0, 1))
    told = zip(values, replies, strict=True)
    for nth, both in zip(np.flatnonzero(stamped).tolist(), told, strict=True):
        stamps[nth] = both
    return forms, stamps


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
    words = np.array(("", udp.INFO_ILLEGAL, udp.INFO_WRONG), object)
    numbers = head.sport, head.dport, head.len.astype(np.int64) - UDP_HEADER, words[ending]
    form = udp.INFO + udp.INFO_LENGTH + "%s"
    return map(form.__mod__, zip(*(column.tolist() for column in numbers), strict=True))


def _all(g: Group) -> Mask:
    return np.ones(len(g), np.bool_)


def _encrypted(g: Group) -> Infos:
    return (esp.INFO % spi for spi in g.head(esp.ESP).spi.tolist())


KINDS = (
    Kind("tcp", tcp.TCP, sure=plain_segments, infos=_segments),
    Kind("udp", udp.UDP, sure=_all, infos=_datagrams, over_udp=True),
    Kind("esp", esp.ESP, sure=_all, infos=_encrypted),
)
