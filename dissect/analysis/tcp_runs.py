"""Runs of TCP segments: what went one way of a connection in one chunk, for all of them at once.

Sequence numbers count octets; SYN and FIN take one each (RFC 9293, section 3.4).  Segments with
SYN, FIN or RST are runs of their own, and a SYN ends the other side's run: so it makes no
difference where chunks end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from dissect.analysis.analysis import Link, Place
from dissect.analysis.transports import (
    END,
    HALF,
    INTERFACE,
    Octets,
    carried,
    end_of,
    key_of,
    links_of,
    places,
    transports,
)
from dissect.columns.chunk import Mask
from dissect.columns.hashing import Keys, groups, ordered
from dissect.columns.layout import Item, gather, layout_for, taken
from dissect.columns.seen import Seen
from dissect.engine.packet import Packet
from dissect.protocols.tcp import TCP
from dissect.protocols.tcp_flags import FIN, RST, SYN

Numbers = NDArray[np.int64]
N = TypeVar("N", int, Numbers)
NOT_YET = -1


class Segments(NamedTuple):
    """Segments of one chunk.

    keys    (n, 48): their ends and interface, as ``transports.key_of`` makes them
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
    layout = layout_for(TCP)
    headers = gather(chunk.data, Item("", 0, layout.size, 0, 0), found.at)
    flags, seq, window, words_of_4 = (
        taken(headers, layout.items[name]).astype(np.int64)
        for name in ("flags", "seq", "win", "off")
    )
    octets = np.maximum(found.stop - found.at - 4 * words_of_4, 0)
    rows = found.rows
    values = np.stack((chunk.number[rows], chunk.time_ns[rows], flags, seq, octets, window), 1)
    (first,) = places(chunk, rows[:1], file)
    yield Segments(first, found.keys(chunk), values, links_of(chunk, file))


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


class Runs(NamedTuple):
    """Segments of one connection and direction, in a row but for those of others: a run each.

    They are in the order of their first packets.

    links             the links that they are on, and of each run which it is
    keys              (n, 6) words: of each its connection's ends, the lower one first
    from_low, same    the lower end is the source; both ends are the same
    number, last      of the first and the last packet
    packets, octets   of data, without what IP and TCP add
    begins, flags     the first segment's flags, and all that were set in some segment
    opening           the first sequence number, of SYN if it begins with one
    syn_ns, plain_ns  when the last segment with SYN, and the first without, came; NOT_YET
    closed            segments that have no room to offer (their window is 0) but no RST
    start, stop       where its segments are in ``segments``
    segments          of each: sequence number counted from ``opening``, octets of sequence that it
                      takes, time, flags
    """

    at: Place
    links: list[Link]
    link: Numbers
    keys: Keys
    from_low: Mask
    same: Mask
    number: Numbers
    last: Numbers
    packets: Numbers
    octets: Numbers
    begins: Numbers
    flags: Numbers
    opening: Numbers
    syn_ns: Numbers
    plain_ns: Numbers
    closed: Numbers
    start: Numbers
    stop: Numbers
    segments: tuple[Numbers, Numbers, Numbers, Numbers]


def runs(found: list[Segments]) -> Runs:
    """The runs of the segments of a chunk, of which there is at least one."""
    keys = np.concatenate([one.keys for one in found])
    values = np.concatenate([one.values for one in found])
    links = {number: link for one in found for number, link in sorted(one.links.items())}
    order, new = _in_order(keys, values)
    numbers, times, flags, seq, octets, window = (column[order] for column in values.T)
    syn = flags & SYN != 0
    control = flags & (SYN | FIN | RST) != 0
    new[1:] |= control[1:] | control[:-1]
    start = np.flatnonzero(new)
    stop = np.r_[start[1:], len(seq)]
    closed = ((window == 0) & (flags & (RST | SYN) == 0)).astype(np.int64)
    columns = (
        numbers[start], numbers[stop - 1], stop - start, np.add.reduceat(octets, start),
        flags[start], np.bitwise_or.reduceat(flags, start), seq[start],
        _time(np.maximum, syn, times, start),
        _time(np.minimum, flags & (SYN | RST) == 0, times, start),
        np.add.reduceat(closed, start), start, stop,
    )  # fmt: skip
    turn = ordered(numbers[start])
    first = int(start[turn[0]])
    segments = (_counted_up(seq, start, stop), octets + syn + (flags & FIN != 0), times, flags)
    interface = int(keys[order[first], END]) << 8 | int(keys[order[first], END + 1])
    at = Place(int(numbers[first]), max(int(times[first]), 0), links[interface])
    connections = _connections(keys[order[start[turn]]], links)
    return Runs._make((at, *connections, *(one[turn] for one in columns), segments))


