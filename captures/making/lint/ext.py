"""Cases of the rules of extension headers and options."""

from __future__ import annotations

from collections.abc import Iterator

from making.build import (
    ALL_NODES,
    NO_NEXT,
    OTHER,
    UDP_PROTO,
    ethernet,
    fragment,
    ipv6,
    option,
    padded_options,
    udp,
)
from making.lint import At, Case, broken, near

DATAGRAM = udp(b"sixscope", 40000, 9)
HOP, ROUTING, FRAGMENT, DEST, AH = 0, 43, 44, 60, 51
ALERT = option(5, b"\0\0")


def packet(payload: bytes, nxt: int, dst: bytes = OTHER) -> bytes:
    """An IPv6 packet in a frame."""
    return ethernet(ipv6(payload, nxt, dst=dst))


def header(*octets: int, nxt: int = UDP_PROTO, units: int | None = None) -> bytes:
    """A header of options as they are, which must fill it."""
    size = 2 + len(octets)
    return bytes((nxt, size // 8 - 1 if units is None else units, *octets))


def routing(nxt: int = UDP_PROTO) -> bytes:
    """A Routing header whose way is over."""
    return bytes((nxt, 2, 4, 0, 0, 0, 0, 0)) + OTHER


def ah(nxt: int = UDP_PROTO, length: int = 4) -> bytes:
    """An Authentication Header with a check value of 12 octets."""
    return bytes((nxt, length, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1)) + bytes(12)


def cases() -> Iterator[Case]:
    """Chains, lengths, padding, alignment."""
    hop, dest = padded_options, padded_options
    alert = hop(UDP_PROTO, ALERT)
    yield broken("EXT-001", packet(dest(HOP, b"") + hop(UDP_PROTO, b"") + DATAGRAM, DEST))
    yield broken("EXT-001", packet(hop(HOP, ALERT) + alert + DATAGRAM, HOP))
    yield near("EXT-001", "the first one", packet(alert + DATAGRAM, HOP))
    yield broken("EXT-002", packet(ah(ROUTING) + routing() + DATAGRAM, AH))
    yield broken("EXT-002", packet(dest(FRAGMENT, b"") + fragment(DATAGRAM, UDP_PROTO, 0,
                                                                  more=False), DEST))  # fmt: skip
    yield near("EXT-002", "all in order",
               packet(hop(DEST, ALERT) + dest(ROUTING, b"") + routing(AH) + ah(DEST)
                      + dest(UDP_PROTO, b"") + DATAGRAM, HOP))  # fmt: skip
    yield broken("EXT-003", packet(routing(ROUTING) + routing() + DATAGRAM, ROUTING))
    yield broken("EXT-003", packet(dest(DEST, b"") + dest(DEST, b"") + dest(UDP_PROTO, b"")
                                   + DATAGRAM, DEST))  # fmt: skip
    yield broken("EXT-003", packet(fragment(fragment(DATAGRAM, UDP_PROTO, 0, more=False), FRAGMENT,
                                            0, more=False), FRAGMENT))  # fmt: skip
    yield near(
        "EXT-003",
        "Destination Options on both sides of Routing",
        packet(dest(ROUTING, b"") + routing(DEST) + dest(UDP_PROTO, b"") + DATAGRAM, DEST),
    )
    yield broken("EXT-004", packet(header(*bytes(6), units=9), DEST))
    yield broken("EXT-004", packet(ah(length=40) + DATAGRAM, AH))
    yield near("EXT-004", "up to the last octet", packet(dest(NO_NEXT, b""), DEST))
    yield near("EXT-004", "cut by the capture",
               At(packet(header(*bytes(14), units=1), DEST)[:60], original=70))  # fmt: skip
    yield broken("EXT-005", packet(header(0x3E, 40, *bytes(4)) + DATAGRAM, DEST))
    yield broken("EXT-005", packet(header(5, 4, *bytes(4)) + DATAGRAM, HOP))
    yield near("EXT-005", "two octets of Router Alert", packet(alert + DATAGRAM, HOP))
    yield broken("EXT-006", packet(header(1, 4, *b"leak") + DATAGRAM, DEST))
    yield broken("EXT-006", packet(header(*ALERT, 1, 8, *bytes(8)) + DATAGRAM, HOP))
    yield broken("EXT-006", packet(header(1, 4, *bytes(4)) + DATAGRAM, DEST))
    yield near("EXT-006", "two zeros behind an option", packet(alert + DATAGRAM, HOP))
    yield broken("EXT-007", packet(header(0, *ALERT, 0) + DATAGRAM, HOP))
    yield near("EXT-007", "an option without alignment at an odd place",
               packet(header(0, *option(0x1E, b"\1"), *bytes(2)) + DATAGRAM, DEST))  # fmt: skip
    yield near("EXT-007", "at its place", packet(alert + DATAGRAM, HOP))
    yield broken("EXT-008", packet(header(0x72, 4, *bytes(4)) + DATAGRAM, DEST))
    yield broken("EXT-008", packet(header(0xF2, 4, *bytes(4)) + DATAGRAM, DEST, ALL_NODES))
    yield near("EXT-008", "unknown, but to be skipped",
               packet(header(0x32, 4, *bytes(4)) + DATAGRAM, DEST))  # fmt: skip
    yield broken("EXT-009", packet(header(*ALERT, 1, 0) + DATAGRAM, DEST))
    yield broken("EXT-009", packet(header(*ALERT, *ALERT, 1, 4, *bytes(4)) + DATAGRAM, HOP))
    yield broken("EXT-009", packet(header(0x8A, 4, *bytes(4)) + DATAGRAM, DEST))
    yield near("EXT-009", "Router Alert for routers", packet(alert + DATAGRAM, HOP))
