"""Packets without any link header: raw IP, its version in the first octet.

Some tools leave remains of a link header before the packet; what can be told apart is skipped.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Next, Result, dissector

IPV4, IPV6 = 0x0800, 0x86DD
PPP_ADDRESS_CONTROL = b"\xff\x03"
SPARE = bytes(10)
"""What some drivers put before an IPv4 packet."""


@dissector("raw", "Raw packet data", "N/A", link_type=(12, 14, 101))
def raw(c: Cursor) -> Result:
    """Look at the first octets and go on with IPv4, IPv6, PPP or data."""
    c.ends("N/A", "N/A")
    c.info("Raw packet data")
    c.layer.end = c.stop  # the layer is the whole packet
    c.need(len(SPARE))
    first = c.peek(len(SPARE))
    if first.startswith(PPP_ADDRESS_CONTROL):
        return Next(name="ppp")
    if first[1:].startswith(PPP_ADDRESS_CONTROL):
        return Next(name="ppp", start=c.pos + 1)
    if first == SPARE:
        return Next("ethertype", IPV4, start=c.pos + len(SPARE), listed=False)
    version = first[0] >> 4
    if version == 4 or version == 6:
        return Next("ethertype", IPV4 if version == 4 else IPV6, listed=False)
    return Next(name="data")
