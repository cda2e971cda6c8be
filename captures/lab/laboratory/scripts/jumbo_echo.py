"""Two jumbograms to ::1: an echo request of so many octets, and one with a Payload Length too."""

import struct
import sys

from packets import HOP_BY_HOP, ICMPV6, Raw, echo, ipv6, octets

LOOPBACK = octets("::1")
message = echo(LOOPBACK, LOOPBACK, 7, b"J" * int(sys.argv[1]))
option = struct.pack("!BBBBI", ICMPV6, 0, 0xC2, 4, 8 + len(message))  # RFC 2675, section 2
raw = Raw()
raw.send(ipv6(LOOPBACK, LOOPBACK, HOP_BY_HOP, option + message, 0), LOOPBACK)
raw.send(ipv6(LOOPBACK, LOOPBACK, HOP_BY_HOP, option + message[:8], 16), LOOPBACK)
