"""What differs between two captures, as a verdict for people and for CI."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TextIO

from dissect.difference.differ import COMPARED, Change, Comparison, Different, Kind
from dissect.difference.words import lines_of, summary_of
from dissect.export.sanitise import visible
from dissect.verdict import Case, Finding, Level, Rule, Spot, Verdict

RULES: dict[Kind, Rule] = {
    "changed": Rule("diff/changed", "A packet has other fields"),
    "removed": Rule("diff/removed", "A packet is only in the first capture"),
    "added": Rule("diff/added", "A packet is only in the second capture"),
    "moved": Rule("diff/moved", "A packet comes in another order"),
}


@dataclass
class Diffed(Verdict):
    """Two captures compared.

    total    packets that differ, of which the findings are the first
    changes  the changes that were found most often
    partly   of the first packets only, as there are too many
    text     the summary
    """

    total: int = 0
    changes: list[tuple[Change, int]] = field(default_factory=list)
    partly: bool = False
    text: str = ""

    @property
    def status(self) -> int:
        """Of packets that are not among the findings, too."""
        return 2 if self.failures else int(self.total > 0)

    @property
    def summary(self) -> str:
        """How the captures compare."""
        return self.text


def verdict_of(comparison: Comparison, here: str, there: str, most: int) -> Diffed:
    """Compare all packets, and keep the first ``most`` that differ."""
    case = Case(f"{there} has the packets of {here}", there)
    verdict = Diffed("diff", [case])
    comparison.shown = most
    for different in comparison.differences():
        verdict.total += 1
        if verdict.total <= most:
            case.findings.append(_finding(different, here, there))
    verdict.changes = comparison.changes.most_common(most)
    verdict.partly = comparison.counts["changed"] > COMPARED
    verdict.text = summary_of(comparison, here, there)
    return verdict


def _finding(different: Different, here: str, there: str) -> Finding:
    head, *fields = lines_of(different, here, there)
    packet = different.there or different.here
    assert packet is not None
    spot = Spot(packet.number, field=different.changes[0].name if different.changes else "")
    file = there if different.there is not None else here
    key = f"{different.kind}/{packet.number}"
    details = tuple(line.strip() for line in fields)
    return Finding(
        RULES[different.kind], head, Level.ERROR, file, key, spot=spot, details=details
    )  # fmt: skip


def write_text(out: TextIO, verdict: Diffed) -> None:
    """Write the packets that differ, which changes were how often, and the summary."""
    for finding in verdict:
        out.write(visible(finding.message) + "\n")
        out.writelines(f"      {visible(line)}\n" for line in finding.details)
    left = verdict.total - len(verdict.findings)
    if left:
        out.write(f"and {left:,} more packet{'s' * (left > 1)}\n")
    if left or (len(verdict.findings) > 1 and any(count > 1 for _, count in verdict.changes)):
        of = f" of the first {COMPARED:,}" if verdict.partly else ""
        out.write(f"\nFields, by how many packets{of}:\n")
        out.writelines(
            f"{count:8,}  {visible(change.text.strip())}\n" for change, count in verdict.changes
        )
    out.write(("\n" if verdict.total else "") + visible(verdict.summary) + "\n")
