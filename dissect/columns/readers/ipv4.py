"""IPv4: the header; behind that of a fragment are octets."""

from __future__ import annotations

import numpy as np

from dissect.columns.chunk import Flag
from dissect.columns.group import Group, Onward, Result
from dissect.columns.options import sound
from dissect.columns.walk import vector
from dissect.protocols.icmp import PROTOCOL as ICMP
from dissect.protocols.ipv4 import IPv4

HEADER: int = IPv4.__hdr_len__
PLAIN_OPTIONS = {148: (2, 2)}
"""Router Alert (RFC 2113); other options are left to the tree reader."""


@vector("ip", IPv4, without=("ip.checksum.status",), turn=1)
def ipv4(g: Group) -> Result:
    """Total Length bounds the payload; 0 is segmentation offload, left to the tree reader.

    Of fragments that are read one by one, what the first one has of an ICMP message is read.
    """
    head = g.head(IPv4)
    total = head.len.astype(np.int64)
    end = g.at + total
    octets = 4 * head.ihl.astype(np.int64)
    g.doubt((head.version != 4) | (octets < HEADER) | (total < octets))
    if (octets > HEADER).any():
        g.fits(octets)
        g.doubt(~sound(g, HEADER, octets, PLAIN_OPTIONS, single=(0, 1), counted=2, last=0))
    if g.quoted:
        end = np.minimum(end, g.end)
    else:
        g.doubt(end > g.end)
    fragment, more = head.flags_off_word & 0x3FFF != 0, end > g.at + octets
    if not fragment.any():
        return Onward("ip_proto", head.p, octets, end, more)
    later = head.off != 0
    if g.quoted or not g.chunk.alone:
        g.doubt(fragment, Flag.FRAGMENT)
    else:
        g.doubt(fragment & ~later & (head.p != ICMP), Flag.FRAGMENT)
        g.flag_sure(Flag.FRAGMENT, fragment)
    return [
        Onward("ip_proto", head.p, octets, end, more & ~later),
        Onward(name="data", skip=octets, end=end, where=more & later),
    ]
