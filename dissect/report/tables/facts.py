"""What the files say about themselves, and how much is in them: as capinfos tells it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nlargest
from typing import NamedTuple

import numpy as np

from dissect.analysis.analysis import Finding
from dissect.analysis.options import Options
from dissect.analysis.table import COUNTS, Column, Row, Table, how_many
from dissect.capture.file import CaptureFile
from dissect.capture.record import Interface
from dissect.capture.table import NO_TIME
from dissect.columns.seen import Counted, Seen
from dissect.protocols.codes.link_types import ENCAPSULATION

SECOND = 1_000_000_000
SUMS: tuple[Column, ...] = (
    Column("packets", "Packets"), Column("octets", "Octets on the wire", "octets"),
    Column("captured", "Octets captured", "octets"),
    Column("first", "First packet", "time"), Column("last", "Last packet", "time"),
    Column("duration", "Duration", "seconds"),
)  # fmt: skip


@dataclass
class Amount:
    """How much there is, and from when to when.

    cut      packets of which less was captured than went over the wire
    ordered  no packet is older than the one before it, as far as they have times
    """

    packets: int = 0
    octets: int = 0
    captured: int = 0
    cut: int = 0
    first: int | None = None
    last: int | None = None
    ordered: bool = True
    ends: tuple[int, int] | None = None
    """The times of the first and the last packet in the file's order."""

    def merge(self, other: Amount) -> None:
        """Add what comes behind."""
        self.packets += other.packets
        self.octets += other.octets
        self.captured += other.captured
        self.cut += other.cut
        self.ordered &= other.ordered
        if self.ends is None or other.ends is None:
            self.ends = self.ends or other.ends
        else:
            self.ordered &= self.ends[1] <= other.ends[0]
            self.ends = self.ends[0], other.ends[1]
        times = [one for one in (self.first, other.first) if one is not None]
        self.first = min(times, default=None)
        times = [one for one in (self.last, other.last) if one is not None]
        self.last = max(times, default=None)

    @property
    def duration(self) -> float | None:
        """Seconds from the oldest packet to the youngest."""
        if self.first is None or self.last is None:
            return None
        return (self.last - self.first) / SECOND

    @property
    def values(self) -> Row:
        """Those of ``SUMS``."""
        return (self.packets, self.octets, self.captured, self.first, self.last, self.duration)


class File(NamedTuple):
    """A file that has been read: its row, its interfaces', and how much of it can be trusted."""

    row: Row
    interfaces: list[Row]
    dropped: int
    amount: Amount


