"""ICMPv6 messages that are seldom seen: renumbering, node information, handover, locators …"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dissect.protocols.icmpv6.certification_path import Advertisement, Solicitation
from dissect.protocols.icmpv6.duplicate_address import DuplicateAddress
from dissect.protocols.icmpv6.locator_update import Locator
from dissect.protocols.icmpv6.nd_handover import AddressPrefix, MobilityAnchor, NewRouterPrefix
from dissect.protocols.icmpv6.node_information import NodeInformation
from dissect.protocols.icmpv6.router_renumbering import (
    MatchPrefix,
    Renumbering,
    ResultMessage,
    UsePrefix,
)
from making.build import (
    ALL_ROUTERS,
    HOST,
    HOST4,
    HOST_MAC,
    OTHER,
    ROUTER,
    UDP_PROTO,
    Commented,
    counting,
    ethernet,
    icmpv6_packet,
    ip6,
    ipv6,
    nd_option,
    udp,
    write,
)

PREFIX = ip6("2001:db8:0:1::")
NAME = b"\7example\3lab\0"


def message(kind: int, code: int, body: bytes, dst: bytes = OTHER) -> bytes:
    """A message in a frame."""
    return ethernet(icmpv6_packet(kind, code, body, HOST, dst))


def renumbering() -> Iterator[Commented]:
    """Commands and results (RFC 2894)."""

    def command(code: int, body: bytes, flags: int = 0x60) -> bytes:
        head = bytes(Renumbering(sequence=6, segment=1, flags=flags, delay=100))
        return message(138, code, head + body, ip6("ff05::2"))

    match = MatchPrefix(operation=2, length=7, ordinal=6, match=48, least=48, most=64)
    match.prefix = PREFIX
    use = UsePrefix(use=64, keep=16, mask=0xC1, ra=0xC1, valid=7200, preferred=3600)
    use.flags, use.prefix = 0xC0000001, PREFIX
    yield command(0, bytes(match) + bytes(use)), "Change a prefix"
    yield command(0, bytes(match) + bytes(use) * 3, 0xFF), "Three new prefixes, every flag"
    for operation in (1, 3, 6):
        match.operation = operation
        yield command(0, bytes(match)), f"Operation {operation}, without a new prefix"
    match.match = 129
    yield command(0, bytes(match)), "MatchLen over 128"
    result = ResultMessage(flags=0xFFFF, ordinal=6, matched=48, interface=2, prefix=PREFIX)
    yield command(1, bytes(result) * 2), "Two results"
    result.flags, result.matched = 0, 129
    yield command(1, bytes(result)), "A result, MatchedLen over 128"
    yield command(255, b""), "Sequence number reset"
    yield command(0, bytes(match)[:3]), "A command cut off"


def node_information() -> Iterator[Commented]:
    """Queries and replies (RFC 4620)."""

    def about(kind: int, code: int, qtype: int, body: bytes, flags: int = 0) -> bytes:
        head = bytes(NodeInformation(qtype=qtype, flags=flags, nonce=0x6006000160060001))
        return message(kind, code, head + body)

    yield about(139, 1, 2, NAME), "Query about a name"
    yield about(139, 1, 2, b"\7example\0\0"), "Query about a name of one label"
    yield about(139, 1, 2, b"\7example\x7f\0"), "Query about a name with an unknown kind of label"
    yield about(139, 2, 4, HOST4), "Query about an IPv4 address"
    yield about(139, 0, 3, OTHER, 0x3F), "Query for addresses, every flag"
    yield about(140, 0, 0, b""), "Reply to a no-op"
    yield about(140, 0, 2, struct.pack(">I", 60) + NAME), "Reply: a name"
    yield about(140, 0, 2, struct.pack(">I", 60) + NAME + b"\5other\0\0"), "Reply: two names"
    yield about(140, 0, 3, (struct.pack(">I", 60) + HOST) * 2, 1), "Reply: addresses, truncated"
    yield about(140, 0, 4, struct.pack(">I", 60) + HOST4), "Reply: an IPv4 address"
    for code in (1, 2, 3):
        yield about(140, code, 6, b""), f"Reply, code {code}"


def handover() -> Iterator[Commented]:
    """Fast handover's messages and options (RFC 5568), and hierarchical Mobile IPv6 (RFC 5380)."""
    for kind in (150, 154):
        for subtype, code, flags in ((2, 0, 0), (3, 1, 0), (4, 1, 0xC1), (5, 3, 0), (6, 0, 0)):
            body = struct.pack(">BBH", subtype, flags, 0x6006)
            yield message(kind, code, body), f"Type {kind}, subtype {subtype}, code {code}"
    anchor = MobilityAnchor(flags=0x81, lifetime=7200, address=ROUTER)
    anchor.distance, anchor.preference = 1, 6
    for number, value, words in (
        (17, bytes(AddressPrefix(code=2, length=64, address=OTHER)), "New care-of address"),
        (18, bytes(NewRouterPrefix(code=0, length=64, address=PREFIX)), "New router's prefix"),
        (19, b"\2" + HOST_MAC, "Link-layer address"),
        (20, b"\0\1" + bytes(4), "Acknowledgement: address not valid"),
        (20, b"\0\2" + bytes(4) + OTHER, "Acknowledgement: take this address"),
        (23, bytes(anchor), "Mobility anchor point"),
        (27, b"\2\x16" + counting(10) + bytes(2), "Handover key request"),
        (28, b"\4\x16\0\x3c" + counting(14) + bytes(4), "Handover key reply"),
        (29, b"\1\4" + counting(4), "Handover assist information"),
        (30, b"\1\x0bhost@domain" + bytes(1), "Mobile node identifier"),
    ):
        body = struct.pack(">BBH", 3, 0, 6) + nd_option(number, value)
        yield message(154, 0, body), f"Option {number}: {words}"


