"""What is remembered of SCTP associations: where each direction's numbers begin, and what was sent.

A direction is known by its ports and verification tag; the other direction of the association is
the one between the same addresses and ports that isn't taken yet.
"""

from __future__ import annotations

from typing import NamedTuple

from dissect.engine.cursor import Cursor
from dissect.engine.session import Session


class Sent(NamedTuple):
    """Where a number was seen first."""

    frame: int
    time_ns: int


class Half:
    """One direction of an association: its first TSN, and the other direction."""

    __slots__ = ("number", "first", "peer")

    def __init__(self, number: int) -> None:
        self.number = number
        self.first: int | None = None
        self.peer: Half | None = None


class Known:
    """What is known of one packet's direction, kept for when it is decoded again."""

    def __init__(self, half: Half, session: Session) -> None:
        self.half = half
        self.session = session
        self.numbers: dict[int, tuple[int, Sent | None]] = {}
        self.acknowledged: dict[int, int | None] = {}

    def sent(self, c: Cursor, tsn: int) -> tuple[int, Sent | None]:
        """The first TSN of this direction, and where this one was sent before, if it was."""
        found = self.numbers.get(c.pos)
        if found is None:
            half = self.half
            if half.first is None:
                half.first = tsn
            packet = c.packet
            this = Sent(packet.number, packet.time_ns or 0)
            key = (half.number, tsn)
            before = self.session.entry("sctp.tsn", key, lambda number: this)
            found = half.first, None if before.frame == this.frame else before
            self.numbers[c.pos] = found
        return found

    def first_of_peer(self, c: Cursor) -> int | None:
        """The first TSN of the direction that is acknowledged here."""
        if c.pos not in self.acknowledged:
            peer = self.half.peer
            self.acknowledged[c.pos] = (peer.first or 0) if peer is not None else None
        return self.acknowledged[c.pos]


def direction(c: Cursor, session: Session, ports: tuple[int, int], tag: int) -> Known | None:
    """Find this packet's direction; none without a tag, which the first packet doesn't have."""
    if not tag:
        return None
    half = session.entry("sctp", (*ports, tag), Half)
    facts = c.facts
    ends = session.table("sctp.ends")
    if half.peer is None:
        other = ends.get((facts.destination, facts.source, ports[1], ports[0]))
        if other is not None and other.peer is None and other is not half:
            half.peer, other.peer = other, half
    key = (facts.source, facts.destination, *ports)
    if ends.get(key) is None:
        ends.put(key, half)
    return Known(half, session)
