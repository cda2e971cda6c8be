"""Extended Echo Request and Reply, "PROBE" (RFC 8335, sections 2 and 3).

+-------------------------------+---------------+---------------+
|          Identifier           |   Sequence    |  Reserved   |L|   request
|                               |               |State|Res|A|4|6|   reply
+-------------------------------+---------------+---------------+
|  Request: an extension structure with the interface asked for |
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Result
from dissect.engine.values import DX8, U8, X8, X16
from dissect.protocols.icmp_extensions import extensions
from dissect.protocols.icmpv6.messages import bits, flag, message

REQUEST_CODES = {0: "No error"}
REPLY_CODES = {
    0: "No error",
    1: "Malformed Query",
    2: "No Such Interface",
    3: "No Such Table Entry",
    4: "Multiple Interfaces Satisfy Query",
}
STATES = {
    0: "Reserved", 1: "Incomplete", 2: "Reachable", 3: "Stale", 4: "Delay", 5: "Probe",
    6: "Failed",
}  # fmt: skip


class ExtendedRequest(Header):
    """Behind the head, 4 octets."""

    __hdr__ = (("id", "H", 0), ("seq", "B", 0), ("flags", "B", 1))
    names = (
        F("id", "icmpv6.echo.identifier", "Identifier", X16),
        F("seq", "icmpv6.ext.echo.seq", "Sequence number", DX8),
        bits("flags", 0, 7, "icmpv6.ext.echo.req.res", "Reserved", X8),
        flag("flags", 7, "icmpv6.ext.echo.req.local", "Local bit"),
    )


class ExtendedReply(Header):
    """Behind the head, 4 octets."""

    __hdr__ = (("id", "H", 0), ("seq", "B", 0), ("flags", "B", 0))
    names = (
        F("id", "icmpv6.echo.identifier", "Identifier", X16),
        F("seq", "icmpv6.ext.echo.seq", "Sequence number", DX8),
        bits("flags", 0, 3, "icmpv6.ext.echo.rsp.state", "State", U8, STATES),
        bits("flags", 3, 2, "icmpv6.ext.echo.rsp.res", "Reserved", X8),
        flag("flags", 5, "icmpv6.ext.echo.rsp.active", "Active bit"),
        flag("flags", 6, "icmpv6.ext.echo.rsp.ipv4", "IPv4 bit"),
        flag("flags", 7, "icmpv6.ext.echo.rsp.ipv6", "IPv6 bit"),
    )


@message(160, "Extended Echo request", REQUEST_CODES)
def extended_request(c: Cursor, head: Any) -> Result:
    """Asks a node about one of its interfaces."""
    c.header(ExtendedRequest)
    return extensions(c)


@message(161, "Extended Echo reply", REPLY_CODES)
def extended_reply(c: Cursor, head: Any) -> Result:
    """The state of the interface."""
    c.header(ExtendedReply)
    return None
