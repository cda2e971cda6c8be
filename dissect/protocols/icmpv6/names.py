"""Domain names of ICMPv6 messages: labels (RFC 1035, section 3.1).

Options don't compress them (RFC 8106, section 5.2); node information may (RFC 4620, section 6.2).
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Malformed

LONGEST_LABEL = 63
POINTER = 0xC0


def domain_name(c: Cursor, pointers_from: int | None = None) -> str:
    """Read a name, up to and with its empty label, and hand it back as text.

    pointers_from  where offsets of compression pointers count from; None: there must be none

    A pointer leads backwards only, so names can't loop.  Raises Malformed where a label passes the
    bounds, or a pointer does not lead back.
    """
    labels: list[str] = []
    behind, back = 0, c.pos
    while True:
        at = c.pos
        length = c.uint(1)
        if not length:
            c.pos = behind or c.pos
            return ".".join(labels) or "<Root>"
        if length >= POINTER and pointers_from is not None:
            target = pointers_from + ((length & ~POINTER) << 8 | c.uint(1))
            behind = behind or c.pos
            if not pointers_from <= target < back:
                raise Malformed(2, 0, at, "compression pointer")
            c.pos = back = target
            continue
        if length > LONGEST_LABEL:
            raise Malformed(length, max(c.left, 0), c.pos, "label length")
        c.need(length)
        labels.append(c.peek(length).decode("utf-8", "backslashreplace"))
        c.skip(length)
