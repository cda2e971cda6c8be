"""Records that are rarely seen: locations, address lists, gateways, keys of hosts, WINS."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, IPV4, IPV6, STR, U8, U16, U32
from dissect.protocols.codes.ip_protocols import IP_PROTO
from dissect.protocols.dns.codes import (
    FAMILIES,
    GATEWAY_ALGORITHMS,
    GATEWAYS,
    HIP_ALGORITHMS,
    IP_VERSIONS,
)
from dissect.protocols.dns.names import add_name
from dissect.protocols.dns.records import Record, record

# --- LOC (RFC 1876, section 2)

LOC_VERSION = Field("dns.loc.version", "Version", U8)
LOC_SIZES = (
    Field("dns.loc.size", "Size", U8),
    Field("dns.loc.horizontal_precision", "Horizontal Precision", U8),
    Field("dns.loc.vertical_precision", "Vertical Precision", U8),
)
LOC_LATITUDE = Field("dns.loc.latitude", "Latitude", U32)
LOC_LONGITUDE = Field("dns.loc.longitude", "Longitude", U32)
LOC_ALTITUDE = Field("dns.loc.altitude", "Altitude", U32)
LOC_UNKNOWN = Field("dns.loc.unknown_data", "Unknown data", BYTES)


@record(29)
def location(c: Cursor, rr: Record) -> None:
    """Where on Earth; another version than 0 is not to be understood."""
    if c.peek_add(LOC_VERSION):
        c.add(LOC_UNKNOWN, c.left)
        return
    c.skip(1)
    for shown in LOC_SIZES:
        octet = c.add(shown)
        c.last.suffix = f" ({(octet >> 4) * 10 ** (octet & 15) / 100:g} m)"
    for shown, ends in ((LOC_LATITUDE, "NS"), (LOC_LONGITUDE, "EW")):
        value = c.add(shown)
        c.last.suffix = f" ({_degrees(value, ends)})"
    value = c.add(LOC_ALTITUDE)
    c.last.suffix = f" ({(value - 10_000_000) / 100:g} m)"


def _degrees(value: int, ends: str) -> str:
    """Thousandths of a second of arc, from 2^31 on."""
    value -= 1 << 31
    minutes, milliseconds = divmod(abs(value), 60_000)
    degrees, minutes = divmod(minutes, 60)
    return f"{degrees} deg {minutes} min {milliseconds / 1000:.3f} sec {ends[value < 0]}"


# --- A6 (RFC 2874, section 3.1) and APL (RFC 3123, section 4)

A6_LENGTH = Field("dns.a6.prefix_len", "Prefix len", U8)
A6_SUFFIX = Field("dns.a6.address_suffix", "Address Suffix", IPV6)
A6_NAME = Field("dns.a6.prefix_name", "Prefix name", STR)


@record(38)
def a6(c: Cursor, rr: Record) -> None:
    """The last bits of an address, and the name that has those before them."""
    length = c.add(A6_LENGTH)
    size = max(128 - length + 7, 0) // 8
    c.need(size)
    suffix = c.peek(size).rjust(16, b"\0")
    c.put(A6_SUFFIX, suffix, c.pos, size)
    c.skip(size)
    name = add_name(c, rr.message, A6_NAME).text if length else ""
    c.info_add(" %s %s %s", length, suffix, name)
    rr.line = (", addr %s %s %s", length, suffix, name)


APL_FAMILY = Field("dns.apl.address_family", "Address Family", U16, FAMILIES)
APL_PREFIX = Field("dns.apl.coded_prefix", "Prefix Length", U8)
APL_NEGATION = Field("dns.apl.negation", "Negation Flag", BOOL, ("No (0)", "Yes (!)"), mask=0x80)
APL_LENGTH = Field("dns.apl.afdlength", "Address Length", U8, mask=0x7F)
APL_IPV4 = Field("dns.apl.afdpart.ipv4", "Address", IPV4)
APL_IPV6 = Field("dns.apl.afdpart.ipv6", "Address", IPV6)
APL_DATA = Field("dns.apl.afdpart.data", "Address", BYTES)


@record(42)
def prefixes(c: Cursor, rr: Record) -> None:
    """A list of prefixes, each without the zeros at its end."""
    c.info_add(" %s", rr.name.text)
    while c.more:
        family = c.add(APL_FAMILY)
        c.add(APL_PREFIX)
        c.peek_add(APL_NEGATION)
        size = c.add(APL_LENGTH)
        shown, whole = {1: (APL_IPV4, 4), 2: (APL_IPV6, 16)}.get(family, (APL_DATA, 0))
        c.need(size)
        if size <= whole or not whole:
            c.put(shown, c.peek(size).ljust(whole, b"\0"), c.pos, size)
        c.skip(size)


# --- IPSECKEY (RFC 4025, section 2.1)

PRECEDENCE = Field("dns.ipseckey.gateway_precedence", "Gateway Precedence", U8)
GATEWAY_TYPE = Field("dns.ipseckey.gateway_type", "Gateway Type", U8, GATEWAYS)
GATEWAY_ALGORITHM = Field(
    "dns.ipseckey.gateway_algorithm", "Gateway Algorithm", U8, GATEWAY_ALGORITHMS
)
GATEWAY4 = Field("dns.ipseckey.gateway_ipv4", "IPv4 Gateway", IPV4)
GATEWAY6 = Field("dns.ipseckey.gateway_ipv6", "IPv6 Gateway", IPV6)
GATEWAY_NAME = Field("dns.ipseckey.gateway_dns", "DNS Gateway", STR)
IPSEC_KEY = Field("dns.ipseckey.public_key", "Public Key", BYTES)


@record(45)
def ipsec_key(c: Cursor, rr: Record) -> None:
    """Where to send encrypted packets for an address, and the key."""
    c.add(PRECEDENCE)
    kind = c.add(GATEWAY_TYPE)
    c.add(GATEWAY_ALGORITHM)
    if kind == 3:
        add_name(c, rr.message, GATEWAY_NAME)
    elif kind in (1, 2):
        c.add(GATEWAY4 if kind == 1 else GATEWAY6)
    c.rest(IPSEC_KEY)


# --- HIP (RFC 8005, section 5)

HIT_LENGTH = Field("dns.hip.hit.length", "HIT length", U8)
HIP_ALGORITHM = Field("dns.hip.hit.pk.algo", "HIT length", U8, HIP_ALGORITHMS)
HIP_KEY_LENGTH = Field("dns.hip.pk.length", "PK length", U16)
HIT = Field("dns.hip.hit", "Host Identity Tag", BYTES)
HIP_KEY = Field("dns.hip.pk", "HIP Public Key", BYTES)
RENDEZVOUS = Field("dns.hip.rendezvous_server", "Rendezvous Server", STR)


@record(55)
def host_identity(c: Cursor, rr: Record) -> None:
    """A host's tag and key, and the servers that know where it is."""
    c.info_add(" %s", rr.name.text)
    hit = c.add(HIT_LENGTH)
    c.add(HIP_ALGORITHM)
    key = c.add(HIP_KEY_LENGTH)
    c.add(HIT, hit)
    c.add(HIP_KEY, key)
    while c.more:
        add_name(c, rr.message, RENDEZVOUS)


