"""Overlays: VXLAN and its extensions, Geneve, NSH, GTP's user plane, with every flag and option."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from making.build import (
    HOST4,
    OTHER4,
    UDP_PROTO,
    Commented,
    counting,
    ethernet,
    ipv4,
    ipv6,
    ping,
    udp,
    write,
)

PING = ping(16)
PING4 = ipv4(udp(b"sixscope", 40000, 9, HOST4, OTHER4), UDP_PROTO)
FRAME = ethernet(PING)
LABEL = bytes.fromhex("00010140")
BY_NEXT = {1: PING4, 2: PING, 3: FRAME, 5: LABEL + PING}
"""A payload for each next protocol that VXLAN-GPE and NSH have in common, but for NSH."""


def over(octets: bytes, port: int) -> bytes:
    """A datagram between IPv6 tunnel ends."""
    return ethernet(ipv6(udp(octets, 49152, port), UDP_PROTO))


def vxlan(flags: int = 0x0800, policy: int = 0, vni: int = 0x123456, last: int = 0) -> bytes:
    """A VXLAN header with the group policy extension's fields."""
    return struct.pack(">HHI", flags, policy, vni << 8 | last)


def vxlans() -> Iterator[Commented]:
    """RFC 7348 and the extensions."""
    yield over(vxlan() + FRAME, 4789), "VXLAN (RFC 7348)"
    for flag, name in ((0x8000, "G: group policy"), (0x0040, "D: don't learn"), (8, "A: applied")):
        yield over(vxlan(0x0800 | flag, 77) + FRAME, 4789), f"Flag {name}"
    yield over(vxlan(0xFFFF, 0xFFFF, 0xFFFFFF, 0xFF) + FRAME, 4789), "All bits set"
    yield over(vxlan(0) + FRAME, 4789), "No flag"
    yield over(vxlan() + ethernet(PING4, 0x0800), 4789), "IPv4 inside"
    yield over(vxlan() + ethernet(b"\0\6\x86\xdd" + PING, 0x8100), 4789), "A VLAN tag inside"
    yield over(vxlan(), 4789), "Nothing inside"
    yield over(vxlan() + FRAME[:10], 4789), "The frame inside cut off"
    yield over(vxlan()[:5], 4789), "The header cut off"

    def generic(flags: int, kind: int, reserved: int = 0) -> bytes:
        return struct.pack(">BHBI", flags, reserved, kind, 0x12345600)

    for kind, payload in BY_NEXT.items():
        yield over(generic(0x0C, kind) + payload, 4790), f"VXLAN-GPE: next protocol {kind}"
    yield over(generic(0x0C, 4) + nsh(1, PING4), 4790), "VXLAN-GPE: NSH"
    for flag in (0x01, 0x02, 0x10, 0x20, 0xC0, 0xFF):
        yield over(generic(0x0C | flag, 3) + FRAME, 4790), f"VXLAN-GPE: flags 0x{flag:02x}"
    yield over(generic(0x0C, 3, 0xFFFF) + FRAME, 4790), "VXLAN-GPE: reserved bits"
    yield over(generic(0x08, 0) + FRAME, 4790), "VXLAN-GPE: no next protocol"
    yield over(generic(0x0C, 77) + counting(8), 4790), "VXLAN-GPE: unknown next protocol"
    yield over(generic(0x0C, 3), 4790), "VXLAN-GPE: nothing inside"


def geneve(
    *options: bytes, first: int | None = None, flags: int = 0, kind: int = 0x6558, last: int = 0
) -> bytes:
    """A Geneve header (RFC 8926, section 3)."""
    body = b"".join(options)
    words = len(body) // 4 if first is None else first
    return struct.pack(">BBHI", words, flags, kind, 0x123456 << 8 | last) + body


def geneve_option(number: int, kind: int, value: bytes, flags: int = 0, words: int | None = None
                  ) -> bytes:  # fmt: skip
    """An option; the value is whole words."""
    size = len(value) // 4 if words is None else words
    return struct.pack(">HBB", number, kind, flags << 5 | size) + value


