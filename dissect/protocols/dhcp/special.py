"""DHCP options with a structure of their own."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, ETHER, GUID, IPV4, IPV6, STR, U8, U16, U32, X8
from dissect.protocols.codes.arp import HARDWARE
from dissect.protocols.dhcp.codes import (
    CIVIC,
    DUIDS,
    MESSAGES,
    OPTIONS,
    OVERLOAD,
    PREF,
    STATUS,
    WHAT,
)
from dissect.protocols.dhcp.options import field, option, read_text

MESSAGE = Field("dhcp.option.dhcp", "DHCP", U8, MESSAGES)
OVERLOADED = Field("dhcp.option.option_overload", "Option Overload", U8, OVERLOAD)
REQUESTED = Field("dhcp.option.request_list_item", "Parameter Request List Item", U8, OPTIONS)
VENDOR = Field("dhcp.option.vendor.value", "Value", BYTES)
HARDWARE_TYPE = Field("dhcp.hw.type", "Hardware type", X8, HARDWARE)
MAC = Field("dhcp.hw.mac_addr", "Client MAC address", ETHER)
CLIENT_TYPE = Field("dhcp.client_id.type", "Type", U8)
CLIENT_ID = Field("dhcp.client_id.undef", "Client Identifier", STR)
IAID = Field("dhcp.client_id.iaid", "IAID", STR)
DUID_TYPE = Field("dhcp.client_id.duid_type", "DUID Type", U16, DUIDS)
LLT_HARDWARE = Field("dhcp.client_id.duid_llt_hw_type", "Hardware type", U16, HARDWARE)
LL_HARDWARE = Field("dhcp.client_id.duid_ll_hw_type", "Hardware type", U16, HARDWARE)
DUID_TIME = Field("dhcp.client_id.time", "Time", U32)
LINK_ADDRESS = Field("dhcp.client_id.link_layer_address", "Link layer address", STR)
ENTERPRISE = Field("dhcp.client_id.enterprise_num", "Enterprise-number", U32)
IDENTIFIER = Field("dhcp.client_id", "Identifier", BYTES)
UUID = Field("dhcp.client_id.uuid", "Client Identifier (UUID)", GUID)

field(MESSAGE, 53)
field(OVERLOADED, 52)

MAC_TYPES = (1, 6)
"""Ethernet, and all that IEEE 802 numbers alike."""


@option(55)
def requested(c: Cursor) -> None:
    """Codes of the options that are asked for."""
    while c.more:
        c.add(REQUESTED)
        if c.at is not None:
            code = c.last.value
            c.last.text = f"{REQUESTED.label}: ({code}) {OPTIONS.get(code, 'Unassigned')}"


@option(43)
def vendor(c: Cursor) -> None:
    """What only the vendor knows."""
    c.rest(VENDOR)


@option(80, exactly=0)
def rapid_commit(c: Cursor) -> None:
    """Is there or isn't (RFC 4039)."""


DUID, UUID_TYPE = 255, 0


@option(61)
def client(c: Cursor) -> None:
    """Who the client is: a hardware address, or whatever it likes (RFC 2132, section 9.14)."""
    kind = c.octet() if c.captured else -1
    if kind in MAC_TYPES and c.left == 7:
        c.add(HARDWARE_TYPE)
        c.add(MAC)
    elif kind == UUID_TYPE and c.left == 17:
        c.skip(1)
        c.add(UUID)
    elif kind == DUID and c.left > 7:
        c.skip(1)
        _duid(c)
    elif kind == 0 and c.left > 1:
        c.add(CLIENT_TYPE)
        read_text(c, CLIENT_ID, c.left)


def _duid(c: Cursor) -> None:
    """What DHCPv6 calls the client (RFC 4361, section 6.1)."""
    at = c.pos
    c.put(IAID, c.uint(4).to_bytes(4, "big").hex(), at, 4)
    kind = c.add(DUID_TYPE)
    if kind == 2:
        c.add(ENTERPRISE)
        c.rest(IDENTIFIER)
        return
    if kind == 1:
        c.add(LLT_HARDWARE)
        c.add(DUID_TIME)
    elif kind == 3:
        c.add(LL_HARDWARE)
    if kind in (1, 3) and c.more:
        size = c.left
        c.put(LINK_ADDRESS, c.peek(size).hex(":"), c.pos, size)
        c.skip(size)


# --- routes ------------------------------------------------------------------------------------

ROUTE = Field("dhcp.option.classless_static_route", "Subnet/MaskWidth-Router", BYTES)
WIDE_MASK = Note(
    "dhcp.option.classless_static.route", Severity.ERROR, Group.PROTOCOL, "Mask width > 32",
    "RFC 3442",
)  # fmt: skip


