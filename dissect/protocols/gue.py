"""Generic UDP Encapsulation (draft-ietf-intarea-gue, section 3).

    0   2 3         8               16                              32
    +---+-+---------+---------------+-------------------------------+
    |Ver|C|  Hlen   |  Proto/ctype  |             Flags             |
    +---+-+---------+---------------+-------------------------------+
    |  Extension fields and private data, Hlen words                |
    +---------------------------------------------------------------+

Variant 1 has no header at all: its two bits are the first ones of an IP version.

Wireshark has no dissector for it, so the fields are ours.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, U8, X16
from dissect.protocols.codes.ip_protocols import IP_PROTO

ETHERTYPES = {4: 0x0800, 6: 0x86DD}
"""By IP version."""


class Gue(Header):
    """The header of variant 0, 4 octets."""

    __hdr__ = (("_word", "B", 0), ("proto", "B", 41), ("flags", "H", 0))
    __bit_fields__ = {"_word": (("variant", 2), ("control", 1), ("hlen", 5))}
    names = (
        F("variant", "sixscope.gue.variant", "Variant", U8),
        F("control", "sixscope.gue.control", "Control message", BOOL),
        F("hlen", "sixscope.gue.hlen", "Header length", U8, unit=" words behind the first"),
        F("proto", "sixscope.gue.proto", "Protocol or control type", IP_PROTO),
        F("flags", "sixscope.gue.flags", "Flags", X16),
    )


EXTENSIONS = Field("sixscope.gue.extensions", "Extension fields", BYTES)

UNKNOWN_VARIANT = Note(
    "sixscope.gue.variant_unknown", Severity.WARNING, Group.UNDECODED, "Unknown variant",
    "draft-ietf-intarea-gue, section 3.1",
)  # fmt: skip


@dissector("gue", "Generic UDP Encapsulation", "GUE", partial=True, udp_port=6080)
def gue(c: Cursor) -> Result:
    """Read the header, go on by the protocol, or at once where there is none."""
    variant = c.octet() >> 6
    if variant == 1:
        c.title("%s, variant 1: no header", c.layer.title)
        version = c.octet() >> 4
        if version in ETHERTYPES:
            return Next("ethertype", ETHERTYPES[version], listed=False)
        return Next(name="data")
    header = c.header(Gue)
    if variant:
        c.note(UNKNOWN_VARIANT, "sixscope.gue.variant")
        return Next(name="data")
    if header.hlen:
        c.add(EXTENSIONS, 4 * header.hlen)
    if header.control:
        c.info("GUE control message %d", header.proto)
        return Next(name="data")
    c.info("GUE, %s", IP_PROTO.get(header.proto, str(header.proto)))
    return "ip_proto", header.proto
