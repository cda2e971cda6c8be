"""Conversations: which packets belong together, by addresses and ports, whoever sends.

As in Wireshark, a conversation is found by both ends, and numbered in the order in which the
conversations of its table begin: ``session.entry("udp", key_of(c, ports), Conversation)``.
Quotes in error messages belong to the conversation quoted.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor

Key = tuple[bytes, int, bytes, int]
"""Address and port of one end, then of the other."""


class Conversation:
    """What is remembered of a conversation: its number, and the times of two of its packets."""

    __slots__ = ("number", "first", "last")

    def __init__(self, number: int) -> None:
        self.number = number
        self.first: int | None = None
        self.last: int | None = None

    def times(self, now: int | None) -> tuple[int, int] | None:
        """Nanoseconds since the first and since the previous packet; this one is now the last."""
        if now is None:
            return None
        if self.first is None or self.last is None:
            self.first = self.last = now
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
    sport, dport = ports
    if source < destination or (source == destination and sport <= dport):
        return source, sport, destination, dport
    return destination, dport, source, sport

