"""Cases of the rules of tunnels."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from making.build import (
    ALL_NODES,
    BEGIN,
    HOST,
    HOST4,
    OTHER,
    OTHER4,
    ROUTER,
    THIRD,
    UDP_PROTO,
    ethernet,
    icmpv6_packet,
    ip4,
    ip6,
    ipv4,
    ipv6,
    nd_option,
    option,
    padded_options,
    udp,
)
from making.lint import APART, Case, broken, near

DATAGRAM = udp(b"sixscope", 40000, 9)
PRIVATE = ip4("192.168.6.6")
SITE, OTHER_SITE = ip6("2002:c000:201:1::1"), ip6("2002:c633:6402:1::1")
"""6to4 addresses of HOST4 and OTHER4."""
BORDER = ip6("2001:db8:0:9::9")
NOW = BEGIN // 1_000_000_000 + APART * 7
"""About the time of the first cases."""


def inside(src: bytes = HOST, dst: bytes = OTHER) -> bytes:
    """An IPv6 packet."""
    return ipv6(udp(b"sixscope", 40000, 9, src, dst), UDP_PROTO, src, dst)


def in4(packet: bytes, src: bytes = HOST4, dst: bytes = OTHER4, p: int = 41) -> bytes:
    """In IPv4 and a frame."""
    return ethernet(ipv4(packet, p, src, dst), 0x0800)


def in6(packet: bytes, nxt: int = 41, limit: int | None = None) -> bytes:
    """In IPv6, between two routers; with a Tunnel Encapsulation Limit."""
    if limit is None:
        return ipv6(packet, nxt, ROUTER, BORDER)
    header = padded_options(nxt, option(4, bytes((limit,))))
    return ipv6(header + packet, 60, ROUTER, BORDER)


def limited(limit: int) -> bytes:
    """A packet with a limit of its own."""
    return ipv6(padded_options(UDP_PROTO, option(4, bytes((limit,)))) + DATAGRAM, 60)


def ayiya(
    time: int, *, identity: int = 4, signature: int = 5, method: int = 2, nxt: int = 41,
    inner: bytes = b"", operation: int = 0x11,
) -> bytes:  # fmt: skip
    """An AYIYA packet in UDP in IPv4."""
    head = struct.pack(">BBBBI", identity << 4 | 1, signature << 4 | method, operation, nxt, time)
    body = head + bytes(1 << identity) + bytes(4 * signature) + (inner or inside())
    return in4(udp(body, 40000, 5072, HOST4, OTHER4), p=UDP_PROTO)


def cases() -> Iterator[Case]:
    """Ends, limits, embedded addresses."""
    yield from heads()
    yield broken("TUN-001", in4(ipv6(DATAGRAM, UDP_PROTO, plen=400)))
    yield broken("TUN-001", in4(ipv4(b"", 59)))
    yield broken("TUN-001", ethernet(in6(ipv4(DATAGRAM, UDP_PROTO, length=400), 4)))
    yield near("TUN-001", "it fits", in4(inside()), ethernet(in6(ipv4(b"", 59), 4)))
    for source in (ALL_NODES, ip6("::1"), ip6("::192.0.2.1"), ip6("::ffff:192.0.2.1")):
        yield broken("TUN-002", in4(inside(source)))
    for outer in ("224.0.0.1", "255.255.255.255", "0.0.0.0", "127.0.0.1"):
        yield broken("TUN-002", in4(inside(), ip4(outer)))
    yield near("TUN-002", "hosts", in4(inside()))
    deep = inside()
    for number in range(4):
        deep = ipv6(deep, 41, ip6(f"2001:db8:6::{number + 1}"), ip6(f"2001:db8:7::{number + 1}"))
    yield broken("TUN-003", ethernet(deep))
    yield near("TUN-003", "four headers", ethernet(deep[40:]))
    yield broken("TUN-004", ethernet(in6(limited(0))))
    yield broken("TUN-004", ethernet(in6(limited(3), limit=3)))
    yield broken("TUN-004", ethernet(in6(limited(3))))
    yield near("TUN-004", "one less outside", ethernet(in6(limited(3), limit=2)))
    yield broken("TUN-005", ethernet(in6(in6(inside()))))
    yield broken("TUN-005", ethernet(in6(ipv6(in6(inside()), 41, HOST, THIRD))))
    yield near("TUN-005", "a tunnel in another one", ethernet(in6(ipv6(inside(), 41, HOST, THIRD))))
    yield broken("TUN-006", in4(inside(SITE, OTHER_SITE), ip4("203.0.113.6")))
    yield broken("TUN-006", in4(inside(SITE, OTHER_SITE), dst=ip4("203.0.113.6")))
    yield near("TUN-006", "both fit", in4(inside(SITE, OTHER_SITE)))
    yield near("TUN-006", "from a relay", in4(inside(HOST, OTHER_SITE), ip4("203.0.113.6")))
    yield broken("TUN-007", ethernet(inside(ip6("2002:c0a8:606::1"))))
    yield near("TUN-007", "global", ethernet(inside(SITE)))
    yield broken("TUN-008", in4(inside(SITE), dst=ip4("192.88.99.1")))
    yield broken("TUN-008", ethernet(inside(dst=ip6("2002:c058:6301::1"))))
    yield near("TUN-008", "another relay", in4(inside(SITE), dst=ip4("203.0.113.6")))
    isatap = ip6("2001:db8:0:1:200:5efe:c000:201")
    yield broken("TUN-009", in4(inside(isatap), OTHER4, HOST4))
    yield broken("TUN-009", in4(inside(dst=ip6("fe80::200:5efe:c000:201"))))
    yield near("TUN-009", "its own address", in4(inside(isatap)))
    yield broken("TUN-010", ethernet(inside(ip6("fe80::200:5efe:c0a8:606"))))
    yield broken("TUN-010", ethernet(inside(ip6("fe80::5efe:5106:606"))))
    yield near("TUN-010", "global and u, private and not",
               ethernet(inside(ip6("fe80::200:5efe:5106:606"))),
               ethernet(inside(ip6("fe80::5efe:c0a8:606"))))  # fmt: skip
    here = ip6("fe80::c000:201")
    group = ip4("239.192.0.1")

    def solicit(address: bytes) -> bytes:
        body = bytes(4) + OTHER + nd_option(1, address)
        return icmpv6_packet(135, 0, body, here, ip6("ff02::1:ff00:2"), 255)

    yield broken("TUN-011", in4(inside(here, ip6("ff02::6")), dst=group))
    yield broken("TUN-011", in4(solicit(b"\0\6" + HOST4), dst=ip4("239.192.0.2")))
    yield near("TUN-011", "the last two octets",
               in4(solicit(bytes(2) + HOST4), dst=ip4("239.192.0.2")))  # fmt: skip
    yield broken("TUN-012", in4(b"", ip4("192.0.0.2"), p=59))
    yield near("TUN-012", "in its softwire", ethernet(in6(ipv4(b"", 59, ip4("192.0.0.2")), 4)))
    yield near("TUN-012", "PCP's address", in4(b"", dst=ip4("192.0.0.9"), p=59))


def heads() -> Iterator[Case]:
    """AYIYA's headers."""
    yield broken("TUN-013", in4(udp(b"\x44\x52\x11\x29", 40000, 5072, HOST4, OTHER4), p=UDP_PROTO))
    yield broken("TUN-013", ayiya(NOW, identity=9, inner=b"\x60"))
    yield broken("TUN-013", ayiya(NOW, signature=4))
    yield broken("TUN-013", ayiya(NOW, nxt=17))
    yield broken("TUN-013", ayiya(NOW, inner=ipv4(b"", 59)))
    yield broken("TUN-013", ayiya(NOW - 200))
    yield near("TUN-013", "right", ayiya(NOW))
