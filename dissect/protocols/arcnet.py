"""ARCNET frames with the headers of RFC 1051 and RFC 1201, section 2.

    +--------+-------------+-----------------+-------------+------------+---------------+
    | Source | Destination | Offset (Linux)  | Protocol ID | Split flag | Sequence      |
    | 1      | 1           | 0 or 2          | 1           | 0 or 1     | 0 or 2        |
    +--------+-------------+-----------------+-------------+------------+---------------+

RFC 1051's protocols have neither split flag nor sequence number.  Where a frame would have a
length that the hardware can't send, a split flag of 255 and two octets 255 stand before the real
ones; Linux hands them to nobody.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, U8, U16, X8, X16

PROTOCOLS = {
    0x00: "Datapoint boot", 0x01: "Datapoint mount", 0x08: "PowerLAN beacon", 0x80: "Diagnose",
    0xC4: "IPv6", 0xCD: "BACnet", 0xD4: "RFC 1201 IP", 0xD5: "RFC 1201 ARP",
    0xD6: "RFC 1201 RARP", 0xDD: "Appletalk", 0xE8: "Encapsulated Ethernet",
    0xEC: "Novell of some sort", 0xF0: "RFC 1051 IP", 0xF1: "RFC 1051 ARP",
    0xF3: "PowerLAN beacon2", 0xF7: "Banyan VINES", 0xFA: "IPX",
}  # fmt: skip
ETHERTYPES = {
    0xC4: 0x86DD, 0xD4: 0x0800, 0xD5: 0x0806, 0xD6: 0x8035, 0xF0: 0x0800, 0xF1: 0x0806,
}  # fmt: skip
"""The protocols that have an EtherType, too."""
BACNET = 0xCD
WITHOUT_SPLIT = (0x80, BACNET, 0xF0, 0xF1)
BSD_LINK_TYPE = 7
EXCEPTION = 0xFF

SOURCE = Field("arcnet.src", "Source", X8)
DESTINATION = Field("arcnet.dst", "Dest", X8)
OFFSET = Field("arcnet.offset", "Offset", BYTES)
PROTOCOL = Field("arcnet.protID", "Protocol ID", X8, PROTOCOLS)
SPLIT_FLAG = Field("arcnet.split_flag", "Split Flag", U8)
EXCEPTION_FLAG = Field("arcnet.exception_flag", "Exception Flag", X8)
PADDING = Field("arcnet.padding", "Padding", X16)
SEQUENCE = Field("arcnet.sequence", "Sequence", U16)


@dissector("arcnet", "ARCNET", "ARCNET", link_type=(BSD_LINK_TYPE, 129))
def arcnet(c: Cursor) -> Result:
    """Read the header, go on by protocol unless this is a later part of a packet."""
    linux = c.packet.link_type != BSD_LINK_TYPE
    source = c.add(SOURCE)
    destination = c.add(DESTINATION)
    c.ends(f"0x{source:02x}", f"0x{destination:02x}")
    if linux:
        c.add(OFFSET, 2)
    protocol = c.add(PROTOCOL)
    split = 0
    if protocol not in WITHOUT_SPLIT:
        if not linux and c.peek(1) == bytes([EXCEPTION]):
            c.add(EXCEPTION_FLAG)
            c.add(PADDING)
        split = c.add(SPLIT_FLAG)
        c.add(SEQUENCE)
    c.info("%s", PROTOCOLS.get(protocol, f"0x{protocol:02x}"))
    if protocol == BACNET:
        return Next(name="llc")
    kind = ETHERTYPES.get(protocol)
    if kind is None or (split and not split & 1):  # the first part's flag is odd, the others' even
        return Next(name="data")
    return Next("ethertype", kind, listed=False)
