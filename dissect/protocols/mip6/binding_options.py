"""Options about bindings and who may make them.

Mobile IPv6 (RFC 6275, section 6.2), mobile networks (RFC 3963), identifiers (RFC 4283, RFC 5149),
authentication (RFC 4285), enhanced route optimization (RFC 4866), the home agent's update of the
DNS (RFC 5026), experiments (RFC 5096), fast handover (RFC 5568), several care-of addresses
(RFC 5648).
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, IPV4, IPV6, STR, U8, U32, UTC, Kind, ipv6_text
from dissect.protocols.mip6.codes import AUTHENTICATION, AUTHENTICATION_SPI, DNS_STATUS
from dissect.protocols.mip6.messages import LIFETIME, flag
from dissect.protocols.mip6.options import Words, option, plain
from dissect.protocols.mip6.times import ntp_time

LINK_ADDRESS = Kind("LINK_ADDRESS", 0, "bytes", lambda v: v.hex(":"), lambda v: v.hex(":"))


def until_zero(text: str) -> str:
    """A string ends at its first zero octet."""
    return text.split("\0")[0]


class MobileNetworkPrefix(Header):
    """18 octets."""

    __hdr__ = (("reserved", "B", 0), ("length", "B", 64), ("prefix", "16s", bytes(16)))
    names = (
        F("length", "mip6.nemo.mnp.pfl", "Mobile Network Prefix Length"),
        F("prefix", "mip6.nemo.mnp.mnp", "Mobile Network Prefix"),
    )


class NonceIndices(Header):
    """4 octets."""

    __hdr__ = (("home", "H", 0), ("care_of", "H", 0))
    names = (
        F("home", "mip6.ni.hni", "Home nonce index"),
        F("care_of", "mip6.ni.cni", "Care-of nonce index"),
    )


class AddressPrefix(Header):
    """18 octets."""

    __hdr__ = (("code", "B", 0), ("length", "B", 0), ("address", "16s", bytes(16)))
    names = (
        F("code", "mip6.mhipv6ap.opt_code", "Option-Code"),
        F("length", "mip6.mhipv6ap.len", "Prefix Length"),
        F("address", "mip6.mhipv6ap.ipv6_address", "IPv6 Address"),
    )


class BindingIdentifier(Header):
    """4 octets; a care-of address of either family may follow."""

    __hdr__ = (("bid", "H", 0), ("status", "B", 0), ("flags", "B", 0))
    names = (
        F("bid", "mip6.bi.bid", "Binding ID (BID)"),
        F("status", "mip6.bi.status", "Status"),
        flag("flags", 0, "mip6.bi.h_flag", "Simultaneous Home and Foreign Binding (H)"),
    )


LONGEST_LENGTH = 0x20
"""Octets that begin a name, and are less, are a label's length."""

INTERVAL = Field("mip6.bra.interval", "Refresh interval", LIFETIME)
ALTERNATE = Field("mip6.acoa.acoa", "Alternate care-of address", IPV6)
AUTHENTICATOR = Field("mip6.bad.auth", "Authenticator", BYTES)
LINK_CODE = Field(
    "mip6.lla.optcode", "Option-Code", U8, {2: "Link Layer Address of the MN"}
)  # fmt: skip
LINK = Field("mip6.lla", "Link-layer address", LINK_ADDRESS)
NODE_SUBTYPE = Field("mip6.mnid.subtype", "Subtype", U8, {1: "Network Access Identifier (NAI)"})
NODE = Field("mip6.mnid.identifier", "Identifier", STR, convert=until_zero)
AUTH_SUBTYPE = Field("mip6.auth.subtype", "Subtype", U8, AUTHENTICATION)
AUTH_SPI = Field("mip6.auth.mobility_spi", "Mobility SPI", U32, AUTHENTICATION_SPI)
AUTH_DATA = Field("mip6.auth.auth_data", "Authentication Data", BYTES)
MESSAGE_TIME = Field("mip6.mseg_id.timestamp", "Timestamp", UTC, convert=ntp_time)
CGA_PARAMETERS = Field("mip6.cgar.cga_par", "CGA Parameters", BYTES)
SIGNATURE = Field("mip6.sign.sign", "Signature", BYTES)
HOME_TOKEN = Field("mip6.phkt.phkt", "Permanent Home Keygen Token", BYTES)
CARE_OF_TOKEN = Field("mip6.mocot.co_keygen_tok", "Care-of Keygen Token", BYTES)
DNS_UPDATE_STATUS = Field("mip6.dnsu.status", "Status", U8, DNS_STATUS)
DNS_REMOVE = Field("mip6.dnsu.flag.r", "R flag", BOOL, mask=0x80)
DNS_NAME = Field("mip6.dnsu.mn_id", "MN identity (FQDN)", BYTES)
EXPERIMENT = Field("mip6.em.data", "Data", BYTES)
SERVICE = Field("mip6.ss.identifier", "Identifier", STR)
FAST_SPI = Field("mip6.badff.spi", "SPI", U32)
FAST_AUTHENTICATOR = Field("mip6.badff.auth", "Authenticator", BYTES)
PREFIX_TEXT = Field("mip6.mhipv6ap.ipv6_address_prefix", "IPv6 Address/Prefix", STR, generated=True)
COA_IPV4 = Field("mip6.bi.coa_ipv4", "IPv4 care-of address (CoA)", IPV4)
COA_IPV6 = Field("mip6.bi.coa_ipv6", "IPv6 care-of address (CoA)", IPV6)

