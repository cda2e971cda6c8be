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
ALIKE = 2
"""Findings of one kind that are told; the others are counted."""


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


class Headline(NamedTuple):
    """A finding that is told, and those like it that are only counted at first."""

    finding: Finding
    more: list[Finding]

    @property
    def like_it(self) -> str:
        """How many more there are: ``8 more by NDP-016``; empty if none."""
        by = f" by {self.finding.rule}" if self.finding.rule else " like it"
        return f"{len(self.more):,} more{by}" if self.more else ""


def headlines(findings: list[Finding]) -> list[Headline]:
    """The first ``ALIKE`` findings of each level, rule and table, where the first one stands."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.level, finding.rule, finding.table), []).append(finding)
    found = []
    for group in groups.values():
        *others, last = group[:ALIKE]
        found += [*(Headline(finding, []) for finding in others), Headline(last, group[ALIKE:])]
    return found


def packets_of(finding: Finding) -> str:
    """The packets that show it: ``packet 5``, ``packets 5, 2:7``; empty without any."""
    numbers = list(map(str, dict.fromkeys(finding.packets)))
    return f"packet{'' if len(numbers) == 1 else 's'} {', '.join(numbers)}" if numbers else ""
