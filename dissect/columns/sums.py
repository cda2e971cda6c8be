"""Sums by key over millions of rows, in bounded memory.

Keys are rows of 64-bit words, grouped by sorting their hashes.  In this order they stay, so that
what has come in several parts is put together piece by piece.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dissect.capture.table import NO_TIME
from dissect.columns.hashing import Keys, groups, hashes

Numbers = NDArray[np.int64]

MOST = 5 << 16
"""Keys that are kept apart; half as many more sums wait to be put together with theirs."""
PIECE = 1 << 15
"""Sums, about, that are put together at once: no more memory is taken besides."""
SINGLE = 1 << 14
"""Packets that are kept until they are added together."""
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Grouped:
    """Keys, and of each the sums and the first and last time.

    keys   (n, words)
    sums   (n, counters)
    first  NEVER where no row has a time; last: NO_TIME
    """

    keys: Keys
    sums: Numbers
    first: Numbers
    last: Numbers

    def __len__(self) -> int:
        return len(self.keys)

    def take(self, rows: NDArray[np.int64]) -> Grouped:
        """Those at some places."""
        return Grouped(
            np.take(self.keys, rows, axis=0),
            np.take(self.sums, rows, axis=0),
            np.take(self.first, rows),
            np.take(self.last, rows),
        )

    def __getitem__(self, rows: slice) -> Grouped:
        """Some in a row."""
        return Grouped(self.keys[rows], self.sums[rows], self.first[rows], self.last[rows])


def empty(words: int, counters: int) -> Grouped:
    """Nothing, of that shape."""
    none = np.empty(0, np.int64)
    return Grouped(np.empty((0, words), np.uint64), np.empty((0, counters), np.int64), none, none)


def joined(parts: list[Grouped]) -> Grouped:
    """All of them, one behind the other."""
    return Grouped(
        np.concatenate([part.keys for part in parts]),
        np.concatenate([part.sums for part in parts]),
        np.concatenate([part.first for part in parts]),
        np.concatenate([part.last for part in parts]),
    )


def grouped(rows: Grouped, numbers: Keys | None = None) -> Grouped:
    """Rows with the same key put together, in the order of the keys' hashes (see ``groups``)."""
    if not len(rows):
        return rows
    order, starts = groups(rows.keys, numbers)
    ends = np.append(starts[1:], len(rows)) - 1
    return Grouped(
        np.take(rows.keys, order[starts], axis=0),
        np.stack([totals(column[order], ends) for column in rows.sums.T], axis=1),
        np.minimum.reduceat(rows.first[order], starts),
        np.maximum.reduceat(rows.last[order], starts),
    )


