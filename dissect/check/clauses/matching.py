"""``filter``, ``count`` and ``every``: how many packets pass, and what else holds for them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dissect.check.clauses import Clause
from dissect.check.failure import Examples, Failure, Shown, packets_text
from dissect.check.number import Wanted
from dissect.check.reading import Reading
from dissect.check.several import Row, both, rows
from dissect.engine.packet import Packet
from dissect.filter import Filter, compile_filter
from dissect.filter.types import Joined

PARTS = 8
"""Parts of a filter that are looked at one by one, to find the one that nothing passes."""


class Matching(Clause):
    """``count``: how many packets pass the filter."""

    def __init__(self, test: Filter, wanted: Wanted) -> None:
        self.tests = (test,)
        self.wanted = wanted
        self.found = Examples()

    def update(self, row: Row) -> None:
        """Count."""
        self.found.add_all(row.number[row.passing(self.tests[0])].tolist())

    def failures(self, reading: Reading) -> Iterator[Failure]:
        """A number that isn't wanted."""
        total, text = self.found.total, self.tests[0].text
        if self.wanted(total):
            return
        packets = "packet" if self.wanted.text.split()[-1] == "1" else "packets"
        expected = f"{self.wanted.text} {packets}" + (f" with {text}" if text else "")
        hints = () if total else tuple(_by_part(self.tests[0], reading))
        shown = tuple(self.found.shown)
        yield Failure("count", expected, packets_text(total), shown, total, hints)


class Every(Clause):
    """``every``: each packet that passes the filter passes another one."""

    def __init__(self, test: Filter, every: Filter) -> None:
        self.test, self.every = test, every
        self.tests = (test, both(test, every))
        self.broken = Examples()
        self.total = 0

    def update(self, row: Row) -> None:
        """Look for those that don't."""
        about, holds = map(row.passing, self.tests)
        self.total += int(np.count_nonzero(about))
        self.broken.add_all(row.number[about & ~holds].tolist())

    def failures(self, reading: Reading) -> Iterator[Failure]:
        """Those that don't."""
        test, every = self.test, self.every
        broken = self.broken.total
        if not broken:
            return
        about = f"every packet with {test.text}" if test.text else "every packet"
        found = f"{broken:,} of {packets_text(self.total)} {'has' if broken == 1 else 'have'} not"
        packets = reading.packets(shown.number for shown in self.broken.shown)
        shown = tuple(self._shown(packet) for packet in packets.values())
        yield Failure("every", f"{about} has {every.text}", found, shown, broken)

    def _shown(self, packet: Packet) -> Shown:
        """A packet with the fields that keep it from passing."""
        broken = [part for part in _parts(self.every) if not part(packet)]
        fields = {name for part in broken for name in part.fields}
        return Shown(packet.number, fields=tuple(sorted(fields)))


def _parts(test: Filter) -> list[Filter]:
    """The parts of an ``and``; the filter itself where it is none."""
    if isinstance(test.test, Joined) and test.test.word == "and":
        return [compile_filter(part.text) for part in test.test.tests[:PARTS]]
    return [test]


def _by_part(test: Filter, reading: Reading) -> Iterator[str]:
    """How many packets pass each part of an ``and``, where none passes all."""
    parts = _parts(test)
    if len(parts) == 1:
        return
    counts = [0] * len(parts)
    with reading.open() as capture:
        for row in rows(capture, parts):
            for place, part in enumerate(parts):
                counts[place] += int(np.count_nonzero(row.passing(part)))
    for part, count in zip(parts, counts, strict=True):
        yield f"{packets_text(count)} with {part.text}"
