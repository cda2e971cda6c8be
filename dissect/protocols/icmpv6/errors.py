"""ICMPv6 error messages (RFC 4443, section 3), with multi-part extensions (RFC 4884).

+---------------+-----------------------------------------------+
|    Length     |     Reserved                                  |  types 1 and 3
+---------------+-----------------------------------------------+
|              MTU (type 2) or Pointer (type 4)                 |
+---------------------------------------------------------------+
|  As much of the invoking packet as fits; Length counts it in  |
|  64-bit words when extensions follow, else it is zero         |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Next, Result
from dissect.engine.tree import Field
from dissect.engine.values import U8, U32
from dissect.protocols.icmp_extensions import extensions
from dissect.protocols.icmpv6.messages import RESERVED, message

LENGTH = Field("icmpv6.length", "Length of original datagram", U8)
MTU = Field("icmpv6.mtu", "MTU", U32)
POINTER = Field("icmpv6.pointer", "Pointer", U32)

UNREACHABLE = {
    0: "no route to destination",
    1: "Administratively prohibited",
    2: "Beyond scope of source address",
    3: "Address unreachable",
    4: "Port unreachable",
    5: "Source address failed ingress/egress policy",
    6: "Reject route to destination",
    7: "Error in Source Routing Header",
    8: "Headers too long",
}
EXCEEDED = {0: "hop limit exceeded in transit", 1: "fragment reassembly time exceeded"}
PARAMETER = {
    0: "erroneous header field encountered",
    1: "unrecognized Next Header type encountered",
    2: "unrecognized IPv6 option encountered",
    3: "IPv6 First Fragment has incomplete IPv6 Header Chain",
    4: "SR Upper-layer Header Error",
    5: "Unrecognized Next Header type encountered by intermediate node",
    6: "Extension header too big",
    7: "Extension header chain too long",
    8: "Too many extension headers",
    9: "Too many options in extension header",
    10: "Option too big",
}


@message(1, "Destination Unreachable", UNREACHABLE, unknown="Unknown")
@message(3, "Time Exceeded", EXCEEDED)
def extensible(c: Cursor, head: Any) -> Result:
    """A message that may carry extensions behind the quoted packet."""
    words = c.octet() if c.captured else 0
    if not words:
        c.add(RESERVED, 4)
        return _quote(c, c.end)
    c.add(LENGTH)
    c.add(RESERVED, 3)
    end = c.pos + 8 * words
    return _quote(c, end, lambda inner: _extended(inner, end))


@message(2, "Packet Too Big")
def packet_too_big(c: Cursor, head: Any) -> Result:
    """The MTU of the link that the packet didn't fit."""
    c.add(MTU)
    return _quote(c, c.end)


@message(4, "Parameter Problem", PARAMETER)
def parameter_problem(c: Cursor, head: Any) -> Result:
    """The offset in the quoted packet of what was not understood."""
    c.add(POINTER)
    return _quote(c, c.end)


def _quote(c: Cursor, end: int, after: Callable[[Cursor], None] | None = None) -> Next:
    """The packet that caused the message, up to ``end``."""
    c.need(1)
    return Next("ip_proto", 41, end=end, into=c.layer, quoted=True, after=after)


def _extended(c: Cursor, start: int) -> None:
    """Read the extensions, which stand where Length says, not where the quoted packet ends."""
    if c.end > start:
        c.pos = start
        extensions(c)
