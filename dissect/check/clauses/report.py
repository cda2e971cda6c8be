"""``report``: values in the tables of ``sixscope report``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from dissect.analysis.options import Options
from dissect.analysis.table import Table
from dissect.check.clauses import Clause
from dissect.check.failure import Failure
from dissect.check.model import Scalar
from dissect.check.reading import Reading
from dissect.report.summary import Plan, report

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
        made = report([reading.path], Plan(names, notes, self.condition))
        tables = {table.name: table for table in made.tables}
        for one in self.wanted:
            found, hints = _found(tables[one.table], one)
            if found is not None:
                yield Failure("report", f"{one.place}: {one.text}", found, hints=tuple(hints))


def _found(table: Table, wanted: ValueWanted) -> tuple[str | None, list[str]]:
    """What was found instead, and rows to look at; None where all is well."""
    names = [column.name for column in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in table.rows]
    chosen = [
        row for row in rows
        if all(_same(row[name], value) for name, value in wanted.where.items())
    ]  # fmt: skip
    if wanted.column is None:
        return (None if wanted.test(len(chosen)) else f"{len(chosen):,}"), []
    if len(chosen) == 1:
        value = chosen[0][wanted.column]
        return (None if wanted.test(value) else _text(value)), []
    shown = [_row(row) for row in (chosen or rows)[:ROWS]]
    if not chosen:
        return "there is no such row", shown
    return f"{len(chosen):,} rows are so", shown


def _same(value: object, wanted: Scalar) -> bool:
    return value == wanted or (value is not None and str(value) == str(wanted))


def _text(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _row(row: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items() if value is not None)
