"""Display filters by which ``sixscope show`` finds the packets that a row has counted.

Where a filter would let others pass too, what an error quotes for instance, it still lets all of
the row's packets pass.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dissect.analysis.table import Table

Values = dict[str, Any]
COUNTS = ("packets", "headers", "options")
"""Columns with the number that a filter stands behind."""
ADDRESSES = {"eth": "eth", "ipv4": "ip", "ipv6": "ipv6"}


def filters_of(table: Table) -> list[str]:
    """A filter for each row; empty where there is none."""
    make = MAKERS.get(table.name)
    if make is None:
        return [""] * len(table.rows)
    names = [column.name for column in table.columns]
    return [make(dict(zip(names, row, strict=True))) for row in table.rows]


def _side(kind: str, side: str, address: str, port: int | None) -> str:
    """An address, or one with a port; of a group of addresses the prefix.  ``side``: src or dst."""
    if kind in ADDRESSES:
        return f"{ADDRESSES[kind]}.{side} == {address}"
    version = "ipv6" if ":" in address else "ip"
    return f"{version}.{side} == {address} && {kind}.{side}port == {port}"


def _endpoint(kind: str) -> Callable[[Values], str]:
    def make(row: Values) -> str:
        end = row["address"], row.get("port")
        return " || ".join(f"({_side(kind, side, *end)})" for side in ("src", "dst"))

    return make


def _conversation(kind: str) -> Callable[[Values], str]:
    def make(row: Values) -> str:
        a, b = ((row[f"{end}_address"], row.get(f"{end}_port")) for end in "ab")
        ways = (
            f"({_side(kind, 'src', *one)} && {_side(kind, 'dst', *other)})"
            for one, other in ((a, b), (b, a))
        )
        return " || ".join(ways)

    return make


def _length(row: Values) -> str:
    least, _, most = row["length"].partition("-")
    return f"frame.len >= {least}" + (f" && frame.len <= {most}" if most else "")


def _message(protocol: str) -> Callable[[Values], str]:
    return lambda row: f"{protocol}.type == {row['type']} && {protocol}.code == {row['code']}"


def _hops(row: Values) -> str:
    return f"{'ipv6.hlim' if row['version'] == 'IPv6' else 'ip.ttl'} == {row['limit']}"


def _chain(row: Values) -> str:
    return f'frame.protocols == "{row["chain"]}"' if row["chain"][:1] != "(" else ""


MAKERS: dict[str, Callable[[Values], str]] = {
    "chains": _chain,
    **{f"endpoints-{kind}": _endpoint(kind) for kind in (*ADDRESSES, "tcp", "udp", "sctp")},
    **{f"conversations-{kind}": _conversation(kind) for kind in (*ADDRESSES, "tcp", "udp", "sctp")},
    "ports": lambda row: f"{row['transport']}.port == {row['port']}",
    "lengths": _length,
    "extensions": lambda row: row["protocol"],
    "icmpv6": _message("icmpv6"),
    "icmp": _message("icmp"),
    "hops": _hops,
}
"""By the name of a table."""
