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
from dissect.columns.hashing import Keys, numbered
from dissect.columns.sums import NEVER, Grouped, Numbers, grouped

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
    def pairs(self) -> Grouped:
        """Of each pair of ends, that of the lower number first: what went there, and back."""
        back = (self.sources > self.destinations)[:, None]
        ends = np.stack([self.sources, self.destinations], axis=1)
        sums = np.hstack([self.rows.sums, np.zeros_like(self.rows.sums)])
        keys = np.where(back, ends[:, ::-1], ends).view(np.uint64)
        return grouped(Grouped(keys, _turned(sums, back), self.rows.first, self.rows.last))


def told_apart(sources: Octets, destinations: Octets) -> tuple[Octets, Rows, Rows]:
    """Each end once, and of each row which of them its source and its destination are."""
    both = np.concatenate([sources, destinations])
    numbers, first = numbered(_words(both))
    return both[first], numbers[: len(sources)], numbers[len(sources) :]


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
    found = ends.pairs
    octets = found.sums[:, 1] + found.sums[:, 3]
    most = _most(octets, options.top)
    chosen = found.take(most)
    a, b = (ends.each[column] for column in chosen.keys.astype(np.int64).T)
    back = _less(_words(b), _words(a))[:, None]
    a, b = np.where(back, b, a), np.where(back, a, b)
    order = _order(octets[most], np.hstack([_words(a), _words(b)]))[: options.top]
    chosen, a, b = chosen.take(order), a[order], b[order]
    rows: list[Row] = []
    for one, other, (there, there_octets, back_again, back_octets), first, last in zip(
        a, b, _turned(chosen.sums, back[order]).tolist(), chosen.first.tolist(),
        chosen.last.tolist(), strict=True,
    ):  # fmt: skip
        begin = None if first == NEVER else first
        rows.append((
            *ends.show(one.tobytes()), *ends.show(other.tobytes()), there + back_again,
            there_octets + back_octets, there, there_octets, back_again, back_octets, begin,
            None if begin is None else (last - first) / SECOND,
        ))  # fmt: skip
    columns = (
        *_named(ends.columns, "a", "A"), *_named(ends.columns, "b", "B"),
        Column("packets", "Packets"), Column("octets", "Octets", "octets"),
        Column("a_to_b", "A → B"), Column("a_to_b_octets", "A → B octets", "octets"),
        Column("b_to_a", "B → A"), Column("b_to_a_octets", "B → A octets", "octets"),
        Column("first", "First", "time"), Column("duration", "Duration", "seconds"),
    )  # fmt: skip
    return Table(name, f"{ends.title} conversations", columns, rows, len(found), ends.remarks)


def _turned(sums: Numbers, back: NDArray[np.bool_]) -> Numbers:
    """Sums of both ways, exchanged in some rows."""
    return np.where(back, np.roll(sums, 2, axis=1), sums)


def _named(columns: tuple[Column, ...], name: str, title: str) -> list[Column]:
    return [
        column._replace(name=f"{name}_{column.name}", title=f"{column.title} {title}")
        for column in columns
    ]


def _words(octets: Octets) -> Keys:
    """Octets as 64-bit words, with zeros behind them."""
    size = octets.shape[1]
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
