"""Tunnels above IP and UDP: GRE, VXLAN, Geneve, GTP, Teredo, AYIYA."""

from __future__ import annotations

import numpy as np

from dissect.columns.chunk import Mask, Rows
from dissect.columns.group import Group, Onward, Result
from dissect.columns.targets import has, mapped
from dissect.columns.walk import certain, suspect, vector
from dissect.protocols import gre, gtp, vxlan, wg
from dissect.protocols.ayiya import ECHO_AND_FORWARD, FORWARD, Ayiya
from dissect.protocols.geneve import Geneve
from dissect.protocols.gtp import Gtp
from dissect.protocols.teredo import IPV6_HEADER, IPV6_PROTO, TRAILERS

AUTHENTICATION, ORIGIN = 13, 8
"""Octets of Teredo's indications, identifier and value not counted."""


@vector("gre")
def generic(g: Group) -> Result:
    """Version 0 without routing: four octets for each of checksum, key and sequence number."""
    flags, kind = g.short(), g.short(2)
    size = 4 + sum(4 * (flags >> bit & 1) for bit in (15, 13, 12))
    g.fits(size)
    g.doubt((flags & 0x4007 != 0) | (kind == gre.WCCP))
    numbered = flags & gre.SEQUENCE_BIT != 0
    g.doubt(np.isin(kind, (gre.CDMA_BYTES, gre.CDMA_PACKET)))
    g.doubt((kind == gre.ERSPAN_12) & ~numbered)
    ether = np.isin(kind, tuple(gre.ETHERTYPES)) & ~has("gre_proto", kind)
    more = (g.left > size) | numbered
    return [
        Onward("ethertype", kind, size, where=ether & more, listed=False),
        Onward("gre_proto", kind, size, where=~ether & more),
    ]


@vector("vxlan", vxlan.Policy, vxlan.Protocol, vxlan.Network)
def extensible_lan(g: Group) -> Result:
    """By the ports before it plain VXLAN, which carries Ethernet, or its generic extension."""
    generic = (g.short(-8) == vxlan.GENERIC_PORT) | (g.short(-6) == vxlan.GENERIC_PORT)
    g.head(vxlan.Policy, 2, ~generic)
    following = g.head(vxlan.Protocol, 1, generic).next
    g.head(vxlan.Network, 4)
    kind = np.where(generic, mapped(vxlan.NEXT_ETHERTYPES, following), vxlan.ETHERNET)
    return [
        Onward("ethertype", kind, 8, where=kind != 0, listed=False),
        Onward(name="data", skip=8, where=kind == 0),
    ]


@vector("geneve", Geneve)
def network_virtualization(g: Group) -> Result:
    """Without options."""
    head = g.head(Geneve)
    g.doubt(g.octet() != 0)
    return Onward("ethertype", head.proto, 8, listed=False)


@vector("gtp", Gtp)
def gprs(g: Group) -> Result:
    """User packets without extension headers; other messages end here."""
    head = g.head(Gtp)
    flags, user = g.octet(), head.kind == gtp.USER_PACKET
    size = np.where(flags & 7 != 0, 12, 8)
    g.fits(size)
    g.doubt((flags >> 5 != 1) | (flags & 4 != 0))
    end = np.minimum(g.at + 8 + head.len, g.end)
    kind = mapped(gtp.ETHERTYPE_OF, g.octet(size) >> 4)
    g.fits(size + 1, user)
    g.doubt(user & (kind == 0))
    return Onward("ethertype", kind, size, end, user, listed=False)


@vector("teredo")
def teredo(g: Group) -> Result:
    """IPv6 behind the indications that there are."""
    g.fits(4)
    skip = np.where(g.short() == 1, AUTHENTICATION + g.octet(2) + g.octet(3), 0)
    g.fits(skip + 2, g.at + skip < g.end)
    skip += np.where(g.short(skip) == 0, ORIGIN, 0)
    more = g.at + skip < g.end
    g.fits(skip)
    return Onward("ip_proto", IPV6_PROTO, skip, where=more)


@vector("ayiya", Ayiya)
def anything_in_anything(g: Group) -> Result:
    """Behind identity and signature, if something is forwarded."""
    head = g.head(Ayiya)
    size = 8 + (1 << head.idlen.astype(np.int64)) + 4 * head.siglen.astype(np.int64)
    g.fits(size)
    carries = (head.opcode == FORWARD) | (head.opcode == ECHO_AND_FORWARD)
    return Onward("ip_proto", head.nxt, size, where=carries & has("ip_proto", head.nxt))


@vector("udpencap")
def encapsulated(g: Group) -> Result:
    """ESP; key exchange and keepalives are left to the tree reader."""
    g.fits(4)
    g.doubt(g.short() | g.short(2) == 0)
    return Onward(name="esp")


# --- by their looks, off their ports -------------------------------------------------------------


@suspect("fou")
def foo(g: Group) -> Mask:
    """What an IP header's length says is all that there is; nor is it Teredo's."""
    version, left = g.octet() >> 4, g.left
    found: Mask = (version == 4) & (g.short(2) == left)
    six = np.flatnonzero((version == 6) & (40 + g.short(4) == left))
    if len(six):
        found[six] = ~_has_teredo_address(g.some(six), 0)
    return found


@suspect("teredo")
def maybe_teredo(g: Group) -> Mask:
    """An IPv6 header behind an indication, or with a Teredo address."""
    ahead = _indications(g)
    found: Mask = (ahead > 0) | _has_teredo_address(g, ahead)
    found &= g.octet(ahead) >> 4 == 6
    return found


@certain("teredo")
def teredo_off_its_port(g: Group) -> Mask:
    """The same, and behind the packet nothing or a trailer."""
    ahead = _indications(g)
    behind = g.left - ahead - IPV6_HEADER - g.short(ahead + 4)
    trailers = np.isin(g.octet_at(g.end - behind), tuple(TRAILERS))
    whole: Mask = (g.left - ahead >= IPV6_HEADER) & ((behind == 0) | (behind > 0) & trailers)
    whole &= maybe_teredo(g)
    return whole


def _indications(g: Group) -> Rows:
    """Octets before the IPv6 header, as the first ones of Teredo's indications tell."""
    ahead = np.where(g.short() == 1, AUTHENTICATION + g.octet(2) + g.octet(3), 0)
    return ahead + np.where(g.short(ahead) == 0, ORIGIN, 0)


def _has_teredo_address(g: Group, ahead: Rows | int) -> Mask:
    """The rows with an address in 2001::/32 where an IPv6 header has one."""
    found = np.zeros(len(g), np.bool_)
    for end in (8, 24):
        found |= (g.short(ahead + end) == 0x2001) & (g.short(ahead + end + 2) == 0)
    return found


@suspect("wg")
def wireguard(g: Group) -> Mask:
    """A type and three octets of zero, and a size that the type has."""
    kind, left = g.octet(), g.left
    sized = np.where(kind == wg.TRANSPORT, left >= wg.KEEPALIVE, mapped(wg.SIZES, kind) == left)
    found: Mask = sized & (g.octet(1) == 0) & (g.short(2) == 0) & (left > 0)
    return found
