"""The schema of ``-T json`` as the tables' columns have it: ``python -m tests.report.schema``
writes it into the package."""

from __future__ import annotations

import json
from pathlib import Path

from dissect.analysis.analysis import LEVELS
from dissect.analysis.table import Kind, Table
from dissect.report.formats.json import SCHEMA
from dissect.report.names import TABLES
from dissect.report.summary import Plan, Summary

FILE = Path(__file__).parents[2] / "dissect" / "report" / "schema.json"
KINDS: dict[Kind, tuple[str, ...]] = {
    "count": ("integer",), "octets": ("integer",), "number": ("integer",), "text": ("string",),
    "time": ("string",), "seconds": ("number",), "share": ("number",), "rate": ("number",),
    "packet": ("integer", "string"),
}  # fmt: skip
TEXTS = {"type": "array", "items": {"type": "string"}}
FINDING = {
    "description": "what a person should look at, what weighs most first",
    "type": "object",
    "required": ["level", "rule", "words", "packets", "table"],
    "properties": {
        "level": {"enum": list(LEVELS)},
        "rule": {"type": ["string", "null"]},
        "words": {"type": "string"},
        "packets": {"type": "array", "items": {"type": list(KINDS["packet"])}},
        "table": {"enum": list(TABLES)},
    },
    "additionalProperties": False,
}


def schema() -> dict[str, object]:
    tables = Summary(Plan(tuple(TABLES))).tables()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"sixscope report -T json ({SCHEMA}); with --each an array of these",
        "type": "object",
        "required": ["schema", "files", "filter", "failures", "findings", "tables"],
        "properties": {
            "schema": {"const": SCHEMA},
            "files": TEXTS,
            "filter": {"type": ["string", "null"]},
            "failures": TEXTS,
            "findings": {"type": "array", "items": FINDING},
            "tables": {
                "type": "object",
                "properties": {table.name: _table(table) for table in tables},
                "additionalProperties": False,
            },
        },
        "additionalProperties": False,
    }


def _table(table: Table) -> dict[str, object]:
    row = {
        "type": "object",
        "required": [column.name for column in table.columns],
        "properties": {
            column.name: {"type": [*KINDS[column.kind], "null"]}
            | ({"format": "date-time"} if column.kind == "time" else {})
            for column in table.columns
        },
        "additionalProperties": False,
    }
    return {
        "description": TABLES[table.name].words,
        "type": "object",
        "required": ["title", "total", "remarks", "rows"],
        "properties": {
            "title": {"type": "string"},
            "total": {"type": "integer", "minimum": 0},
            "remarks": TEXTS,
            "rows": {"type": "array", "items": row},
        },
        "additionalProperties": False,
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(schema(), indent=2) + "\n")
