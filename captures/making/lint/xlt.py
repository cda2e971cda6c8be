"""Cases of the rules of translators: packets on both sides of a NAT64."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from making.build import (
    ALL_NODES,
    HOST,
    ROUTER_LOCAL,
    ROUTER_MAC,
    UDP_PROTO,
    counting,
    ethernet,
    icmp,
    icmpv6_packet,
    ip4,
    ip6,
    ipv4,
    ipv6,
    multicast_mac,
    nd_option,
    udp,
)
from making.lint import At, Case, broken, near

SERVER4, POOL = ip4("81.6.6.6"), ip4("81.6.6.99")
SERVER6 = ip6("64:ff9b::5106:606")
PREFIX = ip6("2001:db8:64::")
"""A /48 that a router announces."""
SHORT, LONG = counting(200), counting(1300)


def inside(payload: bytes = SHORT, hlim: int = 64) -> bytes:
    """A datagram of an IPv6 host to an IPv4 server."""
    packet = ipv6(udp(payload, 40000, 9, HOST, SERVER6), UDP_PROTO, HOST, SERVER6, hlim=hlim)
    return ethernet(packet)


def outside(payload: bytes = SHORT, *, ttl: int = 63, flags: int = 0, wrong: int = 0) -> bytes:
    """The same behind the translator."""
    datagram = udp(payload, 40000, 9, POOL, SERVER4)
    datagram = datagram[:7] + bytes((datagram[7] ^ wrong,)) + datagram[8:]
    return ethernet(ipv4(datagram, UDP_PROTO, POOL, SERVER4, ttl=ttl, flags_off=flags), 0x0800)


def refused() -> bytes:
    """The server's answer outside: nobody listens on the port."""
    message = icmp(3, 3, bytes(4) + outside()[14:])
    return ethernet(ipv4(message, 1, SERVER4, POOL, flags_off=0x4000), 0x0800)


def told(code: int) -> bytes:
    """The same inside, as Destination Unreachable of some code."""
    quote = inside(hlim=63)[14:]
    return ethernet(icmpv6_packet(1, code, bytes(4) + quote, SERVER6, HOST, 63))


def announced() -> bytes:
    """A router's PREF64 option."""
    option = nd_option(38, struct.pack(">H", 1800 | 3) + PREFIX[:12])
    body = struct.pack(">BBHII", 64, 0, 1800, 0, 0) + option
    return ethernet(icmpv6_packet(134, 0, body, ROUTER_LOCAL, ALL_NODES, 255),
                    src=ROUTER_MAC, dst=multicast_mac(ALL_NODES))  # fmt: skip


def to(address: str) -> bytes:
    """A datagram to an address."""
    dst = ip6(address)
    return ethernet(ipv6(udp(b"sixscope", 40000, 9, HOST, dst), UDP_PROTO, HOST, dst))


def cases() -> Iterator[Case]:
    """Addresses, then pairs."""
    yield broken("XLT-001", announced(), to("2001:db8:64:5106:6606:600::"))
    yield broken("XLT-001", announced(), to("2001:db8:64:5106:6:600:0:6"))
    yield near("XLT-001", "as RFC 6052 has it", announced(), to("2001:db8:64:5106:6:600::"))
    yield near("XLT-001", "of no translator", to("2001:db8:64:5106:6606:600::"))
    yield broken("XLT-002", to("64:ff9b::a06:606"))
    yield near("XLT-002", "global", to("64:ff9b::5106:606"))
    yield near("XLT-002", "the prefix for private addresses", to("64:ff9b:1::a06:606"))

    def pair(one: bytes, other: bytes) -> tuple[At, At]:
        return At(one), At(other, after=0.001)

    right = pair(inside(), outside())
    yield broken("XLT-003", *right, *pair(inside(LONG), outside(LONG, flags=0x4000, wrong=6)))
    yield near("XLT-003", "both right", *right)
    yield broken("XLT-004", *pair(inside(), outside(ttl=64)))
    yield near("XLT-004", "one less", *right)
    yield broken("XLT-005", *pair(inside(), outside(flags=0x4000)))
    yield broken("XLT-005", *pair(inside(LONG), outside(LONG)))
    yield near("XLT-005", "DF for the long one", *right, *pair(inside(LONG), outside(LONG,
                                                              flags=0x4000)))  # fmt: skip
    yield broken("XLT-006", *right, *pair(refused(), told(0)))
    yield near("XLT-006", "port unreachable", *right, *pair(refused(), told(4)))
