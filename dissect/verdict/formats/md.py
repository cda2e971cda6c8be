"""Verdicts in Markdown, for comments on merge requests."""

from __future__ import annotations

from typing import TextIO

from dissect.export.sanitise import markdown
from dissect.verdict.finding import Level
from dissect.verdict.verdict import Verdict

SIGNS = {Level.ERROR: "❌", Level.WARNING: "⚠️", Level.NOTE: "ℹ️"}
MOST = 200
"""Findings in the table: hosts limit a comment's size."""


def write(out: TextIO, verdict: Verdict, *, color: bool = False) -> None:
    """Write a heading, a table of findings, and what to do about them."""
    sign = "❌" if verdict.status else "✅"
    out.write(f"### {sign} sixscope {verdict.command}: {markdown(verdict.summary)}\n\n")
    for failure in verdict.failures:
        out.write(f"**{markdown(failure)}**\n\n")
    findings = sorted(verdict, key=lambda finding: (finding.known, -finding.level))
    if not findings:
        return
    out.write("| | Rule | Finding | Where | Clause |\n|---|---|---|---|---|\n")
    for finding in findings[:MOST]:
        where = f"{finding.file}, {finding.where}" if finding.where else finding.file
        known = " (known)" if finding.known else ""
        cells = (finding.rule.id, finding.message + known, where, finding.rule.ref)
        out.write(f"| {SIGNS[finding.level]} | {' | '.join(map(markdown, cells))} |\n")
    if len(findings) > MOST:
        out.write(f"\nand {len(findings) - MOST:,} more\n")
    fixes = [rule for rule in verdict.rules if rule.fix]
    if fixes:
        out.write("\n<details><summary>What to do</summary>\n\n")
        for rule in fixes:
            out.write(f"- **{markdown(rule.id)}** {markdown(rule.title)}: {markdown(rule.fix)}\n")
        out.write("\n</details>\n")
