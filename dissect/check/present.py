"""Failures as findings of a verdict: with the packets' lines and the fields that tell why."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dissect.check.failure import Failure, Shown
from dissect.check.load import Plan
from dissect.check.reading import Reading
from dissect.export.base import View
from dissect.export.columns import Columns
from dissect.export.text import summary
from dissect.filter.names import is_protocol
from dissect.verdict import Case, Finding, Level, Rule, Spot


@dataclass
class Judged(Case):
    """An expectation of one capture; ``said``: for each finding what was expected, what found."""

    capture: str = ""
    said: list[tuple[str, str]] = field(default_factory=list)

    def add(self, finding: Finding, failure: Failure) -> None:
        """Take in a failure."""
        self.findings.append(finding)
        self.said.append((failure.expected, failure.found))


VALUES = 4
"""Occurrences of a field that are shown."""


class Packets:
    """The packets to be shown, in words."""

    def __init__(self, reading: Reading, numbers: set[int]) -> None:
        self._packets = reading.packets(numbers)
        columns = Columns(View())
        self._lines = {
            number: summary(columns, packet, False).strip()
            for number, packet in sorted(self._packets.items())
        }

    def line(self, number: int) -> str:
        """The packet's line in the packet list."""
        return self._lines.get(number, f"{number}")

    def more(self, shown: Shown) -> Iterator[str]:
        """What is said of a packet besides."""
        if shown.remark:
            yield f"    {shown.remark}"
        packet = self._packets.get(shown.number)
        if packet is None:
            return
        for name in shown.fields:
            if is_protocol(name) or not name:
                continue
            nodes = packet.fields(name)
            for node in nodes[:VALUES]:
                value = "" if node.value is None else f": {node.field.value_text(node.value)}"
                yield f"    {name}{value}"
            if not nodes:
                yield f"    {name}: not there"
            elif len(nodes) > VALUES:
                yield f"    {name}: {len(nodes) - VALUES:,} more"


def finding_of(
    plan: Plan, reading: Reading, rule: Rule, failure: Failure, packets: Packets, row: int
) -> Finding:
    """A failure as a finding on a line of the file of expectations."""
    capture = short_name(plan, reading.path)
    details = list(failure.hints)
    for place, shown in enumerate(failure.packets):
        if place:
            details.append(packets.line(shown.number))
        details += packets.more(shown)
    left = failure.total - len(failure.packets)
    if failure.packets and left > 0:
        details.append(f"and {left:,} more")
    numbers = [shown.number for shown in failure.packets]
    spot = Spot()
    if numbers:
        spot = Spot(numbers[0], packets.line(numbers[0]))
        listed = ",".join(map(str, sorted(set(numbers))))
        details.append(f"look: sixscope show -V --packets {listed} {shlex.quote(reading.path)}")
    return Finding(
        rule, f"{capture}: {failure.key}: expected {failure.expected}; found {failure.found}",
        Level.ERROR, plan.path, f"{capture}/{failure.key}", max(1, failure.total), spot,
        max(numbers, default=0), tuple(details), row=row,
    )  # fmt: skip


def rule_id(plan: Plan, name: str) -> str:
    """A stable name for what is expected: ``slaac/every-advertisement-has-an-mtu``."""
    stem = Path(plan.path).name.partition(".")[0]
    words = _words(name)
    same = [one.name for one in plan.spec.expect if _words(one.name) == words]
    number = f"-{same.index(name) + 1}" if len(same) > 1 and name in same else ""
    return f"{stem}/{words}{number}"


def _words(name: str) -> str:
    return re.sub(r"[^\w]+", "-", name.lower()).strip("-")[:80]


def short_name(plan: Plan, path: str) -> str:
    """A capture's name as the file of expectations would say it."""
    folder = Path(plan.path).parent
    capture = Path(path)
    return str(capture.relative_to(folder)) if capture.is_relative_to(folder) else path