def _in_order(keys: Octets, values: Numbers) -> tuple[Numbers, Mask]:
    """Segments by connection and direction, in their order; which of them begin a run.

    A SYN may begin a connection, to which the other side's segments behind it belong: it stands
    among them too until that is known.
    """
    opening = np.flatnonzero(values[:, 2] & SYN)
    turned = keys[opening]
    turned[:, :END], turned[:, HALF : HALF + END] = (
        keys[opening, HALF : HALF + END], keys[opening, :END])  # fmt: skip
    order = np.argsort(np.concatenate([values[:, 0], values[opening, 0]]), kind="stable")
    among, start = groups(np.concatenate([keys, turned]).view(np.uint64)[order])
    order = order[among]
    mark = order >= len(keys)
    new = np.zeros(len(order), np.bool_)
    new[start] = True
    new[1:] |= mark[:-1]
    return order[~mark], new[~mark]


def _connections(
    keys: Octets, links: dict[int, Link]
) -> tuple[list[Link], Numbers, Keys, Mask, Mask]:
    """By segments' keys ``Runs.links``, ``link``, ``keys``, ``from_low`` and ``same``."""
    interfaces = keys[:, END].astype(np.int64) << 8 | keys[:, END + 1]
    numbers = np.array(sorted(links))
    among = [links[number] for number in numbers.tolist()]
    link = np.searchsorted(numbers, interfaces)
    both = np.zeros_like(keys)
    both[:, :END], both[:, HALF:] = keys[:, :END], keys[:, HALF:]
    words = both.view(">u8").astype(np.uint64)
    low, same = np.zeros(len(keys), np.bool_), np.ones(len(keys), np.bool_)
    for word in range(HALF // 8):
        source, destination = words[:, word], words[:, word + HALF // 8]
        low |= same & (source < destination)
        same &= source == destination
    low |= same
    both[~low] = np.roll(both[~low], HALF, axis=1)
    both[:, END : END + INTERFACE] = keys[:, END : END + INTERFACE]
    files = np.array([one.file for one in among], ">u4")[link]
    both[:, END + INTERFACE : HALF] = files[:, None].view(np.uint8)
    return among, link, both.view(np.uint64), low, same


def is_kept(place: Numbers, span: Numbers, flags: Numbers, before: Numbers) -> Mask:
    """Which segments only ask whether somebody is there (RFC 9293, section 3.8.4)."""
    mask: Mask = (span <= 1) & (flags & (SYN | FIN | RST) == 0) & (place == before - 1)
    return mask


def step(later: N, earlier: N) -> N:
    """How far sequence numbers are behind others, negative before them (RFC 9293, section 3.4)."""
    return (later - earlier + (1 << 31) & 0xFFFF_FFFF) - (1 << 31)


def _counted_up(seq: Numbers, start: Numbers, stop: Numbers) -> Numbers:
    """Sequence numbers from each run's first one, whatever wraps: steps are under 2^31."""
    steps = np.zeros(len(seq), np.int64)
    steps[1:] = step(seq[1:], seq[:-1])
    sums = np.cumsum(steps)
    return sums - np.repeat(sums[start], stop - start)


def _time(choose: np.ufunc, mask: Mask, times: Numbers, start: Numbers) -> Numbers:
    """Of each run the time of the first (minimum) or last of some segments; NOT_YET without one."""
    limits = np.iinfo(np.int64)
    never = limits.max if choose is np.minimum else limits.min
    found = choose.reduceat(np.where(mask, times, never), start)
    chosen: Numbers = np.where(found == never, NOT_YET, found)
    return chosen
