"""``-T csv``: one table, its columns' names in the first line (RFC 4180, but for ``\\n``)."""

from __future__ import annotations

import csv
from typing import TextIO

from dissect.analysis.table import Column, Value
from dissect.export.sanitise import no_formula, visible
from dissect.report.formats.look import Look, for_programs
from dissect.report.run import Report


def write(stream: TextIO, reports: list[Report], look: Look) -> None:
    """Write the rows of the reports' table; its columns once."""
    writer = csv.writer(stream, lineterminator="\n")
    for place, report in enumerate(reports):
        (table,) = report.tables
        if not place:
            writer.writerow([column.name for column in table.columns])
        for row in table.rows:
            pairs = zip(table.columns, row, strict=True)
            writer.writerow([_cell(column, value) for column, value in pairs])


def _cell(column: Column, value: Value) -> Value:
    if isinstance(value, str):
        return no_formula(visible(value))
    return for_programs(column, value)
