"""A report from captures: their packets go to the collectors of the tables that are asked for.

The columns tell what a packet is where they are sure; other packets are read by the tree reader,
each by itself.  So it is with a filter: where all its fields are such that the columns read them,
they decide, and trees of single packets where they don't know.  Any other filter is asked of one
packet after the other, as it may depend on those before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from pkgutil import resolve_name
from typing import TYPE_CHECKING

import numpy as np

from dissect.analysis.analysis import Finding
from dissect.analysis.names import ANALYSES
from dissect.analysis.options import Options
from dissect.analysis.run import Analyses
from dissect.analysis.table import Table
from dissect.capture.record import CaptureError
from dissect.columns import Chunk, scan
from dissect.columns.chunk import Flag, Mask
from dissect.columns.known import FRAME
from dissect.columns.read import PACKETS
from dissect.columns.scan import Progress
from dissect.columns.seen import Seen
from dissect.engine.bugs import Bugs
from dissect.report.collector import Collector
from dissect.report.names import TABLES
from dissect.report.tables.facts import Facts

if TYPE_CHECKING:
    from dissect.api import Capture
    from dissect.filter import Filter

FACTS = TABLES["files"].made_by


DEFAULT = Options()
FOR_ANALYSES = 131_072
"""Packets in a chunk: it costs them 20 ms whatever is in it."""


@dataclass(frozen=True)
class Plan:
    """What a report is about.

    names      of its tables
    condition  a display filter that packets have to pass, as text; empty: all do
    strict     a mistake of an analysis or collector raises; else it is one of the failures
    """

    names: tuple[str, ...]
    options: Options = DEFAULT
    condition: str = ""
    strict: bool = True

    @property
    def collectors(self) -> list[str]:
        """Those that are needed, by the names of their classes."""
        names = (TABLES[name].made_by for name in self.names if name not in ANALYSES)
        return list(dict.fromkeys((FACTS, *names)))


class Summary:
    """The consumer of a scan: the collectors of a plan, and its analyses."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.bugs = Bugs(strict=plan.strict)
        self.collectors: dict[str, Collector] = {
            name: resolve_name(name)(plan.options) for name in plan.collectors
        }
        self.analyses = Analyses(plan.names, plan.options, self.bugs)

    @property
    def facts(self) -> Facts:
        """The collector that is told of each file."""
        found = self.collectors[FACTS]
        assert isinstance(found, Facts)
        return found

    def update(self, chunk: Chunk) -> None:
        """Take in a chunk."""
        self.take(chunk, self._wanted(chunk))

    def take(self, chunk: Chunk, wanted: Mask) -> None:
        """Take in some rows of a chunk; analyses put fragments together by themselves."""
        unsure, parts = chunk.unsure, chunk.flags & Flag.FRAGMENT != 0
        every, sure = Seen(chunk, wanted), Seen(chunk, wanted & ~unsure)
        collectors = {name: one for name, one in self.collectors.items() if not one.of_file}
        readers = self.analyses.update(Seen(chunk, sure.mask & ~parts))
        if self.analyses.by_name:
            for row in np.flatnonzero(wanted & parts).tolist():
                self.analyses.fragment(chunk.stretch.record(row), chunk.stretch.form.name)
        if collectors or self.analyses.by_name:
            for row in np.flatnonzero(wanted & unsure).tolist():
                self._unsure(chunk, row, collectors)
        for row, names in readers.items():
            self.analyses.packet(chunk.packet(row), names)
        self.analyses.settle()
        for name, one in self.collectors.items():
            try:
                one.update(every if one.of_file else sure)
            except Exception as error:
                self.bugs.caught(name, error)

    def _unsure(self, chunk: Chunk, row: int, collectors: dict[str, Collector]) -> None:
        """Take in a packet that the tree reader reads."""
        packet = chunk.packet(row).decode()
        for name, one in collectors.items():
            try:
                one.packet(packet)
            except Exception as error:
                self.bugs.caught(name, error, packet.number)
        if not chunk.flags[row] & Flag.FRAGMENT:
            self.analyses.packet(packet)

    def merge(self, other: Summary) -> None:
        """Take in what comes behind; not for plans with analyses, which see packets in order."""
        assert not self.analyses.by_name
        for name, one in self.collectors.items():
            try:
                one.merge(other.collectors[name])
            except Exception as error:
                self.bugs.caught(name, error)
        self.bugs.merge(other.bugs)

    def tables(self) -> list[Table]:
        """The tables of the plan, but for those that a mistake prevents."""
        found = []
        for name in self.plan.names:
            try:
                found.append(self._table(name))
            except Exception as error:
                self.bugs.caught(TABLES[name].made_by, error)
        return found

    def findings(self) -> dict[str, list[Finding]]:
        """What a person should look at, by the class that found it."""
        return {FACTS: [*self.facts.findings()]} | self.analyses.findings()

    def _table(self, name: str) -> Table:
        if name in ANALYSES:
            return self.analyses.table(name)
        return self.collectors[TABLES[name].made_by].table(name)

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


def tables_of(capture: Capture, plan: Plan) -> dict[str, Table]:
    """The tables of one open capture, by name; raises FilterError, and as reading does."""
    whole = Summary(plan)
    damage = read(capture, whole, 0)
    if damage is not None:
        raise damage
    return {table.name: table for table in whole.tables()}


def read(
    capture: Capture, whole: Summary, file: int, jobs: int = 1, progress: Progress | None = None
) -> CaptureError | None:
    """Take in all of a file, the nth from 0; returns what its damage is, if any.

    jobs  processes for its stretches, if the plan has no analyses: those see packets in order
    """
    plan = whole.plan
    damage: CaptureError | None = None
    whole.analyses.start(file)
    if plan.condition and not _is_plain(_filter(plan.condition)):
        from dissect.filter.passing import passing_rows

        try:
            for passed in passing_rows(capture, _filter(plan.condition)):
                whole.take(passed.chunk, passed.rows)
        except CaptureError as error:
            damage = error
    else:
        made = partial(Summary, plan)
        size = FOR_ANALYSES if whole.analyses.by_name else PACKETS
        damage = scan(capture, made, into=whole, jobs=jobs, size=size, progress=progress).damage
    whole.facts.close(capture.records, damage.reason if damage else None)
    return damage


@cache
def _filter(condition: str) -> Filter:
    from dissect.filter import compile_filter

    return compile_filter(condition)


def _is_plain(test: Filter) -> bool:
    """Whether a packet by itself tells if it passes."""
    from dissect.filter.masks import is_plain

    return all(name in FRAME or (is_plain(name) and name[:5] != "frame") for name in test.fields)
