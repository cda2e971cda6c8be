"""MPLS: label after label, then IP where an IP header is plausible."""

from __future__ import annotations

from dissect.columns.group import Group, Onward, Result
from dissect.columns.targets import mapped
from dissect.columns.walk import vector
from dissect.protocols.mpls import ASSOCIATED_CHANNEL, OAM_ALERT, Label

LABEL: int = Label.__hdr_len__
PROTOCOLS = {4: 4, 6: 41}
"""IP protocol numbers by the first four bits."""


@vector("mpls", Label, families=("mpls", "pweth", "pwach"))
def mpls(g: Group) -> Result:
    """Pseudowires, and what is not surely IP, are left to the tree reader."""
    entry = g.head(Label)
    bottom = entry.s == 1
    label = entry.label
    g.doubt((label == ASSOCIATED_CHANNEL) | (label == OAM_ALERT) & bottom)
    g.fits(LABEL + 6, bottom)
    first = g.octet(LABEL)
    left = g.left - LABEL
    total = g.short(LABEL + 2)
    plausible_4 = (first >> 4 == 4) & (first & 15 >= 5) & (total >= 20) & (total <= left)
    plausible_6 = (first >> 4 == 6) & (40 + g.short(LABEL + 4) == left)
    g.doubt(bottom & ~(plausible_4 | plausible_6))
    return [
        Onward(name="mpls", skip=LABEL, where=~bottom, continues=True),
        Onward("ip_proto", mapped(PROTOCOLS, first >> 4), LABEL, where=bottom),
    ]
