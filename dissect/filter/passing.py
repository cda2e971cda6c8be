"""The packets of a capture that pass a filter, with as little decoding as is right.

Some fields depend on the packets before: stream numbers, relative sequence numbers, times since a
request, what a port means since SIP announced it.  So the packets of a capture are decoded one
after the other, whether they pass or not.  But columns decide most filters for most packets, and a
packet that doesn't pass and that no other depends on needs no decoding.  Here is decided which way
is taken:

1. Only a plain file has a short way; pipes and compressed files are read in order.
2. Of the packets that the columns don't exclude, each is decoded alone, with a session that knows
   the times of the first and the previous packet, and nothing else: ``Alone``.  It notices when a
   dissector wants to know more.
3. Where one did, and either the answer or what is shown may depend on it, the short way ends: the
   file is read in order from its start, and shown from that packet on.  All packets before were
   right.

The answer doesn't depend on it if the filter names only fields that ``is_plain`` and the packet is
no fragment; what is shown doesn't if it is only such fields (``-T fields``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from dissect.capture.table import NO_TIME
from dissect.engine.session import Session, Table
from dissect.filter.filter import Filter
from dissect.filter.masks import is_plain

if TYPE_CHECKING:
    from dissect.api import Capture, Packet
    from dissect.columns import Chunk


class Alone(Session):
    """A session that remembers nothing, and whether it was asked for more than times."""

    asked = False

    def table(self, name: str) -> Table[Any]:
        """An empty table; a dissector wants to know what was before."""
        self.asked = True
        return Table(1)


def passing(
    capture: Capture,
    test: Filter,
    *,
    fields: tuple[str, ...] | None = None,
    last: float = float("inf"),
) -> Iterator[Packet]:
    """The packets that pass, as reading all in order would give them, up to a number.

    fields  the names of all that is to be shown of them; None: anything
    """
    if capture.records.plain:
        yield from _short_way(capture, test, fields, last)
    else:
        yield from _in_order(capture, test, 1, last)


def _in_order(capture: Capture, test: Filter, first: int, last: float) -> Iterator[Packet]:
    """Those from a number on; all of them are decoded, for those that come later."""
    for packet in capture:
        if packet.number >= first and test(packet):
            yield packet
        if packet.number >= last:
            return


def _short_way(
    capture: Capture, test: Filter, fields: tuple[str, ...] | None, last: float
) -> Iterator[Packet]:
    from dissect.columns.chunk import Flag
    from dissect.columns.read import chunks

    answer_is_plain = all(map(is_plain, test.fields))
    output_is_plain = fields is not None and all(map(is_plain, fields))
    times = _Times()
    for chunk in chunks(capture):
        times.enter(chunk)
        truth = test.decide(chunk)
        for row in np.flatnonzero(truth.true | ~truth.known).tolist():
            if chunk.number[row] > last:
                return
            packet = chunk.packet(row)
            packet.session = alone = Alone(relative_seq=capture.relative_seq)
            alone.first_time, alone.previous_time = times.before(row)
            passes = bool(truth.true[row]) or test(packet)
            packet.decode()
            fragment = chunk.flags[row] & Flag.FRAGMENT
            decided = truth.known[row] or (answer_is_plain and not fragment)
            if alone.asked and not (decided and (output_is_plain or not passes)):
                yield from _in_order(capture, test, packet.number, last)
                return
            if passes:
                yield packet


class _Times:
    """The times of the first packet and of the one before each, as reading in order has them."""

    def __init__(self) -> None:
        self._first: int | None = None
        self._previous: int | None = None
        self._known = np.empty(0, np.int64)
        self._latest = np.empty(0, np.int64)

    def enter(self, chunk: Chunk) -> None:
        """Go on to the next chunk."""
        self._first, self._previous = self.before(len(self._latest) - 1)
        timed = chunk.time_ns != NO_TIME
        self._known = chunk.time_ns[timed]
        self._latest = np.concatenate(([0], np.cumsum(timed)))

    def before(self, row: int) -> tuple[int | None, int | None]:
        """The first time and the latest one before a row; None where there is none."""
        count = int(self._latest[row]) if len(self._latest) else 0
        if not count:
            return self._first, self._previous
        first = int(self._known[0]) if self._first is None else self._first
        return first, int(self._known[count - 1])
