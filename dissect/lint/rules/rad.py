"""Router Advertisements, each by itself (RFC 4861, RFC 4862 and the options' own RFCs)."""

from __future__ import annotations

from dissect.lint.addresses import LOOPBACK, UNSPECIFIED, is_link_local, is_multicast
from dissect.lint.at import At
from dissect.lint.nd import (
    ADVERTISE_ROUTER,
    BODY,
    DNSSL,
    MTU,
    PREF64,
    PREFIX,
    RDNSS,
    ROUTE,
    options,
)
from dissect.lint.rule import Hit, Hits, rule
from dissect.lint.rules.ndp import message
from dissect.lint.words import ip
from dissect.verdict import Level

ON_LINK, AUTONOMOUS = 0x80, 0x40
RESERVED_PREFERENCE = 2
SMALLEST_LINK, ETHERNET = 1280, 1500
LONGEST_LIFETIME, LONGEST_REACHABLE = 9000, 3_600_000
FEW_HOPS = 31
LONGEST_LABEL, LONGEST_NAME = 63, 255
MOST_PLC = 5


def advertisement(at: At) -> At | None:
    """The IPv6 header around a Router Advertisement that is whole."""
    host = message(at)
    if host is None or at.header.type != ADVERTISE_ROUTER:
        return None
    return host if len(at.payload) >= BODY[ADVERTISE_ROUTER] else None


def number(octets: bytes) -> int:
    """Big-endian."""
    return int.from_bytes(octets, "big")


def prefixes(told: list[tuple[int, bytes]]) -> list[bytes]:
    """Of options the Prefix Information that has its length, without type and length."""
    return [value for kind, value in told if kind == PREFIX and len(value) == 30]


def shown(value: bytes) -> str:
    """The prefix of a Prefix Information option."""
    return f"{ip(value[14:30])}/{value[0]}"


def has_host_bits(prefix: bytes, length: int) -> bool:
    """Whether bits behind the prefix are set."""
    return number(prefix) & (1 << max(128 - length, 0)) - 1 != 0


@rule(
    "RAD-001", Level.ERROR, "RFC 4861, section 6.1.2", "Router Advertisement not from link-local",
    why="Hosts know a router by its link-local address.  They must discard the message.",
    fix="Send from the interface's link-local address.",
    on="icmpv6", kinds=(ADVERTISE_ROUTER,), field="ipv6.src",
)  # fmt: skip
def source(at: At) -> Hits:
    """Any other."""
    host = advertisement(at)
    if host is not None and not is_link_local(host.header.src):
        yield Hit(f"Router Advertisement from {ip(host.header.src)}, not link-local")


@rule(
    "RAD-002", Level.WARNING, "RFC 4191, sections 2.2 and 2.3", "Bad router preference or route",
    why="Preference 10 is reserved, a router without lifetime has none, and a route option is as "
        "long as its prefix needs.  Hosts take it as medium, or ignore the option.",
    fix="Set Prf to 01, 00 or 11; set the option's length by the prefix.",
    on="icmpv6", kinds=(ADVERTISE_ROUTER,), field="icmpv6.nd.ra.flag.prf",
)  # fmt: skip
def preference(at: At) -> Hits:
    """Length 0 takes 8 to 24 octets, up to 64 bits 16 or 24, more 24."""
    if advertisement(at) is None:
        return
    octets = at.payload
    prf, lifetime = octets[5] >> 3 & 3, number(octets[6:8])
    if prf == RESERVED_PREFERENCE:
        yield Hit("RA preference 10 is reserved")
    elif prf and not lifetime:
        yield Hit("RA preference without a router lifetime")
    for kind, value in options(at):
        if kind != ROUTE:
            continue
        length, units = value[0], (len(value) + 2) // 8
        least = 1 if not length else 2 if length <= 64 else 3
        if not least <= units <= 3 or length > 128:
            yield Hit(f"Route option of length {units} for a prefix of {length} bits",
                      field="icmpv6.opt.length", key="route")  # fmt: skip
        elif value[1] >> 3 & 3 == RESERVED_PREFERENCE:
            yield Hit("Route option with preference 10, reserved",
                      field="icmpv6.opt.route_info.flag.route_preference")  # fmt: skip