# --- WINS and WINS-R, of Microsoft's servers

WINS_LOCAL = Field("dns.wins.local_flag", "Local Flag", U32, mask=1)
WINS_LOOKUP = Field("dns.wins.lookup_timeout", "Lookup timeout", U32)
WINS_CACHE = Field("dns.wins.cache_timeout", "Cache timeout", U32)
WINS_COUNT = Field("dns.wins.nb_wins_servers", "Number of WINS servers", U32)
WINS_SERVER = Field("dns.wins.wins_server", "WINS Server Address", IPV4)
WINSR_LOCAL = Field("dns.winsr.local_flag", "Local Flag", U32, mask=1)
WINSR_LOOKUP = Field("dns.winsr.lookup_timeout", "Lookup timeout", U32)
WINSR_CACHE = Field("dns.winsr.cache_timeout", "Cache timeout", U32)
WINSR_DOMAIN = Field("dns.winsr.name_result_domain", "Name Result Domain", STR)


@record(65281)
def wins(c: Cursor, rr: Record) -> None:
    """Servers to ask for names that a zone doesn't have."""
    c.add(WINS_LOCAL)
    c.add(WINS_LOOKUP)
    c.add(WINS_CACHE)
    c.add(WINS_COUNT)
    while c.more:
        c.add(WINS_SERVER)


@record(65282)
def wins_reverse(c: Cursor, rr: Record) -> None:
    """The domain of names that are found by an address."""
    c.add(WINSR_LOCAL)
    c.add(WINSR_LOOKUP)
    c.add(WINSR_CACHE)
    name = add_name(c, rr.message, WINSR_DOMAIN).text
    c.info_add(" %s", name)
    rr.line = (", name result domain %s", name)


# --- XPF, an experiment: who asked a proxy

XPF_VERSION = Field("dns.xpf.ip_version", "IP Version", U8, IP_VERSIONS)
XPF_PROTOCOL = Field("dns.xpf.protocol", "Protocol", U8, IP_PROTO)
XPF_ENDS = {
    4: (
        Field("dns.xpf.source_ipv4", "IPv4 Source", IPV4),
        Field("dns.xpf.destination_ipv4", "IPv4 Destination", IPV4),
    ),
    6: (
        Field("dns.xpf.source_ipv6", "IPv6 Source", IPV6),
        Field("dns.xpf.destination_ipv6", "IPv6 Destination", IPV6),
    ),
}
XPF_SOURCE = Field("dns.xpf.sport", "Source port", U16)
XPF_DESTINATION = Field("dns.xpf.dport", "Destination port", U16)


@record(65422)
def proxied(c: Cursor, rr: Record) -> None:
    """Addresses and ports of the original query."""
    version = c.add(XPF_VERSION)
    c.add(XPF_PROTOCOL)
    for shown in XPF_ENDS.get(version, ()):
        c.add(shown)
    c.add(XPF_SOURCE)
    c.add(XPF_DESTINATION)
