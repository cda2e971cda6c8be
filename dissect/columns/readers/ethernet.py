"""Ethernet II and IEEE 802.3 frames."""

from __future__ import annotations

import numpy as np

from dissect.columns.chunk import Rows
from dissect.columns.group import Group, Onward, Result
from dissect.columns.walk import vector
from dissect.engine.looks import Looks, starts
from dissect.protocols.ethernet import (
    FCS_LENGTHS,
    IEEE8023,
    ISL,
    MAX_LENGTH,
    MIN_TYPE,
    EthernetII,
)

HEADER: int = EthernetII.__hdr_len__
FCS = 4
SWITCH_LINK = Looks(starts(*ISL))


@vector("eth", EthernetII, IEEE8023)
def ethernet(g: Group) -> Result:
    """On by type, or by length to LLC; a check sequence that is known to be there ends it."""
    head = g.peek(EthernetII)  # laid out as the other one
    kind = head.type.astype(np.int64)
    typed = (kind >= MIN_TYPE) | (kind == 0)
    end = _before_fcs(g)
    g.fits(HEADER)
    if typed.all():
        g.found(EthernetII, head)
        return Onward("ethertype", kind, HEADER, end)
    sized = ~typed
    g.found(EthernetII, head, where=typed)
    g.found(IEEE8023, head, where=sized)
    raw_ipx = g.short(HEADER) == 0xFFFF
    g.doubt(sized & ((kind > MAX_LENGTH) | raw_ipx | g.like(SWITCH_LINK)))
    llc_end = np.minimum(g.at + HEADER + kind, end)
    return [
        Onward("ethertype", kind, HEADER, end, typed),
        Onward(name="llc", skip=HEADER, end=llc_end, where=sized),
    ]


def _before_fcs(g: Group) -> Rows:
    """Where the payload must end, in frames that are not in a tunnel."""
    chunk = g.chunk
    known = np.array([one.fcs_length in FCS_LENGTHS for one in chunk.stretch.interfaces])
    if not known.any():
        return g.end
    has = known[chunk.interface[g.rows]] & (g.at == chunk.start[g.rows])
    return np.where(has & (g.left >= HEADER + FCS), g.end - FCS, g.end)
