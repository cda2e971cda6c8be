"""Cases of the rules of addresses."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from making.build import (
    ALL_NODES,
    HOST,
    HOST_LOCAL,
    HOST_MAC,
    OTHER,
    OTHER_MAC,
    ROUTER_LOCAL,
    ROUTER_MAC,
    UDP_PROTO,
    ethernet,
    icmpv6_packet,
    ip6,
    ipv6,
    multicast_mac,
    nd_option,
    udp,
)
from making.lint import At, Case, broken, near

GLOBAL, OFF_LINK = ip6("2a00:6006::1"), ip6("2a00:6007::2")


def packet(
    src: bytes = GLOBAL, dst: bytes = OFF_LINK, hlim: int = 64,
    *, by: bytes = HOST_MAC, to: bytes = ROUTER_MAC,
) -> bytes:  # fmt: skip
    """A datagram in a frame."""
    if dst[0] == 0xFF:
        to = multicast_mac(dst)
    datagram = udp(b"sixscope", 40000, 9, src, dst)
    return ethernet(ipv6(datagram, UDP_PROTO, src, dst, hlim=hlim), src=by, dst=to)


def advertisement(prefix: str = "2a00:6006::", flags: int = 0xC0) -> bytes:
    """A router with one prefix."""
    body = struct.pack(">BBHII", 64, 0, 1800, 0, 0)
    body += nd_option(3, struct.pack(">BBIII", 64, flags, 2592000, 604800, 0) + ip6(prefix))
    return ethernet(icmpv6_packet(134, 0, body, ROUTER_LOCAL, ALL_NODES, 255),
                    src=ROUTER_MAC, dst=multicast_mac(ALL_NODES))  # fmt: skip


def cases() -> Iterator[Case]:
    """Sources, destinations, scopes."""
    yield broken("ADR-001", packet(ALL_NODES))
    yield near("ADR-001", "a multicast destination", packet(dst=ALL_NODES))
    yield broken("ADR-002", packet(dst=bytes(16)))
    yield broken("ADR-002", packet(bytes(16)))
    probe = icmpv6_packet(135, 0, bytes(4) + HOST, bytes(16), ip6("ff02::1:ff00:1"), 255)
    yield near("ADR-002", "a solicitation", ethernet(probe))
    yield broken("ADR-003", packet(ip6("::1")))
    yield broken("ADR-003", packet(dst=ip6("::1")))
    yield near("ADR-003", "on the loopback",
               At(b"\x1e\0\0\0" + ipv6(b"", 59, ip6("::1"), ip6("::1")), link=0))  # fmt: skip
    yield broken("ADR-004", packet(HOST_LOCAL, ROUTER_LOCAL),
                 packet(HOST_LOCAL, ROUTER_LOCAL, 63, by=ROUTER_MAC, to=OTHER_MAC))  # fmt: skip
    yield broken("ADR-004", advertisement(), packet(HOST_LOCAL, OFF_LINK))
    yield broken("ADR-004", packet(ip6("fe80:6::1"), ROUTER_LOCAL))
    yield near("ADR-004", "the prefix is on the link",
               advertisement(), packet(HOST_LOCAL, ip6("2a00:6006::6")))  # fmt: skip
    yield near("ADR-004", "sent twice", packet(HOST_LOCAL, ROUTER_LOCAL),
               packet(HOST_LOCAL, ROUTER_LOCAL))  # fmt: skip
    for address in ("fec0::1", "::192.0.2.1", "::ffff:192.0.2.1", "3ffe::1", "2001:10::1"):
        yield broken("ADR-005", packet(ip6(address)))
        yield broken("ADR-005", packet(dst=ip6(address)))
    yield near("ADR-005", "unique local", packet(ip6("fd00:6006::1"), ip6("fd00:6006:1::1")))
    for address in ("2001:db8::1", "3fff::1", "100::1", "2001:2::1", "2001:20::1", "4000::1"):
        yield broken("ADR-006", packet(ip6(address)))
    yield near("ADR-006", "global", packet())
    yield broken("ADR-007", packet(dst=ip6("ff01::6006")))
    yield broken("ADR-007", packet(dst=ip6("ff0f::6006")))
    yield broken("ADR-007", packet(dst=ip6("ff16::6006")))
    yield near("ADR-007", "the link's scope", packet(dst=ip6("ff12::6006")))
    for address in ("ff25::6006", "ff55::6006", "ff35:80::6006", "ff75:40:2001:db8::6006"):
        yield broken("ADR-008", packet(dst=ip6(address)))
    yield near("ADR-008", "prefix-based", packet(dst=ip6("ff35:40:2001:db8::6006")))
    yield near("ADR-008", "with a rendezvous point", packet(dst=ip6("ff75:640:2001:db8::6006")))
    yield near("ADR-008", "the link's own (RFC 4489)", packet(dst=ip6("ff32:ff:200:5eff::6006")))
    yield broken("ADR-009", packet(ip6("fc00::1"), ip6("fd00:6006::1")))
    yield broken("ADR-009", packet(ip6("fd00:6006::1"), GLOBAL))
    yield near("ADR-009", "within a site", packet(ip6("fd00:6006::1"), ip6("fd00:6006:1::1")))
    yield near("ADR-009", "global ones", packet(HOST, OTHER))
