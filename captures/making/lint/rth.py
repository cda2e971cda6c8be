"""Cases of the rules of Routing headers."""

from __future__ import annotations

from collections.abc import Iterator

from making.build import ALL_NODES, OTHER, THIRD, UDP_PROTO, ethernet, ip6, ipv6, udp
from making.lint import At, Case, broken, near

DATAGRAM = udp(b"sixscope", 40000, 9)
FIRST = ip6("2001:db8:0:7::7")


def routing(
    kind: int, left: int, addresses: tuple[bytes, ...] = (), *, word: bytes = bytes(4),
    tail: bytes = b"", units: int | None = None, dst: bytes = OTHER,
) -> bytes:  # fmt: skip
    """A packet with a Routing header."""
    body = word + b"".join(addresses) + tail
    size = (4 + len(body)) // 8 - 1 if units is None else units
    return ethernet(ipv6(bytes((UDP_PROTO, size, kind, left)) + body + DATAGRAM, 43, dst=dst))


def segments(
    left: int, last: int = 1, flags: int = 0, tail: bytes = b"", dst: bytes = OTHER,
    listed: tuple[bytes, ...] = (OTHER, FIRST),
) -> bytes:  # fmt: skip
    """A packet with a list of segments, the last one first."""
    word = bytes((last, flags, 0, 0))
    return routing(4, left, listed, word=word, tail=tail, dst=dst)


def cases() -> Iterator[Case]:
    """Types, counts, segments."""
    yield broken("RTH-001", routing(0, 1, (THIRD,)))
    yield broken("RTH-001", routing(1, 0))
    yield near("RTH-001", "Mobile IPv6", routing(2, 1, (THIRD,)))
    yield broken("RTH-002", routing(0, 1, (THIRD,), tail=bytes(8)))
    yield broken("RTH-002", routing(0, 3, (THIRD, FIRST)))
    yield broken("RTH-002", routing(2, 1, (THIRD, FIRST)))
    yield broken("RTH-002", routing(2, 2, (THIRD,)))
    yield near("RTH-002", "one home address", routing(2, 1, (THIRD,)))
    yield broken("RTH-003", segments(0, last=2))
    yield broken("RTH-003", segments(3, dst=FIRST))
    yield near("RTH-003", "reduced: one more left than listed", segments(2, dst=FIRST))
    yield near("RTH-003", "cut by the capture", At(segments(0, last=1)[:70], original=110))
    hmac = bytes((5, 38, 0, 0)) + bytes(36)
    yield broken("RTH-004", segments(1, flags=0x88, dst=FIRST))
    yield broken("RTH-004", segments(1, tail=bytes((5, 40)) + bytes(6), dst=FIRST))
    yield broken("RTH-004", segments(1, tail=bytes((5, 5)) + bytes(6), dst=FIRST))
    yield near("RTH-004", "flag O, and an HMAC of 32 octets",
               segments(1, flags=0x20, tail=hmac, dst=FIRST))  # fmt: skip
    elsewhere = ip6("3fff::6")
    yield broken("RTH-005", segments(1, dst=elsewhere))
    yield near("RTH-005", "the active segment", segments(1, dst=FIRST))
    yield near("RTH-005", "reduced", segments(2, dst=elsewhere))
    yield near("RTH-005", "a compressed segment", segments(1, dst=ip6("2001:db8:0:8::7")))
    yield broken("RTH-006", routing(77, 1))
    yield broken("RTH-006", segments(1, listed=(ALL_NODES, FIRST), dst=FIRST))
    yield broken("RTH-006", routing(2, 1, (ALL_NODES,)))
    yield near("RTH-006", "nothing left", routing(77, 0))
    yield near("RTH-006", "an experiment", routing(253, 1))
