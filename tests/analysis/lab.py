"""What is known of the recordings in captures/lab, and the tables that analyses make of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from dissect.analysis.analysis import Finding
from dissect.analysis.options import Options
from dissect.analysis.table import Table
from dissect.capture.open import open_records
from dissect.capture.write import PcapWriter
from dissect.report.run import report
from dissect.report.summary import Plan

LAB = Path(__file__).parents[2] / "captures" / "lab"


@cache
def truth(name: str) -> dict[str, Any]:
    """What the recording's scenario says happened."""
    return json.loads((LAB / f"{name}.truth.json").read_text())


def as_rows(table: Table) -> list[dict[str, Any]]:
    """The rows of a table, by the names of their columns."""
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def rows(table: str, *paths: Path | str, **options: Any) -> list[dict[str, Any]]:
    """The rows of a table, over captures by path or by a recording's name."""
    return tables((table,), *paths, **options)[0][0]


def tables(
    names: tuple[str, ...], *paths: Path | str, options: Options | None = None, **others: Any
) -> tuple[list[list[dict[str, Any]]], list[Finding]]:
    """The rows of some tables, and the findings."""
    files = [str(LAB / f"{one}.pcapng") if isinstance(one, str) else str(one) for one in paths]
    found = report(files, Plan(names, options or Options()), **others)
    assert not found.failures
    return [as_rows(table) for table in found.tables], found.findings


def frames(name: str) -> list[bytes]:
    """The octets of a recording's packets."""
    with open_records(LAB / f"{name}.pcapng") as records:
        return [record.data for record in records]


def written(
    path: Path, packets: Iterable[bytes], *, link_type: int = 1, step_ms: float = 1
) -> Path:
    """A capture of some packets, so many milliseconds from one to the next."""
    with path.open("wb") as stream:
        writer = PcapWriter(stream, link_type=link_type)
        for number, data in enumerate(packets):
            writer.packet(data, 1_700_000_000_000_000_000 + int(1_000_000 * step_ms) * number)
    return path


def told(
    name: str, folder: Path, *packets: bytes, link_type: int = 1, step_ms: float = 1
) -> tuple[list[dict[str, Any]], list[Finding], Table]:
    """What a table tells of some packets: its rows, the findings, the table."""
    path = written(folder / "made.pcap", packets, link_type=link_type, step_ms=step_ms)
    found = report([str(path)], Plan((name,)))
    assert not found.failures
    return as_rows(found.tables[0]), found.findings, found.tables[0]
