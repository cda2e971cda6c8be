"""PPP's control protocols: LCP (RFC 1661), IPCP (RFC 1332), IPv6CP (RFC 5072), CCP (RFC 1962).

They share one header and the way of writing options:

    0               8               16                              32
    +---------------+---------------+-------------------------------+
    |     Code      |  Identifier   |            Length             |
    +---------------+---------------+-------------------------------+
    |  Options, or what belongs to the code                         |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import TEXT, Field
from dissect.engine.values import BYTES, DX8, U8, X32
from dissect.protocols.codes.ppp import CODES


class Control(Header):
    """The header, 4 octets."""

    __hdr__ = (("code", "B", 1), ("id", "B", 0), ("len", "H", 4))
    names = (
        F("code", "ppp.code", "Code", CODES),
        F("id", "ppp.identifier", "Identifier", DX8),
        F("len", "ppp.length", "Length"),
    )


MAGIC = Field("lcp.magic_number", "Magic Number", X32)
ECHO_REQUEST, ECHO_REPLY, DISCARD = 9, 10, 11
WITH_OPTIONS = (1, 2, 3, 4)

INTERFACE_IDENTIFIER = Field("ipv6cp.opt.interface_identifier", "Interface Identifier", BYTES)
OPTION_TYPE = Field("ipv6cp.opt.type", "Type", U8, {1: "Interface Identifier"})
OPTION_LENGTH = Field("ipv6cp.opt.length", "Length", U8)
IDENTIFIER = Field("ipv6cp.interface_identifier", "Interface Identifier", BYTES)

LENGTH_INVALID = Note(
    "ppp.opt.len.invalid", Severity.WARNING, Group.PROTOCOL, "Invalid length for option",
    "RFC 1661, section 6",
)  # fmt: skip


@dissector("lcp", "PPP Link Control Protocol", "PPP LCP", ppp_proto=0xC021)
def lcp(c: Cursor) -> Result:
    """Link control: set up, echo, end."""
    return _control(c)


@dissector("ipcp", "PPP IP Control Protocol", "PPP IPCP", ppp_proto=0x8021)
def ipcp(c: Cursor) -> Result:
    """Set up IPv4."""
    return _control(c)


@dissector("ipv6cp", "PPP IPv6 Control Protocol", "PPP IPV6CP", ppp_proto=0x8057)
def ipv6cp(c: Cursor) -> Result:
    """Set up IPv6: the interface identifiers of both ends."""
    return _control(c)


@dissector("ccp", "PPP Compression Control Protocol", "PPP CCP", ppp_proto=0x80FD)
def ccp(c: Cursor) -> Result:
    """Set up compression."""
    return _control(c)


def _control(c: Cursor) -> Result:
    header = c.header(Control)
    c.info("%s", CODES.get(header.code, "Unknown"))
    c.bound(c.start + max(header.len, 4), "ppp.length")
    if header.code in WITH_OPTIONS and c.more:
        with c.text("Options: (%d bytes)", c.left):
            while c.captured > 0:
                _option(c)
    elif header.code in (ECHO_REQUEST, ECHO_REPLY, DISCARD) and c.layer.name == "lcp":
        c.add(MAGIC)
    c.skip(max(c.captured, 0))
    return None


def _option(c: Cursor) -> None:
    """One option; a length that can't be ends them."""
    c.need(2)
    kind, size = c.peek(2)
    if size < 2 or size > c.left:
        text = f"Unknown (0x{kind:02x}) (option length = {size} bytes says option goes past end)"
        with c.text(text) as node:
            c.note(LENGTH_INVALID, node, text)
        c.skip(c.captured)
        return
    if c.layer.name == "ipv6cp" and kind == 1 and size == 10:
        with c.item(INTERFACE_IDENTIFIER, size, because="ipv6cp.opt.length"):
            c.add(OPTION_TYPE)
            c.add(OPTION_LENGTH)
            c.add(IDENTIFIER, 8)
        return
    node = c.put(TEXT, None, c.pos, size)
    node.text = f"Option {kind} ({size} bytes)"
    c.skip(size)
