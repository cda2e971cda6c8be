"""Where many records of a pcap file begin, found from many places at once.

A record says only where the next one begins, so a walk goes one by one.  But from any place that
looks like a record's beginning a walk can be tried, and many walks advance in one step of numpy.
The first one begins at a record; where each ends at the very beginning of the next, they hang
together, and have found what a single walk would have found.
"""

from __future__ import annotations

import mmap
from array import array
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .header import Order

Data = bytes | mmap.mmap
Places = NDArray[np.int64]

WALKS, FEWEST = 384, 32
"""How many go on at once: at the end of a file there is room for fewer."""
RECORDS = 170
"""Which each of them is to find, about."""
SAMPLE = 100
"""Records of which the average size is taken."""
SMALLEST, LARGEST = 24, 4096
"""Such averages: there are fewer records if they are larger, and one walk will do."""
SEARCHED = (2, 6)
"""Records, about, among whose octets the beginning of one is searched for; then more of them."""
HOPS = 4
"""Records in a row that must look right, for a walk to begin."""
SECONDS, FRACTION, CAPTURED, ORIGINAL = 0, 4, 8, 12
"""Where a record has these numbers of 32 bits."""
PAUSE = 1 << 20
"""Octets to walk singly before a leap is tried, and between leaps that lead nowhere; then more."""
NOWHERE = array("Q")


class Records(NamedTuple):
    """What records of a file look like.

    head   octets before a packet
    limit  octets of a packet at most
    ticks  in a second
    """

    order: Order
    head: int
    limit: int
    ticks: int


class Found(NamedTuple):
    """Where records begin that are there as a whole, and where the next one does, if it does."""

    places: array[int]
    after: int


class Leaps:
    """The leaps of one walk through a file.

    goal  from which place on the next one should be tried
    """

    def __init__(self, like: Records, start: int) -> None:
        self._like = like
        self._pause = PAUSE
        self.goal = start + PAUSE

    def __call__(self, data: Data, start: int) -> Found:
        """The records from one at ``start`` on, as many as can be found in a leap."""
        found = Found(NOWHERE, start)
        size = _average(data, start, self._like)
        room = len(data) - start - self._like.head
        walks = min(WALKS, room // (RECORDS * size)) if SMALLEST <= size <= LARGEST else 0
        if walks >= FEWEST:
            found = _leap(data, start, size, walks, self._like)
        if found.after - start > walks * RECORDS * size // 2:
            self._pause = PAUSE
            self.goal = found.after
        else:
            self.goal = found.after + self._pause
            self._pause *= 2
        return found


def _average(data: Data, start: int, like: Records) -> int:
    """Octets of a record on the average; 0: there are few, or something is wrong with them."""
    captured = _numbers(data, like, CAPTURED)
    at = start
    for _ in range(SAMPLE):
        if at >= len(captured) or captured[at] > like.limit:
            return 0
        at += like.head + int(captured[at])
    return (at - start) // SAMPLE


def _leap(data: Data, start: int, size: int, walks: int, like: Records) -> Found:
    """The records from one at ``start`` on, as far as so many walks hang together."""
    starts = _starts(data, start, size, walks, like)
    if len(starts) < walks // 2:
        return Found(NOWHERE, start)
    stops = np.append(starts[1:], start + walks * RECORDS * size)
    places, after = _walked(data, starts, stops, like)
    broken = np.flatnonzero(after[:-1] != starts[1:])
    last = int(broken[0]) if len(broken) else len(starts) - 1
    places = places[: np.searchsorted(places, stops[last])]
    end = int(after[last])
    if 0 <= end <= len(data):
        return Found(array("Q", places.tobytes()), end)
    return Found(array("Q", places[:-1].tobytes()), int(places[-1]))


def _starts(data: Data, start: int, size: int, walks: int, like: Records) -> Places:
    """Where walks may begin: at ``start``, then at what looks like a record in equal distances."""
    apart = RECORDS * size
    missing = start + apart * np.arange(1, walks)
    found = [np.array([start])]
    for searched in SEARCHED:
        begun, places = _looked_for(data, missing, searched * size, start, like)
        found.append(places)
        missing = np.delete(missing, begun)
    return np.sort(np.concatenate(found))


def _looked_for(
    data: Data, at: Places, searched: int, start: int, like: Records
) -> tuple[Places, Places]:
    """Behind some places the first that looks like a record: which have one, and where.

    What is at the top of times and lengths hardly changes, and leaves few places to look at.
    """
    top = 0 if like.order == ">" else 3
    last = len(data) - searched - top
    near: NDArray[np.uint8] = np.ndarray((last + 1, searched), np.uint8, data, top, (1, 1))
    same = np.flatnonzero(near[np.minimum(at, last)] == data[start + SECONDS + top])
    walk, ahead = np.divmod(same, searched)
    found = at[walk] + ahead - SECONDS
    for of in (CAPTURED, ORIGINAL):
        octets = np.ndarray((len(data) - of - top,), np.uint8, data, of + top)
        small = octets[np.minimum(found, len(octets) - 1)] == 0
        walk, found = walk[small], found[small]
    following = found
    for _ in range(HOPS):
        sound, following = _sound(data, following, like)
        walk, found, following = walk[sound], found[sound], following[sound]
    first = np.flatnonzero(np.diff(walk, prepend=-1))
    return walk[first], found[first]


def _sound(data: Data, at: Places, like: Records) -> tuple[NDArray[np.bool_], Places]:
    """Which places look like a record's beginning, and where the next one would be."""
    captured, original, fraction = (
        _numbers(data, like, of) for of in (CAPTURED, ORIGINAL, FRACTION)
    )
    at = np.minimum(at, len(captured) - 1)
    sizes = captured[at]
    sound = (sizes > 0) & (sizes <= like.limit)
    sound &= (original[at] >= sizes) & (fraction[at] < like.ticks)
    return sound, at + like.head + sizes


def _walked(
    data: Data, starts: Places, stops: Places, like: Records
) -> tuple[Places, Places]:  # fmt: skip
    """All places that walks come to, ascending, and where each ends; -1: at what is no record.

    One that comes to far more than it is to find is given up, and ends where it is.
    """
    captured = _numbers(data, like, CAPTURED)
    after, walk, at, stop = starts.copy(), np.arange(len(starts)), starts, stops
    steps = []
    for _ in range(2 * RECORDS):
        steps.append(at)
        sizes = captured[at]
        at = at + (sizes + like.head)
        sound = sizes <= like.limit
        going = (at < stop) & sound
        if not going.all():
            after[walk] = np.where(sound, at, -1)
            walk, at, stop = walk[going], at[going], stop[going]
            if not len(at):
                break
    after[walk] = at
    return np.sort(np.concatenate(steps)), after


def _numbers(data: Data, like: Records, of: int) -> NDArray[np.uint32]:
    """The number at that offset, as if a record began at each octet."""
    count = len(data) - like.head + 1
    found: NDArray[np.uint32] = np.ndarray((max(count, 0),), f"{like.order}u4", data, of, (1,))
    return found
