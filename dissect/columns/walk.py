"""The walk: all rows of a chunk at once, from header to header.

The vector reader of a protocol looks at the group of rows that have come to it, doubts those that
it would not vouch for, and says where the others go on, by the tables of the tree reader.  Groups
of the same protocol are put together again, so that a reader serves all tunnels and tags: those to
which many ways lead wait until the rows on all of these have come.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dissect.columns.chunk import Chunk, Flag, Mask, Rows
from dissect.columns.group import Group, Onward, Result
from dissect.columns.known import by_looks, reads
from dissect.columns.looks import like
from dissect.columns.targets import Target, targets
from dissect.engine.header import Header
from dissect.engine.looks import Looks
from dissect.engine.tables import DISSECTORS, VISIBLE_TABLES, Dissector

MAX_ROUNDS = 64
"""Layers in a packet; what is deeper is left to the tree reader.  In the second half nobody waits:
what is deep must not hold up all else."""

Reader = Callable[[Group], Result]


class Vector(NamedTuple):
    """A protocol's vector reader, the tables by which it may be reached (empty: any), its turn."""

    read: Reader
    tables: tuple[str, ...]
    turn: int


VECTORS: dict[str, Vector] = {}


def vector(
    name: str, *headers: type[Header], families: tuple[str, ...] | None = None,
    without: tuple[str, ...] = (), tables: tuple[str, ...] = (), turn: int = 0,
) -> Callable[[Reader], Reader]:  # fmt: skip
    """Register the vector reader of a protocol, by its dissector's name.

    headers   the fixed headers that it reads, whose fields are known from then on
    families  of the protocol's fields (or single ones), if not just the first word of its name
    without   fields of the headers that the tree shows otherwise, or elsewhere too
    tables    by which alone it may be reached; by default any
    turn      those of lower turns read first
    """

    def register(reader: Reader) -> Reader:
        VECTORS[name] = Vector(reader, tables, turn)
        reads(name, headers, families, without)
        return reader

    return register


SUSPECTS: dict[str, Callable[[Group], Mask]] = {}


def suspect(name: str) -> Callable[[Callable[[Group], Mask]], Callable[[Group], Mask]]:
    """Register which payloads a protocol might want by its looks, where ``Looks`` can't say it.

    Rows that it doesn't suspect are surely not wanted; those that it does go to the tree reader.
    """

    def register(suspects: Callable[[Group], Mask]) -> Callable[[Group], Mask]:
        SUSPECTS[name] = suspects
        return suspects

    return register


CERTAIN: dict[str, Callable[[Group], Mask]] = {}


def certain(name: str) -> Callable[[Callable[[Group], Mask]], Callable[[Group], Mask]]:
    """Register which datagrams, whole ones, a protocol wants by their looks: those and no others.

    Its vector reader reads them then, where the tree reader would ask nobody before it.
    """

    def register(wants: Callable[[Group], Mask]) -> Callable[[Group], Mask]:
        CERTAIN[name] = wants
        by_looks(name)
        return wants

    return register


class Stage(NamedTuple):
    """What rows have come to; those that came to the same are read together."""

    name: str
    quoted: bool
    continues: bool


Spans = tuple[Rows, Rows, Rows]
"""Rows, where they begin, and where they must end."""


