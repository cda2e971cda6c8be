"""Options about networks, their links and what is reached by them; the fields are our own.

The RFCs: 5678 (mobility services), 6225 (location), 6610 (home network), 6784 (Kerberos KDC), 7037
(RADIUS), 7600 (4rd), 7774 (MPL), 7839 (access network), 8115 (prefixes of groups), 9527 (home
networks' domains), 9686 (registration of addresses).
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import (
    BOOL,
    BYTES,
    DOUBLE,
    ETHER,
    IPV4,
    IPV6,
    STR,
    U8,
    U16,
    U32,
    X8,
    X16,
)
from dissect.protocols.codes.access_technologies import ACCESS_TECHNOLOGIES
from dissect.protocols.dhcpv6.codes import ENTERPRISES
from dissect.protocols.dhcpv6.domain import names
from dissect.protocols.dhcpv6.options import (
    Message,
    add_flags,
    containers,
    field,
    option,
    own,
    read_text,
    text,
)
from dissect.protocols.dhcpv6.s46 import read_prefix

# --- access network (RFC 7839, section 5) ------------------------------------------------------

ACCESS_RESERVED = own("access.reserved", "Reserved", X8)
ACCESS_TYPE = own("access.type", "Access technology type", U8, ACCESS_TECHNOLOGIES)

text(106, "ANI_NETWORK_NAME", own("access.network", "Network name", STR))
text(107, "ANI_AP_NAME", own("access.point", "Access point name", STR))
field(108, "ANI_AP_BSSID", own("access.bssid", "Access point BSSID", ETHER))
field(109, "ANI_OPERATOR_ID", own("access.operator", "Operator", U32, ENTERPRISES))
text(110, "ANI_OPERATOR_REALM", own("access.realm", "Operator realm", STR))


@option(105, "ANI_ATT", exactly=2)
def access_technology(c: Cursor, message: Message) -> None:
    """How the client is attached."""
    c.add(ACCESS_RESERVED)
    c.add(ACCESS_TYPE)


# --- mobility services (RFC 5678, sections 4 and 5), home network (RFC 6610, section 3.3) ------

SERVICES = {1: "Information service", 2: "Command service", 3: "Event service"}
SERVICE = own("mos.service", "Service", U16, SERVICES)
SERVICE_LENGTH = own("mos.length", "Length", U16)
SERVICE_ADDRESS = own("mos.address", "Server address", IPV6)
SERVICE_NAME = own("mos.name", "Server", STR)
HOME_LENGTH = own("home_network.length", "Prefix length", U8)
HOME_PREFIX = own("home_network.prefix", "Home network prefix", IPV6)


def _services(code: int, tag: str, read: Callable[[Cursor], object]) -> None:
    """An option of suboptions, one for each service."""

    @option(code, tag)
    def services(c: Cursor, message: Message) -> None:
        while c.more:
            kind = int.from_bytes(c.peek(2), "big")
            with c.text("%s", SERVICES.get(kind, "Unknown service")):
                c.add(SERVICE)
                with c.limit(c.add(SERVICE_LENGTH), SERVICE_LENGTH.name):
                    while c.more:
                        read(c)


_services(54, "MOS_ADDRESS", lambda c: c.add(SERVICE_ADDRESS))
_services(55, "MOS_FQDN", lambda c: names(c, SERVICE_NAME))


@option(71, "MIP6_HNP", exactly=17)
def home_network(c: Cursor, message: Message) -> None:
    """The prefix of a mobile node's home."""
    c.add(HOME_LENGTH)
    c.add(HOME_PREFIX)


# --- location (RFC 6225, section 2.2) ----------------------------------------------------------

ALTITUDE_TYPES = {0: "No known altitude", 1: "Metres", 2: "Floors"}
DATUMS = {1: "WGS84", 2: "NAD83/NAVD88", 3: "NAD83/MLLW"}
LATITUDE_UNCERTAINTY = own("location.latitude_uncertainty", "Latitude uncertainty", U8)
LATITUDE = own("location.latitude", "Latitude", DOUBLE)
LONGITUDE_UNCERTAINTY = own("location.longitude_uncertainty", "Longitude uncertainty", U8)
LONGITUDE = own("location.longitude", "Longitude", DOUBLE)
ALTITUDE_TYPE = own("location.altitude_type", "Altitude type", U8, ALTITUDE_TYPES)
ALTITUDE_UNCERTAINTY = own("location.altitude_uncertainty", "Altitude uncertainty", U8)
ALTITUDE = own("location.altitude", "Altitude", DOUBLE)
LOCATION_VERSION = own("location.version", "Version", U8)
DATUM = own("location.datum", "Datum", U8, DATUMS)

