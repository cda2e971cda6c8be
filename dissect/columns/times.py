"""The times of the first packet and of the one before each, as reading in order has them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dissect.capture.table import NO_TIME
from dissect.columns.chunk import Chunk

Times64 = NDArray[np.int64]


class Times:
    """Goes through the chunks of a capture; packets without a time don't count.

    first     the time of the first packet of all, None before there was one
    """

    def __init__(self) -> None:
        self.first: int | None = None
        self._previous: int | None = None
        self._known = np.empty(0, np.int64)
        self._latest = np.empty(0, np.int64)

    def enter(self, chunk: Chunk) -> None:
        """Go on to the next chunk."""
        _, self._previous = self.before(len(self._latest) - 1)
        timed = chunk.time_ns != NO_TIME
        self._known = chunk.time_ns[timed]
        self._latest = np.concatenate(([0], np.cumsum(timed)))
        if self.first is None and len(self._known):
            self.first = int(self._known[0])

    def before(self, row: int) -> tuple[int | None, int | None]:
        """The first time and the latest one before a row; None where there is none."""
        count = int(self._latest[row]) if len(self._latest) else 0
        if not count:
            return (None, None) if self._previous is None else (self.first, self._previous)
        return self.first, int(self._known[count - 1])

    def previous(self, chunk: Chunk) -> Times64:
        """The latest time before each row, its own where there is none."""
        if not len(self._known):
            return chunk.time_ns
        first = self._known[0] if self._previous is None else self._previous
        return np.concatenate(([first], self._known))[self._latest[:-1]]
