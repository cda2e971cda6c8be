"""Cases of ICMPv6's rules."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from making.build import (
    ALL_NODES,
    HOST,
    OTHER,
    ROUTER,
    THIRD,
    UDP_PROTO,
    counting,
    ethernet,
    icmpv6,
    icmpv6_packet,
    ipv6,
    multicast_mac,
    option,
    padded_options,
    udp,
)
from making.lint import At, Case, broken, near

DATAGRAM = ipv6(udp(b"sixscope", 40000, 9), UDP_PROTO)
BIG = udp(counting(1440), 40000, 9)


def error(
    kind: int = 1, code: int = 4, quote: bytes = DATAGRAM, word: int = 0, *, to: bytes = HOST,
    src: bytes = ROUTER,
) -> bytes:  # fmt: skip
    """An error in a frame."""
    return ethernet(icmpv6_packet(kind, code, struct.pack(">I", word) + quote, src, to))


def echo(kind: int, data: bytes = b"sixscope", *, src: bytes = HOST, dst: bytes = OTHER,
         sequence: int = 1) -> bytes:  # fmt: skip
    """An echo in a frame."""
    return ethernet(
        icmpv6_packet(kind, 0, struct.pack(">HH", 0x6006, sequence) + data, src, dst),
        dst=multicast_mac(dst) if dst[0] == 0xFF else b"\0\0\x5e\0\x53\xfe",
    )


def cases() -> Iterator[Case]:
    """Checksums, quotes, echoes, path MTU."""
    message = icmpv6(128, 0, b"\x60\x06\0\1")
    yield broken("ICM-001", ethernet(ipv6(message[:3] + b"\x66" + message[4:], 58)))
    yield near("ICM-001", "right", ethernet(ipv6(message, 58)))
    wrong = ipv6(message[:3] + b"\x66" + message[4:], 58)
    yield near("ICM-001", "cut by the capture", At(ethernet(wrong)[:60], original=62))
    yield broken("ICM-002", error(quote=icmpv6_packet(1, 4, bytes(4) + DATAGRAM)))
    yield broken("ICM-002", error(quote=icmpv6_packet(137, 0, bytes(36))))
    yield near("ICM-002", "about an echo", error(quote=icmpv6_packet(128, 0, bytes(4))))
    group = ipv6(udp(b"", 40000, 9, dst=ALL_NODES), UDP_PROTO, dst=ALL_NODES)
    yield broken("ICM-003", error(quote=group))
    yield near("ICM-003", "Packet Too Big", error(2, 0, group, 1280))
    yield near("ICM-003", "an option that asks for it", error(4, 2, group, 42))
    yield broken("ICM-004", error(quote=ipv6(udp(b"", 40000, 9), UDP_PROTO, src=bytes(16))))
    yield broken("ICM-004", error(to=THIRD))
    yield near("ICM-004", "to the quoted source", error())
    yield broken("ICM-005", error(quote=ipv6(BIG, UDP_PROTO)))
    yield broken("ICM-005", error(quote=DATAGRAM[:20]))
    yield near("ICM-005", "1280 octets", error(quote=ipv6(BIG, UDP_PROTO)[:1232]))
    yield broken("ICM-006", ethernet(icmpv6_packet(5, 0, bytes(4))))
    yield broken("ICM-006", error(3, 2))
    yield broken("ICM-006", ethernet(icmpv6_packet(128, 6, bytes(8))))
    yield near("ICM-006", "the highest code", error(4, 10))
    yield broken("ICM-007", error(2, 0, ipv6(BIG, UDP_PROTO)[:600], 1279))
    yield near("ICM-007", "1280", error(2, 0, ipv6(BIG, UDP_PROTO)[:600], 1280))
    yield broken("ICM-008", error(2, 0, ipv6(BIG, UDP_PROTO)[:600], 1500))
    yield broken("ICM-008", error(2, 6, ipv6(BIG, UDP_PROTO)[:600], 1400))
    yield near("ICM-008", "it did not fit", error(2, 0, ipv6(BIG, UDP_PROTO)[:600], 1487))
    chain = ipv6(padded_options(UDP_PROTO, option(0x72, bytes(4))) + DATAGRAM[40:], 60)
    yield broken("ICM-009", error(4, 0, chain, len(chain)))
    yield broken("ICM-009", error(4, 1, chain, 41))
    yield broken("ICM-009", error(4, 2, chain, 43))
    yield near("ICM-009", "at the Next Header", error(4, 1, chain, 40))
    yield near("ICM-009", "at the option", error(4, 2, chain, 42))
    back = {"src": OTHER, "dst": HOST}
    yield broken("ICM-010", echo(128), echo(129, b"sixscape", **back))
    yield broken("ICM-010", echo(128), echo(129, b"six", **back))
    yield broken("ICM-010", echo(128), echo(129, src=THIRD, dst=HOST))
    yield broken("ICM-010", echo(128), echo(129, **back), echo(129, sequence=2, **back))
    yield near("ICM-010", "the same data", echo(128), echo(129, **back))
    yield near("ICM-010", "a group was asked", echo(128, dst=ALL_NODES), echo(129, **back))
    long, short = ethernet(ipv6(BIG, UDP_PROTO)), ethernet(ipv6(BIG[:1200], UDP_PROTO))
    told = error(2, 0, ipv6(BIG, UDP_PROTO)[:600], 1400)
    yield broken("ICM-011", long, told, At(long, after=2))
    yield near("ICM-011", "at once", long, told, long)
    yield near("ICM-011", "shorter from then on", long, told, At(short, after=2))
