"""A report from captures, in one process or several.

Analyses see packets in the capture's order, and what they keep of them would take as long to hand
over as to find out.  So the tables are shared out: each process reads the captures for its own.
Plain tables are sums, of which each process makes those of some stretches of a capture.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from itertools import chain
from pkgutil import resolve_name
from typing import TYPE_CHECKING, NamedTuple

from dissect.analysis.analysis import LEVELS, Finding
from dissect.analysis.names import ANALYSES
from dissect.analysis.table import Table
from dissect.api import open_capture
from dissect.capture.record import CaptureError
from dissect.engine.bugs import Bugs
from dissect.engine.garbage import hoard
from dissect.engine.processes import pool, that_pay
from dissect.report.names import TABLES
from dissect.report.summary import FACTS, Plan, Summary, read

if TYPE_CHECKING:
    from concurrent.futures import Future

    from dissect.columns.scan import Progress


@dataclass
class Report:
    """Tables, of which files they are, what to look at first, what went wrong, a line each."""

    paths: list[str]
    condition: str
    tables: list[Table]
    findings: list[Finding] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Part(NamedTuple):
    """What one process has: tables by name, findings by who found them, files' damage, mistakes."""

    tables: dict[str, Table]
    findings: dict[str, list[Finding]]
    failures: list[str]
    bugs: Bugs


def report(
    paths: list[str], plan: Plan, *, jobs: int | None = 1, progress: Progress | None = None
) -> Report:
    """One report of all packets of some captures; ``-`` is standard input.

    jobs  processes; None: as many as pay for captures of that size

    A damaged file is read up to its damage; that, and files that can't be read, are failures, and
    so are mistakes of ours unless the plan is strict.  Raises FilterError.
    """
    parts = _parts(paths, plan, that_pay(paths) if jobs is None else jobs, progress)
    tables = dict(chain.from_iterable(part.tables.items() for part in parts))
    found = dict(chain.from_iterable(part.findings.items() for part in parts))
    bugs = Bugs(strict=plan.strict)
    for part in parts:
        bugs.merge(part.bugs)
    makers = dict.fromkeys((FACTS, *(TABLES[name].made_by for name in plan.names)))
    findings = list(chain.from_iterable(found.get(maker, ()) for maker in makers))
    return Report(
        paths, plan.condition, [tables[name] for name in plan.names if name in tables],
        sorted(findings, key=lambda finding: LEVELS.index(finding.level)),
        [*dict.fromkeys(chain.from_iterable(part.failures for part in parts)), *bugs.words()],
    )  # fmt: skip


def _parts(paths: list[str], plan: Plan, jobs: int, progress: Progress | None) -> list[Part]:
    """The parts of all processes, of which this is one."""
    mine, *others = shares(plan.names, jobs) if all(map(os.path.isfile, paths)) else [plan.names]
    futures: list[Future[Part]] = []
    if others:
        workers = pool(len(others), hoard)
        futures = [workers.submit(_part, paths, replace(plan, names=names)) for names in others]
        workers.shutdown(wait=False)  # there is no more to do for them
    own = _part(paths, replace(plan, names=mine), 1 if others else jobs, progress)
    return [own, *(future.result() for future in futures)]


def _part(
    paths: list[str], plan: Plan, jobs: int = 1, progress: Progress | None = None
) -> Part:  # fmt: skip
    """What a plan asks for."""
    whole, failures = Summary(plan), []
    jobs = 1 if whole.analyses.by_name else jobs
    for file, path in enumerate(paths):
        try:
            with open_capture(path, reassemble=False) as capture:
                failure = str(read(capture, whole, file, jobs, progress) or "")
        except CaptureError as error:
            failure = str(error)
        except OSError as error:
            failure = f"{path}: {error.strerror or error}"
        if failure:
            failures.append(failure)
    tables = {table.name: table for table in whole.tables()}
    return Part(tables, whole.findings(), failures, whole.bugs)


class _Work(NamedTuple):
    """Tables that are made together, and the analyses that it takes; none: they are plain."""

    analyses: frozenset[str]
    names: tuple[str, ...]

    @property
    def cost(self) -> int:
        """In analyses: all plain tables take about as long as one."""
        return len(self.analyses) or 1


def shares(names: tuple[str, ...], jobs: int) -> list[tuple[str, ...]]:
    """The tables that each process makes; more processes would wait for the longest."""
    work = sorted(_works(names), key=lambda one: one.cost, reverse=True)
    if not work:
        return [names]
    worth = -(-sum(one.cost for one in work) // max(one.cost for one in work))
    shared: list[list[_Work]] = [[] for _ in range(min(jobs, worth))]
    for one in work:
        min(shared, key=lambda those: (sum(each.cost for each in those), -len(those))).append(one)
    return [tuple(chain.from_iterable(one.names for one in those)) for those in shared]


def _works(names: tuple[str, ...]) -> list[_Work]:
    """Tables with those that have an analysis in common."""
    found: list[_Work] = []
    for name in names:
        needed = _beneath(ANALYSES[name].made_by) if name in ANALYSES else frozenset()
        mine = [one for one in found if one.analyses & needed or one.analyses == needed]
        found = [one for one in found if one not in mine]
        together = chain.from_iterable(one.names for one in mine)
        found.append(_Work(needed.union(*(one.analyses for one in mine)), (*together, name)))
    return found


def _beneath(analysis: str) -> frozenset[str]:
    """An analysis and those that it builds on."""
    beneath = map(_beneath, resolve_name(analysis).builds_on)
    return frozenset((analysis,)).union(*beneath)
