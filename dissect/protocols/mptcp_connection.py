"""What is remembered of a multipath TCP connection and its subflows (RFC 8684, section 3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from dissect.engine.cursor import Cursor
from dissect.engine.session import Session
from dissect.protocols.tcp_stream import Seen


class Side:
    """One end of a connection: its key, and what follows from it."""

    __slots__ = ("token", "idsn")

    def __init__(self) -> None:
        self.token: int | None = None
        self.idsn: int | None = None

    def know(self, key: int, version: int) -> None:
        """Take the key that this end has sent."""
        self.token, self.idsn = derived(key, version)


class Connection:
    """A multipath connection and the TCP streams that carry it, the newest first."""

    __slots__ = ("number", "sides", "streams")

    def __init__(self, number: int) -> None:
        self.number = number
        self.sides = (Side(), Side())
        self.streams: list[int] = []


class Subflow:
    """A TCP stream's part in a connection; ``flipped``: its first sender isn't the first's."""

    __slots__ = ("connection", "flipped", "master")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.flipped = False
        self.master = False

    def side(self, forward: bool) -> Side:
        """The sender of a segment that goes in that direction."""
        return self.connection.sides[forward != self.flipped]


class Known(NamedTuple):
    """What an option's segment belongs to, as it was then."""

    number: int
    master: bool
    streams: tuple[int, ...]
    own: int | None
    """the data sequence number before the sender's first octet"""
    other: int | None


def derived(key: int, version: int) -> tuple[int, int]:
    """Token and initial data sequence number of a key (RFC 8684, section 3.1 and 3.2)."""
    import hashlib  # seldom needed

    octets = key.to_bytes(8, "big")
    digest = (hashlib.sha256 if version else hashlib.sha1)(octets).digest()
    return int.from_bytes(digest[:4], "big"), int.from_bytes(digest[-8:], "big")


Learn = Callable[[Subflow], None]


def known(
    c: Cursor, seen: Seen, learn: Learn | None = None, token: int | None = None
) -> Known | None:
    """The connection of this option's subflow, when it was first seen.

    learn  what the subflow is told first
    token  of the receiver, for a subflow that joins a connection
    """

    def make(session: Session) -> Known:
        table = session.table("mptcp.subflow")
        subflow: Subflow | None = table.get(seen.stream)
        if subflow is None:
            subflow = table.put(seen.stream, _subflow(session, seen, token))
        if learn is not None:
            learn(subflow)
        connection = subflow.connection
        return Known(
            connection.number, subflow.master, tuple(connection.streams),
            subflow.side(seen.forward).idsn, subflow.side(not seen.forward).idsn,
        )  # fmt: skip

    return c.recall(make)


def _subflow(session: Session, seen: Seen, token: int | None) -> Subflow:
    """A new subflow: of the connection with an end of that token, or of a new connection."""
    connections = session.table("mptcp")
    if token is None:
        number = connections.count
        return Subflow(connections.put(number, Connection(number)))
    for connection in reversed(connections.entries.values()):
        for index, side in enumerate(connection.sides):
            if side.token == token:
                subflow = Subflow(connection)
                subflow.flipped = bool(index) == seen.forward
                break
        else:
            continue
        break
    else:
        subflow = _subflow(session, seen, None)
    subflow.connection.streams.insert(0, seen.stream)
    return subflow