def geneves() -> Iterator[Commented]:
    """Options of several owners, and broken ones."""
    yield over(geneve() + FRAME, 6081), "Geneve (RFC 8926)"
    yield over(geneve(kind=0x86DD) + PING, 6081), "IPv6 without Ethernet"
    yield over(geneve(kind=0x0800) + PING4, 6081), "IPv4 without Ethernet"
    yield over(geneve(kind=0x8847) + LABEL + PING, 6081), "MPLS"
    yield over(geneve(kind=0x1234) + counting(20), 6081), "An unknown protocol type"
    for flags in (0x80, 0x40, 0xC0, 0x3F, 0xFF):
        yield over(geneve(flags=flags) + FRAME, 6081), f"Flags 0x{flags:02x}"
    yield over(geneve(last=0xFF) + FRAME, 6081), "The reserved octet set"
    yield over(geneve(first=0x40) + FRAME, 6081), "Another version"
    for number in (0x0000, 0x0100, 0x0101, 0x0102, 0x0103, 0x0104, 0x0105, 0x0106, 0x0107, 0x0108,
                   0x0111, 0x0119, 0x0129, 0x012A, 0x0130, 0x0132, 0x0136, 0x0137, 0xFEFF, 0xFF00,
                   0xFFF0):  # fmt: skip
        option = geneve_option(number, 9, counting(4))
        yield over(geneve(option) + FRAME, 6081), f"Option class 0x{number:04x}"
    critical = geneve_option(0x0102, 0x80 | 9, counting(8), flags=5)
    yield over(geneve(critical, flags=0x40) + FRAME, 6081), "A critical option, flags in it"
    yield over(geneve(geneve_option(0x0102, 9, b"")) + FRAME, 6081), "An option without data"
    for kind, value in ((1, b"\x12\x34\x56\x7f"), (2, counting(8)), (3, counting(8))):
        cloud = geneve_option(0x0132, kind, value)
        yield over(geneve(cloud) + FRAME, 6081), f"Google's option {kind}"
    yield over(geneve(geneve_option(0x0132, 1, b"\0\0\0\1")) + FRAME, 6081), "Google's, egress"
    pair = geneve_option(0x0102, 1, counting(4)), geneve_option(0x0103, 2, counting(124))
    yield over(geneve(*pair) + FRAME, 6081), "Two options, one of the greatest length"
    long = geneve_option(0x0102, 9, counting(4), words=9)
    yield over(geneve(long) + FRAME, 6081), "An option longer than all of them"
    yield over(geneve(first=20) + counting(16), 6081), "Options longer than the datagram"
    yield over(geneve(), 6081), "Nothing inside"
    yield over(geneve()[:6], 6081), "The header cut off"


def nsh(kind: int, payload: bytes, *, md: int = 1, context: bytes | None = None, flags: int = 0,
        length: int | None = None, si: int = 255) -> bytes:  # fmt: skip
    """A Network Service Header (RFC 8300, section 2) and what it carries."""
    body = counting(16) if context is None else context
    words = 2 + len(body) // 4 if length is None else length
    base = flags << 12 | 63 << 6 | words
    return struct.pack(">HBBI", base, md, kind, 0x000102 << 8 | si) + body + payload


def nshs() -> Iterator[Commented]:
    """Both kinds of metadata."""

    def sent(octets: bytes) -> bytes:
        return ethernet(octets, 0x894F)

    for kind, payload in BY_NEXT.items():
        yield sent(nsh(kind, payload)), f"NSH (RFC 8300): next protocol {kind}"
    yield sent(nsh(4, nsh(2, PING))), "NSH in NSH"
    for kind in (0, 6, 254, 255):
        yield sent(nsh(kind, counting(8))), f"NSH: next protocol {kind}"
    yield sent(nsh(2, PING, md=2, context=b"")), "MD type 2 without metadata"
    item = struct.pack(">HBB", 0x0102, 3, 4) + counting(4)
    yield sent(nsh(2, PING, md=2, context=item)), "MD type 2: an item"
    odd = struct.pack(">HBB", 0x0102, 3, 5) + counting(5) + bytes(3)
    yield sent(nsh(2, PING, md=2, context=odd + item)), "MD type 2: two, the first padded"
    empty = struct.pack(">HBB", 0, 0x80, 0)
    yield sent(nsh(2, PING, md=2, context=empty)), "MD type 2: an empty one, unassigned bit set"
    yield (
        sent(nsh(2, PING, md=2, context=struct.pack(">HBB", 0, 1, 0x84) + counting(4))),
        ("MD type 2: the unassigned bit of the length"),
    )
    yield sent(nsh(2, PING, md=0xF)), "An unknown MD type"
    for flags in (1, 2, 4, 8, 12):
        yield sent(nsh(2, PING, flags=flags)), f"First bits {flags:04b}"
    yield sent(nsh(2, PING, si=0)), "Service index 0"
    yield sent(nsh(2, PING, length=1)), "A length under two words"
    yield sent(nsh(2, PING, length=63)), "A length past the end"
    yield sent(nsh(2, b"")), "Nothing inside"
    yield sent(nsh(2, PING)[:6]), "The header cut off"


