"""IPv6 itself: extension headers, options, jumbo payloads, fragments, tunnels."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from making.build import (
    HOST,
    HOST4,
    ICMPV6,
    NO_NEXT,
    OTHER,
    OTHER4,
    ROUTER,
    THIRD,
    UDP_PROTO,
    Commented,
    counting,
    ethernet,
    fragment,
    icmpv6,
    icmpv6_packet,
    ip6,
    ipv4,
    ipv6,
    option,
    padded_options,
    tcp,
    udp,
    write,
)

DATAGRAM = udp(b"sixscope", 40000, 9)


def hop_by_hop(options: bytes, body: bytes = DATAGRAM, nxt: int = UDP_PROTO) -> bytes:
    """A packet with a Hop-by-Hop Options header."""
    return ethernet(ipv6(padded_options(nxt, options) + body, 0))


def destination(options: bytes) -> bytes:
    """A packet with a Destination Options header."""
    return ethernet(ipv6(padded_options(UDP_PROTO, options) + DATAGRAM, 60))


def routing(kind: int, left: int, data: bytes, nxt: int = UDP_PROTO) -> bytes:
    """A Routing header; ``data`` from the fifth octet on."""
    return bytes((nxt, (4 + len(data) + 7) // 8 - 1, kind, left)) + data


def routed(kind: int, left: int, data: bytes, final: bytes = OTHER) -> bytes:
    """A packet with a Routing header, its checksum for the final destination."""
    body = udp(b"sixscope", 40000, 9, HOST, final)
    return ethernet(ipv6(routing(kind, left, data) + body, 43, HOST, THIRD))


def options() -> Iterator[Commented]:
    """Each option once, where it belongs."""
    yield hop_by_hop(b""), "Nothing but padding (PadN)"
    yield hop_by_hop(b"\0" * 6), "Six Pad1"
    yield hop_by_hop(option(5, b"\0\0")), "Router Alert: MLD"
    yield hop_by_hop(option(5, b"\0\1")), "Router Alert: RSVP"
    yield hop_by_hop(option(5, b"\xab\xcd")), "Router Alert: not assigned"
    yield hop_by_hop(option(0x26, bytes((0x05, 7)) + b"\x12\x34\x56\x78")), "Quick-Start"
    calipso = struct.pack(">IBBH", 1, 0, 3, 0)
    yield hop_by_hop(option(7, calipso)), "CALIPSO, no compartments"
    yield hop_by_hop(option(8, b"\x00" + b"\1\2\3\4")), "SMF duplicate detection, identifier"
    rpl = struct.pack(">BBH", 0xA0, 7, 256)
    yield hop_by_hop(option(0x63, rpl)), "RPL, down, rank error"
    yield hop_by_hop(option(0x6D, b"\x30\x07")), "MPL, seed is the source"
    yield hop_by_hop(option(0x30, struct.pack(">HH", 1280, 0))), "Path MTU"
    yield hop_by_hop(option(0xEE, b"\x40\x00\x01")), "Depth-first forwarding"
    yield destination(option(4, b"\4")), "Tunnel Encapsulation Limit"
    yield destination(b"\0\0" + option(0xC9, THIRD)), "Home Address"
    yield destination(option(0x8B, counting(8))), "ILNP nonce"
    yield destination(option(0x8C, b"\x06" + b"line 6")), "Line identification"
    yield destination(option(0x0F, bytes(10))), "Performance and diagnostic metrics"
    yield destination(option(0x1E, counting(4))), "Experiment, skipped where not known"
    yield destination(option(0x7E, counting(4))), "Unknown: discard"
    yield destination(option(0xBE, counting(4))), "Unknown: discard and tell"
    yield destination(option(0xFE, counting(4))), "Unknown: discard, tell unless multicast"


def options_broken() -> Iterator[Commented]:
    """Options that lie."""
    yield ethernet(ipv6(bytes((17, 0, 5, 9, 0, 0, 1, 0)) + DATAGRAM, 0)), "Longer than its header"
    yield ethernet(ipv6(bytes((17, 0, 0, 0, 0, 0, 0, 5)) + DATAGRAM, 0)), "A type without a length"
    yield ethernet(ipv6(bytes((17, 9, 1, 4, 0, 0, 0, 0)) + DATAGRAM, 0)), "Header past the packet"
    yield hop_by_hop(option(5, b"\0\0\0")), "Router Alert of three octets"
    yield hop_by_hop(option(5, b"\0\0") * 2), "Router Alert twice"
    yield ethernet(ipv6(bytes((17, 9, 0)), 60)), "An octet, and the packet ends"


def routing_headers() -> Iterator[Commented]:
    """Each type of Routing header."""
    yield routed(0, 1, bytes(4) + OTHER), "Type 0, forbidden by RFC 5095"
    yield routed(0, 0, bytes(4) + THIRD, THIRD), "Type 0, done"
    yield routed(2, 1, bytes(4) + OTHER), "Type 2: Mobile IPv6"
    yield routed(3, 1, struct.pack(">I", 0) + OTHER), "Type 3: RPL, nothing elided"
    elided = struct.pack(">I", 0xFE << 24 | 4 << 20) + OTHER[15:] + bytes(3) + OTHER[14:] + bytes(2)
    yield routed(3, 1, elided[:12], OTHER), "Type 3: RPL, prefixes elided"
    segments = struct.pack(">BBH", 1, 0, 0x6006) + OTHER + THIRD
    yield routed(4, 1, segments), "Type 4: Segment Routing, two segments"
    tlv = bytes((4, 6)) + bytes(6)
    segments = struct.pack(">BBH", 0, 0, 0) + OTHER
    yield routed(4, 0, segments + tlv, THIRD), "Segment Routing with a padding TLV"
    hmac = bytes((5, 38)) + struct.pack(">HI", 0, 6) + counting(32)
    yield routed(4, 0, segments + hmac, THIRD), "Segment Routing with an HMAC TLV"
    yield routed(253, 0, counting(4), THIRD), "Experiment"
    yield routed(77, 1, counting(12), THIRD), "Not assigned"


def extension_headers() -> Iterator[Commented]:
    """Every extension header, alone and in chains."""
    yield ethernet(ipv6(b"")), "No next header"
    yield ethernet(ipv6(counting(11))), "No next header, and octets behind it"
    chain = padded_options(43, b"") + routing(0, 0, bytes(4) + THIRD, 60)
    chain += padded_options(44, option(4, b"\4"))
    chain += fragment(padded_options(UDP_PROTO, b"") + DATAGRAM, 60, 0, more=False)
    yield ethernet(ipv6(chain, 0)), "All of them, in the order that RFC 8200 recommends"
    yield (
        ethernet(ipv6(padded_options(0, b"") + padded_options(UDP_PROTO, b"") + DATAGRAM, 60)),
        "Hop-by-Hop Options not at the front",
    )
    yield ethernet(ipv6(padded_options(UDP_PROTO, b"") * 1 + DATAGRAM[:4], 60)), "UDP cut off"
    ah = struct.pack(">BBHII", UDP_PROTO, 4, 0, 0x100, 7) + counting(12)
    yield ethernet(ipv6(ah + DATAGRAM, 51)), "Authentication Header, 96 bits"
    yield ethernet(ipv6(struct.pack(">II", 0x200, 8) + counting(48), 50)), "ESP"
    mobility = struct.pack(">BBBBH", NO_NEXT, 0, 0, 0, 0) + bytes(2)
    yield ethernet(ipv6(mobility, 135)), "Mobility Header, Binding Refresh Request"
    hip = struct.pack(">BBBBHH", NO_NEXT, 4, 1, 0x21, 0, 0) + counting(32)
    yield ethernet(ipv6(hip, 139)), "Host Identity Protocol, I1"
    shim = bytes((UDP_PROTO, 0, 0x80)) + bytes(5)
    yield ethernet(ipv6(counting(16), 253)), "An experimental protocol"
    yield ethernet(ipv6(counting(16), 200)), "A protocol without a name"
    many = b"".join(padded_options(60, b"") for _ in range(30))
    yield ethernet(ipv6(many + padded_options(UDP_PROTO, b"") + DATAGRAM, 60)), "31 headers"
    yield ethernet(ipv6(shim + DATAGRAM, 140)), "Shim6 payload"
    yield ethernet(ipv6(ah[:1] + b"\0" + ah[2:8] + DATAGRAM, 51)), "AH shorter than its header"
    yield ethernet(ipv6(ah[:1], 51)), "One octet of AH"
    yield ethernet(ipv6(bytes((0, 1, 0, 0)) + bytes(8) + b"\x11", 51)), "Half a header out of place"


def fragments() -> Iterator[Commented]:
    """Fragments, whole and wrong."""
    whole = udp(counting(40), 40000, 9)
    first, second = whole[:24], whole[24:]

    def packet(part: bytes, offset: int, more: bool, ident: int) -> bytes:
        return ethernet(ipv6(fragment(part, UDP_PROTO, offset, more=more, ident=ident), 44))

    yield packet(first, 0, True, 1), "First of two"
    yield packet(second, 24, False, 1), "Second of two"
    yield packet(whole, 0, False, 2), "Atomic fragment (RFC 6946)"
    yield packet(second, 16, False, 1), "Overlaps the second (RFC 5722)"
    yield packet(whole[:21], 0, True, 3), "Not a multiple of 8 octets, though more follow"
    yield packet(second, 65528, False, 4), "Reaches past 65,535 octets"
    yield packet(b"", 24, True, 6), "A later one without octets"
    yield packet(first[:4], 0, True, 5), "Too small for the UDP header (RFC 7112)"
    inner = fragment(whole, UDP_PROTO, 0, more=False)
    yield ethernet(ipv6(fragment(inner, 44, 0, more=False), 44)), "A fragment within a fragment"


def jumbograms() -> Iterator[Commented]:
    """Jumbo Payload options, each illegal form (RFC 2675, section 3), and the legal one small."""

    def jumbo(length: int, plen: int | None, body: bytes = DATAGRAM, nxt: int = UDP_PROTO) -> bytes:
        head = padded_options(nxt, option(0xC2, struct.pack(">I", length)))
        return ethernet(ipv6(head + body, 0, plen=plen))

    size = 8 + len(DATAGRAM)
    yield jumbo(70000, None), "Jumbo option, and Payload Length isn't 0"
    yield jumbo(70000, 0), "Claims more than there is"
    yield (
        jumbo(70000, 0, fragment(DATAGRAM, UDP_PROTO, 0, more=False), 44),
        "With a Fragment header",
    )
    yield (
        ethernet(ipv6(padded_options(UDP_PROTO, b"") + DATAGRAM, 0, plen=0)),
        "Payload Length 0 without the option",
    )
    yield ethernet(ipv6(DATAGRAM, UDP_PROTO, plen=0)), "Payload Length 0 without Hop-by-Hop Options"
    yield (
        hop_by_hop(option(0xC2, b"\0\1\x11")),
        "A Jumbo Payload option of three octets",
    )
    head = padded_options(UDP_PROTO, option(0xC2, struct.pack(">I", 70000)))
    yield ethernet(ipv6(head + DATAGRAM, 60, plen=0)), "In Destination Options"
    yield jumbo(size, 0), "Jumbo length under 65,536"


def packets() -> Iterator[Commented]:
    """The header's own troubles."""
    good = ipv6(DATAGRAM, UDP_PROTO, tclass=0xB9, flow=0xABCDE, hlim=255)
    yield ethernet(good), "All fields set"
    yield ethernet(good + bytes(5)), "Octets behind the packet: Ethernet's trailer"
    yield ethernet(ipv6(DATAGRAM, UDP_PROTO, plen=200)), "Payload Length past the end"
    yield ethernet(b"\x50" + good[1:]), "Version 5"
    yield ethernet(good[:30]), "A header cut off"
    yield ethernet(ipv6(DATAGRAM, UDP_PROTO, bytes(16), bytes(15) + b"\1")), "From :: to ::1"
    yield ethernet(ipv6(DATAGRAM, UDP_PROTO, ip6("ff02::1"), ip6("ff0e::6"))), "From a group"
    mapped = ip6("::ffff:192.0.2.1"), ip6("64:ff9b::192.0.2.33")
    yield ethernet(ipv6(DATAGRAM, UDP_PROTO, *mapped)), "IPv4-mapped, and NAT64's prefix"
    six_to_four = ip6("2002:c000:201::1"), ip6("fe80::5efe:192.0.2.1")
    yield ethernet(ipv6(DATAGRAM, UDP_PROTO, *six_to_four)), "6to4 and ISATAP addresses"
    teredo = ip6("2001:0:c000:201:0:e000:3fff:fdfe")
    yield ethernet(ipv6(DATAGRAM, UDP_PROTO, teredo, ip6("fd00::6"))), "Teredo and unique local"


