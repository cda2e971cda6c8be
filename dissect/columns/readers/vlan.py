"""VLAN tags, customers' and services'."""

from __future__ import annotations

import numpy as np

from dissect.columns.group import Group, Onward, Result
from dissect.columns.walk import vector
from dissect.protocols.vlan import (
    MAX_LENGTH,
    SERVICE,
    InnerTag,
    LengthTag,
    OuterTag,
    ServiceTag,
    Tag,
)

TAG: int = Tag.__hdr_len__


@vector("vlan", Tag, LengthTag, families=("vlan", "eth"))
def vlan(g: Group) -> Result:
    """On by the type behind the tag, or by the length to LLC."""
    kind = g.short(2)
    sized = kind <= MAX_LENGTH
    g.head(Tag, where=~sized)
    g.head(LengthTag, where=sized)
    g.doubt(sized & (g.short(TAG) == 0xFFFF))
    end = np.minimum(g.at + TAG + kind, g.end)
    return [
        Onward("ethertype", kind, TAG, where=~sized),
        Onward(name="llc", skip=TAG, end=end, where=sized),
    ]


@vector("ieee8021ad", ServiceTag, OuterTag, InnerTag, families=("ieee8021ad", "ieee8021ah", "eth"))
def service_tag(g: Group) -> Result:
    """One service tag, or two."""
    double = g.short(2) == SERVICE
    g.head(ServiceTag, where=~double)
    g.head(OuterTag, where=double)
    g.head(InnerTag, TAG, where=double)
    skip = np.where(double, 2 * TAG, TAG)
    return Onward("ethertype", g.short(skip - 2), skip)
