"""Endpoints and conversations out of sums by source and destination."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dissect.analysis.options import Layers, Options
from dissect.analysis.table import Column, Row, Table, Value
from dissect.columns.chunk import Rows
from dissect.columns.hashing import Keys, groups, numbered
from dissect.columns.sums import NEVER, Grouped, Numbers, totals

Octets = NDArray[np.uint8]
SECOND = 1_000_000_000


@dataclass(frozen=True)
class Ends:
    """Traffic by source and destination.

    each     (n, size) octets of each end
    sources, destinations   of each row: which of them they are
    rows     their sums (packets, octets) and times
    columns  of what ``show`` makes of an end's octets
    title    what they are ends of
    remarks  what was left out
    """

    each: Octets
    sources: Rows
    destinations: Rows
    rows: Grouped
    columns: tuple[Column, ...]
    show: Callable[[bytes], tuple[Value, ...]]
    title: str
    remarks: list[str]

    @cached_property
    def traffic(self) -> Numbers:
        """Of each end: packets and octets that it sent, and that it got."""
        sums = [
            np.bincount(ends, column, len(self.each))
            for ends in (self.sources, self.destinations) for column in self.rows.sums.T
        ]  # fmt: skip
        return np.stack(sums, axis=1).astype(np.int64)

    @cached_property
    def pairs(self) -> tuple[Rows, Rows]:
        """The rows, those between the same two ends together, and where each pair's begin."""
        low, high = self.low_and_high
        keys = (low * len(self.each) + high).astype(np.uint64)
        return groups(keys[:, None]) if len(keys) else (low, low)

    @cached_property
    def low_and_high(self) -> tuple[Rows, Rows]:
        """The ends of each row, the lower number first."""
        both = self.sources, self.destinations
        return np.minimum(*both), np.maximum(*both)


def told_apart(ends: Octets) -> tuple[Octets, Rows, Rows]:
    """Each end once, and of each row which of them its source and its destination are.

    ends  (n, 2, size) octets of the source and the destination of each row
    """
    flat = ends.reshape(-1, ends.shape[2])
    numbers, first = numbered(_words(flat))
    return flat.take(first, axis=0), numbers[0::2], numbers[1::2]


def one_a_row(rows: Rows, at: Rows, layers: Layers) -> Rows | None:
    """Places of the outermost or innermost of several headers in a row; None: take all."""
    if layers == "all":
        return None
    order = np.lexsort((at, rows))
    if not len(order):
        return order
    new = np.flatnonzero(np.diff(rows[order])) + 1
    edges = np.r_[0, new] if layers == "outer" else np.r_[new, len(order)] - 1
    chosen: Rows = order[edges]
    return chosen


def endpoints(name: str, ends: Ends, options: Options) -> Table:
    """The ends by what they sent and got, those of the most octets first."""
    octets = ends.traffic[:, 1] + ends.traffic[:, 3]
    most = _most(octets, options.top)
    order = most[_order(octets[most], _words(ends.each[most]))][: options.top]
    rows: list[Row] = []
    for key, (sent, sent_octets, got, got_octets) in zip(
        ends.each[order], ends.traffic[order].tolist(), strict=True
    ):
        rows.append((*ends.show(key.tobytes()), sent + got, sent_octets + got_octets, sent,
                     sent_octets, got, got_octets))  # fmt: skip
    columns = (
        *ends.columns, Column("packets", "Packets"), Column("octets", "Octets", "octets"),
        Column("sent", "Sent"), Column("sent_octets", "Sent octets", "octets"),
        Column("received", "Received"), Column("received_octets", "Received octets", "octets"),
    )  # fmt: skip
    return Table(name, f"{ends.title} endpoints", columns, rows, len(ends.each), ends.remarks)


