"""The lines of a capture, in order: each row's from its columns, or from the tree reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, repeat
from typing import TypeVar

import numpy as np

from dissect.api import Capture, Packet
from dissect.capture.table import NO_TIME
from dissect.columns.chunk import Chunk, Mask, Rows
from dissect.columns.read import chunks
from dissect.columns.times import Times
from dissect.engine.conversation import ANNOUNCED
from dissect.engine.session import Session
from dissect.export.base import View
from dissect.export.columns import Columns, Texts
from dissect.export.times import TimeColumn, digits_of
from dissect.lines import links, messages, payloads, transport
from dissect.lines.kinds import Group, Kind, Places

_PLAIN = (*transport.KINDS, *messages.KINDS)
KINDS = (
    *_PLAIN, *(kind.in_udp() for kind in _PLAIN if not kind.over_udp), *payloads.KINDS,
    *links.KINDS,
)  # fmt: skip
PACKETS = 32_768
"""In a chunk: few enough that the first lines are there soon."""
MOST_REMEMBERED = 100_000

T = TypeVar("T")
Decoded = Callable[[int, Packet, str], None]
"""Is told a row, its packet, and its text in the Time column."""


class Listing:
    """The texts of all packets' columns, as ``Columns`` gives them one by one."""

    def __init__(self, capture: Capture, view: View) -> None:
        self._capture = capture
        self._outer = view.outer
        self._form = view.time
        self._columns = Columns(view)
        self._time = TimeColumn(view.time)
        self._times = Times()
        self._session = capture.session(Session)
        self._address: _Remembered[bytes] = _Remembered(self._columns.address)
        self._length: _Remembered[int] = _Remembered(str)
        self._decoded: Decoded | None = None
        self._shown_times: list[str] = []
        self._sources: list[Iterator[Texts]] = []
        """Of the current chunk: the rows by their trees, then those of each kind."""
        self._over_udp: dict[int, Rows] = {}
        """The rows of kinds over UDP, by their source; none after an announcement."""

    def __iter__(self) -> Iterator[Texts]:
        return chain.from_iterable(map(self.of, chunks(self._capture, size=PACKETS)))

    def of(
        self, chunk: Chunk, known: Mask | None = None, decoded: Decoded | None = None
    ) -> Iterator[Texts]:  # fmt: skip
        """The texts of a chunk's packets; chunks must come in order, and be read to their end.

        known    the rows that needn't be decoded for another reason
        decoded  is told of each row that is decoded
        """
        self._decoded = decoded
        self._times.enter(chunk)
        self._shown_times = self._clock(chunk)
        numbers = list(map(str, chunk.number.tolist()))
        places = Places(chunk, outer=self._outer)
        written = np.zeros(len(chunk), np.int64)
        announced = ANNOUNCED in self._session.tables
        kinds = [kind for kind in KINDS if not (announced and kind.over_udp)]
        groups = [kind.group(places, self._session, known) for kind in kinds]
        for nth, group in enumerate(groups, 1):
            written[group.rows] = nth
        self._over_udp = {
            nth: groups[nth - 1].rows for nth, kind in enumerate(kinds, 1) if kind.over_udp
        }
        rest = np.flatnonzero(written == 0).tolist()
        self._sources = [
            (self._tree(chunk, row, numbers) for row in rest),
            *map(self._written, kinds, groups, repeat(numbers)),
        ]
        turns = map(self._sources.__getitem__, written.tolist())
        return chain(map(next, turns), self._done())

    def _done(self) -> Iterator[Texts]:
        """Nothing: the rows are through, and what is left of them goes before the next chunk."""
        self._sources = []
        yield from ()

    def _tree(self, chunk: Chunk, row: int, numbers: list[str]) -> Texts:
        """What the tree reader says of a row."""
        packet = self._capture.packet(chunk.stretch.record(row), self._session)
        self._session.first_time, self._session.previous_time = self._times.before(row)
        texts = (numbers[row], self._shown_times[row], *self._columns.rest(packet))
        if self._decoded is not None:
            self._decoded(row, packet, texts[1])
        if self._over_udp and ANNOUNCED in self._session.tables:
            self._announced(chunk, row, numbers)
        return texts

    def _announced(self, chunk: Chunk, at: int, numbers: list[str]) -> None:
        """A protocol has announced a stream, which may be any of the datagrams from now on."""
        for nth, rows in self._over_udp.items():
            later = rows[rows > at].tolist()
            self._sources[nth] = map(self._tree, repeat(chunk), later, repeat(numbers))
        self._over_udp = {}

    def _written(self, kind: Kind, group: Group, numbers: list[str]) -> Iterator[Texts]:
        """What the columns say of the rows of a kind, whose infos are asked for in their turn."""
        if not len(group):
            return iter(())
        rows: list[int] = group.rows.tolist()
        return zip(
            map(numbers.__getitem__, rows), map(self._shown_times.__getitem__, rows),
            *(map(self._address.__getitem__, ends) for ends in group.shown_ends),
            kind.protocols(group),
            map(self._length.__getitem__, group.chunk.original[group.rows].tolist()),
            kind.infos(group), strict=True,
        )  # fmt: skip

    def _clock(self, chunk: Chunk) -> list[str]:
        """The Time column."""
        rows = np.flatnonzero(chunk.time_ns != NO_TIME)
        if not len(rows):
            return [""] * len(chunk)
        times = self._time.texts(self._counted(chunk)[rows], _digits(chunk)[rows])
        if len(rows) == len(chunk):
            return list(times)
        shown = [""] * len(chunk)
        for row, text in zip(rows.tolist(), times, strict=True):
            shown[row] = text
        return shown

    def _counted(self, chunk: Chunk) -> Rows:
        """Nanoseconds from what the format counts from."""
        if self._form == "r":
            return chunk.time_ns - (self._times.first or 0)
        if self._form in ("d", "dd"):
            return chunk.time_ns - self._times.previous(chunk)
        return chunk.time_ns


class _Remembered(dict[T, str]):
    """Texts of addresses or numbers; begins anew when there are too many."""

    def __init__(self, text: Callable[[T], str]) -> None:
        self._text = text

    def __missing__(self, value: T) -> str:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        text = self[value] = self._text(value)
        return text


def _digits(chunk: Chunk) -> Rows:
    """Decimals of each row's clock."""
    digits = [digits_of(one.ticks) for one in chunk.stretch.interfaces]
    return np.array(digits)[chunk.interface]
