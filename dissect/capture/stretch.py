"""Records in a row: their table for column readers, and each of them for the others."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .pcap import Pcap, PcapScan
from .pcapng import Pcapng, PcapngScan
from .record import DamagedCapture, Interface, Record
from .table import Table, block_lengths, table
from .window import MappedWindow, StreamWindow


class Stretch:
    """Some records of a capture; `first` is the number of the first one."""

    def __init__(
        self,
        form: Pcap | Pcapng,
        window: MappedWindow | StreamWindow,
        offsets: array[int],
        first: int,
    ) -> None:
        self.form = form
        self.offsets = offsets
        self.first = first
        self._window = window

    @cached_property
    def table(self) -> Table:
        """What their headers say."""
        return table(self.form, self._window.data, self.offsets, self._window.base)

    def spans(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where each record begins and ends, in the (decompressed) file."""
        starts = np.frombuffer(self.offsets, np.int64)
        if isinstance(self.form, Pcap):
            ends = self.table.start + self.table.captured
        else:
            ends = starts + block_lengths(self.form, self._window.data, starts, self._window.base)
        return starts + self._window.base, ends + self._window.base

    @property
    def interfaces(self) -> list[Interface]:
        """The capture's interfaces, as far as it has been read."""
        return self.form.interfaces

    @property
    def end(self) -> int:
        """The byte of the (decompressed) file at which the last record begins."""
        return self._window.base + self.offsets[-1]

    def record(self, row: int) -> Record:
        """The record in a row of the table."""
        return self.form.record(self._window, self.offsets[row], self.first + row)


Found: TypeAlias = "Iterator[tuple[MappedWindow | StreamWindow, array[int]]]"
"""Where records are, and the octets that they are in."""


RUN = 64
"""Packets of a pcapng file that are looked for at once."""


def stretches(
    form: Pcap | Pcapng, window: MappedWindow | StreamWindow, most: int, least: int = 0,
    octets: int = sys.maxsize,
) -> Iterator[Stretch]:  # fmt: skip
    """All records, up to `most` at a time, whose octets are in memory together.

    `least` are the first ones of a whole file, where somebody waits for them; then more each time.
    `octets` are enough of it, of records that are long.
    Raises DamagedCapture after the last good one.
    """
    if isinstance(window, MappedWindow):
        found = _mapped(form, window, most, least or most, octets)
    else:
        found = _streamed(form, window, most)
    first = 1
    for held, offsets in found:
        yield Stretch(form, held, offsets, first)
        first += len(offsets)


def _mapped(form: Pcap | Pcapng, window: MappedWindow, most: int, size: int, octets: int) -> Found:
    """Of a whole file, all of which is at hand."""
    scan = form.scan(window)
    runs = scan.runs() if isinstance(scan, PcapScan) else _runs(scan)
    found, over, damage = array("Q"), False, None
    while found or not over:
        while not over and (len(found) < size and (not found or found[-1] - found[0] <= octets)):
            try:
                found.extend(next(runs))
            except StopIteration:
                over = True
            except DamagedCapture as broken:
                over, damage = True, broken
        if found:
            count = min(size, bisect_right(found, found[0] + octets))
            offsets, found = found[:count], found[count:]
            yield window, offsets
            window.forget(offsets[0], offsets[-1])
            size = min(2 * size, most)
    if damage is not None:
        raise damage


def _runs(scan: PcapngScan) -> Iterator[array[int]]:
    """Some positions at a time; those before damage come before it."""
    walk, damage = iter(scan), None
    run = array("Q", (0,))
    while run and damage is None:
        run = array("Q")
        try:
            run.extend(islice(walk, RUN))
        except DamagedCapture as found:
            damage = found
        yield run
    if damage is not None:
        raise damage


def _streamed(form: Pcap | Pcapng, window: StreamWindow, most: int) -> Found:
    """Of a stream, up to where the window moves on."""
    held, offsets, damage = _held(window), array("Q"), None
    try:
        for position in form.scan(window):
            if window.data is not held.data or len(offsets) == most:
                if offsets:
                    yield held, offsets
                held, offsets = _held(window), array("Q")
            offsets.append(position)
    except DamagedCapture as found:
        damage = found
    if offsets:
        yield held, offsets
    if damage is not None:
        raise damage


def _held(window: StreamWindow) -> StreamWindow:
    """What is in memory now, which stays when the window moves on."""
    held = StreamWindow(iter(()))
    held.data, held.base = window.data, window.base
    return held
