"""Dynamic Host Configuration Protocol for IPv6 (RFC 9915, which replaced RFC 8415).

A message is a type, a transaction or a relay agent's addresses, and options: see ``messages`` for
what stands in front of the options, ``options`` for how they are walked, and the other files of
this package for what is in them.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Result, dissector
from dissect.protocols.dhcpv6.messages import read_message

CLIENT_PORT, SERVER_PORT = 546, 547


@dissector("dhcpv6", "DHCPv6", "DHCPv6", udp_port=(CLIENT_PORT, SERVER_PORT))
def dhcpv6(c: Cursor) -> Result:
    """Read one message, with all that are relayed in it."""
    c.info("")
    return read_message(c) or None
