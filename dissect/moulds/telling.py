"""The first half of the work: the session is told of all packets in their order.

What it tells of each is a part of what is handed on, so that the second half needs no session, and
no other packets: it may be done in another process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from dissect.api import Capture, Packet
from dissect.capture.record import Record
from dissect.columns.chunk import Chunk
from dissect.columns.layout import Item, gather
from dissect.columns.read import chunks
from dissect.columns.times import Times
from dissect.engine.conversation import ANNOUNCED
from dissect.engine.session import Session
from dissect.moulds.batch import Batch
from dissect.moulds.families import Families, Family, Key

OCTETS = 1 << 24
"""Of the file at once: what is written of them is ten times as long and more."""


class Part(NamedTuple):
    """Packets of one layout, and the record of one of them."""

    key: Key
    batch: Batch
    alike: Record


class Told(NamedTuple):
    """Packets in a row, of which the session has been told.

    turns    for each packet a number: of the part that it is the next packet of, from 1; 0: it is
             the next of those that are decoded
    decoded  their texts
    form     of the capture file, ``pcap`` or ``pcapng``
    last     the number of the last packet
    """

    turns: list[int]
    parts: list[Part]
    decoded: list[str]
    form: str
    last: int


class Telling:
    """Goes through a capture.

    size    packets at once
    decode  is given each packet that goes by its tree in its turn, decodes it, and hands back its
            text
    """

    def __init__(self, capture: Capture, size: int, decode: Callable[[Packet], str]) -> None:
        self._capture = capture
        self._size = size
        self._decode = decode
        self._session = capture.session(Session)
        self._times = Times()
        self._families = Families(self._session)

    def __iter__(self) -> Iterator[Told]:
        for chunk in chunks(self._capture, size=self._size, octets=OCTETS):
            yield self._told(chunk)

    def _told(self, chunk: Chunk) -> Told:
        self._times.enter(chunk)
        families = self._families.of(chunk)
        written = np.zeros(len(chunk), np.int64)
        for nth, family in enumerate(families, 1):
            written[family.rows] = nth
        turns: list[int] = written.tolist()
        decoded = []
        tables = self._session.tables
        keep = [family.states.append for family in families]
        tell = [family.turns.__next__ for family in families]
        for row, nth in enumerate(turns):
            if nth and not (ANNOUNCED in tables and families[nth - 1].carries_udp):
                keep[nth - 1](tell[nth - 1]())
            else:
                turns[row] = 0
                decoded.append(self._decoded(chunk, row))
        parts = [
            Part(it.key, self._batch(chunk, it), chunk.stretch.record(int(it.rows[0])))
            for it in families
        ]  # fmt: skip
        return Told(turns, parts, decoded, chunk.stretch.form.name, int(chunk.number[-1]))

    def _decoded(self, chunk: Chunk, row: int) -> str:
        packet = self._capture.packet(chunk.stretch.record(row), self._session)
        self._session.first_time, self._session.previous_time = self._times.before(row)
        return self._decode(packet)

    def _batch(self, chunk: Chunk, family: Family) -> Batch:
        rows, layout = family.told, family.layout
        start = chunk.start[rows]
        end = start + chunk.captured[rows]
        first = self._times.first or 0
        return Batch(
            gather(chunk.data, Item("", 0, layout.size, 0, 0), start),
            [chunk.data[at:to] for at, to in
             zip((start + layout.behind).tolist(), end.tolist(), strict=True)],
            chunk.captured[rows].tolist(), chunk.number[rows].tolist(),
            chunk.time_ns[rows], chunk.time_ns[rows] - first,
            (chunk.time_ns - self._times.previous(chunk))[rows],
            list(map(list, zip(*family.states, strict=True))),
        )  # fmt: skip
