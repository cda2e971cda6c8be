"""Fragments as rules remember them: which octets of a datagram came in which packet."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from dissect.engine.packet import Packet
from dissect.engine.session import Table

LONGEST = 65535
"""Octets of the longest datagram."""
WAITING = 60_000_000_000
"""Nanoseconds that fragments wait for each other (RFC 8200, section 4.5)."""
MOST_DATAGRAMS, MOST_PIECES = 2048, 64
MOST_OCTETS = 4 << 20
"""Octets of fragments that are remembered, about."""


class Piece(NamedTuple):
    """The octets of a fragment."""

    start: int
    octets: bytes
    number: int

    @property
    def end(self) -> int:
        """Behind its last octet."""
        return self.start + len(self.octets)


class Overlap(NamedTuple):
    """Octets that two fragments have: where, whether with the same contents, and all of both."""

    start: int
    end: int
    same: bool
    duplicate: bool


def overlap(one: Piece, start: int, octets: bytes) -> Overlap | None:
    """What a fragment and another one both have; None if nothing."""
    first, end = max(one.start, start), min(one.end, start + len(octets))
    if first >= end:
        return None
    same = one.octets[first - one.start : end - one.start] == octets[first - start : end - start]
    return Overlap(first, end, same, same and one.start == start and one.octets == octets)


class Datagram:
    """The fragments of a datagram so far."""

    __slots__ = ("begun", "pieces", "octets", "length", "complete", "first", "source", "ident")

    def __init__(self, begun: int) -> None:
        self.begun = begun
        self.pieces: list[Piece] = []
        self.octets = 0
        self.length: int | None = None
        self.complete = 0
        """When it was."""
        self.first: Packet | None = None
        """The packet of the fragment that came first, who sent it, and its Identification."""
        self.source = b""
        self.ident = 0

    @property
    def have(self) -> int:
        """Octets that are there, each counted once."""
        reach = total = 0
        for piece in sorted(self.pieces):
            total += max(piece.end - max(piece.start, reach), 0)
            reach = max(reach, piece.end)
        return total


class Pieces:
    """Datagrams by what their fragments have in common; those used longest ago are forgotten."""

    def __init__(self) -> None:
        self.table: Table[Datagram] = Table(MOST_DATAGRAMS)
        self.held = 0
        """Octets of all their fragments."""

    def of(self, key: Hashable, now: int) -> Datagram:
        """The datagram of a fragment that comes now; after a minute it is another one."""
        found = self.table.get(key)
        if found is None or now - found.begun > WAITING:
            self._forget(key)
            entries = self.table.entries
            while entries and (len(entries) >= MOST_DATAGRAMS or self.held > MOST_OCTETS):
                self._forget(next(iter(entries)))
            found = self.table.put(key, Datagram(now))
        return found

    def add(self, datagram: Datagram, start: int, octets: bytes, number: int) -> None:
        """Take in a fragment; of very many the last ones are not remembered."""
        if len(datagram.pieces) < MOST_PIECES and datagram.octets <= MOST_OCTETS:
            datagram.pieces.append(Piece(start, octets, number))
            datagram.octets += len(octets)
            self.held += len(octets)

    def _forget(self, key: Hashable) -> None:
        datagram = self.table.pop(key)
        if datagram is not None:
            self.held -= datagram.octets
