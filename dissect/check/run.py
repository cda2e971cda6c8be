"""Files of expectations against their captures: one pass over each, then what is wrong in it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from dissect.api import Packet
from dissect.capture.record import CaptureError
from dissect.check.clauses import Clause
from dissect.check.compile import clauses_of, prepared
from dissect.check.failure import Failure
from dissect.check.golden import check_golden
from dissect.check.load import Plan, load
from dissect.check.model import SpecError
from dissect.check.present import Judged, Packets, finding_of, rule_id, short_name
from dissect.check.reading import Reading
from dissect.check.several import rows
from dissect.engine.bugs import mistake
from dissect.engine.preferences import PreferenceError
from dissect.engine.processes import pool, that_pay
from dissect.lint.config import ConfigError
from dissect.verdict import Case, Rule, Verdict

GOLDEN = "golden"
"""What the comparison with a golden is called."""

MANY = 8
"""Captures for which as many processes as there are processors pay, however small they are."""


@dataclass
class Checked(Verdict):
    """A verdict on expectations; ``written``: the goldens that are new."""

    written: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """How many expectations hold."""
        total, broken = len(self.cases), sum(map(self.failed, self.cases))
        skipped = sum(bool(case.skipped) for case in self.cases)
        files = f"{len(self.files)} file{'s' * (len(self.files) != 1)}"
        text = f"{total - broken - skipped:,} of {total:,} expectations hold, in {files}"
        return text + (f", {skipped:,} could not be checked" if skipped else "")


@dataclass
class Outcome:
    """What holding one capture against its expectations gave."""

    cases: list[Case] = field(default_factory=list)
    failure: str = ""
    written: str = ""


def check_files(paths: Iterable[str], *, update: bool = False, jobs: int = 0) -> Checked:
    """Hold captures against files of expectations.

    update  goldens that differ are written anew
    jobs    processes; 0: as many as there are processors, where that is worth it

    What can't be done is told in the verdict's failures.
    """
    verdict = Checked("check", [])
    work: list[tuple[Plan, str]] = []
    for path in paths:
        try:
            plan = load(path)
            prepared(plan)
        except SpecError as error:
            verdict.failures.append(str(error))
        except OSError as error:
            verdict.failures.append(f"{path}: {error.strerror or error}")
        else:
            work += [(plan, capture) for capture in plan.captures]
    for outcome in _outcomes(work, partial(check_capture, update=update), jobs):
        verdict.cases += outcome.cases
        verdict.failures += [outcome.failure] if outcome.failure else []
        verdict.written += [outcome.written] if outcome.written else []
    return verdict


def _outcomes(
    work: list[tuple[Plan, str]], check: Callable[[Plan, str], Outcome], jobs: int
) -> Iterator[Outcome]:
    if not jobs:
        captures = [capture for _, capture in work]
        jobs = (os.cpu_count() or 1) if len(work) >= MANY else that_pay(captures)
    jobs = min(jobs, len(work))
    if jobs <= 1:
        yield from (check(*one) for one in work)
        return
    with pool(jobs) as workers:
        try:
            yield from workers.map(check, *zip(*work, strict=True))
        finally:
            workers.shutdown(cancel_futures=True)


def check_capture(plan: Plan, path: str, *, update: bool = False) -> Outcome:
    """Hold one capture against all that is expected of it."""
    outcome = check_expectations(plan, path)
    if plan.spec.golden is not None:
        golden = check_decode(plan, path, update=update)
        outcome.cases += golden.cases
        outcome.failure = outcome.failure or golden.failure
        outcome.written = golden.written
    return outcome


def check_expectations(plan: Plan, path: str) -> Outcome:
    """Hold one capture against the expectations."""
    names = [expect.name for expect in plan.spec.expect]
    return _outcome(plan, path, names, lambda reading: (_expectations(plan, reading), ""))


def check_decode(plan: Plan, path: str, *, update: bool = False) -> Outcome:
    """Compare the decode of one capture with its golden."""
    return _outcome(plan, path, [GOLDEN], lambda reading: _golden(plan, reading, update=update))


def _outcome(
    plan: Plan, path: str, names: list[str], check: Callable[[Reading], tuple[list[Case], str]]
) -> Outcome:
    """The cases that ``check`` makes; where it can't, cases of these names that are skipped."""
    preferences = {name: _word(value) for name, value in plan.spec.preferences.items()}
    try:
        cases, written = check(Reading(path, preferences))
        return Outcome(cases, written=written)
    except (CaptureError, ConfigError) as error:
        failure = f"{plan.path}: {error}"
    except PreferenceError as error:
        failure = str(plan.error(("preferences",), str(error)))
    except OSError as error:
        failure = f"{error.filename or path}: {error.strerror or error}"
    except Exception as error:  # the other captures are none the worse for a mistake of ours
        failure = f"{plan.path}: {path}: {mistake(error)}"
    skipped = [Case(case_name(plan, path, name), plan.path, skipped=failure) for name in names]
    return Outcome(skipped, failure)


