"""Comparisons with tshark as a verdict for CI: a case for each protocol of each capture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dissect.crosscheck.tally import Counts, Example, Tally, protocol_of
from dissect.verdict import Case, Finding, Level, Rule, Spot, Verdict

VALUE = 100
"""Characters of a value that are shown."""


@dataclass
class Compared(Verdict):
    """A verdict; ``text`` is its summary."""

    text: str = ""

    @property
    def summary(self) -> str:
        """What was compared."""
        return self.text


def verdict_of(tallies: Iterable[tuple[str, Tally]]) -> Compared:
    """The verdict on captures, each with its tally."""
    verdict = Compared("crosscheck", [])
    total = Tally()
    for path, tally in tallies:
        total.add(tally)
        cases = {name: Case(f"{name} is as tshark has it", path) for name in tally.protocols()}
        for name, counts in tally.worst(len(tally.fields)):
            cases[protocol_of(name)].findings.append(_finding(path, name, counts))
        verdict.cases += cases.values()
        verdict.cases += [_problem(path, problem) for problem in tally.problems]
        verdict.failures += tally.errors
    counts = Counts()
    for one in total.fields.values():
        counts.add(one)
    files = f"{total.files} file{'s' * (total.files != 1)}"
    verdict.text = (
        f"{counts.agreed:,} fields agree with tshark, {counts.disagreed:,} do not, "
        f"in {total.packets:,} packets of {files}"
    )
    return verdict


def _finding(path: str, name: str, counts: Counts) -> Finding:
    rule = Rule(f"crosscheck/{name}", f"{name} is not as tshark has it")
    parts = (
        (counts.different, "different"), (counts.missing, "missing here"),
        (counts.extra, "only here"),
    )  # fmt: skip
    message = f"{name}: {', '.join(f'{number:,} {word}' for number, word in parts if number)}"
    packets = [example.packet for example in counts.examples]
    details = tuple(line for example in counts.examples for line in _lines(example))
    return Finding(
        rule, message, Level.ERROR, path, name, counts.disagreed,
        Spot(packets[0] if packets else 0, field=name), max(packets, default=0), details,
    )  # fmt: skip


def _problem(path: str, problem: str) -> Case:
    rule = Rule("crosscheck/packets", "The captures are not read alike")
    return Case(problem, path, [Finding(rule, problem, Level.ERROR, path, problem)])


def _lines(example: Example) -> list[str]:
    lines = [f"packet {example.packet}"]
    for side, row in (("here", example.ours), ("tshark", example.theirs)):
        if row is not None:
            value = row.show if len(row.show) <= VALUE else row.show[: VALUE - 1] + "…"
            lines.append(f"  {side:6}  {row.offset}+{row.length}  {value}")
    return lines
