"""What L2TP version 3's control messages agree on for the data that follows (RFC 3931, section 3).

Data packets have no word of their cookie's length, their sublayer or what they carry: the calls'
messages do.  Here is remembered, per pair of addresses, what was said; as in Wireshark a connection
counts from its SCCRQ on.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct, field

from dissect.engine.conversation import Announcement, announce, announced
from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.session import Session
from dissect.protocols.l2tp.common import Message

SCCRQ, SCCRP = 1, 2
OCRQ, OCRP, OCCN, ICRQ, ICRP, ICCN = range(7, 13)
REQUESTS, REPLIES, CONNECTED = (ICRQ, OCRQ), (ICRP, OCRP), (ICCN, OCCN)
IP_PROTO, PORT = 115, 1701
UNTOLD = -1
SUBLAYERS = range(4)
"""Those that are known; a session keeps what was said before of another one."""

INCORRECT_DIGEST = Note(
    "l2tp.incorrect_digest", Severity.WARNING, Group.CHECKSUM, "Incorrect Digest",
    "RFC 3931, section 5.4.1",
)  # fmt: skip
DIGESTS = {(0, 16): "md5", (1, 20): "sha1"}
"""By the digest's type and its octets."""


class End(Struct):
    """How one end of a session wants to get its data."""

    session: int = 0
    cookie: int = UNTOLD
    sublayer: int = UNTOLD


class Call(Struct):
    """A session: the end that asked for the connection, the other one, and what they carry."""

    first: End = field(default_factory=End)
    second: End = field(default_factory=End)
    pseudowire: int = 0

    def learn(self, other: Call) -> None:
        """Take over what another one says."""
        for mine, theirs in ((self.first, other.first), (self.second, other.second)):
            mine.session = theirs.session or mine.session
            mine.cookie = mine.cookie if theirs.cookie == UNTOLD else theirs.cookie
            mine.sublayer = mine.sublayer if theirs.sublayer == UNTOLD else theirs.sublayer
        self.pseudowire = other.pseudowire or self.pseudowire


class Tunnel(Struct):
    """A control connection: who asked for it, both nonces, its sessions.

    overlapping  a call was asked for while another one had no answer
    """

    first: bytes
    nonces: dict[bool, bytes] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    overlapping: bool = False

    def find(self, first: int, second: int) -> Call | None:
        """The session with either number; 0 is none (RFC 3931, section 4.1)."""
        for call in self.calls:
            if (first and first == call.first.session) or (
                second and second == call.second.session
            ):
                return call
        return None


class Told(NamedTuple):
    """What is known of a data packet: octets of its cookie, its sublayer, its pseudowire type."""

    cookie: int = 0
    sublayer: int = 0
    pseudowire: int = 0


Key = tuple[bytes, int, bytes]
"""Who asked for a connection and from which port (-1: not in UDP), and the other end."""


def _keys(c: Cursor) -> tuple[Key, Key]:
    """The connection that a message belongs to, if its sender asked for it, and if not.

    Over UDP only the port of who asks is certain (RFC 3931, section 4.1.2.2).
    """
    here, there = (UNTOLD, UNTOLD) if c.key == IP_PROTO else c.facts.ports
    source, destination = c.facts.source, c.facts.destination
    return (source, here, destination), (destination, there, source)


def _tunnel(session: Session, keys: tuple[Key, Key]) -> Tunnel | None:
    table = session.table("l2tp")
    return table.get(keys[0]) or table.get(keys[1])


def expect_answers(c: Cursor) -> None:
    """For messages of which nothing else is remembered: see ``_expect_answers``."""
    c.recall(lambda session: _expect_answers(session, c))


def _expect_answers(session: Session, c: Cursor) -> None:
    """Who sends to the port may be answered from any port (RFC 2661, section 8.1)."""
    here = c.facts.source, c.facts.ports[0]
    to_the_port = c.key != IP_PROTO and c.facts.ports[1] == PORT and here[1] != PORT
    if to_the_port and announced(session, here) is None:
        announce(session, *here, Announcement("l2tp", c.packet.number))


def remember(c: Cursor, message: Message, start: int) -> None:
    """Take what a control message says, and look at its digest."""
    keys = _keys(c)
    correct = c.recall(lambda session: _remember(session, keys, message, c, start))
    if correct is False:
        c.note(INCORRECT_DIGEST, message.digest_node)


def _remember(
    session: Session, keys: tuple[Key, Key], message: Message, c: Cursor, start: int
) -> bool:
    """Keep it; False where the digest is wrong."""
    _expect_answers(session, c)
    source = keys[0][0]
    tunnel = _tunnel(session, keys)
    if message.kind == SCCRQ:
        fresh = Tunnel(source)
        tunnel = session.table("l2tp").put(keys[0], fresh) if tunnel is None else fresh
    if tunnel is None:
        return True
    if message.nonce is not None and message.kind in (SCCRQ, SCCRP):
        tunnel.nonces.setdefault(message.kind == SCCRQ, message.nonce)
    call = _call(message)
    if call is not None:
        known = tunnel.find(call.first.session, call.second.session)
        if known is None:
            known = Call()
            tunnel.overlapping |= any(not other.second.session for other in tunnel.calls)
            tunnel.calls.append(known)
        known.learn(call)
    return _digest_is_right(c, message, tunnel, source, start)


def _call(message: Message) -> Call | None:
    """What one message says of a session; None where it names none."""
    call, kind = Call(), message.kind
    if kind in REQUESTS:
        call.first.session = message.local or 0
        call.first.cookie = UNTOLD if message.cookie is None else message.cookie
        call.pseudowire = message.pseudowire or 0
    elif kind in REPLIES:
        call.first.session = message.remote or 0
        call.second.session = message.local or 0
        call.second.cookie = UNTOLD if message.cookie is None else message.cookie
    if (
        message.sublayer is not None
        and message.sublayer in SUBLAYERS
        and kind in REQUESTS + REPLIES + CONNECTED
    ):
        call.second.sublayer = message.sublayer
        if kind not in REPLIES:
            call.first.sublayer = message.sublayer
    return call if call.first.session or call.second.session else None


def _digest_is_right(
    c: Cursor, message: Message, tunnel: Tunnel, source: bytes, start: int
) -> bool:  # fmt: skip
    """Check it with an empty secret; a nonce of both ends goes before the message."""
    if message.digest is None or c.end > len(c.data):
        return True
    at, size = message.digest
    algorithm = DIGESTS.get((c.data[at], size - 1))
    if algorithm is None:
        return c.data[at] not in (0, 1)
    import hmac  # seldom needed

    key = hmac.digest(b"", b"\2", "md5")
    mine = source == tunnel.first
    nonces = b""
    if message.kind != SCCRQ and len(tunnel.nonces) == 2:
        nonces = tunnel.nonces[mine] + tunnel.nonces[not mine]
    blank = c.data[start : at + 1] + bytes(size - 1) + c.data[at + size : c.end]
    return hmac.digest(key, nonces + blank, algorithm) == c.data[at + 1 : at + size]


def told(c: Cursor, session_id: int) -> Told:
    """What was said of the session of a data packet."""
    keys, destination = _keys(c), c.facts.destination

    def look(session: Session) -> Told:
        _expect_answers(session, c)
        tunnel = _tunnel(session, keys)
        if tunnel is None:
            return Told()
        to_first = destination == tunnel.first
        call = tunnel.find(session_id, 0) if to_first else tunnel.find(0, session_id)
        if call is None:
            return Told()
        end = call.first if to_first else call.second
        return Told(max(end.cookie, 0), max(end.sublayer, 0), call.pseudowire)

    return c.recall(look) or Told()