def merged(parts: list[Grouped]) -> list[Grouped]:
    """Parts put together, in pieces that have no key in common.

    Those in another order (another process has other hashes) are put in order first.
    """
    pieces = sum(map(len, parts)) // PIECE + 1
    bounds = np.array([(piece << 64) // pieces for piece in range(1, pieces)], np.uint64)
    cut = [_cut(part, bounds) for part in parts]
    return [
        grouped(joined([rows for rows, _ in piece]), np.concatenate([found for _, found in piece]))
        for piece in zip(*cut, strict=True)
    ]


def _cut(part: Grouped, bounds: Keys) -> Iterator[tuple[Grouped, Keys]]:
    """The pieces of a part between some hashes, each with the hashes of its keys."""
    numbers = hashes(part.keys)
    if (numbers[1:] < numbers[:-1]).any():
        part = grouped(part, numbers)
        numbers = hashes(part.keys)
    for edge in pairwise([0, *np.searchsorted(numbers, bounds).tolist(), len(part)]):
        yield part[slice(*edge)], numbers[slice(*edge)]


def totals(values: Numbers, ends: Numbers) -> Numbers:
    """Sums of values up to each of these places from behind the one before."""
    return np.diff(np.cumsum(values)[ends], prepend=0)


def _counted(keys: Keys, octets: Numbers, times: Numbers) -> Grouped:
    """Packets by their keys; there is at least one."""
    order, starts = groups(keys)
    ends = np.append(starts[1:], len(keys)) - 1
    sums = np.stack([ends - starts + 1, totals(octets[order], ends)], axis=1)
    if times[0] != NO_TIME and (times[1:] >= times[:-1]).all():
        first, last = times[order[starts]], times[order[ends]]
    else:
        known = np.where(times == NO_TIME, NEVER, times)
        first = np.minimum.reduceat(known[order], starts)
        last = np.maximum.reduceat(times[order], starts)
    return Grouped(np.take(keys, order[starts], axis=0), sums, first, last)


class Sums:
    """Sums by key of rows that come chunk by chunk.

    words    of 64 bits, of a key
    coarser  makes keys less exact when there are more than ``most``; those of the smallest sums
             are folded so, and left out when even that is too many

    ``others`` are the sums of what is left out, in which there is at least one key.
    """

    def __init__(
        self, words: int, *, most: int = MOST, coarser: Callable[[Keys], Keys] | None = None
    ) -> None:
        self.others = np.zeros(2, np.int64)
        self.folded = False
        self._most = most
        self._coarser = coarser
        self._parts: list[Grouped] = [empty(words, 2)]
        self._held = 0
        self._single: list[tuple[bytes, int, int]] = []

    def one(self, key: bytes, octets: int, time: int | None) -> None:
        """Take in a single packet."""
        self._single.append((key, octets, NO_TIME if time is None else time))
        if len(self._single) >= SINGLE:
            self._add_single()

    def _add_single(self) -> None:
        if self._single:
            keys, octets, times = zip(*self._single, strict=True)
            self._single = []
            words = np.frombuffer(b"".join(keys), np.uint64).reshape(len(keys), -1)
            self.add(words, np.array(octets, np.int64), np.array(times, np.int64))

    def add(self, keys: Keys, octets: Numbers, times: Numbers) -> None:
        """Take in packets: the key of each, its octets and its time."""
        if len(keys):
            self._append(_counted(keys, octets, times))

    def merge(self, other: Sums) -> None:
        """Take in another's sums."""
        other._add_single()
        self.others += other.others
        self.folded |= other.folded
        for part in other._parts:
            self._append(part)

    def result(self) -> Grouped:
        """The sums by key, in no particular order."""
        self._add_single()
        if len(self._parts) > 1:
            self._settle()
        return self._parts[0]

    def _append(self, part: Grouped) -> None:
        if len(part):
            self._parts.append(part)
            self._held += len(part)
            if self._held > self._most * 3 // 2:
                self._settle()

    def _settle(self) -> None:
        """Group what has come, and fold what is too much."""
        self._parts = merged(self._parts)
        if self._coarser is not None and sum(map(len, self._parts)) > self._most:
            for place, kept in enumerate(self._largest()):
                few, others = self._split(place, kept)
                folded = replace(others, keys=self._coarser(others.keys))
                self._parts[place] = joined([few, folded])
            self._parts = merged(self._parts)
            self.folded = True
        if sum(map(len, self._parts)) > self._most:
            for place, kept in enumerate(self._largest()):
                self._parts[place], others = self._split(place, kept)
                self.others += others.sums.sum(axis=0)
            self.folded = True
        self._parts = [joined(self._parts)]
        self._held = len(self._parts[0])

    def _largest(self) -> list[NDArray[np.bool_]]:
        """Of each part the keys of the most octets, half as many as are kept."""
        octets = np.concatenate([part.sums[:, 1] for part in self._parts])
        kept = np.zeros(len(octets), np.bool_)
        kept[np.argpartition(-octets, self._most // 2)[: self._most // 2]] = True
        return np.split(kept, np.cumsum([len(part) for part in self._parts])[:-1])

    def _split(self, place: int, kept: NDArray[np.bool_]) -> tuple[Grouped, Grouped]:
        part = self._parts[place]
        return part.take(np.flatnonzero(kept)), part.take(np.flatnonzero(~kept))
