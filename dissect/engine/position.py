"""A position in a packet's octets, and the bounds within which it may be read."""

from __future__ import annotations

from dissect.engine.bounds import Limit
from dissect.engine.notes import Malformed, Truncated


class WorkLimit(Exception):
    """More reading than one packet may cost; never leaves the engine."""


class Position:
    """Where in a packet's octets the reading is, and how far it may go.

    data   the octets, as far as they are captured
    pos    where the next field is read, from the start of ``data``
    start  where this layer begins
    end    where the innermost length field says that things end; may lie past ``data``
    stop   min(end, len(data)): where reading must stop
    because  the field that says so
    budget how much more reading the packet may cost
    """

    __slots__ = ("data", "pos", "start", "end", "stop", "because", "budget")

    data: bytes
    pos: int
    start: int
    end: int
    stop: int
    because: str
    budget: int

    # --- bounds --------------------------------------------------------------------------------

    @property
    def more(self) -> bool:
        """True while octets are left, captured or not."""
        return self.pos < self.end

    @property
    def left(self) -> int:
        """Octets up to the end that the length fields give, captured or not."""
        return self.end - self.pos

    @property
    def captured(self) -> int:
        """Octets that can be read."""
        return self.stop - self.pos

    @property
    def cut(self) -> bool:
        """True when the capture holds less than the bounds promise."""
        return self.end > len(self.data)

    def need(self, size: int) -> None:
        """Make sure that ``size`` octets can be read; raises Truncated or Malformed.

        Every reading passes here, so here is counted what a packet may cost, tree or no tree.
        """
        self.budget -= 1
        if self.budget < 0:
            raise WorkLimit
        if self.pos + size <= self.stop:
            return
        kind = Malformed if self.pos + size > self.end else Truncated
        raise kind(size, max(self.stop - self.pos, 0), self.pos, self.because)

    def bound(self, end: int, because: str = "") -> None:
        """Move the end nearer, for the rest of this layer and what follows; never farther."""
        if end < self.end:
            self.end = end = max(end, self.pos)
            if end < self.stop:
                self.stop = end
            self.because = because or self.because

    def limit(self, size: int, because: str = "") -> Limit:
        """``with c.limit(n, because="some.length"):`` inside, things end after ``n`` octets.

        Leaving it puts the cursor at the end of those octets, read or not.  Where the enclosing
        bounds hold fewer, Malformed or Truncated is raised when leaving: what is there was read.
        """
        return Limit(self, size, because)

    # --- reading without a node ----------------------------------------------------------------

    def peek(self, size: int, ahead: int = 0) -> bytes:
        """Octets from ``ahead`` of the cursor without moving; fewer where fewer are captured."""
        at = self.pos + ahead
        end, stop = at + size, self.stop
        return self.data[at : end if end < stop else stop]

    def octet(self, ahead: int = 0) -> int:
        """The octet ``ahead`` of the cursor, without moving; raises Truncated or Malformed."""
        self.need(ahead + 1)
        return self.data[self.pos + ahead]

    def uint(self, size: int) -> int:
        """Read and skip a big-endian number without showing it."""
        self.need(size)
        at = self.pos
        self.pos = at + size
        return int.from_bytes(self.data[at : at + size], "big")

    def skip(self, size: int) -> None:
        """Move on without showing anything."""
        self.need(size)
        self.pos += size
