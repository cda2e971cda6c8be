"""Lint over several captures: a verdict, with a case for each rule and capture."""

from __future__ import annotations

import time
from collections.abc import Iterable

from dissect.capture.record import CaptureError
from dissect.lint.config import Config, mark_known
from dissect.lint.rule import chosen
from dissect.lint.run import Linted, Progress, lint
from dissect.verdict import Case, Level, Verdict


def judge(
    paths: Iterable[str], config: Config, *, known: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> Verdict:  # fmt: skip
    """Ask the rules of a configuration about captures; ``-`` is standard input.

    known  fingerprints of findings that don't count
    A file that can't be read, or only up to some damage, is a failure of the verdict.
    Raises ValueError for a word that is no rule's.
    """
    chosen(config.select, config.ignore)
    cases: list[Case] = []
    failures: list[str] = []
    for path in paths:
        begun = time.perf_counter()
        try:
            linted = lint(path, select=config.select, ignore=config.ignore,
                          options=config.options, progress=progress, strict=False)  # fmt: skip
        except CaptureError as error:
            failures.append(str(error))
            continue
        except OSError as error:
            failures.append(f"{path}: {error.strerror or error}")
            continue
        cases += _cases(path, linted, time.perf_counter() - begun)
        if linted.damage is not None:
            failures.append(str(linted.damage))
        failures += [f"{path}: {bug}" for bug in linted.bugs]
    mark_known(cases, known)
    return Verdict("lint", cases, failures, config.fail_on or Level.ERROR)


def _cases(path: str, linted: Linted, seconds: float) -> list[Case]:
    """A case a rule; the time is that of all, and counts for the first."""
    cases = {rule.id: Case(f"{rule.id} {rule.rule.title}", path) for rule in linted.rules}
    for finding in linted.findings:
        cases[finding.rule.id].findings.append(finding)
    found = list(cases.values())
    if found:
        found[0].seconds = seconds
    return found