@option(121, 249, least=5)
def routes(c: Cursor) -> None:
    """Networks, of which only the octets that matter are here, and their routers (RFC 3442)."""
    option_node = c.at
    while c.more:
        width = c.octet()
        if width > 32:
            c.note(WIDE_MASK, option_node, f"Mask width ({width}) > 32")
            return
        octets = (width + 7) // 8
        network = c.peek(octets, 1).ljust(4, b"\0")
        router = c.peek(4, 1 + octets)
        c.add(ROUTE, 1 + octets + 4)
        if c.at is not None:
            c.last.text = (f"%s/{width}-%s", network, router) if width else ("default-%s", router)


# --- user classes (RFC 3004) -------------------------------------------------------------------

CLASS = Field("dhcp.option.user_class", "Instance of User Class", U8)
CLASS_LENGTH = Field("dhcp.option.user_class.length", "User Class Length", U8)
CLASS_DATA = Field("dhcp.option.user_class.data", "User Class Data", BYTES)
CLASS_TEXT = Field("dhcp.option.user_class.text", "User Class Data (Text)", STR)
NOT_STANDARD = Note(
    "dhcp.option.nonstd_data", Severity.NOTE, Group.PROTOCOL,
    "Non standard compliant option data", "RFC 3004, section 4",
)  # fmt: skip


@option(77, least=2)
def user_class(c: Cursor) -> None:
    """Classes behind their lengths; text without a length is common, too."""
    octets = c.peek(c.left)
    at = 0
    while at < len(octets) and octets[at]:
        at += 1 + octets[at]
    if at != len(octets):
        read_text(c, CLASS_TEXT, c.left, strict=True)
        c.note(NOT_STANDARD, CLASS_TEXT.name)
        return
    number = 0
    while c.more:
        with c.item(CLASS, None, number):
            c.add(CLASS_DATA, c.add(CLASS_LENGTH))
        number += 1


# --- names, places, routes ---------------------------------------------------------------------

FQDN_FLAGS = Field("dhcp.fqdn.flags", "Flags", X8, bits=(
    Field("dhcp.fqdn.mbz", "Reserved flags", X8, mask=0xF0),
    Field("dhcp.fqdn.n", "Server DDNS", BOOL, ("Some server updates", "No server updates"),
          mask=8),
    Field("dhcp.fqdn.e", "Encoding", BOOL, ("ASCII encoding", "Binary encoding"), mask=4),
    Field("dhcp.fqdn.o", "Server overrides", BOOL, ("No override", "Override"), mask=2),
    Field("dhcp.fqdn.s", "Server", BOOL, ("Client", "Server"), mask=1),
))  # fmt: skip
FQDN_A = Field("dhcp.fqdn.rcode1", "A-RR result", U8)
FQDN_PTR = Field("dhcp.fqdn.rcode2", "PTR-RR result", U8)
FQDN_NAME = Field("dhcp.fqdn.name", "Client name", STR)
BINARY = 4


@option(81, least=3)
def fqdn(c: Cursor) -> None:
    """The client's name, and who tells the DNS (RFC 4702, section 2)."""
    flags = c.add(FQDN_FLAGS)
    c.add(FQDN_A)
    c.add(FQDN_PTR)
    if not c.more:
        return
    if not flags & BINARY:
        read_text(c, FQDN_NAME, c.left)
        return
    at, size = c.pos, c.left
    c.put(FQDN_NAME, domain(c), at, size)


def domain(c: Cursor) -> str:
    """Labels up to a zero or the end of the bounds."""
    labels = []
    while c.more:
        size = c.uint(1)
        if not size:
            break
        c.need(size)
        labels.append(c.peek(size).decode("ascii", "replace"))
        c.skip(size)
    return ".".join(labels)


SLP_KIND = Field("dhcp.option.slp_service_scope.value", "Value", U8,
                 {0: "Preferred Scope", 1: "Mandatory Scope"})  # fmt: skip
