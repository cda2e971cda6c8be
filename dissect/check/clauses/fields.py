"""``fields``: a field of one packet has a value, or several in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dissect.check.clauses import Clause
from dissect.check.clauses.values import FieldRead, equal
from dissect.check.failure import Failure, Shown, packets_text
from dissect.check.reading import Reading
from dissect.check.several import Row
from dissect.engine.packet import Packet
from dissect.filter import Filter
from dissect.filter.types import Constant


@dataclass(frozen=True)
class FieldWanted:
    """One row of the table.

    packet, match  which packet: by its number, or the nth that passes the filter
    values         one of them has to be there, if only one is named; all in order in a list;
                   None: any value
    """

    field: FieldRead
    packet: int | None
    match: int
    values: tuple[Constant, ...] | None
    exact: bool

    @property
    def expected(self) -> str:
        """In words."""
        if self.values is None:
            return f"{self.field.text} is there"
        texts = [constant.text for constant in self.values]
        return f"{self.field.text}: {', '.join(texts) if texts else 'not there'}"

    def holds(self, packet: Packet) -> bool:
        """Whether a packet is so."""
        found = self.field.values(packet)
        if self.values is None:
            return bool(found)
        if self.exact:
            return len(found) == len(self.values) and all(map(equal, found, self.values))
        return any(equal(value, self.values[0]) for value in found)


class Fields(Clause):
    """All rows of the table."""

    def __init__(self, test: Filter, wanted: tuple[FieldWanted, ...]) -> None:
        self.tests = (test,)
        self.wanted = wanted
        matches = [row.match for row in wanted if row.packet is None]
        self._first: list[int] = []
        self._most = max((match for match in matches if match > 0), default=0)
        self._last: deque[int] = deque(
            maxlen=-min((match for match in matches if match < 0), default=0)
        )
        self._total = 0

    def update(self, row: Row) -> None:
        """Note the numbers of the first and the last packets that pass."""
        found = np.flatnonzero(row.passing(self.tests[0]))
        self._total += len(found)
        numbers = row.number[found]
        if len(self._first) < self._most:
            self._first += numbers[: self._most - len(self._first)].tolist()
        if self._last.maxlen:
            self._last.extend(numbers[-self._last.maxlen :].tolist())

    def failures(self, reading: Reading) -> Iterator[Failure]:
        """Packets that aren't there, values that are others."""
        numbers = [self._number(row) for row in self.wanted]
        packets = reading.packets(number for number in numbers if number)
        for row, number in zip(self.wanted, numbers, strict=True):
            if number is None or number not in packets:
                yield Failure("fields", row.expected, self._absent(row))
                continue
            packet = packets[number]
            if not row.holds(packet):
                texts = row.field.texts(packet)
                found = ", ".join(texts) if texts else "not there"
                yield Failure(
                    "fields", f"in packet {number}, {row.expected}", found, (Shown(number),), 1
                )

    def _number(self, row: FieldWanted) -> int | None:
        if row.packet is not None:
            return row.packet
        numbers = self._first if row.match > 0 else list(self._last)
        place = row.match - 1 if row.match > 0 else len(numbers) + row.match
        return numbers[place] if 0 <= place < len(numbers) else None

    def _absent(self, row: FieldWanted) -> str:
        if row.packet is not None:
            return f"there is no packet {row.packet}"
        text = self.tests[0].text
        return f"{packets_text(self._total)}{f' with {text}' if text else ''}"
