"""Several filters asked of a capture in one pass, as exactly as one is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.api import Capture, Packet
from dissect.capture.table import NO_TIME
from dissect.columns import Chunk
from dissect.filter import Filter, compile_filter
from dissect.filter.masks import Mask, Truth
from dissect.filter.passing import passing_rows

Look = Callable[[Packet], Any]


UNKNOWN: list[Truth | None] = [None]


class Row:
    """The packets of one chunk, as each filter sees them.

    number, time_ns   of each packet
    """

    def __init__(self, chunk: Chunk, masks: Mapping[str, Mask], seen: Mapping[int, Any]) -> None:
        self.chunk = chunk
        self.number = chunk.number
        self.time_ns = chunk.time_ns
        self.seen = seen
        self._masks = masks

    def passing(self, test: Filter) -> Mask:
        """The rows that pass a filter."""
        return self._masks[test.text]


def by_time(row: Row, places: NDArray[np.int64]) -> list[int]:
    """Places of packets in the order of their times, as far as all have one.

    A file with several interfaces may have them in another order.
    """
    times = row.time_ns[places]
    if len(places) and times.min() != NO_TIME:
        places = places[np.argsort(times, kind="stable")]
    found: list[int] = places.tolist()
    return found


class Together:
    """Filters, asked as one that lets pass what one of those to be ``looked`` at lets pass."""

    def __init__(self, tests: Sequence[Filter], looked: Sequence[Filter]) -> None:
        self._tests = tests
        self._looked = [test in looked for test in tests]
        self.fields = frozenset(name for test in tests for name in test.fields)
        self._first = 0
        self._truths: list[Truth | None] = []
        self._answers: dict[int, list[bool]] = {}

    def decide(self, chunk: Chunk) -> Truth:
        """Which rows are to be looked at; known are those of which every filter knows."""
        self._first = int(chunk.number[0])
        self._answers.clear()
        truths = [test.decide(chunk) for test in self._tests]
        self._truths = [*truths]
        known, true = np.ones(len(chunk), bool), np.zeros(len(chunk), bool)
        for truth, looked in zip(truths, self._looked, strict=True):
            known &= truth.known
            if looked:
                true |= truth.true
        return Truth(true & known, known)

    def __call__(self, packet: Packet) -> bool:
        """Ask all filters that don't know already."""
        row = packet.number - self._first
        answers = self._answers[packet.number] = [
            bool(truth.true[row]) if truth is not None and truth.known[row] else test(packet)
            for test, truth in zip(
                self._tests, self._truths or UNKNOWN * len(self._tests), strict=True
            )
        ]
        return any(answer and looked for answer, looked in zip(answers, self._looked, strict=True))

    def masks(self, chunk: Chunk) -> dict[str, Mask]:
        """The rows of the chunk just read that pass each filter, by its text."""
        if self._truths:
            masks = [truth.true.copy() for truth in self._truths if truth is not None]
        else:
            masks = [np.zeros(len(chunk), bool) for _ in self._tests]
        for number, answers in self._answers.items():
            for mask, answer in zip(masks, answers, strict=True):
                mask[number - chunk.number[0]] = answer
        self._answers.clear()
        return {test.text: mask for test, mask in zip(self._tests, masks, strict=True)}


@cache
def both(test: Filter, other: Filter) -> Filter:
    """Packets that pass two filters: no others are decoded for what only trees tell."""
    if not test.text:
        return other
    return compile_filter(f"({test.text}) and ({other.text})") if other.text else test


def rows(
    capture: Capture, tests: Sequence[Filter], looked: Sequence[Filter] = (),
    look: Look | None = None, fields: tuple[str, ...] = (),
) -> Iterator[Row]:  # fmt: skip
    """Each chunk of a capture, with the rows that pass each of some filters.

    looked  those of whose packets more is to be known than columns tell: ``look`` is called with
            them, and what it gives is in ``Row.seen``
    fields  the names of all that ``look`` looks at
    """
    together = Together(tests, looked)
    for passed in passing_rows(capture, together, look if looked else None, fields):
        yield Row(passed.chunk, together.masks(passed.chunk), passed.seen)


class Numbers:
    """A filter that lets some packets pass, by their numbers."""

    fields = frozenset(("frame.number",))

    def __init__(self, numbers: set[int]) -> None:
        self._numbers = numbers
        self._array = np.array(sorted(numbers), np.int64)

    def __call__(self, packet: Packet) -> bool:
        """Whether it is one of them."""
        return packet.number in self._numbers

    def decide(self, chunk: Chunk) -> Truth:
        """Columns know all numbers."""
        found = np.isin(chunk.number, self._array)
        return Truth(found, np.ones(len(chunk), bool))
