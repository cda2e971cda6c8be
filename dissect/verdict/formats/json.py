"""Verdicts as JSON.

version   of this layout, 1
command   that checked
status    the exit status
failures  what could not be done, as lines
rules     by id: title, level, why, fix, ref
findings  rule, level, message, file, row, key, fingerprint, known, count, first, last, line, field,
          offset, octets (hexadecimal), details
cases     what was checked: name, file, failed, skipped, seconds
"""

from __future__ import annotations

from typing import Any, TextIO

import orjson

from dissect.verdict.finding import Finding, Rule
from dissect.verdict.verdict import Verdict

VERSION = 1


def write(out: TextIO, verdict: Verdict, *, color: bool = False) -> None:
    """Write one object."""
    found = {
        "version": VERSION,
        "command": verdict.command,
        "status": verdict.status,
        "failures": verdict.failures,
        "rules": {rule.id: _rule(rule) for rule in verdict.rules},
        "findings": [_finding(finding) for finding in verdict],
        "cases": [
            {
                "name": case.name, "file": case.file, "failed": verdict.failed(case),
                "skipped": case.skipped, "seconds": round(case.seconds, 6),
            }
            for case in verdict.cases
        ],
    }  # fmt: skip
    out.write(dumped(found))


def dumped(found: Any) -> str:
    """JSON of anything; lone surrogates in it become text."""
    return orjson.dumps(_clean(found), option=orjson.OPT_INDENT_2).decode() + "\n"


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_clean(key): _clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return value


def _rule(rule: Rule) -> dict[str, str]:
    return {
        "title": rule.title, "level": rule.level.word, "why": rule.why, "fix": rule.fix,
        "ref": rule.ref,
    }  # fmt: skip


def _finding(finding: Finding) -> dict[str, Any]:
    spot = finding.spot
    return {
        "rule": finding.rule.id,
        "level": finding.level.word,
        "message": finding.message,
        "file": finding.file,
        "row": finding.row,
        "key": finding.key,
        "fingerprint": finding.fingerprint,
        "known": finding.known,
        "count": finding.count,
        "first": finding.first,
        "last": finding.last or finding.first,
        "line": spot.line,
        "field": spot.field,
        "offset": spot.offset,
        "octets": spot.octets.hex(),
        "details": list(finding.details),
    }
