"""The walk: all rows of a chunk at once, from header to header.

A *group* is the rows that have come to the same protocol, with where it begins and must end in
each.  The protocol's vector reader looks at all of them, doubts those that it would not vouch for,
and says where the others go on, by the tables of the tree reader.  Groups of the same protocol
are put together again, so that a round of readers serves all tunnels and tags.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.columns.chunk import Chunk, Flag, Mask, Part, Rows
from dissect.columns.layout import gather, layout_for, octet
from dissect.columns.looks import like
from dissect.columns.targets import Target, named, targets
from dissect.engine.header import Header
from dissect.engine.looks import Looks
from dissect.engine.tables import VISIBLE_TABLES

Values = NDArray[Any]

MAX_ROUNDS = 64
"""Layers in a packet; what is deeper is left to the tree reader."""


@dataclass(slots=True)
class Onward:
    """Where rows go on, as ``Next`` in the tree reader.

    key    of the table, for each row or for all
    skip   octets from where this protocol begins to where the next one does
    end    where it must end, in ``data``; by default where this one must
    where  the rows that go there; by default all
    """

    table: str = ""
    key: Values | int = 0
    skip: Values | int = 0
    end: Rows | None = None
    where: Mask | None = None
    name: str = ""
    quoted: bool = False
    listed: bool = True
    continues: bool = False


Result = None | Onward | list[Onward]


class Head:
    """A fixed header in all rows of a group: its attributes are arrays."""

    def __init__(self, chunk: Chunk, header: type[Header], at: Rows) -> None:
        self._chunk = chunk
        self._items = layout_for(header).items
        self._at = at

    def __getattr__(self, name: str) -> Values:
        return gather(self._chunk.data, self._items[name], self._at)


class Group:
    """Rows at the same protocol.  ``at`` and ``end`` are places in the chunk's ``data``."""

    def __init__(self, chunk: Chunk, rows: Rows, at: Rows, end: Rows, *, quoted: bool) -> None:
        self.chunk = chunk
        self.rows = rows
        self.at = at
        self.end = end
        self.quoted = quoted
        self.stop = np.minimum(end, _limit(chunk, rows)) if chunk.cut else end
        """Where reading must stop: at the end or where the capture ends."""
        self.doubted: Mask | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def left(self) -> Rows:
        """Octets up to the end, captured or not."""
        return self.end - self.at

    def doubt(self, rows: Mask) -> None:
        """Leave rows to the tree reader."""
        self.doubted = rows if self.doubted is None else self.doubted | rows

    def fits(self, size: Values | int, where: Mask | None = None) -> None:
        """Doubt the rows that don't hold so many octets."""
        short = self.at + size > self.stop
        self.doubt(short if where is None else short & where)

    def safe(self, at: Rows, size: int) -> Rows:
        """Places from which so many octets can be read: where they can't, others."""
        last = len(self.chunk.data) - size
        if len(at) and int(at.max()) > last:
            return np.clip(at, 0, last)
        return at

    def head(self, header: type[Header], ahead: int = 0, where: Mask | None = None) -> Head:
        """Read a fixed header in all rows, which is there ``where``; other rows mean nothing."""
        size = layout_for(header).size
        self.fits(ahead + size, where)
        at = self.at + ahead if ahead else self.at
        rows, there = (self.rows, at) if where is None else (self.rows[where], at[where])
        self.chunk.parts.append(Part(header, rows, there, self.quoted))
        return Head(self.chunk, header, self.safe(at, size))

    def octet(self, ahead: Values | int = 0) -> Rows:
        """An octet of each row as a number; 0 to 255 also where there is none."""
        return octet(self.chunk.data, self.safe(self.at + ahead, 1)).astype(np.int64)

    def short(self, ahead: Values | int = 0) -> Rows:
        """Two octets of each row as a number."""
        return self.octet(ahead) << 8 | self.octet(ahead + 1)

    def like(self, looks: Looks, skip: Values | int = 0) -> Mask:
        """The rows that look so, from ``skip`` on."""
        return like(self.chunk.data, looks, self.at + skip, self.stop)

    def flag(self, flag: Flag, rows: Mask) -> None:
        """Set a flag of some rows."""
        self.chunk.flags[self.rows[rows]] |= np.uint16(flag)


def _limit(chunk: Chunk, rows: Rows) -> Rows:
    return (chunk.start + chunk.captured)[rows]


Reader = Callable[[Group], Result]


class Vector(NamedTuple):
    """A protocol's vector reader, and the tables by which it may be reached (empty: any)."""

    read: Reader
    tables: tuple[str, ...]


