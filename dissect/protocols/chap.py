"""PPP Challenge Handshake Authentication Protocol (RFC 1994, section 4).

0               8               16                              32
+---------------+---------------+-------------------------------+
|     Code      |  Identifier   |            Length             |
+---------------+---------------+-------------------------------+
|  Value-Size   |  Value, and a name up to the end              |
+---------------+-----------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, NONE, STR, U8

CODES = {1: "Challenge", 2: "Response", 3: "Success", 4: "Failure"}
CHALLENGE, RESPONSE = 1, 2
LONGEST = 36
"""Octets of a value in the Info column."""


class Chap(Header):
    """The header, 4 octets."""

    __hdr__ = (("code", "B", CHALLENGE), ("id", "B", 0), ("len", "H", 4))
    names = (
        F("code", "chap.code", "Code", CODES),
        F("id", "chap.identifier", "Identifier"),
        F("len", "chap.length", "Length"),
    )


DATA = Field("chap.data", "Data", NONE)
VALUE_SIZE = Field("chap.value_size", "Value Size", U8)
VALUE = Field("chap.value", "Value", BYTES)
NAME = Field("chap.name", "Name", STR)
MESSAGE = Field("chap.message", "Message", STR)
STUFF = Field("chap.stuff", "Stuff", BYTES)

BAD_SIZE = Note(
    "sixscope.chap.value_size", Severity.WARNING, Group.PROTOCOL,
    "The value is longer than the packet", "RFC 1994, section 4.1",
)  # fmt: skip


@dissector("chap", "PPP Challenge Handshake Authentication Protocol", "PPP CHAP", ppp_proto=0xC223)
def chap(c: Cursor) -> Result:
    """Who one is, proved with a hash."""
    header = c.header(Chap)
    c.info("%s", CODES.get(header.code, "Unknown"))
    with c.limit(max(header.len - 4, 0), because="chap.length"):
        if header.code in (CHALLENGE, RESPONSE):
            if c.more:
                with c.item(DATA, c.left):
                    _value(c)
        elif header.code in CODES:
            size = c.left
            c.info_add(" (MESSAGE='%s')", c.add(MESSAGE, size) if size else "")
        else:
            c.rest(STUFF)
        c.skip(max(c.captured, 0))
    return None


def _value(c: Cursor) -> None:
    """The challenge or its hash, and the name of the one who sends it."""
    size = c.add(VALUE_SIZE)
    if size > c.left:
        c.last.suffix = f" bytes (invalid, must be <= {c.left})"
        c.note(BAD_SIZE, c.last)
        c.skip(c.captured)
        return
    value = c.add(VALUE, size)
    name = c.rest(NAME)
    cut = "…" if size > LONGEST else ""
    c.info_add(" (NAME='%s', VALUE=0x%s%s)", name or "", value[:LONGEST].hex(), cut)
