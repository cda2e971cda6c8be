"""Columns of any field, by its display-filter name: lists of all its values in the packet.

Numbers, times and truths are such; all else is text as ``-T fields`` prints it, visible to the
last character.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import polars as pl

from dissect.columns import Chunk
from dissect.engine.header import headers, plan_of
from dissect.engine.instances import split
from dissect.engine.packet import Packet
from dissect.engine.tree import FIELDS, Field, Node
from dissect.engine.values import BOOL, INTERVAL, TIME, UTC
from dissect.export.fields import COLUMN, is_field, value
from dissect.table.schema import Some

NUMBERS: dict[str, tuple[Any, type, int, int]] = {
    "uint": (pl.UInt64, int, 0, (1 << 64) - 1),
    "int": (pl.Int64, int, -(1 << 63), (1 << 63) - 1),
}
"""By how a field is read: type in the table and in Python, least and greatest value."""

TIMES = {TIME.name: pl.Datetime("ns", "UTC"), UTC.name: pl.Datetime("ns", "UTC"),
         INTERVAL.name: pl.Duration("ns")}  # fmt: skip


def check(names: Iterable[str]) -> None:
    """Raise ValueError, with a sentence, for the first name that no field has."""
    for name in names:
        if name.startswith(COLUMN) or name == "text" or not is_field(name):
            raise ValueError(f"no field is called {name} (sixscope fields lists them)")


@cache
def field_of(name: str) -> Field:
    """The field's first declaration, whatever layer is asked for."""
    for header in headers():
        plan_of(header)  # settles the kinds that its layout gives
    return FIELDS[split(name)[0]]


@cache
def dtype_of(name: str) -> Any:
    """polars' type of a field's values."""
    kind = field_of(name).kind
    if kind.show is BOOL.show:
        return pl.Boolean
    if kind.name in TIMES:
        return TIMES[kind.name]
    if kind.reader == "float":
        return pl.Float64
    return NUMBERS[kind.reader][0] if kind.reader in NUMBERS else pl.String


@cache
def _converter(name: str) -> Callable[[Node], Any]:
    """What gives a node's value as the table has it; None where it can't be held."""
    dtype = dtype_of(name)
    if dtype == pl.String:
        return value
    if dtype == pl.Boolean:
        return lambda node: None if node.value is None else bool(node.value)
    if dtype == pl.Float64:
        return lambda node: node.value if isinstance(node.value, float) else None
    _, _, least, most = NUMBERS["uint" if dtype == pl.UInt64 else "int"]

    def number(node: Node) -> int | None:
        fits = isinstance(node.value, int) and least <= node.value <= most
        return int(node.value) if fits else None

    return number


def values_of(packet: Packet, names: tuple[str, ...]) -> list[list[Any]]:
    """For each field its values in a packet, in the order of the tree."""
    return [[_converter(name)(node) for node in packet.fields(name)] for name in names]


def column(some: Some, name: str, seen: dict[int, list[Any]]) -> pl.Series:
    """A field's column: from trees where packets have been looked at, else from the columns."""
    dtype = dtype_of(name)
    told = {} if "#" in name else _told(some.chunk, name)
    rows = [seen[row] if row in seen else told.get(row, []) for row in some.rows.tolist()]
    return pl.Series(rows, dtype=pl.List(dtype))


def _told(chunk: Chunk, name: str) -> dict[int, list[Any]]:
    """The values that the columns have, by row; each different one is converted once."""
    rows, values, _ = chunk.field(name)
    convert, field = _converter(name), field_of(name)
    known: dict[Any, Any] = {}
    told: dict[int, list[Any]] = {}
    plain = map(bytes, values) if values.ndim == 2 else values.tolist()
    for row, raw in zip(rows.tolist(), plain, strict=True):
        if raw not in known:
            known[raw] = convert(Node(field, 0, 0, raw))
        told.setdefault(row, []).append(known[raw])
    return told
