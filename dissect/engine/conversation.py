"""Conversations: which packets belong together, by addresses and ports, whoever sends.

As in Wireshark, a conversation is found by both ends, and numbered in the order in which the
conversations of its table begin: ``session.entry("udp", key_of(c, ports), Conversation)``.
Quotes in error messages belong to the conversation quoted.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

from dissect.engine.cursor import Cursor
from dissect.engine.session import Session

Key = bytes
"""Address and port (2 octets) of one end, then of the other: there are many, so they are small."""
End = tuple[bytes, int]
PORT = 2


class Conversation:
    """What is remembered of a conversation: its number, and the times of two of its packets."""

    __slots__ = ("number", "first", "last")

    def __init__(self, number: int) -> None:
        self.number = number
        self.first: int | None = None
        self.last: int | None = None

    def times(self, now: int | None, *, mention: bool = False) -> tuple[int, int] | None:
        """Nanoseconds since the first and since the previous packet; this one is now the last.

        A ``mention`` (a quote) can begin the conversation, but is not a packet of it.
        """
        if now is None:
            return None
        if self.first is None or self.last is None:
            self.first = self.last = now
        if mention:
            return None
        since = now - self.first, now - self.last
        self.last = now
        return since


def key_of(c: Cursor, ports: tuple[int, int]) -> Key:
    """The two ends in an order that doesn't depend on who sends.

    Behind a Routing header the end is the final destination; in a quote, as Wireshark has it, the
    next one.
    """
    facts = c.facts
    source, destination = facts.source, facts.destination
    if facts.final and not c.quoted:
        destination = facts.final
    return key_between(source, ports[0], destination, ports[1])


def key_between(source: bytes, sport: int, destination: bytes, dport: int) -> Key:
    """The two ends of a packet in that order."""
    one, other = source + sport.to_bytes(PORT, "big"), destination + dport.to_bytes(PORT, "big")
    return one + other if one <= other else other + one


def is_forward(key: Key, sender: End) -> bool:
    """Whether a packet of a sender goes from the first end of the key to the second."""
    return key.startswith(sender[0] + sender[1].to_bytes(PORT, "big"))


def receiver(key: Key, sender: End) -> End:
    """The other end."""
    size = len(sender[0]) + PORT
    end = key[size:] if is_forward(key, sender) else key[:-size]
    return end[:-PORT], int.from_bytes(end[-PORT:], "big")


class Announcement:
    """An address and port that some protocol gives for a stream that will begin.

    As in Wireshark, it is a conversation with one end open: it has a stream number of its own,
    which all packets from or to that end take that don't belong to a conversation already.
    ``protocol`` names the dissector of what is sent there, ``frame`` is the packet that began it.
    """

    __slots__ = ("protocol", "frame")

    def __init__(self, protocol: str, frame: int) -> None:
        self.protocol = protocol
        self.frame = frame

    def reader(self, start: bytes) -> str:
        """The name of the dissector for a packet of the stream, whose first octets are given."""
        return self.protocol


A = TypeVar("A", bound=Announcement)
ANNOUNCED, CLAIMED = "announced", "claimed"


def claim(session: Session, key: Key, protocol: str) -> None:
    """Let a protocol have a conversation to itself, which begins with the next packet.

    So it is in Wireshark with protocols that mark their conversations, and find the one that the
    carrier made for their first packet unmarked.
    """
    session.table(CLAIMED).put(key, protocol)


def stream_key(
    session: Session, table: str, key: Key, announcement: Announcement | None
) -> Hashable:
    """Under what the conversation of a packet is kept.

    By both ends; by the protocol that has claimed it; or, if nothing was sent between these two
    ends before one of them was announced, by the announcement.
    """
    claimed = session.tables.get(CLAIMED)
    if claimed is not None:
        protocol = claimed.get(key)
        if protocol is not None:
            return protocol, key
    if announcement is not None and session.table(table).get(key) is None:
        return announcement
    return key


def announce(session: Session, address: bytes, port: int, announcement: A) -> A:
    """Keep an announcement; hands back the one to use: what the same frame said before stays."""
    table = session.table(ANNOUNCED)
    known = table.get((address, port))
    if type(known) is type(announcement) and known.frame == announcement.frame:
        kept: A = known
        return kept
    table.put((address, port), announcement)
    return announcement


def announced(session: Session, *ends: End) -> Announcement | None:
    """The announcement of the first of some ends that has one."""
    table = session.tables.get(ANNOUNCED)
    if table is None:
        return None
    for end in ends:
        found: Announcement | None = table.get(end)
        if found is not None:
            return found
    return None
