"""A table as the cells of a page."""

from __future__ import annotations

from typing import NamedTuple

from dissect.analysis.table import Column, Ref, Row, Table, Value
from dissect.report.formats.html.filters import COUNTS, filters_of
from dissect.report.formats.look import RIGHT, for_people
from dissect.report.formats.md import remarks_of
from dissect.report.names import TABLES

LONGEST = 1000
"""Characters of a text that are shown."""
FIRST = 10
"""Rows that are seen before somebody asks for all."""
SORTED_AS_NUMBERS = RIGHT - {"packet"}
TREES = ("hierarchy",)
"""Tables whose rows are what they are by those above them: they can't be sorted."""


class Within(NamedTuple):
    """What cells refer to: ``day``, with which all times begin; pages of hosts by link and MAC."""

    day: str
    hosts: dict[tuple[str, str], str]


class Head(NamedTuple):
    """The head of a column; ``sort``: how its cells are compared."""

    title: str
    right: bool
    sort: str


class Cell(NamedTuple):
    """A cell.

    ref     the packet that it names
    to      a place in the page that tells more
    filter  by which the packets that it counts are found
    exact   the same with nothing left out, where something is
    share   percent of a whole, for a bar; -1: it is none
    indent  steps to the right, in a tree
    long    it is text that may take many characters
    """

    text: str
    right: bool = False
    ref: Ref | None = None
    to: str = ""
    filter: str = ""
    exact: str = ""
    share: int = -1
    indent: int = 0
    long: bool = False


class Shown(NamedTuple):
    """A table in the page.

    upright  things with their facts one below the other: a list of (title, cell) each
    first    rows that are seen at first
    """

    name: str
    title: str
    words: str
    heads: list[Head]
    rows: list[list[Cell]]
    upright: list[list[tuple[str, Cell]]]
    sortable: bool
    first: int
    total: int
    remarks: list[str]


def shown(table: Table, within: Within) -> Shown:
    """A table without the columns in which there is nothing."""
    kept = [
        at for at, column in enumerate(table.columns)
        if any(row[at] is not None for row in table.rows) and not _tells_twice(table, column)
    ]  # fmt: skip
    columns = [table.columns[at] for at in kept]
    rows = [
        [_cell(table, at, row, within, test) for at in kept]
        for row, test in zip(table.rows, filters_of(table), strict=True)
    ]
    words = TABLES[table.name].words
    upright = []
    if table.upright:
        titles = [column.title for column in columns]
        upright = [
            [pair for pair in zip(titles, row, strict=True) if pair[1].text] for row in rows
        ]  # fmt: skip
    return Shown(
        table.name, table.title, words[:1].upper() + words[1:], list(map(_head, columns)),
        [] if upright else rows, upright, table.name not in TREES and len(rows) > 1,
        len(rows) if table.name in TREES else FIRST, table.total, remarks_of(table),
    )  # fmt: skip


def _head(column: Column) -> Head:
    return Head(
        column.title, column.kind in RIGHT, "number" if column.kind in SORTED_AS_NUMBERS else "text"
    )


def _tells_twice(table: Table, column: Column) -> bool:
    """What the indentation of the hierarchy tells already."""
    return table.name == "hierarchy" and column.name in ("path", "depth")


def _cell(table: Table, at: int, row: Row, within: Within, test: str) -> Cell:
    column, value = table.columns[at], row[at]
    text = exact = for_people(column, value)
    if len(text) > LONGEST:
        text = exact = f"{text[:LONGEST]}… ({len(text):,} characters)"
    if column.kind == "time" and not table.upright:
        text = text.removeprefix(within.day)[:-3]
    return Cell(
        text,
        column.kind in RIGHT,
        value if isinstance(value, Ref) else None,
        _host(table, row, within) if column.name == "mac" else "",
        test if column.name in COUNTS and value else "",
        exact if exact != text else "",
        _percent(column, value),
        int(row[2]) - 1 if table.name == "hierarchy" and column.name == "protocol" else 0,
        column.kind == "text" and len(text) > 40,
    )


def _host(table: Table, row: Row, within: Within) -> str:
    """The place of the host that a row is about; empty where it has no page."""
    links = (at for at, column in enumerate(table.columns) if column.name == "link")
    macs = (at for at, column in enumerate(table.columns) if column.name == "mac")
    link, mac = (str(row[at] or "") for at in (next(links, -1), next(macs)))
    return within.hosts.get((link, mac), "")


def _percent(column: Column, value: Value) -> int:
    if column.name != "share" or not isinstance(value, int | float):
        return -1
    return max(0, min(100, round(100 * value)))
