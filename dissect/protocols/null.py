"""The loopback headers of BSD: four octets of address family (link types NULL and LOOP).

NULL has it in the byte order of the machine that captured, LOOP in network byte order.  The
numbers of the families differ from system to system, IPv6 is 24, 28 or 30.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import U32, X16
from dissect.protocols.codes.ethertypes import ETHERTYPES

FAMILIES = {
    2: "IP", 7: "OSI", 16: "Appletalk", 23: "Netware IPX/SPX", 24: "IPv6", 28: "IPv6", 30: "IPv6",
}  # fmt: skip
ETHERTYPE = {2: 0x0800, 24: 0x86DD, 28: 0x86DD, 30: 0x86DD}
"""The EtherTypes of the families that we know."""

MAX_LENGTH = 1500
LOOP = 108
FAMILY = Field("null.family", "Family", U32, FAMILIES)
TYPE = Field("null.type", "Type", X16, ETHERTYPES)


@dissector("null", "Null/Loopback", "N/A", link_type=(0, LOOP))
def null(c: Cursor) -> Result:
    """Read the family in the byte order that makes sense, go on by it."""
    c.ends("N/A", "N/A")
    c.info("Null/Loopback")
    if c.packet.link_type != LOOP and c.peek(2) == b"\xff\x03":
        return Next(name="ppp")
    at = c.pos
    number = c.uint(4)
    if c.packet.link_type != LOOP:
        number = _in_order(number)
        if number > MAX_LENGTH:  # some write an EtherType
            number &= 0xFFFF
            c.put(TYPE, number, at, 4)
            return Next("ethertype", number, listed=False)
    c.put(FAMILY, number, at, 4)
    return Next("ethertype", ETHERTYPE.get(number, -number), listed=False)


def _in_order(number: int) -> int:
    """A number that is only large because its octets are in another order."""
    if number & 0xFFFF0000 and not number & 0xFFFF:
        number = int.from_bytes(number.to_bytes(4, "big"), "little")
        if MAX_LENGTH >= number > 255 and not number & 255:  # 16 bits, then two octets of zero
            number >>= 8
    return number
