"""Packets and octets over time, in equal intervals of whatever width the capture needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dissect.analysis.options import Options
from dissect.analysis.table import COUNTS, Column, Row, Table
from dissect.capture.table import NO_TIME
from dissect.columns.seen import Seen

SECOND = 1_000_000_000
SMALL = [number * 10**power for power in range(3, 10) for number in (1, 2)]
LARGE = [SECOND * seconds for seconds in (10, 20, 60, 120, 600, 1200, 3600, 7200, 21600, 43200)]
DAYS = [SECOND * 86400 * days for days in (1, 2, 10, 20, 100, 200, 1000, 2000, 10000, 20000)]
WIDTHS = (*SMALL, *LARGE, *DAYS)
"""Widths of intervals in nanoseconds; each is a multiple of the one before it, and a dozen of the
last hold all times that there are."""
KEPT = 2000
"""Intervals that are kept."""
SHOWN = 60
"""Intervals that are shown, at most."""


class Rates:
    """Counts by interval; intervals begin at multiples of their width since 1970."""

    of_file = True

    def __init__(self, options: Options) -> None:
        self._width = 0
        self._first = 0
        self._counts: NDArray[np.int64] = np.zeros((0, 2), np.int64)

    def update(self, seen: Seen) -> None:
        """Count the rows that have a time."""
        times = seen.of(seen.chunk.time_ns)
        octets = seen.of(seen.chunk.original)
        timed = times != NO_TIME
        if not timed.all():
            times, octets = times[timed], octets[timed]
        self._count(times, octets)

    def merge(self, other: Rates) -> None:
        """Add another's counts."""
        if len(other._counts):
            self._add(other._width, other._first, other._counts)

    def table(self, name: str) -> Table:
        """``rates``: of the narrowest width of which there are not too many."""
        place = self._width
        counts, first = self._counts, self._first
        while len(counts) > SHOWN:
            counts, first = _widened(counts, first, place, place + 1)
            place += 1
        width = WIDTHS[place]
        rows: list[Row] = [
            ((first + step) * width, int(packets), int(octets),
             packets * SECOND / width, 8 * octets * SECOND / width)
            for step, (packets, octets) in enumerate(counts.tolist())
        ]  # fmt: skip
        columns = (
            Column("time", "From", "time"), *COUNTS, Column("packet_rate", "Packets/s", "rate"),
            Column("bit_rate", "Bits/s", "rate"),
        )  # fmt: skip
        remarks = [f"each row is {width / SECOND:g} s"] if rows else []
        return Table("rates", "Rates", columns, rows, len(rows), remarks)

    def _count(self, times: NDArray[np.int64], octets: NDArray[np.int64]) -> None:
        if not len(times):
            return
        low, high = int(times.min()), int(times.max())
        place = next(at for at, width in enumerate(WIDTHS) if high // width - low // width < KEPT)
        place = max(place, self._width)
        first = low // WIDTHS[place]
        steps = times // WIDTHS[place] - first
        counts = np.stack([np.bincount(steps), np.bincount(steps, octets).astype(np.int64)], axis=1)
        self._add(place, first, counts)

    def _add(self, place: int, first: int, counts: NDArray[np.int64]) -> None:
        """Add counts of another width to ours, both of the wider one, or wider still."""
        if not len(self._counts):
            self._width, self._first, self._counts = place, first, counts
            return
        mine, start, wide = self._counts, self._first, max(self._width, place)
        while True:
            mine, start = _widened(mine, start, self._width, wide)
            more, begin = _widened(counts, first, place, wide)
            low = min(start, begin)
            size = max(start + len(mine), begin + len(more)) - low
            if size <= KEPT:
                break
            self._width, self._counts, self._first = wide, mine, start
            place, counts, first = wide, more, begin
            wide += 1
        both = np.zeros((size, 2), np.int64)
        both[start - low : start - low + len(mine)] += mine
        both[begin - low : begin - low + len(more)] += more
        self._width, self._first, self._counts = wide, low, both


def _widened(
    counts: NDArray[np.int64], first: int, place: int, wide: int
) -> tuple[NDArray[np.int64], int]:
    """Counts by intervals of a wider width, and the number of the first of them."""
    if place == wide:
        return counts, first
    starts = (first + np.arange(len(counts))) // (WIDTHS[wide] // WIDTHS[place])
    low = int(starts[0])
    steps = starts - low
    return np.stack(
        [np.bincount(steps, column).astype(np.int64) for column in counts.T], axis=1
    ), low  # fmt: skip