def conversations(name: str, ends: Ends, options: Options) -> Table:
    """The pairs by what went each way, those of the most octets first.

    A is the end that comes first by its octets, as is usual.
    """
    order, starts = ends.pairs
    sizes = np.diff(starts, append=len(order))
    octets = totals(ends.rows.sums[order, 1], starts + sizes - 1)
    most = _most(octets, options.top)
    low, high = (column[order[starts[most]]] for column in ends.low_and_high)
    back = _less(_words(ends.each[high]), _words(ends.each[low]))
    a, b = np.where(back, high, low), np.where(back, low, high)
    keys = np.hstack([_words(ends.each[a]), _words(ends.each[b])])
    shown = _order(octets[most], keys)[: options.top]
    a, b, pairs = a[shown], b[shown], most[shown]
    there, whole = _between(ends, pairs, sizes[pairs], a)
    rows: list[Row] = []
    for one, other, (sent, sent_octets), (all_, all_octets), first, last in zip(
        ends.each[a], ends.each[b], there.tolist(), whole.sums.tolist(), whole.first.tolist(),
        whole.last.tolist(), strict=True,
    ):  # fmt: skip
        begin = None if first == NEVER else first
        rows.append((
            *ends.show(one.tobytes()), *ends.show(other.tobytes()), all_, all_octets, sent,
            sent_octets, all_ - sent, all_octets - sent_octets, begin,
            None if begin is None else (last - first) / SECOND,
        ))  # fmt: skip
    columns = (
        *_named(ends.columns, "a", "A"), *_named(ends.columns, "b", "B"),
        Column("packets", "Packets"), Column("octets", "Octets", "octets"),
        Column("a_to_b", "A → B"), Column("a_to_b_octets", "A → B octets", "octets"),
        Column("b_to_a", "B → A"), Column("b_to_a_octets", "B → A octets", "octets"),
        Column("first", "First", "time"), Column("duration", "Duration", "seconds"),
    )  # fmt: skip
    return Table(name, f"{ends.title} conversations", columns, rows, len(starts), ends.remarks)


def _between(ends: Ends, pairs: Rows, sizes: Rows, a: Rows) -> tuple[Numbers, Grouped]:
    """Of some pairs of ends: what A sent, and all that went between them."""
    order, starts = ends.pairs
    edges = np.cumsum(sizes) - sizes
    mine = order[np.repeat(starts[pairs] - edges, sizes) + np.arange(sizes.sum())]
    rows, there = ends.rows.take(mine), ends.sources[mine] == np.repeat(a, sizes)
    return np.add.reduceat(rows.sums * there[:, None], edges), Grouped(
        rows.keys[edges], np.add.reduceat(rows.sums, edges),
        np.minimum.reduceat(rows.first, edges), np.maximum.reduceat(rows.last, edges),
    )  # fmt: skip


def _named(columns: tuple[Column, ...], name: str, title: str) -> list[Column]:
    return [
        column._replace(name=f"{name}_{column.name}", title=f"{column.title} {title}")
        for column in columns
    ]


def _words(octets: Octets) -> Keys:
    """Octets as 64-bit words, with zeros behind them."""
    size = octets.shape[1]
    if size % 8 == 0:
        return np.ascontiguousarray(octets).view(np.uint64)
    padded = np.zeros((len(octets), -(-size // 8) * 8), np.uint8)
    padded[:, :size] = octets
    return padded.view(np.uint64)


def _less(one: Keys, other: Keys) -> NDArray[np.bool_]:
    """Which rows of octets come before the other's."""
    less = np.zeros(len(one), np.bool_)
    for word in range(one.shape[1] - 1, -1, -1):
        mine, theirs = one[:, word].byteswap(), other[:, word].byteswap()
        less = (mine < theirs) | (mine == theirs) & less
    return less


def _most(octets: Numbers, top: int | None) -> Rows:
    """The rows that a table may show: with no fewer octets than the last of the first ones."""
    if top is None or top >= len(octets):
        return np.arange(len(octets))
    least = np.partition(octets, len(octets) - top)[-top]
    return np.flatnonzero(octets >= least)


def _order(octets: Numbers, keys: Keys) -> Rows:
    """The order of a table: by octets, equal ones by their keys."""
    order: Rows = np.lexsort((*keys.byteswap().T[::-1], -octets))
    return order
