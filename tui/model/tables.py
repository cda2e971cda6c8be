"""Tables and findings as both processes know them, and the filters that rows stand for."""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    """A column: its name in the report, what stands above it, whether it is set to the right."""

    name: str
    title: str
    right: bool


class Table(NamedTuple):
    """A table.

    rows     the text of each cell, as packets have it
    keys     numbers of cells, to sort by; None where it is no number
    packets  of each row a packet that shows it, 0 without one
    total    rows that there are
    """

    name: str
    title: str
    columns: list[Column]
    rows: list[list[str]]
    keys: list[list[float | None]]
    packets: list[int]
    total: int
    remarks: list[str]
    upright: bool = False


class Finding(NamedTuple):
    """Something to look at first: level, lint's rule or nothing, a sentence, packets, a table."""

    level: str
    rule: str
    words: str
    packets: tuple[int, ...]
    table: str


class Found(NamedTuple):
    """What a report has found."""

    tables: list[Table]
    findings: list[Finding]


ADDRESSES = {"ipv6": "ipv6.addr", "ipv4": "ip.addr", "eth": "eth.addr"}


def filter_of(table: Table, row: int) -> str:
    """A display filter for a row's packets; empty where none says it."""
    cells = dict(zip((column.name for column in table.columns), table.rows[row], strict=True))
    what, _, kind = table.name.partition("-")
    if what in ("endpoints", "conversations") and kind:
        sides = ("",) if what == "endpoints" else ("a_", "b_")
        return " && ".join(_end(cells, side, kind) for side in sides)
    if table.name == "hierarchy":
        return cells["protocol"] if " " not in cells["protocol"] else ""
    if table.name == "chains":
        return f'frame.protocols == "{cells["chain"]}"' if ":" in cells["chain"] else ""
    if table.name in ("icmpv6", "icmp"):
        return f"{table.name}.type == {cells['type']} && {table.name}.code == {cells['code']}"
    if table.name == "notes":
        return cells["name"] if not cells["name"].startswith("_ws.") else ""
    if table.name == "ports":
        return f"{cells['transport']}.port == {cells['port']}"
    if table.name == "hops":
        field = "ipv6.hlim" if cells["version"] == "IPv6" else "ip.ttl"
        return f"{field} == {cells['limit']}"
    for name in ("client", "address", "host", "source", "member", "router"):
        if _is_address(cells.get(name, "")):
            return _address(cells[name])
    return ""


def _end(cells: dict[str, str], side: str, kind: str) -> str:
    address = cells[f"{side}address"]
    if kind in ADDRESSES:
        return f"{ADDRESSES[kind]} == {address}"
    return f"{_address(address)} && {kind}.port == {cells[f'{side}port']}"


def _address(text: str) -> str:
    return f"{'ipv6' if ':' in text else 'ip'}.addr == {text}"


def _is_address(text: str) -> bool:
    digits = set("0123456789abcdefABCDEF:./")
    return bool(text) and set(text) <= digits and (text.count(":") > 1 or text.count(".") == 3)