def tunnels() -> Iterator[Commented]:
    """IPv6 within IPv6 and IPv4, and the other way round."""
    ping = icmpv6_packet(128, 0, b"\x60\x06\0\1" + counting(16))
    yield ethernet(ipv6(ping, 41, ROUTER, THIRD)), "IPv6 in IPv6 (RFC 2473)"
    limited = padded_options(41, option(4, b"\4")) + ping
    yield ethernet(ipv6(limited, 60, ROUTER, THIRD)), "With a Tunnel Encapsulation Limit"
    yield ethernet(ipv4(ping, 41), 0x0800), "6in4 (RFC 4213)"
    inner = ipv4(udp(b"sixscope", 40000, 9, HOST4, OTHER4), UDP_PROTO)
    yield ethernet(ipv6(inner, 4, ROUTER, THIRD)), "IPv4 in IPv6"
    yield ethernet(ipv4(inner, 4), 0x0800), "IPv4 in IPv4 (RFC 2003)"
    deep = ping
    for _ in range(12):
        deep = ipv6(deep, 41, ROUTER, THIRD)
    yield ethernet(deep), "Twelve tunnels, one in the other"


def transports() -> Iterator[Commented]:
    """UDP and TCP with lengths and checksums that are wrong."""
    yield ethernet(ipv6(DATAGRAM[:-1] + b"E", UDP_PROTO)), "UDP checksum wrong"
    yield ethernet(ipv6(DATAGRAM[:6] + b"\0\0" + DATAGRAM[8:], UDP_PROTO)), "UDP without checksum"
    yield ethernet(ipv6(udp(b"sixscope", 40000, 9, length=7), UDP_PROTO)), "UDP length under 8"
    yield ethernet(ipv6(udp(b"sixscope", 40000, 9, length=99), UDP_PROTO)), "UDP length too long"
    yield ethernet(ipv6(udp(b"sixscope", 40000, 9, length=12), UDP_PROTO)), "Octets behind UDP"
    yield ethernet(ipv6(udp(b"sixscope", 0, 0), UDP_PROTO)), "Ports 0"
    segment = tcp(b"sixscope", 40000, 9)
    yield ethernet(ipv6(segment, 6)), "TCP"
    yield ethernet(ipv6(segment[:-1] + b"E", 6)), "TCP checksum wrong"
    yield ethernet(ipv6(segment[:12] + b"\x40" + segment[13:], 6)), "TCP data offset under 5"
    yield ethernet(ipv6(segment[:12] + b"\xf0" + segment[13:], 6)), "TCP data offset too long"
    for there in (3, 5, 6, 7):
        words = f"A header of {there} octets: UDP"
        yield ethernet(ipv6(DATAGRAM[:there], UDP_PROTO)), words
        yield ethernet(ipv6(DATAGRAM[:there], 136)), f"{words}-Lite"
    yield ethernet(ipv6(DATAGRAM[:4] + b"\0\0", UDP_PROTO)), "UDP length 0, and no more"
    message = icmpv6(128, 0, b"\x60\x06\0\1")
    yield ethernet(ipv6(message[:2] + b"\x12\x34" + message[4:], ICMPV6)), "ICMPv6 checksum wrong"


def _file(
    make: Callable[[], Iterator[Commented]],
) -> Callable[[Path], None]:
    return lambda path: write(path, make())


FILES = {
    "ipv6_header.pcapng": _file(packets),
    "ipv6_extension_headers.pcapng": _file(extension_headers),
    "ipv6_options.pcapng": _file(options),
    "ipv6_options_broken.pcapng": _file(options_broken),
    "ipv6_routing.pcapng": _file(routing_headers),
    "ipv6_fragments.pcapng": _file(fragments),
    "ipv6_jumbo.pcapng": _file(jumbograms),
    "ipv6_tunnels.pcapng": _file(tunnels),
    "ipv6_transport.pcapng": _file(transports),
}
