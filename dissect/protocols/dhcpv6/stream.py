"""Messages over TCP, each behind its size (RFC 5460, section 5.1; failover: RFC 8156).

0                               16              24             32
+-------------------------------+---------------+---------------+
|  Message Size (what follows)  | Message Type  |  …            |
+-------------------------------+---------------+---------------+
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Malformed
from dissect.engine.tables import Next
from dissect.engine.tree import Field, Node
from dissect.engine.values import U32
from dissect.protocols.dhcpv6.options import MALFORMED

PDU_SIZE = Field("tcp.pdu.size", "PDU Size", U32, generated=True)
SIZE = 2
"""Octets of the size, which it does not count."""


def sized_message(
    c: Cursor, name: str, because: str, read: Callable[[Cursor], None]
) -> Next | None:
    """Read one message; another may follow in the same segment."""
    c.info("")
    if c.left < SIZE:
        c.facts.fragment = True
    c.need(SIZE)
    size = SIZE + int.from_bytes(c.peek(SIZE), "big")
    end = c.pos + size
    carrier = c.context or c.packet.layers[-2]
    if carrier.node is not None:
        carrier.node.add(Node(PDU_SIZE, c.pos, size, size))
    if end > c.end:
        c.facts.fragment = True  # the rest comes in another segment
    try:
        with c.limit(size, because):
            read(c)
    except Malformed:
        if end >= c.end:
            raise
        c.pos = end
        c.note(MALFORMED, text=f"{name}: malformed message")
    return Next(name=name, continues=True, context=carrier) if c.more else None
