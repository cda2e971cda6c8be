"""Tunnels of IP in IP: 6in4, 6to4, ISATAP, 6over4, DS-Lite (RFC 4213, RFC 2473 …)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dissect.address.special import kind_of
from dissect.lint.addresses import (
    ISATAP,
    LIMITED_BROADCAST,
    LOOPBACK,
    MAPPED,
    SIX_TO_FOUR,
    UNSPECIFIED,
    is_global4,
    is_multicast,
)
from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.gathered import HEADER, Mask
from dissect.lint.nd import DISCOVERY, LINK_LAYER, options
from dissect.lint.rule import Hit, Hits, Tally, rule, suspects, tallies
from dissect.lint.words import ip
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.verdict import Level

IPV6_IN = 41
RELAY4, RELAY6 = bytes((192, 88, 99, 1)), bytes.fromhex("2002c0586301")
GROUPS_6OVER4 = bytes((239, 192))
CONTINUITY = bytes((192, 0, 0))
"""192.0.0.0/29: the ends of DS-Lite's softwire and of 464XLAT's translators."""
UNDECIDED = ("documentation", "benchmarking")
"""Kinds of IPv4 addresses that stand for global ones, in laboratories: Linux clears the bit."""


def six_in_four(at: At) -> At | None:
    """The IPv4 header right around an IPv6 one; None where something else carries it."""
    outer = at.ip
    if at.header is None or outer is None or outer.name != "ip" or outer.header is None:
        return None
    return outer if outer.header.p == IPV6_IN else None


def ends(at: At) -> tuple[bytes, bytes]:
    """Source and destination."""
    return at.header.src, at.header.dst


@rule(
    "TUN-001", Level.ERROR, "RFC 4213, section 3.6", "Packet that doesn't fit its tunnel",
    why="The packet inside is longer than what the tunnel carries, or of another version than the "
        "tunnel says.  The tunnel's end discards it.",
    fix="Set the lengths of both headers by what is sent; set the protocol by the version.",
    on=("ipv6", "ip"), field="ipv6.plen",
)  # fmt: skip
def misfit(at: At) -> Hits:
    """By the length on the wire."""
    outer = at.ip
    if outer is None or at.part:
        return
    name = "IPv6" if at.name == "ipv6" else "IPv4"
    if at.noted("ipv6.bogus_ipv6_version", "ip.bogus_ip_version"):
        octet = at.data[at.layer.offset : at.layer.offset + 1]
        version = octet[0] >> 4 if octet else "none"
        yield Hit(f"Inner {name} packet has version {version}", field=f"{at.name}.version")
    elif at.noted("ipv6.plen_exceeds_framing", "ip.bogus_ip_length"):
        need = HEADER + at.header.plen if at.name == "ipv6" and at.header else 0
        need = need or (at.header.len if at.header is not None else 0)
        yield Hit(f"Inner {name} packet needs {need} octets, tunnel carries "
                  f"{at.layer.stop - at.layer.offset}",
                  field="ipv6.plen" if at.name == "ipv6" else "ip.len")  # fmt: skip


@rule(
    "TUN-002", Level.ERROR, "RFC 4213, section 3.6", "Tunnelled source that must be discarded",
    why="The end of a tunnel drops packets from groups, loopback and IPv4 addresses in IPv6's "
        "clothes, and from IPv4 sources that no host has: they only come from attackers.",
    fix="Filter at the tunnel's entry.",
    on="ipv6", field="ipv6.src",
)  # fmt: skip
def bad_source(at: At) -> Hits:
    """Of either header."""
    outer = six_in_four(at)
    if outer is None:
        return
    inner, around = at.header.src, outer.header.src
    if (
        is_multicast(inner) or inner == LOOPBACK or inner[:12] == MAPPED
        or (inner[:12] == bytes(12) and inner != UNSPECIFIED)
    ):  # fmt: skip
        yield Hit(f"Decapsulated source {ip(inner)} must be discarded")
    if around[0] in (0, 127) or around[0] >= 224 or around == LIMITED_BROADCAST:
        yield Hit(f"Tunnel source {ip(around)} must be discarded", field="ip.src")


@rule(
    "TUN-003", Level.WARNING, "RFC 2473, section 4.1.1", "Many IP headers in each other",
    why="Each tunnel adds a header and takes room from the packet.  A tunnel that leads into "
        "itself adds them without end; the default limit is 4.",
    fix="Look for the tunnel whose route to its end leads through it.",
    on=("ipv6", "ip"), field="ipv6",
)  # fmt: skip
def nesting(at: At) -> Hits:
    """How many are allowed can be configured."""
    if at.depth == at.context.run.options.nesting:
        number = 1 + max(
            at.context.at(place).depth for place, layer in enumerate(at.context.layers)
            if layer.name in ("ip", "ipv6") and not layer.quoted
        )  # fmt: skip
        yield Hit(f"{number} nested IP headers")


@rule(
    "TUN-004", Level.ERROR, "RFC 2473, section 4.1.1", "Tunnel Encapsulation Limit disregarded",
    why="A packet with limit 0 must not enter another tunnel; each tunnel's limit is one less than "
        "that of the packet inside.",
    fix="Let the tunnel's entry look at the packet's limit, and answer with a Parameter Problem.",
    on="ipv6", field="ipv6.opt.tel",
)  # fmt: skip
def limit(at: At) -> Hits:
    """As noted by the decoder."""
    for note in at.notes("sixscope.tunnel.limit_zero", "sixscope.tunnel.limit"):
        yield Hit(note.text)


@rule(
    "TUN-005", Level.ERROR, "RFC 2473, section 4.1.2", "Packet in a tunnel to itself",
    why="The packet inside has the tunnel's own ends, so it enters the tunnel again and again.",
    fix="Route the tunnel's end outside of the tunnel.",
    on=("ipv6", "ip"), field="ipv6.dst",
)  # fmt: skip
def loop(at: At) -> Hits:
    """The same pair at any two depths."""
    if at.header is None:
        return
    pair, outer = ends(at), at.ip
    while outer is not None and outer.header is not None:
        if ends(outer) == pair:
            yield Hit(f"Loopback encapsulation of {ip(pair[0])} > {ip(pair[1])}")
            return
        outer = outer.ip


@rule(
    "TUN-006", Level.ERROR, "RFC 3056, section 5.3; RFC 3964, section 5.2",
    "6to4 packet between other IPv4 addresses",
    why="A 6to4 address has its router's IPv4 address in it.  A packet that comes from, or goes "
        "to, another one is spoofed, or led astray.",
    fix="Drop it at the 6to4 router, as the RFCs demand.",
    on="ipv6", field="ipv6.src",
)  # fmt: skip
def other_6to4(at: At) -> Hits:
    """Where neither end fits it is a configured tunnel that carries 6to4: no trouble."""
    outer = six_in_four(at)
    if outer is None:
        return
    for name, address, around, field in (
        ("sixscope.tunnel.6to4_source", at.header.src, outer.header.src, "ip.src"),
        ("sixscope.tunnel.6to4_destination", at.header.dst, outer.header.dst, "ip.dst"),
    ):
        if at.noted(name):
            yield Hit(f"6to4 outer {ip(around)} does not match {ip(address)}", field=field,
                      key=f"{ip(address)} {ip(around)}")  # fmt: skip


@rule(
    "TUN-007", Level.ERROR, "RFC 3056, section 2; RFC 3964, section 5.3.1",
    "6to4 address of a private IPv4 address",
    why="Only a global IPv4 address makes a 6to4 prefix that others can reach.",
    fix="Turn 6to4 off on hosts behind NAT.",
    on="ipv6", field="ipv6.src",
)  # fmt: skip
def private_6to4(at: At) -> Hits:
    """In a tunnel or outside of one."""
    if at.header is None:
        return
    for end, address in (("src", at.header.src), ("dst", at.header.dst)):
        if address[:2] == SIX_TO_FOUR and not is_global4(address[2:6]):
            yield Hit(f"6to4 address {ip(address)} embeds non-global {ip(address[2:6])}",
                      field=f"ipv6.{end}", key=ip(address))  # fmt: skip


@rule(
    "TUN-008", Level.NOTE, "RFC 7526, section 4", "6to4's anycast relay",
    why="Relays at 192.88.99.1 are given up: they lost packets, and nobody was responsible.",
    fix="Turn 6to4 off, or use a relay that somebody runs for you.",
    on=("ip", "ipv6"), field="ip.dst",
)  # fmt: skip
def anycast(at: At) -> Hits:
    """By either address."""
    if at.header is None:
        return
    for end, address in (("src", at.header.src), ("dst", at.header.dst)):
        if address == RELAY4 or address[:6] == RELAY6:
            yield Hit(f"Deprecated 6to4 anycast relay {ip(address)} in use",
                      field=f"{at.name}.{end}", key=ip(address))  # fmt: skip


@rule(
    "TUN-009", Level.WARNING, "RFC 5214, section 7.3", "ISATAP packet from another IPv4 address",
    why="A host believes an ISATAP packet if its outer source is the address inside, or a router "
        "on its list.  Others are spoofed.",
    fix="Check whether the outer source is one of the site's ISATAP routers.",
    on="ipv6", field="ip.src",
)  # fmt: skip
def other_isatap(at: At) -> Hits:
    """The capture doesn't tell who is a router."""
    outer = six_in_four(at)
    if outer is None:
        return
    pairs = (
        ("src", at.header.src, outer.header.src),
        ("dst", at.header.dst, outer.header.dst),
    )
    for end, address, around in pairs:
        local = address[:8] == bytes.fromhex("fe80000000000000")
        if address[8:12] in ISATAP and address[12:] != around and (end == "src" or local):
            yield Hit(f"ISATAP outer {ip(around)} does not match {ip(address)}",
                      field=f"ip.{end}", key=f"{ip(address)} {ip(around)}")  # fmt: skip


