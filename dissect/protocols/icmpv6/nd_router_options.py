"""Options in which a router tells hosts about routes, names and prefixes.

Route Information   Prefix Length, Flags, Lifetime (4), 0 to 16 octets of the prefix (RFC 4191)
RDNSS, DNSSL        Reserved (2), Lifetime (4), addresses or domain names (RFC 8106)
Flags Extension     more flags (2), Reserved (4) (RFC 5175)
Captive Portal      a URI (RFC 8910)
PREF64              Lifetime (13 bits), Prefix Length Code (3 bits), prefix (12) (RFC 8781)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tree import Field
from dissect.engine.values import IPV6, STR, U8, U16, X8, X16, Special
from dissect.protocols.icmpv6.messages import bits, name_flags, reserved
from dissect.protocols.icmpv6.names import domain_name
from dissect.protocols.icmpv6.nd_options import (
    BAD_LENGTH,
    LIFETIMES,
    PADDING,
    PREFERENCE,
    Words,
    addresses,
    option,
    read_prefix,
)

SERVER = Field("icmpv6.opt.rdnss", "Recursive DNS Servers", IPV6)
SEARCH = Field("icmpv6.opt.dnssl", "Domain Names", STR)
PORTAL = Field("icmpv6.opt.captive_portal", "Captive Portal", STR)
PREFIX = Field("icmpv6.opt.prefix", "Prefix", IPV6)
NAT64_PREFIX = Field("icmpv6.opt.pref64.prefix", "Prefix", IPV6)


class RouteInformation(Header):
    """Behind type and length, 6 octets (RFC 4191, section 2.3)."""

    __hdr__ = (("length", "B", 0), ("flags", "B", 0), ("lifetime", "I", 1800))
    names = (
        F("length", "icmpv6.opt.prefix.length", "Prefix Length"),
        F(
            "flags", "icmpv6.opt.route_info.flag", "Flag", X8,
            bits=(
                bits("flags", 3, 2, "icmpv6.opt.route_info.flag.route_preference",
                     "Route Preference", U8, PREFERENCE),
                F("flags", "icmpv6.opt.route_info.flag.reserved", "Reserved", U8, mask=0xE7,
                  convert=lambda flags: flags & 0xE7),
            ),
        ),
        F("lifetime", "icmpv6.opt.route_lifetime", "Route Lifetime", LIFETIMES),
    )  # fmt: skip


@option(24, "Route Information")
def route_information(c: Cursor, size: int) -> Words:
    """A prefix that the router reaches: 0, 8 or 16 octets of it are given."""
    told = c.header(RouteInformation)
    name_flags(c, "icmpv6.opt.route_info.flag")
    preference = PREFERENCE[told.flags >> 3 & 3]
    prefix = read_prefix(c, PREFIX, "icmpv6.opt.length", size - 8)
    if prefix is None:
        return " : %s", preference
    return " : %s %s/%d", preference, prefix, told.length


class Lifetime(Header):
    """What RDNSS and DNSSL begin with (RFC 8106, section 5), 6 octets."""

    __hdr__ = (("reserved", "H", 0), ("lifetime", "I", 1800))


def _dns_lifetime(name: str, over: str) -> type[Header]:
    class Given(Lifetime):
        names = (
            reserved("reserved", "icmpv6.opt.reserved"),
            F("lifetime", name, "Lifetime", Special(LIFETIMES | {0: over})),
        )

    return Given


RDNSS = _dns_lifetime("icmpv6.opt.rdnss.lifetime", "RDNSS address MUST no longer be used")
DNSSL = _dns_lifetime("icmpv6.opt.dnssl.lifetime", "DNSSL domain name MUST no longer be used")


@option(25, "Recursive DNS Server")
def recursive_dns_server(c: Cursor, size: int) -> Words:
    """Addresses of DNS servers."""
    c.header(RDNSS)
    return addresses(c, SERVER)


@option(31, "DNS Search List Option")
def dns_search_list(c: Cursor, size: int) -> Words:
    """Domain names to be searched, then zeros."""
    c.header(DNSSL)
    found = []
    while c.more and c.peek(1) != b"\0":
        at = c.pos
        name = domain_name(c)
        c.put(SEARCH, name, at, c.pos - at)
        found.append(name)
    if c.more:
        c.add(PADDING, c.left)
    return (" %s" * len(found), *found)


class FlagsExtension(Header):
    """Behind type and length, the flags 8 to 55 of an advertisement (RFC 5175, section 4).

    None of them is assigned.  They continue the flags 0 to 7 of the message itself (M, O, H, …) and
    don't repeat them.
    """

    __hdr__ = (("flags", "H", 0), ("reserved", "I", 0))
    names = (
        F("flags", "icmpv6.opt.efo", "Flags Expansion Option", X16),
        reserved("reserved", "icmpv6.opt.reserved"),
    )  # fmt: skip


@option(26, "RA Flags Extension")
def flags_extension(c: Cursor, size: int) -> Words:
    """Room for more flags of an advertisement."""
    c.header(FlagsExtension)
    return None


@option(37, "DHCP Captive-Portal")
def captive_portal(c: Cursor, size: int) -> Words:
    """The URI of a portal's API (RFC 8910, section 2.3), padded with zeros."""
    at, room = c.pos, c.left
    c.need(room)
    uri = c.peek(room).split(b"\0", 1)[0].decode("utf-8", "backslashreplace")
    c.put(PORTAL, uri, at, room)
    c.skip(room)
    return None


class Pref64(Header):
    """Behind type and length, 2 octets (RFC 8781, section 4)."""

    __hdr__ = (("_word", "H", 0),)
    __bit_fields__ = {"_word": (("lifetime", 13), ("plc", 3))}
    names = (
        F("lifetime", "icmpv6.opt.pref64.scaled_lifetime", "Scaled Lifetime", U16),
        F("plc", "icmpv6.opt.pref64.plc", "PLC (Prefix Length Code)", X16,
          {code: f"{96 if not code else 72 - 8 * code} bits prefix length"
           for code in range(6)}),
    )  # fmt: skip


@option(38, "PREF64 Option")
def pref64(c: Cursor, size: int) -> Words:
    """A NAT64 prefix: so many octets of the twelve as its code says belong to it."""
    told = c.header(Pref64)
    octets = {0: 12, 1: 8, 2: 7, 3: 6, 4: 5, 5: 4}.get(told.plc)
    if octets is None:
        c.note(BAD_LENGTH, "icmpv6.opt.length")
    else:
        c.need(12)
        c.put(NAT64_PREFIX, c.peek(octets).ljust(16, b"\0"), c.pos, octets)
    c.skip(12)
    return None
