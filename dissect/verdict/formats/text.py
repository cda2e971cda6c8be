"""Verdicts for people: findings by file and rule, with the packet's line and its octets."""

from __future__ import annotations

import textwrap
from itertools import groupby
from typing import TextIO

from dissect.export.sanitise import visible
from dissect.verdict.finding import Finding, Level, Spot
from dissect.verdict.verdict import Verdict

COLORS = {Level.ERROR: "31", Level.WARNING: "33", Level.NOTE: "36"}
BOLD, DIM = "1", "2"
MOST_OCTETS = 32
WIDTH = 100


def write(out: TextIO, verdict: Verdict, *, color: bool = False) -> None:
    """Write the findings, the worst of each file first, and a summary line."""

    def paint(text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if color else text

    for case in verdict.cases:
        if case.skipped:
            out.write(f"{visible(case.file)}: {visible(case.name)}: {visible(case.skipped)}\n")
    for file, of_file in groupby(verdict.findings, key=lambda finding: finding.file):
        out.write(paint(visible(file), BOLD) + "\n")
        ordered = sorted(of_file, key=lambda finding: (-finding.level, finding.rule.id))
        for _, found in groupby(ordered, key=lambda finding: (finding.level, finding.rule.id)):
            group = list(found)
            rule, level = group[0].rule, group[0].level
            title = f"{visible(rule.id)}: {visible(rule.title)}"
            ref = paint(f"  [{visible(rule.ref)}]", DIM) if rule.ref else ""
            out.write(f"  {paint(level.word, COLORS[level])} {paint(title, BOLD)}{ref}\n")
            for finding in group:
                _write_finding(out, finding)
            if rule.fix:
                fix = textwrap.wrap(visible(rule.fix), WIDTH - 9)
                out.write(paint("    fix: " + "\n         ".join(fix), DIM) + "\n")
        out.write("\n")
    out.write(f"{verdict.summary}\n")


def _write_finding(out: TextIO, finding: Finding) -> None:
    known = " (known)" if finding.known else ""
    where = f" ({finding.where})" if finding.where else ""
    out.write(f"    {visible(finding.message)}{where}{known}\n")
    for line in (finding.spot.line, bytes_of(finding.spot), *finding.details):
        if line:
            out.write(f"      {visible(line)}\n")


def bytes_of(spot: Spot) -> str:
    """A field and its octets in one line; empty without."""
    if not spot.octets:
        return ""
    dots = " …" if len(spot.octets) > MOST_OCTETS else ""
    name = f"{spot.field}, " if spot.field else ""
    return f"{name}octet {spot.offset}: {spot.octets[:MOST_OCTETS].hex(' ')}{dots}"
