"""Verdicts: what rules and expectations found in captures, and how that is written for CI.

    verdict = Verdict("lint", cases)        # what was checked, and what each check found
    write("sarif", sys.stdout, verdict)     # one of FORMATS
    sys.exit(verdict.status)                # 0, 1 for findings that count, 2 for a failure

Nothing here knows packets: findings carry what is shown of them as text and octets.
"""

from __future__ import annotations

from importlib import import_module
from typing import TextIO

from dissect.verdict.finding import Finding, Level, Rule, Spot
from dissect.verdict.verdict import Case, Verdict

__all__ = ["FORMATS", "Case", "Finding", "Level", "Rule", "Spot", "Verdict", "write"]

FORMATS = ("text", "json", "sarif", "junit", "github", "md")


def write(form: str, out: TextIO, verdict: Verdict, *, color: bool = False) -> None:
    """Write a verdict in one of ``FORMATS``; only text has colours."""
    import_module(f"dissect.verdict.formats.{form}").write(out, verdict, color=color)
