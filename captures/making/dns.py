"""DNS: records of every type, options, messages of every kind, over UDP and TCP."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from making.build import ACK, HOST, OTHER, PSH, TCP_PROTO, UDP_PROTO, ethernet, ipv6, write
from making.build import tcp as segment
from making.build import udp as datagram

A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV, OPT = 1, 2, 5, 6, 12, 15, 16, 28, 33, 41
QUERY, RESPONSE = 0x0100, 0x8180


def name(text: str) -> bytes:
    """Labels, uncompressed."""
    labels = [label.encode() for label in text.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def head(
    queries: int = 0, answers: int = 0, authorities: int = 0, more: int = 0, flags: int = QUERY,
    number: int = 0x1234,
) -> bytes:  # fmt: skip
    """The first twelve octets."""
    return struct.pack(">6H", number, flags, queries, answers, authorities, more)


def question(text: str | bytes, kind: int = AAAA, group: int = 1) -> bytes:
    """What is asked; ``text`` may be octets."""
    octets = text if isinstance(text, bytes) else name(text)
    return octets + struct.pack(">HH", kind, group)


def record(
    kind: int, data: bytes, owner: bytes = b"\1a\1b\0", group: int = 1, ttl: int = 65
) -> bytes:
    """A resource record."""
    return owner + struct.pack(">HHIH", kind, group, ttl, len(data)) + data


def answer(kind: int, data: bytes, **options: Any) -> bytes:
    """A response with a single record."""
    return head(answers=1, flags=RESPONSE) + record(kind, data, **options)


def over_udp(message: bytes, ports: tuple[int, int] = (40000, 53)) -> bytes:
    """An IPv6 packet with a datagram."""
    return ipv6(datagram(message, *ports), UDP_PROTO, HOST, OTHER)


def over_tcp(message: bytes, ports: tuple[int, int] = (40000, 53)) -> bytes:
    """An IPv6 packet with a segment."""
    octets = segment(message, *ports, seq=1, ack=1, flags=PSH | ACK, win=1000)
    return ipv6(octets, TCP_PROTO, HOST, OTHER)


N = b"\1x\1y\0"
"""A name."""


def text(octets: bytes) -> bytes:
    """A character string."""
    return bytes([len(octets)]) + octets


def u16(*values: int) -> bytes:
    """Numbers of two octets."""
    return struct.pack(f">{len(values)}H", *values)


def u32(*values: int) -> bytes:
    """Numbers of four octets."""
    return struct.pack(f">{len(values)}I", *values)


V4, V6 = b"\xc0\0\2\1", b"\x20\1\x0d\xb8" + bytes(12)
SIGNATURE = u16(1) + b"\5\2" + u32(3, 4, 5) + u16(7) + N + b"sig"
DIGEST = u16(60485) + b"\5\1" + bytes(20)
PARAMETERS = (
    u16(0, 2, 1) + u16(1, 3) + b"\2h2" + u16(2, 0) + u16(3, 2, 443) + u16(4, 4) + V4
    + u16(5, 2) + b"ab" + u16(6, 16) + V6 + u16(7, 3) + b"/{q" + u16(32769, 1) + b"z"
)  # fmt: skip
PREFIXES = u16(1) + b"\x18\x83\xc0\0\2" + u16(2) + b"\x20\4" + V6[:4] + u16(9) + b"\5\1\7"

RECORDS = [
    (1, V4), (2, N), (3, N), (4, N), (5, N), (6, N + N + u32(1, 2, 3, 4, 5)), (7, N), (8, N),
    (9, N), (10, b"abc"), (11, V4 + b"\6\4\0\x41"), (12, N), (13, text(b"c") + text(b"os")),
    (14, N + N), (15, u16(5) + N), (16, text(b"hello") + text(b"")), (17, N + N),
    (18, u16(1) + N), (19, text(b"311")), (20, text(b"150") + text(b"4")), (20, text(b"150")),
    (21, u16(2) + N), (22, b"\x47\1\2"), (23, N), (24, SIGNATURE),
    (25, u16(0x4200) + b"\3\5keykey"), (26, u16(1) + N + N),
    (27, text(b"1.5") + text(b"2") + text(b"3")), (28, V6),
    (29, b"\0\x12\x16\x13" + u32(1 << 31, 5, 10_001_234)), (29, b"\1" + bytes(15)),
    (30, N + b"\x40\0\0\x08"), (33, u16(1, 2, 3) + N),
    (35, u16(1, 2) + text(b"s") + text(b"SIP") + text(b"!a!b!") + N), (36, u16(1) + N),
    (37, u16(1, 2) + b"\5cert"), (38, b"\x40" + bytes(8) + N), (39, N), (40, b"\1"),
    (42, PREFIXES), (43, DIGEST), (44, b"\1\1" + bytes(20)), (45, b"\x0a\1\2" + V4 + b"key"),
    (45, b"\x0a\2\2" + V6 + b"key"), (45, b"\x0a\3\2" + N + b"key"), (45, b"\x0a\0\2key"),
    (46, SIGNATURE), (47, N + b"\0\2\x40\1\1\1\x40"), (48, u16(257) + b"\3\x08keykey"),
    (49, b"dhcid"), (50, b"\1\1\0\5\2\xab\xcd\4hash\0\1\x40"), (51, b"\1\0\0\5\0"),
    (52, b"\3\1\1" + bytes(32)), (53, b"smime"), (55, b"\3\2\0\4hitpkpk" + N), (59, DIGEST),
    (60, u16(257) + b"\3\1keykey"), (61, b"openpgp"), (62, u32(7) + u16(3) + b"\0\1\x40"),
    (63, u32(9) + b"\1\1" + bytes(48)), (64, u16(1) + N + PARAMETERS), (65, u16(0) + N),
    (99, text(b"v=spf1")), (104, u16(1) + bytes(8)), (105, u16(1) + V4), (106, u16(2) + bytes(8)),
    (107, u16(3) + N), (108, bytes(6)), (109, bytes(8)),
    (249, N + u32(1, 2) + u16(2, 17, 0) + u16(2) + b"ot"),
    (250, N + u16(0) + u32(5) + u16(300, 4) + b"macm" + u16(7, 18, 6) + bytes(6)),
    (256, u16(1, 2) + b"http://x"), (257, b"\x80\5issueca.x"), (257, b"\0\5iodefmailto:a"),
    (257, b"\0\3foov"), (32769, DIGEST), (65281, u32(1, 2, 3, 1) + V4),
    (65282, u32(0, 2, 3) + N), (65422, b"\4\x11" + V4 + V4 + u16(1, 2)),
    (65422, b"\6\x11" + V6 + V6 + u16(1, 2)), (12345, b"unknown"), (1, b""),
]  # fmt: skip
"""Type and data."""

OPTIONS = [
    (1, b"abc"), (3, b"nsid"), (5, b"\5\x08"), (6, b"\1\2"), (7, b"\1"),
    (8, u16(1) + b"\x18\0\1\2\3"), (8, u16(2) + b"\x18\0\1\2\3"), (8, u16(7) + b"\x18\0\1"),
    (9, u32(5)), (10, b"12345678"), (10, b"1234567890abcdef"), (11, b""), (11, u16(5)),
    (12, bytes(3)), (12, b""), (15, u16(3) + b"text"), (15, u16(3)), (14, u16(1, 2)),
    (20730, u16(1) + b"\x18\0\1\2\3"),
]  # fmt: skip
"""Code and value."""

STATEFUL = (
    u16(1, 8) + u32(1, 2) + u16(2, 4) + u32(9) + u16(3, 2) + b"\0\0" + u16(64, 3) + b"abc"
)  # fmt: skip


TOGETHER = 8
"""Records in one message."""


def records() -> Iterator[tuple[bytes, str]]:
    """Records of every type."""
    for start in range(0, len(RECORDS), TOGETHER):
        some = RECORDS[start : start + TOGETHER]
        message = head(answers=len(some), flags=RESPONSE, number=start)
        message += b"".join(record(kind, data) for kind, data in some)
        kinds = ", ".join(str(kind) for kind, _ in some)
        yield over_udp(message, (53, 40000)), f"Records of types {kinds}"


def options() -> Iterator[tuple[bytes, str]]:
    """Every option of EDNS."""
    for number, (code, value) in enumerate(OPTIONS):
        data = u16(code, len(value)) + value
        message = head(more=1, number=number) + record(OPT, data, b"\0", 4096, 0x12348001)
        yield over_udp(message), f"Option {code}"


def messages() -> Iterator[tuple[bytes, str]]:
    """Flags, sections, other operations, and DNS's relatives at other ports."""
    asked = question("www.example")
    service = name("a._sip._tcp.example")
    local = record(A, bytes(4), group=0x8001) * 2 + record(OPT, b"", b"\0", 0x85A0, 0)
    place = u16(1, 2, 3) + name("h.example")
    there, back, llmnr, mdns = (40000, 53), (53, 40000), (5355, 5355), (5353, 5353)
    for message, ports, words in (
        (head(1, number=1) + asked, there, "A question"),
        (head(1, flags=0x0120, number=2) + asked, there, "Signed data is wanted"),
        (head(1, flags=0xFFFF, number=3) + asked, back, "All flags"),
        (head(1, flags=5 << 11, number=4) + question("example", 6), there, "Update"),
        (head(flags=6 << 11, number=5) + STATEFUL, there, "Stateful operations"),
        (head(1, flags=0x0500, number=6) + asked, llmnr, "Link-local: a question"),
        (head(1, flags=0x8500, number=7) + asked, llmnr, "Link-local: an answer"),
        (head(1, flags=0, number=8) + question("a.local", 255, 0x8001), mdns, "Multicast"),
        (head(0, 1, 1, 1, 0x8400, 9) + local, mdns, "Multicast: the cache is to be flushed"),
        (head(0, 1, flags=RESPONSE, number=10) + record(SRV, place, service), back, "A service"),
        (head(2, number=11) + asked + question(b"\3ftp\xc0\x10"), there, "A compressed name"),
        (head(1, number=12) + question(b"\xc0\x0c"), there, "A name that points at itself"),
        (head(1, number=13) + question(b'\5a\n\x01\\"\0'), there, "Control characters"),
    ):
        yield over_udp(message, ports), words
    framed = len(head(1) + asked).to_bytes(2, "big") + head(1) + asked
    yield over_tcp(framed), "Over TCP"


FILES = {
    "dns.pcapng": lambda path: write(
        path,
        [
            (ethernet(octets), words)
            for cases in (messages, records, options)
            for octets, words in cases()
        ],
    ),
}
