"""Messages between those who look after bindings.

Experimental           Data (RFC 5096)
Home Agent Switch      Number, Reserved, Home agents' addresses (RFC 5142)
Heartbeat              Reserved, Flags, Sequence (4) (RFC 5847)
Binding Revocation     Type, Trigger or Status, Sequence (2), Flags (2) (RFC 5846)
Localized Routing      Initiation: Sequence (2), Reserved (2), Lifetime (2)
                       Acknowledgment: Sequence (2), Flags, Status, Lifetime (2) (RFC 6705)

Options follow in all but the first.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, IPV6, U8, U32, X8, X16
from dissect.protocols.mip6.codes import LOCALIZED_STATUS, REVOCATION_STATUS, REVOCATION_TRIGGERS
from dissect.protocols.mip6.messages import SET, flag, message
from dissect.protocols.mip6.options import options


class HomeAgentSwitch(Header):
    """Behind the head, 2 octets."""

    __hdr__ = (("count", "B", 0), ("reserved", "B", 0))
    names = (
        F("count", "mip6.has.num_addrs", "Number of Addresses"),
        F("reserved", "mip6.has.reserved", "Reserved", X8),
    )


class Heartbeat(Header):
    """Behind the head, 6 octets."""

    __hdr__ = (("reserved", "B", 0), ("flags", "B", 0), ("sequence", "I", 0))
    names = (
        flag("flags", 6, "mip6.hb.u_flag", "Unsolicited (U) flag",
             ("Otherwise", "Unsolicited Heartbeat Response")),
        flag("flags", 7, "mip6.hb.r_flag", "Response (R) flag",
             ("Heartbeat Request", "Heartbeat Response")),
        F("sequence", "mip6.hb.seqnr", "Sequence number", U32),
    )  # fmt: skip


def _revocation(kind: str) -> tuple[F, ...]:
    """The common end of both revocation messages; ``kind`` is a letter of the flags' names."""
    return (
        F("sequence", "mip6.bri_seqnr", "Sequence Number"),
        flag("flags", 0, f"mip6.bri_{kind}p", "Proxy Binding (P) Flag", SET),
        flag("flags", 1, f"mip6.bri_{kind}v", "IPv4 HoA Binding Only (V) Flag", SET),
        flag("flags", 2, f"mip6.bri_{kind}g", "Global (G) Flag", SET),
        F("flags", "mip6.bri_res", "Reserved", X16, within=(3, 13)),
    )


class RevocationIndication(Header):
    """Behind the head, 6 octets."""

    __hdr__ = (("kind", "B", 1), ("trigger", "B", 0), ("sequence", "H", 0), ("flags", "H", 0))
    names = (
        F("kind", "mip6.bri_br.type", "B.R. Type"),
        F("trigger", "mip6.bri_r.trigger", "R. Trigger", U8, REVOCATION_TRIGGERS),
        *_revocation("i"),
    )


class RevocationAcknowledgement(Header):
    """Behind the head, 6 octets."""

    __hdr__ = (("kind", "B", 2), ("status", "B", 0), ("sequence", "H", 0), ("flags", "H", 0))
    names = (
        F("kind", "mip6.bri_br.type", "B.R. Type"),
        F("status", "mip6.bri_status", "Status", U8, REVOCATION_STATUS),
        *_revocation("a"),
    )


class LocalizedRoutingInitiation(Header):
    """Behind the head, 6 octets."""

    __hdr__ = (("sequence", "H", 0), ("reserved", "H", 0), ("lifetime", "H", 0))
    names = (
        F("sequence", "mip6.lri.sequence", "Sequence"),
        F("reserved", "mip6.lri.reserved", "Reserved", X16),
        F("lifetime", "mip6.lri.lifetime", "Lifetime", X16),
    )


class LocalizedRoutingAcknowledgment(Header):
    """Behind the head, 6 octets."""

    __hdr__ = (("sequence", "H", 0), ("flags", "B", 0), ("status", "B", 0), ("lifetime", "H", 0))
    names = (
        F("sequence", "mip6.lra.sequence", "Sequence"),
        flag("flags", 0, "mip6.lri.unsolicited", "unsolicited", ("No", "Yes")),
        F("flags", "mip6.lra.reserved", "Reserved", X8, within=(1, 7)),
        F("status", "mip6.lra.status", "Status", U8, LOCALIZED_STATUS),
        F("lifetime", "mip6.lra.lifetime", "Lifetime", X16),
    )


HOME_AGENT = Field("mip6.has.address", "Address", IPV6)
EXPERIMENT = Field("mip6.em.data", "Data", BYTES)
REVOCATION_TYPE = Field("mip6.bri_br.type", "B.R. Type", U8)

INDICATION, ACKNOWLEDGEMENT = 1, 2


@message(11, "Experimental Mobility Header")
def experimental(c: Cursor) -> None:
    """Known to those who try it out."""
    c.rest(EXPERIMENT)


@message(12, "Home Agent Switch")
def home_agent_switch(c: Cursor) -> None:
    """The home agent asks the mobile node to use another one."""
    with c.text("Home Agent Switch"):
        for _ in range(c.header(HomeAgentSwitch).count):
            c.add(HOME_AGENT)
    options(c)


@message(13, "Heartbeat")
def heartbeat(c: Cursor) -> None:
    """Whether the peer is still there."""
    with c.text("Heartbeat"):
        c.header(Heartbeat)
    options(c)


@message(16, "Binding Revocation")
def binding_revocation(c: Cursor) -> None:
    """A binding ends before its time; the type says whether this asks or answers."""
    kind = c.peek(1)[:1]
    if kind == bytes([INDICATION]):
        c.info("Binding Revocation Indication")
        with c.text("Binding Revocation Indication"):
            c.header(RevocationIndication)
    elif kind == bytes([ACKNOWLEDGEMENT]):
        c.info("Binding Revocation Acknowledge")
        with c.text("Binding Revocation Acknowledge"):
            c.header(RevocationAcknowledgement)
    elif c.left > 2:  # nothing is known of another type, but that options follow
        c.add(REVOCATION_TYPE)
        c.skip(5)
    options(c)


@message(17, "Localized Routing Initiation")
def localized_routing_initiation(c: Cursor) -> None:
    """Two mobile nodes may talk without a detour."""
    c.header(LocalizedRoutingInitiation)
    options(c)


@message(18, "Localized Routing Acknowledgment")
def localized_routing_acknowledgment(c: Cursor) -> None:
    """Answers the initiation."""
    c.header(LocalizedRoutingAcknowledgment)
    options(c)
