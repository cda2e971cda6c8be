"""``-T md``: tables in Markdown, as GitHub and others draw them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TextIO

from dissect.analysis.table import Column, Table
from dissect.export.sanitise import visible
from dissect.report.formats.look import RIGHT, Look, for_people
from dissect.report.summary import Report

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|&~])")
"""What Markdown or HTML would interpret."""


def write(stream: TextIO, reports: list[Report], look: Look) -> None:
    """Write the reports, one behind the other."""
    for report in reports:
        names = ", ".join(map(_escaped, report.paths))
        stream.write(f"# {names}\n\n")
        if report.condition:
            stream.write(f"Packets that pass {_escaped(report.condition)}\n\n")
        for failure in report.failures:
            stream.write(f"**{_escaped(failure)}**\n\n")
        for table in report.tables:
            if table.rows:
                _write_table(stream, table)


def _write_table(stream: TextIO, table: Table) -> None:
    stream.write(f"## {table.title}\n\n")
    if table.upright:
        for row in table.rows:
            pairs = [
                (column.title, for_people(column, value))
                for column, value in zip(table.columns, row, strict=True) if value is not None
            ]  # fmt: skip
            stream.write("| | |\n|---|---|\n")
            for title, text in pairs:
                stream.write(f"| {_escaped(title)} | {_escaped(text)} |\n")
            stream.write("\n")
    else:
        stream.write(_line(column.title for column in table.columns))
        stream.write("|" + "".join(map(_rule, table.columns)) + "\n")
        for row in table.rows:
            pair = zip(table.columns, row, strict=True)
            stream.write(_line(for_people(column, value) for column, value in pair))
        stream.write("\n")
    for remark in remarks_of(table):
        stream.write(f"{_escaped(remark)}\n\n")


def remarks_of(table: Table) -> list[str]:
    """The remarks on a table, and how many rows are not shown."""
    more = table.total - len(table.rows)
    return [*([f"and {more:,} more"] if more else []), *table.remarks]


def _rule(column: Column) -> str:
    return "---:|" if column.kind in RIGHT else "---|"


def _line(texts: Iterable[str]) -> str:
    return "| " + " | ".join(map(_escaped, texts)) + " |\n"


def _escaped(text: str) -> str:
    return SPECIAL.sub(r"\\\1", visible(text))
