"""Runs of TCP segments: what went one way of a connection in one chunk, for all of them at once.

Sequence numbers count octets; SYN and FIN take one each (RFC 9293, section 3.4).  A segment whose
octets are all behind the highest that was seen before comes *late*: it was sent again, or it was
overtaken on its way.  Which of the two tells the time since the highest rose, when the round trip
is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from dissect.analysis.analysis import Link, Place
from dissect.analysis.transports import (
    END,
    HALF,
    INTERFACE,
    carried,
    end_of,
    key_of,
    links_of,
    places,
    transports,
)
from dissect.columns.hashing import hashes
from dissect.columns.layout import gather, layout_for
from dissect.columns.seen import Seen
from dissect.engine.packet import Packet
from dissect.protocols.tcp import TCP
from dissect.protocols.tcp_flags import FIN, RST, SYN

Numbers = NDArray[np.int64]
N = TypeVar("N", int, Numbers)
NOT_YET = -1


class Late(NamedTuple):
    """A segment behind the highest octet: nanoseconds since that rose, octets of data."""

    nanoseconds: int
    octets: int


class Run(NamedTuple):
    """Segments of one connection and direction, in a row but for those of others.

    source, destination  its ends, as ``transports.end_of`` makes them
    last                 the number of its last packet
    packets, octets      of data, without what IP and TCP add
    flags                all that were set in some segment
    opening              the first sequence number, of SYN if it begins with one
    top                  behind the highest octet, counted up from ``opening``
    top_ns               when that rose last
    syn_ns, plain_ns     when the last segment with SYN, and the first without, came; NOT_YET
    gaps                 segments in front of which octets are missing
    kept                 segments of no or one octet just behind the highest: keep-alives
    closed               segments that have no room to offer (their window is 0) but no RST
    late                 those behind the highest octet
    segments             (n, 4): sequence number counted from ``opening``, octets of sequence that
                         it takes, time, flags; for who knows of segments before
    """

    at: Place
    source: bytes
    destination: bytes
    last: int
    packets: int
    octets: int
    flags: int
    opening: int
    top: int
    top_ns: int
    syn_ns: int
    plain_ns: int
    gaps: int
    kept: int
    closed: int
    late: tuple[Late, ...]
    segments: Numbers


class Segments(NamedTuple):
    """Segments of one chunk.

    keys    (n, 48): their ends and interface, as ``transports.Transports`` has them
    values  (n, 6): number of the packet, time, flags, sequence number, octets of data, window
    links   by the interface's number
    """

    at: Place
    keys: NDArray[np.uint8]
    values: Numbers
    links: dict[int, Link]


def segments_of(seen: Seen, file: int) -> Iterator[Segments]:
    """The segments in rows that the columns are sure of."""
    chunk = seen.chunk
    found = transports(seen, TCP)
    if not len(found.rows):
        return
    items = layout_for(TCP).items
    flags, seq, window, words_of_4 = (
        gather(chunk.data, items[name], found.at).astype(np.int64)
        for name in ("flags", "seq", "win", "off")
    )
    octets = np.maximum(found.stop - found.at - 4 * words_of_4, 0)
    rows = found.rows
    values = np.stack((chunk.number[rows], chunk.time_ns[rows], flags, seq, octets, window), 1)
    (first,) = places(chunk, rows[:1], file)
    yield Segments(first, found.keys, values, links_of(chunk, file))


def segments_in(packet: Packet, place: Place) -> Iterator[Segments]:
    """The same of a packet: each TCP header that is not quoted."""
    for ip, layer in carried(packet, ("tcp",)):
        header = layer.header
        ends = end_of(ip.src, header.sport), end_of(ip.dst, header.dport)
        link = place.link._replace(vlans=())
        octets = layer.stop - layer.end
        values = place.number, place.time_ns, header.flags, header.seq, octets, header.win
        yield Segments(place, key_of(*ends, link.interface), np.array([values]),
                       {link.interface: link})  # fmt: skip


def runs(found: list[Segments]) -> Iterator[Run]:
    """The runs of the segments of a chunk."""
    keys = np.concatenate([one.keys for one in found])
    values = np.concatenate([one.values for one in found])
    links = {number: link for one in found for number, link in one.links.items()}
    words = keys.view(np.uint64)
    order = np.lexsort((values[:, 0], hashes(words)))
    keys, words = keys[order], words[order]
    numbers, times, flags, seq, octets, window = values[order].T
    syn = flags & SYN != 0
    new = np.ones(len(keys), np.bool_)
    new[1:] = (words[1:] != words[:-1]).any(axis=1) | syn[1:] & (seq[1:] != seq[:-1])
    for key, start, stop, run in _counted(new, keys, flags, seq, octets, window, times):
        interface = int.from_bytes(key[END : END + INTERFACE])
        at = Place(int(numbers[start]), int(max(times[start], 0)), links[interface])
        ends = key[:END], key[HALF : HALF + END]
        yield Run._make((at, *ends, int(numbers[stop - 1]), stop - start, *run))


def _counted(
    new: NDArray[np.bool_], keys: NDArray[np.uint8], flags: Numbers, seq: Numbers,
    octets: Numbers, window: Numbers, times: Numbers,
) -> Iterator[tuple[bytes, int, int, tuple[Any, ...]]]:  # fmt: skip
    """Of each run its key, where it begins and stops, and all from ``octets`` on.

    new  another run begins
    """
    starts = np.flatnonzero(new)
    which = np.cumsum(new) - 1
    span = octets + (flags & SYN != 0) + (flags & FIN != 0)
    place = _counted_up(seq, starts, which)
    end = place + span
    top = _tops(end, which)
    before = np.r_[0, top[:-1]]
    later = ~new
    kept = later & is_kept(place, span, flags, before)
    late = later & (span > 0) & (end <= before) & ~kept
    gaps = later & (span > 0) & (place > before)
    closed = (window == 0) & (flags & (RST | SYN) == 0)
    rises = np.maximum.accumulate(np.where(new | (end > before), np.arange(len(seq)), 0))
    segments = np.stack((place, span, times, flags), axis=1)
    late_of: dict[int, list[Late]] = {}
    for at in np.flatnonzero(late).tolist():
        since = int(times[at] - times[rises[at - 1]])
        late_of.setdefault(int(which[at]), []).append(Late(since, int(octets[at])))
    ends = np.r_[starts[1:], len(seq)]
    last = ends - 1
    columns = (
        starts, ends, np.add.reduceat(octets, starts), np.bitwise_or.reduceat(flags, starts),
        seq[starts], top[last], times[rises[last]],
        _time(np.maximum, flags & SYN != 0, times, starts),
        _time(np.minimum, flags & (SYN | RST) == 0, times, starts),
        *(np.add.reduceat(mask.astype(np.int64), starts) for mask in (gaps, kept, closed)),
    )  # fmt: skip
    nothing: list[Late] = []
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for number, (key, (start, stop, *sums)) in enumerate(zip(_ends(keys[new]), rows, strict=True)):
        late_here = tuple(late_of.get(number, nothing))
        yield key, start, stop, (*sums, late_here, segments[start:stop])


def is_kept(place: Numbers, span: Numbers, flags: Numbers, before: Numbers) -> Any:
    """Which segments only ask whether somebody is there (RFC 9293, section 3.8.4)."""
    return (span <= 1) & (flags & (SYN | FIN | RST) == 0) & (place == before - 1)


def _ends(keys: NDArray[np.uint8]) -> Iterator[bytes]:
    """The keys as octets."""
    octets = np.ascontiguousarray(keys).tobytes()
    return (octets[at : at + 2 * HALF] for at in range(0, len(octets), 2 * HALF))


def step(later: N, earlier: N) -> N:
    """How far sequence numbers are behind others, negative before them (RFC 9293, section 3.4)."""
    return (later - earlier + (1 << 31) & 0xFFFF_FFFF) - (1 << 31)


def _counted_up(seq: Numbers, starts: Numbers, which: Numbers) -> Numbers:
    """Sequence numbers from each run's first one, whatever wraps: steps are under 2^31."""
    steps = np.zeros(len(seq), np.int64)
    steps[1:] = step(seq[1:], seq[:-1])
    sums = np.cumsum(steps)
    return sums - sums[starts][which]


def _tops(end: Numbers, which: Numbers) -> Numbers:
    """Of each run the highest end so far."""
    far = 2 * (int(np.abs(end).max()) + 1)
    tops: Numbers = np.maximum.accumulate(end + far * which) - far * which
    return tops


def _time(choose: np.ufunc, mask: NDArray[np.bool_], times: Numbers, starts: Numbers) -> Numbers:
    """Of each run the time of the first (minimum) or last of some segments; NOT_YET without one."""
    limits = np.iinfo(np.int64)
    never = limits.max if choose is np.minimum else limits.min
    found = choose.reduceat(np.where(mask, times, never), starts)
    chosen: Numbers = np.where(found == never, NOT_YET, found)
    return chosen
