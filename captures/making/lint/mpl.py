"""Cases of the rules of MPLS."""

from __future__ import annotations

from collections.abc import Iterator

from dissect.protocols.mpls import Label
from making.build import ethernet, ipv4, ping
from making.lint import Case, broken, near

MPLS = 0x8847


def label(number: int, *, s: bool = True, ttl: int = 64) -> bytes:
    """An entry of the stack."""
    return bytes(Label(_word=number << 12 | s << 8 | ttl))


def packet(*labels: bytes, payload: bytes | None = None) -> bytes:
    """A ping behind labels."""
    inner = ping() if payload is None else payload
    return ethernet(b"".join(labels) + inner, MPLS)


def cases() -> Iterator[Case]:
    """Stacks."""
    outer = label(6006, s=False)
    yield broken("MPL-001", packet(outer, label(6007, s=False), payload=b""))
    yield near("MPL-001", "the second one is the bottom", packet(outer, label(6007)))
    yield broken("MPL-002", packet(label(3)))
    yield broken("MPL-002", packet(label(1)))
    yield near("MPL-002", "router alert above another", packet(label(1, s=False), label(6007)))
    yield broken("MPL-003", packet(label(4)))
    yield broken("MPL-003", packet(label(15)))
    yield broken("MPL-003", packet(label(15, s=False), label(6)))
    yield near("MPL-003", "an extended label", packet(label(15, s=False), label(6007)))
    eli = label(7, s=False)
    yield broken("MPL-004", packet(outer, label(7)))
    yield broken("MPL-004", packet(outer, eli, label(6, ttl=0)))
    yield broken("MPL-004", packet(outer, eli, label(60060)))
    yield broken("MPL-004", packet(label(13, s=False), label(6007)))
    yield near("MPL-004", "indicator and label", packet(outer, eli, label(60060, ttl=0)))
    yield broken("MPL-005", packet(label(0)))
    yield broken("MPL-005", packet(label(2), payload=ipv4(b"", 59)))
    yield broken("MPL-005", packet(label(6006), payload=b"\x90" + bytes(40)))
    yield near("MPL-005", "the right version", packet(label(2)),
               packet(label(0), payload=ipv4(b"", 59)))  # fmt: skip
    yield broken("MPL-006", packet(label(6006, ttl=0)))
    yield near("MPL-006", "an entropy label", packet(outer, eli, label(60060, ttl=0)))
