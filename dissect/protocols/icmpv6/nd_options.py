"""Options of Neighbor Discovery messages (RFC 4861, section 4.6): the walk, and the common ones.

    0               8               16
    +---------------+---------------+-------------------------------+
    |     Type      |    Length     |  Value: the rest of Length,   |
    +---------------+---------------+  which counts 8 octets with   |
    |                                  Type and itself              |

Other families (secure, fast handover, 6LoWPAN) have files of their own and fill the same table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import DuplicateKey, Next, Result
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, EUI64, IPV6, NONE, STR, U8, U16, X8, X16
from dissect.protocols.icmpv6.messages import (
    DATA,
    OPTION,
    bits,
    flag,
    left_over,
    name_flags,
    reserved,
)
from dissect.protocols.icmpv6.names import domain_name

Words = tuple[Any, ...] | str | None
"""What an option's line says behind its name."""

OPTIONS: dict[int, Callable[[Cursor, int], Words]] = {}
TYPES: dict[int, str] = {
    138: "CARD Request",
    139: "CARD Reply",
    253: "RFC3692-style Experiment 1",
    254: "RFC3692-style Experiment 2",
}
"""Names of the option types; ``@option`` adds those that can be read."""

PREFERENCE = {0: "Medium", 1: "High", 2: "Reserved", 3: "Low"}
INFINITY = 0xFFFFFFFF


def lifetime_name(value: int) -> str | None:
    """All ones mean for ever."""
    return "Infinity" if value == INFINITY else None


def option(
    kind: int, name: str
) -> Callable[[Callable[[Cursor, int], Words]], Callable[[Cursor, int], Words]]:
    """Register a function as the reader of an option's value.

    It gets the option's whole size in octets and hands back what its line says behind the name.
    Raises DuplicateKey when the type has a reader already.
    """

    def register(reader: Callable[[Cursor, int], Words]) -> Callable[[Cursor, int], Words]:
        if kind in OPTIONS:
            raise DuplicateKey(f"two readers for option {kind}")
        OPTIONS[kind] = reader
        TYPES[kind] = name
        return reader

    return register


TYPE = Field("icmpv6.opt.type", "Type", U8, TYPES)
LENGTH = Field("icmpv6.opt.length", "Length", U8)
RESERVED = Field("icmpv6.opt.reserved", "Reserved", NONE)
PADDING = Field("icmpv6.opt.padding", "Padding", NONE)

LINK = Field("icmpv6.opt.linkaddr", "Link-layer address", BYTES)
LINK_EUI64 = Field("icmpv6.opt.linkaddr_eui64", "Link-layer address", EUI64)
LINK_HIDDEN = Field("icmpv6.opt.linkaddr", "Link-layer address", BYTES, hidden=True)
SOURCE_LINK = Field(
    "icmpv6.opt.src_linkaddr", "Source Link-layer address", BYTES, hidden=True
)
SOURCE_EUI64 = Field(
    "icmpv6.opt.src_linkaddr_eui64", "Source Link-layer address", EUI64, hidden=True
)
TARGET_LINK = Field(
    "icmpv6.opt.target_linkaddr", "Target Link-layer address", BYTES, hidden=True
)
TARGET_EUI64 = Field(
    "icmpv6.opt.target_linkaddr_eui64", "Target Link-layer address", EUI64, hidden=True
)
REDIRECTED = Field("icmpv6.opt.redirected_packet", "Redirected Packet", NONE)
ADDRESS = Field("icmpv6.opt.ipv6_address", "IPv6 Address", IPV6)
SERVER = Field("icmpv6.opt.rdnss", "Recursive DNS Servers", IPV6)
SEARCH = Field("icmpv6.opt.dnssl", "Domain Names", STR)
PORTAL = Field("icmpv6.opt.captive_portal", "Captive Portal", STR)
PREFIX = Field("icmpv6.opt.prefix", "Prefix", IPV6)
NAT64_PREFIX = Field("icmpv6.opt.pref64.prefix", "Prefix", IPV6)

