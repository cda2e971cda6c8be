"""Protocols that nothing follows: that a row has come to them is all that the walk must know."""

from __future__ import annotations

import numpy as np

from dissect.columns.known import reads
from dissect.columns.walk import Group, Result, vector
from dissect.protocols.arp import ATM2225

LAST = {
    "dns": ("udp_port",), "mdns": ("udp_port",), "llmnr": ("udp_port",), "dhcp": (),
    "dhcpv6": (), "ripng": (), "vrrp": (), "lcp": (), "ipcp": (), "ipv6cp": (), "ccp": (),
}  # fmt: skip
"""By name the tables by which alone that is so; none: by any."""
IGMP_TYPES = (0x11, 0x12, 0x16, 0x17, 0x22)
"""Queries, reports of three versions, and leaving; others go on, or may."""


def _nothing(g: Group) -> Result:
    return None


for _name, _tables in LAST.items():
    vector(_name, tables=_tables)(_nothing)
for _name in ("mdns", "llmnr"):
    reads(_name, families=(_name, "dns"))
for _name in ("lcp", "ipcp", "ipv6cp", "ccp"):
    reads(_name, families=(_name, "ppp"))


@vector("arp")
def arp(g: Group) -> Result:
    """All but ATM's."""
    g.fits(4)
    g.doubt(g.short() == ATM2225)
    return None


@vector("igmp")
def igmp(g: Group) -> Result:
    """All but traceroute and other protocols in IGMP."""
    g.fits(1)
    g.doubt(~np.isin(g.octet(), IGMP_TYPES))
    return None
