"""What the headers of many records say, as arrays: where each packet is, how long, when, whence.

This is what column readers start from. All headers of one layout are gathered in one step, out
of a view of the file as if one began at every byte.
"""

from __future__ import annotations

import mmap
from array import array
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import blocks
from .header import Header, Order
from .pcap import Pcap, RecordHeader
from .pcapng import Pcapng, Section
from .record import NANOSECONDS

Data = bytes | mmap.mmap
Offsets = NDArray[np.int64]
NO_TIME = np.iinfo(np.int64).min  # numpy's own "not a time"


class Table(NamedTuple):
    """Columns of some records in a row; `data` is the file that `start` points into."""

    data: Data
    start: NDArray[np.int64]  # of the packet's first byte
    captured: NDArray[np.int64]
    original: NDArray[np.int64]
    time_ns: NDArray[np.int64]  # NO_TIME: the file doesn't say
    interface: NDArray[np.int64]  # its id: the place in CaptureFile.interfaces

    def __len__(self) -> int:
        return len(self.start)


def dtype(header: type[Header], order: Order) -> np.dtype[np.void]:
    """The layout of a header for numpy, whose codes for numbers are those of `struct`."""
    return np.dtype([(name, order + code) for name, code, _ in header.__hdr__])


def gather(data: Data, header: type[Header], order: Order, at: Offsets) -> NDArray[np.void]:
    """The headers at these places: copied as octets, for numpy copies fields one by one."""
    layout = dtype(header, order)
    if not len(at):
        return np.empty(0, layout)
    size = layout.itemsize
    everywhere = np.ndarray((len(data) - size + 1,), f"V{size}", buffer=data, strides=(1,))
    found: NDArray[np.void] = everywhere[at].view(layout)
    return found


def table(form: Pcap | Pcapng, data: Data, offsets: array[int], base: int = 0) -> Table:
    """The table of the records at these offsets, which ascend; `data` begins at byte `base`."""
    at = np.frombuffer(offsets, np.int64) if offsets else np.empty(0, np.int64)
    return _pcap(form, data, at) if isinstance(form, Pcap) else _pcapng(form, data, at, base)


def _pcap(pcap: Pcap, data: Data, at: Offsets) -> Table:
    """The table of a pcap file's records."""
    found = gather(data, RecordHeader, pcap.order, at)
    captured, original = (found[name].astype(np.int64) for name in ("captured", "original"))
    if pcap.swap == "always":
        captured, original = original, captured
    elif pcap.swap == "if larger":
        captured, original = np.minimum(captured, original), np.maximum(captured, original)
    nanoseconds = found["fraction"] * np.int64(NANOSECONDS // pcap.interface.ticks)
    time = found["seconds"] * np.int64(NANOSECONDS) + nanoseconds
    return Table(data, at + pcap.head, captured, original, time, np.zeros_like(at))


def _pcapng(pcapng: Pcapng, data: Data, at: Offsets, base: int) -> Table:
    """The table of a pcapng file's packets, section by section."""
    columns = [np.empty(len(at), np.int64) for _ in range(5)]
    for section, rows in _by_section(pcapng, at, base):
        part = Table(data, *(column[rows] for column in columns))
        _fill(part, section, data, at[rows])
    return Table(data, *columns)


def block_lengths(pcapng: Pcapng, data: Data, at: Offsets, base: int) -> Offsets:
    """The lengths of the packets' blocks, with what fills them up to 4 bytes."""
    lengths = np.empty(len(at), np.int64)
    for section, rows in _by_section(pcapng, at, base):
        lengths[rows] = gather(data, blocks.BlockHeader, section.order, at[rows])["length"]
    return lengths + 3 & ~3


def _by_section(pcapng: Pcapng, at: Offsets, base: int) -> Iterator[tuple[Section, slice]]:
    """The sections that have packets at these offsets, and which."""
    sections = list(pcapng.sections)
    starts = [section.offset - base for section in sections]
    edges = [*np.searchsorted(at, starts), len(at)]
    for section, (start, stop) in zip(sections, pairwise(edges), strict=True):
        if start < stop:
            yield section, slice(start, stop)


def _fill(table: Table, section: Section, data: Data, at: Offsets) -> None:
    """Fill in the rows of one section."""
    kinds = gather(data, blocks.BlockHeader, section.order, at)["type"]
    for kind in (blocks.EnhancedPacket, blocks.ObsoletePacket):
        rows = np.flatnonzero(kinds == kind.__hdr_defaults__["type"])
        if len(rows):
            found = gather(data, kind, section.order, at[rows])
            table.start[rows] = at[rows] + kind.__hdr_len__
            table.captured[rows] = found["captured"]
            table.original[rows] = found["original"]
            table.interface[rows] = section.interfaces[0].id + found["interface"].astype(np.int64)
            table.time_ns[rows] = _times(found, section)
    rows = np.flatnonzero(kinds == blocks.SIMPLE_PACKET)
    if len(rows):
        interface = section.interfaces[0]
        found = gather(data, blocks.SimplePacket, section.order, at[rows])
        table.start[rows] = at[rows] + blocks.SimplePacket.__hdr_len__
        table.original[rows] = found["original"]
        table.captured[rows] = np.minimum(found["original"], interface.snaplen or 0xFFFF_FFFF)
        table.time_ns[rows] = NO_TIME
        table.interface[rows] = interface.id


def _times(found: NDArray[np.void], section: Section) -> NDArray[np.int64]:
    """The times of packets, in one step for all interfaces with the same clock."""
    ticks = found["high"].astype(np.uint64) << np.uint64(32) | found["low"]
    offsets = np.array([i.offset_s for i in section.interfaces], np.int64)[found["interface"]]
    clocks = sorted({interface.ticks for interface in section.interfaces})
    place = {clock: place for place, clock in enumerate(clocks)}
    clock_of = np.array([place[i.ticks] for i in section.interfaces])[found["interface"]]
    times = np.empty(len(ticks), np.int64)
    for clock, per_second in enumerate(clocks):
        mine = clock_of == clock
        times[mine] = _nanoseconds(ticks[mine], per_second, offsets[mine])
    return times


def _nanoseconds(
    ticks: NDArray[np.uint64], per_second: int, offsets: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Times as nanoseconds since 1970; those that 64 bits can't hold at the limit."""
    limit = 2**63 - 1
    last = int(ticks.max(initial=0)) * NANOSECONDS // per_second
    most = max(int(offsets.max(initial=0)), -int(offsets.min(initial=0))) * NANOSECONDS
    if last + most <= limit:
        if NANOSECONDS % per_second == 0:
            return ticks.astype(np.int64) * (NANOSECONDS // per_second) + offsets * NANOSECONDS
        if per_second % NANOSECONDS == 0 and per_second <= limit:
            step = np.uint64(per_second // NANOSECONDS)
            return (ticks // step).astype(np.int64) + offsets * NANOSECONDS
    pairs = zip(ticks.tolist(), offsets.tolist(), strict=True)
    exact = (tick * NANOSECONDS // per_second + offset * NANOSECONDS for tick, offset in pairs)
    return np.fromiter((max(-limit, min(time, limit)) for time in exact), np.int64, len(ticks))
