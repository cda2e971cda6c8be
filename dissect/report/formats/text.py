"""``-T text``: tables for a terminal, as wide as it is."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Drawn
from rich.text import Text

from dissect.analysis.analysis import Finding, Level
from dissect.analysis.table import Column, Row, Table
from dissect.export.sanitise import visible
from dissect.report.formats.look import RIGHT, Look, for_people, headlines, packets_of, verdict
from dissect.report.formats.md import remarks_of
from dissect.report.run import Report

WIDE = 200
"""Columns of a line where nothing tells how wide it may be."""
BARS = " ▁▂▃▄▅▆▇█"
INDENT = "  "
FINDINGS = 30
"""Findings that are told, at most."""
STYLES: dict[Level, str] = {"error": "bold red", "warning": "yellow", "note": "cyan"}
FOLDED = 24
"""Characters of a column of text that it is at least given, if it has them."""
GAP = 3
"""Characters between columns."""
LEAST = (
    "name", "a_name", "b_name", "sent_octets", "received_octets", "a_to_b_octets",
    "b_to_a_octets", "first", "duration", "a_to_b", "b_to_a", "sent", "received", "ticks",
    "snaplen", "description", "scope", "share",
)  # fmt: skip
"""Names of columns, what is missed least first: those that go where a line is too short.  Then go
the last ones."""


def write(stream: TextIO, reports: list[Report], look: Look) -> None:
    """Write the reports, one behind the other."""
    page = io.StringIO()
    console = Console(
        file=page, width=look.width or WIDE, force_terminal=look.color, no_color=not look.color,
        color_system="standard" if look.color else None, highlight=False, markup=False,
        emoji=False, legacy_windows=False,
    )  # fmt: skip
    for report in reports:
        names = ", ".join(map(visible, report.paths))
        console.print(Text(f"Report: {names}", "bold"), soft_wrap=True)
        if report.condition:
            console.print(Text(f"Filter: {visible(report.condition)}"), soft_wrap=True)
        _write_findings(console, report.findings)
        for table in report.tables:
            if table.rows:
                _write_table(console, table)
        empty = [table.title for table in report.tables if not table.rows]
        if empty:
            console.print(Text(f"\nNothing to tell: {', '.join(empty)}", "dim"))
        stream.writelines(f"{line.rstrip()}\n" for line in page.getvalue().splitlines())
        page.seek(0)
        page.truncate()


def _write_findings(console: Console, findings: list[Finding]) -> None:
    """What should be looked at, before everything else."""
    if not findings:
        return
    console.print()
    console.print(Text(f"Findings: {verdict(findings)}", "bold"))
    drawn = Drawn(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    told = headlines(findings)
    for finding, more in told[:FINDINGS]:
        behind = ", ".join(filter(None, (packets_of(finding), finding.rule)))
        words = visible(finding.words) + (f" ({behind})" if behind else "")
        words += f" … and {len(more):,} more like it" if more else ""
        drawn.add_row(Text(finding.level, STYLES[finding.level]), Text(words))
    if len(told) > FINDINGS:
        drawn.add_row(Text(""), Text(f"and {len(told) - FINDINGS:,} of other kinds", "dim"))
    console.print(Padding(drawn, (0, 0, 0, len(INDENT))))


def _write_table(console: Console, table: Table) -> None:
    console.print()
    console.print(Text(table.title, "bold"))
    if table.name == "rates":  # the bars tell of intervals without packets
        console.print(Text(INDENT + sparkline([int(row[1] or 0) for row in table.rows], "packets")))
        console.print(Text(INDENT + sparkline([int(row[2] or 0) for row in table.rows], "octets")))
        table = replace(table, rows=[row for row in table.rows if row[1]], total=0)
    left_out: list[str] = []
    if table.upright:
        for row in table.rows:
            console.print(_upright(table, row))
    else:
        left_out = _write_rows(console, table)
        if left_out:
            left_out = [f"no room for: {', '.join(left_out)}"]
    for remark in [*left_out, *remarks_of(table)]:
        console.print(Text(f"{INDENT}{visible(remark)}", "dim"), soft_wrap=True)


def _upright(table: Table, row: Row) -> Drawn:
    """Facts, one below the other."""
    drawn = Drawn(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 2))
    for column, value in zip(table.columns, row, strict=True):
        if value is not None:
            drawn.add_row(column.title, Text(visible(for_people(column, value))))
    return drawn


def _write_rows(console: Console, table: Table) -> list[str]:
    """Write rows; hands back the titles of columns for which there is no room.

    Columns in which there is nothing at all are not written either.
    """
    kept = [
        at for at, column in enumerate(table.columns)
        if any(row[at] is not None for row in table.rows) and not _is_plain_path(table, column)
    ]  # fmt: skip
    cells = {at: [_cell(table, at, row) for row in table.rows] for at in kept}
    longest = {at: max(map(cell_len, (table.columns[at].title, *cells[at]))) for at in kept}
    widths = {at: _width(table.columns[at], longest[at]) for at in kept}
    left_out = []
    for name in (*LEAST, *(column.name for column in reversed(table.columns[1:]))):
        if _line(widths.values()) <= console.width:
            break
        for at in [at for at in widths if table.columns[at].name == name]:
            del widths[at]
            left_out.append(table.columns[at].title)
    columns = [(table.columns[at], longest[at], cells[at]) for at in widths]
    if _line(longest[at] for at in widths) <= console.width:
        _write_plain(console, columns)
    else:
        console.print(_folded(columns))
    return left_out


def _write_plain(console: Console, columns: list[tuple[Column, int, list[str]]]) -> None:
    """Columns, their widths and cells, of which none has to be folded."""
    texts = []
    for column, width, cells in columns:
        blanks = [" " * (width - cell_len(cell)) for cell in (column.title, *cells)]
        both = zip((column.title, *cells), blanks, strict=True)
        texts.append([b + a if column.kind in RIGHT else a + b for a, b in both])
    head, *lines = map((GAP * " ").join, zip(*texts, strict=True))
    console.print(Text(head, "bold"), soft_wrap=True)
    console.print(Text("\n".join(("─" * cell_len(head), *lines))), soft_wrap=True)


def _folded(columns: list[tuple[Column, int, list[str]]]) -> Drawn:
    """Columns as a table in which rich folds what is too long."""
    drawn = Drawn(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 1))
    for column, _, _ in columns:
        right = column.kind in RIGHT
        drawn.add_column(
            column.title, justify="right" if right else "left", no_wrap=right, overflow="fold"
        )  # fmt: skip
    for row in zip(*(cells for _, _, cells in columns), strict=True):
        drawn.add_row(*map(Text, row))
    return drawn


def _width(column: Column, longest: int) -> int:
    """What a column needs: text may be folded, numbers may not."""
    return longest if column.kind in RIGHT else min(longest, FOLDED)


def _line(widths: Iterable[int]) -> int:
    """How long a line is with columns of such widths."""
    return sum(width + GAP for width in widths) - GAP


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
