"""Small builders of packets, from the same header classes that packets are read with.

Each takes the octets that it carries and gives the octets of the whole; lengths and checksums are
right unless they are given.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from pathlib import Path

from dissect.capture.write import PcapngWriter
from dissect.engine.checksum import checksum, ones_sum
from dissect.protocols.ethernet import IEEE8023, EthernetII
from dissect.protocols.fragment import Fragment
from dissect.protocols.icmpv6 import Head
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.udp import UDP

BEGIN = 1_767_225_600_000_000_000
"""The first packet's time: 1 January 2026, 00:00 UTC."""
MILLISECOND = 1_000_000

Commented = tuple[bytes, str]
"""A packet, and the comment that says what it is for."""


def ip6(text: str) -> bytes:
    """An IPv6 address."""
    return socket.inet_pton(socket.AF_INET6, text)


def ip4(text: str) -> bytes:
    """An IPv4 address."""
    return socket.inet_aton(text)


def mac(number: int) -> bytes:
    """One of the addresses for documentation (RFC 7042, section 2.1.2)."""
    return bytes((0x00, 0x00, 0x5E, 0x00, 0x53, number))


def multicast_mac(address: bytes) -> bytes:
    """The group address of an IPv6 multicast address (RFC 2464, section 7)."""
    return b"\x33\x33" + address[12:]


