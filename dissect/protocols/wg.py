"""WireGuard (Donenfeld: "WireGuard: Next Generation Kernel Network Tunnel", section 5.4).

    0               8                                               32
    +---------------+-----------------------------------------------+
    |     Type      |                   Reserved                    |
    +---------------+-----------------------------------------------+
    |  1, 2: Sender's index                                         |
    |  2, 3, 4: Receiver's index         (both little-endian)       |
    |  1, 2: Ephemeral key, what is encrypted, two MACs             |
    |  3: Nonce, encrypted cookie                                   |
    |  4: Counter, 8 octets, little-endian, encrypted packet        |
    +---------------------------------------------------------------+

What is encrypted stays so: only the heads are read.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import partial

from msgspec import Struct

from dissect.engine.cursor import Cursor
from dissect.engine.looks import Looks
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.session import Session
from dissect.engine.tables import Next, Result, dissector, heuristic
from dissect.engine.tree import Field
from dissect.engine.values import (
    BOOL,
    BYTES,
    FRAME,
    NONE,
    STR,
    U8,
    U32,
    U64_LE,
    X32_LE,
)  # fmt: skip

INITIATION, RESPONSE, COOKIE, TRANSPORT = 1, 2, 3, 4
TYPES = {
    INITIATION: "Handshake Initiation",
    RESPONSE: "Handshake Response",
    COOKIE: "Cookie Reply",
    TRANSPORT: "Transport Data",
}
SIZES = {INITIATION: 148, RESPONSE: 92, COOKIE: 64}
"""Octets of messages, where they have no choice."""
KEEPALIVE = 32
"""Octets of a transport message that carries nothing, the shortest one."""

TYPE = Field("wg.type", "Type", U8, TYPES)
RESERVED = Field("wg.reserved", "Reserved", BYTES)
SENDER = Field("wg.sender", "Sender", X32_LE)
RECEIVER = Field("wg.receiver", "Receiver", X32_LE)
EPHEMERAL = Field("wg.ephemeral", "Ephemeral", STR)
PRIVATE_KEY = Field("wg.ephemeral.known_privkey", "Has Private Key", BOOL, generated=True)
STATIC = Field("wg.encrypted_static", "Encrypted Static", NONE)
TIMESTAMP = Field("wg.encrypted_timestamp", "Encrypted Timestamp", NONE)
EMPTY = Field("wg.encrypted_empty", "Encrypted Empty", NONE)
MACS = Field("wg.mac1", "mac1", BYTES), Field("wg.mac2", "mac2", BYTES)
NONCE = Field("wg.nonce", "Nonce", BYTES)
ENCRYPTED_COOKIE = Field("wg.encrypted_cookie", "Encrypted Cookie", BYTES)
COUNTER = Field("wg.counter", "Counter", U64_LE)
PACKET = Field("wg.encrypted_packet", "Encrypted Packet", NONE)
STREAM = Field("wg.stream", "Stream index", U32, generated=True)
RESPONSE_TO = Field("wg.response_to", "Response to Frame", FRAME, generated=True)

IS_KEEPALIVE = Note(
    "wg.keepalive", Severity.CHAT, Group.SEQUENCE, "This is a Keepalive message"
)  # fmt: skip


class Handshake(Struct, frozen=True):
    """A handshake: its number, and the frame that began it."""

    number: int
    frame: int


def _plausible(c: Cursor) -> bool:
    """A type and nothing behind it in its word, and a length that fits the type."""
    start = c.peek(4)
    return len(start) == 4 and start[1:] == bytes(3) and _fits(start[0], c.left)


def _fits(kind: int, size: int) -> bool:
    return size >= KEEPALIVE if kind == TRANSPORT else SIZES.get(kind) == size


@dissector("wg", "WireGuard Protocol", "WireGuard", udp_port=51820)
def wireguard(c: Cursor) -> Result:
    """Read what is in the clear."""
    c.need(1)
    kind, size = c.octet(), c.left
    if not _fits(kind, size):  # some other protocol at that port
        c.layer.listed = False
        c.protocol("UDP")
        return Next(name="data")
    c.info("%s", TYPES[kind])
    c.add(TYPE)
    c.add(RESERVED, 3)
    sender = receiver = None
    if kind in (INITIATION, RESPONSE):
        sender = c.add(SENDER)
        c.info_add(", sender=0x%08X", sender)
    if kind != INITIATION:
        receiver = c.add(RECEIVER)
        if kind == TRANSPORT and size == KEEPALIVE:
            c.info("Keepalive")
        c.info_add(", receiver=0x%08X", receiver)
    READERS[kind](c)
    _show_stream(c, sender, receiver, answer=kind in (RESPONSE, COOKIE))
    return None


def _handshake(c: Cursor, encrypted: tuple[tuple[Field, int], ...]) -> None:
    """A key in the clear, encrypted parts, two MACs."""
    key = c.peek(32)
    c.need(32)
    c.put(EPHEMERAL, base64.b64encode(key).decode(), c.pos, 32)
    c.put(PRIVATE_KEY, False)
    c.skip(32)
    for field, size in encrypted:
        c.add(field, size)
    for field in MACS:
        c.add(field, 16)


def _cookie(c: Cursor) -> None:
    c.add(NONCE, 24)
    c.add(ENCRYPTED_COOKIE, 32)


def _transport(c: Cursor) -> None:
    counter = c.add(COUNTER)
    c.info_add(", counter=%d", counter)
    size = c.left
    c.add(PACKET, size)
    if size == 16:
        c.note(IS_KEEPALIVE, PACKET.name)
    else:
        c.info_add(", datalen=%d", size - 16)


READERS: dict[int, Callable[[Cursor], None]] = {
    INITIATION: partial(_handshake, encrypted=((STATIC, 48), (TIMESTAMP, 28))),
    RESPONSE: partial(_handshake, encrypted=((EMPTY, 16),)),
    COOKIE: _cookie,
    TRANSPORT: _transport,
}


def _show_stream(c: Cursor, sender: int | None, receiver: int | None, *, answer: bool) -> None:
    """The handshake that the message belongs to, by the index that the receiver gave itself."""
    facts, frame = c.facts, c.packet.number
    here = facts.source, facts.ports[0]
    there = facts.destination, facts.ports[1]

    def look(session: Session) -> Handshake | None:
        table = session.table("wg")
        if receiver is None:
            count = session.table("wg.handshake")
            known: Handshake | None = count.put(count.count, Handshake(count.count, frame))
        else:
            known = table.get((receiver, there))
        if known is not None and sender is not None:
            table.put((sender, here), known)
        return known

    known = c.recall(look, quoted=True)
    if known is not None:
        c.put(STREAM, known.number, c.start)
        if answer:
            c.put(RESPONSE_TO, known.frame, c.start)


heuristic("udp", "wg", _plausible, Looks((((INITIATION, TRANSPORT),),)))
