"""Endpoints and conversations out of sums by source and destination."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.analysis.options import Layers, Options
from dissect.analysis.table import Column, Row, Table, Value
from dissect.columns.chunk import Rows
from dissect.columns.hashing import Keys
from dissect.columns.sums import NEVER, Grouped, grouped, joined

Octets = NDArray[np.uint8]
SECOND = 1_000_000_000


class Ends(NamedTuple):
    """Traffic by source and destination.

    sources, destinations   (n, size) octets of each row
    rows     their sums (packets, octets) and times
    columns  of what ``show`` makes of an end's octets
    title    what they are ends of
    remarks  what was left out
    """

    sources: Octets
    destinations: Octets
    rows: Grouped
    columns: tuple[Column, ...]
    show: Callable[[bytes], tuple[Value, ...]]
    title: str
    remarks: list[str]


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
    found = by_end(ends)
    octets = found.sums[:, 1] + found.sums[:, 3]
    order = _most_first(octets, found.keys, options.top)
    size = ends.sources.shape[1]
    rows: list[Row] = []
    for key, (sent, sent_octets, got, got_octets) in zip(
        _octets(found.keys, size)[order], found.sums[order].tolist(), strict=True
    ):
        rows.append((*ends.show(key.tobytes()), sent + got, sent_octets + got_octets, sent,
                     sent_octets, got, got_octets))  # fmt: skip
    columns = (
        *ends.columns, Column("packets", "Packets"), Column("octets", "Octets", "octets"),
        Column("sent", "Sent"), Column("sent_octets", "Sent octets", "octets"),
        Column("received", "Received"), Column("received_octets", "Received octets", "octets"),
    )  # fmt: skip
    return Table(name, f"{ends.title} endpoints", columns, rows, len(found), ends.remarks)


def by_end(ends: Ends) -> Grouped:
    """Of each end: packets and octets that it sent, and that it got."""
    rows, none = ends.rows, np.zeros_like(ends.rows.sums)
    sent = replace(rows, keys=_words(ends.sources), sums=np.hstack([rows.sums, none]))
    got = replace(rows, keys=_words(ends.destinations), sums=np.hstack([none, rows.sums]))
    return grouped(joined([sent, got]))


def conversations(name: str, ends: Ends, options: Options) -> Table:
    """The pairs by what went each way, those of the most octets first.

    A is the end that comes first by its octets, as is usual.
    """
    found = _by_pair(ends)
    octets = found.sums[:, 1] + found.sums[:, 3]
    order = _most_first(octets, found.keys, options.top)
    size = ends.sources.shape[1]
    half = found.keys.shape[1] // 2
    chosen = found.take(order)
    rows: list[Row] = []
    for a, b, (there, there_octets, back, back_octets), first, last in zip(
        _octets(chosen.keys[:, :half], size), _octets(chosen.keys[:, half:], size),
        chosen.sums.tolist(), chosen.first.tolist(), chosen.last.tolist(), strict=True,
    ):  # fmt: skip
        begin = None if first == NEVER else first
        rows.append((
            *ends.show(a.tobytes()), *ends.show(b.tobytes()), there + back,
            there_octets + back_octets, there, there_octets, back, back_octets, begin,
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


def _by_pair(ends: Ends) -> Grouped:
    """Of each pair of ends, the lower one first: packets and octets there, and back."""
    sources, destinations = _words(ends.sources), _words(ends.destinations)
    back = _less(destinations, sources)[:, None]
    keys = np.hstack(
        [np.where(back, destinations, sources), np.where(back, sources, destinations)]
    )  # fmt: skip
    none = np.zeros_like(ends.rows.sums)
    sums = np.hstack([np.where(back, none, ends.rows.sums), np.where(back, ends.rows.sums, none)])
    return grouped(replace(ends.rows, keys=keys, sums=sums))


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


def _octets(keys: Keys, size: int) -> Octets:
    octets: Octets = np.ascontiguousarray(keys).view(np.uint8)[:, :size]
    return octets


def _less(one: Keys, other: Keys) -> NDArray[np.bool_]:
    """Which rows of octets come before the other's."""
    less = np.zeros(len(one), np.bool_)
    for word in range(one.shape[1] - 1, -1, -1):
        mine, theirs = one[:, word].byteswap(), other[:, word].byteswap()
        less = (mine < theirs) | (mine == theirs) & less
    return less


def _most_first(octets: NDArray[np.int64], keys: Keys, top: int | None) -> Rows:
    """The order of a table: by octets, equal ones by their keys."""
    rows = np.arange(len(keys))
    if top is not None and top < len(keys):
        least = np.partition(octets, len(octets) - top)[-top]
        rows = np.flatnonzero(octets >= least)
        octets, keys = octets[rows], np.take(keys, rows, axis=0)
    order: Rows = rows[np.lexsort((*keys.byteswap().T[::-1], -octets))]
    return order[:top]
