"""ICMPv6: errors with quotes, echoes, multicast listeners, Neighbor Discovery and its options."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from making.build import (
    ALL_NODES,
    ALL_ROUTERS,
    HOST,
    HOST4,
    HOST_LOCAL,
    HOST_MAC,
    OTHER,
    OTHER_MAC,
    ROUTER,
    ROUTER_LOCAL,
    ROUTER_MAC,
    UDP_PROTO,
    counting,
    ethernet,
    icmpv6,
    icmpv6_packet,
    ip6,
    ipv6,
    nd_option,
    option,
    padded_options,
    tcp,
    udp,
    write,
)

GROUP = ip6("ff15::6006")
PREFIX = ip6("2001:db8:0:1::")
DATAGRAM = ipv6(udp(b"sixscope", 40000, 9), UDP_PROTO)


def message(
    kind: int, code: int, body: bytes, src: bytes = HOST, dst: bytes = OTHER, hlim: int = 64
) -> bytes:
    """A message in a frame."""
    return ethernet(icmpv6_packet(kind, code, body, src, dst, hlim))


def errors() -> Iterator[tuple[bytes, str]]:
    """Every error with every code, and what may be quoted."""

    def error(kind: int, code: int, word: int = 0, quoted: bytes = DATAGRAM) -> bytes:
        return message(kind, code, struct.pack(">I", word) + quoted, ROUTER, HOST)

    for code in range(10):
        yield error(1, code), f"Destination unreachable, code {code}"
    yield error(2, 0, 1280), "Packet too big"
    yield error(2, 0, 1000), "Packet too big, and an MTU under 1280"
    yield error(3, 0), "Hop limit exceeded"
    yield error(3, 1), "Reassembly time exceeded"
    for code in range(11):
        yield error(4, code, 6), f"Parameter problem, code {code}"
    yield error(100, 0), "Private experimentation"
    yield error(127, 0), "Reserved for expansion"
    yield error(1, 4, quoted=DATAGRAM[:44]), "The quote ends within UDP"
    yield error(1, 4, quoted=DATAGRAM[:20]), "The quote ends within IPv6"
    yield error(1, 4, quoted=DATAGRAM[:6]), "The quote ends with IPv6's Payload Length"
    yield error(1, 4, quoted=b"\0" + DATAGRAM[1:]), "A quote of version 0"
    yield error(1, 4, quoted=b""), "No quote"
    segment = ipv6(tcp(b"", 40000, 80, seq=6), 6)
    yield error(1, 1, quoted=segment), "A TCP segment quoted"
    inner = icmpv6_packet(1, 4, bytes(4) + DATAGRAM)
    yield error(3, 0, quoted=inner), "An error about an error, which nobody should send"
    chain = ipv6(padded_options(UDP_PROTO, b"") + DATAGRAM[40:], 0)
    yield error(4, 1, 6, chain), "Extension headers quoted"
    for there in (54, 57, 59):
        yield error(1, 1, quoted=segment[:there]), f"The quote has {there - 40} octets of TCP"
    data = struct.pack(">HHII", 40000, 9, 1, 0) + struct.pack(">BBHIHHI", 0, 3, 24, 1, 1, 1, 0)
    for there in (4, 22, 28, 30):
        quote = ipv6(data + b"sixscope", 132)[: 40 + there]
        yield error(1, 1, quoted=quote), f"The quote has {there} octets of SCTP"
    segment = tcp(b"", 40000, 9, options=b"\2\4\5\xa0")
    for there in (21, 22, 23):
        quote = ipv6(segment, 6)[: 40 + there]
        yield error(1, 1, quoted=quote), f"The quote has {there} octets of TCP, which has 24"
    for nxt, there in ((0, 1), (43, 8), (44, 6), (60, 1)):
        quote = ipv6(bytes((UDP_PROTO, 2, 0, 1)) + bytes(20), nxt)[: 40 + there]
        yield error(1, 1, quoted=quote), f"The quote has {there} octets of header {nxt}"
    extension = b"\x20\0\0\0" + struct.pack(">HBB", 8, 1, 1) + struct.pack(">I", 0x60061FF)
    extension = extension[:2] + struct.pack(">H", _sum(extension)) + extension[4:]
    yield (
        error(3, 0, 16 << 24, DATAGRAM + bytes(128 - len(DATAGRAM)) + extension),
        "An extension behind the quote: MPLS labels (RFC 4884, RFC 4950)",
    )
    for version in (0, 1, 3):
        structure = bytes((version << 4,)) + bytes(3) + extension[4:]
        probe = struct.pack(">HBB", 0x6006, 1, 0) + structure
        yield message(160, 0, probe), f"Extended echo, extensions of version {version}"


def _sum(octets: bytes) -> int:
    from dissect.engine.checksum import checksum

    return checksum(octets)


def messages() -> Iterator[tuple[bytes, str]]:
    """Messages that are no errors and no Neighbor Discovery."""
    echo = b"\x60\x06\0\1" + counting(56)
    yield message(128, 0, echo), "Echo request"
    yield message(129, 0, echo, OTHER, HOST), "Echo reply to it"
    yield message(128, 0, b"\x60\x06\0\2"), "Echo request without data"
    yield message(128, 7, echo), "Echo request, code 7"
    yield message(128, 0, b"\x60"), "Echo request cut off"
    yield message(129, 0, b"\x60\x06\0\x09", OTHER, HOST), "Echo reply to nothing"
    yield message(144, 0, b"\x60\x06\0\0"), "Home agent address discovery request"
    yield message(145, 0, b"\x60\x06\0\0" + bytes(8) + ROUTER, OTHER, HOST), "… reply"
    yield message(146, 0, b"\x60\x06\0\0"), "Mobile prefix solicitation"
    information = nd_option(3, struct.pack(">BBIII", 64, 0xE0, 86400, 14400, 0) + PREFIX)
    yield message(147, 0, b"\x60\x06\xc0\0" + information, OTHER, HOST), "… advertisement"
    yield message(151, 0, struct.pack(">HH", 20, 2), HOST_LOCAL, ip6("ff02::6a"), 1), "MRD"
    yield message(152, 0, b"", HOST_LOCAL, ALL_ROUTERS, 1), "MRD solicitation"
    yield message(153, 0, b"", HOST_LOCAL, ip6("ff02::6a"), 1), "MRD termination"
    yield message(160, 0, b"\x60\x06\1\1"), "Extended echo request"
    yield message(161, 0, b"\x60\x06\1\xb2", OTHER, HOST), "Extended echo reply"
    yield message(200, 0, counting(8)), "Private experimentation"
    yield message(250, 3, counting(8)), "Not assigned"
    query = struct.pack(">HH", 0, 0) + counting(8) + OTHER
    yield message(139, 0, struct.pack(">HH", 2, 0) + counting(8) + OTHER), "Node names query"
    yield message(139, 0, query), "Node information, no-op query"


def listeners() -> Iterator[tuple[bytes, str]]:
    """Multicast Listener Discovery, versions 1 and 2."""

    def mld(kind: int, body: bytes, dst: bytes, src: bytes = HOST_LOCAL) -> bytes:
        alert = padded_options(58, option(5, b"\0\0"))
        return ethernet(ipv6(alert + icmpv6(kind, 0, body, src, dst), 0, src, dst, hlim=1))

    any_group = struct.pack(">HH", 10000, 0) + bytes(16)
    one_group = struct.pack(">HH", 1000, 0) + GROUP
    yield mld(130, any_group, ALL_NODES), "MLDv1 general query"
    yield mld(130, one_group, GROUP), "MLDv1 query for a group"
    yield mld(131, struct.pack(">HH", 0, 0) + GROUP, GROUP), "MLDv1 report"
    yield mld(132, struct.pack(">HH", 0, 0) + GROUP, ALL_ROUTERS), "MLDv1 done"
    tail = struct.pack(">BBH", 2, 125, 0)
    yield mld(130, any_group + tail, ALL_NODES), "MLDv2 general query"
    tail = struct.pack(">BBH", 0x0A, 0x9F, 2) + OTHER + ROUTER
    long_wait = struct.pack(">HH", 0xB123, 0) + GROUP
    yield mld(130, long_wait + tail, GROUP), "MLDv2 query for sources; times as exponents"
    records = b""
    for kind in range(1, 7):
        sources = (OTHER, ROUTER)[: kind % 3]
        records += struct.pack(">BBH", kind, 0, len(sources)) + GROUP + b"".join(sources)
    report = struct.pack(">HH", 0, 6) + records
    yield mld(143, report, ip6("ff02::16")), "MLDv2 report, every record type"
    with_data = struct.pack(">BBH", 4, 2, 0) + GROUP + counting(8)
    yield mld(143, struct.pack(">HH", 0, 1) + with_data, ip6("ff02::16")), "Auxiliary data"
    yield mld(143, struct.pack(">HH", 0, 1) + records[:40], ip6("ff02::16")), "Additional data"
    yield mld(143, struct.pack(">HH", 0, 3) + records[:20], ip6("ff02::16")), "Promises 3, has 1"
    yield message(131, 0, struct.pack(">HH", 0, 0) + GROUP, HOST_LOCAL, GROUP, 1), "No alert"


def neighbours() -> Iterator[tuple[bytes, str]]:
    """Neighbor Discovery's five messages, and what is wrong with some."""
    here, there = nd_option(1, HOST_MAC), nd_option(2, OTHER_MAC)
    target = bytes(4) + ROUTER
    yield message(133, 0, bytes(4), bytes(16), ALL_ROUTERS, 255), "Router solicitation, boot"
    yield message(133, 0, bytes(4) + here, HOST_LOCAL, ALL_ROUTERS, 255), "Router solicitation"
    for flags in (0x80, 0x40, 0x20, 0x08, 0x18, 0x10, 0x04, 0x03):
        told = struct.pack(">BBHII", 64, flags, 1800, 0, 0)
        yield message(134, 0, told, ROUTER_LOCAL, ALL_NODES, 255), f"RA flags 0x{flags:02x}"
    yield message(135, 0, target + here, HOST_LOCAL, ip6("ff02::1:ff00:ff"), 255), "Who has it?"
    yield message(135, 0, target, bytes(16), ip6("ff02::1:ff00:ff"), 255), "Is it taken?"
    for flags in (0xE0, 0x80, 0x40, 0x20, 0x00):
        answer = bytes((flags, 0, 0, 0)) + ROUTER + nd_option(2, ROUTER_MAC)
        yield message(136, 0, answer, ROUTER, HOST_LOCAL, 255), f"NA flags 0x{flags:02x}"
    better = bytes(4) + ROUTER + OTHER + there + nd_option(4, bytes(6) + DATAGRAM)
    yield message(137, 0, better, ROUTER_LOCAL, HOST, 255), "Redirect"
    yield message(136, 0, bytes(4) + ROUTER, ROUTER, HOST, 64), "Hop limit isn't 255: forged?"
    yield message(135, 0, target + b"\1\0" + HOST_MAC, HOST, ROUTER, 255), "Option of length 0"
    yield message(135, 0, target + b"\1\5" + HOST_MAC, HOST, ROUTER, 255), "Option past the end"
    short = target + b"\3\1" + bytes(6) + here
    yield message(135, 0, short, HOST, ROUTER, 255), "Option too short for its fields, then another"
    over = target + b"\x18\3\x38\x18" + bytes(8)
    yield message(135, 0, over, HOST, ROUTER, 255), "A prefix that the message ends within"
    for quoted in (DATAGRAM, bytes(56)):
        cut = target + nd_option(4, bytes(6) + quoted)[:-8]
        yield message(135, 0, cut, HOST, ROUTER, 255), "A quote that the message ends within"
    portal = target + b"\x25\3https://portal"
    yield message(135, 0, portal, HOST, ROUTER, 255), "A text that the message ends within"
    quote = nd_option(4, bytes(6) + DATAGRAM) + b"\7\5" + bytes(6)
    yield (
        message(137, 0, bytes(4) + ROUTER + OTHER + quote, ROUTER_LOCAL, HOST, 255),
        ("Redirect with an option past the end behind the redirected packet"),
    )
    far = target + b"\x22\x09" + bytes(6)
    yield message(135, 0, far, HOST, ROUTER, 255), "A prefix of 64 octets past the end"
    yield message(135, 0, target[:12], HOST, ROUTER, 255), "A target cut off"
    yield message(135, 0, bytes(4) + ALL_NODES, HOST, ROUTER, 255), "A multicast target"


