"""The texts of a capture's packets, in order: by moulds, or by the exporter from their trees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator

import numpy as np
from msgspec.structs import replace

from dissect.api import Capture, Packet
from dissect.capture.record import Record
from dissect.capture.table import NO_TIME
from dissect.columns.chunk import Chunk
from dissect.columns.layout import Item, gather
from dissect.columns.read import chunks
from dissect.columns.times import Times
from dissect.engine.conversation import ANNOUNCED
from dissect.engine.session import Session, Settled
from dissect.export.base import Exporter
from dissect.moulds.columns import Batch
from dissect.moulds.families import Families, Family
from dissect.moulds.layout import Layout
from dissect.moulds.mould import Made, Mould, cast

PACKETS = 8192
"""In a chunk: of all of them the columns are in memory, and the texts of trees."""
ENOUGH = 5
"""Packets of a shape after which it is worth a mould."""
MOST_MOULDS = 1000
MOST_SHAPES = 10_000


class Elements:
    """The texts of all packets of a capture."""

    def __init__(self, capture: Capture, exporter: Exporter) -> None:
        self._capture = capture
        self._exporter = exporter
        self._session = capture.session(Session)
        self._settled = capture.session(Settled)
        self._times = Times()
        self._families = Families(self._session)
        self._moulds: dict[Hashable, Mould | None] = {}
        self._seen: Counter[Hashable] = Counter()

    def __iter__(self) -> Iterator[str]:
        for chunk in chunks(self._capture, size=PACKETS):
            yield from self._texts(chunk)

    def _texts(self, chunk: Chunk) -> Iterator[str]:
        """The texts of a chunk; first the session is told of all its packets in their order."""
        self._times.enter(chunk)
        families = self._families.of(chunk)
        written = np.zeros(len(chunk), np.int64)
        for nth, family in enumerate(families, 1):
            written[family.rows] = nth
        turns = written.tolist()
        trees: dict[int, str] = {}
        tables = self._session.tables
        for row, nth in enumerate(turns):
            if not nth or (ANNOUNCED in tables and families[nth - 1].layout.carries_udp):
                trees[row] = self._decoded(chunk, row)
            else:
                families[nth - 1].tell(row)
        filled = [self._filled(chunk, family) for family in families]
        for row, nth in enumerate(turns):
            yield trees[row] if row in trees else next(filled[nth - 1])

    def _decoded(self, chunk: Chunk, row: int) -> str:
        """By its tree."""
        packet = self._capture.packet(chunk.stretch.record(row), self._session)
        self._session.first_time, self._session.previous_time = self._times.before(row)
        return self._exporter.element(packet)

    # --- rows of a family --------------------------------------------------------------------

    def _filled(self, chunk: Chunk, family: Family) -> Iterator[str]:
        """The texts of rows whose states are known."""
        if not family.told:
            return
        layout, batch = family.layout, self._batch(chunk, family)
        record = chunk.stretch.record(family.told[0])

        def write(batch: Batch, row: int) -> str:
            return self._exporter.element(self._packet(layout, batch, row, record))

        shapes = layout.shapes(batch)
        rows: dict[Hashable, list[int]] = {}
        for row, shape in enumerate(shapes):
            rows.setdefault(shape, []).append(row)
        made = Made(layout, batch)
        filled = {
            shape: mould.fill(made, mine)
            for shape, mine in rows.items()
            if (mould := self._mould(layout, batch, made, shape, mine, write)) is not None
        }
        for row, shape in enumerate(shapes):
            yield next(filled[shape]) if shape in filled else write(batch, row)

    def _mould(
        self, layout: Layout, batch: Batch, made: Made, shape: Hashable, rows: list[int],
        write: Callable[[Batch, int], str],
    ) -> Mould | None:  # fmt: skip
        """The mould of a shape, which is cast once there are enough packets of it."""
        if shape is None:
            return None
        key = layout, shape
        if key in self._moulds:
            return self._moulds[key]
        seen = self._seen[key] = self._seen[key] + len(rows)
        if seen < ENOUGH:
            if len(self._seen) >= MOST_SHAPES:
                self._seen.clear()
            return None
        if len(self._moulds) >= MOST_MOULDS:
            self._moulds.clear()
        self._seen.pop(key)
        mould = self._moulds[key] = cast(layout, batch, made, rows[0], shape, write)
        return mould

    def _batch(self, chunk: Chunk, family: Family) -> Batch:
        rows, layout = np.array(family.told), family.layout
        start = chunk.start[rows]
        end = start + chunk.captured[rows]
        first = self._times.first or 0
        return Batch(
            gather(chunk.data, Item("", 0, layout.size, 0, 0), start),
            [chunk.data[at:to] for at, to in
             zip((start + layout.behind).tolist(), end.tolist(), strict=True)],
            chunk.captured[rows].tolist(), chunk.number[rows].tolist(),
            chunk.time_ns[rows].tolist(), (chunk.time_ns[rows] - first).tolist(),
            (chunk.time_ns - self._times.previous(chunk))[rows].tolist(), family.states,
        )  # fmt: skip

    def _packet(self, layout: Layout, batch: Batch, row: int, record: Record) -> Packet:
        """A packet of a batch, whose state is known; all else is as in a record."""
        data = batch.heads[row, : layout.behind].tobytes() + batch.payloads[row]
        alike = replace(
            record, data=data, original=len(data), number=batch.numbers[row],
            time_ns=batch.time_ns[row],
        )  # fmt: skip
        packet = self._capture.packet(alike, self._settled)
        packet.state["frame", 0] = batch.since_first[row], batch.since_previous[row]
        packet.state.update(zip(layout.told, batch.states[row], strict=True))
        return packet
