"""IPv6 Fragment header (RFC 8200, section 4.5).

0               8               16                          29   31
+---------------+---------------+----------------------------+---+-+
|  Next Header  |   Reserved    |   Fragment Offset (13 bits) |Res|M|
+---------------+---------------+----------------------------+---+-+
|                         Identification                           |
+------------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.demo import main_for
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.values import BOOL, X8, X32
from dissect.protocols.codes.ip_protocols import IP_PROTO
from dissect.protocols.ipv6_chain import follow

IPV6_SIZE = 40
MAX_PAYLOAD = 65535
"""What the Payload Length of the reassembled packet can say."""


class Fragment(Header):
    """The header, 8 octets."""

    __hdr__ = (("nxt", "B", 59), ("reserved", "B", 0), ("_word", "H", 0), ("ident", "I", 0))
    __bit_fields__ = {"_word": (("offset", 13), ("bits", 2), ("more", 1))}
    names = (
        F("nxt", "ipv6.fraghdr.nxt", "Next header", IP_PROTO),
        F("reserved", "ipv6.fraghdr.reserved_octet", "Reserved octet", X8),
        F("offset", "ipv6.fraghdr.offset", "Offset"),
        F("bits", "ipv6.fraghdr.reserved_bits", "Reserved bits"),
        F("more", "ipv6.fraghdr.more", "More Fragments", BOOL, ("No", "Yes")),
        F("ident", "ipv6.fraghdr.ident", "Identification", X32),
    )


JUMBO = Note(
    "ipv6.opt.jumbo.fragment", Severity.WARNING, Group.PROTOCOL,
    "Jumbo Payload option cannot be used with a fragment header", "RFC 2675, section 3",
)  # fmt: skip
ODD_LENGTH = Note(
    "sixscope.fragment.odd_length", Severity.ERROR, Group.PROTOCOL,
    "Length of a fragment that others follow is not a multiple of 8 octets",
    "RFC 8200, section 4.5",
)  # fmt: skip
TOO_FAR = Note(
    "sixscope.fragment.too_far", Severity.ERROR, Group.PROTOCOL,
    "Fragment reaches past 65,535 octets of payload", "RFC 8200, section 4.5",
)  # fmt: skip


@dissector("ipv6.fraghdr", "Fragment Header for IPv6", "IPv6 Fragment", nested=True, ip_proto=44)
def fragment(c: Cursor) -> Result:
    """A part of a packet; only the first one can be decoded further."""
    header = c.header(Fragment)
    start = 8 * header.offset
    if c.at is not None:
        c.node("ipv6.fraghdr.offset").suffix = f" ({start} bytes)"
    more = "y" if header.more else "n"
    c.info(
        "IPv6 fragment (off=%d more=%s ident=0x%08x nxt=%d)", start, more, header.ident, header.nxt
    )
    facts = c.facts
    if not c.quoted:
        if header.more and c.left % 8:
            c.note(ODD_LENGTH, "ipv6.fraghdr.more")
        if _headers_before(c) + start + c.left > MAX_PAYLOAD:
            c.note(TOO_FAR, "ipv6.fraghdr.offset")
    if facts.jumbo:
        c.note(JUMBO)
    if start or header.more:
        facts.fragment = True
    return Next(name="data") if start else follow(c, header.nxt)


def _headers_before(c: Cursor) -> int:
    """Octets of extension headers before this one, which come again in the reassembled payload."""
    for layer in reversed(c.packet.layers):
        if layer.name == "ipv6":
            return c.layer.offset - layer.offset - IPV6_SIZE
    return 0


if __name__ == "__main__":
    main_for("ipv6.fraghdr")
