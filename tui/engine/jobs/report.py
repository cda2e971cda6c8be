"""Tables of the report over the whole capture, or over the packets that pass a filter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui.model.tables import Column, Finding, Found, Table

if TYPE_CHECKING:
    from dissect.analysis.table import Table as Made
    from tui.engine.server import Engine


def run(
    engine: Engine, names: tuple[str, ...], condition: str = "", prefix: int = 128
) -> Iterator[Found]:
    """The tables of these names and what is remarkable about them."""
    from dissect.analysis.options import Options
    from dissect.report.run import report
    from dissect.report.summary import Plan

    plan = Plan(names, Options(prefix=prefix, top=MOST), condition, strict=False)
    made = report([engine.reader.path], plan)
    findings = [
        Finding(one.level, one.rule, one.words, tuple(ref.number for ref in one.packets),
                one.table) for one in made.findings
    ]  # fmt: skip
    findings += [Finding("error", "", failure, (), "") for failure in made.failures]
    yield Found([plain(table) for table in made.tables], findings)


MOST = 5000
"""Rows of a table."""


def plain(table: Made) -> Table:
    """A table as text that is known on both sides."""
    from dissect.analysis.table import Ref
    from dissect.report.formats.look import RIGHT, for_people

    columns = [Column(one.name, one.title, one.kind in RIGHT) for one in table.columns]
    rows = [
        [for_people(column, value) for column, value in zip(table.columns, row, strict=True)]
        for row in table.rows
    ]
    keys = [
        [value if isinstance(value, int | float) else None for value in row] for row in table.rows
    ]
    packets = [
        next((value.number for value in row if isinstance(value, Ref)), 0) for row in table.rows
    ]
    return Table(
        table.name, table.title, columns, rows, keys, packets, table.total, table.remarks,
        table.upright,
    )  # fmt: skip
