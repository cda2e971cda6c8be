"""Options that Wireshark 4.0 names but does not read; the fields are our own.

The RFCs: 4776 (civic addresses), 5223 (LoST), 5970 (network boot), 5986 (access network), 6011
(SIP configuration), 6153 (ANDSF), 6422 (relay-supplied options), 6440 (ERP), 6607 (subnets), 6610
(home agents), 6731 (name server selection), 6784 (Kerberos), 6939 (client's link layer), 6977 (link
address), 7078 (address selection), 7083 (timeouts), 7291 (PCP), 7341 (DHCPv4 inside), 7653 (active
leasequery), 8539 (softwire hint), 8572 (secure zero touch), 8947 and 8948 (link-layer addresses),
8973 (DOTS), 9463 (encrypted DNS), 9527 (home networks' domains).
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Next
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, IPV6, STR, U8, U16, U32, X8
from dissect.protocols.codes.arp import HARDWARE
from dissect.protocols.dhcpv6.domain import name_list, names
from dissect.protocols.dhcpv6.options import (
    Message,
    addresses,
    containers,
    field,
    nested,
    option,
    own,
    read_text,
    text,
)
from dissect.protocols.dhcpv6.s46 import read_prefix

PRINCIPAL = own("kerberos.principal", "Principal name", BYTES)

containers(50, 66, 69, 70)

addresses(86, "PCP_SERVER", own("pcp_server", "PCP server address", IPV6))
addresses(88, "DHCP4_O_DHCP6_SERVER", own("dhcp4o6_server", "DHCP 4o6 server address", IPV6))
addresses(143, "ANDSF", own("andsf", "ANDSF server address", IPV6))
addresses(142, "DOTS_ADDRESS", own("dots_address", "DOTS agent address", IPV6))

for _code, _name in {
    51: "LoST server", 57: "Access network domain", 58: "SIP configuration domain",
    49: "Home network", 65: "ERP local domain", 73: "Home agent", 141: "DOTS agent",
    145: "Registered domain",
}.items():  # fmt: skip
    name_list(_code, _name, own("name", _name, STR))

text(59, "BOOTFILE_URL", own("boot.url", "Boot file URL", STR))


@option(75, "KRB_PRINCIPAL_NAME", least=1)
def principal(c: Cursor, message: Message) -> None:
    """A client's name, in Kerberos's own encoding (RFC 6784, section 4.1)."""
    c.rest(PRINCIPAL)


text(76, "KRB_REALM_NAME", own("kerberos.realm", "Realm", STR))
text(77, "KRB_DEFAULT_REALM_NAME", own("kerberos.default_realm", "Default realm", STR))

for _code, _name, _label in (
    (82, "sol_max_rt", "SOL_MAX_RT"), (83, "inf_max_rt", "INF_MAX_RT"),
    (100, "lq.base_time", "Base time"), (101, "lq.start_time", "Query start time"),
    (102, "lq.end_time", "Query end time"),
):  # fmt: skip
    field(_code, _label, own(_name, _label, U32))
field(72, "MIP6_HAA", own("home_agent", "Home agent address", IPV6))
field(80, "LINK_ADDRESS", own("link_address", "Link address", IPV6))

# --- civic address -----------------------------------------------------------------------------

WHAT = own(
    "civic.what", "What", U8, {0: "Of the server", 1: "Of the network element", 2: "Of the client"}
)
COUNTRY = own("civic.country", "Country", STR)
CIVIC_TYPE = own("civic.type", "Type", U8)
CIVIC_LENGTH = own("civic.length", "Length", U8)
CIVIC_VALUE = own("civic.value", "Value", STR)


@option(36, "GEOCONF_CIVIC", least=3)
def civic_address(c: Cursor, message: Message) -> None:
    """A street address in elements."""
    c.add(WHAT)
    read_text(c, COUNTRY, 2)
    while c.more:
        with c.text("Element"):
            c.add(CIVIC_TYPE)
            read_text(c, CIVIC_VALUE, c.add(CIVIC_LENGTH), "utf-8")


# --- network boot ------------------------------------------------------------------------------

PARAMETER = own("boot.parameter", "Boot file parameter", STR)
ARCHITECTURE = own("boot.architecture", "Client architecture", U16)
NII_TYPE = own("nii.type", "Interface type", U8)
NII_MAJOR = own("nii.major", "Major revision", U8)
NII_MINOR = own("nii.minor", "Minor revision", U8)
BOOTSTRAP = own("sztp.uri", "Bootstrap server", STR)


def _texts(code: int, tag: str, shown: Field) -> None:
    """An option of texts, each behind its length in two octets."""

    @option(code, tag)
    def read(c: Cursor, message: Message) -> None:
        while c.more:
            read_text(c, shown, c.uint(2), "utf-8")


_texts(60, "BOOTFILE_PARAM", PARAMETER)
_texts(136, "SZTP_REDIRECT", BOOTSTRAP)


@option(61, "CLIENT_ARCH_TYPE", least=2, step=2)
def architecture(c: Cursor, message: Message) -> None:
    """What the client can boot."""
    while c.more:
        c.add(ARCHITECTURE)


@option(62, "NII", exactly=3)
def network_interface(c: Cursor, message: Message) -> None:
    """The version of the client's universal network device interface."""
    for shown in (NII_TYPE, NII_MAJOR, NII_MINOR):
        c.add(shown)


