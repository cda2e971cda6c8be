"""Which packets the list shows, and in which order."""

from __future__ import annotations

from array import array
from bisect import bisect_left

MOST = 4096
"""Places that are remembered."""


class Shown:
    """Packet numbers by their place in the list: all, or those that pass a filter, maybe sorted.

    4 octets for each that passes; nothing where all are shown.
    """

    def __init__(self) -> None:
        self.total = 0
        """Packets of the capture that the list may show."""
        self.numbers: array[int] | None = None
        """None: all."""
        self.sorted = False
        self._places: dict[int, int] = {}
        """Of packets that were looked for where numbers don't ascend."""

    def __len__(self) -> int:
        return self.total if self.numbers is None else len(self.numbers)

    def __getitem__(self, place: int) -> int:
        """The number of the packet at a place, from 0.  Raises IndexError."""
        if self.numbers is not None:
            return self.numbers[place]
        if not 0 <= place < self.total:
            raise IndexError(place)
        return place + 1

    def numbers_at(self, first: int, last: int) -> list[int]:
        """The numbers at places ``first`` up to ``last``, as far as there are any."""
        first, last = max(first, 0), min(last, len(self))
        if self.numbers is not None:
            return self.numbers[first:last].tolist()
        return list(range(first + 1, last + 1))

    def place(self, number: int) -> int:
        """Where a packet is, or the next one behind it that is shown; the last one if none is."""
        if not len(self):
            return 0
        if self.numbers is None:
            found = number - 1
        elif self.sorted:
            found = self._sorted_place(number)
        else:
            found = bisect_left(self.numbers, number)
        return max(0, min(found, len(self) - 1))

    def _sorted_place(self, number: int) -> int:
        """The first place if it isn't there; looking takes long, so it is remembered."""
        found = self._places.get(number)
        if found is None:
            assert self.numbers is not None
            try:
                found = self.numbers.index(number)
            except ValueError:
                found = 0
            self.remember(number, found)
        return found

    def remember(self, number: int, place: int) -> None:
        """Where a packet is, for it will be asked for."""
        if self.sorted:
            if len(self._places) >= MOST:
                self._places.clear()
            self._places[number] = place

    def has(self, number: int) -> bool:
        """Whether a packet is shown."""
        return len(self) > 0 and self[self.place(number)] == number

    def all(self) -> None:
        """Show all packets, in their order."""
        self.numbers, self.sorted = None, False
        self._places.clear()

    def none(self) -> None:
        """Show none yet: results are about to come."""
        self.numbers, self.sorted = array("I"), False
        self._places.clear()

    def add(self, numbers: array[int]) -> None:
        """More that pass, behind those that are there."""
        if self.numbers is None:
            self.numbers = array("I")
        self.numbers.extend(numbers)

    def order(self, numbers: array[int]) -> None:
        """The same packets in another order."""
        self.numbers, self.sorted = numbers, True
        self._places.clear()
