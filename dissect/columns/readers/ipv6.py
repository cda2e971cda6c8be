"""IPv6: the header and its extension headers."""

from __future__ import annotations

import numpy as np

from dissect.columns.chunk import Flag, Mask, Rows, Values
from dissect.columns.known import reads
from dissect.columns.options import sound
from dissect.columns.walk import Group, Onward, Result, vector
from dissect.protocols.ah import AH
from dissect.protocols.dstopts import DestinationOptions
from dissect.protocols.esp import ESP
from dissect.protocols.fragment import Fragment
from dissect.protocols.hopopts import HopByHop
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.ipv6_chain import NO_NEXT_HEADER
from dissect.protocols.ipv6_options.reader import KNOWN
from dissect.protocols.routing import Routing

HEADER = 40
JUMBO_PAYLOAD = 0xC2

reads("ipv6", IPv6, families=("ipv6", "ip"))
reads("ipv6.hopopts", HopByHop)
reads("ipv6.dstopts", DestinationOptions)
reads("ipv6.routing", Routing)
reads("ipv6.fraghdr", Fragment)
reads("ah", AH)
reads("esp", ESP)

PLAIN_OPTIONS = {
    kind: (option.length, option.length)
    for kind, option in KNOWN.items()
    if option.length is not None and option.read is None and kind != JUMBO_PAYLOAD
} | {0x01: (0, 255)}
"""The least and most octets of the options that can't end the reading of a packet."""


def follow(g: Group, following: Values, skip: Values | int, end: Rows | None = None) -> Result:
    """On by Next Header; behind No Next Header is data, if anything."""
    none = following == NO_NEXT_HEADER
    more = g.at + skip < (g.end if end is None else end)
    return [
        Onward("ip_proto", following, skip, end, ~none),
        Onward(name="data", skip=skip, end=end, where=none & more),
    ]


@vector("ipv6")
def ipv6(g: Group) -> Result:
    """Payload Length bounds the payload; 0 is a jumbogram or offload, left to the tree reader."""
    head = g.head(IPv6)
    length, following = head.plen.astype(np.int64), head.nxt
    end = g.at + HEADER + length
    g.doubt((g.octet() >> 4 != 6) | (length == 0) & (following != NO_NEXT_HEADER))
    if g.quoted:
        end = np.minimum(end, g.end)
    else:
        g.doubt(end > g.end)
    return follow(g, following, HEADER, end)


def _options(g: Group, following: Values, units: Values) -> Result:
    size = 8 * units.astype(np.int64) + 8
    g.fits(size)
    g.doubt(~sound(g, 2, size, PLAIN_OPTIONS, single=(0,), counted=0))
    return follow(g, following, size)


@vector("ipv6.hopopts")
def hop_by_hop(g: Group) -> Result:
    """Options of kinds whose reading can't fail."""
    head = g.head(HopByHop)
    return _options(g, head.nxt, head.len)


@vector("ipv6.dstopts")
def destination_options(g: Group) -> Result:
    """The same."""
    head = g.head(DestinationOptions)
    return _options(g, head.nxt, head.len)


@vector("ipv6.routing")
def routing(g: Group) -> Result:
    """Types whose data can have any length, or any that leaves room for their fixed part."""
    head = g.head(Routing)
    kind, units = head.type, head.len.astype(np.int64)
    safe: Mask = (kind == 0) | (kind == 2) | (kind == 4) & (units > 0)
    size = 8 * units + 8
    g.fits(size)
    g.doubt(~safe)
    return follow(g, head.nxt, size)


@vector("ipv6.fraghdr")
def fragment(g: Group) -> Result:
    """An atomic fragment is a whole packet (RFC 6946); others wait for reassembly."""
    head = g.head(Fragment)
    part = (head.offset != 0) | (head.more != 0)
    g.doubt(part)
    if not g.quoted:
        g.flag(Flag.FRAGMENT, part)
    return follow(g, head.nxt, 8)


@vector("ah")
def authentication(g: Group) -> Result:
    """The header with its check value."""
    head = g.head(AH)
    size = 4 * head.len.astype(np.int64) + 8
    g.doubt(size < 12)
    g.fits(size)
    return follow(g, head.nxt, size)


@vector("esp")
def encapsulating(g: Group) -> Result:
    """What follows is encrypted."""
    g.head(ESP)
    return None