@rule(
    "TUN-010", Level.NOTE, "RFC 5214, section 6.1", "ISATAP identifier whose u bit is wrong",
    why="The bit says whether the IPv4 address is known to be unique everywhere.",
    fix="Set it for global IPv4 addresses, clear it for private ones.",
    on="ipv6", field="ipv6.src",
)  # fmt: skip
def isatap_bit(at: At) -> Hits:
    """Of either address."""
    if at.header is None:
        return
    for end, address in (("src", at.header.src), ("dst", at.header.dst)):
        if contradicts(address):
            yield Hit(f"ISATAP u/l bit of {ip(address)} contradicts {ip(address[12:])}",
                      field=f"ipv6.{end}", key=ip(address))  # fmt: skip


def contradicts(address: bytes) -> bool:
    """Whether an ISATAP address has the u bit of a global IPv4 address, and none in it."""
    if address[8:12] not in ISATAP or is_multicast(address):
        return False
    unique, kind = bool(address[8] & 2), kind_of(address[12:])
    return kind not in UNDECIDED and unique != is_global4(address[12:])


@rule(
    "TUN-011", Level.ERROR, "RFC 2529, sections 5 and 6", "6over4 mapping that is wrong",
    why="A 6over4 group is 239.192 and the last two octets of the IPv6 group; link-layer addresses "
        "are two zeros and an IPv4 address.  Hosts don't hear, or don't find, each other.",
    fix="Map groups by RFC 2529, section 6.",
    on=("ipv6", "icmpv6"), kinds=DISCOVERY, field="ip.dst",
)  # fmt: skip
def mapping_6over4(at: At) -> Hits:
    """Where the outer destination is in 6over4's block."""
    inner = at if at.name == "ipv6" else at.ip
    outer = six_in_four(inner) if inner is not None else None
    if inner is None or outer is None or outer.header.dst[:2] != GROUPS_6OVER4:
        return
    dst, group = inner.header.dst, outer.header.dst
    if at.name == "ipv6":
        if is_multicast(dst) and dst[14:] != group[2:]:
            yield Hit(f"6over4 multicast map {ip(dst)} > {ip(group)} wrong")
    elif at.header is not None and at.header.type in DISCOVERY:
        for kind, value in options(at):
            if kind in LINK_LAYER and (len(value) != 6 or any(value[:2])):
                yield Hit(f"6over4 link-layer option {value.hex(' ')} is no IPv4 address",
                          field="icmpv6.opt.linkaddr")  # fmt: skip