def low_power() -> Iterator[Commented]:
    """Low-power networks: duplicate addresses (RFC 6775), MPL's seeds (RFC 7731)."""
    for kind, status in ((157, 0), (158, 1), (158, 6)):
        told = bytes(DuplicateAddress(status=status, lifetime=60)) + counting(8) + HOST
        yield message(kind, 0, told), f"Duplicate address, type {kind}, status {status}"
    for units in (1, 2, 4, 5):
        told = bytes(DuplicateAddress(tid=7, lifetime=60)) + counting(8 * units) + HOST
        yield message(157, units, told), f"Extended duplicate address, a verifier of {units} units"
    told = bytes(DuplicateAddress(tid=7, lifetime=60)) + counting(32)
    yield message(158, 3, told), "… that the message ends behind"
    seeds = (b"\xfa\4\xaa", b"\6\5\x12\x34\x80", b"\6\6" + counting(8) + b"\x81", b"\6\7" + HOST)
    for length, seed in zip((0, 2, 8, 16), seeds, strict=True):
        yield message(159, 0, seed), f"MPL, a seed's identifier of {length} octets"
    yield message(159, 0, b"".join(seeds[:3])), "MPL, three seeds"
    yield message(159, 0, seeds[0] + b"\6"), "MPL, a second seed cut off"
    yield message(159, 0, seeds[0] + b"\6\5"), "MPL, a second seed without its identifier"
    yield message(159, 1, seeds[0]), "MPL, code 1"
    yield message(159, 0, b"\6\x21\x12\x34" + counting(3)), "MPL, promises more than there is"


def others() -> Iterator[Commented]:
    """Certification paths (RFC 3971), locators (RFC 6743), a Teredo client's test (RFC 4380)."""
    anchor = nd_option(15, bytes((2, 3)) + b"\7example\0" + bytes(3))
    told = bytes(Solicitation(id=6, component=0xFFFF))
    yield message(148, 0, told + anchor, ALL_ROUTERS), "Certification path solicitation"
    told = bytes(Advertisement(id=6, all=2, component=1))
    yield message(149, 0, told + anchor), "Certification path advertisement"
    locators = (Locator(locator=0x20010DB8_00000001, preference=p, lifetime=60) for p in (10, 20))
    yield message(156, 0, b"\2\0\0\0" + b"".join(map(bytes, locators))), "Locator update"
    yield message(156, 0, b"\2\0\0\0" + bytes(Locator())), "Locator update, promises two"
    teredo = ip6("2001:0:c000:201:0:e000:3fff:fdfe")
    ping = icmpv6_packet(128, 0, b"\x60\6\0\1\1\2\3\4", teredo, OTHER)
    yield ethernet(ipv6(udp(ping, 40000, 3544), UDP_PROTO)), "Through a Teredo server, over IPv6"


FILES = {
    "icmpv6_renumbering.pcapng": lambda path: write(path, renumbering()),
    "icmpv6_node_information.pcapng": lambda path: write(path, node_information()),
    "icmpv6_handover.pcapng": lambda path: write(path, handover()),
    "icmpv6_low_power.pcapng": lambda path: write(path, low_power()),
    "icmpv6_others.pcapng": lambda path: write(path, others()),
}