class Walk:
    """The walk through one chunk."""

    def __init__(self, chunk: Chunk) -> None:
        self.chunk = chunk
        self.pending: dict[Stage, list[Spans]] = {}
        self.unread = np.zeros(len(chunk), np.bool_)
        """Rows that have come to a protocol without a vector reader."""

    def run(self) -> None:
        """Walk until all rows have come to their end."""
        chunk = self.chunk
        group = Group(
            chunk, np.arange(len(chunk)), chunk.start, chunk.start + chunk.original, quoted=False
        )
        self.onward(group, Onward("link_type", chunk.link_type))
        for done in range(MAX_ROUNDS):
            turns = {stage: VECTORS[stage.name].turn for stage in self.pending}
            first = min(turns.values(), default=0)
            for stage, turn in turns.items():
                if turn == first or 2 * done >= MAX_ROUNDS:
                    self._read(stage, self.pending.pop(stage))
            if not self.pending:
                break
        for groups in self.pending.values():
            for rows, _, _ in groups:
                self.doubt(rows)
        chunk.unread = np.where(self.unread & ~chunk.unsure, chunk.chain, 0)
        self.doubt(np.flatnonzero(self.unread))
        chunk.chain[chunk.unsure] = 0

    def doubt(self, rows: Rows) -> None:
        """Leave rows to the tree reader."""
        self.chunk.flags[rows] |= np.uint16(Flag.UNSURE)

    def _read(self, stage: Stage, groups: list[Spans]) -> None:
        """Run a protocol's reader on all rows that have come to it."""
        rows, at, end = groups[0]
        if len(groups) > 1:
            rows, at, end = (np.concatenate(column) for column in zip(*groups, strict=True))
        if not stage.continues:
            self._add(stage.name, rows)
        group = Group(self.chunk, rows, at, end, quoted=stage.quoted)
        result = VECTORS[stage.name].read(group)
        if group.doubted is not None:
            if group.doubted.any():
                self.doubt(rows[group.doubted])
            else:
                group.doubted = None
        for step in result if isinstance(result, list) else [result] if result else []:
            self.onward(group, step)

    def onward(self, group: Group, step: Onward) -> None:
        """Send rows on to what is behind their key."""
        keep = step.where
        if group.doubted is not None:
            keep = ~group.doubted if keep is None else keep & ~group.doubted
        rows, at, key, skip = group.rows, group.at, step.key, step.skip
        end = group.end if step.end is None else step.end
        if keep is not None and not keep.all():
            kept = np.flatnonzero(keep)  # which is faster than masks where some are kept
            if not len(kept):
                return
            rows, at, end = rows.take(kept), at.take(kept), end.take(kept)
            key = key if isinstance(key, int) else key.take(kept)
            skip = skip if isinstance(skip, int) else skip.take(kept)
        at = at + skip
        late = at > (np.minimum(end, self.chunk.limit(rows)) if self.chunk.cut else end)
        if late.any():
            self.doubt(rows[late])
            rows, at, end = rows[~late], at[~late], end[~late]
            key = key if isinstance(key, int) else key[~late]
        if not len(rows):
            return
        if step.listed and step.table in VISIBLE_TABLES:
            self._add(step.table, rows)
        found = [(DISSECTORS[step.name], None)] if step.name else targets(step.table, key)
        for target, mine in found:
            columns = (rows, at, end)
            if mine is not None:
                columns = (rows.take(mine), at.take(mine), end.take(mine))
            self._enter(target, step, group.quoted or step.quoted, *columns)

    def _enter(
        self, target: Target, step: Onward, quoted: bool, rows: Rows, at: Rows, end: Rows
    ) -> None:
        """Put rows before a protocol's reader, or end their walk."""
        if target is None:
            self._add("data", rows[at < end])
            return
        if isinstance(target.accepts, Looks):
            yes = like(self.chunk, target.accepts, at, np.minimum(end, self.chunk.limit(rows)))
            self._add("data", rows[~yes & (at < end)])
            rows, at, end = rows[yes], at[yes], end[yes]
        if not len(rows):
            return
        if target.generic or target.name == "data":
            self._add(target.name, rows)
        elif _readable(target, step.table):
            stage = Stage(target.name, quoted, step.continues)
            self.pending.setdefault(stage, []).append((rows, at, end))
        else:
            self._add(target.name, rows)
            self.unread[rows] = True

    def _add(self, protocol: str, rows: Rows) -> None:
        """Put a protocol behind the chains of rows."""
        self.chunk.chain[rows] = self.chunk.chains.step(self.chunk.chain[rows], protocol)


def _readable(target: Dissector, table: str) -> bool:
    """Whether there is a vector reader for what a table led to, and no check that it can't ask."""
    vector = VECTORS.get(target.name)
    if vector is None or not (target.accepts is None or isinstance(target.accepts, Looks)):
        return False
    return not vector.tables or table in vector.tables
