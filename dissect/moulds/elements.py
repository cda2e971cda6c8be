"""The texts of a capture's packets, in order: by moulds, or by the exporter from their trees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from itertools import repeat
from typing import Any

import numpy as np
from msgspec.structs import replace

from dissect.api import Capture, Packet
from dissect.capture.record import Record
from dissect.capture.table import NO_TIME
from dissect.columns.chunk import Chunk, Mask, Rows
from dissect.columns.layout import Item, gather
from dissect.columns.read import chunks
from dissect.columns.times import Times
from dissect.engine.conversation import ANNOUNCED
from dissect.engine.session import Session, Settled
from dissect.export.base import Exporter
from dissect.lines.kinds import Group, Places, size_of
from dissect.lines.sums import right
from dissect.moulds.columns import Batch
from dissect.moulds.kinds import Carrier, Payload, kinds_of, surely
from dissect.moulds.layout import Layout
from dissect.moulds.mould import Made, Mould, cast
from dissect.protocols.tcp import TCP

PACKETS = 4096
"""In a chunk: few, since texts are long."""
ENOUGH = 5
"""Packets of a shape after which it is worth a mould."""
MOST_MOULDS = 1000
MOST_SHAPES = 10_000
EPB_OCTETS = 32
"""Of an Enhanced Packet Block without packet and options."""


class Family:
    """Rows of a chunk with one layout, and the states of those that have had their turn."""

    def __init__(self, layout: Layout, group: Group) -> None:
        self.layout = layout
        self.group = group
        self.rows: list[int] = []
        self.states: list[tuple[Any, ...]] = []
        told = [state.told(group) for state in layout.states]
        self.turns: Iterator[tuple[Any, ...]] = (
            zip(*told, strict=True) if told else repeat((), len(group))
        )


class Elements:
    """The texts of all packets of a capture."""

    def __init__(self, capture: Capture, exporter: Exporter) -> None:
        self._capture = capture
        self._exporter = exporter
        self._session = capture.session(Session)
        self._settled = capture.session(Settled)
        self._times = Times()
        self._kinds: dict[int, list[tuple[Carrier, Payload]]] = {}
        self._layouts: dict[Hashable, Layout] = {}
        self._moulds: dict[Hashable, Mould | None] = {}
        self._seen: Counter[Hashable] = Counter()

    def __iter__(self) -> Iterator[str]:
        for chunk in chunks(self._capture, size=PACKETS):
            yield from self._texts(chunk)

    def _texts(self, chunk: Chunk) -> Iterator[str]:
        """The texts of a chunk; first the session is told of all its packets in their order."""
        self._times.enter(chunk)
        families = self._families(chunk)
        written = np.zeros(len(chunk), np.int64)
        for nth, family in enumerate(families, 1):
            written[family.group.rows] = nth
        trees: dict[int, str] = {}
        tables = self._session.tables
        for row, nth in enumerate(written.tolist()):
            if not nth:
                trees[row] = self._decoded(chunk, row)
                continue
            family = families[nth - 1]
            if ANNOUNCED in tables and family.layout.carrier.name == "udp":
                trees[row] = self._decoded(chunk, row)  # and so from now on
            else:
                family.rows.append(row)
                family.states.append(next(family.turns))
        filled = [self._filled(chunk, family) for family in families]
        for row, nth in enumerate(written.tolist()):
            yield trees[row] if row in trees else next(filled[nth - 1])

    def _decoded(self, chunk: Chunk, row: int) -> str:
        """By its tree."""
        packet = self._capture.packet(chunk.stretch.record(row), self._session)
        self._session.first_time, self._session.previous_time = self._times.before(row)
        return self._exporter.element(packet)

    # --- families ----------------------------------------------------------------------------

    def _families(self, chunk: Chunk) -> list[Family]:
        usable = ~chunk.unsure & (chunk.time_ns != NO_TIME) & _without_options(chunk)
        if not usable.any():
            return []
        places = Places(chunk)
        groups: list[tuple[int, Carrier, Payload, Group]] = []
        for chain in np.unique(chunk.chain[usable]).tolist():
            if chain not in self._kinds:
                self._kinds[chain] = kinds_of(chunk.chains.protocols(chain))
            for carrier, payload in self._kinds[chain]:
                rows = np.flatnonzero(usable & (chunk.chain == chain))
                at = places.of(carrier.header)[rows]
                group = Group(places, self._session, rows, at, places.end[rows])
                group = group.of(surely(group, carrier, payload))
                groups.append((chain, carrier, payload, group))
        return [
            family
            for (chain, carrier, payload, _), group in zip(groups, _right(groups), strict=True)
            for family in self._laid_out(chunk, group, chain, carrier, payload)
        ]

    def _laid_out(
        self, chunk: Chunk, group: Group, chain: int, carrier: Carrier, payload: Payload
    ) -> Iterator[Family]:
        """The rows of a group by their layouts."""
        start = chunk.start[group.rows]
        behind = group.at + _header_size(group, carrier)
        columns = chunk.interface[group.rows], group.places.at[group.rows], group.at, behind
        offsets = np.stack([columns[0], *(column - start for column in columns[1:])], 1)
        for offset in np.unique(offsets, axis=0):
            mine = (offsets == offset).all(axis=1)
            interface, ip, at, after = offset.tolist()
            key = chain, interface, carrier.free, payload, ip, at, after
            layout = self._layouts.get(key)
            if layout is None:
                layout = self._layouts[key] = Layout(carrier, payload, ip, at, after)
            yield Family(layout, group.of(mine))

    # --- rows of a family --------------------------------------------------------------------

    def _filled(self, chunk: Chunk, family: Family) -> Iterator[str]:
        """The texts of rows whose states are known."""
        if not family.rows:
            return
        layout, batch = family.layout, self._batch(chunk, family)
        record = chunk.stretch.record(family.rows[0])

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
        rows, layout = np.array(family.rows), family.layout
        start, size = chunk.start[rows], layout.size
        end = start + chunk.captured[rows]
        heads = gather(chunk.data, Item("", 0, size, 0, 0), start)
        first = self._times.first or 0
        return Batch(
            heads,
            [chunk.data[at:to] for at, to in
             zip((start + layout.payload_at).tolist(), end.tolist(), strict=True)],
            chunk.captured[rows].tolist(), chunk.number[rows].tolist(),
            chunk.time_ns[rows].tolist(), (chunk.time_ns[rows] - first).tolist(),
            (chunk.time_ns - self._times.previous(chunk))[rows].tolist(), family.states,
        )  # fmt: skip

    def _packet(self, layout: Layout, batch: Batch, row: int, record: Record) -> Packet:
        """A packet of a batch, whose state is known; all else is as in a record."""
        data = batch.heads[row, : layout.payload_at].tobytes() + batch.payloads[row]
        alike = replace(
            record, data=data, original=len(data), number=batch.numbers[row],
            time_ns=batch.time_ns[row],
        )  # fmt: skip
        packet = self._capture.packet(alike, self._settled)
        packet.state["frame", 0] = batch.since_first[row], batch.since_previous[row]
        packet.state.update(zip(layout.told, batch.states[row], strict=True))
        return packet


def _right(groups: list[tuple[int, Carrier, Payload, Group]]) -> Iterator[Group]:
    """Of each group the rows whose checksum is right; all are summed up at once."""
    if not groups:
        return
    every = [group for *_, group in groups]
    rows, at, end = (
        np.concatenate([getattr(group, name) for group in every]) for name in ("rows", "at", "end")
    )
    numbers = np.repeat([carrier.number for _, carrier, *_ in groups], [len(g) for g in every])
    mask = right(Group(every[0].places, every[0].session, rows, at, end), numbers)
    first = 0
    for group in every:
        yield group.of(mask[first : first + len(group)])
        first += len(group)


def _header_size(group: Group, carrier: Carrier) -> Rows:
    """Octets of the carrier's header in each row."""
    if carrier.header is TCP:
        return 4 * group.head(TCP).off.astype(np.int64)
    return np.full(len(group), size_of(carrier.header))


def _without_options(chunk: Chunk) -> Mask:
    """The rows of which the file says nothing but time and length: no comments, no flags."""
    if chunk.stretch.form.name != "pcapng":
        return np.ones(len(chunk), np.bool_)
    starts, ends = chunk.stretch.spans()
    return ends - starts == EPB_OCTETS + (chunk.captured + 3 & ~3)