LAYOUT = (
    (LATITUDE_UNCERTAINTY, 6, None), (LATITUDE, 34, 25), (LONGITUDE_UNCERTAINTY, 6, None),
    (LONGITUDE, 34, 25), (ALTITUDE_TYPE, 4, None), (ALTITUDE_UNCERTAINTY, 6, None),
    (ALTITUDE, 30, 8), (LOCATION_VERSION, 2, None), (None, 3, None), (DATUM, 3, None),
)  # fmt: skip
"""Fields with their bits; of signed fixed-point numbers also how many stand behind the point."""


@option(63, "GEOLOCATION", exactly=16)
def geographic_location(c: Cursor, message: Message) -> None:
    """A place, in numbers that begin at any bit."""
    c.need(16)
    octets, first = int.from_bytes(c.peek(16), "big"), 0
    for shown, bits, fraction in LAYOUT:
        value: float = octets >> 128 - first - bits & (1 << bits) - 1
        if fraction is not None:
            value = (value - (int(value) >> bits - 1 << bits)) / (1 << fraction)
        if shown is not None:
            at, end = first // 8, (first + bits + 7) // 8
            c.put(shown, value, c.pos + at, end - at)
        first += bits
    c.skip(16)


# --- Kerberos (RFC 6784, section 3.4), RADIUS (RFC 7037, section 4) -----------------------------

KDC_PRIORITY = own("kdc.priority", "Priority", U16)
KDC_WEIGHT = own("kdc.weight", "Weight", U16)
KDC_TRANSPORT = own("kdc.transport", "Transport type", U8, {1: "UDP", 2: "TCP", 3: "TLS"})
KDC_PORT = own("kdc.port", "Port number", U16)
KDC_ADDRESS = own("kdc.address", "KDC address", IPV6)
KDC_REALM = own("kdc.realm", "Realm", STR)
RADIUS_TYPE = own("radius.type", "Type", U8)
RADIUS_LENGTH = own("radius.length", "Length", U8)
RADIUS_VALUE = own("radius.value", "Value", BYTES)


@option(78, "KRB_KDC", least=23)
def key_distribution_center(c: Cursor, message: Message) -> None:
    """Where a realm's keys are to be had."""
    for shown in (KDC_PRIORITY, KDC_WEIGHT, KDC_TRANSPORT, KDC_PORT, KDC_ADDRESS):
        c.add(shown)
    read_text(c, KDC_REALM, c.left)


@option(81, "RADIUS")
def radius(c: Cursor, message: Message) -> None:
    """Attributes that the relay agent has from a RADIUS server; the length counts all of one."""
    while c.more:
        with c.text("Attribute"):
            c.add(RADIUS_TYPE)
            c.add(RADIUS_VALUE, c.add(RADIUS_LENGTH) - 2)


# --- 4rd (RFC 7600, section 4.9), prefixes of groups (RFC 8115, section 3) ----------------------

RULE_V4_LENGTH = own("4rd.ipv4_prefix_length", "IPv4 prefix length", U8)
RULE_V6_LENGTH = own("4rd.ipv6_prefix_length", "IPv6 prefix length", U8)
RULE_EA = own("4rd.ea_length", "EA-bits length", U8)
RULE_FLAGS = Field(
    "sixscope.dhcpv6.4rd.rule_flags", "Flags", X8,
    bits=(Field("sixscope.dhcpv6.4rd.wkp", "Well-known ports authorized", BOOL, mask=0x80),),
)  # fmt: skip
RULE_V4 = own("4rd.ipv4_prefix", "IPv4 prefix", IPV4)
RULE_V6 = own("4rd.ipv6_prefix", "IPv6 prefix", IPV6)
REST_FLAGS = Field(
    "sixscope.dhcpv6.4rd.flags", "Flags", X8,
    bits=(
        Field("sixscope.dhcpv6.4rd.hub_and_spoke", "Hub and spoke", BOOL, mask=0x80),
        Field("sixscope.dhcpv6.4rd.has_class", "Traffic class is given", BOOL, mask=0x01),
    ),
)  # fmt: skip
REST_CLASS = own("4rd.traffic_class", "Traffic class", X8)
REST_PMTU = own("4rd.pmtu", "Domain PMTU", U16)
GROUPS = tuple(
    (own(f"prefix64.{key}_length", f"{name} prefix length", U8),
     own(f"prefix64.{key}", f"{name} prefix", IPV6))
    for key, name in (
        ("asm", "Any-source multicast"), ("ssm", "Source-specific multicast"),
        ("unicast", "Unicast"),
    )
)  # fmt: skip

