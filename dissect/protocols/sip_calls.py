"""What SIP messages over UDP have to do with each other: requests, responses, repetitions."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from dissect.engine.session import Session

Direction = tuple[str, bytes, int, bytes, int]
"""A call's identifier, and from where to where."""

FINAL = 200
"""The first status code of a final response."""


class State(IntEnum):
    """What was last sent in a direction."""

    NOTHING = 0
    REQUEST = 1
    PROVISIONAL = 2
    FINAL = 3


class Message(NamedTuple):
    """What counts of a message; ``code`` is 0 in a request."""

    method: str
    number: int
    code: int
    frame: int
    time: int


class Matched(NamedTuple):
    """Frame numbers, 0 for none, and milliseconds since the request."""

    original: int
    request: int
    milliseconds: int


class Transaction:
    """The last transaction in a direction."""

    __slots__ = ("number", "method", "state", "frame", "code", "time")

    def __init__(self, message: Message) -> None:
        self.begin(message)

    def begin(self, message: Message) -> None:
        """Forget the transaction before."""
        self.number = message.number
        self.method = message.method
        self.state = State.NOTHING
        self.frame = 0
        self.code = 0
        self.time = message.time

    def repeats(self, message: Message) -> bool:
        """Whether the message was sent before: the same request, the same final response."""
        if message.method != self.method:
            return False
        if message.code:
            return self.state is State.FINAL and message.code == self.code >= FINAL
        return self.state is State.REQUEST and message.method not in ("ACK", "CANCEL")

    def learn(self, message: Message, repeated: bool) -> None:
        """The message is now the last one."""
        if not message.code:
            self.state = State.REQUEST
        elif message.code < FINAL:
            self.state = State.PROVISIONAL
            return
        else:
            self.state = State.FINAL
            self.code = message.code
        if not repeated:
            self.frame = message.frame
            if not message.code:
                self.time = message.time


def follow(session: Session, direction: Direction, message: Message) -> Matched:
    """Find the message that this one repeats, and the request that it answers."""
    table = session.table("sip")
    call, source, sport, destination, dport = direction
    known: Transaction | None = table.get(direction)
    answered: Transaction | None = None
    if message.code:
        answered = table.get((call, destination, dport, source, sport))
    elif message.method == "ACK":
        answered = known
    request, milliseconds = _request(answered, message)
    if known is None:
        known = table.put(direction, Transaction(message))
    elif known.number != message.number:
        known.begin(message)
    repeated = known.repeats(message)
    original = known.frame if repeated else 0
    known.learn(message, repeated)
    return Matched(original, request, milliseconds)


def _request(answered: Transaction | None, message: Message) -> tuple[int, int]:
    """The request's frame and the milliseconds since it; an ACK is for any request before it."""
    if answered is None:
        return 0, 0
    fits = (
        message.number == answered.number
        and message.method == answered.method
        and answered.state is State.REQUEST
    )
    if message.code and not fits:
        return 0, 0
    return answered.frame, (message.time - answered.time) // 1_000_000
