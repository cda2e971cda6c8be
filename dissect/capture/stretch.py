"""Records in a row: their table for column readers, and each of them for the others."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import islice

from .pcap import Pcap
from .pcapng import Pcapng
from .record import DamagedCapture, Interface, Record
from .table import table
from .window import MappedWindow, StreamWindow


class Stretch:
    """Some records of a capture, `first` the number of the first one."""

    def __init__(
        self, form: Pcap | Pcapng, window: MappedWindow | StreamWindow, offsets: array[int],
        first: int,
    ) -> None:  # fmt: skip
        self.first = first
        self.table = table(form, window.data, offsets, window.base)
        self.form = form
        self.offsets = offsets
        self._window = window

    @property
    def interfaces(self) -> list[Interface]:
        """The capture's interfaces, as far as it has been read."""
        return self.form.interfaces

    def record(self, row: int) -> Record:
        """The record in a row of the table."""
        return self.form.record(self._window, self.offsets[row], self.first + row)


def stretches(
    form: Pcap | Pcapng, window: MappedWindow | StreamWindow, most: int
) -> Iterator[Stretch]:
    """All records, up to `most` at a time, whose octets are in memory together.

    Raises DamagedCapture after the last good one.
    """
    found = _mapped if isinstance(window, MappedWindow) else _streamed
    first = 1
    for held, offsets in found(form, window, most):
        yield Stretch(form, held, offsets, first)
        first += len(offsets)


def _held(window: MappedWindow | StreamWindow) -> StreamWindow:
    """What is in memory now, which stays when the window moves on."""
    held = StreamWindow(iter(()))
    held.data, held.base = window.data, window.base
    return held


def _mapped(
    form: Pcap | Pcapng, window: MappedWindow | StreamWindow, most: int
) -> Iterator[tuple[StreamWindow, array[int]]]:
    """Of a whole file: no need to look where each record is."""
    walk, damage = iter(form.scan(window)), None
    while damage is None:
        offsets = array("Q")
        try:
            offsets.extend(islice(walk, most))
        except DamagedCapture as found:
            damage = found
        if offsets:
            yield _held(window), offsets
        elif damage is None:
            return
    raise damage


def _streamed(
    form: Pcap | Pcapng, window: MappedWindow | StreamWindow, most: int
) -> Iterator[tuple[StreamWindow, array[int]]]:
    """Of a stream, up to where the window moves on."""
    held, offsets, damage = _held(window), array("Q"), None
    walk = iter(form.scan(window))
    while damage is None:
        try:
            for position in walk:
                if window.data is not held.data or len(offsets) == most:
                    if offsets:
                        yield held, offsets
                    held, offsets = _held(window), array("Q")
                offsets.append(position)
            break
        except DamagedCapture as found:
            damage = found
    if offsets:
        yield held, offsets
    if damage is not None:
        raise damage
