"""IPv6: the header and its extension headers."""

from __future__ import annotations

import numpy as np

from dissect.columns.chunk import Flag, Rows, Values
from dissect.columns.group import Group, Onward, Result
from dissect.columns.options import sound
from dissect.columns.walk import vector
from dissect.protocols.ah import AH
from dissect.protocols.dstopts import DestinationOptions
from dissect.protocols.esp import ESP
from dissect.protocols.fragment import Fragment
from dissect.protocols.hopopts import HopByHop
from dissect.protocols.icmpv6 import PROTOCOL as ICMPV6
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.ipv6_chain import NO_NEXT_HEADER
from dissect.protocols.ipv6_options.reader import KNOWN
from dissect.protocols.routing import Routing
from dissect.protocols.tcp_checksum import TCP_PROTO

HEADER: int = IPv6.__hdr_len__
JUMBO_PAYLOAD = 0xC2
SEGMENTS = 4
"""The type of the Segment Routing header."""


ANY_LENGTH = (0, 255)
PLAIN_OPTIONS = {
    kind: ANY_LENGTH for kind in range(1, 256) if kind not in KNOWN or KNOWN[kind].read is None
} | {
    kind: (option.length, option.length)
    for kind, option in KNOWN.items()
    if option.read is not None and option.length is not None and kind != JUMBO_PAYLOAD
}
"""The least and most octets of the options that can't end the reading of a packet: those that are
one field after the other, and those whose reader knows their length."""


def follow(g: Group, following: Values, skip: Values | int, end: Rows | None = None) -> Result:
    """On by Next Header; behind No Next Header is data, if anything."""
    none = following == NO_NEXT_HEADER
    more = g.at + skip < (g.end if end is None else end)
    return [
        Onward("ip_proto", following, skip, end, ~none),
        Onward(name="data", skip=skip, end=end, where=none & more),
    ]


@vector("ipv6", IPv6, families=("ipv6", "ip.version"), turn=1)
def ipv6(g: Group) -> Result:
    """Payload Length bounds the payload; 0 is a jumbogram or offload, left to the tree reader."""
    head = g.head(IPv6)
    length, following = head.plen.astype(np.int64), head.nxt
    end = g.at + HEADER + length
    g.doubt((head.version != 6) | (length == 0) & (following != NO_NEXT_HEADER))
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


@vector("ipv6.hopopts", HopByHop, IPv6)
def hop_by_hop(g: Group) -> Result:
    """Options of kinds whose reading can't fail; none shows a field of the fixed header."""
    head = g.head(HopByHop)
    return _options(g, head.nxt, head.len)


@vector("ipv6.dstopts", DestinationOptions, IPv6)
def destination_options(g: Group) -> Result:
    """The same."""
    head = g.head(DestinationOptions)
    return _options(g, head.nxt, head.len)


@vector("ipv6.routing", Routing)
def routing(g: Group) -> Result:
    """Any length will do, but that of segment routing has a list."""
    head = g.head(Routing)
    kind, units = head.type, head.len.astype(np.int64)
    size = 8 * units + 8
    g.fits(size)
    g.doubt((kind == SEGMENTS) & (units == 0))
    return follow(g, head.nxt, size)


@vector("ipv6.fraghdr", Fragment)
def fragment(g: Group) -> Result:
    """An atomic fragment is a whole packet (RFC 6946); others await reassembly, but in quotes.

    Where they are read one by one, what the first one has of an ICMPv6 message is read.
    """
    head = g.head(Fragment)
    later, following = head.offset != 0, head.nxt
    part = later | (head.more != 0)
    if not g.quoted and not g.chunk.alone:
        g.doubt(part, Flag.FRAGMENT)
        return follow(g, following, 8)
    if g.quoted:
        g.doubt(part & (following == TCP_PROTO))  # whose payload is not read then
    else:
        g.flag_sure(Flag.FRAGMENT, part)
        g.doubt(part & ~later & (following != ICMPV6))
    return [
        Onward("ip_proto", following, 8, where=~later & (following != NO_NEXT_HEADER)),
        Onward(name="data", skip=8, where=(later | (following == NO_NEXT_HEADER)) & (g.left > 8)),
    ]


@vector("ah", AH)
def authentication(g: Group) -> Result:
    """The header with its check value."""
    head = g.head(AH)
    size = 4 * head.len.astype(np.int64) + 8
    g.doubt(size < 12)
    g.fits(size)
    return follow(g, head.nxt, size)


@vector("esp", ESP)
def encapsulating(g: Group) -> Result:
    """What follows is encrypted."""
    g.head(ESP)
    return None