@rule(
    "RAD-003", Level.ERROR, "RFC 4862, section 5.5.3 (c)", "Prefix preferred longer than valid",
    why="An address can't be preferred when it isn't valid any more.  Hosts ignore the option.",
    fix="Set the preferred lifetime at most as long as the valid one.",
    on="icmpv6", kinds=(ADVERTISE_ROUTER,), field="icmpv6.opt.prefix.preferred_lifetime",
)  # fmt: skip
def lifetimes(at: At) -> Hits:
    """Of each prefix."""
    if advertisement(at) is None:
        return
    for value in prefixes(options(at)):
        valid, preferred = number(value[2:6]), number(value[6:10])
        if preferred > valid:
            yield Hit(f"PIO {shown(value)}: preferred {preferred} > valid {valid}",
                      key=shown(value))  # fmt: skip


@rule(
    "RAD-004", Level.WARNING, "RFC 4861, section 4.6.2; RFC 4862, section 5.5.3 (b)",
    "Prefix that can't be one",
    why="Hosts ignore the link-local prefix.  A group is no prefix, nor is a length over 128; bits "
        "behind the prefix are ignored, and show a configuration that went wrong.",
    fix="Announce the link's prefix, with zeros behind it.",
    on="icmpv6", kinds=(ADVERTISE_ROUTER,), field="icmpv6.opt.prefix",
)  # fmt: skip
def bad_prefix(at: At) -> Hits:
    """The option's length, and one over 128, are errors; Mobile IPv6's R flag allows host bits."""
    if advertisement(at) is None:
        return
    for kind, value in options(at):
        if kind == PREFIX and len(value) != 30:
            yield Hit(f"PIO of length {(len(value) + 2) // 8}, must be 4", level=Level.ERROR,
                      field="icmpv6.opt.length", key="length")  # fmt: skip
    for value in prefixes(options(at)):
        length, prefix, words = value[0], value[14:30], f"PIO {shown(value)} invalid"
        if length > 128:
            yield Hit(f"{words}: longer than 128 bits", level=Level.ERROR, key=shown(value))
        elif is_link_local(prefix):
            yield Hit(f"{words}: link-local", key=shown(value))
        elif is_multicast(prefix):
            yield Hit(f"{words}: a group", key=shown(value))
        elif not length:
            yield Hit(f"{words}: all addresses", key=shown(value))
        elif has_host_bits(prefix, length) and not value[1] & 0x20:
            yield Hit(f"{words}: host bits are set", key=shown(value))


@rule(
    "RAD-005", Level.ERROR, "RFC 4862, section 5.5.3 (d); RFC 2464, section 4",
    "Autonomous prefix that isn't 64 bits long",
    why="Interface identifiers on Ethernet have 64 bits, so that only a prefix of 64 bits makes "
        "addresses.  Hosts ignore the option.",
    fix="Announce a /64, or clear A and give addresses by DHCPv6.",
    on="icmpv6", kinds=(ADVERTISE_ROUTER,), field="icmpv6.opt.prefix.length",
)  # fmt: skip
def autonomous(at: At) -> Hits:
    """On Ethernet."""
    if advertisement(at) is None or not at.mac:
        return
    for value in prefixes(options(at)):
        if value[1] & AUTONOMOUS and value[0] != 64:
            yield Hit(f"Autonomous PIO {shown(value)} cannot form addresses", key=shown(value))


@rule(
    "RAD-006", Level.WARNING, "RFC 4861, section 4.6.4; RFC 2464, section 2",
    "MTU that the link can't have",
    why="Every IPv6 link carries 1280 octets, Ethernet 1500 at most.  Hosts ignore the option, or "
        "lose packets.",
    fix="Announce 1280 to 1500, or no MTU.",
    on="icmpv6", kinds=(ADVERTISE_ROUTER,), field="icmpv6.opt.mtu",
)  # fmt: skip
def link_mtu(at: At) -> Hits:
    """Jumbo frames are for links where everybody has them."""
    if advertisement(at) is None:
        return
    for kind, value in options(at):
        if kind != MTU:
            continue
        if len(value) != 6:
            yield Hit(f"RA MTU option of length {(len(value) + 2) // 8}, must be 1",
                      field="icmpv6.opt.length", key="length")  # fmt: skip
            continue
        mtu = number(value[2:6])
        if mtu < SMALLEST_LINK or (mtu > ETHERNET and at.mac):
            yield Hit(f"RA MTU {mtu} unusable on this link")


