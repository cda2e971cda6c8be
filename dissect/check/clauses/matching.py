"""``filter``, ``count`` and ``every``: how many packets pass, and what else holds for them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dissect.check.failure import Examples, Failure, Shown, packets_text
from dissect.check.number import Wanted
from dissect.check.reading import Reading
from dissect.check.several import Row, rows
from dissect.filter import Filter, compile_filter
from dissect.filter.types import Joined

PARTS = 8
"""Parts of a filter that are counted by themselves, to find the one that nothing passes."""


class Matching:
    """``count``: how many packets pass the filter."""

    looked: tuple[Filter, ...] = ()
    names: tuple[str, ...] = ()

    def __init__(self, test: Filter, wanted: Wanted) -> None:
        self.tests = (test,)
        self.wanted = wanted
        self.found = Examples()

    def update(self, row: Row) -> None:
        """Count."""
        for number in row.number[row.passing(self.tests[0])].tolist():
            self.found.add(number)

    def failures(self, reading: Reading) -> Iterator[Failure]:
        """A number that isn't wanted."""
        total = self.found.total
        if self.wanted(total):
            return
        text = self.tests[0].text
        passing = f" that pass {text}" if text else ""
        hints = tuple(_by_part(self.tests[0], reading)) if total == 0 else ()
        yield Failure(
            "count", f"{self.wanted.text} packets{passing}", packets_text(total),
            tuple(self.found.shown), total, hints,
        )  # fmt: skip


def _by_part(test: Filter, reading: Reading) -> Iterator[str]:
    """How many packets pass each part of an ``and``, where none passes all."""
    if not (isinstance(test.test, Joined) and test.test.word == "and"):
        return
    parts = [compile_filter(part.text) for part in test.test.tests[:PARTS]]
    counts = dict.fromkeys((part.text for part in parts), 0)
    with reading.open() as capture:
        for row in rows(capture, parts, (), lambda packet: None, ()):
            for part in parts:
                counts[part.text] += int(np.count_nonzero(row.passing(part)))
    for text, count in counts.items():
        yield f"{packets_text(count)} pass{'es' * (count < 2)} {text}"


class Every:
    """``every``: each packet that passes the filter passes another one."""

    looked: tuple[Filter, ...] = ()
    names: tuple[str, ...] = ()

    def __init__(self, test: Filter, every: Filter) -> None:
        self.tests = (test, every)
        self.broken = Examples()
        self.total = 0
        self._fields = tuple(sorted(every.fields))

    def update(self, row: Row) -> None:
        """Look for those that don't."""
        test, every = self.tests
        wanted = row.passing(test)
        self.total += int(np.count_nonzero(wanted))
        for number in row.number[wanted & ~row.passing(every)].tolist():
            self.broken.add(number, fields=self._fields)

    def failures(self, reading: Reading) -> Iterator[Failure]:
        """Those that don't."""
        if not self.broken.total:
            return
        test, every = self.tests
        about = f"every packet that passes {test.text}" if test.text else "every packet"
        found = f"{self.broken.total:,} of {packets_text(self.total)} do not"
        if self.broken.total == 1:
            found = f"1 of {packets_text(self.total)} does not"
        shown: list[Shown] = self.broken.shown
        yield Failure(
            "every", f"{about} passes {every.text}", found, tuple(shown), self.broken.total
        )
