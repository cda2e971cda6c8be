"""Protocols that nothing follows: that a row has come to them is all that the walk must know."""

from __future__ import annotations

import numpy as np

from dissect.columns.group import Group, Result
from dissect.columns.walk import vector
from dissect.protocols.arp import ATM2225

IGMP_TYPES = (0x11, 0x12, 0x16, 0x17, 0x22)
"""Queries, reports of three versions, and leaving; others go on, or may."""


def nothing(g: Group) -> Result:
    """Nothing follows, whatever the octets are."""
    return None


vector("dns", tables=("udp_port",))(nothing)  # over TCP there may be several messages
for _name in ("mdns", "llmnr"):
    vector(_name, families=(_name, "dns"))(nothing)
for _name in ("dhcp", "dhcpv6", "ripng", "vrrp"):
    vector(_name)(nothing)
for _name in ("ipcp", "ipv6cp", "ccp"):
    vector(_name, families=(_name, "ppp", "ipcp"))(nothing)  # IPv6CP's options are called so too
PROTOCOL_REJECT = 8


@vector("lcp", families=("lcp", "ppp"))
def lcp(g: Group) -> Result:
    """All but the rejection of a protocol, which quotes the packet."""
    g.fits(1)
    g.doubt(g.octet() == PROTOCOL_REJECT)
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
