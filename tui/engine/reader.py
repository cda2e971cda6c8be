"""Any packet by its number, decoded as it would be in its turn.

What a packet's tree says may depend on the packets before it.  All of that is in its ``state``
(see ``dissect.show.jobs``), which the job ``trace`` writes to a file in the background, in order.
Packets that it has not come to yet are decoded after some that stand before them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from dissect.api import Capture, Packet, open_capture
from dissect.engine.session import Session

if TYPE_CHECKING:
    from tui.engine.states import States

FORGET = 1 << 24
"""Octets of the file that are held in memory while it is gone through."""
CONTEXT = 100
"""Packets that are read before those asked for, as long as nothing better is known."""


class Reader:
    """The packets of a plain file that may grow."""

    def __init__(self) -> None:
        self._capture: Capture | None = None
        self._first_time: int | None = None
        self._forgotten = 0
        self.states: States | None = None
        self.path = ""
        self.complete = False

    @property
    def opened(self) -> bool:
        """Whether the file has been opened."""
        return self._capture is not None

    @property
    def capture(self) -> Capture:
        """The capture; only when ``opened``."""
        assert self._capture is not None
        return self._capture

    def open(self, path: str) -> None:
        """Open it; raises as ``open_capture``."""
        self._capture = open_capture(path)
        self.path = path
        self.format = self._capture.records.format

    @property
    def packets(self) -> int:
        """How many have been found."""
        return len(self.capture.records.index)

    @property
    def traced(self) -> int:
        """Of how many it is known what depends on those before them."""
        return 0 if self.states is None else self.states.count

    @property
    def noted(self) -> int:
        """How many of them have a warning or an error."""
        return 0 if self.states is None else self.states.noted

    @property
    def sure(self) -> int:
        """The last packet that is decoded as reading all in order would decode it."""
        return max(self.traced, CONTEXT)

    @property
    def position(self) -> int:
        """The byte of the file that the search has come to."""
        offsets = self.capture.records.index.offsets
        return offsets[-1] if offsets else 0

    @property
    def damage(self) -> str:
        """Why what follows can't be read; empty if it can."""
        index = self.capture.records.index
        damage = index.damage or (index.cut if self.complete else None)
        return str(damage) if damage is not None else ""

    def grow(self, records: int) -> None:
        """Look for more packets."""
        found = self.capture.records
        self.complete = not found.index.grow(records)
        position = self.position
        if position - self._forgotten > FORGET:
            found.forget(self._forgotten, position)
            self._forgotten = position

    # --- packets ------------------------------------------------------------------------------

    def packets_of(self, numbers: Sequence[int]) -> list[Packet]:
        """Packets by their numbers, decoded without trees; numbers that don't exist are left out.

        In a row they are decoded in one go.
        """
        known = [number for number in numbers if 0 < number <= self.packets]
        found: list[Packet] = []
        for _, run in groupby(enumerate(known), lambda pair: pair[1] - pair[0]):
            found.extend(self._run([number for _, number in run]))
        return found

    def packet(self, number: int) -> Packet | None:
        """One packet, decoded without its tree; None if there is none of that number."""
        return next(iter(self.packets_of([number])), None)

    def _run(self, numbers: list[int]) -> Iterator[Packet]:
        """Packets in a row."""
        if self.states is not None and numbers[-1] <= self.states.count:
            yield from self._settled(numbers)
            return
        first = max(1, numbers[0] - CONTEXT) if len(numbers) > 1 or numbers[0] <= CONTEXT else 0
        session = self.capture.session(Session)
        session.first_time, session.previous_time = self._times(first or numbers[0])
        for number in range(first or numbers[0], numbers[-1] + 1):
            packet = self.capture.packet(self.capture.records[number - 1], session)
            packet.decode()
            if number >= numbers[0]:
                yield packet

    def _settled(self, numbers: list[int]) -> Iterator[Packet]:
        """Packets whose states are known."""
        assert self.states is not None
        for number in numbers:
            packet = self.capture.packet(self.capture.records[number - 1], self.states.session)
            packet.state.update(self.states[number])
            yield packet.decode()

    def _times(self, number: int) -> tuple[int | None, int | None]:
        """The times of the first packet, and of the one before a number."""
        if number == 1:
            return None, None
        if self._first_time is None:
            self._first_time = self.capture.records[0].time_ns
        return self._first_time, self.capture.records[number - 2].time_ns
