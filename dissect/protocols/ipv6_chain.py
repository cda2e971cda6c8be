"""The chain of IPv6 headers: how each one hands on to the next (RFC 8200, section 4)."""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Next, Result, lookup
from dissect.engine.tree import Source
from dissect.protocols.codes.ip_protocols import IP_PROTO

NO_NEXT_HEADER = 59
"""Nothing follows; octets that are there all the same are passed on unread (section 4.7)."""


def follow(c: Cursor, next_header: int, source: Source | None = None) -> Result:
    """Where a Next Header field leads, with the words for numbers that lead nowhere.

    ``source``: what follows is there, put together from several packets.
    """
    start = None if source is None else 0
    if next_header == NO_NEXT_HEADER:
        c.info("IPv6 no next header")
        return Next(name="data", start=start, source=source) if c.more else None
    if lookup("ip_proto", next_header) is None:
        name = IP_PROTO.get(next_header, "Unknown")
        c.info("Unknown IP Protocol: %s (%d)", name, next_header)
    if source is None:
        return "ip_proto", next_header
    return Next("ip_proto", next_header, start=start, source=source)


def announce(c: Cursor, form: str, *arguments: Any) -> None:
    """Put an extension header into the Info column, behind those before it."""
    if c.quoted:
        return
    if any(part[0] for part in c.packet.info_parts):
        form = " , " + form
    c.info_add(form, *arguments)
