"""Verdicts as GitHub annotations: workflow commands in a job's log."""

from __future__ import annotations

from typing import TextIO

from dissect.export.sanitise import visible
from dissect.verdict.finding import Level
from dissect.verdict.verdict import Verdict

COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def write(out: TextIO, verdict: Verdict, *, color: bool = False) -> None:
    """Write a command for each finding that no baseline knows, and for each failure."""
    for finding in verdict:
        if finding.known:
            continue
        title = _property(f"{finding.rule.id}: {finding.rule.title}")
        where = f" ({finding.where})" if finding.where else ""
        lines = [f"{finding.message}{where}", finding.spot.line, *finding.details, finding.rule.ref]
        text = "%0A".join(_data(line) for line in lines if line)
        command = COMMANDS[finding.level]
        row = f",line={finding.row}" if finding.row else ""
        out.write(f"::{command} file={_property(finding.file)}{row},title={title}::{text}\n")
    for failure in verdict.failures:
        out.write(f"::error title=sixscope {verdict.command}::{_data(failure)}\n")
    out.write(f"{verdict.summary}\n")


def _data(text: str) -> str:
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