# --- link-layer addresses ----------------------------------------------------------------------

LINK_TYPE = own("link_layer.type", "Link-layer type", U16, HARDWARE)
LINK_LENGTH = own("link_layer.length", "Link-layer length", U16)
LINK_ADDRESS = own("link_layer.address", "Link-layer address", BYTES)
LINK_EXTRA = own("link_layer.extra", "Extra addresses", U32)
LINK_VALID = own("link_layer.valid_lifetime", "Valid lifetime", U32)
IA_LL = own("ia_ll.iaid", "IAID", BYTES)
IA_LL_T1 = own("ia_ll.t1", "T1", U32)
IA_LL_T2 = own("ia_ll.t2", "T2", U32)
QUADRANT = own("slap.quadrant", "Quadrant", U8)
QUADRANT_PREFERENCE = own("slap.preference", "Preference", U8)


@option(79, "CLIENT_LINKLAYER_ADDR", least=2)
def client_link_layer(c: Cursor, message: Message) -> None:
    """What the first relay agent saw in front of the client's packet."""
    c.add(LINK_TYPE)
    c.rest(LINK_ADDRESS)


@option(138, "IA_LL", least=12)
def link_layer_association(c: Cursor, message: Message) -> None:
    """An identity association of link-layer addresses."""
    c.add(IA_LL, 4)
    c.add(IA_LL_T1)
    c.add(IA_LL_T2)
    nested(c, message)


@option(139, "LLADDR", least=12)
def link_layer_addresses(c: Cursor, message: Message) -> None:
    """A block of addresses: the first, and how many more."""
    c.add(LINK_TYPE)
    c.add(LINK_ADDRESS, c.add(LINK_LENGTH))
    c.add(LINK_EXTRA)
    c.add(LINK_VALID)
    nested(c, message)


@option(140, "SLAP_QUAD", least=2, step=2)
def quadrants(c: Cursor, message: Message) -> None:
    """Which part of the address space is wanted."""
    while c.more:
        c.add(QUADRANT)
        c.add(QUADRANT_PREFERENCE)


# --- choosing addresses, name servers and subnets ----------------------------------------------