BAD_LENGTH = Note(
    "icmpv6.invalid_option_length", Severity.ERROR, Group.MALFORMED, "Invalid Option Length",
    "RFC 4861, section 4.6",
)  # fmt: skip
UNKNOWN_OPTION = Note(
    "icmpv6.undecoded.option", Severity.NOTE, Group.UNDECODED, "Option not decoded"
)


def options(c: Cursor) -> Result:
    """All that follow; hands back the packet that a Redirected Header option quotes, if any."""
    quoted: Next | None = None
    while c.more:
        start = c.pos
        kind = _option(c)
        if kind is None:
            break
        if kind == 4 and c.pos - start > 8:
            quoted = _quoted(c, start + 8, c.pos)
    return quoted


def _option(c: Cursor) -> int | None:
    """One option; its type, or None when nothing can stand behind it."""
    c.need(2)
    kind, units = c.peek(2)
    size = 8 * units
    if not size:
        with c.item(OPTION) as node:
            _type_and_length(c, size)
            c.note(BAD_LENGTH, c.last, "Invalid option length (Zero)")
        node.length = 0
        node.text = f"ICMPv6 Option ({TYPES.get(kind) or f'Unknown {kind}'})"
        return None
    with c.item(OPTION, size, because="icmpv6.opt.length") as node:
        _type_and_length(c, size)
        reader = OPTIONS.get(kind, _unknown)
        words = reader(c, size)
        left_over(c)
        _title(c, node, kind, words)
    return int(kind)


def _type_and_length(c: Cursor, size: int) -> None:
    c.add(TYPE)
    c.add(LENGTH)
    if c.at is not None:
        c.last.suffix = f" ({size} bytes)"


def _title(c: Cursor, node: Any, kind: int, words: Words) -> None:
    if c.at is None:
        return
    form, *arguments = (words,) if isinstance(words, str) else words or ("",)
    name = TYPES.get(kind) or f"Unknown {kind}"
    node.text = (f"ICMPv6 Option (%s{form})", name, *arguments)


def _unknown(c: Cursor, size: int) -> Words:
    kind = c.data[c.pos - 2]
    c.note(UNKNOWN_OPTION, c.at, f"{UNKNOWN_OPTION.text}: {kind}")
    c.add(DATA, c.left)
    return None


def _quoted(c: Cursor, start: int, end: int) -> Next:
    """The packet in a Redirected Header option."""
    return Next(
        "ip_proto", 41, start=start, end=end, into=c.layer, quoted=True,
        after=lambda inner: _padding_behind(inner, end),
    )  # fmt: skip


def _padding_behind(c: Cursor, end: int) -> None:
    """Octets that fill the option behind the packet that it quotes."""
    c.bound(end)
    if c.more:
        c.add(PADDING, c.captured)


def flags_in(c: Cursor, name: str) -> None:
    """Name the flags of a field in an option."""
    name_flags(c, name)


# --- RFC 4861 ----------------------------------------------------------------------------------


@option(1, "Source link-layer address")
def source_link_layer(c: Cursor, size: int) -> Words:
    """Of the sender."""
    return _link_layer(c, size, " from %s", SOURCE_LINK, SOURCE_EUI64, LINK_HIDDEN)


@option(2, "Target link-layer address")
def target_link_layer(c: Cursor, size: int) -> Words:
    """Of the target."""
    return _link_layer(c, size, " is at %s", TARGET_LINK, TARGET_EUI64, None)


def _link_layer(
    c: Cursor, size: int, info: str, alias: Field, alias_eui64: Field, also: Field | None
) -> Words:
    """Six octets on Ethernet; eight, then padding, on IEEE 802.15.4; all of it elsewhere."""
    at = c.pos
    if size != 16:
        address = c.add(LINK, size - 2)
        c.put(alias, address, at, size - 2)
        if size != 8:
            return None
    else:
        address = c.add(LINK_EUI64)
        c.put(alias_eui64, address, at, 8)
        if also is not None:
            c.put(also, address, at, 8)
            c.put(alias, address, at, 8)
        c.add(PADDING, 6)
        info = " from %s"  # as Wireshark has it, whoever's address it is
    c.info_add(info, address)
    return " : %s", address


