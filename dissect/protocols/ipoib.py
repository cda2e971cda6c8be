"""IP over InfiniBand: what stands before an IP packet on that link (RFC 4391, section 6).

    +-----------------------------------------------------------+-----------+-----------+
    | Global route header, or 20 octets and a link-layer address| Type      | Reserved  |
    | 40                                                        | 2         | 2         |
    +-----------------------------------------------------------+-----------+-----------+

The link-layer address is that of RFC 4391, section 9.1.1: a queue pair number and a GID.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import IPV6, U8, U16, U32, X16, X24
from dissect.protocols.codes.ethertypes import ETHERTYPES

BEFORE_ADDRESS = 20
"""Octets before the link-layer address where there is no global route header."""

ROUTE = Field("ipoib.grh", "Global Route Header")
VERSION = Field("ipoib.grh.ipver", "IP Version", U8, mask=0xF0)
TRAFFIC_CLASS = Field("ipoib.grh.tclass", "Traffic Class", U16, mask=0x0FF0)
FLOW_LABEL = Field("ipoib.grh.flowlabel", "Flow Label", U32, mask=0xFFFFF)
SOURCE_QUEUE_PAIR = Field("ipoib.grh.sqpn", "Source QPN", X24)
SOURCE_GID = Field("ipoib.grh.sgid", "Source GID", IPV6)

ADDRESS = Field("ipoib.daddr", "Destination address")
QUEUE_PAIR = Field("ipoib.daddr.qpn", "Destination QPN", X24)
GID = Field("ipoib.dgid", "Destination GID", IPV6)
TYPE = Field("ipoib.type", "Type", X16, ETHERTYPES)
RESERVED = Field("ipoib.reserved", "Reserved", X16)


@dissector("ipoib", "IP over Infiniband", "IPoIB", link_type=242)
def ipoib(c: Cursor) -> Result:
    """Read the route or the address, and the type; go on by type."""
    if c.peek(2) != b"\0\0":
        with c.item(ROUTE):
            c.peek_add(VERSION)
            c.peek_add(TRAFFIC_CLASS)
            c.add(FLOW_LABEL)
            c.skip(1)
            c.add(SOURCE_QUEUE_PAIR)
            c.add(SOURCE_GID)
            c.add(GID)
    else:
        c.skip(BEFORE_ADDRESS)
        with c.item(ADDRESS):
            c.skip(1)
            c.add(QUEUE_PAIR)
            c.add(GID)
    kind = c.add(TYPE)
    c.add(RESERVED)
    return Next("ethertype", kind, listed=False)