SELECT_FLAGS = Field(
    "sixscope.dhcpv6.addrsel.flags", "Flags", X8,
    bits=(
        Field("sixscope.dhcpv6.addrsel.a", "Automatic row addition", BOOL, mask=2),
        Field("sixscope.dhcpv6.addrsel.p", "Privacy preference", BOOL, mask=1),
    ),
)  # fmt: skip
SELECT_LABEL = own("addrsel.label", "Label", U8)
SELECT_PRECEDENCE = own("addrsel.precedence", "Precedence", U8)
SELECT_LENGTH = own("addrsel.prefix_length", "Prefix length", U8)
SELECT_PREFIX = own("addrsel.prefix", "Prefix", IPV6)
RDNSS = own("rdnss.server", "DNS server address", IPV6)
RDNSS_PREFERENCE = own("rdnss.preference", "Preference", X8)
RDNSS_DOMAIN = own("rdnss.domain", "Domain or network", STR)
SUBNET_TYPE = own("vss.type", "VSS type", U8)
SUBNET = own("vss.information", "VSS information", BYTES)
HINT_LENGTH = own("s46_bind_hint.length", "Prefix length", U8)
HINT = own("s46_bind_hint.prefix", "Prefix", IPV6)


@option(84, "ADDRSEL", least=1)
def address_selection(c: Cursor, message: Message) -> None:
    """Flags, and the table's rows as options."""
    c.add(SELECT_FLAGS)
    nested(c, message)


@option(85, "ADDRSEL_TABLE", least=3, most=19)
def address_selection_row(c: Cursor, message: Message) -> None:
    """A row of the policy table."""
    c.add(SELECT_LABEL)
    c.add(SELECT_PRECEDENCE)
    read_prefix(c, "ADDRSEL_TABLE", SELECT_LENGTH, SELECT_PREFIX)
    c.skip(c.left)


@option(74, "RDNSS_SELECTION", least=18)
def name_server_selection(c: Cursor, message: Message) -> None:
    """For which names a server is to be asked."""
    c.add(RDNSS)
    c.add(RDNSS_PREFERENCE)
    names(c, RDNSS_DOMAIN)


@option(68, "VSS", least=1)
def virtual_subnet(c: Cursor, message: Message) -> None:
    """The network, of several with the same addresses, that is meant."""
    c.add(SUBNET_TYPE)
    c.rest(SUBNET)


@option(137, "S46_BIND_IPV6_PREFIX", least=1, most=17)
def softwire_hint(c: Cursor, message: Message) -> None:
    """Of which prefix the softwire's address is to be."""
    read_prefix(c, "S46_BIND_IPV6_PREFIX", HINT_LENGTH, HINT)
    c.skip(c.left)


# --- messages and servers inside ---------------------------------------------------------------

DNR_PRIORITY = own("dnr.priority", "Service priority", U16)
DNR_NAME_LENGTH = own("dnr.name_length", "Authentication name length", U16)
DNR_NAME = own("dnr.name", "Authentication domain name", STR)
DNR_ADDRESSES = own("dnr.addresses_length", "Addresses length", U16)
DNR_ADDRESS = own("dnr.address", "Resolver address", IPV6)
DNR_PARAMETERS = own("dnr.parameters", "Service parameters", BYTES)


@option(87, "DHCPV4_MSG")
def dhcpv4_message(c: Cursor, message: Message) -> None:
    """A whole DHCPv4 message, which is read when this one has been."""
    if c.more:
        message.inside.append(Next(name="dhcp", start=c.pos, end=c.end, into=c.at))
    c.skip(c.left)


@option(144, "V6_DNR", least=4)
def encrypted_dns(c: Cursor, message: Message) -> None:
    """A resolver that speaks TLS, QUIC or HTTPS: its name, and maybe where and how."""
    c.add(DNR_PRIORITY)
    with c.limit(c.add(DNR_NAME_LENGTH), "sixscope.dhcpv6.dnr.name_length"):
        names(c, DNR_NAME)
    if c.more:
        with c.limit(c.add(DNR_ADDRESSES), "sixscope.dhcpv6.dnr.addresses_length"):
            while c.more:
                c.add(DNR_ADDRESS)
        c.rest(DNR_PARAMETERS)
