"""Cases of IPv4's rules."""

from __future__ import annotations

from collections.abc import Iterator

from making.build import HOST4, OTHER4, ethernet, ip4, ipv4
from making.lint import At, Case, broken, near

LOOPBACK = ip4("127.0.0.1")
TEST = 253
"""A protocol number for experiments (RFC 3692)."""


def packet(payload: bytes = b"sixscope", **options: object) -> bytes:
    """A datagram in a frame."""
    return ethernet(ipv4(payload, TEST, **options), 0x0800)  # type: ignore[arg-type]


def changed(frame: bytes, at: int, octet: int) -> bytes:
    """A frame with another octet, and so a wrong checksum."""
    return frame[:at] + bytes((octet,)) + frame[at + 1 :]


def part(offset: int, octets: bytes, *, more: bool, df: bool = False) -> bytes:
    """A fragment."""
    return packet(octets, flags_off=df << 14 | more << 13 | offset // 8, id=0x6006)


def cases() -> Iterator[Case]:
    """Headers and fragments."""
    yield broken("IP4-001", packet(length=200))
    yield broken("IP4-001", changed(packet(), 14, 0x44))
    yield broken("IP4-001", packet(length=16))
    yield near("IP4-001", "padding behind it", packet() + bytes(18))
    yield near("IP4-001", "the capture is cut, not the packet", At(packet()[:40], original=42))
    yield broken("IP4-002", changed(packet(), 22, 63))
    yield near("IP4-002", "right", packet())
    yield near("IP4-002", "the checksum's header is cut", At(changed(packet(), 22, 63)[:30],
                                                         original=42))  # fmt: skip
    for source in ("224.0.0.5", "255.255.255.255", "240.0.0.1", "127.0.0.1"):
        yield broken("IP4-003", packet(src=ip4(source)))
    yield broken("IP4-003", packet(src=HOST4, dst=HOST4))
    yield near("IP4-003", "loopback on the loopback",
               At(b"\x02\0\0\0" + ipv4(b"", TEST, LOOPBACK, LOOPBACK), link=0))  # fmt: skip
    yield near("IP4-003", "no address yet", packet(src=bytes(4), dst=b"\xff" * 4))
    yield broken("IP4-004", packet(flags_off=0x8000))
    yield broken("IP4-004", part(0, bytes(16), more=True, df=True))
    yield near("IP4-004", "DF alone", packet(flags_off=0x4000))
    yield near("IP4-004", "a fragment without DF", part(0, bytes(16), more=True))
    yield broken("IP4-005", part(0, b"a" * 24, more=True), part(16, b"b" * 16, more=False))
    yield broken("IP4-005", part(65528, b"a" * 64, more=False))
    yield near("IP4-005", "the same octets again", part(0, b"a" * 24, more=True),
               part(16, b"a" * 16, more=False))  # fmt: skip
    yield near("IP4-005", "side by side", part(0, b"a" * 24, more=True),
               part(24, b"b" * 16, more=False))  # fmt: skip
    yield near("IP4-005", "two datagrams", packet(b"a" * 24, flags_off=0x2000, id=1, dst=OTHER4),
               packet(b"b" * 24, flags_off=0x2000, id=2, dst=OTHER4))  # fmt: skip
