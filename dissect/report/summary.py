"""A report from captures: their packets go to the collectors of the tables that are asked for.

The columns tell what a packet is where they are sure; other packets are read by the tree reader,
each by itself.  So it is with a filter: where all its fields are such that the columns read them,
they decide, and trees of single packets where they don't know.  Any other filter is asked of one
packet after the other, as it may depend on those before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

from dissect.api import open_capture
from dissect.capture.record import CaptureError
from dissect.columns import Chunk, scan
from dissect.columns.chunk import Mask
from dissect.columns.known import FRAME
from dissect.columns.scan import Progress
from dissect.report.collector import Collector, Options
from dissect.report.names import TABLES
from dissect.report.seen import Seen
from dissect.report.table import Table

if TYPE_CHECKING:
    from dissect.api import Capture
    from dissect.filter import Filter

FACTS = "facts"
"""The collector that is told of each file."""


DEFAULT = Options()


@dataclass(frozen=True)
class Plan:
    """What a report is about.

    names      of its tables
    condition  a display filter that packets have to pass, as text; empty: all do
    """

    names: tuple[str, ...]
    options: Options = DEFAULT
    condition: str = ""

    @property
    def collectors(self) -> list[str]:
        """The names of those that are needed."""
        return list(dict.fromkeys((FACTS, *(TABLES[name].collector for name in self.names))))


@dataclass
class Report:
    """Tables, of which files they are, and what went wrong, a line each."""

    paths: list[str]
    condition: str
    tables: list[Table]
    failures: list[str] = field(default_factory=list)


class Summary:
    """The consumer of a scan: the collectors of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.collectors = {name: _collector(name, plan.options) for name in plan.collectors}

    def update(self, chunk: Chunk) -> None:
        """Take in a chunk."""
        self.take(chunk, self._wanted(chunk))

    def take(self, chunk: Chunk, wanted: Mask) -> None:
        """Take in some rows of a chunk."""
        unsure = chunk.unsure
        if any(not one.of_file for one in self.collectors.values()):
            for row in np.flatnonzero(wanted & unsure).tolist():
                packet = chunk.packet(row).decode()
                for one in self.collectors.values():
                    if not one.of_file:
                        one.packet(packet)
        every, sure = Seen(chunk, wanted), Seen(chunk, wanted & ~unsure)
        for one in self.collectors.values():
            one.update(every if one.of_file else sure)

    def merge(self, other: Summary) -> None:
        """Take in what comes behind."""
        for name, one in self.collectors.items():
            one.merge(other.collectors[name])

    def tables(self) -> list[Table]:
        """The tables of the plan."""
        return [self.collectors[TABLES[name].collector].table(name) for name in self.plan.names]

    def _wanted(self, chunk: Chunk) -> Mask:
        """The rows that the filter lets pass."""
        if not self.plan.condition:
            return np.ones(len(chunk), np.bool_)
        test = _filter(self.plan.condition)
        truth = test.decide(chunk)
        wanted = truth.true.copy()
        for row in np.flatnonzero(~truth.known).tolist():
            wanted[row] = test(chunk.packet(row))
        return wanted


def report(
    paths: list[str], plan: Plan, *, jobs: int = 1, progress: Progress | None = None
) -> Report:
    """One report of all packets of some captures; ``-`` is standard input.

    A damaged file is read up to its damage; that, and files that can't be read, are failures.
    Raises FilterError.
    """
    whole, failures = Summary(plan), []
    for path in paths:
        try:
            with open_capture(path, reassemble=False) as capture:
                failure = _read(capture, whole, jobs, progress)
        except CaptureError as error:
            failure = str(error)
        except OSError as error:
            failure = f"{path}: {error.strerror or error}"
        if failure:
            failures.append(failure)
    return Report(paths, plan.condition, whole.tables(), failures)


def tables_of(capture: Capture, plan: Plan) -> dict[str, Table]:
    """The tables of one open capture, by name; raises FilterError, and as reading does."""
    found, damage = _found(capture, plan, 1, None)
    if damage is not None:
        raise damage
    return {table.name: table for table in found.tables()}


def _read(capture: Capture, whole: Summary, jobs: int, progress: Progress | None) -> str:
    """Take in all of a file; returns what its damage is, if any."""
    found, damage = _found(capture, whole.plan, jobs, progress)
    whole.merge(found)
    return str(damage or "")


def _found(
    capture: Capture, plan: Plan, jobs: int, progress: Progress | None
) -> tuple[Summary, CaptureError | None]:
    """What is in a file, up to its damage."""
    damage: CaptureError | None = None
    found = Summary(plan)
    if plan.condition and not _is_plain(_filter(plan.condition)):
        from dissect.filter.passing import passing_rows

        try:
            for passed in passing_rows(capture, _filter(plan.condition)):
                found.take(passed.chunk, passed.rows)
        except CaptureError as error:
            damage = error
    else:
        found, damage = scan(capture, partial(Summary, plan), jobs=jobs, progress=progress)
    facts = found.collectors[FACTS]
    facts.close(capture.records, damage and damage.reason)  # type: ignore[attr-defined]
    return found, damage


def _collector(name: str, options: Options) -> Collector:
    """A collector by its name, importing no other."""
    made: Collector = getattr(import_module(f"dissect.report.tables.{name}"), name.title())(options)
    return made


@cache
def _filter(condition: str) -> Filter:
    from dissect.filter import compile_filter

    return compile_filter(condition)


def _is_plain(test: Filter) -> bool:
    """Whether a packet by itself tells if it passes."""
    from dissect.filter.masks import is_plain

    return all(name in FRAME or (is_plain(name) and name[:5] != "frame") for name in test.fields)
