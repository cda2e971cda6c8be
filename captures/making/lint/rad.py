"""Cases of the rules of Router Advertisements."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from making.build import (
    ALL_NODES,
    HOST,
    HOST_LOCAL,
    HOST_MAC,
    ROUTER,
    ROUTER_LOCAL,
    ROUTER_MAC,
    UDP_PROTO,
    ethernet,
    icmpv6_packet,
    ip6,
    ipv6,
    mac,
    multicast_mac,
    nd_option,
    udp,
)
from making.lint import At, Case, broken, near

PREFIX = ip6("2001:db8:0:1::")
SECOND_LOCAL, SECOND_MAC = ip6("fe80::200:5eff:fe00:53fd"), mac(0xFD)
MANAGED, OTHER_FLAG = 0x80, 0x40
SERVERS = ip6("ff02::1:2")


def ra(
    *options: bytes, hops: int = 64, flags: int = 0, lifetime: int = 1800, reachable: int = 0,
    retrans: int = 0, src: bytes = ROUTER_LOCAL, by: bytes = ROUTER_MAC, dst: bytes = ALL_NODES,
) -> bytes:  # fmt: skip
    """An advertisement."""
    body = struct.pack(">BBHII", hops, flags, lifetime, reachable, retrans) + b"".join(options)
    to = multicast_mac(dst) if dst[0] == 0xFF else HOST_MAC
    return ethernet(icmpv6_packet(134, 0, body, src, dst, 255), src=by, dst=to)


def pio(
    prefix: bytes = PREFIX, length: int = 64, flags: int = 0xC0, valid: int = 86400,
    preferred: int = 14400,
) -> bytes:  # fmt: skip
    """A prefix."""
    return nd_option(3, struct.pack(">BBIII", length, flags, valid, preferred, 0) + prefix)


def route(length: int, units: int, preference: int = 0) -> bytes:
    """A route."""
    head = struct.pack(">BBI", length, preference << 3, 1800)
    return nd_option(24, head + PREFIX[: 8 * units - 8])


def rdnss(*addresses: bytes, lifetime: int = 1800, size: int | None = None) -> bytes:
    """Resolvers; or the first octets of them."""
    value = struct.pack(">HI", 0, lifetime) + b"".join(addresses)
    return nd_option(25, value[:size])


def dnssl(names: bytes) -> bytes:
    """A search list."""
    return nd_option(31, struct.pack(">HI", 0, 1800) + names)


def mtu(octets: int) -> bytes:
    """A link's MTU."""
    return nd_option(5, struct.pack(">HI", 0, octets))


def second(*options: bytes, **more: int) -> bytes:
    """Another router's advertisement."""
    return ra(*options, src=SECOND_LOCAL, by=SECOND_MAC, **more)


def dhcpv6(kind: int, src: bytes, dst: bytes, sport: int, dport: int) -> bytes:
    """A message of DHCPv6 with a client's identifier."""
    body = bytes((kind, 0, 0x60, 6)) + struct.pack(">HH", 1, 10) + b"\0\3\0\1" + HOST_MAC
    to = multicast_mac(dst) if dst[0] == 0xFF else HOST_MAC
    datagram = udp(body, sport, dport, src, dst)
    return ethernet(ipv6(datagram, UDP_PROTO, src, dst), dst=to)


SOLICIT = dhcpv6(1, HOST_LOCAL, SERVERS, 546, 547)
ADVERTISE = dhcpv6(2, ROUTER_LOCAL, HOST_LOCAL, 547, 546)
EXAMPLE = b"\7example\0"


