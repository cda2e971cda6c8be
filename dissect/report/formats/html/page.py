"""The page as data: findings, figures, charts, tables by subject, the packets that are cited."""

from __future__ import annotations

from shlex import quote
from typing import Any, NamedTuple

from dissect.analysis.table import Ref, Table
from dissect.export.sanitise import visible
from dissect.report.formats.html.charts import Chart, charts
from dissect.report.formats.html.hosts import Host, hosts, places
from dissect.report.formats.html.packets import Cited, cited
from dissect.report.formats.html.subjects import by_subject
from dissect.report.formats.html.tables import Shown, Within, shown
from dissect.report.formats.look import Headline, for_people, headlines, verdict
from dissect.report.run import Report

FINDINGS, MORE = 12, 100
"""Findings that are seen at first, and that are in the page; of those like one as many."""
UNITS = ("", "k", "M", "G", "T", "P")


class Figure(NamedTuple):
    """A number that tells much; ``exact``: the same with all its digits."""

    title: str
    text: str
    exact: str


class Subject(NamedTuple):
    """Tables about one subject."""

    name: str
    title: str
    tables: list[Shown]


class Part(NamedTuple):
    """What the page tells of one report; ``key`` begins the names of its places.

    findings, more   those seen at first, and those seen by who unfolds them
    """

    key: str
    paths: list[str]
    condition: str
    verdict: str
    worst: str
    failures: list[str]
    findings: list[Headline]
    more: list[Headline]
    left_out: int
    figures: list[Figure]
    charts: list[Chart]
    subjects: list[Subject]
    empty: list[str]
    cited: Cited
    day: str
    hosts: list[Host]

    @property
    def quoted(self) -> list[str]:
        """The files as a shell wants them."""
        return [visible(quote(path)) for path in self.paths]

    def place(self, name: str) -> str:
        """The place of a table or chart in the page."""
        return f"{self.key}{name}"

    def packet(self, ref: Ref) -> str:
        """The place of a packet."""
        return f"{self.key}packet-{ref.file + 1}-{ref.number}"


class Page(NamedTuple):
    """The whole page."""

    title: str
    parts: list[Part]

    @property
    def drawn(self) -> dict[str, Any]:
        """What the charts are drawn from, by their places."""
        return {
            f"{part.place('chart-')}{number}": {"kind": chart.kind, "data": chart.data}
            for part in self.parts for number, chart in enumerate(part.charts)
        }  # fmt: skip


def page_of(reports: list[Report]) -> Page:
    """The page with some reports."""
    keys = [""] if len(reports) == 1 else [f"report-{n}-" for n in range(1, len(reports) + 1)]
    parts = [_part(report, key) for report, key in zip(reports, keys, strict=True)]
    return Page(", ".join(path for report in reports for path in report.paths), parts)


def _part(report: Report, key: str) -> Part:
    tables = {table.name: table for table in report.tables}
    within = Within(_day(tables), places(tables))
    findings = report.findings
    told = [Headline(one.finding, one.more[:MORE]) for one in headlines(findings)]
    left_out = len(findings) - sum(1 + len(one.more) for one in told[:MORE])
    worst = "error" if report.failures else findings[0].level if findings else "fine"
    return Part(
        key, report.paths, report.condition, verdict(findings), worst, report.failures,
        told[:FINDINGS], told[FINDINGS:MORE], left_out, _figures(tables), charts(report.tables),
        _subjects(tables, within), [table.title for table in report.tables if not table.rows],
        cited(report), within.day, hosts(tables, within),
    )  # fmt: skip


def _subjects(tables: dict[str, Table], within: Within) -> list[Subject]:
    """The tables that have rows."""
    full = [name for name, table in tables.items() if table.rows]
    return [
        Subject(
            f"about-{title.lower().replace(' ', '-')}",
            title,
            [shown(tables[name], within) for name in names],
        )
        for title, names in by_subject(full).items()
    ]


def _day(tables: dict[str, Table]) -> str:
    """The day of all packets as times begin with it; empty if there are several, or none."""
    if "capture" not in tables:
        return ""
    table = tables["capture"]
    days = {
        for_people(column, value)[:11]
        for row in table.rows for column, value in zip(table.columns, row, strict=True)
        if column.kind == "time"
    }  # fmt: skip
    day = days.pop() if len(days) == 1 else ""
    return day if day[10:] == " " else ""


def _figures(tables: dict[str, Table]) -> list[Figure]:
    """The numbers on top."""
    if "capture" not in tables:
        return []
    table = tables["capture"]
    (row,) = table.rows
    values = {column.name: value for column, value in zip(table.columns, row, strict=True)}
    exact = {
        column.name: for_people(column, value)
        for column, value in zip(table.columns, row, strict=True)
    }
    figures = [
        Figure("Packets", scaled(values["packets"]), exact["packets"]),
        Figure("Octets", f"{scaled(values['octets'])}B", f"{exact['octets']} octets"),
    ]
    if values["duration"] is not None:
        figures.append(Figure("Duration", lasted(values["duration"]), f"{exact['duration']} s"))
    if values["bit_rate"] is not None:
        rate = f"{scaled(values['bit_rate'])}bit/s"
        figures.append(Figure("Mean rate", rate, f"{exact['packet_rate']} packets/s"))
    if "hierarchy" in tables and values["packets"]:
        paths = [(row[0].split(":"), row[3]) for row in tables["hierarchy"].rows]
        six = sum(count for path, count in paths if path[-1] == "ipv6" and "ipv6" not in path[:-1])
        inside = sum(
            count for path, count in paths
            if path[-1] in ("ip", "ipv6") and sum(name in ("ip", "ipv6") for name in path[:-1]) == 1
        )  # fmt: skip
        for title, count in (("With IPv6", six), ("In tunnels", inside)):
            share = f"{count / values['packets']:.0%}"
            figures.append(Figure(title, share, f"{count:,} packets"))
    return figures


def scaled(number: float) -> str:
    """A number of three digits and its unit's prefix: ``43.5 k``; a space behind it."""
    for unit in UNITS:
        if number < 999.5 or unit == UNITS[-1]:
            break
        number /= 1000
    digits = 0 if not unit or number >= 99.95 else 1 if number >= 9.995 else 2
    return f"{number:,.{digits}f} {unit}"


def lasted(seconds: float) -> str:
    """A duration: ``8.47 s``, ``3 min 5 s``, ``2 h 10 min``, ``3 d 4 h``."""
    if seconds < 60:
        return f"{seconds:.3g} s"
    whole = round(seconds)
    for size, unit, part, smaller in ((86400, "d", 3600, "h"), (3600, "h", 60, "min")):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // part} {smaller}"
    return f"{whole // 60} min {whole % 60} s"