def newer_options() -> Iterator[tuple[int, bytes, str]]:
    """Provisioning domains (RFC 8801) and encrypted resolvers (RFC 9463)."""
    name = b"\3pvd\7example\0"
    mtu = struct.pack(">BBHI", 5, 1, 0, 1400)
    yield 21, b"\xc0\x03" + b"\0\6" + name + bytes(5), "A provisioning domain"
    yield 21, b"\x80\0\0\7" + name + bytes(5) + mtu, "… with an option of its own"
    head = struct.pack(">BBHBBHII", 134, 0, 0, 64, 0x08, 1800, 0, 0)
    yield 21, b"\xa0\0\0\7" + name + bytes(5) + head + mtu, "… with the head of an advertisement"
    inner = bytes((21, 3)) + b"\0\0\0\1" + name + bytes(5)
    yield 21, b"\0\0\0\7" + name + bytes(5) + inner, "… in another one"
    yield 21, b"\0\0\0\7\x3fpvd", "… whose name passes the option"
    resolver = b"\3dns\7example\0"
    parameters = b"\0\1\0\4\3dot\0\3\0\2\3\x55"
    told = struct.pack(">HIH", 1, 3600, len(resolver)) + resolver
    full = struct.pack(">H", 16) + ROUTER + struct.pack(">H", len(parameters)) + parameters
    yield 144, told + full, "An encrypted resolver"
    alone = struct.pack(">HIH", 0, 0xFFFFFFFF, len(resolver)) + resolver
    yield 144, alone, "… by its name alone"
    yield 144, told + struct.pack(">H", 64) + ROUTER, "… with addresses past the option"
    yield 144, struct.pack(">HIH", 1, 3600, 99) + resolver, "… with a name past it"
    yield 41, struct.pack(">HI", 0, 86400) + OTHER, "Resource directory address (RFC 9176)"
    yield 41, struct.pack(">HI", 0, 0) + OTHER[:8], "… that ends within the address"


