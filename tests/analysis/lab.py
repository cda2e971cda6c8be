"""What is known of the recordings in captures/lab, and the tables that analyses make of them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from dissect.report.summary import Plan, report

LAB = Path(__file__).parents[2] / "captures" / "lab"


@cache
def truth(name: str) -> dict[str, Any]:
    """What the recording's scenario says happened."""
    return json.loads((LAB / f"{name}.truth.json").read_text())


def rows(table: str, *paths: Path | str, **options: Any) -> list[dict[str, Any]]:
    """The rows of a table, over captures by path or by a recording's name."""
    files = [str(LAB / f"{one}.pcapng") if isinstance(one, str) else str(one) for one in paths]
    found = report(files, Plan((table,)), **options)
    assert not found.failures
    (only,) = found.tables
    names = [column.name for column in only.columns]
    return [dict(zip(names, row, strict=True)) for row in only.rows]
