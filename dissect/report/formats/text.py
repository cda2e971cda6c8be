"""``-T text``: tables for a terminal, as wide as it is."""

from __future__ import annotations

from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as Drawn
from rich.text import Text

from dissect.export.sanitise import visible
from dissect.report.formats.look import RIGHT, Look, for_people
from dissect.report.formats.md import remarks_of
from dissect.report.summary import Report
from dissect.report.table import Column, Row, Table

WIDE = 200
"""Columns of a line where nothing tells how wide it may be."""
BARS = " ▁▂▃▄▅▆▇█"
INDENT = "  "


def write(stream: TextIO, reports: list[Report], look: Look) -> None:
    """Write the reports, one behind the other."""
    console = Console(
        file=stream, width=look.width or WIDE, force_terminal=look.color, no_color=not look.color,
        color_system="standard" if look.color else None, highlight=False, markup=False,
        emoji=False, legacy_windows=False,
    )  # fmt: skip
    for report in reports:
        names = ", ".join(map(visible, report.paths))
        console.print(Text(f"Report: {names}", "bold"), soft_wrap=True)
        if report.condition:
            console.print(Text(f"Filter: {visible(report.condition)}"), soft_wrap=True)
        for table in report.tables:
            if table.rows:
                _write_table(console, table)


def _write_table(console: Console, table: Table) -> None:
    console.print()
    console.print(Text(table.title, "bold"))
    if table.name == "rates":
        console.print(Text(INDENT + sparkline([int(row[1] or 0) for row in table.rows], "packets")))
        console.print(Text(INDENT + sparkline([int(row[2] or 0) for row in table.rows], "octets")))
    if table.upright:
        for row in table.rows:
            console.print(_upright(table, row))
    else:
        console.print(_drawn(table))
    for remark in remarks_of(table):
        console.print(Text(f"{INDENT}{visible(remark)}", "dim"), soft_wrap=True)


def _upright(table: Table, row: Row) -> Drawn:
    """Facts, one below the other."""
    drawn = Drawn(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 2))
    for column, value in zip(table.columns, row, strict=True):
        if value is not None:
            drawn.add_row(column.title, Text(visible(for_people(column, value))))
    return drawn


def _drawn(table: Table) -> Drawn:
    """A table, without the columns in which there is nothing at all."""
    kept = [
        at for at, column in enumerate(table.columns)
        if any(row[at] is not None for row in table.rows) and not _is_plain_path(table, column)
    ]  # fmt: skip
    drawn = Drawn(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 1))
    for at in kept:
        column = table.columns[at]
        right = column.kind in RIGHT
        drawn.add_column(
            column.title, justify="right" if right else "left", no_wrap=right, overflow="fold"
        )  # fmt: skip
    for row in table.rows:
        drawn.add_row(*(Text(_cell(table, at, row)) for at in kept))
    return drawn


def _is_plain_path(table: Table, column: Column) -> bool:
    """What the indentation of the hierarchy tells already."""
    return table.name == "hierarchy" and column.name in ("path", "depth")


def _cell(table: Table, at: int, row: Row) -> str:
    column = table.columns[at]
    text = visible(for_people(column, row[at]))
    if table.name == "hierarchy" and column.name == "protocol":
        text = INDENT * (int(row[2] or 1) - 1) + text
    return text


def sparkline(counts: list[int], words: str) -> str:
    """Counts as bars of an eighth of a line each: ``▂▁▄█ up to 12 packets``."""
    most = max(counts)
    bars = "".join(BARS[-(-count * 8 // most)] if most else BARS[0] for count in counts)
    return f"{bars} up to {most:,} {words}"
