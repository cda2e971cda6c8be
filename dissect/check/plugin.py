"""sixscope in pytest: expectations in ``*.sixscope.toml`` are tests, and tests can ask captures.

    def test_router(capture):
        advertisements = capture("boot.pcapng").filter("icmpv6.type == 134")
        assert advertisements.count == 3
        advertisements.expect(every="ipv6.hlim == 255")

``--sixscope-update`` writes goldens that are new or differ.  Nothing heavy is imported before it
is needed: pytest loads this in every run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from dissect.check.load import Plan
    from dissect.check.packets import Packets
    from dissect.check.run import Outcome
    from dissect.verdict import Case

SUFFIX = ".sixscope.toml"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The plugin's options."""
    group = parser.getgroup("sixscope", "captures against what is expected of them")
    group.addoption(
        "--sixscope-update", action="store_true",
        help="write goldens of captures that are new or differ",
    )  # fmt: skip


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Files of expectations are collected."""
    if file_path.name.endswith(SUFFIX):
        return Expectations.from_parent(parent, path=file_path)
    return None


class Held:
    """A capture and what is expected of it, looked at when the first test asks."""

    def __init__(self, plan: Plan, capture: str, *, update: bool) -> None:
        self.plan = plan
        self.capture = capture
        self.update = update

    @cached_property
    def expectations(self) -> Outcome:
        """Of the expectations."""
        from dissect.check.run import check_expectations

        return check_expectations(self.plan, self.capture)

    @cached_property
    def golden(self) -> Outcome:
        """Of the golden."""
        from dissect.check.run import check_decode

        return check_decode(self.plan, self.capture, update=self.update)


class Expectations(pytest.File):
    """A file of expectations."""

    def collect(self) -> Iterator[pytest.Item]:
        """A test for each expectation of each capture, and for each golden."""
        from dissect.check.compile import prepared
        from dissect.check.load import load
        from dissect.check.model import SpecError
        from dissect.check.run import GOLDEN, case_name

        update = bool(self.config.getoption("sixscope_update"))
        try:
            plan = load(os.path.relpath(self.path))
            prepared(plan)
        except (SpecError, OSError) as error:
            raise self.CollectError(str(error)) from None
        for capture in plan.captures:
            held = Held(plan, capture, update=update)
            for number, expect in enumerate(plan.spec.expect):
                name = case_name(plan, capture, expect.name)
                yield Expectation.from_parent(
                    self, name=name, line=plan.line(number),
                    case=lambda held=held, at=number: held.expectations.cases[at],
                )  # fmt: skip
            if plan.spec.golden is not None:
                yield Expectation.from_parent(
                    self, name=case_name(plan, capture, GOLDEN),
                    line=plan.places.line(("golden",)) or 1,
                    case=lambda held=held: held.golden.cases[0],
                )  # fmt: skip


class Unmet(Exception):
    """An expectation does not hold."""

    def __init__(self, case: Case) -> None:
        super().__init__(case.name)
        self.case = case


class Expectation(pytest.Item):
    """An expectation of one capture."""

    def __init__(self, *, line: int, case: Callable[[], Case], **options: Any) -> None:
        super().__init__(**options)
        self._line = line
        self._case = case

    def runtest(self) -> None:
        """Hold the capture against it."""
        case = self._case()
        if case.findings or case.skipped:
            raise Unmet(case)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was expected and found, and no traceback."""
        if isinstance(excinfo.value, Unmet):
            from dissect.check.text import case_text

            return case_text(excinfo.value.case)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands."""
        return self.path, self._line - 1, self.name


@pytest.fixture
def capture(request: pytest.FixtureRequest) -> Callable[..., Packets]:
    """Open captures: ``capture("x.pcapng")``, from the test's folder, as ``Packets``."""
    folder = request.path.parent

    def opened(
        path: str | os.PathLike[str], *, preferences: Mapping[str, str] | None = None
    ) -> Packets:
        from dissect.check.packets import Packets

        return Packets(folder / path, preferences=preferences or {})

    return opened


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """What differs between the packets of two captures."""
    if op != "==" or type(left).__name__ != "Packets" or type(right).__name__ != "Packets":
        return None
    from dissect.check.packets import Packets

    if not (isinstance(left, Packets) and isinstance(right, Packets)):
        return None
    return [f"{left!r} == {right!r}", "", *left.difference(right).split("\n")]
