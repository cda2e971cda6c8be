"""A chunk: some ten thousand packets of a capture, side by side."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.api import packet_of
from dissect.capture.table import NO_TIME
from dissect.columns import known, per_packet
from dissect.columns.chains import Chains
from dissect.columns.layout import converted, layout_for
from dissect.engine.header import Header
from dissect.engine.notes import MALFORMED

if TYPE_CHECKING:
    from dissect.capture.stretch import Stretch
    from dissect.columns.group import Head
    from dissect.engine.packet import Packet

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
Values = NDArray[Any]


class Flag(IntFlag):
    """What is special about a row."""

    UNSURE = 1
    """The tree reader's: the columns don't say what is in it."""
    FRAGMENT = 2
    """A part of a datagram, outside of any quote; unsure unless each is read by itself."""
    TRUNCATED = 4
    """The capture holds less than went over the wire."""
    MALFORMED = 8
    """The packet promises octets that it does not have; found by ``resolve``."""
    OPEN = 16
    """Behind UDP or TCP is ``data`` by its port and looks; a session may know better."""
    RESOLVED = 32
    """Chain and columns come from the tree."""


class Part(NamedTuple):
    """A fixed header in some rows: where it stands in ``data``, and what it says."""

    header: type[Header]
    rows: Rows
    at: Rows
    quoted: bool
    head: Head

    def of(self, mask: Mask) -> Part:
        """The same in some of the rows."""
        some = np.flatnonzero(mask)
        rows, at = self.rows.take(some), self.at.take(some)
        return Part(self.header, rows, at, self.quoted, self.head.of(some))


class Occurrences(NamedTuple):
    """The occurrences of a field in a chunk, flat, by row and then in the packet's order.

    rows       the row of each; ascending, several times where several layers have the field
    values     numbers in native byte order, or (N, size) octets for addresses and the like
    instances  which of the row's it is, from 1
    """

    rows: Rows
    values: Values
    instances: Rows

    def __len__(self) -> int:
        return len(self.rows)


NOTHING = Occurrences(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64))


class Chunk:
    """Packets of a capture as columns; see the package's own words."""

    def __init__(self, stretch: Stretch, chains: Chains, *, alone: bool = False) -> None:
        table = stretch.table
        self.alone = alone
        """Fragments are not put together."""
        self.stretch = stretch
        self.chains = chains
        self.data = table.data
        self.octets: NDArray[np.uint8] = np.frombuffer(table.data, np.uint8)
        """All of ``data``, which stays while this looks at it."""
        self.start: Rows = table.start
        self.captured: Rows = table.captured
        self.original: Rows = np.maximum(table.original, table.captured)
        self.time_ns: Rows = table.time_ns
        self.interface: Rows = table.interface
        self.number: Rows = np.arange(stretch.first, stretch.first + len(table), dtype=np.int64)
        link_types = np.array([one.link_type for one in stretch.interfaces], np.int64)
        self.link_type: Rows = link_types[table.interface]
        self.flags: NDArray[np.uint16] = np.zeros(len(table), np.uint16)
        self.chain: NDArray[np.int32] = np.zeros(len(table), np.int32)
        self.unread: NDArray[np.int32] = self.chain
        """Of rows that are unsure for nothing but a protocol that no columns are read of, the chain
        with that at its end; 0 of others."""
        self.parts: list[Part] = []
        """The headers read, in the order of each packet."""
        self._columns: dict[str, Values] = {}
        self.resolved: dict[int, tuple[Any, ...]] = {}
        """Of rows that the tree reader read: the headers that columns are made of."""
        cut = self.original > self.captured
        self.cut = bool(cut.any())
        """Some packet is."""
        if self.cut:
            self.flags[cut] = Flag.TRUNCATED

    def __len__(self) -> int:
        return len(self.start)

    def limit(self, rows: Rows) -> Rows:
        """Where the octets of some rows end in ``data``."""
        return self.start[rows] + self.captured[rows]

    @property
    def unsure(self) -> Mask:
        """The rows that are the tree reader's."""
        mask: Mask = self.flags & Flag.UNSURE != 0
        return mask

    def field(self, name: str, instance: int | None = None) -> Occurrences:
        """The occurrences of a field in the rows that are sure, or the nth one in each."""
        found = self._frame(name) if name in known.FRAME else self._occurrences(name)
        if instance is None:
            return found
        nth = found.instances == instance
        return Occurrences(*(column[nth] for column in found))

    def _frame(self, name: str) -> Occurrences:
        """What the file tells of every packet: but not all files have times or interfaces."""
        values: Rows = getattr(self, known.FRAME[name])
        rows = np.arange(len(self))
        if values is self.time_ns:
            rows = np.flatnonzero(values != NO_TIME)
        elif values is self.interface and self.stretch.form.name != "pcapng":
            rows = rows[:0]
        return Occurrences(rows, values[rows], np.ones(len(rows), np.int64))

    def _occurrences(self, name: str) -> Occurrences:
        rows, values = [], []
        unsure = self.unsure
        some = bool(unsure.any())
        for part in self.parts:
            for reading in layout_for(part.header).readings.get(name, ()):
                sure = ~unsure[part.rows] if some else slice(None)
                rows.append(part.rows[sure])
                found = part.head.read(reading.item)[sure]
                values.append(converted(found, reading.convert))
        return _in_order(rows, values) if rows else NOTHING

    def known(self, name: str) -> Mask:
        """The rows for which ``field`` surely has all that the tree would show."""
        if name in known.FRAME:
            return np.ones(len(self), np.bool_)
        return self._by_chain(known.knows_field(self.chains, name))

    def layers(self, protocol: str) -> Rows:
        """The rows, ascending and each once, that have a layer of that name, quoted ones too."""
        return np.flatnonzero(self._by_chain(self.chains.having(protocol)))

    def known_layers(self, protocol: str) -> Mask:
        """The rows for which ``layers`` is sure, either way."""
        return self._by_chain(known.knows_layer(self.chains, protocol))

    def _by_chain(self, by_chain: Mask) -> Mask:
        mask: Mask = by_chain[self.chain] & ~self.unsure
        return mask

    def column(self, name: str) -> Values:
        """One value a row, by a name of ``COLUMNS``; unsure rows have theirs by ``resolve``.

        Raises KeyError for another name.
        """
        if name not in self._columns:
            self._columns[name] = per_packet.column(self, name)
        return self._columns[name]

    def there(self, name: str) -> Mask:
        """The rows that have a value in a column: octets may all be zero and be there."""
        return per_packet.there(self, name)

    def resolve(self, rows: Mask | None = None) -> None:
        """Read the unsure rows by their trees: they get their chain, their columns, and flags.

        rows  only these; by default all
        """
        unsure = self.unsure if rows is None else self.unsure & rows
        for row in np.flatnonzero(unsure).tolist():
            if row not in self.resolved:
                packet = self.packet(row)
                self.chain[row] = self.chains.number(packet.chain)
                views = self.resolved[row] = per_packet.views_of(packet)
                malformed = any(finding.note is MALFORMED for finding in packet.findings)
                self.flags[row] |= (
                    Flag.RESOLVED
                    | Flag.FRAGMENT * per_packet.is_fragment(views)
                    | Flag.MALFORMED * malformed
                )
        self._columns.clear()

    def packet(self, row: int) -> Packet:
        """The packet, for the tree reader; it knows nothing of the others."""
        return packet_of(self.stretch.record(row), self.stretch.form.name)


def _in_order(rows: list[Rows], values: list[Values]) -> Occurrences:
    """Bring occurrences of several headers in order: those of a row are in order already."""
    row, value = rows[0], values[0]
    if len(rows) > 1:
        row, value = np.concatenate(rows), np.concatenate(values)
    back = row[1:] <= row[:-1]
    if not back.any():
        return Occurrences(row, value, np.ones(len(row), np.int64))
    order = np.argsort(row, kind="stable")
    row, value = row[order], value[order]
    first = np.flatnonzero(np.r_[True, row[1:] != row[:-1]])
    counts = np.diff(np.r_[first, len(row)])
    return Occurrences(row, value, np.arange(len(row)) - np.repeat(first, counts) + 1)