class PrefixInformation(Header):
    """Behind type and length, 30 octets."""

    __hdr__ = (
        ("length", "B", 64), ("flags", "B", 0xC0), ("valid", "I", 2592000),
        ("preferred", "I", 604800), ("reserved", "I", 0), ("prefix", "16s", bytes(16)),
    )  # fmt: skip
    names = (
        F("length", "icmpv6.opt.prefix.length", "Prefix Length"),
        F(
            "flags", "icmpv6.opt.prefix.flag", "Flag", X8,
            bits=(
                flag("flags", 0, "icmpv6.opt.prefix.flag.l", "On-link flag(L)"),
                flag("flags", 1, "icmpv6.opt.prefix.flag.a",
                     "Autonomous address-configuration flag(A)"),
                flag("flags", 2, "icmpv6.opt.prefix.flag.r", "Router address flag(R)"),
                bits("flags", 3, 5, "icmpv6.opt.prefix.flag.reserved", "Reserved", U8),
            ),
        ),
        F("valid", "icmpv6.opt.prefix.valid_lifetime", "Valid Lifetime", lifetime_name),
        F("preferred", "icmpv6.opt.prefix.preferred_lifetime", "Preferred Lifetime",
          lifetime_name),
        reserved("reserved", "icmpv6.opt.reserved"),
        F("prefix", "icmpv6.opt.prefix", "Prefix"),
    )  # fmt: skip


@option(3, "Prefix information")
def prefix_information(c: Cursor, size: int) -> Words:
    """A prefix of the link."""
    told = c.header(PrefixInformation)
    flags_in(c, "icmpv6.opt.prefix.flag")
    return " : %s/%d", told.prefix, told.length


@option(4, "Redirected header")
def redirected_header(c: Cursor, size: int) -> Words:
    """As much of the packet that was redirected as fits."""
    c.add(RESERVED, 6)
    c.add(REDIRECTED, c.left)
    return None


class Mtu(Header):
    """Behind type and length, 6 octets."""

    __hdr__ = (("reserved", "H", 0), ("mtu", "I", 1500))
    names = (
        reserved("reserved", "icmpv6.opt.reserved"),
        F("mtu", "icmpv6.opt.mtu", "MTU"),
    )


@option(5, "MTU")
def mtu(c: Cursor, size: int) -> Words:
    """Of the link."""
    return " : %d", c.header(Mtu).mtu


class ShortcutLimit(Header):
    """Behind type and length, 6 octets (RFC 2491)."""

    __hdr__ = (("limit", "B", 0), ("reserved1", "B", 0), ("reserved2", "I", 0))
    names = (
        F("limit", "icmpv6.opt.nbma.shortcut_limit", "Shortcut Limit"),
        reserved("reserved1", "icmpv6.opt.reserved"),
        reserved("reserved2", "icmpv6.opt.reserved"),
    )


@option(6, "NBMA Shortcut Limit Option")
def shortcut_limit(c: Cursor, size: int) -> Words:
    """Hops that a shortcut may pass."""
    return " : %d", c.header(ShortcutLimit).limit


# --- Mobile IPv6 (RFC 6275, section 7) ---------------------------------------------------------


class AdvertisementInterval(Header):
    """Behind type and length, 6 octets."""

    __hdr__ = (("reserved", "H", 0), ("interval", "I", 0))
    names = (
        reserved("reserved", "icmpv6.opt.reserved"),
        F("interval", "icmpv6.opt.advertisement_interval", "Advertisement Interval"),
    )


@option(7, "Advertisement Interval")
def advertisement_interval(c: Cursor, size: int) -> Words:
    """The longest time between advertisements, in milliseconds."""
    return " : %d", c.header(AdvertisementInterval).interval


class HomeAgent(Header):
    """Behind type and length, 6 octets."""

    __hdr__ = (("reserved", "H", 0), ("preference", "H", 0), ("lifetime", "H", 0))
    names = (
        reserved("reserved", "icmpv6.opt.reserved"),
        F("preference", "icmpv6.opt.home_agent_preference", "Home Agent Preference"),
        F("lifetime", "icmpv6.opt.home_agent_lifetime", "Home Agent Preference"),
    )


