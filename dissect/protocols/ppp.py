"""Point-to-Point Protocol (RFC 1661), with the address and control octets of RFC 1662.

    0               8               16                              32
    +---------------+---------------+-------------------------------+
    | Address 0xff  | Control 0x03  | Protocol, 8 or 16 bits        |
    +---------------+---------------+-------------------------------+

Address and control may be left out, and the protocol's first octet when it is zero (RFC 1661,
section 6.5 and 6.6): an odd first octet ends the number.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Next, Result, dissector, lookup
from dissect.engine.tree import Field
from dissect.engine.values import U8, X8, X16
from dissect.protocols.codes.ppp import ETHERTYPES, PROTOCOLS
from dissect.protocols.ppp_control.lcp import LCP
from dissect.protocols.ppp_control.options import read_options

ADDRESS = Field("ppp.address", "Address", X8)
CONTROL = Field("ppp.control", "Control", X8)
PROTOCOL = Field("ppp.protocol", "Protocol", X16, PROTOCOLS)
DIRECTION = Field("ppp.direction", "Direction", U8, {0: "DTE->DCE", 1: "DCE->DTE"})

WITH_DIRECTION = 204
RECEIVED = 0
LINKS = (9, 50, WITH_DIRECTION)
LCP_OPTIONS, BARE = "lcp_options", "bare"
"""What a carrier says of the octets: that they are only the options of a link control message, or
that there are never address and control."""
CHDLC_ADDRESSES = (0x0F, 0x8F)


@dissector("ppp", "Point-to-Point Protocol", "PPP", link_type=LINKS, gre_proto=0x880B)
def ppp(c: Cursor) -> Result:
    """Read the octets that are there, go on by protocol."""
    if c.context == LCP_OPTIONS:
        read_options(c, LCP)
        return None
    if not c.start and c.source is None:
        c.ends("N/A", "N/A")
        if c.packet.link_type == WITH_DIRECTION:
            c.put(DIRECTION, int(c.uint(1) == RECEIVED), 0, 1)
        first = c.peek(1)
        if first and first[0] in CHDLC_ADDRESSES and c.packet.link_type in LINKS:
            return Next(name="chdlc")
    if c.context != BARE and c.peek(1) == b"\xff":
        c.add(ADDRESS)
        c.add(CONTROL)
    c.need(1)
    kind = c.add(PROTOCOL, 1 if c.octet() & 1 else 2)
    found = lookup("ppp_proto", kind)
    if found is not None:
        return Next("ppp_proto", kind)
    if kind in ETHERTYPES:
        return Next("ethertype", ETHERTYPES[kind], listed=False)
    c.protocol(f"0x{kind:04x}")
    c.info("PPP %s (0x%04x)", PROTOCOLS.get(kind, "Unknown"), kind)
    return Next(name="data") if c.more else None
