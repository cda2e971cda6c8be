"""Where the records of a capture are: one pass finds them, then any one is at hand.

4 octets a packet. The index can be used while it grows, from another thread too, and goes on
where it stopped when the file has grown.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from threading import Lock
from typing import Protocol

from .offsets import Offsets
from .record import CutCapture, DamagedCapture


class Scan(Protocol):
    """A walk over the records of a file, to be repeated from where it ended."""

    position: int

    def __iter__(self) -> Iterator[int]: ...


class Index:
    """Offsets of the records found so far."""

    def __init__(self, scan: Scan) -> None:
        self.offsets = Offsets()
        self.complete = False  # the end of the file, as it was then, has been reached
        self.damage: DamagedCapture | None = None
        self._scan = scan
        self._walk: Iterator[int] | None = None
        self._cut: CutCapture | None = None  # a last record that may yet be completed
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self.offsets)

    def grow(self, max_records: int = 65_536) -> bool:
        """Find up to so many more records; False: that's all for now.

        Called again later, it finds what has been added to the file in the meantime. A last
        record that isn't complete is left for then; `finish` is for calling it damage.
        """
        with self._lock:
            if self.damage is not None:
                return False
            if self._walk is None:
                self._walk = iter(self._scan)
            wanted = len(self.offsets) + max_records
            self._cut = None
            try:
                self.offsets.extend(islice(self._walk, max_records))
            except CutCapture as cut:
                self._cut = cut
            except DamagedCapture as damage:
                self.damage = damage
            self.complete = len(self.offsets) < wanted
            if self.complete:
                self._walk = None
            return not self.complete

    @property
    def cut(self) -> CutCapture | None:
        """The last record where it isn't complete: damage, unless more is to come."""
        return self._cut

    def finish(self) -> None:
        """Find all records; an incomplete last one is damage from now on."""
        while self.grow():
            pass
        self.damage = self.damage or self._cut
