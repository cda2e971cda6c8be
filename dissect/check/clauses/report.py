"""``report``: values in the tables of ``sixscope report``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from dissect.analysis.options import Options
from dissect.analysis.table import Ref, Table
from dissect.check.clauses import Clause
from dissect.check.failure import Failure, Shown
from dissect.check.model import Scalar
from dissect.check.reading import Reading
from dissect.report.summary import Plan, tables_of

ROWS = 5
"""Rows that are shown where none is the one wanted."""


@dataclass(frozen=True)
class ValueWanted:
    """One value: in a table, the rows that ``where`` describes, a column; or how many rows.

    test  whether a value is as wanted, ``text`` says how that is
    """

    table: str
    where: dict[str, Scalar]
    column: str | None
    text: str
    test: Callable[[object], bool]

    @property
    def place(self) -> str:
        """In words: ``conversations-tcp, port_a 80, packets``."""
        where = [f"{name} {value}" for name, value in self.where.items()]
        return ", ".join([self.table, *where, self.column or "number of rows"])


class Report(Clause):
    """All values of an expectation, of the packets that pass its filter."""

    def __init__(self, condition: str, wanted: tuple[ValueWanted, ...]) -> None:
        self.condition = condition
        self.wanted = wanted

    def failures(self, reading: Reading) -> Iterator[Failure]:
        """Values that are others, rows that aren't there or aren't the only one."""
        names = tuple(dict.fromkeys(one.table for one in self.wanted))
        notes = Options(notes="notes" in names)
        with reading.open(reassemble=False) as capture:  # as reports do
            tables = tables_of(capture, Plan(names, notes, self.condition))
        for one in self.wanted:
            found, rows = _found(tables[one.table], one)
            if found is None:
                continue
            hints = () if len(rows) == 1 else tuple(map(_row, rows[:ROWS]))
            numbers = {value.number for value in _refs(rows)}
            shown = tuple(map(Shown, sorted(numbers)))
            yield Failure(
                "report", f"{one.place}: {one.text}", found, shown, len(shown), hints
            )  # fmt: skip


Rows = list[dict[str, object]]
"""Of a table: values by column."""


def _found(table: Table, wanted: ValueWanted) -> tuple[str | None, Rows]:
    """What was found instead, and rows to look at; None where all is well."""
    names = [column.name for column in table.columns]
    rows: Rows = [dict(zip(names, row, strict=True)) for row in table.rows]
    chosen = [
        row for row in rows
        if all(_same(row[name], value) for name, value in wanted.where.items())
    ]  # fmt: skip
    if wanted.column is None:
        return (None if wanted.test(len(chosen)) else f"{len(chosen):,}"), chosen or rows
    if len(chosen) == 1:
        value = _plain(chosen[0][wanted.column])
        return (None if wanted.test(value) else _text(value)), chosen
    return (f"{len(chosen):,} rows are so" if chosen else "there is no such row"), chosen or rows


def _refs(rows: Rows) -> list[Ref]:
    """The first packet that each of a few rows rests on."""
    found = ([value for value in row.values() if isinstance(value, Ref)] for row in rows[:ROWS])
    return [refs[0] for refs in found if refs]


def _plain(value: object) -> object:
    """A value as expectations have it: a packet by its number."""
    return value.number if isinstance(value, Ref) else value


def _same(value: object, wanted: Scalar) -> bool:
    value = _plain(value)
    return value == wanted or (value is not None and str(value) == str(wanted))


def _text(value: object) -> str:
    if value is None:
        return "nothing"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _row(row: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items() if value is not None)
