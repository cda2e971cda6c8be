"""Certification Path messages of SEcure Neighbor Discovery (RFC 3971, section 6.4).

Solicitation    Identifier (2), Component (2), options
Advertisement   Identifier (2), All Components (2), Component (2), Reserved (2), options
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Result
from dissect.protocols.icmpv6.messages import message, reserved
from dissect.protocols.icmpv6.nd_options import options


class Solicitation(Header):
    """Behind the head, 4 octets."""

    __hdr__ = (("id", "H", 0), ("component", "H", 0xFFFF))
    names = (
        F("id", "icmpv6.send.identifier", "Identifier"),
        F("component", "icmpv6.send.component", "Component"),
    )


class Advertisement(Header):
    """Behind the head, 8 octets."""

    __hdr__ = (
        ("id", "H", 0), ("all", "H", 1), ("component", "H", 0), ("reserved", "2s", bytes(2)),
    )  # fmt: skip
    names = (
        F("id", "icmpv6.send.identifier", "Identifier"),
        F("all", "icmpv6.send.all_components", "All Components"),
        F("component", "icmpv6.send.component", "Component"),
        reserved("reserved"),
    )


@message(148, "Certification Path Solicitation")
def solicitation(c: Cursor, head: Any) -> Result:
    """Asks a router for its certificates."""
    c.header(Solicitation)
    options(c)
    return None


@message(149, "Certification Path Advertisement")
def advertisement(c: Cursor, head: Any) -> Result:
    """One certificate of the path."""
    c.header(Advertisement)
    options(c)
    return None
