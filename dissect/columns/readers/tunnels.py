"""Tunnels above IP and UDP: GRE, VXLAN, Geneve, GTP, Teredo, AYIYA."""

from __future__ import annotations

import numpy as np

from dissect.columns.known import reads
from dissect.columns.targets import has
from dissect.columns.walk import Group, Onward, Result, vector
from dissect.protocols import gre, gtp, vxlan
from dissect.protocols.ayiya import ECHO_AND_FORWARD, FORWARD, Ayiya
from dissect.protocols.geneve import Geneve
from dissect.protocols.gtp import Gtp
from dissect.protocols.teredo import IPV6_PROTO

reads("gre", families=("gre",))
reads("vxlan", vxlan.Policy, vxlan.Network)
reads("geneve", Geneve)
reads("gtp", Gtp)
reads("teredo", families=("teredo",))
reads("ayiya", Ayiya)


@vector("gre")
def generic(g: Group) -> Result:
    """Version 0 without routing: four octets for each of checksum, key and sequence number."""
    flags, kind = g.short(), g.short(2)
    size = 4 + sum(4 * (flags >> bit & 1) for bit in (15, 13, 12))
    g.fits(size)
    g.doubt((flags & 0x4007 != 0) | (kind == gre.WCCP))
    g.doubt((kind == gre.ERSPAN_12) & (flags & 0x1000 == 0))
    ether = np.isin(kind, tuple(gre.ETHERTYPES)) & ~has("gre_proto", kind)
    more = g.left > size
    return [
        Onward("ethertype", kind, size, where=ether & more, listed=False),
        Onward("gre_proto", kind, size, where=~ether & more),
    ]


@vector("vxlan")
def extensible_lan(g: Group) -> Result:
    """By the port before it plain VXLAN, which carries Ethernet."""
    g.fits(8)
    g.doubt((g.short(-8) == vxlan.GENERIC_PORT) | (g.short(-6) == vxlan.GENERIC_PORT))
    g.head(vxlan.Policy, 2)
    g.head(vxlan.Network, 4)
    return Onward("ethertype", vxlan.ETHERNET, 8, listed=False)


@vector("geneve")
def network_virtualization(g: Group) -> Result:
    """Without options."""
    head = g.head(Geneve)
    g.doubt(g.octet() != 0)
    return Onward("ethertype", head.proto, 8, where=g.left > 8, listed=False)


@vector("gtp")
def gprs(g: Group) -> Result:
    """User packets without extension headers; other messages end here."""
    head = g.head(Gtp)
    flags, user = g.octet(), head.kind == gtp.USER_PACKET
    size = np.where(flags & 7 != 0, 12, 8)
    g.fits(size)
    g.doubt((flags >> 5 != 1) | (flags & 4 != 0))
    end = np.minimum(g.at + 8 + head.len, g.end)
    version = g.octet(size) >> 4
    kind = np.zeros(len(g), np.int64)
    for number, ethertype in gtp.ETHERTYPE_OF.items():
        kind[version == number] = ethertype
    g.fits(size + 1, user)
    g.doubt(user & (kind == 0))
    return Onward("ethertype", kind, size, end, user, listed=False)


@vector("teredo")
def teredo(g: Group) -> Result:
    """IPv6, or an origin indication before it; authentication is left to the tree reader."""
    first = g.short()
    g.fits(2)
    skip = np.where(first == 0, 8, 0)
    g.fits(skip)
    g.doubt(first == 1)
    g.fits(skip + 1, g.at + skip < g.end)
    version = g.octet(skip) >> 4
    more = g.at + skip < g.end
    return [
        Onward("ip_proto", IPV6_PROTO, skip, where=more & (version == 6)),
        Onward(name="data", skip=skip, where=more & (version != 6)),
    ]


@vector("ayiya")
def anything_in_anything(g: Group) -> Result:
    """Behind identity and signature, if something is forwarded."""
    head = g.head(Ayiya)
    size = 8 + (1 << head.idlen.astype(np.int64)) + 4 * head.siglen.astype(np.int64)
    g.fits(size)
    carries = (head.opcode == FORWARD) | (head.opcode == ECHO_AND_FORWARD)
    return [
        Onward("ip_proto", head.nxt, size, where=carries),
        Onward(name="data", skip=size, where=~carries & (g.left > size)),
    ]
