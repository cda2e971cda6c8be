"""Solaris IPNET: IP packets as observed between a host's zones (LINKTYPE_IPNET).

+---------+---------+-----------+--------------+-----------------+-----------------+
| Version | Family  | Hook, 2   | Length, 4    | Interface, 4    | Group, 4        |
+---------+---------+-----------+--------------+-----------------+-----------------+
| Source zone, 4    | Destination zone, 4      | IP packet
+-------------------+--------------------------+-----------------
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Next, Result, dissector

INET, INET6 = 2, 26
FAMILIES = {INET: "Solaris AF_INET", INET6: "Solaris AF_INET6"}
HOOKS = {0: "Inbound", 1: "Outbound", 2: "Local"}
ETHERTYPES = {INET: 0x0800, INET6: 0x86DD}


class Ipnet(Header):
    """The header, 24 octets."""

    __hdr__ = (
        ("version", "B", 1),
        ("family", "B", INET6),
        ("htype", "H", 0),
        ("len", "I", 0),
        ("interface", "I", 0),
        ("group", "I", 0),
        ("src", "I", 0),
        ("dst", "I", 0),
    )
    names = (
        F("version", "ipnet.version", "Header version"),
        F("family", "ipnet.family", "Address family", FAMILIES),
        F("htype", "ipnet.htype", "Hook type", HOOKS),
        F("len", "ipnet.pktlen", "Data length"),
        F("interface", "ipnet.ifindex", "Interface index"),
        F("group", "ipnet.grifindex", "Group interface index"),
        F("src", "ipnet.zsrc", "Source Zone ID"),
        F("dst", "ipnet.zdst", "Destination Zone ID"),
    )


@dissector("ipnet", "Solaris IPNET", "IPNET", link_type=226)
def ipnet(c: Cursor) -> Result:
    """Read the header, go on by address family."""
    header = c.header(Ipnet)
    kind = ETHERTYPES.get(header.family)
    return Next(name="data") if kind is None else Next("ethertype", kind, listed=False)
