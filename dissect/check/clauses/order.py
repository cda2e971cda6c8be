"""``order`` and ``within``: packets that come one after the other, in a certain time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dissect.capture.table import NO_TIME
from dissect.check.clauses import Clause
from dissect.check.failure import Failure, Shown
from dissect.check.number import duration_text
from dissect.check.reading import Reading
from dissect.check.several import Row, both, by_time
from dissect.filter import Filter


class Way(NamedTuple):
    """Packets that came in order, up to some step; the time of the first one."""

    numbers: tuple[int, ...]
    start: int


class Order(Clause):
    """Looks for the shortest way through all steps.

    For each step it keeps the way whose first packet is the latest: none that ends there is
    shorter.  So one pass finds whether there is a way in the time wanted.
    """

    def __init__(self, test: Filter, steps: tuple[Filter, ...], within: int | None) -> None:
        self.tests = tuple(both(test, step) for step in steps)
        self.steps = steps
        self.within = within
        self._ways: list[Way | None] = [None] * len(steps)
        self._best: tuple[int, Way] | None = None

    def update(self, row: Row) -> None:
        """Go on with the packets that pass some step."""
        if self._is_found:
            return
        passing = np.array([row.passing(test) for test in self.tests])
        for place in by_time(row, np.flatnonzero(passing.any(axis=0))):
            self._packet(int(row.number[place]), int(row.time_ns[place]), passing[:, place])
            if self._is_found:
                return

    @property
    def _is_found(self) -> bool:
        return self._best is not None and (self.within is None or self._best[0] <= self.within)

    def _packet(self, number: int, time: int, passes: np.ndarray) -> None:
        """Lengthen the ways that this packet is the next one of, the longest first."""
        if time == NO_TIME and self.within is not None:
            return
        for place in range(len(self.steps) - 1, -1, -1):
            if not passes[place]:
                continue
            if place == 0:
                way: Way | None = Way((number,), time)
            else:
                before = self._ways[place - 1]
                way = before and Way((*before.numbers, number), before.start)
            if way is not None:
                self._ways[place] = way
                if place == len(self.steps) - 1:
                    took = time - way.start
                    if self._best is None or took < self._best[0]:
                        self._best = took, way

    def failures(self, reading: Reading) -> Iterator[Failure]:
        """No way at all, or none in time."""
        if self._is_found:
            return
        steps = ", then ".join(step.text for step in self.steps)
        limit = "" if self.within is None else f", within {duration_text(self.within)}"
        expected = f"{steps}{limit}"
        if self._best is not None:
            took, way = self._best
            yield Failure(
                "order", expected, f"the quickest took {duration_text(took)}",
                tuple(map(Shown, way.numbers)), len(way.numbers),
            )  # fmt: skip
            return
        longest = next((way for way in reversed(self._ways) if way is not None), None)
        if longest is None:
            yield Failure("order", expected, f"no packet with {self.steps[0].text}")
            return
        done = len(longest.numbers)
        yield Failure(
            "order", expected, f"behind these, no packet with {self.steps[done].text}",
            tuple(map(Shown, longest.numbers)), done,
        )  # fmt: skip
