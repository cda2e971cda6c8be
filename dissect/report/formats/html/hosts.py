"""A page for each host: its row, and what other tables have of its MAC on its link."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from dissect.analysis.table import Table
from dissect.report.formats.html.tables import Cell, Shown, Within, shown

MOST, ROWS = 40, 30
"""Hosts that have a page; rows of a table in it."""
GATHERED = (
    "addresses", "dhcpv6-leases", "dhcpv6-prefixes", "dhcp-leases", "group-members",
    "host-conversations", "host-events",
)  # fmt: skip
KEY = ("link", "mac")


class Host(NamedTuple):
    """The page of a host.

    place   in the page, without the report's key
    mac     or an address, where frames have none
    facts   the rest of its row: titles and cells
    """

    place: str
    mac: str
    facts: list[tuple[str, Cell]]
    tables: list[Shown]


def places(tables: dict[str, Table]) -> dict[tuple[str, str], str]:
    """Where the pages are, by link and MAC; of no more hosts than there are pages."""
    if "hosts" not in tables:
        return {}
    keys = [_key(tables["hosts"], at) for at in range(len(tables["hosts"].rows))]
    return {key: f"host-{number}" for number, key in enumerate(keys[:MOST], 1) if key[1]}


def hosts(tables: dict[str, Table], within: Within) -> list[Host]:
    """The pages, in the order of the hosts' own table."""
    found = []
    for key, place in within.hosts.items():
        (own,) = shown(replace(_rows_of(tables["hosts"], key), upright=True), within).upright
        facts = [(title, cell) for title, cell in own if title not in ("MAC", "How many")]
        gathered = [_rows_of(tables[name], key) for name in GATHERED if name in tables]
        mine = [shown(_without_key(table), within) for table in gathered if table.rows]
        found.append(Host(place, key[1], facts, mine))
    return found


def _rows_of(table: Table, key: tuple[str, str]) -> Table:
    """The rows of one host; how many more the whole table has tells nothing of it."""
    rows = [row for at, row in enumerate(table.rows) if _key(table, at) == key]
    return replace(table, rows=rows[:ROWS], total=len(rows), remarks=[])


def _key(table: Table, at: int) -> tuple[str, str]:
    values = {
        column.name: value for column, value in zip(table.columns, table.rows[at], strict=True)
    }
    link, mac = (str(values.get(name) or "") for name in KEY)
    return link, mac


def _without_key(table: Table) -> Table:
    kept = [at for at, column in enumerate(table.columns) if column.name not in KEY]
    rows = [tuple(row[at] for at in kept) for row in table.rows]
    return replace(table, columns=tuple(table.columns[at] for at in kept), rows=rows)
