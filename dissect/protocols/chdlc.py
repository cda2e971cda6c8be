"""Cisco HDLC and its Serial Line Address Resolution Protocol (SLARP).

The header of four octets, then the packet:

    0               8               16                              32
    +---------------+---------------+-------------------------------+
    |    Address    |    Control    |       Protocol (EtherType)    |
    +---------------+---------------+-------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector, lookup
from dissect.engine.tree import Field
from dissect.engine.values import IPV4, U32, X8, X16

PROTOCOLS = {
    0x0800: "IP", 0x2000: "Cisco Discovery Protocol", 0x4242: "Spanning Tree BPDU",
    0x6558: "Transparent Ethernet bridging", 0x8035: "SLARP", 0x8038: "DEC LanBridge",
    0x809B: "Appletalk", 0x80F3: "AARP", 0x8137: "Netware IPX/SPX", 0x86DD: "IPv6",
    0x8847: "MPLS unicast", 0x8848: "MPLS multicast", 0xFEFE: "OSI",
}  # fmt: skip
SLARP, OSI = 0x8035, 0xFEFE


class Chdlc(Header):
    """The header, 4 octets."""

    __hdr__ = (("address", "B", 0x0F), ("control", "B", 0), ("protocol", "H", 0x0800))
    names = (
        F("address", "chdlc.address", "Address", X8, {0x0F: "Unicast", 0x8F: "Multicast"}),
        F("control", "chdlc.control", "Control", X8),
        F("protocol", "chdlc.protocol", "Protocol", X16, PROTOCOLS),
    )


CLNS_PADDING = Field("chdlc.clns_padding", "CLNS Padding", X8)


@dissector("chdlc", "Cisco HDLC", "CHDLC", link_type=104)
def chdlc(c: Cursor) -> Result:
    """Read the header, go on by protocol."""
    c.ends("N/A", "N/A")
    header = c.header(Chdlc)
    kind = header.protocol
    if kind == SLARP:
        return Next(name="slarp")
    if kind == OSI:
        c.add(CLNS_PADDING)
        return Next(name="data")
    if kind not in PROTOCOLS or lookup("ethertype", kind) is None:
        c.protocol(f"0x{kind:04x}")
        return Next(name="data")
    return Next("ethertype", kind, listed=False)


# --- SLARP -------------------------------------------------------------------------------------

TYPES = {0: "Request", 1: "Reply", 2: "Line keepalive"}
TYPE = Field("slarp.ptype", "Packet type", U32, TYPES)
ADDRESS = Field("slarp.address", "Address", IPV4)
NETMASK = Field("slarp.netmask", "Netmask", IPV4)
MINE = Field("slarp.mysequence", "Outgoing sequence number", U32)
YOURS = Field("slarp.yoursequence", "Returned sequence number", U32)
RELIABILITY = Field("slarp.reliability", "Reliability", X16)
NOT_FFFF = Note(
    "slarp.reliability.invalid", Severity.ERROR, Group.MALFORMED, "Reliability must be 0xFFFF"
)


@dissector("slarp", "Cisco SLARP", "SLARP")
def slarp(c: Cursor) -> Result:
    """An address request or reply, or a keepalive with sequence numbers."""
    kind = c.add(TYPE)
    if kind in (0, 1):
        address = c.add(ADDRESS)
        mask = c.add(NETMASK)
        c.info("%s, from %s, mask %s", TYPES[kind], address, mask)
        c.skip(min(2, c.captured))
    elif kind == 2:
        mine, yours = c.add(MINE), c.add(YOURS)
        c.info("%s, outgoing sequence %d, returned sequence %d", TYPES[kind], mine, yours)
        if c.add(RELIABILITY) != 0xFFFF:
            c.note(NOT_FFFF, "slarp.reliability")
    else:
        c.info("Unknown packet type 0x%08X", kind)
    return Next(name="data") if c.more else None
