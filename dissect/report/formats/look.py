"""How values are written for people and for programs, whatever the format."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import NamedTuple

from dissect.analysis.analysis import LEVELS, Finding
from dissect.analysis.table import Column, Kind, Ref, Value, how_many

SECOND = 1_000_000_000
EPOCH = datetime.datetime(1970, 1, 1)
RIGHT: frozenset[Kind] = frozenset(
    ("count", "octets", "number", "seconds", "share", "rate", "packet")
)
"""Kinds of columns that are written to the right."""


class Look(NamedTuple):
    """How a report is written.

    color  with colours, for a terminal
    width  of a line; None: as long as it needs to be
    """

    color: bool = False
    width: int | None = None


def iso_time(nanoseconds: int) -> str:
    """A time in UTC as in RFC 3339; years that have not four digits as seconds since 1970."""
    whole, rest = divmod(nanoseconds, SECOND)
    try:
        moment = EPOCH + datetime.timedelta(seconds=whole)
    except OverflowError:
        return f"{whole}.{rest:09d}"
    return f"{moment.isoformat()}.{rest:09d}Z"


def for_people(column: Column, value: Value) -> str:
    """A value as text; nothing for none."""
    if value is None:
        return ""
    if isinstance(value, str | Ref):
        return str(value)
    match column.kind:
        case "count" | "octets":
            return f"{value:,}"
        case "share":
            return f"{value:.1%}"
        case "rate":
            return f"{value:,.1f}" if value < 1000 else f"{value:,.0f}"
        case "seconds":
            return f"{value:.6f}"
        case "time":
            return iso_time(int(value)).replace("T", " ").replace("Z", "")
    return str(value)


def for_programs(column: Column, value: Value) -> Value:
    """A value for JSON and CSV: times as text, packets of the only file by their number."""
    if isinstance(value, Ref):
        return str(value) if value.file else value.number
    if column.kind == "time" and value is not None:
        return iso_time(int(value))
    return value


def verdict(findings: list[Finding]) -> str:
    """How many findings of each level there are: ``2 errors, 1 warning``; ``no findings``."""
    counts = Counter(finding.level for finding in findings)
    found = [how_many(counts[level], level) for level in LEVELS if counts[level]]
    return ", ".join(found) or "no findings"


def alike(findings: list[Finding]) -> list[list[Finding]]:
    """Findings of the same level and rule together, where the first of them stands."""
    found: dict[object, list[Finding]] = {}
    for place, finding in enumerate(findings):
        key = (finding.level, finding.rule) if finding.rule else place
        found.setdefault(key, []).append(finding)
    return list(found.values())


def packets_of(finding: Finding) -> str:
    """The packets that show it: ``packet 5``, ``packets 5, 2:7``; empty without any."""
    numbers = list(map(str, dict.fromkeys(finding.packets)))
    return f"packet{'' if len(numbers) == 1 else 's'} {', '.join(numbers)}" if numbers else ""