def cases() -> Iterator[Case]:
    """Advertisements by themselves, then over time."""
    yield broken("RAD-001", ra(src=ROUTER))
    yield near("RAD-001", "link-local", ra())
    yield broken("RAD-002", ra(flags=0x10))
    yield broken("RAD-002", ra(flags=0x08, lifetime=0))
    yield broken("RAD-002", ra(route(64, 1)))
    yield broken("RAD-002", ra(route(96, 2)))
    yield broken("RAD-002", ra(route(48, 2, 2)))
    yield near("RAD-002", "high, and routes as long as they need", ra(route(0, 1), route(48, 2, 1),
                                                                    flags=0x08))  # fmt: skip
    yield broken("RAD-003", ra(pio(valid=3600, preferred=7200)))
    yield near("RAD-003", "as long", ra(pio(valid=3600, preferred=3600)))
    for prefix, length in (("fe80::", 64), ("ff05::", 64), ("::", 0), ("2001:db8:0:1::1", 64)):
        yield broken("RAD-004", ra(pio(ip6(prefix), length)))
    yield broken("RAD-004", ra(pio(length=129)))
    yield broken("RAD-004", ra(nd_option(3, bytes(22))))
    yield near("RAD-004", "a prefix", ra(pio()))
    yield near("RAD-004", "a home agent's address", ra(pio(ROUTER, flags=0xE0)))
    yield broken("RAD-005", ra(pio(length=80)))
    yield near("RAD-005", "on-link only", ra(pio(length=80, flags=0x80)))
    yield broken("RAD-006", ra(mtu(1279)))
    yield broken("RAD-006", ra(mtu(9000)))
    yield broken("RAD-006", ra(nd_option(5, bytes(14))))
    yield near("RAD-006", "1280 and 1500", ra(mtu(1280)), ra(mtu(1500)))
    yield broken("RAD-007", ra(lifetime=9001))
    yield broken("RAD-007", ra(reachable=3_600_001))
    yield broken("RAD-007", ra(hops=16))
    yield near("RAD-007", "at the limits", ra(hops=32, lifetime=9000, reachable=3_600_000))
    yield broken("RAD-008", ra(rdnss(size=6)))
    yield broken("RAD-008", ra(rdnss(ROUTER, bytes(8))))
    yield broken("RAD-008", ra(rdnss(ip6("::1"))))
    yield broken("RAD-008", ra(dnssl(b"\7exam")))
    yield broken("RAD-008", ra(dnssl(EXAMPLE + b"\0six")))
    yield near("RAD-008", "two resolvers, two names",
               ra(rdnss(ROUTER, HOST), dnssl(EXAMPLE + b"\3six" + EXAMPLE)))  # fmt: skip
    nat64 = ip6("64:ff9b::")[:12]
    yield broken("RAD-009", ra(nd_option(38, struct.pack(">H", 1800 | 6) + nat64)))
    yield broken("RAD-009", ra(nd_option(38, struct.pack(">H", 1800) + bytes(20))))
    yield near("RAD-009", "96 bits", ra(nd_option(38, struct.pack(">H", 1800) + nat64)))
    yield from routers()


def routers() -> Iterator[Case]:
    """Several advertisements."""
    yield broken("RAD-010", ra(), second(flags=MANAGED))
    yield broken("RAD-010", ra(mtu(1500)), second(mtu(1480)))
    yield broken("RAD-010", ra(pio()), second(pio(valid=7200, preferred=7200)))
    yield broken("RAD-010", ra(rdnss(ROUTER)), second(rdnss(HOST)))
    yield near("RAD-010", "zero says nothing", ra(retrans=1000), second(hops=0))
    yield near("RAD-010", "one router, twice", ra(), At(ra(hops=32), after=10))
    yield broken("RAD-011", ra(), second())
    yield broken("RAD-011", ra(), ra(lifetime=0, by=SECOND_MAC))
    many = [ip6(f"fe80::6:{number}") for number in range(12)]
    yield broken("RAD-011", *(ra(lifetime=0, src=one) for one in many))
    sites = [pio(ip6(f"2001:db8:6:{number}::")) for number in range(1, 53)]
    yield broken("RAD-011", ra(*sites))
    yield near("RAD-011", "one router stops", ra(pio()), ra(lifetime=0))
    yield broken("RAD-012", ra(), At(ra(), after=2))
    yield broken("RAD-012", ra(rdnss(ROUTER, lifetime=10)),
                 At(ra(rdnss(ROUTER, lifetime=10)), after=30))  # fmt: skip
    yield broken("RAD-012", ra(), At(ra(dst=HOST_LOCAL), after=10))
    yield near("RAD-012", "who asked may have done so before", ra(dst=HOST_LOCAL))
    solicit = ethernet(icmpv6_packet(133, 0, bytes(4), HOST_LOCAL, ip6("ff02::2"), 255),
                       dst=multicast_mac(ip6("ff02::2")))  # fmt: skip
    yield near("RAD-012", "solicited", solicit, ra(dst=HOST_LOCAL))
    yield near("RAD-012", "three seconds apart", ra(), At(ra(), after=3))
    yield near("RAD-012", "Mobile IPv6's pace", *(
        At(ra(nd_option(7, struct.pack(">HI", 0, 1000))), after=1) for _ in range(2)
    ))  # fmt: skip
    yield broken("RAD-013", ra(flags=MANAGED), SOLICIT)
    yield broken("RAD-013", ra(), SOLICIT, ADVERTISE)
    yield near("RAD-013", "asked and answered", ra(flags=MANAGED), SOLICIT, ADVERTISE)
    yield near("RAD-013", "nobody asks", ra(flags=OTHER_FLAG))
