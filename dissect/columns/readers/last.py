"""Protocols that nothing follows: that a row has come to them is all that the walk must know."""

from __future__ import annotations

import numpy as np

from dissect.columns.chunk import Mask
from dissect.columns.group import Group, Result
from dissect.columns.walk import certain, vector
from dissect.engine.looks import Looks
from dissect.protocols.arp import ATM2225
from dissect.protocols.rtcp import LOOKS as RTCP_FORMS

LONG = 0x80
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
vector("rtcp", tables=("",))(nothing)


@certain("rtcp")
def rtcp_by_looks(g: Group) -> Mask:
    """Whole words that begin as a datagram of it does."""
    found: Mask = g.like(RTCP_FORMS) & (g.left % 4 == 0)
    return found


@vector("dhcpv6")
def dhcpv6(g: Group) -> Result:
    """All but messages that may have one of DHCPv4 inside, in whatever option."""
    g.doubt(g.like(DHCPV4_MESSAGE))
    return None


@vector("snmp")
def snmp(g: Group) -> Result:
    """Versions 1 and 2, with nothing behind the message; what is in version 3 goes on as data."""
    first = g.octet(1)
    more = np.where(first > LONG, first - LONG, 0)  # octets of a long length (X.690)
    size = np.where(more == 1, g.octet(2), np.where(more == 2, g.short(2), first))
    head = 2 + more
    g.fits(head + 3)
    g.doubt((first == LONG) | (more > 2) | (head + size != g.left))
    g.doubt((g.octet(head + 1) != 1) | (g.octet(head + 2) > 1))
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
