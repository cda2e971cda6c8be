"""Datagrams put together from their fragments, in bounded memory.

As in Wireshark, fragments are sorted by their offsets, equal ones by their arrival, and where they
overlap the first in that order gives the octets.  A datagram is whole when its end is known and
nothing is missing before it; it is then forgotten: a fragment that comes once more begins anew.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Hashable
from enum import Enum, IntFlag
from operator import attrgetter
from typing import NamedTuple

from dissect.engine.tree import Source

MAX_DATAGRAMS = 8192
"""Incomplete datagrams that are held; the oldest gives way."""
MAX_OCTETS = 32 * 1024 * 1024
"""What all fragments held may cost, if nothing else is said; the oldest datagram gives way."""
MAX_PIECES = 8192
"""Fragments of one datagram: as many offsets as 13 bits can say."""
OVERHEAD = 256
"""What a fragment or a datagram costs beside its octets, about."""

_offset_of = attrgetter("offset")


class Flag(IntFlag):
    """What is wrong with a fragment; known when its datagram is put together."""

    OVERLAP = 1
    CONFLICT = 2
    """The octets of the overlap are not the same."""
    TAILS = 4
    """It is another last one than the first that came."""
    TOO_LONG = 8
    """It reaches past the end that the last one gives."""


CONTRADICTIONS = Flag.CONFLICT | Flag.TAILS | Flag.TOO_LONG


class Trouble(Enum):
    """What is remarkable about a fragment's arrival."""

    NONE = 0
    LATE = 1
    """Those before it have waited too long and are given up; it begins anew."""
    OVERLAP = 2
    """It overlaps another one, so that the datagram is discarded."""
    DISCARDED = 3
    """Its datagram was discarded before."""


class Rules(NamedTuple):
    """How a protocol reassembles.

    timeout   nanoseconds from the first arrival, after which fragments are given up
    overlaps  False: a fragment that overlaps another, unless it is the same once more, has the
              datagram discarded
    """

    timeout: int
    overlaps: bool


class Piece:
    """One fragment: the frame it came in, where it belongs, and its octets until it is there.

    ``kind`` is the protocol of the datagram by this fragment, ``last`` that none is behind it.
    """

    __slots__ = ("frame", "offset", "length", "octets", "kind", "last", "flags")

    def __init__(self, frame: int, offset: int, octets: bytes, kind: int, *, last: bool) -> None:
        self.frame = frame
        self.offset = offset
        self.length = len(octets)
        self.octets = octets
        self.kind = kind
        self.last = last
        self.flags = Flag(0)

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.offset + self.length

    def repeats(self, other: Piece) -> bool:
        """Whether it is the other one once more."""
        return (self.offset, self.last, self.octets) == (other.offset, other.last, other.octets)


class Whole(NamedTuple):
    """A datagram put together: its octets, and its fragments in order."""

    source: Source
    pieces: list[Piece]