@rule(
    "RAD-007", Level.NOTE, "RFC 4861, section 6.2.1; RFC 8319, section 4",
    "Unusual router parameter",
    why="Long lifetimes keep a router in use that is gone; a small hop limit loses packets on the "
        "way.  RFC 8319 allows lifetimes up to 65535 seconds.",
    fix="Use the defaults unless you know why not.",
    on="icmpv6", kinds=(ADVERTISE_ROUTER,), field="icmpv6.nd.ra.router_lifetime",
)  # fmt: skip
def parameters(at: At) -> Hits:
    """Reachable Time over an hour is a warning: RFC 4861 forbids it."""
    if advertisement(at) is None:
        return
    octets = at.payload
    hops, lifetime, reachable = octets[4], number(octets[6:8]), number(octets[8:12])
    words = "outside the usual range"
    if lifetime > LONGEST_LIFETIME:
        yield Hit(f"RA parameter router lifetime={lifetime} {words}", key="lifetime")
    if reachable > LONGEST_REACHABLE:
        yield Hit(f"RA parameter reachable time={reachable} {words}", level=Level.WARNING,
                  field="icmpv6.nd.ra.reachable_time", key="reachable")  # fmt: skip
    if 0 < hops <= FEW_HOPS:
        yield Hit(f"RA parameter hop limit={hops} {words}", key="hops",
                  field="icmpv6.nd.ra.cur_hop_limit")  # fmt: skip


@rule(
    "RAD-008", Level.ERROR, "RFC 8106, sections 5.1, 5.2 and 5.3.1", "Bad DNS option",
    why="A resolver option has room for whole addresses, a search list for whole names in DNS's "
        "encoding, filled up with zeros.  Hosts ignore others.",
    fix="Length 3, 5, 7 … for resolvers; one name after the other, each ended by a zero.",
    on="icmpv6", kinds=(ADVERTISE_ROUTER,), field="icmpv6.opt.length",
)  # fmt: skip
def resolvers(at: At) -> Hits:
    """Addresses that can't be a resolver's are a warning."""
    if advertisement(at) is None:
        return
    for kind, value in options(at):
        units = (len(value) + 2) // 8
        if kind == RDNSS:
            if units < 3 or units % 2 == 0:
                yield Hit(f"RDNSS option invalid: length {units}", key="rdnss")
                continue
            for place in range(6, len(value), 16):
                address = value[place : place + 16]
                if is_multicast(address) or address in (UNSPECIFIED, LOOPBACK):
                    yield Hit(f"RDNSS option invalid: resolver {ip(address)}", key=ip(address),
                              level=Level.WARNING, field="icmpv6.opt.rdnss")  # fmt: skip
        elif kind == DNSSL:
            trouble = f"length {units}" if units < 2 else names_trouble(value[6:])
            if trouble:
                yield Hit(f"DNSSL option invalid: {trouble}", key="dnssl",
                          field="icmpv6.opt.dnssl")  # fmt: skip


def names_trouble(octets: bytes) -> str:
    """What is wrong with names one behind the other, then zeros; empty: nothing."""
    place = size = names = 0
    while place < len(octets):
        length = octets[place]
        if not length:
            if not size:
                break  # the padding begins
            names, size, place = names + 1, 0, place + 1
            continue
        if length > LONGEST_LABEL:
            return f"label of {length} octets"
        place += 1 + length
        size += 1 + length
        if size > LONGEST_NAME:
            return "name of over 255 octets"
    if size:
        return "name without an end"
    if any(octets[place:]):
        return "padding that is not zero"
    return "" if names else "no name"


@rule(
    "RAD-009", Level.ERROR, "RFC 8781, section 4", "Bad PREF64 option",
    why="The option has 16 octets, and its length code stands for 96, 64, 56, 48, 40 or 32 bits.  "
        "Hosts ignore others, and can't reach IPv4.",
    fix="Length 2, code 0 to 5.",
    on="icmpv6", kinds=(ADVERTISE_ROUTER,), field="icmpv6.opt.length",
)  # fmt: skip
def pref64(at: At) -> Hits:
    """Both numbers."""
    if advertisement(at) is None:
        return
    for kind, value in options(at):
        if kind == PREF64:
            units, code = (len(value) + 2) // 8, value[1] & 7
            if units != 2 or code > MOST_PLC:
                yield Hit(f"PREF64 option length {units}, PLC {code}")
