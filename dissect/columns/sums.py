"""Sums by key over millions of rows, in bounded memory.

Keys are rows of 64-bit words, grouped by sorting their hashes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dissect.capture.table import NO_TIME
from dissect.columns.hashing import Keys, hashes, together

Numbers = NDArray[np.int64]

MOST = 1 << 18
"""Keys that are kept apart."""
SINGLE = 1 << 14
"""Packets that are kept until they are added together."""
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Grouped:
    """Keys, each once, and of each the sums and the first and last time.

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


def grouped(rows: Grouped) -> Grouped:
    """Rows with the same key put together."""
    if not len(rows):
        return rows
    rows = rows.take(together(hashes(rows.keys)))
    keys = rows.keys
    new = np.ones(len(keys), np.bool_)
    new[1:] = keys[1:, 0] != keys[:-1, 0]
    for word in range(1, keys.shape[1]):
        new[1:] |= keys[1:, word] != keys[:-1, word]
    starts = np.flatnonzero(new)
    if len(starts) == len(keys):
        return rows
    return Grouped(
        np.take(keys, starts, axis=0),
        np.add.reduceat(rows.sums, starts, axis=0),
        np.minimum.reduceat(rows.first, starts),
        np.maximum.reduceat(rows.last, starts),
    )


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
        self._pending = 0
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
        sums = np.ones((len(keys), 2), np.int64)
        sums[:, 1] = octets
        first = np.where(times == NO_TIME, NEVER, times)
        self._append(grouped(Grouped(keys, sums, first, times)))

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
            self._pending += len(part)
            if self._pending > self._most:
                self._settle()

    def _settle(self) -> None:
        """Group what has come, and fold what is too much."""
        rows = grouped(joined(self._parts))
        self._pending = 0
        if len(rows) > self._most and self._coarser is not None:
            kept, small = _split(rows, self._most // 2)
            folded = replace(small, keys=self._coarser(small.keys))
            rows = grouped(joined([kept, folded]))
            self.folded = True
        if len(rows) > self._most:
            rows, small = _split(rows, self._most // 2)
            self.others += small.sums.sum(axis=0)
            self.folded = True
        self._parts = [rows]


def _split(rows: Grouped, most: int) -> tuple[Grouped, Grouped]:
    """Those of the most octets, and the others."""
    order = np.argpartition(-rows.sums[:, 1], most)
    return rows.take(order[:most]), rows.take(order[most:])
