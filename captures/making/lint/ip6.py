"""Cases of the IPv6 header's rules."""

from __future__ import annotations

from collections.abc import Iterator

from making.build import (
    HOST,
    HOST4,
    OTHER,
    UDP_PROTO,
    ethernet,
    icmp,
    icmpv6,
    icmpv6_packet,
    ipv4,
    ipv6,
    padded_options,
    ping,
    udp,
)
from making.lint import At, Case, broken, near

DATAGRAM = udp(b"sixscope", 40000, 9)
PROBE = udp(bytes(64), 40000, 9)


def cases() -> Iterator[Case]:
    """Lengths, hop limits, Next Header numbers, loops."""
    yield broken("IP6-001", ethernet(ipv6(DATAGRAM, UDP_PROTO, plen=400)))
    yield near("IP6-001", "cut by the capture",
               At(ethernet(ipv6(DATAGRAM, UDP_PROTO))[:60], original=70))  # fmt: skip
    yield broken("IP6-002", ethernet(ipv6(DATAGRAM, UDP_PROTO, plen=0)))
    yield broken("IP6-002", ethernet(ipv6(padded_options(UDP_PROTO, b"") + DATAGRAM, 0, plen=0)))
    yield near("IP6-002", "there is nothing", ethernet(ipv6(b"", 59)))
    yield broken("IP6-003", ethernet(ping(64)) + b"leaked")
    yield broken("IP6-003", ethernet(ipv6(b"", 59)) + b"abcdef")
    yield near("IP6-003", "padding of a short frame", ethernet(ipv6(b"", 59)) + bytes(6))
    yield near("IP6-003", "the frame ends with the packet", ethernet(ping(64)))
    yield broken("IP6-004", ethernet(ipv6(DATAGRAM, UDP_PROTO, hlim=0)))
    yield near("IP6-004", "the last hop", ethernet(ipv6(DATAGRAM, UDP_PROTO, hlim=1)))
    expired = bytes(4) + ipv6(DATAGRAM, UDP_PROTO, hlim=0)
    yield near("IP6-004", "in an error's quote",
               ethernet(icmpv6_packet(3, 0, expired, OTHER, HOST)))  # fmt: skip
    yield broken("IP6-005", ethernet(ipv6(b"sixscope", 200)))
    yield broken("IP6-005", ethernet(ipv6(b"sixscope", 255)))
    yield broken("IP6-005", ethernet(ipv6(padded_options(0, b"") + padded_options(59, b""), 60)))
    yield broken("IP6-005", ethernet(ipv6(b"sixscope", 59)))
    yield near("IP6-005", "an experiment", ethernet(ipv6(b"sixscope", 253)))
    yield near("IP6-005", "0 in the IPv6 header", ethernet(ipv6(padded_options(59, b""), 0)))
    yield broken("IP6-006", ethernet(ipv6(icmp(8, 0, b"\x60\x06\0\1"), 1)))
    yield broken("IP6-006", ethernet(ipv6(padded_options(2, b"") + bytes(8), 60)))
    message = icmpv6(128, 0, b"\x60\x06\0\1")
    yield broken("IP6-006", ethernet(ipv4(message, 58), 0x0800))
    yield near("IP6-006", "each in its own", ethernet(ipv6(message, 58)),
               ethernet(ipv4(icmp(8, 0, b"\x60\x06\0\1"), 1, HOST4), 0x0800))  # fmt: skip

    def round_trip(*hops: int, flow: int = 6) -> list[bytes]:
        return [ethernet(ipv6(PROBE, UDP_PROTO, hlim=one, flow=flow)) for one in hops]

    yield broken("IP6-007", *round_trip(64, 62, 60, 58))
    yield near("IP6-007", "forwarded once, seen on both sides", *round_trip(64, 63))
    yield near("IP6-007", "sent again", *round_trip(64, 64, 64))
    yield near("IP6-007", "over ten seconds", *(At(one, after=5) for one in round_trip(64, 62, 60)))