VECTORS: dict[str, Vector] = {}


def vector(name: str, *, tables: tuple[str, ...] = ()) -> Callable[[Reader], Reader]:
    """Register the vector reader of a protocol, by its dissector's name."""

    def register(reader: Reader) -> Reader:
        VECTORS[name] = Vector(reader, tables)
        return reader

    return register


class _Place(NamedTuple):
    """What rows have come to."""

    name: str
    quoted: bool
    continues: bool


_Rows = tuple[Rows, Rows, Rows]


class Walk:
    """The walk through one chunk."""

    def __init__(self, chunk: Chunk) -> None:
        self.chunk = chunk
        self.pending: dict[_Place, list[_Rows]] = {}

    def run(self) -> None:
        """Walk until all rows have come to their end."""
        chunk = self.chunk
        group = Group(
            chunk, np.arange(len(chunk)), chunk.start, chunk.start + chunk.original, quoted=False
        )
        self.onward(group, Onward("link_type", chunk.link_type))
        for _ in range(MAX_ROUNDS):
            now, self.pending = self.pending, {}
            for place, groups in now.items():
                self._read(place, groups)
            if not self.pending:
                break
        for groups in self.pending.values():
            for rows, _, _ in groups:
                self.doubt(rows)
        chunk.chain[chunk.unsure] = 0

    def doubt(self, rows: Rows) -> None:
        """Leave rows to the tree reader."""
        self.chunk.flags[rows] |= np.uint16(Flag.UNSURE)

    def _read(self, place: _Place, groups: list[_Rows]) -> None:
        """Run a protocol's reader on all rows that have come to it."""
        chunk = self.chunk
        rows, at, end = groups[0]
        if len(groups) > 1:
            rows, at, end = (np.concatenate(column) for column in zip(*groups, strict=True))
        if not place.continues:
            chunk.chain[rows] = chunk.chains.step(chunk.chain[rows], place.name)
        group = Group(chunk, rows, at, end, quoted=place.quoted)
        result = VECTORS[place.name].read(group)
        if group.doubted is not None:
            if group.doubted.any():
                self.doubt(rows[group.doubted])
            else:
                group.doubted = None
        for step in result if isinstance(result, list) else [result] if result else []:
            self.onward(group, step)

    def onward(self, group: Group, step: Onward) -> None:
        """Send rows on to what is behind their key."""
        at, end = group.at + step.skip, group.end if step.end is None else step.end
        keep = step.where
        if group.doubted is not None:
            keep = ~group.doubted if keep is None else keep & ~group.doubted
        late = at > (np.minimum(end, group.stop) if self.chunk.cut else end)
        if late.any():
            self.doubt(group.rows[late if keep is None else late & keep])
            keep = ~late if keep is None else keep & ~late
        rows, key = group.rows, step.key
        if keep is not None:
            rows, at, end = rows[keep], at[keep], end[keep]
            key = key if isinstance(key, int) else key[keep]
        if not len(rows):
            return
        if step.listed and step.table in VISIBLE_TABLES:
            self.chunk.chain[rows] = self.chunk.chains.step(self.chunk.chain[rows], step.table)
        quoted = group.quoted or step.quoted
        for target, mine in named(step.name) if step.name else targets(step.table, key):
            columns = (rows, at, end) if mine is None else (rows[mine], at[mine], end[mine])
            self._enter(target, step, quoted, *columns)

    def _enter(
        self, target: Target, step: Onward, quoted: bool, rows: Rows, at: Rows, end: Rows
    ) -> None:
        """Put rows before a protocol's reader, or end their walk."""
        if target is None:
            self._data(rows[at < end])
            return
        if isinstance(target.accepts, Looks):
            stop = np.minimum(end, _limit(self.chunk, rows))
            yes = like(self.chunk.data, target.accepts, at, stop)
            self._data(rows[~yes & (at < end)])
            rows, at, end = rows[yes], at[yes], end[yes]
        reader = VECTORS.get(target.name)
        if target.name == "data":
            self._data(rows)
        elif target.generic:
            self.chunk.chain[rows] = self.chunk.chains.step(self.chunk.chain[rows], target.name)
        elif (
            reader is None
            or (reader.tables and step.table not in reader.tables)
            or not (target.accepts is None or isinstance(target.accepts, Looks))
        ):
            self.doubt(rows)
        elif len(rows):
            place = _Place(target.name, quoted, step.continues)
            self.pending.setdefault(place, []).append((rows, at, end))

    def _data(self, rows: Rows) -> None:
        self.chunk.chain[rows] = self.chunk.chains.step(self.chunk.chain[rows], "data")
