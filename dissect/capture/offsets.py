"""Ascending places in a file, held in 4 octets each."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import overload

PIECE = 65_536
"""Places that are told by their distance from the first of them; fewer where they are far apart."""
FAR = 1 << 32


class Offsets:
    """Places to which more are added; they can be asked for from another thread meanwhile."""

    def __init__(self) -> None:
        self._distances = array("I")
        self._firsts = array("Q")
        """Which place is the first one of each piece."""
        self._bases = array("Q")
        """Where in the file each piece begins."""

    def __len__(self) -> int:
        return len(self._distances)

    def extend(self, places: Iterable[int]) -> None:
        """Add places; what raises in the middle has added those before."""
        found = array("Q")
        try:
            found.extend(places)
        finally:
            self._add(found)

    def _add(self, places: array[int]) -> None:
        while places:
            known = len(self)
            full = not self._firsts or known - self._firsts[-1] >= PIECE
            if full or places[0] - self._bases[-1] >= FAR:
                self._firsts.append(known)
                self._bases.append(places[0])
            base, room = self._bases[-1], PIECE - (known - self._firsts[-1])
            near = bisect_left(places, base + FAR, 0, min(room, len(places)))
            self._distances.extend([place - base for place in places[:near]])
            del places[:near]

    @overload
    def __getitem__(self, which: int) -> int: ...
    @overload
    def __getitem__(self, which: slice) -> array[int]: ...
    def __getitem__(self, which: int | slice) -> int | array[int]:
        """A place in the file, or some of them."""
        if isinstance(which, slice):
            return array("Q", map(self._at, range(*which.indices(len(self)))))
        return self._at(which + len(self) if which < 0 else which)

    def _at(self, number: int) -> int:
        distance = self._distances[number]
        return self._bases[bisect_right(self._firsts, number) - 1] + distance
