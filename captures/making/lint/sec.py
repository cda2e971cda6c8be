"""Cases of the rules of AH, ESP and Mobility."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dissect.engine.checksum import checksum
from making.build import (
    HOST,
    HOST4,
    OTHER,
    OTHER4,
    UDP_PROTO,
    ethernet,
    ipv4,
    ipv6,
    pseudo_sum,
    udp,
)
from making.lint import Case, broken, near

DATAGRAM = udp(b"sixscope", 40000, 9)


def ah(check: int = 12, spi: int = 256, reserved: int = 0) -> bytes:
    """An Authentication Header, with so many octets of check value."""
    return struct.pack(">BBHII", UDP_PROTO, (12 + check) // 4 - 2, reserved, spi, 1) + bytes(check)


def mobility(kind: int = 1, proto: int = 59, units: int = 1, wrong: int = 0) -> bytes:
    """A Mobility message; ``wrong`` is added to its checksum."""
    head = struct.pack(">BBBB", proto, units, kind, 0)
    body = bytes(8 * units + 2)
    total = checksum(head + bytes(2) + body, pseudo_sum(HOST, OTHER, 135, 8 * units + 8))
    return ethernet(ipv6(head + struct.pack(">H", (total + wrong) & 0xFFFF) + body, 135))


def cases() -> Iterator[Case]:
    """Lengths, SPIs, checksums."""
    yield broken("SEC-001", ethernet(ipv6(ah(16) + DATAGRAM, 51)))
    yield broken("SEC-001", ethernet(ipv6(ah(spi=0) + DATAGRAM, 51)))
    yield broken("SEC-001", ethernet(ipv6(ah(reserved=6) + DATAGRAM, 51)))
    yield broken("SEC-001", ethernet(ipv6(struct.pack(">II", 0, 1) + bytes(32), 50)))
    yield near("SEC-001", "24 octets", ethernet(ipv6(ah() + DATAGRAM, 51)))
    datagram4 = udp(b"sixscope", 40000, 9, HOST4, OTHER4)
    yield near("SEC-001", "over IPv4 any 4 octets", ethernet(ipv4(ah(16) + datagram4, 51), 0x0800))
    yield near("SEC-001", "ESP with an SPI", ethernet(ipv6(struct.pack(">II", 256, 1) + bytes(32),
                                                         50)))  # fmt: skip
    yield broken("SEC-002", mobility(proto=17))
    yield broken("SEC-002", mobility(3, units=0))
    yield broken("SEC-002", mobility(wrong=6))
    yield near("SEC-002", "right", mobility())
