"""A table of a report or an analysis, as data: what the formats write down.

Values are plain: numbers, text, None.  What they mean their column's kind says, by which a format
chooses how to write them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeVar, overload

T = TypeVar("T")

Kind = Literal[
    "count", "octets", "number", "text", "time", "seconds", "share", "rate", "packet"
]  # fmt: skip
"""``time`` is nanoseconds since 1970, ``seconds`` and ``rate`` (of something, a second) are
floating-point numbers, ``share`` is from 0 to 1, ``number`` is one that isn't counted up,
``packet`` is a ``Ref``."""


class Ref(NamedTuple):
    """A packet: its number from 1, in one of the files that are read together, from 0."""

    number: int
    file: int = 0

    def __str__(self) -> str:
        """``12``; ``2:12`` in the second file."""
        return f"{self.file + 1}:{self.number}" if self.file else str(self.number)


Value = int | float | str | Ref | None
Row = tuple[Any, ...]
"""The values of a table's columns: each a ``Value``."""


class Column(NamedTuple):
    """A column: its name in JSON and CSV, what a person reads above it, and what is in it.

    packet  text from a packet or file, which may be anything
    """

    name: str
    title: str
    kind: Kind = "count"
    packet: bool = False


class RowsOf(Sequence[Row]):
    """The rows of things, made when they are asked for: often only the first ones are."""

    def __init__(self, things: Iterable[T], row: Callable[[T], Row]) -> None:
        self._things = list(things)
        self._row = row

    def __len__(self) -> int:
        return len(self._things)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        """A row, or several as a list."""
        if isinstance(place, slice):
            return [self._row(one) for one in self._things[place]]
        return self._row(self._things[place])


@dataclass
class Table:
    """A table with its rows.

    upright   a single thing's facts, for people to be written one below the other
    total     rows that there are, of which these are the first
    remarks   what should be known about it: what was left out, where it comes from
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    total: int
    remarks: list[str] = field(default_factory=list)
    upright: bool = False


def how_many(number: int, thing: str) -> str:
    """How many there are of a thing: ``1 packet``, ``1,200 packets``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


COUNTS = (Column("packets", "Packets"), Column("octets", "Octets", "octets"))
