"""Grace LSAs: a router restarts, its neighbours should wait (RFC 3623, appendix B; RFC 5187)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import IPV4, U8, U32
from dissect.protocols.ospf.codes import GRACE_TLVS, RESTART_REASONS
from dissect.protocols.ospf.common import UNREAD, Tlvs

GRACE = Field("ospf.v2.grace", "Grace TLV")
PERIOD = Field("ospf.v2.grace.period", "Grace Period", U32, unit=" seconds")
REASON = Field("ospf.v2.grace.reason", "Restart Reason", U8, RESTART_REASONS)
ADDRESS = Field("ospf.v2.grace.ip", "Restart IP", IPV4)


TLVS = Tlvs(GRACE_TLVS, missing="Unknown grace-LSA TLV", node=GRACE, other=UNREAD, padded=True)
TLVS.show(1, PERIOD)
TLVS.show(2, REASON)
TLVS.show(3, ADDRESS)


def read_grace(c: Cursor) -> None:
    """All TLVs."""
    TLVS.walk(c)
