"""Generic Routing Encapsulation: every combination of flags, and what is carried in it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import product

from dissect.engine.checksum import checksum
from dissect.protocols.erspan import TypeII, TypeIII
from making.build import (
    HOST4,
    NO_NEXT,
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

GRE = 47
CHECKSUM, ROUTING, KEY, SEQUENCE, STRICT, ACK = 0x8000, 0x4000, 0x2000, 0x1000, 0x0800, 0x0080
FLAG_LETTERS = {CHECKSUM: "C", ROUTING: "R", KEY: "K", SEQUENCE: "S"}
PING = ping()
PING4 = ipv4(udp(b"sixscope", 40000, 9, HOST4, OTHER4), UDP_PROTO)
NOTHING4 = ipv4(counting(8), NO_NEXT)
FRAME = ethernet(PING)
ROUTE = struct.pack(">HBB", 0x0800, 0, 4) + HOST4 + bytes(4)
TRANSPARENT, PPP, WCCP, ERSPAN_12, ERSPAN_3 = 0x6558, 0x880B, 0x883E, 0x88BE, 0x22EB
CDMA_BYTES, CDMA_PACKET = 0x8881, 0x88D2


def gre(
    payload: bytes, kind: int, flags: int = 0, *, key: int = 0x6006, seq: int = 7, ack: int = 5,
    route: bytes = ROUTE, bad: int = 0,
) -> bytes:  # fmt: skip
    """A GRE header with the fields that its flags announce, and its payload."""
    head = struct.pack(">HH", flags, kind)
    tail = b""
    if flags & KEY:
        tail += struct.pack(">I", key)
    if flags & SEQUENCE:
        tail += struct.pack(">I", seq)
    if flags & ACK and flags & 7 == 1:
        tail += struct.pack(">I", ack)
    if flags & ROUTING:
        tail += route
    tail += payload
    if not flags & (CHECKSUM | ROUTING):
        return head + tail
    total = checksum(head + bytes(4) + tail) if flags & CHECKSUM else 0
    return head + struct.pack(">HH", total ^ bad, 0) + tail


def packet(*arguments: bytes | int, **options: int) -> bytes:
    """GRE in IPv6 in Ethernet; arguments as for ``gre``."""
    return ethernet(ipv6(gre(*arguments, **options), GRE))  # type: ignore[arg-type]


def flags() -> Iterator[Commented]:
    """RFC 2784, 2890, 1701 and 2637: each combination of what may be there."""
    for chosen in product((0, 1), repeat=4):
        there = [bit for bit, on in zip(FLAG_LETTERS, chosen, strict=True) if on]
        letters = "".join(FLAG_LETTERS[bit] for bit in there) or "no flags"
        yield packet(PING, 0x86DD, sum(there)), f"Version 0, {letters}"
    yield packet(PING4, 0x0800, STRICT | 0x0300), "Strict source route, recursion 3"
    yield packet(PING4, 0x0800, 0x00F8), "Reserved bits set"
    yield packet(PING4, 0x0800, CHECKSUM, bad=0x0101), "A wrong checksum"
    yield packet(PING4, 0x0800, 2), "Version 2, which is none"
    yield packet(PING4, 0x0800, CHECKSUM | KEY | SEQUENCE | 7), "Version 7"
    for chosen in product((0, 1), repeat=3):
        there = [bit for bit, on in zip((KEY, SEQUENCE, ACK), chosen, strict=True) if on]
        names = "".join({KEY: "K", SEQUENCE: "S", ACK: "A"}[bit] for bit in there) or "no flags"
        lcp = b"\xff\x03\xc0\x21" + struct.pack(">BBHI", 9, 1, 8, 0)
        size = len(lcp) << 16 | 0x0C01
        yield packet(lcp, PPP, 1 | sum(there), key=size), f"Version 1 (PPTP), {names}"
    yield packet(b"", PPP, 1 | KEY | ACK, key=0x0C01), "Version 1: an acknowledgment alone"
    yield packet(PING, 0x86DD, 1 | KEY | SEQUENCE), "Version 1 with something else than PPP"
    yield packet(PING4[:24], 0x0800, ACK), "The acknowledgment bit in version 0"
    long_route = struct.pack(">HBB", 0xFFFE, 1, 3) + b"\0\1\2" + ROUTE
    yield packet(PING, 0x86DD, ROUTING, route=long_route), "Two source routes"  # type: ignore[arg-type]


def carried() -> Iterator[Commented]:
    """Protocol types."""
    vsid = 0x600600 << 8 | 0x2A
    yield packet(FRAME, TRANSPARENT, KEY, key=vsid), "NVGRE: virtual subnet and flow (RFC 7637)"
    yield packet(FRAME, TRANSPARENT), "Transparent Ethernet bridging"
    yield packet(b"", 0), "A keepalive"
    inner = ethernet(ipv4(gre(b"", 0), GRE, OTHER4, HOST4), 0x0800)[14:]
    yield ethernet(ipv4(gre(inner, 0x0800), GRE), 0x0800), "A keepalive that carries its answer"
    yield packet(counting(8), 0), "Protocol type 0 with octets behind it"
    yield packet(PING4, WCCP), "WCCP version 1"
    yield packet(b"\1\x33\2\3" + PING4, WCCP), "WCCP version 2: dynamic service 51"
    yield packet(b"\6\0\2\3" + PING4, WCCP), "WCCP version 2: alternative bucket, HTTP"
    yield packet(FRAME, ERSPAN_12), "ERSPAN I"
    two = TypeII(_version_vlan=0x1006, _flags=0xB80C, _index=0x00100007)
    yield packet(bytes(two) + FRAME, ERSPAN_12, SEQUENCE), "ERSPAN II"
    three = TypeIII(_version_vlan=0x2006, _flags=0x680C, timestamp=0x01020304, sgt=6, _more=0)
    yield packet(bytes(three) + FRAME, ERSPAN_3, SEQUENCE), "ERSPAN III"
    three = TypeIII(_version_vlan=0x2006, _flags=0x080C, timestamp=1, sgt=6, _more=2 << 10)
    yield packet(bytes(three) + NOTHING4, ERSPAN_3, SEQUENCE), "ERSPAN III with an IP packet"
    three = TypeIII(_version_vlan=0x2006, _flags=0x080C, timestamp=1, sgt=6, _more=5 << 10)
    yield packet(bytes(three) + PING4, ERSPAN_3, SEQUENCE), "ERSPAN III, frame type 5"
    for platform in range(8):
        more = 1 | 1 << 3 | 3 << 1 | 5 << 4 | 0x8000
        three = TypeIII(_version_vlan=0x2006, _flags=0x080C, timestamp=1, sgt=6, _more=more)
        sub = struct.pack(">II", platform << 26 | 0x03456789, 0x0A0B0C0D)
        yield (
            packet(bytes(three) + sub + FRAME, ERSPAN_3, SEQUENCE),
            f"ERSPAN III, platform {platform}",
        )
    yield packet(b"\x30" + counting(11), ERSPAN_3, SEQUENCE), "ERSPAN of a version that is none"
    mpls = struct.pack(">I", 0x60 << 12 | 1 << 8 | 64)
    yield packet(mpls + PING, 0x8847), "MPLS"
    yield packet(PING4, 0x8137), "IPX, which it isn't"
    yield packet(counting(20), 0x6559), "Frame Relay"
    yield packet(counting(20), 0xABCD), "A protocol type without a name"
    ppp = b"\x00\x57" + PING
    yield packet(ppp, PPP, KEY | ACK), "PPP in version 0, with a key and an acknowledgment"
    yield packet(counting(20), CDMA_BYTES, KEY | ACK), "A CDMA2000 A10 byte stream"
    short_data, flow_control, flow, segment = (
        bytes((kind, 2)) + value
        for kind, value in ((1, b"\x80\0"), (2, b"\xc0\0"), (3, b"\6\6"), (4, b"\x80\0"))
    )
    last = bytes((0x83, 1, 6))
    yield (
        packet(short_data + flow_control + flow + segment + last + ppp, CDMA_PACKET),
        ("CDMA2000 A10: each attribute"),
    )
    yield packet(bytes((0x81, 2, 0, 0)) + PING4, CDMA_PACKET, KEY | ACK | 1), "… one alone"
    yield packet(b"\x05\2\0\0" + b"\x82\1\x40" + PING, CDMA_PACKET), "… unknown, too short"
    yield ethernet(ipv6(udp(gre(PING, 0x86DD), 40000, 4754), UDP_PROTO)), "GRE in UDP (RFC 8086)"
    gre_in_gre = gre(ipv6(gre(PING4, 0x0800), GRE), 0x86DD)
    yield ethernet(ipv6(gre_in_gre, GRE)), "GRE in IPv6 in GRE"


def broken() -> Iterator[Commented]:
    """Headers that end early or lie."""
    whole = gre(PING, 0x86DD, CHECKSUM | KEY | SEQUENCE)
    for size in (1, 3, 4, 6, 8, 11, 13, 16):
        yield ethernet(ipv6(whole[:size], GRE)), f"The packet ends after {size} octets"
    endless = struct.pack(">HBB", 0x0800, 0, 200) + HOST4
    yield packet(b"", 0x86DD, ROUTING, route=endless), "A route entry past the packet"  # type: ignore[arg-type]
    yield packet(b"", 0x0800), "Nothing behind the header"
    yield packet(b"\1\x33", WCCP), "WCCP header cut off"
    yield packet(bytes(TypeII())[:5], ERSPAN_12, SEQUENCE), "ERSPAN header cut off"


FILES = {
    "gre.pcapng": lambda path: write(path, (*flags(), *carried())),
    "gre_broken.pcapng": lambda path: write(path, broken()),
}
