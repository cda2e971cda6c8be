"""Echo Request and Echo Reply (RFC 4443, section 4).

+-------------------------------+-------------------------------+
|          Identifier           |        Sequence Number        |
+-------------------------------+-------------------------------+
|  Data, returned as it came                                    |
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.session import Session
from dissect.engine.tables import Next, Result
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, DOUBLE, FRAME, U16, X16
from dissect.protocols.icmpv6.messages import message

REQUEST, REPLY = 128, 129
TEREDO_PORT = 3544
INFO, INFO_HOPS, INFO_REQUEST = " id=0x%04x, seq=%d", ", hop limit=%d", " (request in %d)"
"""What the Info column is made of behind the message's name."""

IDENTIFIER = Field("icmpv6.echo.identifier", "Identifier", X16)
SEQUENCE = Field("icmpv6.echo.sequence_number", "Sequence", U16)
NONCE = Field("icmpv6.nonce", "Nonce", BYTES)
RESPONSE_TO = Field("icmpv6.resp_to", "Response To", FRAME, generated=True)
RESPONSE_TIME = Field("icmpv6.resptime", "Response Time", DOUBLE, generated=True)


@message(REQUEST, "Echo (ping) request")
@message(REPLY, "Echo (ping) reply")
def echo(c: Cursor, head: Any) -> Result:
    """Identifier and sequence number; for a reply also the request it belongs to.

    A Teredo client finds the relay near a native host by an echo request that it sends through
    its server (RFC 4380, section 5.2.9); Wireshark gives that a name of its own.
    """
    connectivity_test = head.type == REQUEST and c.facts.ports[1] == TEREDO_PORT
    if connectivity_test:
        c.protocol("Teredo")
        c.info("Direct IPv6 Connectivity Test")
    identifier = c.add(IDENTIFIER)
    sequence = c.add(SEQUENCE)
    c.info_add(INFO, identifier, sequence)
    if c.facts.version == 6:
        c.info_add(INFO_HOPS, c.facts.ip.hlim)
    if connectivity_test:
        c.add(NONCE, 4)
        return Next(name="data", into=c.layer) if c.more else None
    ends = c.facts.source, c.facts.final or c.facts.destination
    key = exchange(*ends, head.type, head.sum, identifier, sequence)
    if head.type == REQUEST:
        c.recall(lambda session: asked(session, key, c.packet.number, c.packet.time_ns))
    elif request := c.recall(lambda session: answered(session, key)):
        _show_request(c, *request)
    return Next(name="data", into=c.layer) if c.more else None


def exchange(
    source: bytes, destination: bytes, kind: int, checksum: int, identifier: int, sequence: int
) -> Hashable:  # fmt: skip
    """What an exchange has in common.

    The two messages differ in their type alone, so the request's checksum can be told from the
    reply's; with it, numbers that were used again don't match by chance.
    """
    if kind == REPLY:
        checksum = (checksum + 0x0100) % 0xFFFF
    return frozenset((source, destination)), identifier, sequence, checksum % 0xFFFF


def asked(session: Session, key: Hashable, number: int, time_ns: int | None) -> None:
    """Remember a request: the packet's number and time."""
    session.table("icmpv6.echo").put(key, (number, time_ns))


def answered(session: Session, key: Hashable) -> tuple[int, int | None] | None:
    """Number and time of the request; it can be answered once."""
    return session.table("icmpv6.echo").pop(key)


def _show_request(c: Cursor, number: int, asked_ns: int | None) -> None:
    c.info_add(INFO_REQUEST, number)
    c.put(RESPONSE_TO, number, c.layer.offset)
    if asked_ns is not None and c.packet.time_ns is not None:
        milliseconds = (c.packet.time_ns - asked_ns) / 1_000_000
        node = c.put(RESPONSE_TIME, milliseconds, c.layer.offset)
        node.text = f"Response Time: {milliseconds:.3f} ms"
