"""Messages that test addresses and bind them (RFC 6275, sections 6.1.2 to 6.1.9).

Binding Refresh Request  Reserved (2)
Home, Care-of Test Init  Reserved (2), Init Cookie (8)
Home, Care-of Test       Nonce Index (2), Init Cookie (8), Keygen Token (8)
Binding Update           Sequence (2), Flags (2), Lifetime (2)
Binding Acknowledgement  Status, Flags, Sequence (2), Lifetime (2)
Binding Error            Status, Reserved, Home Address (16)

Options follow in all of them.  The flags are also those of mobile networks (RFC 3963), of Proxy
Mobile IPv6 (RFC 5213), of mobility anchor points (RFC 5380), of dual stacks (RFC 5555), of the
TLV-header format (RFC 5845) and of bulk registration (RFC 6602).
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, IPV6, U8, U16, X64
from dissect.protocols.mip6.codes import ACKNOWLEDGEMENT_STATUS, ERROR_STATUS
from dissect.protocols.mip6.messages import LIFETIME, flag, message
from dissect.protocols.mip6.options import options

KEY_MANAGEMENT = (
    "No Key Management Mobility Compatibility", "Key Management Mobility Compatibility",
)  # fmt: skip
MOBILE_ROUTER = ("No Mobile Router Compatibility", "Mobile Router Compatibility")
PROXY = ("No Proxy Registration", "Proxy Registration")
TLV = ("No TLV-header format", "TLV-header format used")


class HomeTestInit(Header):
    """Behind the head, 10 octets."""

    __hdr__ = (("reserved", "H", 0), ("cookie", "Q", 0))
    names = (F("cookie", "mip6.hoti.cookie", "Home Init Cookie", X64),)


class CareOfTestInit(Header):
    """Behind the head, 10 octets."""

    __hdr__ = HomeTestInit.__hdr__
    names = (F("cookie", "mip6.coti.cookie", "Care-of Init Cookie", X64),)


class HomeTest(Header):
    """Behind the head, 18 octets."""

    __hdr__ = (("nonce", "H", 0), ("cookie", "Q", 0), ("token", "Q", 0))
    names = (
        F("nonce", "mip6.hot.nindex", "Home Nonce Index", U16),
        F("cookie", "mip6.hot.cookie", "Home Init Cookie", X64),
        F("token", "mip6.hot.token", "Home Keygen Token", X64),
    )


class CareOfTest(Header):
    """Behind the head, 18 octets."""

    __hdr__ = HomeTest.__hdr__
    names = (
        F("nonce", "mip6.cot.nindex", "Care-of Nonce Index", U16),
        F("cookie", "mip6.cot.cookie", "Care-of Init Cookie", X64),
        F("token", "mip6.hot.token", "Care-of Keygen Token", X64),
    )


class BindingUpdate(Header):
    """Behind the head, 6 octets."""

    __hdr__ = (("sequence", "H", 0), ("flags", "H", 0), ("lifetime", "H", 0))
    names = (
        F("sequence", "mip6.bu.seqnr", "Sequence number"),
        flag("flags", 0, "mip6.bu.a_flag", "Acknowledge (A) flag",
             ("Binding Acknowledgement not requested", "Binding Acknowledgement requested")),
        flag("flags", 1, "mip6.bu.h_flag", "Home Registration (H) flag",
             ("No Home Registration", "Home Registration")),
        flag("flags", 2, "mip6.bu.l_flag", "Link-Local Compatibility (L) flag",
             ("No Link-Local Address Compatibility", "Link-Local Address Compatibility")),
        flag("flags", 3, "mip6.bu.k_flag", "Key Management Compatibility (K) flag",
             KEY_MANAGEMENT),
        flag("flags", 4, "mip6.bu.m_flag", "MAP Registration Compatibility (M) flag",
             ("No MAP Registration Compatibility", "MAP Registration Compatibility")),
        flag("flags", 5, "mip6.nemo.bu.r_flag", "Mobile Router (R) flag", MOBILE_ROUTER),
        flag("flags", 6, "mip6.bu.p_flag", "Proxy Registration (P) flag", PROXY),
        flag("flags", 7, "mip6.bu.f_flag", "Forcing UDP encapsulation (F) flag",
             ("No Forcing UDP encapsulation", "Forcing UDP encapsulation used")),
        flag("flags", 8, "mip6.bu.t_flag", "TLV-header format (T) flag", TLV),
        flag("flags", 9, "mip6.bu.b_flag", "Bulk-Binding-Update flag (B)",
             ("Disable bulk binding update support", "Enable bulk binding update support")),
        F("lifetime", "mip6.bu.lifetime", "Lifetime", LIFETIME),
    )  # fmt: skip


class BindingAcknowledgement(Header):
    """Behind the head, 6 octets."""

    __hdr__ = (("status", "B", 0), ("flags", "B", 0), ("sequence", "H", 0), ("lifetime", "H", 0))
    names = (
        F("status", "mip6.ba.status", "Status", U8, ACKNOWLEDGEMENT_STATUS),
        flag("flags", 0, "mip6.ba.k_flag", "Key Management Compatibility (K) flag",
             KEY_MANAGEMENT),
        flag("flags", 1, "mip6.nemo.ba.r_flag", "Mobile Router (R) flag", MOBILE_ROUTER),
        flag("flags", 2, "mip6.ba.p_flag", "Proxy Registration (P) flag", PROXY),
        flag("flags", 3, "mip6.ba.t_flag", "TLV-header format (T) flag", TLV),
        flag("flags", 4, "mip6.ba.b_flag", "Bulk-Binding-Update flag (B)",
             ("Disabled bulk binding update support", "Enabled bulk binding update support")),
        F("sequence", "mip6.ba.seqnr", "Sequence number"),
        F("lifetime", "mip6.ba.lifetime", "Lifetime", LIFETIME),
    )  # fmt: skip


class BindingError(Header):
    """Behind the head, 18 octets."""

    __hdr__ = (("status", "B", 1), ("reserved", "B", 0), ("home", "16s", bytes(16)))
    names = (
        F("status", "mip6.be.status", "Status", U8, ERROR_STATUS),
        F("home", "mip6.be.haddr", "Home Address", IPV6),
    )


REFRESH_REQUEST = Field("mip6.binding_refresh_request", "Binding Refresh Request", BYTES)


@message(0, "Binding Refresh Request")
def refresh_request(c: Cursor) -> None:
    """Asks a mobile node to update its binding."""
    c.add(REFRESH_REQUEST, 2)
    options(c)


@message(1, "Home Test Init")
def home_test_init(c: Cursor) -> None:
    """Starts the test of the home address."""
    with c.text("Home Test Init"):
        c.header(HomeTestInit)
    options(c)


@message(2, "Care-of Test Init")
def care_of_test_init(c: Cursor) -> None:
    """Starts the test of the care-of address."""
    with c.text("Care-of Test Init"):
        c.header(CareOfTestInit)
    options(c)


@message(3, "Home Test")
def home_test(c: Cursor) -> None:
    """Answers the Home Test Init."""
    with c.text("Home Test"):
        c.header(HomeTest)
    options(c)


@message(4, "Care-of Test")
def care_of_test(c: Cursor) -> None:
    """Answers the Care-of Test Init."""
    with c.text("Care-of Test"):
        c.header(CareOfTest)
    options(c)


MOBILE_NETWORK_UPDATE = 0x0400
MOBILE_NETWORK_ACKNOWLEDGEMENT = 0x40
"""The R flags: what is mobile is a router with a network."""


@message(5, "Binding Update")
def binding_update(c: Cursor) -> None:
    """Tells the new care-of address."""
    with c.text("Binding Update"):
        if c.header(BindingUpdate).flags & MOBILE_NETWORK_UPDATE:
            c.protocol("NEMO")
    options(c)


@message(6, "Binding Acknowledgement")
def binding_acknowledgement(c: Cursor) -> None:
    """Answers the Binding Update."""
    with c.text("Binding Acknowledgement"):
        if c.header(BindingAcknowledgement).flags & MOBILE_NETWORK_ACKNOWLEDGEMENT:
            c.protocol("NEMO")
    options(c)


@message(7, "Binding Error")
def binding_error(c: Cursor) -> None:
    """Something about mobility was not understood."""
    with c.text("Binding Error"):
        c.header(BindingError)
    options(c)
