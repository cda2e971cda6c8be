"""Which packets of a capture are wanted: those that pass a filter, some numbers, so many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dissect.filter.filter import Filter
from dissect.filter.passing import Passed


@dataclass
class Chosen:
    """Which packets are wanted.

    test    the filter that they have to pass
    ranges  numbers, (first, last) of each range
    count   so many at most
    """

    test: Filter | None = None
    ranges: Sequence[tuple[int, float]] | None = None
    count: int | None = None

    @property
    def last(self) -> float:
        """The last number that can be wanted."""
        return max(high for _, high in self.ranges) if self.ranges else float("inf")

    def of(self, passed: Iterator[Passed]) -> Iterator[Passed]:
        """The rows that are wanted of those that pass."""
        left = float("inf") if self.count is None else self.count
        for found in passed:
            rows = found.rows
            if self.ranges:
                number = found.chunk.number
                inside = [(low <= number) & (number <= high) for low, high in self.ranges]
                rows = rows & np.logical_or.reduce(inside)
            if rows.sum() > left:
                rows = rows & (np.cumsum(rows) <= left)
            left -= rows.sum()
            yield found._replace(rows=rows)
            if not left:
                return

    @property
    def all(self) -> bool:
        """Every packet is."""
        return self.test is None and self.ranges is None and self.count is None
