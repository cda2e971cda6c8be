"""Which query a response answers, and what was sent before already."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from dissect.engine.conversation import key_of
from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.session import Session
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, FRAME, INTERVAL

RETRANSMISSION_TIME = 5_000_000_000
"""A query repeated within so many nanoseconds is a retransmission, a later one is new."""

REQUEST_IN = Field("dns.response_to", "Request In", FRAME, generated=True)
TIME = Field("dns.time", "Time", INTERVAL, generated=True)
UNSOLICITED = Field("dns.unsolicited", "Unsolicited", BOOL, generated=True)
RETRANSMISSION = Field("dns.retransmission", "Retransmission", BOOL, generated=True)
ORIGINAL_REQUEST = Field(
    "dns.retransmit_request_in", "Retransmitted request. Original request in", FRAME,
    generated=True,
)  # fmt: skip
ORIGINAL_RESPONSE = Field(
    "dns.retransmit_response_in", "Retransmitted response. Original response in", FRAME,
    generated=True,
)  # fmt: skip
REPEATED_REQUEST = Note(
    "dns.retransmit_request", Severity.WARNING, Group.PROTOCOL, "DNS query retransmission"
)
REPEATED_RESPONSE = Note(
    "dns.retransmit_response", Severity.WARNING, Group.PROTOCOL, "DNS response retransmission"
)


class Matched(NamedTuple):
    """Frame numbers, 0 for none: the same sent before, and the query; nanoseconds since it."""

    original: int
    request: int
    nanoseconds: int


class Transaction:
    """The last query with an identifier between two ends, and its first response."""

    __slots__ = ("request", "time", "response")

    def __init__(self, request: int, time: int) -> None:
        self.request = request
        self.time = time
        self.response = 0


def match(c: Cursor, identifier: int, *, response: bool) -> Matched | None:
    """Find what a message has to do with those before; None where that isn't known."""
    key = (c.layer.name, key_of(c, c.facts.ports), identifier)
    frame, now = c.packet.number, c.packet.time_ns
    return c.recall(lambda session: follow(session, key, frame, now, response=response))


def follow(
    session: Session, key: Hashable, frame: int, time_ns: int | None, *, response: bool
) -> Matched:  # fmt: skip
    """Find it, and remember the message.

    key  what query and response have in common: protocol, the two ends, identifier
    """
    table = session.table("dns")
    now = time_ns or 0
    known: Transaction | None = table.get(key)
    if response:
        if known is None:
            return Matched(0, 0, 0)
        if known.response:
            return Matched(known.response, known.request, now - known.time)
        known.response = frame
        return Matched(0, known.request, now - known.time)
    if known is None or known.response or now - known.time >= RETRANSMISSION_TIME:
        table.put(key, Transaction(frame, now))
        return Matched(0, 0, 0)
    return Matched(known.request, 0, 0)


def note_repetition(c: Cursor, matched: Matched | None, *, response: bool) -> None:
    """Say on the flags that the message was sent before."""
    if matched is None or not matched.original:
        return
    note = REPEATED_RESPONSE if response else REPEATED_REQUEST
    kind = "response" if response else "request"
    c.note(note, "dns.flags", f"{note.text}. Original {kind} in frame {matched.original}")


def show(c: Cursor, matched: Matched | None, at: int, *, response: bool) -> None:
    """Show what was found, at the end of the message's subtree."""
    if matched is None:
        return
    if matched.original:
        c.put(ORIGINAL_RESPONSE if response else ORIGINAL_REQUEST, matched.original, at)
        c.put(RETRANSMISSION, 1, at)
    elif response and matched.request:
        c.put(REQUEST_IN, matched.request, at)
        if c.packet.time_ns is not None:
            c.put(TIME, matched.nanoseconds, at)
    elif response:
        c.put(UNSOLICITED, 1, at)