class Datagram:
    """The fragments of one datagram that have come so far."""

    __slots__ = ("begun", "pieces", "length", "cost", "discarded", "frame", "_joined", "_reach")

    def __init__(self, begun: int | None) -> None:
        self.begun = begun
        """When its first fragment came, in nanoseconds; None where the capture has no times."""
        self.pieces: list[Piece] = []
        self.length: int | None = None
        """In octets, once a last fragment came."""
        self.cost = OVERHEAD
        self.discarded = False
        self.frame = 0
        """The number of the packet that completes it; 0 until then."""
        self._joined = 0  # so many pieces follow each other without a gap …
        self._reach = 0  # … up to this offset

    def overlaps(self, piece: Piece) -> bool:
        """Whether a fragment overlaps one that is there, unless it is the same once more."""
        at = bisect_right(self.pieces, piece.offset, key=_offset_of)
        before, after = self.pieces[at - 1 : at], self.pieces[at : at + 1]
        return any(b.end > piece.offset and not piece.repeats(b) for b in before) or any(
            a.offset < piece.end for a in after
        )

    def add(self, piece: Piece) -> bool:
        """Sort a fragment in; True if nothing is missing any more."""
        at = bisect_right(self.pieces, piece.offset, key=_offset_of)
        self.pieces.insert(at, piece)
        self.cost += piece.length + OVERHEAD
        if piece.last:
            if self.length is None:
                self.length = piece.end
            elif self.length != piece.end:
                piece.flags |= Flag.TAILS
        if at < self._joined:
            self._joined += 1
            self._reach = max(self._reach, piece.end)
        while self._joined < len(self.pieces):
            follower = self.pieces[self._joined]
            if follower.offset > self._reach:
                break
            self._joined += 1
            self._reach = max(self._reach, follower.end)
        return self.length is not None and self._reach >= self.length

    def discard(self) -> None:
        """Drop all that is there, and what is still to come."""
        self.discarded = True
        self.pieces = []
        self.cost = OVERHEAD

    def put_together(self) -> bytes:
        """Its octets, when nothing is missing; marks what is wrong with its fragments."""
        length = self.length or 0
        data = bytearray()
        for piece in self.pieces:
            octets, piece.octets = piece.octets, b""
            if piece.end > length:
                piece.flags |= Flag.TOO_LONG
            if piece.offset >= length:
                continue
            octets = octets[: length - piece.offset]
            known = data[piece.offset : piece.offset + len(octets)]
            if known:
                piece.flags |= Flag.OVERLAP
                if not octets.startswith(known):
                    piece.flags |= Flag.CONFLICT
            data += octets[len(known) :]
        return bytes(data)


class Outcome(NamedTuple):
    """What became of a fragment: its datagram, whole if this one completes it."""

    datagram: Datagram
    whole: Whole | None
    trouble: Trouble


class Reassembly:
    """The incomplete datagrams of a capture, oldest first."""

    def __init__(self, most: int = MAX_OCTETS) -> None:
        self.most = most
        """What all of them may cost."""
        self.datagrams: OrderedDict[Hashable, Datagram] = OrderedDict()
        self.held = 0
        """What they cost together."""
        self.evicted = 0
        """Datagrams that gave way to newer ones."""

    def add(self, key: Hashable, piece: Piece, now: int | None, rules: Rules, name: str) -> Outcome:
        """Take a fragment that came at ``now``; ``name`` is for the source of a whole datagram."""
        trouble = Trouble.NONE
        datagram = self.datagrams.get(key)
        if datagram is not None and _waited(datagram, now) > rules.timeout:
            self._forget(key)
            datagram, trouble = None, Trouble.LATE
        elif datagram is not None and len(datagram.pieces) >= MAX_PIECES:
            self._forget(key)
            self.evicted += 1
            datagram = None
        if datagram is None:
            datagram = self.datagrams[key] = Datagram(now)
            self.held += datagram.cost
        if datagram.discarded:
            return Outcome(datagram, None, Trouble.DISCARDED)
        before = datagram.cost
        if not rules.overlaps and datagram.overlaps(piece):
            datagram.discard()
            self.held += datagram.cost - before
            return Outcome(datagram, None, Trouble.OVERLAP)
        complete = datagram.add(piece)
        self.held += datagram.cost - before
        if complete:
            octets, pieces = datagram.put_together(), datagram.pieces
            sound = [piece.length for piece in pieces if not piece.flags & CONTRADICTIONS]
            source = Source(name, octets, tuple(sound))
            datagram.frame = piece.frame
            self._forget(key)
            return Outcome(datagram, Whole(source, pieces), trouble)
        while len(self.datagrams) > MAX_DATAGRAMS or self.held > self.most:
            self._forget(next(iter(self.datagrams)))
            self.evicted += 1
        return Outcome(datagram, None, trouble)

    def _forget(self, key: Hashable) -> None:
        datagram = self.datagrams.pop(key)
        self.held -= datagram.cost
        datagram.pieces = []  # packets that are kept may know it still


def _waited(datagram: Datagram, now: int | None) -> int:
    """Nanoseconds since its first fragment; 0 where there are no times."""
    return 0 if now is None or datagram.begun is None else now - datagram.begun
