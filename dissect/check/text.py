"""Verdicts on expectations for people: what holds in a line, what doesn't in full."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable
from itertools import groupby
from typing import TextIO

from dissect.check.present import Judged
from dissect.check.run import Checked
from dissect.export.sanitise import visible
from dissect.verdict import Case

GREEN, RED, YELLOW, BOLD, DIM = "32", "31", "33", "1", "2"
WIDTH = 100

Paint = Callable[[str, str], str]


def write(out: TextIO, verdict: Checked, *, every: bool = False, color: bool = False) -> None:
    """Write what does not hold, file by file, and a summary line; with ``every``, all."""

    def paint(text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if color else text

    for file, found in groupby(verdict.cases, key=lambda case: case.file):
        cases = list(found)
        told = [case for case in cases if every or verdict.failed(case) or case.skipped]
        if told:
            out.write(paint(visible(file), BOLD) + "\n")
            for case in told:
                _write(out, case, paint)
            out.write("\n")
    if verdict.cases:
        out.write(paint(verdict.summary, RED if verdict.status else GREEN) + "\n")


def case_text(case: Case, *, head: bool = True) -> str:
    """What is wrong with one expectation; ``head``: with its name and place."""
    if case.skipped:
        return visible(case.skipped)
    out = io.StringIO()
    _write(out, case, lambda text, code: text)
    text = textwrap.dedent(out.getvalue())
    return text if head else textwrap.dedent(text.partition("\n")[2])


def _write(out: TextIO, case: Case, paint: Paint) -> None:
    name = visible(case.name)
    if not isinstance(case, Judged) or not case.findings:
        sign = paint("?", YELLOW) if case.skipped else paint("✓", GREEN)
        out.write(f"  {sign} {name}\n")
        return
    first = case.findings[0]
    where = f"line {first.row}, {visible(case.capture)}"
    out.write(f"  {paint('✗', RED)} {paint(name, BOLD)}  {paint(where, DIM)}\n")
    shown = ""
    for finding, (expected, found) in zip(case.findings, case.said, strict=True):
        lines = [*_labelled("expected", expected), *_labelled("found", found)]
        again = bool(shown) and finding.spot.line == shown and finding.count == 1
        shown = finding.spot.line
        rest = () if again else (finding.spot.line, *finding.details)
        lines += [f"      {visible(line)}" for line in rest if line]
        out.write("\n".join(lines) + "\n")
    if first.rule.why:
        out.write("\n".join(_labelled("why", first.rule.why)) + "\n")


def _labelled(label: str, text: str) -> list[str]:
    lines = textwrap.wrap(visible(text), WIDTH - 15, break_long_words=False) or [""]
    return [f"      {label:8} {lines[0]}", *(f"{'':15}{line}" for line in lines[1:])]
