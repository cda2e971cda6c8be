"""Options of Proxy Mobile IPv6.

The protocol itself (RFC 5213, section 8), restarts (RFC 5847), GRE keys (RFC 5845), handover
contexts (RFC 5949), redirection (RFC 6463), groups of nodes (RFC 6602), localized routing
(RFC 6705), delegated prefixes (RFC 7148).
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, IPV4, IPV6, U8, U16, U32, UTC, X8, X16
from dissect.protocols.codes.access_technologies import ACCESS_TECHNOLOGIES
from dissect.protocols.mip6.codes import ENTERPRISES, HANDOFF, VENDOR_3GPP
from dissect.protocols.mip6.codes import OPTIONS as NAMES
from dissect.protocols.mip6.messages import flag
from dissect.protocols.mip6.options import BAD_LENGTH, Words, option, plain
from dissect.protocols.mip6.times import proxy_time


class HandoffIndicator(Header):
    """2 octets."""

    __hdr__ = (("reserved", "B", 0), ("indicator", "B", 0))
    names = (
        F("reserved", "mip6.hi.reserved", "Reserved"),
        F("indicator", "mip6.hi", "Handoff Indicator", U8, HANDOFF),
    )


class AccessTechnology(Header):
    """2 octets."""

    __hdr__ = (("reserved", "B", 0), ("technology", "B", 0))
    names = (
        F("reserved", "mip6.att.reserved", "Reserved"),
        F("technology", "mip6.att", "Access Technology Type", U8, ACCESS_TECHNOLOGIES),
    )


class RedirectFlags(Header):
    """2 octets; the addresses that they promise follow."""

    __hdr__ = (("flags", "H", 0),)
    names = (
        flag("flags", 0, "mip6.redir.k", "K"),
        flag("flags", 1, "mip6.redir.n", "N"),
        F("flags", "mip6.redir.reserved", "Reserved", X16, within=(2, 14)),
    )


class LoadInformation(Header):
    """18 octets."""

    __hdr__ = (
        ("priority", "H", 0), ("sessions", "I", 0), ("most_sessions", "I", 0), ("used", "I", 0),
        ("capacity", "I", 0),
    )  # fmt: skip
    names = (
        F("priority", "mip6.load_inf.priority", "Priority"),
        F("sessions", "mip6.load_inf.sessions_in_use", "Sessions in Use"),
        F("most_sessions", "mip6.load_inf.maximum_sessions", "Maximum Sessions"),
        F("used", "mip6.load_inf.used_capacity", "Used Capacity"),
        F("capacity", "mip6.load_inf.maximum_capacity", "Maximum Capacity"),
    )


class NodeGroup(Header):
    """6 octets."""

    __hdr__ = (("subtype", "B", 0), ("reserved", "B", 0), ("group", "I", 0))
    names = (
        F("subtype", "mip6.mng.sub_type", "Sub Type", U8,
          {0: "Reserved", 1: "Bulk Binding Update Group"}),
        F("reserved", "mip6.mng.reserved", "Reserved"),
        F("group", "mip6.mng.mng_id", "Mobile Node Group Identifier"),
    )  # fmt: skip


class GatewayAddress(Header):
    """18 octets."""

    __hdr__ = (("reserved", "B", 0), ("length", "B", 128), ("address", "16s", bytes(16)))
    names = (
        F("reserved", "mip6.mag_ipv6.reserved", "Reserved", X8),
        F("length", "mip6.mag_ipv6.address_length", "Address Length"),
        F("address", "mip6.mag_ipv6.address", "Address"),
    )


class DelegatedPrefix(Header):
    """2 octets; a prefix of either family follows."""

    __hdr__ = (("flags", "B", 0), ("length", "B", 0))
    names = (
        flag("flags", 0, "mip6.dmnp.v_flag", "IPv4 Prefix (V) flag",
             ("IPv6 Prefix", "IPv4 Prefix")),
        F("flags", "mip6.dmnp.reserved", "Reserved", U8, within=(1, 7)),
        F("length", "mip6.dmnp.prefix_len", "Prefix Length"),
    )  # fmt: skip


NODE_RESERVED = Field("mip6.mnlli.reserved", "Reserved", U16, mask=0xFFFF)
NODE_LINK = Field("mip6.mnlli.lli", "Link-layer Identifier", BYTES)
LINK_LOCAL = Field("mip6.lila_lla", "Link-local Address", IPV6)
TIMESTAMP = Field("mip6.timestamp_tmp", "Timestamp", UTC, convert=proxy_time)
RESTARTS = Field("mip6.rc", "Restart Counter", U32)
KEY_RESERVED = Field("mip6.ipv4dra.reserved", "Reserved", U16)
KEY = Field("mip6.gre_key", "GRE Key", U32)
CONTEXT_RESERVED = Field("mip6.cr.reserved", "Reserved", U16)
CONTEXT_TYPE = Field("mip6.cr.req_type", "Req-type", U8, NAMES)
CONTEXT_LENGTH = Field("mip6.cr.req_length", "Req-length", U8)
CONTEXT_DATA = Field("mip6.vsm.req_data", "Req-Data", BYTES)
VENDOR = Field("mip6.vsm.vendorId", "Vendor Id", U32, ENTERPRISES)
VENDOR_SUBTYPE = Field("mip6.vsm.subtype", "Subtype", U8, VENDOR_3GPP)
ANCHOR_CODE = Field("mip6.lmaa.opt_code", "Option-Code", U8)
ANCHOR_RESERVED = Field("mip6.lmaa.reserved", "Reserved", U8)
ANCHOR_IPV6 = Field("mip6.lmaa.ipv6", "Local Mobility Anchor Address", IPV6)
ANCHOR_IPV4 = Field("mip6.lmaa.ipv4", "Local Mobility Anchor Address", IPV4)
CAPABILITY = Field("mip6.recap.reserved", "Reserved", X16)
REDIRECT_IPV6 = Field("mip6.redir.addr_r2lma_ipv6", "IPv6 r2LMA Address", IPV6)
REDIRECT_IPV4 = Field("mip6.redir.addr_r2lma_ipv4", "IPv4 r2LMA Address", IPV4)
ALTERNATE_IPV4 = Field("mip6.alt_ip4", "Alternate IPv4 Care-of Address", IPV4)
DELEGATED_IPV4 = Field("mip6.dmnp.dmnp_ipv4", "IPv4 Delegated Mobile Network Prefix", IPV4)
DELEGATED_IPV6 = Field("mip6.dmnp.dmnp_ipv6", "IPv6 Delegated Mobile Network Prefix", IPV6)

VENDOR_SPECIFIC = 19
K_FLAG, N_FLAG = 0x8000, 0x4000

plain(25, "mnlli", "Mobile Node Link-layer Identifier", NODE_RESERVED, NODE_LINK, least=1)
plain(26, "lla", "Link-local Address", LINK_LOCAL, exact=16)
plain(28, "rc", "Restart Counter", RESTARTS, exact=4)
plain(46, "recap", "Redirect-Capability", CAPABILITY, exact=2)
plain(48, "load_inf", "Load Information", LoadInformation, exact=18)
plain(49, "alt_ip4", "Alternate IPv4", ALTERNATE_IPV4, exact=4)
plain(50, "mng", "Mobile Node Group Identifier", NodeGroup, exact=6)
plain(51, "mag_ipv6", "MAG IPv6 Address", GatewayAddress, exact=18)


@option(23, "hi", "Handoff Indicator", exact=2)
def handoff_indicator(c: Cursor) -> Words:
    """Why the gateway registers the mobile node."""
    return ": %s", HANDOFF.get(c.header(HandoffIndicator).indicator, "<unknown>")


@option(24, "att", "Access Technology Type Option", exact=2)
def access_technology(c: Cursor) -> Words:
    """How the mobile node is connected to the gateway."""
    return ": %s", ACCESS_TECHNOLOGIES.get(c.header(AccessTechnology).technology, "<unknown>")


@option(27, "ts", "Timestamp", exact=8)
def timestamp(c: Cursor) -> Words:
    """When the message was sent."""
    return ": %s", UTC.text(c.add(TIMESTAMP))


@option(33, "grek", "GRE Key", least=2)
def gre_key(c: Cursor) -> Words:
    """The key of the tunnel; without one, a request for it."""
    c.add(KEY_RESERVED)
    return (": %d", c.add(KEY)) if c.left == 4 else None


@option(40, "cr", "Context Request", least=4)
def context_request(c: Cursor) -> Words:
    """Which options the new gateway wants to hear about."""
    c.add(CONTEXT_RESERVED)
    while c.more:
        kind = c.add(CONTEXT_TYPE)
        with c.limit(c.add(CONTEXT_LENGTH), because=CONTEXT_LENGTH.name):
            if kind == VENDOR_SPECIFIC:
                c.add(VENDOR)
                c.add(VENDOR_SUBTYPE)
            if c.more:
                c.add(CONTEXT_DATA, c.left)
    return None


@option(41, "lmaa", "Local Mobility Anchor Address", least=6)
def anchor_address(c: Cursor) -> Words:
    """The local mobility anchor, of the family that the code says."""
    code = c.add(ANCHOR_CODE)
    c.add(ANCHOR_RESERVED)
    if code == 1:
        return ": %s", c.add(ANCHOR_IPV6)
    return (": %s", c.add(ANCHOR_IPV4)) if code == 2 else None


@option(47, "redir", "Redirect", least=6)
def redirect(c: Cursor) -> Words:
    """The anchor to go to."""
    flags = c.header(RedirectFlags).flags
    if flags & K_FLAG:
        c.add(REDIRECT_IPV6)
    if flags & N_FLAG:
        c.add(REDIRECT_IPV4)
    return None


@option(55, "dmnp", "Delegated Mobile Network Prefix", least=6)
def delegated_prefix(c: Cursor) -> Words:
    """A prefix for the network behind the mobile router."""
    length = c.header(DelegatedPrefix).length
    if c.left == 4:
        return ": %s/%d", c.add(DELEGATED_IPV4), length
    if c.left == 16:
        return ": %s/%d", c.add(DELEGATED_IPV6), length
    c.note(BAD_LENGTH, "mip6.mobility_opt.len")
    return None