@rule(
    "TUN-012", Level.WARNING, "RFC 6333, section 5.7; RFC 7335, section 3",
    "Softwire address outside of its softwire",
    why="192.0.0.0/29 is for the ends of DS-Lite's tunnel, and inside hosts that translate.  On a "
        "link it is somebody's traffic that missed its tunnel.",
    fix="Route the default route of such hosts into the tunnel or translator.",
    on="ip", field="ip.src",
)  # fmt: skip
def softwire(at: At) -> Hits:
    """Outside of IPv6."""
    if at.header is None or (at.ip is not None and at.ip.name == "ipv6"):
        return
    for end, address in (("src", at.header.src), ("dst", at.header.dst)):
        if address[:3] == CONTINUITY and address[3] < 8:
            yield Hit(f"{ip(address)} seen outside its softwire/CLAT", field=f"ip.{end}",
                      key=ip(address))  # fmt: skip


@suspects("TUN")
def tunnelled(batch: Batch) -> Mask:
    """What has addresses that tunnels have, limits, and depth."""
    return batch.layers("ayiya") | batch.nested & batch.layers("ipv6.dstopts") | batch.inside.odd


@suspects("TUN-005")
def deep(batch: Batch) -> Mask:
    """In several tunnels."""
    return batch.inside.deep


@tallies("TUN-005")
def loops(batch: Batch) -> Iterator[Tally]:
    """In one tunnel, with its ends."""
    for rows, sources in batch.inside.loops:
        single = ~batch.inside.deep[rows]
        yield Tally(rows[single], sources[single])


@tallies("TUN-010")
def isatap(batch: Batch) -> Iterator[Tally]:
    """ISATAP's identifiers, each different one once."""
    for part, address in batch.addresses(IPv6):
        mine = np.flatnonzero((address[:, 10] == 0x5E) & (address[:, 11] == 0xFE))
        if len(mine):
            octets = np.ascontiguousarray(address[mine])
            different, which = np.unique(octets.view("V16").ravel(), return_inverse=True)
            wrong = np.array([contradicts(one) for one in different.tolist()])[which]
            yield Tally(part.rows[mine[wrong]], address[mine[wrong]])


@tallies("TUN-012")
def beside_softwires(batch: Batch) -> Iterator[Tally]:
    """By the first octets."""
    over6 = batch.none
    for part in batch.parts(IPv6, IPv4):
        if part.header is IPv4:
            head = part.head
            for address in (head.src, head.dst):
                wrong = (address[:, :3] == tuple(CONTINUITY)).all(axis=1) & (address[:, 3] < 8)
                wrong &= ~over6[part.rows]
                yield Tally(part.rows[wrong], address[wrong])
        over6[part.rows] = part.header is IPv6
