"""Packets of up to 64 KB that ask for as much work as they can, by name; all by hand."""

from __future__ import annotations

import struct
from collections.abc import Callable

SIZE = 62_000
"""Octets that a bomb fills."""
MESSAGE = bytes((1, 0, 0, 0))
"""The head of a DHCPv6 Solicit."""
ETHERNET, IPV4, IPV6 = 1, 228, 229
"""Link types."""


def ipv6(next_header: int, payload: bytes) -> bytes:
    """An IPv6 packet between 2001:db8::1 and ::2."""
    ends = bytes.fromhex("20010db8" + "00" * 11 + "0120010db8" + "00" * 11 + "02")
    head = struct.pack(">IHBB", 6 << 28, min(len(payload), 65535), next_header, 64)
    return head + ends + payload


def udp(sport: int, dport: int, payload: bytes) -> bytes:
    """A UDP datagram in IPv6, without checksum."""
    return ipv6(17, struct.pack(">HHHH", sport, dport, 8 + len(payload), 0) + payload)


def repeated(part: bytes, room: int = SIZE) -> bytes:
    """As many as fit."""
    return part * (room // len(part))


def grown(begin: bytes, around: Callable[[bytes], bytes], room: int = SIZE) -> bytes:
    """Wrapped again and again, as often as fits."""
    found = begin
    while len(wrapped := around(found)) <= room:
        found = wrapped
    return found


def _ipv4(payload: bytes) -> bytes:
    return struct.pack(">BBHHHBBH8s", 0x45, 0, 20 + len(payload), 0, 0, 64, 4, 0, b"\1" * 8) + (
        payload
    )


def _relayed(message: bytes) -> bytes:
    return bytes((12, 0)) + bytes(32) + struct.pack(">HH", 9, len(message)) + message


def _association(inner: bytes) -> bytes:
    return struct.pack(">HH12s", 3, 12 + len(inner), b"") + inner


PADS = repeated(bytes((60, 255)) + bytes(2046), SIZE) + bytes((59, 0)) + bytes(6)
NAME = b"\1a" * 126 + b"\0"

BOMBS: dict[str, tuple[int, bytes]] = {
    "IPv6 in IPv6": (IPV6, grown(ipv6(59, b""), lambda inner: ipv6(41, inner))),
    "IPv4 in IPv4": (IPV4, grown(_ipv4(b""), _ipv4)),
    "one-octet options": (IPV6, ipv6(0, PADS)),
    "extension headers": (IPV6, ipv6(60, repeated(bytes((60, 0, 1, 4, 0, 0, 0, 0))))),
    "routing headers": (IPV6, ipv6(43, repeated(bytes((43, 0, 0, 0, 0, 0, 0, 0))))),
    "routing addresses": (IPV6, ipv6(43, bytes((59, 254, 0, 127, 0, 0, 0, 0)) + bytes(2032))),
    "authentication headers": (IPV6, ipv6(51, repeated(bytes((51, 1)) + bytes(10)))),
    "labels": (ETHERNET, bytes(12) + b"\x88\x47" + repeated(bytes((0, 1, 0, 64)))),
    "VLAN tags": (ETHERNET, bytes(12) + repeated(b"\x81\0\0\1")),
    "ND options": (IPV6, ipv6(58, bytes((134, 0)) + bytes(14) + repeated(
        bytes((24, 1)) + bytes(6)))),
    "unknown ND options": (IPV6, ipv6(58, bytes((135, 0)) + bytes(22) + repeated(
        bytes((200, 1)) + bytes(6)))),
    "errors that quote errors": (IPV6, grown(ipv6(59, b""), lambda inner: ipv6(
        58, bytes((1, 0)) + bytes(6) + inner))),
    "multicast records": (IPV6, ipv6(58, struct.pack(">BBHHH", 143, 0, 0, 0, 65535) + repeated(
        bytes(20)))),
    "DHCPv6 options": (IPV6, udp(546, 547, MESSAGE + repeated(bytes((0, 6, 0, 0))))),
    "DHCPv6 relays": (IPV6, udp(547, 547, grown(MESSAGE, _relayed))),
    "DHCPv6 associations": (IPV6, udp(546, 547, MESSAGE + grown(b"", _association))),
    "DHCP options": (IPV6, udp(68, 67, bytes((1, 1, 6, 0)) + bytes(232) + b"\x63\x82\x53\x63"
                              + repeated(bytes((12, 1, 97))))),
    "DNS questions": (IPV6, udp(1000, 53, struct.pack(">6H", 1, 256, 65535, 0, 0, 0) + repeated(
        b"\1a\0\0\1\0\1"))),
    "DNS pointers": (IPV6, udp(53, 1000, struct.pack(">6H", 1, 0x8180, 1, 65535, 0, 0) + NAME
                              + b"\0\1\0\1" + repeated(b"\xc0\x0c\0\1\0\1\0\0\0\0\0\4\1\2\3\4"))),
    "DNS loop": (IPV6, udp(53, 1000, struct.pack(">6H", 1, 0x8180, 1, 9000, 0, 0)
                          + b"\xc0\x0c\0\1\0\1" + repeated(b"\xc0\x0c\0\1\0\1" + bytes(6)))),
    "SIP headers": (IPV6, udp(5060, 5060, b"INVITE sip:a SIP/2.0\r\n" + repeated(b"a:b\r\n"))),
    "SDP lines": (IPV6, udp(5060, 5060, b"INVITE sip:a SIP/2.0\r\nContent-Type: application/sdp"
                           b"\r\nContent-Length: 60000\r\n\r\nv=0\r\n" + repeated(b"m=a 1 b 1\r\n",
                                                                                60000))),
    "SCTP chunks": (IPV6, ipv6(132, bytes(12) + repeated(bytes((3, 0, 0, 4))))),
    "SCTP parameters": (IPV6, ipv6(132, bytes(12) + struct.pack(">BBH", 1, 0, 60_020) + bytes(16)
                                   + repeated(bytes((128, 0, 0, 4)), 60_000))),
    "Babel TLVs": (IPV6, udp(6696, 6696, struct.pack(">BBH", 42, 2, SIZE) + bytes(SIZE))),
    "PIM options": (IPV6, ipv6(103, bytes((32, 0, 0, 0)) + repeated(bytes((255, 255, 0, 0))))),
    "TCP options": (IPV6, ipv6(6, bytes(12) + b"\xf0\0" + bytes(6) + b"\1" * 40)),
    "Teredo in Teredo": (IPV6, grown(ipv6(59, b""), lambda inner: udp(3544, 3544, inner))),
}  # fmt: skip
"""Link type and octets."""
