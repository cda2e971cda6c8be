"""DHCPv6 failover between two servers, over TCP (RFC 8156, section 5.2).

0                               16              24             32
+-------------------------------+---------------+---------------+
|  Message Size (what follows)  | Message Type  |  Transaction  |
+-------------------------------+---------------+---------------+
|  ID, three octets in all      |  Sent Time …                  |
+-------------------------------+-------------------------------+
|  … four octets                |  Options                      |

DHCPv4's failover has the same port; its message types are other ones.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import U16
from dissect.protocols.dhcpv6.messages import FAILOVER, read_message
from dissect.protocols.dhcpv6.stream import SIZE, sized_message

NAME = "dhcpv6.failover"
PORT = 647

MESSAGE_SIZE = Field("sixscope.dhcpv6.failover.size", "Message size", U16)


def _is_failover(octets: bytes) -> bool:
    return len(octets) > SIZE and octets[SIZE] in FAILOVER


@dissector(NAME, "DHCPv6 Failover", "DHCPv6 Failover", tcp_port=PORT, accepts=_is_failover)
def failover(c: Cursor) -> Result:
    """Read one message."""
    return sized_message(c, NAME, MESSAGE_SIZE.name, _message)


def _message(c: Cursor) -> None:
    c.add(MESSAGE_SIZE)
    read_message(c)
