"""Mistakes of ours that are met while a whole capture is read: they are told, the rest goes on."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def mistake(error: Exception) -> str:
    """One line about an exception that nothing in a capture should have led to, and where."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f", {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"a mistake of ours ({type(error).__name__}: {error}{place})"


class Bugs:
    """Who has stumbled over what: for each the first time, and how often.

    strict  they are raised (for tests, and for who has no other way to learn of them)
    """

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict
        self._first: dict[str, tuple[str, int]] = {}

    def caught(self, who: str, error: Exception, number: int = 0) -> None:
        """Take in an exception of ``who``, at the packet of a number (0: at none)."""
        if self.strict:
            raise error
        where = f"packet {number}: " if number else ""
        words, times = self._first.get(who, (f"{where}{mistake(error)}", 0))
        self._first[who] = words, times + 1

    def each(
        self, who: str, tell: Callable[[], Iterable[T] | None], number: int = 0
    ) -> Iterator[T]:  # fmt: skip
        """What ``who`` tells, if anything, up to a mistake."""
        try:
            yield from tell() or ()
        except Exception as error:
            self.caught(who, error, number)

    def merge(self, other: Bugs) -> None:
        """Take in what was met behind this."""
        for who, (words, times) in other._first.items():
            mine, before = self._first.get(who, (words, 0))
            self._first[who] = mine, before + times

    def words(self) -> list[str]:
        """A line for each who stumbled."""
        return [
            f"{who} is incomplete: {words}" + (f" (and {times - 1:,} more)" if times > 1 else "")
            for who, (words, times) in self._first.items()
        ]


STRICT = Bugs(strict=True)
"""Raises all, and so keeps nothing."""
