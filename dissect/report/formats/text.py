"""``-T text``: tables for a terminal, as wide as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TextIO

from dissect.analysis.analysis import Finding, Level
from dissect.analysis.table import Column, Row, Table
from dissect.export.sanitise import visible
from dissect.report.formats.grid import Pillar, folded, grid
from dissect.report.formats.look import RIGHT, Look, for_people, headlines, packets_of, verdict
from dissect.report.formats.md import remarks_of
from dissect.report.summary import Report

WIDE = 200
"""Columns of a line where nothing tells how wide it may be."""
BARS = " ▁▂▃▄▅▆▇█"
INDENT = "  "
FINDINGS = 30
"""Findings that are told, at most."""
BOLD, DIM = "1", "2"
COLORS: dict[Level, str] = {"error": "1;31", "warning": "33", "note": "36"}
FOLDED = 24
"""Characters of a column of text that it is at least given, if it has them."""
GAP, UPRIGHT_GAP, FINDINGS_GAP = 3, 4, 2
"""Characters between columns."""
LEAST = (
    "name", "a_name", "b_name", "sent_octets", "received_octets", "a_to_b_octets",
    "b_to_a_octets", "first", "duration", "a_to_b", "b_to_a", "sent", "received", "ticks",
    "snaplen", "description", "scope", "share",
)  # fmt: skip
"""Names of columns, what is missed least first: those that go where a line is too short.  Then go
the last ones."""


class Page:
    """How lines are written."""

    def __init__(self, look: Look) -> None:
        self._color = look.color
        self.width = look.width or WIDE

    def paint(self, text: str, code: str) -> str:
        """Text in a colour or weight, as ECMA-48 has them."""
        return f"\x1b[{code}m{text}\x1b[0m" if self._color else text

    def bold(self, text: str) -> str:
        """A title."""
        return self.paint(text, BOLD)

    def dim(self, text: str) -> str:
        """A remark."""
        return self.paint(text, DIM)


def write(stream: TextIO, reports: list[Report], look: Look) -> None:
    """Write the reports, one behind the other."""
    for report in reports:
        stream.writelines(f"{line.rstrip()}\n" for line in _report(Page(look), report))


def _report(page: Page, report: Report) -> Iterator[str]:
    yield page.bold(f"Report: {', '.join(map(visible, report.paths))}")
    if report.condition:
        yield f"Filter: {visible(report.condition)}"
    if report.findings:
        yield from _findings(page, report.findings)
    for table in report.tables:
        if table.rows:
            yield from _table(page, table)
    empty = [table.title for table in report.tables if not table.rows]
    if empty:
        yield ""
        yield from map(page.dim, folded(f"Nothing to tell: {', '.join(empty)}", page.width))


def _findings(page: Page, findings: list[Finding]) -> Iterator[str]:
    """What should be looked at, before everything else."""
    yield ""
    yield page.bold(f"Findings: {verdict(findings)}")
    told = headlines(findings)
    room = max(len(finding.level) for finding, _ in told[:FINDINGS]) + FINDINGS_GAP
    for finding, more in told[:FINDINGS]:
        behind = ", ".join(filter(None, (packets_of(finding), finding.rule)))
        words = visible(finding.words) + (f" ({behind})" if behind else "")
        words += f" … and {len(more):,} more like it" if more else ""
        level = page.paint(finding.level, COLORS[finding.level])
        before = INDENT + level + " " * (room - len(finding.level))
        for line in folded(words, page.width - len(INDENT) - room):
            yield before + line
            before = INDENT + " " * room
    if len(told) > FINDINGS:
        yield INDENT + " " * room + page.dim(f"and {len(told) - FINDINGS:,} of other kinds")


def _table(page: Page, table: Table) -> Iterator[str]:
    yield ""
    yield page.bold(table.title)
    if table.name == "rates":  # the bars tell of intervals without packets
        for at, words in ((1, "packets"), (2, "octets")):
            bars = sparkline([int(row[at] or 0) for row in table.rows], words)
            yield from folded(INDENT + bars, page.width)
        table = replace(table, rows=[row for row in table.rows if row[1]], total=0)
    left_out: list[str] = []
    if table.upright:
        for row in table.rows:
            yield from _upright(page, table, row)
    else:
        pillars, left_out = _pillars(table, page.width)
        yield from grid(pillars, page.width, GAP, page.bold)
        if left_out:
            left_out = [f"no room for: {', '.join(left_out)}"]
    for remark in [*left_out, *remarks_of(table)]:
        yield page.dim(f"{INDENT}{visible(remark)}")


def _upright(page: Page, table: Table, row: Row) -> Iterator[str]:
    """Facts, one below the other."""
    facts = [
        (column.title, visible(for_people(column, value)))
        for column, value in zip(table.columns, row, strict=True) if value is not None
    ]  # fmt: skip
    titles, texts = zip(*facts, strict=True)
    return grid([Pillar("", titles), Pillar("", texts)], page.width, UPRIGHT_GAP)


def _pillars(table: Table, width: int) -> tuple[list[Pillar], list[str]]:
    """The columns of a table, and the titles of those for which there is no room.

    Columns in which there is nothing at all are not drawn either.
    """
    found = {
        column.name: Pillar(
            column.title, [_cell(table, at, row) for row in table.rows], column.kind in RIGHT
        )
        for at, column in enumerate(table.columns)
        if any(row[at] is not None for row in table.rows) and not _is_plain_path(table, column)
    }
    widths = {name: _least(pillar) for name, pillar in found.items()}
    left_out = []
    for name in (*LEAST, *(column.name for column in reversed(table.columns[1:]))):
        if sum(widths.values()) + GAP * (len(widths) - 1) <= width:
            break
        if widths.pop(name, None) is not None:
            left_out.append(found.pop(name).title)
    return list(found.values()), left_out


def _least(pillar: Pillar) -> int:
    """What a column needs: text may be folded, numbers may not."""
    return pillar.width if pillar.right else min(pillar.width, FOLDED)


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
