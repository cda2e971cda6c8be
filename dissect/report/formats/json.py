"""``-T json``: the whole report as one object, by the schema in ``schema.json`` beside it.

    {"schema": "sixscope.report/1", "files": [NAME …], "filter": FILTER or null,
     "failures": [SENTENCE …], "findings": [{"level": "error", "warning" or "note", "rule": NAME or
     null, "words": SENTENCE, "packets": [PACKET …], "table": NAME} …],
     "tables": {NAME: {"title": …, "total": N, "remarks": […], "rows": [{COLUMN: VALUE …} …]}}}

Within a version of the schema, tables and columns may be added; what is there stays as it is.
"""

from __future__ import annotations

from typing import TextIO

import orjson

from dissect.analysis.analysis import Finding
from dissect.analysis.table import Column, Table, Value
from dissect.report.formats.look import Look, for_programs
from dissect.report.run import Report

SCHEMA = "sixscope.report/1"
PACKET = Column("packet", "Packet", "packet")
LARGEST = 63
"""Bits of a whole number; larger ones, such as 10^127 ticks a second, are written as 1e127."""


def write(stream: TextIO, reports: list[Report], look: Look) -> None:
    """Write a report, or several with ``--each`` as an array."""
    found = [as_object(report) for report in reports]
    whole = found[0] if len(found) == 1 else found
    stream.write(orjson.dumps(whole, option=orjson.OPT_INDENT_2).decode() + "\n")


def as_object(report: Report) -> dict[str, object]:
    """A report as JSON has it."""
    return {
        "schema": SCHEMA,
        "files": [_text(path) for path in report.paths],
        "filter": report.condition or None,
        "failures": [_text(failure) for failure in report.failures],
        "findings": list(map(_finding, report.findings)),
        "tables": {table.name: _table(table) for table in report.tables},
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "level": finding.level,
        "rule": finding.rule or None,
        "words": _text(finding.words),
        "packets": [for_programs(PACKET, ref) for ref in finding.packets],
        "table": finding.table,
    }


def _table(table: Table) -> dict[str, object]:
    rows = [
        {
            column.name: _value(column, value)
            for column, value in zip(table.columns, row, strict=True)
        }
        for row in table.rows
    ]
    return {"title": table.title, "total": table.total, "remarks": table.remarks, "rows": rows}


def _value(column: Column, value: Value) -> object:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int) and value.bit_length() > LARGEST:
        return float(value)
    return for_programs(column, value)


def _text(text: str) -> str:
    """Text that UTF-8 can hold: a file's name may have lone surrogates."""
    return text.encode("utf-8", "backslashreplace").decode()