def case_name(plan: Plan, path: str, name: str) -> str:
    """What an expectation of a capture is called: with the capture, if there are several."""
    return f"{name} [{short_name(plan, path)}]" if len(plan.captures) > 1 else name


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _expectations(plan: Plan, reading: Reading) -> list[Case]:
    start = time.perf_counter()
    expects = plan.spec.expect
    clauses = [clauses_of(plan, number) for number in range(len(expects))]
    _pass([clause for of_one in clauses for clause in of_one], reading)
    share = (time.perf_counter() - start) / max(1, len(expects))
    found: list[tuple[list[Failure], float]] = []
    for of_one in clauses:
        start = time.perf_counter()
        failures = [failure for clause in of_one for failure in clause.failures(reading)]
        found.append((failures, share + time.perf_counter() - start))
    shown = {one.number for failures, _ in found for each in failures for one in each.packets}
    packets = Packets(reading, shown)
    cases: list[Case] = []
    for number, (failures, seconds) in enumerate(found):
        expect = expects[number]
        rule = Rule(rule_id(plan, expect.name), expect.name, why=expect.why)
        case = _case(plan, reading, expect.name, seconds)
        for failure in failures:
            row = plan.line(number)
            case.add(finding_of(plan, reading, rule, failure, packets, row), failure)
        cases.append(case)
    return cases


def _pass(clauses: list[Clause], reading: Reading) -> None:
    """Show all chunks of a capture to all clauses that want any."""
    tests = {test.text: test for clause in clauses for test in clause.tests}
    looked = {test.text: test for clause in clauses for test in clause.looked}
    names = tuple(dict.fromkeys(name for clause in clauses for name in clause.names))
    lookers = [clause.look for clause in clauses if clause.names]

    def look(packet: Packet) -> dict[str, Any]:
        return {name: values for one in lookers for name, values in one(packet).items()}

    if not tests:
        return
    with reading.open() as capture:
        asked = rows(capture, list(tests.values()), list(looked.values()), look, names)
        for row in asked:
            for clause in clauses:
                if clause.tests:
                    clause.update(row)


def _golden(plan: Plan, reading: Reading, *, update: bool) -> tuple[list[Case], str]:
    start = time.perf_counter()
    failures, written = check_golden(plan, reading, update=update)
    rule = Rule(rule_id(plan, GOLDEN), "The decode is that of the golden")
    case = _case(plan, reading, GOLDEN, 0)
    row = plan.places.line(("golden",)) or 1
    for failure in failures:
        packets = Packets(reading, set())
        case.add(finding_of(plan, reading, rule, failure, packets, row), failure)
    case.seconds = time.perf_counter() - start
    return [case], written


def _case(plan: Plan, reading: Reading, name: str, seconds: float) -> Judged:
    return Judged(
        case_name(plan, reading.path, name), plan.path, seconds=seconds,
        capture=short_name(plan, reading.path),
    )  # fmt: skip
