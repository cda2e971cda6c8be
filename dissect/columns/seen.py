"""Some of a chunk's packets: what a report or an analysis is handed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from dissect.columns.chunk import Chunk, Mask, Part, Rows
from dissect.engine.header import Header

N = TypeVar("N", bound=np.generic)


class Seen:
    """Some rows of a chunk, by their mask; ``rows`` are their places, ascending."""

    def __init__(self, chunk: Chunk, mask: Mask) -> None:
        self.chunk = chunk
        self.mask = mask
        self.all = bool(mask.all())
        self._parts: dict[int, Part] = {}

    def only(self, wanted: Mask) -> Seen:
        """Some of them."""
        return Seen(self.chunk, self.mask & wanted)

    @cached_property
    def rows(self) -> Rows:
        """The places of the rows."""
        return np.flatnonzero(self.mask)

    def of(self, values: NDArray[N]) -> NDArray[N]:
        """Of one value a row, those of the rows that are meant."""
        return values if self.all else values[self.mask]

    def parts(self, *headers: type[Header]) -> Iterator[Part]:
        """Where these headers are in the rows, but for those that are quoted."""
        for place, part in enumerate(self.chunk.parts):
            if part.header in headers and not part.quoted:
                yield part if self.all else self._part(place, part)

    def _part(self, place: int, part: Part) -> Part:
        """What is meant of a chunk's part: many ask for it, and all read the same headers."""
        if place not in self._parts:
            self._parts[place] = part.of(self.mask[part.rows])
        return self._parts[place]


class Counted(NamedTuple):
    """Packets and octets."""

    packets: int = 0
    octets: int = 0

    def __add__(self, other: object) -> Counted:
        assert isinstance(other, Counted)
        return Counted(self.packets + other.packets, self.octets + other.octets)


def add_to(counts: dict[str, Counted], key: str, more: Counted, most: int, other: str) -> None:
    """Add to a count, or to that of all others if there are so many already."""
    if key not in counts and len(counts) >= most:
        key = other
    counts[key] = counts.get(key, Counted()) + more
