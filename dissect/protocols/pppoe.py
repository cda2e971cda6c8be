"""PPP over Ethernet: discovery and session (RFC 2516).

The header is the same in both, six octets:

    0       4       8               16                              32
    +-------+-------+---------------+-------------------------------+
    |Version| Type  |     Code      |          Session ID           |
    +-------+-------+---------------+-------------------------------+
    |            Length             |  Tags, or a PPP packet        |
    +-------------------------------+-------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.values import U8, X8, X16
from dissect.protocols.pppoe_tags import TAGS, tag

CODES = {
    0x00: "Session Data",
    0x07: "Active Discovery Offer (PADO)",
    0x09: "Active Discovery Initiation (PADI)",
    0x0A: "Active Discovery Session-Grant (PADG)",
    0x0B: "Active Discovery Session-Credit Resp.(PADC)",
    0x0C: "Active Discovery Quality (PADQ)",
    0x19: "Active Discovery Request (PADR)",
    0x65: "Active Discovery Session-confirmation (PADS)",
    0xA7: "Active Discovery Terminate (PADT)",
    0xD3: "Active Discovery Message (PADM)",
    0xD4: "Active Discovery Network (PADN)",
}


class Pppoe(Header):
    """The header, 6 octets."""

    __hdr__ = (("_vt", "B", 0x11), ("code", "B", 0), ("session", "H", 0), ("len", "H", 0))
    __bit_fields__ = {"_vt": (("version", 4), ("type", 4))}
    names = (
        F("version", "pppoe.version", "Version", U8),
        F("type", "pppoe.type", "Type", U8),
        F("code", "pppoe.code", "Code", X8, CODES),
        F("session", "pppoe.session_id", "Session ID", X16),
        F("len", "pppoe.payload_length", "Payload Length"),
    )


SHORTEST, FCS = 40, 4
"""Payloads up to this size may be padded by Ethernet; four octets may be its check sequence."""

BAD_LENGTH = Note(
    "pppoe.payload_length.bad", Severity.WARNING, Group.PROTOCOL, "Possible bad payload length",
    "RFC 2516, section 4",
)  # fmt: skip


@dissector("pppoed", "PPP-over-Ethernet Discovery", "PPPoED", ethertype=0x8863)
def discovery(c: Cursor) -> Result:
    """Find an access concentrator: a header and tags."""
    header = c.header(Pppoe)
    c.info("%s", CODES.get(header.code, "Unknown"))
    with c.limit(header.len, because="pppoe.payload_length"):
        if c.more:
            with c.item(TAGS, c.left):
                while c.more and tag(c):
                    pass
                c.skip(c.captured)
    return None


@dissector("pppoes", "PPP-over-Ethernet Session", "PPPoES", ethertype=0x8864, link_type=51)
def session(c: Cursor) -> Result:
    """Carry a PPP packet."""
    header = c.header(Pppoe)
    c.info("%s", CODES.get(header.code, "Unknown"))
    actual = c.left
    if actual > SHORTEST and header.len not in (actual, actual - FCS):
        text = f"{BAD_LENGTH.text} {header.len} != {actual}"
        c.note(BAD_LENGTH, "pppoe.payload_length", text)
    return Next(name="ppp", end=c.pos + header.len, context="bare")