@option(8, "Home Agent Information")
def home_agent(c: Cursor, size: int) -> Words:
    """The router is a home agent."""
    c.header(HomeAgent)
    return None


# --- Inverse Neighbor Discovery (RFC 3122, section 3.1) ----------------------------------------


@option(9, "Source Address List")
@option(10, "Target Address List")
def address_list(c: Cursor, size: int) -> Words:
    """All addresses of an interface."""
    c.add(RESERVED, 6)
    return _addresses(c, ADDRESS)


def _addresses(c: Cursor, field: Field) -> Words:
    found = []
    while c.more:
        found.append(c.add(field))
    return (" %s" * len(found), *found)


# --- router options ----------------------------------------------------------------------------


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
        F("lifetime", "icmpv6.opt.route_lifetime", "Route Lifetime", lifetime_name),
    )  # fmt: skip


@option(24, "Route Information")
def route_information(c: Cursor, size: int) -> Words:
    """A prefix that the router reaches: 0, 8 or 16 octets of it are given."""
    told = c.header(RouteInformation)
    flags_in(c, "icmpv6.opt.route_info.flag")
    preference = PREFERENCE[told.flags >> 3 & 3]
    if size > 24:
        c.note(BAD_LENGTH, "icmpv6.opt.length")
        return " : %s", preference
    prefix = short_address(c, PREFIX, size - 8) if size > 8 else bytes(16)
    return " : %s %s/%d", preference, prefix, told.length


def short_address(c: Cursor, field: Field, size: int) -> bytes:
    """An address of which only the first octets are in the packet."""
    c.need(size)
    address = c.peek(size).ljust(16, b"\0")
    c.put(field, address, c.pos, size)
    c.skip(size)
    return address


class Lifetime(Header):
    """What RDNSS and DNSSL begin with (RFC 8106, section 5), 6 octets."""

    __hdr__ = (("reserved", "H", 0), ("lifetime", "I", 1800))


def _dns_lifetime(name: str, over: str) -> type[Header]:
    def words(value: int) -> str | None:
        return over if value == 0 else lifetime_name(value)

    class Given(Lifetime):
        names = (
            reserved("reserved", "icmpv6.opt.reserved"),
            F("lifetime", name, "Lifetime", words),
        )

    return Given


RDNSS = _dns_lifetime("icmpv6.opt.rdnss.lifetime", "RDNSS address MUST no longer be used")
DNSSL = _dns_lifetime("icmpv6.opt.dnssl.lifetime", "DNSSL domain name MUST no longer be used")


@option(25, "Recursive DNS Server")
def recursive_dns_server(c: Cursor, size: int) -> Words:
    """Addresses of DNS servers."""
    c.header(RDNSS)
    return _addresses(c, SERVER)


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
    """Behind type and length, 6 octets (RFC 5175, section 4)."""

    __hdr__ = (("flags", "H", 0), ("reserved", "I", 0))
    names = (
        F(
            "flags", "icmpv6.opt.efo", "Flags Expansion Option", X16,
            bits=(
                flag("flags", 0, "icmpv6.opt.efo.m", "Managed address configuration"),
                flag("flags", 1, "icmpv6.opt.efo.o", "Other configuration"),
                flag("flags", 2, "icmpv6.opt.efo.h", "Home Agent"),
                bits("flags", 3, 2, "icmpv6.opt.efo.prf", "Prf (Default Router Preference)",
                     U16, PREFERENCE),
                flag("flags", 5, "icmpv6.opt.efo.p", "Proxy"),
                bits("flags", 6, 10, "icmpv6.opt.efo.rsv", "Reserved", U16),
            ),
        ),
        reserved("reserved", "icmpv6.opt.reserved"),
    )  # fmt: skip


@option(26, "RA Flags Extension")
def flags_extension(c: Cursor, size: int) -> Words:
    """Room for more flags of an advertisement."""
    c.header(FlagsExtension)
    flags_in(c, "icmpv6.opt.efo")
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
