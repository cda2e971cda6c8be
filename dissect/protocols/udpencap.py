"""IPsec in UDP, to pass NATs (RFC 3948, section 2).

+-------------------------------+
|  0xff                         |   NAT keepalive, one octet
+-------------------------------+-------------------------------+
|  Non-ESP Marker: four octets of zero                          |   in front of IKE
+---------------------------------------------------------------+

Anything else is ESP, whose first four octets, the SPI, are never zero.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.demo import main_for
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import NONE

PORT = 4500
IKE = 500
"""The UDP port by which what follows the marker is known."""
ALIVE = b"\xff"
NO_ESP = bytes(4)

KEEPALIVE = Field("udpencap.nat_keepalive", "NAT-keepalive packet", NONE)
MARKER = Field("udpencap.non_esp_marker", "Non-ESP Marker", NONE)


@dissector("udpencap", "UDP Encapsulation of IPsec Packets", "UDPENCAP", udp_port=PORT)
def in_udp(c: Cursor) -> Result:
    """Tell the three kinds apart."""
    if c.left == 1 and c.peek(1) == ALIVE:
        c.info("NAT-keepalive")
        c.add(KEEPALIVE, 1)
        return None
    if c.peek(4) == NO_ESP:
        c.add(MARKER, 4)
        return "udp_port", IKE
    return Next(name="esp")


if __name__ == "__main__":
    main_for("udpencap")
