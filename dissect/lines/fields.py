"""``-T fields`` from columns: a line for each packet, its values from the headers' columns.

A row is written so if the columns know all that is asked for, and any column of the list that is
asked for (``Listing``); any other is decoded.  Without a column of the list decoded are only those,
and what a field of theirs may depend on (``dissect.filter.passing`` says what that is).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dissect.api import Capture, Packet
from dissect.capture.table import NO_TIME
from dissect.columns.chunk import Chunk, Flag, Mask, Occurrences, Rows
from dissect.columns.read import chunks
from dissect.columns.times import Times
from dissect.engine.conversation import ANNOUNCED
from dissect.engine.tables import DISSECTORS
from dissect.engine.tree import FIELDS
from dissect.engine.values import BYTES
from dissect.export.sanitise import visible
from dissect.filter.passing import ANNOUNCING, Alone, may_change, needed
from dissect.lines.kinds import as_objects
from dissect.lines.listing import PACKETS, Listing

if TYPE_CHECKING:
    from dissect.export.fields import Fields


class FieldRows:
    """The lines of an exporter, one for each packet of a capture."""

    def __init__(self, capture: Capture, exporter: Fields) -> None:
        self._capture = capture
        self._exporter = exporter
        self._names = [name for name in exporter.view.fields if name not in exporter.column_of]
        self._columns = {name: _Column(exporter, name) for name in self._names}
        self._times = Times()
        self._listing = Listing(capture, exporter.view) if exporter.column_of else None
        families = {name.partition(".")[0] for name in DISSECTORS}
        self._fed = ANNOUNCING | may_change(families, self._names)
        self._session = capture.session(partial(Alone, self._fed))

    def __iter__(self) -> Iterator[str]:
        for chunk in chunks(self._capture, size=PACKETS):
            yield from self._lines(chunk)

    def _lines(self, chunk: Chunk) -> Iterator[str]:
        """The lines of a chunk."""
        self._times.enter(chunk)
        known = np.ones(len(chunk), np.bool_)
        cells: dict[str, list[str]] = {}
        for name, column in self._columns.items():
            found, sure = _field(chunk, name, self._times)
            known &= sure
            cells[name] = column.cells(len(chunk), found)
        if self._listing is None:
            trees = self._decoded(chunk, known)
        else:
            trees = self._listed(self._listing, chunk, known, cells)
        columns = [cells[name] for name in self._exporter.view.fields]
        lines = map(self._exporter.separator.join, zip(*columns, strict=True))
        for row, line in enumerate(lines):
            yield trees.get(row) or line + "\n"

    def _decoded(self, chunk: Chunk, known: Mask) -> dict[int, str]:
        """The lines of the rows that aren't known; what they depend on is decoded too."""
        lines: dict[int, str] = {}
        session = self._session
        surely = ~known | needed(chunk, self._fed, announced=False)
        for row in np.flatnonzero(surely | needed(chunk, self._fed)).tolist():
            if not surely[row] and ANNOUNCED not in session.tables:
                continue
            packet = self._capture.packet(chunk.stretch.record(row), session)
            session.first_time, session.previous_time = self._times.before(row)
            if known[row]:
                packet.decode()
            else:
                lines[row] = self._exporter.line(packet)
        return lines

    def _listed(
        self, listing: Listing, chunk: Chunk, known: Mask, cells: dict[str, list[str]]
    ) -> dict[int, str]:  # fmt: skip
        """The same with the packet list, whose columns become cells."""
        lines: dict[int, str] = {}
        exporter = self._exporter

        def decoded(row: int, packet: Packet, time: str) -> None:
            lines[row] = exporter.line(packet, time)

        texts = list(zip(*listing.of(chunk, known, decoded), strict=True))
        for name, place in exporter.column_of.items():
            cells[name] = [exporter.cell([text]) for text in texts[place]]
        return lines


def _field(chunk: Chunk, name: str, times: Times) -> tuple[Occurrences, Mask]:
    """The occurrences of a field, and the rows in which these are surely all."""
    if name == "frame.protocols":
        known = ~chunk.unsure & (chunk.flags & Flag.OPEN == 0)
        rows = np.flatnonzero(known)
        texts = np.array([chunk.chains.text(number) for number in range(len(chunk.chains))], object)
        return Occurrences(rows, texts[chunk.chain[rows]], np.ones(len(rows), np.int64)), known
    if name in INTERVALS:
        rows = np.flatnonzero(chunk.time_ns != NO_TIME)
        values = INTERVALS[name](chunk, times)[rows]
        return Occurrences(rows, values, np.ones(len(rows), np.int64)), chunk.known("frame.time")
    return chunk.field(name), chunk.known(name)


def _since_previous(chunk: Chunk, times: Times) -> Rows:
    return chunk.time_ns - times.previous(chunk)


INTERVALS: dict[str, Callable[[Chunk, Times], Rows]] = {
    "frame.time_relative": lambda chunk, times: chunk.time_ns - (times.first or 0),
    "frame.time_delta": _since_previous,
    "frame.time_delta_displayed": _since_previous,
}
"""Times of the frame that count from another packet."""


class _Column:
    """The cells of one field."""

    def __init__(self, exporter: Fields, name: str) -> None:
        self._cell = exporter.cell
        self._name = name

    def cells(self, size: int, found: Occurrences) -> list[str]:
        """Of each row the cell, empty where the field isn't."""
        cells = np.full(size, "", object)
        if len(found) and int(found.instances.max()) == 1:
            cells[found.rows] = self._made(found.values, lambda text: self._cell([text]))
        else:
            several: dict[int, list[str]] = {}
            texts = self._made(found.values, str)
            for row, text in zip(found.rows.tolist(), texts, strict=True):
                several.setdefault(row, []).append(text)
            for row, parts in several.items():
                cells[row] = self._cell(parts)
        made: list[str] = cells.tolist()
        return made

    def _made(self, values: NDArray[Any], make: Callable[[str], str]) -> NDArray[Any]:
        """What is made of each value's text, once for each different one."""
        plain = (as_objects(values) if values.ndim == 2 else values).tolist()
        kind = FIELDS[self._name].kind
        show = bytes.hex if kind.name == BYTES.name else kind.show
        made = {value: make(visible(show(value))) for value in set(plain)}
        found = np.empty(len(plain), object)
        found[:] = [made[value] for value in plain]
        return found