def gtp(kind: int = 255, payload: bytes = PING, *, flags: int = 0x30, options: bytes = b"",
        length: int | None = None) -> bytes:  # fmt: skip
    """A GTPv1-U message (3GPP TS 29.281, section 5)."""
    size = len(options) + len(payload) if length is None else length
    return struct.pack(">BBHI", flags, kind, size, 0x12345678) + options + payload


def extended(*headers: tuple[int, bytes]) -> bytes:
    """The optional octets, with a chain of extension headers."""
    octets = b"\0\1\2"
    for kind, content in headers:
        octets += bytes((kind, (len(content) + 2) // 4)) + content
    return octets + b"\0"


def gtps() -> Iterator[Commented]:
    """User packets with every optional part."""

    def sent(octets: bytes) -> bytes:
        return over(octets, 2152)

    yield sent(gtp()), "GTP-U: IPv6"
    yield sent(gtp(payload=PING4)), "GTP-U: IPv4"
    yield sent(gtp(payload=FRAME)), "GTP-U: Ethernet"
    yield sent(gtp(payload=counting(20))), "GTP-U: something else"
    yield sent(gtp(payload=b"")), "GTP-U: nothing"
    for flags, name in ((0x32, "sequence number"), (0x31, "N-PDU number"), (0x33, "both")):
        yield sent(gtp(flags=flags, options=b"\x12\x34\x56\0")), f"GTP-U: {name}"
    yield sent(gtp(flags=0x34, options=bytes(4))), "GTP-U: an empty chain of extensions"
    for kind, content in (
        (0x20, counting(2)), (0x40, b"\x08\x68"), (0x81, counting(2)), (0x82, counting(6)),
        (0x83, counting(2)), (0x85, b"\0\7"), (0x85, b"\x10\7"),
        (0x85, b"\0\xc7\xa0\0\0\0"), (0xC0, b"\x12\x34"), (0xC1, counting(2)), (0xC2, counting(2)),
        (0x03, counting(6)), (0x77, counting(2)),
    ):  # fmt: skip
        octets = gtp(flags=0x34, options=extended((kind, content)))
        yield sent(octets), f"GTP-U: extension header 0x{kind:02x}"
    chain = extended((0x85, b"\0\7"), (0x40, b"\x08\x68"), (0xC0, b"\x12\x34"))
    yield sent(gtp(flags=0x34, options=chain)), "GTP-U: three extension headers"
    yield sent(gtp(flags=0x34, options=b"\0\1\2\x85\0\0\7\0")), "GTP-U: an extension of length 0"
    yield sent(gtp(flags=0x34, options=b"\0\1\2\x85\x40\0\7\0")), "GTP-U: an extension too long"
    yield sent(gtp(flags=0x38)), "GTP-U: the spare bit"
    yield sent(gtp(length=4)), "GTP-U: a length that ends early"
    yield sent(gtp(length=4000)), "GTP-U: a length past the end"
    yield sent(gtp()[:6]), "GTP-U: the header cut off"


def _file(*makers: Callable[[], Iterator[Commented]]) -> Callable[[Path], None]:
    return lambda path: write(path, (case for make in makers for case in make()))


FILES = {"overlays.pcapng": _file(vxlans, geneves, nshs, gtps)}
