"""What is seldom seen in IPv6: in situ OAM, compact routing, odd options, addresses with others
inside."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from making.build import (
    HOST,
    OTHER,
    ROUTER,
    THIRD,
    UDP_PROTO,
    counting,
    ethernet,
    ip6,
    ipv6,
    option,
    udp,
    write,
)
from making.ipv6 import Commented, destination, hop_by_hop, routed, routing

EVERYTHING = 0xFFF002
"""A trace type with all that has a meaning: twelve kinds of data and the snapshot."""
WORDS = (1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 1)
"""Words that the first twelve bits of a trace type stand for."""


def trace(
    kind: int, words: int, left: int, data: bytes, *, flags: int = 0, incremental: bool = False
) -> bytes:
    """An IOAM option (RFC 9486) with a trace (RFC 9197, section 4.4); lengths in words."""
    head = struct.pack(">HHI", 6, words << 11 | flags << 7 | left, kind << 8)
    return option(0x31, bytes((0, incremental)) + head + data)


def in_situ() -> Iterator[Commented]:
    """Traces: each kind of data alone, all together, and lengths that make no sense."""
    front = b"\1\0"  # PadN: the option is to begin at a multiple of four octets
    for bit, words in enumerate(WORDS):
        data = trace(0x800000 >> bit, words, 1, counting(4 + 8 * words))
        yield hop_by_hop(front + data), f"Trace type bit {bit}, two nodes, one free word"
    snapshot = struct.pack(">BBH", 2, 0, 6) + counting(8)
    everything = counting(60) + snapshot
    yield hop_by_hop(front + trace(EVERYTHING, 15, 0, everything * 2)), "All of it, two nodes"
    yield hop_by_hop(front + trace(2, 0, 1, bytes(4) + snapshot)), "Snapshots only"
    yield hop_by_hop(front + trace(0x000FFC, 10, 0, counting(40))), "Bits that have no meaning"
    data = trace(0xC00001, 2, 3, counting(16), flags=15, incremental=True)
    yield hop_by_hop(front + data), "Incremental, every flag"
    yield hop_by_hop(front + trace(0xC00000, 0, 0, counting(8))), "NodeLen 0"
    yield (
        hop_by_hop(front + trace(0xC00000, 3, 0, counting(12))),
        "NodeLen isn't what the type says",
    )
    yield hop_by_hop(front + trace(0xC00000, 2, 9, counting(8))), "RemainingLen past the option"
    yield hop_by_hop(front + option(0x31, b"\6\2" + counting(8))), "Proof of transit"
    yield hop_by_hop(front + option(0x31, b"\0\0" + counting(6))), "A trace of six octets"
    yield destination(front + trace(0x800000, 1, 0, counting(4))), "In Destination Options"


def options() -> Iterator[Commented]:
    """Options that have several forms, that are in the wrong header, or that nobody uses now."""
    for kind, seed in ((1, counting(2)), (2, counting(8)), (3, ROUTER)):
        value = bytes((kind << 6 | 0x3F, 7)) + seed
        yield hop_by_hop(option(0x6D, value)), f"MPL, a seed's identifier of {len(seed)} octets"
    yield hop_by_hop(option(0x26, bytes((0x87, 6)) + b"\x12\x34\x56\x7b")), "Quick-Start report"
    yield hop_by_hop(option(0x26, bytes((0x37, 6)) + bytes(4))), "Quick-Start, function 3"
    for kind, tagger in ((1, counting(4)), (2, HOST[:4]), (3, HOST)):
        value = bytes((kind << 4 | len(tagger) - 1,)) + tagger + b"\x60\6"
        yield hop_by_hop(option(8, value)), f"SMF duplicate detection, tagger of type {kind}"
    yield hop_by_hop(option(8, b"\xe0\6\0\1")), "SMF duplicate detection, hash assist value"
    yield destination(option(0x41, counting(4))), "Tunnel payload forwarding"
    yield destination(option(0x8A, counting(2))), "Endpoint identification, deprecated"
    yield destination(option(5, b"\0\0")), "Router Alert in Destination Options"
    yield hop_by_hop(option(4, b"\6")), "Tunnel Encapsulation Limit in Hop-by-Hop Options"
    yield hop_by_hop(option(7, struct.pack(">IBBH", 1, 2, 3, 0) + counting(8))), "CALIPSO, 2 words"
    yield hop_by_hop(option(7, struct.pack(">IBBH", 1, 4, 3, 0) + counting(8))), "CALIPSO, 2 of 4"
    yield hop_by_hop(option(0x6D, b"\x80\7" + counting(4))), "MPL, half a seed's identifier"
    yield hop_by_hop(option(8, b"\x18" + counting(4))), "SMF duplicate detection, tagger too long"
    yield destination(option(0x8C, b"\4line 6")), "Line identification, and octets behind it"
    yield destination(option(4, b"\4\4")), "Tunnel Encapsulation Limit of two octets"


def compact_routes() -> Iterator[Commented]:
    """Compact routing headers, of both sizes (RFC 9631)."""
    for kind, size in ((5, 2), (6, 4)):
        yield routed(kind, 1, counting(12)), f"Type {kind}: compact, segments of {size} octets"
        yield routed(kind, 9, counting(12)), f"Type {kind}, more segments left than there are"


def routes() -> Iterator[Commented]:
    """What must not be in a routing header."""
    group = ip6("ff0e::6")
    yield routed(0, 3, bytes(4) + OTHER + ROUTER), "Type 0, more segments left than there are"
    yield routed(0, 1, bytes(4) + group, group), "Type 0, a group on the way"
    yield routed(0, 1, bytes(12)), "Type 0, half an address"
    yield routed(2, 2, bytes(4) + OTHER), "Type 2, two segments left"
    yield routed(2, 1, bytes(4) + OTHER + ROUTER, OTHER), "Type 2, two addresses"
    yield routed(2, 1, bytes(4) + group, group), "Type 2, a group"
    for word, address, words in (
        (0, HOST, "the source on the way"),
        (0, THIRD, "the destination on the way"),
        (0, group, "a group on the way"),
        (0, OTHER * 2, "an address twice"),
        (6, OTHER, "reserved bits set"),
        (0xFE << 24 | 15 << 20, OTHER[15:] + bytes(3), "padding past the end"),
        (0x88 << 24, OTHER[8:] * 2, "half of each address elided"),
    ):
        yield routed(3, 1, struct.pack(">I", word) + address, OTHER), f"Type 3, {words}"
    padded = struct.pack(">I", 4 << 20) + OTHER
    yield routed(3, 0, padded, THIRD), "Type 3, padding without compression: no room for an address"
    first = routing(3, 1, bytes(4) + ROUTER, nxt=43)
    second = routing(3, 1, bytes(4) + ROUTER)
    body = udp(b"sixscope", 40000, 9, HOST, ROUTER)
    yield ethernet(ipv6(first + second + body, 43, HOST, THIRD)), "Two routes with one end"
    yield routed(3, 5, struct.pack(">I", 0) + OTHER), "Type 3, more left than there are"
    body = udp(b"sixscope", 40000, 9, HOST, OTHER)
    header = bytes((UDP_PROTO, 2, 3, 1)) + bytes(4) + OTHER
    yield ethernet(ipv6(header + body, 43, HOST, group)), "Type 3, on the way to a group"
    yield routed(4, 3, struct.pack(">BBH", 1, 0, 6) + OTHER + THIRD), "Type 4, three left of two"
    yield routed(2, 0, bytes(4)), "Type 2, no address"
    yield routed(4, 0, struct.pack(">BBH", 3, 0, 6) + OTHER), "Type 4, Last Entry past the header"
    past = bytes((UDP_PROTO, 30, 77, 0)) + bytes(20)
    yield ethernet(ipv6(past, 43)), "A type that is not assigned, past the end"
    datagram = udp(b"sixscope", 40001, 9)
    elided = bytes((60, 1, 3, 1)) + struct.pack(">I", 1 << 24) + bytes(8)
    behind = bytes((UDP_PROTO, 0, 1, 4)) + bytes(4) + datagram
    yield ethernet(ipv6(elided + behind[:4], 43)), "Type 3, 15 octets of address in 8"
    yield ethernet(ipv6(elided + behind, 43)), "Type 3, the same, with enough behind the header"


def addresses() -> Iterator[Commented]:
    """Addresses with others inside, as source and as destination (RFC 3056, 4380, 5214, 6052)."""
    for text, words in (
        ("2002:c000:201:6::1", "6to4"),
        ("2001:0:c000:201:0:e000:3fff:fdfe", "Teredo"),
        ("fe80::5efe:192.0.2.1", "ISATAP"),
        ("2001:db8::200:5efe:c000:201", "ISATAP, a unique IPv4 address"),
        ("2001:db8::200:5eff:fe00:5306", "Interface identifier from a MAC address"),
        ("64:ff9b::192.0.2.33", "NAT64, the well-known prefix"),
        ("64:ff9b:1:fffe::192.0.2.33", "NAT64, the local prefix"),
        ("64:ff9b:1:c000:2:2100::", "NAT64, the local prefix, /48"),
        ("64:ff9b:1:c000:6602:2100::", "NAT64, the local prefix, /48, octet u not zero"),
        ("::192.0.2.1", "IPv4-compatible"),
        ("::ffff:192.0.2.1", "IPv4-mapped"),
        ("::ffff:0:192.0.2.1", "IPv4-translated"),
    ):
        address = ip6(text)
        yield ethernet(ipv6(udp(b"", 40000, 9, address, OTHER), 17, address)), f"{words}, from"
        yield ethernet(ipv6(udp(b"", 40000, 9, HOST, address), 17, HOST, address)), f"{words}, to"


FILES = {
    "ipv6_ioam.pcapng": lambda path: write(path, in_situ()),
    "ipv6_options_rare.pcapng": lambda path: write(path, options()),
    "ipv6_routing_compact.pcapng": lambda path: write(path, compact_routes()),
    "ipv6_routing_rare.pcapng": lambda path: write(path, routes()),
    "ipv6_addresses.pcapng": lambda path: write(path, addresses()),
}
