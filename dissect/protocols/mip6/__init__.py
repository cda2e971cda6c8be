"""Mobility Header of Mobile IPv6 (RFC 6275, section 6.1.1).

    0               8               16              24             32
    +---------------+---------------+---------------+---------------+
    | Payload Proto |  Header Len   |    MH Type    |   Reserved    |
    +---------------+---------------+---------------+---------------+
    |           Checksum            |  Message data, a file of this |
    +-------------------------------+  package for each family      |

The length counts 8 octets past the first 8.  The checksum covers the header alone, under IPv6's
pseudo-header.
"""

from __future__ import annotations

from dissect.engine.checksum import checksum, pseudo_header_sum, verifiable
from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, U8, X8, X16
from dissect.protocols.codes.ip_protocols import IP_PROTO
from dissect.protocols.ipv6_chain import NO_NEXT_HEADER, follow
from dissect.protocols.mip6.messages import MESSAGES, TYPES

PROTOCOL = 135
OLD_PROTOCOL = 62
"""What drafts used before the number was given."""


class MobilityHeader(Header):
    """What all messages begin with, 6 octets."""

    __hdr__ = (
        ("proto", "B", NO_NEXT_HEADER), ("len", "B", 0), ("type", "B", 0), ("reserved", "B", 0),
        ("sum", "H", 0),
    )  # fmt: skip
    names = (
        F("proto", "mip6.proto", "Payload protocol", IP_PROTO),
        F("len", "mip6.hlen", "Header length"),
        F("type", "mip6.mhtype", "Mobility Header Type", U8, TYPES),
        F("reserved", "mip6.reserved", "Reserved", X8),
        F("sum", "mip6.csum", "Checksum", X16),
    )


UNKNOWN_DATA = Field("mip6.unknown_type_data", "Message Data", BYTES)

BAD_CHECKSUM = Note(
    "sixscope.mip6.checksum", Severity.WARNING, Group.CHECKSUM, "Bad checksum",
    "RFC 6275, section 6.1.1",
)  # fmt: skip


@dissector("mipv6", "Mobile IPv6", "MIPv6", nested=True, ip_proto=(PROTOCOL, OLD_PROTOCOL))
def mobility_header(c: Cursor) -> Result:
    """Read the head, verify the checksum, and let the message's own reader go on."""
    c.protocol("MIPv6")
    head = c.header(MobilityHeader)
    size = 8 * head.len + 8
    _verify(c, head.sum, size)
    name, reader = MESSAGES.get(head.type, ("", None))
    c.info("%s", name or f"Unknown Mobility Header ({head.type})")
    with c.limit(size - 6, because="mip6.hlen"):
        if reader is None:
            c.rest(UNKNOWN_DATA)
        else:
            reader(c)
    return follow(c, head.proto) if c.more and head.proto != NO_NEXT_HEADER else None


def _verify(c: Cursor, found: int, size: int) -> None:
    """Check the checksum, where the whole header is there to be checked."""
    start = c.layer.offset
    words = "[unverified]"
    if verifiable(c, size) and start + size <= c.end:
        octets = c.data[start : start + size]
        outer = pseudo_header_sum(c, PROTOCOL, size)
        words = "[correct]"
        if checksum(octets, outer):
            right = checksum(octets[:4] + bytes(2) + octets[6:], outer)
            words = f"incorrect, should be 0x{right:04x}"
            c.note(BAD_CHECKSUM, "mip6.csum", f"Bad checksum [should be 0x{right:04x}]")
    if c.at is not None:
        c.node("mip6.csum").suffix = f" {words}"
        c.node("mip6.hlen").suffix = f" ({size} bytes)"
