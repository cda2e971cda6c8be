"""What packets begin with where it isn't Ethernet: raw IP, loopback, Linux cooked, PPP, LLC."""

from __future__ import annotations

import numpy as np

from dissect.columns.group import Group, Onward, Result
from dissect.columns.targets import has, mapped
from dissect.columns.walk import vector
from dissect.protocols import llc, null, ppp, raw, sll
from dissect.protocols.codes.ppp import ETHERTYPES
from dissect.protocols.ethernet_trailer import SHOWN as TRAILER
from dissect.protocols.pppoe import Pppoe

VERSIONS = {4: raw.IPV4, 6: raw.IPV6}
"""EtherTypes by the first four bits."""


@vector("raw", families=())
def raw_ip(g: Group) -> Result:
    """On by the version of IP."""
    g.fits(len(raw.SPARE))
    kind = mapped(VERSIONS, g.octet() >> 4)
    g.doubt(kind == 0)
    return Onward("ethertype", kind, listed=False)


@vector("null")
def loopback(g: Group) -> Result:
    """On by address family, in either byte order."""
    g.fits(4)
    family = g.long()
    loop = g.chunk.link_type[g.rows] == null.LOOP
    swapped = family >> 24 | family >> 8 & 0xFF00
    family = np.where((family & 0xFFFF == 0) & ~loop, swapped, family)
    kind = mapped(null.ETHERTYPE, family)
    g.doubt(kind == 0)
    return Onward("ethertype", kind, 4, listed=False)


@vector("sll", families=("sll", *TRAILER))
def cooked(g: Group) -> Result:
    """On by EtherType; Linux's own numbers and GRE's are rare."""
    second = g.chunk.link_type[g.rows] == 276
    size = np.where(second, 20, 16)
    g.fits(size)
    kind = g.short(np.where(second, 0, 14))
    hardware = g.short(np.where(second, 8, 2))
    g.doubt((kind < sll.MIN_ETHERTYPE) | (hardware == sll.GRE))
    return Onward("ethertype", kind, size)


@vector("ppp")
def point_to_point(g: Group) -> Result:
    """On by the protocols that have an EtherType too; control protocols end here."""
    first = g.octet()
    inner = g.at > g.chunk.start[g.rows]
    g.doubt(~inner & (g.chunk.link_type[g.rows] == ppp.WITH_DIRECTION))
    for address in ppp.CHDLC_ADDRESSES:
        g.doubt(~inner & (first == address))
    skip = np.where(first == 0xFF, 2, 0)
    one = g.octet(skip) & 1 == 1
    number = np.where(one, g.octet(skip), g.short(skip))
    skip = skip + np.where(one, 1, 2)
    g.fits(skip)
    own = has("ppp_proto", number)
    kind = np.where(own, 0, mapped(ETHERTYPES, number))
    return [
        Onward("ppp_proto", number, skip, where=own),
        Onward("ethertype", kind, skip, where=kind != 0, listed=False),
        Onward(name="data", skip=skip, where=~own & (kind == 0) & (g.left > skip)),
    ]


@vector("pppoes", Pppoe, families=("pppoe",))
def session(g: Group) -> Result:
    """Always PPP."""
    head = g.head(Pppoe)
    return Onward(name="ppp", skip=6, end=np.minimum(g.at + 6 + head.len, g.end))


@vector("llc")
def logical_link(g: Group) -> Result:
    """SNAP with an EtherType; and unnumbered information to an access point."""
    dsap, ssap, control = g.octet(), g.octet(1), g.octet(2)
    g.fits(3)
    g.doubt(control != llc.UI)
    snap = (dsap == llc.SNAP) & (ssap == llc.SNAP)
    g.fits(8, snap)
    oui = g.octet(3) << 16 | g.short(4)
    g.doubt(snap & (oui != llc.ETHERNET_OUI) & (oui != llc.TUNNEL_OUI))
    kind = g.short(6)
    kind[~has("ethertype", kind)] = 0
    return [
        Onward("ethertype", kind, 8, where=snap & (kind >= 0x600), listed=False),
        Onward(name="data", skip=8, where=snap & (kind < 0x600)),
        Onward("llc_dsap", dsap, 3, where=~snap),
    ]
