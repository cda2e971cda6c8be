"""Messages of fast handover (RFC 5568, section 6.2; for Proxy Mobile IPv6: RFC 5949, section 6.1).

Fast Binding Update           Sequence (2), Flags, Reserved, Lifetime (2)
Fast Binding Acknowledgment   Status, Flags, Sequence (2), Lifetime (2)
Fast Neighbor Advertisement   Reserved (2), only in RFC 4068, section 6.3.3
Handover Initiate             Sequence (2), Flags, Code
Handover Acknowledge          Sequence (2), Flags, Code

Options follow in all of them.  Lifetimes are seconds here.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, U8
from dissect.protocols.mip6.codes import FAST_STATUS
from dissect.protocols.mip6.messages import flag, message
from dissect.protocols.mip6.options import options


class FastBindingUpdate(Header):
    """Behind the head, 6 octets."""

    __hdr__ = (("sequence", "H", 0), ("flags", "B", 0), ("reserved", "B", 0), ("lifetime", "H", 0))
    names = (
        F("sequence", "mip6.fbu.seqnr", "Sequence number"),
        flag("flags", 0, "mip6.fbu.a_flag", "Acknowledge (A) flag",
             ("Fast Binding Acknowledgement not requested",
              "Fast Binding Acknowledgement requested")),
        flag("flags", 1, "mip6.fbu.h_flag", "Home Registration (H) flag",
             ("No Home Registration", "Home Registration")),
        flag("flags", 2, "mip6.fbu.l_flag", "Link-Local Compatibility (L) flag",
             ("No Link-Local Address Compatibility", "Link-Local Address Compatibility")),
        flag("flags", 3, "mip6.fbu.k_flag", "Key Management Compatibility (K) flag",
             ("No Key Management Mobility Compatibility",
              "Key Management Mobility Compatibility")),
        F("lifetime", "mip6.fbu.lifetime", "Lifetime", unit=" seconds"),
    )  # fmt: skip


class FastBindingAcknowledgment(Header):
    """Behind the head, 6 octets."""

    __hdr__ = (("status", "B", 0), ("flags", "B", 0), ("sequence", "H", 0), ("lifetime", "H", 0))
    names = (
        F("status", "mip6.fback.status", "Status", U8, FAST_STATUS),
        flag("flags", 0, "mip6.fback.k_flag", "Key Management Compatibility (K) flag",
             ("No Key Management Mobility Compatibility",
              "Key Management Mobility Compatibility")),
        F("sequence", "mip6.fback.seqnr", "Sequence number"),
        F("lifetime", "mip6.fback.lifetime", "Lifetime", unit=" seconds"),
    )  # fmt: skip


class HandoverInitiate(Header):
    """Behind the head, 4 octets."""

    __hdr__ = (("sequence", "H", 0), ("flags", "B", 0), ("code", "B", 0))
    names = (
        F("sequence", "mip6.hi.seqnr", "Sequence number"),
        flag("flags", 0, "mip6.hi.s_flag", "Assigned address configuration flag (S) flag"),
        flag("flags", 1, "mip6.hi.u_flag", "Buffer flag (U) flag"),
        flag("flags", 2, "sixscope.mip6.hi.p_flag", "Proxy (P) flag"),
        flag("flags", 3, "sixscope.mip6.hi.f_flag", "Forwarding (F) flag"),
        F("code", "mip6.hi.code", "Code"),
    )


class HandoverAcknowledge(Header):
    """Behind the head, 4 octets."""

    __hdr__ = (("sequence", "H", 0), ("flags", "B", 0), ("code", "B", 0))
    names = (
        F("sequence", "mip6.hack.seqnr", "Sequence number"),
        flag("flags", 0, "sixscope.mip6.hack.u_flag", "Buffer (U) flag"),
        flag("flags", 1, "sixscope.mip6.hack.p_flag", "Proxy (P) flag"),
        flag("flags", 2, "sixscope.mip6.hack.f_flag", "Forwarding (F) flag"),
        F("code", "mip6.hack.code", "Code"),
    )


NEIGHBOR = Field("mip6.fast_neighbor_advertisement", "Fast Neighbor Advertisement", BYTES)


@message(8, "Fast Binding Update")
def fast_binding_update(c: Cursor) -> None:
    """Asks the old router to send on what comes for the old address."""
    with c.text("Fast Binding Update"):
        c.header(FastBindingUpdate)
    options(c)


@message(9, "Fast Binding Acknowledgment")
def fast_binding_acknowledgment(c: Cursor) -> None:
    """Answers the Fast Binding Update."""
    with c.text("Fast Binding Acknowledgement"):
        c.header(FastBindingAcknowledgment)
    options(c)


@message(10, "Fast Neighbor Advertisement")
def fast_neighbor_advertisement(c: Cursor) -> None:
    """Announces the mobile node at its new router."""
    c.add(NEIGHBOR, 2)
    options(c)


@message(14, "Handover Initiate")
def handover_initiate(c: Cursor) -> None:
    """Between routers: a mobile node is about to move."""
    with c.text("Handover Initiate"):
        c.header(HandoverInitiate)
    options(c)


@message(15, "Handover Acknowledge")
def handover_acknowledge(c: Cursor) -> None:
    """Answers the Handover Initiate."""
    with c.text("Handover Acknowledge"):
        c.header(HandoverAcknowledge)
    options(c)