# fmt: off
plain(2, "bra", "Binding Refresh Advice", INTERVAL, exact=2)
plain(3, "acoa", "Alternate Care-of Address", ALTERNATE, exact=16)
plain(4, "ni", "Nonce Indices", NonceIndices, exact=4)
plain(5, "bad_auth", "Authorization Data", AUTHENTICATOR)
plain(9, "auth", "AUTH-OPTION-TYPE", AUTH_SUBTYPE, AUTH_SPI, AUTH_DATA, least=6)
plain(10, "mseg_id", "MESG-ID-OPTION-TYPE", MESSAGE_TIME, exact=8)
plain(11, "cgapr", "CGA Parameters Request", exact=0)
plain(12, "cgar", "CGA Parameters", CGA_PARAMETERS, least=1)
plain(13, "sign", "Signature", SIGNATURE, least=1)
plain(14, "phkt", "Permanent Home Keygen Token", HOME_TOKEN, least=1)
plain(15, "coti", "Care-of Test Init", exact=0)
plain(16, "cot", "Care-of Test", CARE_OF_TOKEN, exact=8)
plain(17, "dnsu", "DNS-UPDATE-TYPE", DNS_UPDATE_STATUS, DNS_REMOVE, DNS_NAME, least=5)
plain(18, "em", "Experimental", EXPERIMENT, least=1)
plain(21, "badff", "Binding Authorization Data for FMIPv6 (BADF)", FAST_SPI, FAST_AUTHENTICATOR,
      least=4)
# fmt: on


@option(6, "mnp", "Mobile Network Prefix", exact=18)
def mobile_network_prefix(c: Cursor) -> Words:
    """A network behind the mobile router."""
    told = c.header(MobileNetworkPrefix)
    return ": %s/%d", told.prefix, told.length


@option(22, "hnp", "Home Network Prefix", exact=18)
def home_network_prefix(c: Cursor) -> Words:
    """The prefix given to the mobile node (RFC 5213, section 8.3)."""
    told = c.header(MobileNetworkPrefix)
    return ": %s/%d", told.prefix, told.length


@option(7, "mhlla", "Mobility Header Link-Layer Address", least=1)
def link_layer_address(c: Cursor) -> Words:
    """A link-layer address; the code says whose."""
    c.add(LINK_CODE)
    c.rest(LINK)
    return None


@option(8, "mnid", "Mobile Node Identifier", least=2)
def node_identifier(c: Cursor) -> Words:
    """Who the mobile node is."""
    c.add(NODE_SUBTYPE)
    return (": %s", c.add(NODE, c.left)) if c.more else None


@option(20, "ssm", "Service Selection", least=1)
def service_selection(c: Cursor) -> Words:
    """Which service the mobile node wants; 3GPP's nodes write an access point's name as labels."""
    if not c.more:
        return None
    c.need(1)
    octets = c.peek(c.left)
    name = until_zero(_labels(octets).decode("utf-8", "backslashreplace"))
    c.put(SERVICE, name, size=c.left)
    c.skip(c.left)
    return ": %s", name


def _labels(octets: bytes) -> bytes:
    """The labels of a name with dots between them; other octets as they are."""
    if octets[0] >= LONGEST_LENGTH:
        return octets
    dotted = bytearray(octets[1:])
    at = octets[0]
    while at < len(dotted):
        following = at + dotted[at] + 1
        dotted[at] = ord(".")
        at = following
    return bytes(dotted)


@option(34, "mhipv6ap", "Mobility Header IPv6 Address/Prefix", exact=18)
def address_prefix(c: Cursor) -> Words:
    """An address or prefix; the code says whose."""
    start = c.pos
    told = c.header(AddressPrefix)
    node = c.put(PREFIX_TEXT, ipv6_text(told.address), start + 1, 17)
    node.text = ("IPv6 Address/Prefix: %s/%d", told.address, told.length)
    return None


@option(35, "bi", "Binding Identifier", least=4)
def binding_identifier(c: Cursor) -> Words:
    """One of several bindings, with its care-of address."""
    c.header(BindingIdentifier)
    if c.left == 4:
        c.add(COA_IPV4)
    elif c.left == 16:
        c.add(COA_IPV6)
    return None
