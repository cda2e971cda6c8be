"""Cases of GRE's rules."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dissect.engine.checksum import checksum
from making.build import ethernet, ipv4, ping
from making.lint import Case, broken, near

INNER = ping()


def packet(flags: int = 0, *fields: int, payload: bytes = INNER, kind: int = 0x86DD) -> bytes:
    """A tunnel packet: flags, and the words that they announce."""
    words = b"".join(struct.pack(">I", field) for field in fields)
    return ethernet(ipv4(struct.pack(">HH", flags, kind) + words + payload, 47), 0x0800)


def cases() -> Iterator[Case]:
    """Versions, flags, checksums, payloads."""
    yield broken("GRE-001", packet(2))
    yield broken("GRE-001", packet(0x2001, 0x6006, kind=0x880B))
    yield near("GRE-001", "version 0", packet())
    yield broken("GRE-002", packet(0x0800))
    yield broken("GRE-002", packet(0x0100))
    yield broken("GRE-002", packet(0x0008))
    yield near("GRE-002", "key and sequence number", packet(0x3000, 6, 6))
    head = struct.pack(">HHHH", 0x8000, 0x86DD, 0, 0)
    right = checksum(head + INNER)
    yield broken("GRE-003", packet(0x8000, (right ^ 1) << 16))
    yield broken("GRE-003", ethernet(ipv4(struct.pack(">HH", 0x3000, 0x86DD), 47), 0x0800))
    yield near("GRE-003", "right", packet(0x8000, right << 16))
    yield broken("GRE-004", packet(payload=ipv4(b"", 59)))
    yield broken("GRE-004", packet(0x1000, 6), packet(0x1000, 6))
    yield broken("GRE-004", packet(0x1000, 6), packet(0x1000, 4))
    yield near("GRE-004", "in sequence", packet(0x1000, 6), packet(0x1000, 7))
    yield near("GRE-004", "two keys", packet(0x3000, 1, 6), packet(0x3000, 2, 6))
    yield near("GRE-004", "something else", packet(payload=bytes(60),
                                                  kind=0x6558))  # fmt: skip
