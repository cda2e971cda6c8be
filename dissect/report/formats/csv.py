"""``-T csv``: one table, its columns' names in the first line (RFC 4180, but for ``\\n``)."""

from __future__ import annotations

import csv
from typing import TextIO

from dissect.export.sanitise import no_formula, visible
from dissect.report.formats.look import Look, for_programs
from dissect.report.summary import Report


def write(stream: TextIO, reports: list[Report], look: Look) -> None:
    """Write the rows of the reports' table; its columns once."""
    writer = csv.writer(stream, lineterminator="\n")
    for place, report in enumerate(reports):
        (table,) = report.tables
        if not place:
            writer.writerow([column.name for column in table.columns])
        for row in table.rows:
            writer.writerow([
                no_formula(visible(value)) if isinstance(value, str) else for_programs(column, value)
                for column, value in zip(table.columns, row, strict=True)
            ])  # fmt: skip
