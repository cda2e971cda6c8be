"""IP Authentication Header (RFC 4302, section 2).

0               8               16                             31
+---------------+---------------+-------------------------------+
|  Next Header  |  Payload Len  |           Reserved            |
+---------------+---------------+-------------------------------+
|              Security Parameters Index (SPI)                  |
|                   Sequence Number                             |
|        Integrity Check Value, a multiple of 4 octets          |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.demo import main_for
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, X32
from dissect.protocols.codes.ip_protocols import IP_PROTO
from dissect.protocols.ipv6_chain import follow


class AH(Header):
    """The fixed part, 12 octets."""

    __hdr__ = (
        ("nxt", "B", 59),
        ("len", "B", 4),  # of the header, in units of 4 octets, less 2
        ("reserved", "2s", bytes(2)),
        ("spi", "I", 256),
        ("sequence", "I", 1),
    )
    names = (
        F("nxt", "ah.next_header", "Next header", IP_PROTO),
        F("len", "ah.length", "Length"),
        F("reserved", "ah.reserved", "Reserved", BYTES),
        F("spi", "ah.spi", "AH SPI", X32),
        F("sequence", "ah.sequence", "AH Sequence"),
    )


ICV = Field("ah.icv", "AH ICV", BYTES)
TOO_SHORT = Note(
    "sixscope.ah.too_short", Severity.ERROR, Group.MALFORMED,
    "Length leaves no room for the sequence number", "RFC 4302, section 2.2",
)  # fmt: skip


@dissector("ah", "Authentication Header", "AH", nested=True, ip_proto=51)
def authentication(c: Cursor) -> Result:
    """The header and its check value; what follows is in the clear."""
    c.protocol("AH")
    header = c.header(AH)
    octets = 4 * header.len + 8
    if c.at is not None:
        c.node("ah.length").suffix = f" ({octets} bytes)"
    c.info("AH (SPI=0x%08x)", header.spi)
    if octets < 12:
        c.note(TOO_SHORT, "ah.length")
        return Next(name="data")
    with c.limit(octets - 12, because="ah.length"):
        c.add(ICV, octets - 12)
    return follow(c, header.nxt)


if __name__ == "__main__":
    main_for("ah")
