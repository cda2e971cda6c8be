"""The second half of the work: texts of packets of which a session has been told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from functools import partial
from itertools import chain

import numpy as np
from msgspec.structs import replace

from dissect.api import Packet, packet_of
from dissect.engine.session import Settled, Table
from dissect.export.base import Exporter, octets_of
from dissect.moulds.batch import Batch
from dissect.moulds.families import Key, layout_of
from dissect.moulds.layout import Layout
from dissect.moulds.mould import Made, Mould, cast
from dissect.moulds.telling import Part, Told

ENOUGH = 5
"""Packets of a shape after which it is worth a mould."""
MANY = 256
"""Packets of a shape that columns of their own are made for."""
TOGETHER = 1024
"""So many at once."""
MOST_MOULDS = 1000
MOST_SHAPES = 10_000


class Writing:
    """Writes packets by moulds, or the exporter does from their trees.

    settled  what the packets' dissectors are told of the capture's session
    """

    def __init__(self, exporter: Exporter, settled: Settled) -> None:
        self._exporter = exporter
        self._settled = settled
        self._form = ""
        self._moulds: Table[Mould | None] = Table(MOST_MOULDS)
        self._seen: Counter[Hashable] = Counter()

    def texts(self, told: Told) -> Iterator[str]:
        """The texts of packets in a row."""
        self._form = told.form
        sources: list[Iterator[str]] = [iter(told.decoded)]
        turns = np.array(told.turns)
        order = np.zeros(len(turns), np.int64)
        for nth, part in enumerate(told.parts, 1):
            if len(part.batch):
                order[turns == nth] = self._fill(part, sources)
        return map(next, map(sources.__getitem__, order.tolist()))

    def of_tree(self, packet: Packet) -> str:
        """The text of a packet by its tree."""
        return octets_of(self._exporter.element(packet.decode(detail=True)))

    def _fill(self, part: Part, sources: list[Iterator[str]]) -> list[int]:
        """Add the texts of packets of one layout, a source a shape; says whose turn it is when."""
        batch, layout = part.batch, layout_of(part.key)

        def write(batch: Batch, row: int) -> str:
            return self.of_tree(self._packet(layout, batch, row, part))

        first = len(sources)
        numbers: dict[Hashable, int] = {}
        turns = [numbers.setdefault(shape, len(numbers)) for shape in layout.shapes(batch)]
        rows: list[list[int]] = [[] for _ in numbers]
        for row, turn in enumerate(turns):
            rows[turn].append(row)
        moulds = [
            self._mould(part.key, layout, batch, shape, mine, write)
            for shape, mine in zip(numbers, rows, strict=True)
        ]
        served = list(zip(moulds, rows, strict=True))
        few = [row for mould, mine in served if mould and len(mine) < MANY for row in mine]
        made, begun = Made(layout, batch.of(few)), 0
        for mould, mine in served:
            if mould is None:
                sources.append(map(partial(write, batch), mine))
            elif len(mine) >= MANY:
                sources.append(_filled(mould, layout, batch, mine))
            else:
                sources.append(mould.fill(made, range(begun, begun + len(mine))))
                begun += len(mine)
        return [first + turn for turn in turns]

    def _mould(
        self, key: Key, layout: Layout, batch: Batch, shape: Hashable, rows: list[int],
        write: Callable[[Batch, int], str],
    ) -> Mould | None:  # fmt: skip
        """The mould of a shape, which is cast once there are enough packets of it."""
        if shape is None:
            return None
        place = key, shape
        if place in self._moulds.entries:
            return self._moulds.get(place)
        seen = self._seen[place] = self._seen[place] + len(rows)
        if seen < ENOUGH:
            if len(self._seen) >= MOST_SHAPES:
                self._seen.clear()
            return None
        self._seen.pop(place)
        return self._moulds.put(place, cast(layout, batch, rows[0], shape, write))

    def _packet(self, layout: Layout, batch: Batch, row: int, part: Part) -> Packet:
        """A packet of a batch, whose state is known; all else is as in another's record."""
        data = batch.heads[row, : layout.behind].tobytes() + batch.payloads[row]
        record = replace(
            part.alike, data=data, original=len(data), number=batch.numbers[row],
            time_ns=int(batch.time_ns[row]),
        )  # fmt: skip
        packet = packet_of(record, self._form, session=self._settled)
        packet.state["frame", 0] = int(batch.since_first[row]), int(batch.since_previous[row])
        told = (column[row] for column in batch.states)
        packet.state.update(zip(layout.told, told, strict=True))
        return packet


def _filled(mould: Mould, layout: Layout, batch: Batch, rows: list[int]) -> Iterator[str]:
    """The texts of many packets of a shape."""
    parts = (batch.of(rows[at : at + TOGETHER]) for at in range(0, len(rows), TOGETHER))
    return chain.from_iterable(mould.fill(Made(layout, it), range(len(it))) for it in parts)
