"""Rows that the engine has told, and which of those on the screen are still to be asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from tui.model.packets import Row

MOST = 4096
"""Rows that are kept."""


class Rows:
    """The rows by number, the latest used last.

    What is stale is still shown until its successor is there: nothing flickers.
    """

    def __init__(self) -> None:
        self._rows: OrderedDict[int, tuple[Row, int]] = OrderedDict()
        self._age = 0

    def get(self, number: int) -> Row | None:
        """The row, maybe a stale one; None if it was never told or is forgotten."""
        found = self._rows.get(number)
        if found is None:
            return None
        self._rows.move_to_end(number)
        return found[0]

    def put(self, rows: Iterable[Row], age: int | None = None) -> list[int]:
        """Take rows that were asked for at an age; hands back the numbers that look different."""
        changed = []
        for row in rows:
            before = self._rows.get(row.number)
            if before is None or before[0] != row:
                changed.append(row.number)
            self._rows[row.number] = row, self._age if age is None else age
            self._rows.move_to_end(row.number)
        while len(self._rows) > MOST:
            self._rows.popitem(last=False)
        return changed

    def missing(self, numbers: Iterable[int]) -> list[int]:
        """Those of some numbers that are unknown or stale."""
        rows, age = self._rows, self._age
        return [number for number in numbers if number not in rows or rows[number][1] != age]

    @property
    def age(self) -> int:
        """Grows whenever all rows become stale."""
        return self._age

    def expire(self) -> None:
        """What is known is stale: columns, colours, or what can be known have changed."""
        self._age += 1

    def clear(self) -> None:
        """Forget all: texts of other columns don't fit."""
        self._rows.clear()
        self._age += 1
