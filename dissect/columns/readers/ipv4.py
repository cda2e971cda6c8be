"""IPv4 headers without options, of packets that are no fragments."""

from __future__ import annotations

import numpy as np

from dissect.columns.chunk import Flag
from dissect.columns.known import reads
from dissect.columns.walk import Group, Onward, Result, vector
from dissect.protocols.ipv4 import IPv4

HEADER = 20

reads("ip", IPv4, without=("ip.checksum.status", "ip.checksum_calculated"))


@vector("ip")
def ipv4(g: Group) -> Result:
    """Total Length bounds the payload; 0 is segmentation offload, left to the tree reader."""
    head = g.head(IPv4)
    total = head.len.astype(np.int64)
    end = g.at + total
    g.doubt((g.octet() != 0x45) | (total < HEADER))
    fragment = head.flags_off_word & 0x3FFF != 0
    g.doubt(fragment)
    if g.quoted:
        end = np.minimum(end, g.end)
    else:
        g.doubt(end > g.end)
        g.flag(Flag.FRAGMENT, fragment)
    return Onward("ip_proto", head.p, HEADER, end, end > g.at + HEADER)
