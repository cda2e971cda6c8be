"""Domain names as they stand in ICMPv6 messages: labels, never compressed (RFC 1035, 3.1)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Malformed


def domain_name(c: Cursor) -> str:
    """Read a name, up to and with its empty label, and hand it back as text.

    Raises Malformed where a label passes the bounds or is a compression pointer.
    """
    labels: list[str] = []
    while True:
        length = c.uint(1)
        if not length:
            return ".".join(labels) or "<Root>"
        if length > 63:
            raise Malformed(length, max(c.left, 0), c.pos, "label length")
        c.need(length)
        labels.append(c.peek(length).decode("utf-8", "backslashreplace"))
        c.skip(length)