def counting(length: int) -> bytes:
    """Octets 0, 1, 2 … as a payload."""
    return (bytes(range(256)) * (length // 256 + 1))[:length]


HOST_MAC, ROUTER_MAC, OTHER_MAC = mac(1), mac(0xFE), mac(2)
HOST, ROUTER, OTHER = ip6("2001:db8:0:1::1"), ip6("2001:db8:0:1::ff"), ip6("2001:db8:0:2::2")
THIRD = ip6("2001:db8:0:3::3")
HOST_LOCAL, ROUTER_LOCAL = ip6("fe80::200:5eff:fe00:5301"), ip6("fe80::200:5eff:fe00:53fe")
ALL_NODES, ALL_ROUTERS = ip6("ff02::1"), ip6("ff02::2")
HOST4, ROUTER4, OTHER4 = ip4("192.0.2.1"), ip4("192.0.2.254"), ip4("198.51.100.2")

NO_NEXT, ICMPV6, TCP_PROTO, UDP_PROTO = 59, 58, 6, 17


def ethernet(
    payload: bytes, kind: int = 0x86DD, src: bytes = HOST_MAC, dst: bytes = ROUTER_MAC
) -> bytes:
    """An Ethernet II frame."""
    return bytes(EthernetII(dst=dst, src=src, type=kind)) + payload


def ieee8023(payload: bytes, src: bytes = HOST_MAC, dst: bytes = ROUTER_MAC) -> bytes:
    """An IEEE 802.3 frame, with the padding that it needs."""
    frame = bytes(IEEE8023(dst=dst, src=src, type=len(payload))) + payload
    return frame + bytes(max(60 - len(frame), 0))


def ipv6(
    payload: bytes,
    nxt: int = NO_NEXT,
    src: bytes = HOST,
    dst: bytes = OTHER,
    *,
    plen: int | None = None,
    hlim: int = 64,
    tclass: int = 0,
    flow: int = 0,
) -> bytes:
    """An IPv6 packet."""
    header = IPv6(
        _v_fc_flow=6 << 28 | tclass << 20 | flow,
        plen=len(payload) if plen is None else plen,
        nxt=nxt,
        hlim=hlim,
        src=src,
        dst=dst,
    )
    return bytes(header) + payload


def ipv4(
    payload: bytes,
    p: int,
    src: bytes = HOST4,
    dst: bytes = OTHER4,
    *,
    options: bytes = b"",
    ttl: int = 64,
    id: int = 1,
    flags_off: int = 0x4000,
    tos: int = 0,
    length: int | None = None,
) -> bytes:
    """An IPv4 packet; options are padded to whole words."""
    options += bytes(-len(options) % 4)
    size = 20 + len(options)
    header = IPv4(
        _v_hl=0x40 | size // 4,
        tos=tos,
        len=size + len(payload) if length is None else length,
        id=id,
        _flags_off=flags_off,
        ttl=ttl,
        p=p,
        src=src,
        dst=dst,
    )
    header.sum = checksum(bytes(header) + options)
    return bytes(header) + options + payload


def pseudo_sum(src: bytes, dst: bytes, proto: int, length: int) -> int:
    """The sum of the pseudo-header, IPv4's or IPv6's."""
    return ones_sum(src + dst + struct.pack(">II", length, proto))


def udp(
    payload: bytes,
    sport: int,
    dport: int,
    src: bytes = HOST,
    dst: bytes = OTHER,
    *,
    length: int | None = None,
) -> bytes:
    """A UDP datagram between IPv6 or IPv4 addresses."""
    size = 8 + len(payload)
    header = UDP(sport=sport, dport=dport, len=size if length is None else length)
    pseudo = pseudo_sum(src, dst, UDP_PROTO, size)
    header.sum = checksum(bytes(header) + payload, pseudo) or 0xFFFF
    return bytes(header) + payload


FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32


def tcp(
    payload: bytes,
    sport: int,
    dport: int,
    src: bytes = HOST,
    dst: bytes = OTHER,
    *,
    seq: int = 0,
    ack: int = 0,
    flags: int = ACK,
    win: int = 64800,
    options: bytes = b"",
) -> bytes:
    """A TCP segment between IPv6 or IPv4 addresses; options are padded to whole words."""
    options += bytes(-len(options) % 4)
    words = 5 + len(options) // 4
    head = struct.pack(">HHIIHH", sport, dport, seq, ack, words << 12 | flags, win)
    tail = b"\0\0" + options + payload
    pseudo = pseudo_sum(src, dst, TCP_PROTO, 4 * words + len(payload))
    total = checksum(head + b"\0\0" + tail, pseudo)
    return head + struct.pack(">H", total) + tail


def icmpv6(
    kind: int, code: int, body: bytes, src: bytes = HOST, dst: bytes = OTHER
) -> bytes:  # fmt: skip
    """An ICMPv6 message."""
    head = Head(type=kind, code=code)
    pseudo = pseudo_sum(src, dst, ICMPV6, 4 + len(body))
    head.sum = checksum(bytes(head) + body, pseudo)
    return bytes(head) + body


def icmp(kind: int, code: int, body: bytes) -> bytes:
    """An ICMP message."""
    total = checksum(struct.pack(">BBH", kind, code, 0) + body)
    return struct.pack(">BBH", kind, code, total) + body


def icmpv6_packet(
    kind: int, code: int, body: bytes, src: bytes = HOST, dst: bytes = OTHER, hlim: int = 64
) -> bytes:
    """An ICMPv6 message in an IPv6 packet."""
    return ipv6(icmpv6(kind, code, body, src, dst), ICMPV6, src, dst, hlim=hlim)


def ping(size: int = 8, src: bytes = HOST, dst: bytes = OTHER) -> bytes:
    """An echo request with so many octets of data, in an IPv6 packet."""
    return icmpv6_packet(128, 0, b"\x60\x06\0\1" + counting(size), src, dst)


def fragment(
    part: bytes, nxt: int, offset: int, *, more: bool, ident: int = 0x5C09E001
) -> bytes:  # fmt: skip
    """A Fragment header and what follows it; ``offset`` in octets."""
    return bytes(Fragment(nxt=nxt, _word=offset | more, ident=ident)) + part


def option(code: int, value: bytes) -> bytes:
    """An option of type, length and value, as IPv6 and TLV options everywhere have them."""
    return bytes((code, len(value))) + value


def padded_options(nxt: int, options: bytes) -> bytes:
    """A Hop-by-Hop or Destination Options header; Pad1 or PadN fills it up."""
    left = -(2 + len(options)) % 8
    padding = b"\0" if left == 1 else option(1, bytes(left - 2)) if left else b""
    return bytes((nxt, (2 + len(options) + left) // 8 - 1)) + options + padding


def nd_option(kind: int, value: bytes) -> bytes:
    """A Neighbor Discovery option, padded with zeros to units of 8 octets."""
    value += bytes(-(2 + len(value)) % 8)
    return bytes((kind, (2 + len(value)) // 8)) + value


def write(path: Path, packets: Iterable[bytes | Commented], link_type: int = 1) -> None:
    """A pcapng file with one interface, a packet each millisecond, maybe with comments."""
    with path.open("wb") as stream:
        file = PcapngWriter(stream)
        file.interface(link_type)
        for index, packet in enumerate(packets):
            data, comment = packet if isinstance(packet, tuple) else (packet, None)
            file.packet(data, BEGIN + index * MILLISECOND, comment=comment)