class Facts:
    """Amounts of the file that is being read, by interface and as a whole; and of all before."""

    of_file = True

    def __init__(self, options: Options) -> None:
        self.top = options.top
        self.now = Amount()
        self.all = Amount()
        self.files: list[File] = []
        self._interfaces: dict[int, Counted] = {}

    def update(self, seen: Seen) -> None:
        """Count the rows."""
        chunk = seen.chunk
        original, captured, times = map(seen.of, (chunk.original, chunk.captured, chunk.time_ns))
        found = Amount(
            len(original), int(original.sum()), int(captured.sum()),
            int((captured < original).sum()),
        )  # fmt: skip
        times = times[times != NO_TIME]
        if len(times):
            found.first, found.last = int(times.min()), int(times.max())
            found.ends = int(times[0]), int(times[-1])
            found.ordered = bool((times[1:] >= times[:-1]).all())
        self.now.merge(found)
        numbers = seen.of(chunk.interface)
        packets, octets = np.bincount(numbers), np.bincount(numbers, original)
        for number in np.flatnonzero(packets).tolist():
            self._add(number, Counted(int(packets[number]), int(octets[number])))

    def merge(self, other: Facts) -> None:
        """Add another's amounts, and its files behind ours."""
        self.now.merge(other.now)
        self.all.merge(other.all)
        self.files += other.files
        for number, counted in other._interfaces.items():
            self._add(number, counted)

    def close(self, records: CaptureFile, damage: str | None) -> None:
        """A file has been read, as far as it can be; what comes next is of another."""
        path = records.path
        size = os.path.getsize(path) if os.path.isfile(path) else None
        drops = [one.dropped for one in records.drops.values() if one.dropped is not None]
        links = sorted({one.link_type for one in records.interfaces})
        row: Row = (
            path, size, records.format, records.byte_order, records.compression or None,
            ", ".join(_link_name(link) for link in links), len(records.interfaces),
            len(records.sections) or None, *self.now.values, sum(drops) if drops else None,
            records.hardware or None, records.os or None, records.application or None,
            "\n".join(records.comments) or None, len(records.names) or None,
            records.secrets or None, damage,
        )  # fmt: skip
        interfaces = [
            _interface_row(path, one, self._interfaces.get(one.id, Counted()), records)
            for one in records.interfaces
        ]
        self.files.append(File(row, interfaces, sum(drops), self.now))
        self.all.merge(self.now)
        self.now = Amount()
        self._interfaces = {}

    def _add(self, number: int, more: Counted) -> None:
        self._interfaces[number] = self._interfaces.get(number, Counted()) + more

    def table(self, name: str) -> Table:
        """``files``, ``interfaces`` or ``capture``."""
        if name == "capture":
            return self._capture()
        rows: list[Row]
        if name == "files":
            rows = [file.row for file in self.files]
            return Table(name, "Files", FILES, rows, len(rows), upright=True)
        rows = [row for file in self.files for row in file.interfaces]
        shown = rows
        if self.top is not None and len(rows) > self.top:
            shown = nlargest(self.top, rows, key=lambda row: row[PACKETS])
        return Table(name, "Interfaces", INTERFACES, shown, len(rows))

    def findings(self) -> Iterator[Finding]:
        """What keeps others from telling the whole truth: packets that were lost, cut, mixed up."""
        for file in self.files:
            path, amount = file.row[0], file.amount
            if file.dropped:
                lost = how_many(file.dropped, "packet")
                yield Finding(
                    "warning", "", f"{lost} could not be captured: what seems to be missing in "
                    f"{path} may only not have been recorded.", (), "files"
                )  # fmt: skip
            if amount.cut:
                cut = f"{amount.cut:,} of {how_many(amount.packets, 'packet')}"
                yield Finding(
                    "note", "", f"{cut} in {path} were cut when they were captured.", (), "capture"
                )  # fmt: skip
            if not amount.ordered:
                words = f"The packets of {path} are not in the order of time."
                yield Finding("note", "", words, (), "capture")

    def _capture(self) -> Table:
        whole = self.all
        duration = whole.duration
        rates: Row = (None, None)
        if duration:
            rates = whole.packets / duration, 8 * whole.octets / duration
        average = whole.octets / whole.packets if whole.packets else None
        row = (*whole.values, *rates, average, whole.cut, "yes" if whole.ordered else "no")
        columns = (
            *SUMS, Column("packet_rate", "Packets/s", "rate"), Column("bit_rate", "Bits/s", "rate"),
            Column("average", "Octets a packet", "rate"), Column("cut", "Cut by the capture"),
            Column("ordered", "In the order of time", "text"),
        )  # fmt: skip
        return Table("capture", "Capture", columns, [row], 1, upright=True)


FILES = (
    Column("file", "File", "text", packet=True), Column("size", "Size", "octets"),
    Column("format", "Format", "text"), Column("byte_order", "Byte order", "text"),
    Column("compression", "Compression", "text"), Column("link_types", "Link types", "text"),
    Column("interfaces", "Interfaces"), Column("sections", "Sections"), *SUMS,
    Column("dropped", "Packets dropped"), Column("hardware", "Hardware", "text", packet=True),
    Column("os", "Operating system", "text", packet=True),
    Column("application", "Written by", "text", packet=True),
    Column("comment", "Comment", "text", packet=True), Column("names", "Names of addresses"),
    Column("secrets", "Decryption secrets"), Column("damage", "Damage", "text", packet=True),
)  # fmt: skip

INTERFACES = (
    Column("file", "File", "text", packet=True), Column("id", "Number", "number"),
    Column("name", "Name", "text", packet=True),
    Column("description", "Description", "text", packet=True),
    Column("link_type", "Link type", "number"), Column("link_name", "Link", "text"),
    Column("snaplen", "Snap length", "number"),
    Column("ticks", "Ticks/s", "number"), Column("filter", "Filter", "text", packet=True),
    *COUNTS, Column("received", "Received"), Column("dropped", "Dropped"),
)  # fmt: skip

PACKETS = INTERFACES.index(COUNTS[0])


def _interface_row(path: str, one: Interface, counted: Counted, records: CaptureFile) -> Row:
    drops = records.drops.get(one.id)
    return (
        path, one.id, one.name or None, one.description or None, one.link_type,
        _link_name(one.link_type), one.snaplen or None, one.ticks, one.filter or None, *counted,
        None if drops is None else drops.received, None if drops is None else drops.dropped,
    )  # fmt: skip


def _link_name(number: int) -> str:
    return ENCAPSULATION.get(number, (0, f"link type {number}"))[1]