def registering_options() -> Iterator[tuple[int, bytes, str]]:
    """Extended registrations (RFC 8505), who proves them (RFC 8928), uptime (RFC 9685)."""
    for size in (8, 16, 24, 32, 40):
        told = struct.pack(">BBBBH", 0, 6, 0b0001_0011, 7, 60)
        yield 33, told + counting(size), f"Registration of a multicast address, verifier of {size}"
    key = struct.pack(">HBBB", 33, 0, 6, 2) + b"\2" + counting(32)
    yield 39, key, "Crypto-ID parameters, a compressed point"
    yield 39, struct.pack(">HBBB", 65, 1, 6, 2) + counting(32), "… whose key passes the option"
    yield 40, struct.pack(">HI", 64, 0) + counting(64), "NDP signature"
    yield 40, struct.pack(">HI", 2047, 0) + counting(16), "… that passes the option"
    yield 36, struct.pack(">HI", 0x01FF, 0), "6LoWPAN capabilities, all that are assigned"
    yield 42, struct.pack(">HI", 10 << 10 | 5, 1 << 30 | 0x606 << 12 | 0x909), "Consistent uptime"
    yield 42, struct.pack(">HI", 0xFFFF, 0xFFFFFFFF) + bytes(8), "… longer than it should be"


def access_router_options() -> Iterator[tuple[int, bytes, str]]:
    """Candidate Access Router Discovery (RFC 4066)."""

    def sub(kind: int, value: bytes) -> bytes:
        value += bytes(-(2 + len(value)) % 8)
        return bytes((kind, (2 + len(value)) // 8)) + value

    head = struct.pack(">HI", 1 << 13 | 0x0600, 0x6006)
    point = struct.pack(">BBH", 0, 0, 1) + HOST_MAC
    attribute = struct.pack(">HBBH", 6, 10, 0, 0xFFFF) + b"four"
    preferences = struct.pack(">HHH", 6, 7, 0)
    yield 138, head, "CARD request"
    yield 138, head + sub(1, point) + sub(4, preferences) + sub(5, attribute), "… with all of it"
    yield 138, head + sub(6, b"\xff\xff" + counting(12)), "… with a trusted anchor"
    yield 138, head + bytes(8), "… with a sub-option of no length"
    yield 138, head + b"\1\2" + counting(6), "… with one that passes the option"
    routers = sub(2, b"\1\2" + ROUTER) + sub(2, b"\1\1" + HOST4)
    yield 139, head + sub(1, point) + routers + sub(3, b"\1\x80" + attribute), "CARD reply"
    certificate = struct.pack(">BBHH", 1, 0, 2, 1) + b"\x30\3\2\1\6"
    yield 139, head + sub(7, certificate) + sub(99, counting(6)), "… with a certificate"
    yield 139, head + sub(3, b"\1\0" + struct.pack(">HBBH", 6, 99, 0, 1)), "… a broken attribute"


def nd_options() -> Iterator[tuple[bytes, str]]:
    """Every Neighbor Discovery option, in a router advertisement."""

    def with_option(number: int, value: bytes, cut: int = 0) -> bytes:
        option = nd_option(number, value)
        told = struct.pack(">BBHII", 64, 0, 1800, 0, 0) + option[: len(option) - cut]
        return message(134, 0, told, ROUTER_LOCAL, ALL_NODES, 255)

    lifetime = struct.pack(">HI", 0, 3600)
    names = b"\7example\0\3lab\7example\0"
    key = counting(16)
    certificate = bytes((1, 0)) + b"\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x0c\x03six"
    for number, value, words in (
        (1, ROUTER_MAC, "Source link-layer address"),
        (1, counting(14), "Source link-layer address of 14 octets"),
        (2, ROUTER_MAC, "Target link-layer address"),
        (3, struct.pack(">BBIII", 64, 0xE0, 0xFFFFFFFF, 14400, 0) + PREFIX, "Prefix information"),
        (4, bytes(6) + DATAGRAM, "Redirected header"),
        (5, struct.pack(">HI", 0, 9000), "MTU"),
        (6, struct.pack(">BBI", 6, 0, 0), "NBMA shortcut limit"),
        (7, struct.pack(">HI", 0, 30000), "Advertisement interval"),
        (8, struct.pack(">HHH", 0, 6, 1800), "Home agent information"),
        (9, bytes(6) + ROUTER + OTHER, "Source address list"),
        (10, bytes(6) + ROUTER, "Target address list"),
        (13, bytes(6) + struct.pack(">Q", 1_767_225_600 << 16 | 0x8000), "Timestamp"),
        (14, b"sixsco", "Nonce"),
        (17, struct.pack(">BBI", 2, 64, 0) + ROUTER, "IP address, fast handover"),
        (19, b"\1" + HOST_MAC, "Link-layer address, fast handover"),
        (1, counting(8) + bytes(6), "Source link-layer address, EUI-64"),
        (2, counting(8) + bytes(6), "Target link-layer address, EUI-64"),
        (24, struct.pack(">BBI", 48, 0x08, 7200) + PREFIX[:8], "Route information"),
        (24, struct.pack(">BBI", 0, 0x18, 600), "Route information: a default route"),
        (25, lifetime + ROUTER + OTHER, "Recursive DNS servers"),
        (26, bytes((0x90, 0, 0, 0, 0, 0)), "Extended flags"),
        (31, lifetime + names, "DNS search list"),
        (31, lifetime + b"\5ex\x19\1m\0", "DNS search list, control characters"),
        (33, struct.pack(">BBHH", 0, 0, 0, 60) + key[:8], "Address registration"),
        (34, struct.pack(">BBHH", 64, 0x11, 0, 60) + PREFIX[:8], "6LoWPAN context"),
        (35, struct.pack(">HHH", 6, 0, 60) + ROUTER, "Authoritative border router"),
        (36, struct.pack(">HI", 0x6007, 6), "6LoWPAN capabilities"),
        (37, b"https://portal.example/", "Captive portal"),
        (37, b"caf\xe9.example", "Captive portal, not in UTF-8"),
        (38, struct.pack(">H", 1800 & ~7 | 0) + ip6("64:ff9b::")[:12], "PREF64, /96"),
        (38, struct.pack(">H", 1800 & ~7 | 4) + ip6("2001:db8:64::")[:12], "PREF64, /40"),
        (11, b"\0\0" + key + PREFIX[:8] + b"\0" + key, "CGA parameters"),
        (12, bytes(2) + key + counting(32), "RSA signature"),
        (
            11,
            b"\x08\0" + key + PREFIX[:8] + b"\0\x30\3\2\1\5\0\6\0\2\1\2" + bytes(8),
            "CGA parameters with an extension (RFC 4581)",
        ),
        (15, bytes((1, 0)) + certificate[2:], "Trust anchor, name"),
        (15, bytes((2, 3)) + b"\7example\0" + bytes(3), "Trust anchor, domain name"),
        (15, bytes((3, 0)) + key, "Trust anchor, key identifier"),
        (16, certificate, "Certificate"),
        (16, b"\2\0" + counting(12), "Certificate of another type"),
        (32, bytes(2) + key + counting(32), "Proxy signature"),
        *newer_options(),
        *registering_options(),
        *access_router_options(),
        (253, counting(6), "Experiment"),
        (200, counting(14), "Not assigned"),
    ):
        yield with_option(number, value), f"Option {number}: {words}"
    for number, value, words in (
        (11, bytes((27, 0)) + counting(28), "CGA parameters, most of them padding"),
        (15, bytes((2, 104)) + b"\7example\0" + bytes(3), "Trust anchor, more padding than octets"),
        (27, b"\4\x16" + counting(32) + bytes(4), "Handover key request"),
    ):
        yield with_option(number, value, cut=8), f"Option {number}: {words}, and its end is missing"


FILES = {
    "icmpv6_errors.pcapng": lambda path: write(path, errors()),
    "icmpv6_messages.pcapng": lambda path: write(path, messages()),
    "icmpv6_mld.pcapng": lambda path: write(path, listeners()),
    "icmpv6_nd.pcapng": lambda path: write(path, neighbours()),
    "icmpv6_nd_options.pcapng": lambda path: write(path, nd_options()),
}