containers(97)


@option(98, "4RD_MAP_RULE", exactly=24)
def mapping_rule(c: Cursor, message: Message) -> None:
    """How addresses of both families map onto each other."""
    for shown in (RULE_V4_LENGTH, RULE_V6_LENGTH, RULE_EA):
        c.add(shown)
    add_flags(c, RULE_FLAGS)
    c.add(RULE_V4)
    c.add(RULE_V6)


@option(99, "4RD_NON_MAP_RULE", exactly=4)
def other_rules(c: Cursor, message: Message) -> None:
    """What else is to be known in the domain."""
    add_flags(c, REST_FLAGS)
    c.add(REST_CLASS)
    c.add(REST_PMTU)


@option(113, "V6_PREFIX64", least=3)
def group_prefixes(c: Cursor, message: Message) -> None:
    """Prefixes in front of IPv4 groups and sources."""
    for length, prefix in GROUPS:
        if not read_prefix(c, "V6_PREFIX64", length, prefix):
            return
    c.skip(c.left)


# --- MPL (RFC 7774, section 2.1) ----------------------------------------------------------------

MPL_FLAGS = Field(
    "sixscope.dhcpv6.mpl.flags", "Flags", X8,
    bits=(Field("sixscope.dhcpv6.mpl.proactive", "Proactive forwarding", BOOL, mask=0x80),),
)  # fmt: skip
MPL = (
    own("mpl.unit", "Unit of times, in milliseconds", U8),
    own("mpl.lifetime", "Lifetime of seed set entries", U16),
    own("mpl.data_k", "Data message k", U8),
    own("mpl.data_imin", "Data message Imin", U16),
    own("mpl.data_imax", "Data message Imax", U8),
    own("mpl.data_expirations", "Data message timer expirations", U16),
    own("mpl.control_k", "Control message k", U8),
    own("mpl.control_imin", "Control message Imin", U16),
    own("mpl.control_imax", "Control message Imax", U8),
    own("mpl.control_expirations", "Control message timer expirations", U16),
)
MPL_DOMAIN = own("mpl.domain", "MPL domain address", IPV6)


@option(104, "MPL_PARAMETERS", least=16, most=32, step=16)
def multicast_parameters(c: Cursor, message: Message) -> None:
    """Timers of one MPL domain, or of all where none is named."""
    add_flags(c, MPL_FLAGS)
    for shown in MPL:
        c.add(shown)
    if c.more:
        c.add(MPL_DOMAIN)


# --- names of home networks (RFC 9527, section 4), registration (RFC 9686, section 4.1) ---------

TRANSPORTS = Field(
    "sixscope.dhcpv6.distribution.transports", "Supported transports", X16,
    bits=(Field("sixscope.dhcpv6.distribution.tls", "DNS over mutual TLS", BOOL, mask=0x0001),),
)  # fmt: skip
MANAGER = own("distribution.manager", "Distribution manager", STR)


@option(146, "FORWARD_DIST_MANAGER", least=2)
@option(147, "REVERSE_DIST_MANAGER", least=2)
def distribution_manager(c: Cursor, message: Message) -> None:
    """To whom a home network's zone is handed over."""
    add_flags(c, TRANSPORTS)
    names(c, MANAGER)


@option(148, "ADDR_REG_ENABLE", exactly=0)
def registration(c: Cursor, message: Message) -> None:
    """To be there is all it says: addresses that nodes made themselves may be registered."""
