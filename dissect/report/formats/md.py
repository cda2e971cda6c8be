"""``-T md``: a comment on a merge request, in Markdown as GitHub and GitLab draw it.

Findings come first; the tables are folded, each by itself.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from html import escape
from typing import TextIO

from dissect.analysis.analysis import Finding, Level
from dissect.analysis.table import Column, Table, how_many
from dissect.export.sanitise import markdown
from dissect.report.formats.look import RIGHT, Look, for_people, headlines, packets_of, verdict
from dissect.report.run import Report

MARKS: dict[Level, str] = {"error": "\N{CROSS MARK}", "warning": "\N{WARNING SIGN}",
                           "note": "\N{INFORMATION SOURCE}"}  # fmt: skip
FINDINGS, FOLDED = 20, 100
"""Findings that are seen at once, and that are folded, at most."""


def write(stream: TextIO, reports: list[Report], look: Look) -> None:
    """Write the reports, one behind the other."""
    for report in reports:
        names = ", ".join(map(markdown, report.paths))
        stream.write(f"### {names}: {verdict(report.findings)}\n\n")
        if report.condition:
            stream.write(f"Packets that pass {markdown(report.condition)}\n\n")
        for failure in report.failures:
            stream.write(f"**{markdown(failure)}**\n\n")
        _write_findings(stream, report.findings)
        for table in report.tables:
            if table.rows:
                _write_table(stream, table)


def _write_findings(stream: TextIO, findings: list[Finding]) -> None:
    """A list of them; all but the first of each kind folded."""
    told = headlines(findings)[:FINDINGS]
    if told:
        stream.write("".join(_finding_line(one.finding) for one in told) + "\n")
    seen = {id(one.finding) for one in told}
    others = [_finding_line(finding) for finding in findings if id(finding) not in seen]
    if others:
        more = len(others) - FOLDED
        last = [f"- and {more:,} more, which `-T json` has\n"] if more > 0 else []
        title = how_many(len(others), "more finding")
        _fold(stream, title, "".join([*others[:FOLDED], *last]))


def _finding_line(finding: Finding) -> str:
    packets = packets_of(finding)
    behind = [f"({packets})"] if packets else []
    behind += [f"`{finding.rule}`"] if finding.rule else []
    words = " ".join([markdown(finding.words), *behind])
    return f"- {MARKS[finding.level]} **{finding.level}**: {words}\n"


def _fold(stream: TextIO, title: str, text: str) -> None:
    """Something that is read only by those who unfold it; empty lines let it be Markdown."""
    stream.write(
        f"<details><summary>{escape(title)}</summary>\n\n{text.rstrip()}\n\n</details>\n\n"
    )


def _write_table(stream: TextIO, table: Table) -> None:
    text = io.StringIO()
    _write_rows(text, table)
    rows = "" if table.upright else f" ({how_many(table.total, 'row')})"
    _fold(stream, table.title + rows, text.getvalue())


def _write_rows(stream: TextIO, table: Table) -> None:
    if table.upright:
        for row in table.rows:
            pairs = [
                (column.title, for_people(column, value))
                for column, value in zip(table.columns, row, strict=True) if value is not None
            ]  # fmt: skip
            stream.write("| | |\n|---|---|\n")
            for title, text in pairs:
                stream.write(f"| {markdown(title)} | {markdown(text)} |\n")
            stream.write("\n")
    else:
        stream.write(_line(column.title for column in table.columns))
        stream.write("|" + "".join(map(_rule, table.columns)) + "\n")
        for row in table.rows:
            pair = zip(table.columns, row, strict=True)
            stream.write(_line(for_people(column, value) for column, value in pair))
        stream.write("\n")
    for remark in remarks_of(table):
        stream.write(f"{markdown(remark)}\n\n")


def remarks_of(table: Table) -> list[str]:
    """The remarks on a table, and how many rows are not shown."""
    more = table.total - len(table.rows)
    return [*([f"and {more:,} more"] if more else []), *table.remarks]


def _rule(column: Column) -> str:
    return "---:|" if column.kind in RIGHT else "---|"


def _line(texts: Iterable[str]) -> str:
    return "| " + " | ".join(map(markdown, texts)) + " |\n"
