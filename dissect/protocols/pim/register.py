"""Register messages, which carry a packet to the RP (RFC 7761, section 4.9.3)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Next, Result
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, U8, X32
from dissect.protocols.pim.addresses import GROUP, IPV4_FAMILY, IPV6_FAMILY, SOURCE
from dissect.protocols.pim.codes import IP_VERSIONS

YES = ("No", "Yes")
FLAGS = Field("pim.register_flag", "Flags", X32, bits=(
    Field("pim.register_flag.border", "Border", BOOL, YES, mask=0x80000000),
    Field("pim.register_flag.null_register", "Null-Register", BOOL, YES, mask=0x40000000),
))  # fmt: skip
IP_VERSION = Field("pim.ip_version", "IP Version", U8, IP_VERSIONS, mask=0xF0)
DUMMY = Field("pim.dummy_header", "Dummy Header")

ETHERTYPES = {4: 0x0800, 6: 0x86DD}
ADDRESSES_AT = {4: (IPV4_FAMILY, 12), 6: (IPV6_FAMILY, 8)}
"""Where source and group stand in an IP header of the version that carries the message."""


def read_packet(c: Cursor) -> Result:
    """Go on with the packet; a Null-Register may have a header of zeros but for the addresses.

    The columns stay the message's.
    """
    c.freeze()
    if not c.more:
        return None
    version = c.peek_add(IP_VERSION)
    if version in ETHERTYPES:
        return Next("ethertype", ETHERTYPES[version], listed=False)
    if version == 0 and c.facts.version in ADDRESSES_AT:
        family, at = ADDRESSES_AT[c.facts.version]
        c.put(DUMMY, None, None, c.captured)
        c.skip(at)
        c.add(SOURCE[family])
        c.add(GROUP[family])
    return None
