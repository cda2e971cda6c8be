"""IPsec in UDP, through address translators (RFC 3948, section 2).

0                                                               32
+---------------------------------------------------------------+
|  ESP: its SPI, which is never 0                               |
|  IKE: four octets of zero, the Non-ESP Marker                 |
|  NAT keepalive: an octet 0xff, nothing else                   |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import NONE

KEEPALIVE = Field("udpencap.nat_keepalive", "NAT-keepalive packet", NONE)
MARKER = Field("udpencap.non_esp_marker", "Non-ESP Marker", NONE)


@dissector("udpencap", "UDP Encapsulation of IPsec Packets", "UDPENCAP", udp_port=4500)
def udpencap(c: Cursor) -> Result:
    """Tell the three apart."""
    c.info("")
    if c.left == 1 and c.peek(1) == b"\xff":
        c.info("NAT-keepalive")
        c.add(KEEPALIVE, 1)
        return None
    c.need(4)
    if c.peek(4) != bytes(4):
        return Next(name="esp")
    c.add(MARKER, 4)
    return Next(name="isakmp") if c.more else None