SLP_SCOPE = Field("dhcp.option.slp_service_scope.string", "SLP Service Scope", STR)
SITUATION = Field("dhcp.option.civic_location.what", "What", U8, WHAT)
COUNTRY = Field("dhcp.option.civic_location.country", "Country", STR)
PLACE = Field("dhcp.option.civic_location.ca_type", "CA Type", U8, CIVIC)
PLACE_LENGTH = Field("dhcp.option.civic_location.ca_length", "CA Length", U8)
PLACE_NAME = Field("dhcp.option.civic_location.ca_value", "CA Value", STR)
NDS_SERVER = Field("dhcp.option.novell_dss.ip", "IP Address", IPV4)
NETWORK_MAJOR = Field("dhcp.client_network_id_major", "Major Version", U8)
NETWORK_MINOR = Field("dhcp.client_network_id_minor", "Minor Version", U8)
LEASE_STATUS = Field("dhcp.option.bulk_lease.status_code", "Status Code", U8, STATUS)
LEASE_TEXT = Field("dhcp.option.bulk_lease.status_code_message", "Status Code Message", STR)
PORT_OFFSET = Field("dhcp.option.portparams.offset", "Offset", U8)
PORT_LENGTH = Field("dhcp.option.portparams.psid_length", "PSID-Length", U8)
PORT_SET = Field("dhcp.option.portparams.psid", "PSID", BYTES)
PCP_LENGTH = Field("dhcp.option.pcp.list_length", "List-Length", U8)
PCP_SERVER = Field("dhcp.option.pcp.server", "PCP Server", IPV4)
RDNSS = Field("dhcp.option.rdnss.reserved", "Reserved", X8, mask=0xFC)
RDNSS_PREFERENCE = Field("dhcp.option.rdnss.preference", "Preference", U8, PREF, mask=3)
RDNSS_FIRST = Field("dhcp.option.rdnss.primary_dns", "Primary DNS", IPV4)
RDNSS_SECOND = Field("dhcp.option.rdnss.secondary_dns", "Secondary DNS", IPV4)
RDNSS_DOMAIN = Field("dhcp.option.rdnss.domain", "Domains and networks", STR)
SIXRD_MASK = Field("dhcp.option.6RD.ipv4_mask_len", "6RD IPv4 Mask Length", U8)
SIXRD_PLEN = Field("dhcp.option.6RD.prefix_len", "6RD Prefix Length", U8)
SIXRD_PREFIX = Field("dhcp.option.6RD.prefix", "6RD Prefix", IPV6)
SIXRD_RELAY = Field("dhcp.option.6RD.border_relay_ip", "Border Relay IP", IPV4)


@option(79, least=1)
def scope(c: Cursor) -> None:
    """Where services are searched for (RFC 2610, section 4)."""
    c.add(SLP_KIND)
    read_text(c, SLP_SCOPE, c.left)


@option(85, step=4)
def directory_servers(c: Cursor) -> None:
    """NDS servers (RFC 2241, section 2)."""
    while c.more:
        c.add(NDS_SERVER)


@option(94, exactly=3)
def network_interface(c: Cursor) -> None:
    """The client's UNDI version (RFC 4578, section 2.2)."""
    c.skip(1)
    c.add(NETWORK_MAJOR)
    c.add(NETWORK_MINOR)


@option(99, least=3)
def civic(c: Cursor) -> None:
    """A postal address (RFC 4776, section 3.1)."""
    c.add(SITUATION)
    read_text(c, COUNTRY, 2)
    while c.left >= 2:
        c.add(PLACE)
        read_text(c, PLACE_NAME, c.add(PLACE_LENGTH))


@option(146, least=10)
def resolvers(c: Cursor) -> None:
    """Which name servers to ask for which names (RFC 6731, section 4.3)."""
    c.peek_add(RDNSS)
    c.add(RDNSS_PREFERENCE)
    c.add(RDNSS_FIRST)
    c.add(RDNSS_SECOND)
    at, size = c.pos, c.left
    c.put(RDNSS_DOMAIN, domain(c), at, size)


@option(151, least=1)
def lease_status(c: Cursor) -> None:
    """What became of a query (RFC 6926, section 6.2.2)."""
    c.add(LEASE_STATUS)
    read_text(c, LEASE_TEXT, c.left, strict=True)


@option(158, least=5)
def port_control(c: Cursor) -> None:
    """Lists of addresses, a server each (RFC 7291, section 4)."""
    while c.more:
        with c.limit(c.add(PCP_LENGTH)):
            while c.more:
                c.add(PCP_SERVER)


@option(159, exactly=4)
def ports(c: Cursor) -> None:
    """A share of a public address (RFC 7618, section 9)."""
    c.add(PORT_OFFSET)
    c.add(PORT_LENGTH)
    c.add(PORT_SET, 2)


@option(212, least=22)
def sixrd(c: Cursor) -> None:
    """IPv6 in IPv4, by the provider (RFC 5969, section 7.1.1)."""
    c.add(SIXRD_MASK)
    c.add(SIXRD_PLEN)
    c.add(SIXRD_PREFIX)
    while c.more:
        c.add(SIXRD_RELAY)
