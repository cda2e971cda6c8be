"""Protocols that nothing follows: that a row has come to them is all that the walk must know."""

from __future__ import annotations

import numpy as np

from dissect.columns.group import Group, Result
from dissect.columns.walk import vector
from dissect.engine.looks import Looks
from dissect.protocols.arp import ATM2225

IGMP_TYPES = (0x11, 0x12, 0x16, 0x17, 0x22)
"""Queries, reports of three versions, and leaving; others go on, or may."""


DHCPV4_MESSAGE = Looks(holds=bytes((0, 87)), within=65536)
"""The option's code (RFC 7341, section 8), or what looks like it."""


def nothing(g: Group) -> Result:
    """Nothing follows, whatever the octets are."""
    return None


vector("dns", tables=("udp_port",))(nothing)  # over TCP there may be several messages
for _name in ("mdns", "llmnr"):
    vector(_name, families=(_name, "dns"))(nothing)
for _name in ("dhcp", "ripng", "vrrp"):
    vector(_name)(nothing)


@vector("dhcpv6")
def dhcpv6(g: Group) -> Result:
    """All but messages that may have one of DHCPv4 inside, in whatever option."""
    g.doubt(g.like(DHCPV4_MESSAGE))
    return None


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
