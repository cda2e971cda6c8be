"""Cases of the rules of IPv6 fragments."""

from __future__ import annotations

from collections.abc import Iterator

from making.build import UDP_PROTO, counting, ethernet, fragment, ipv6, option, padded_options, udp
from making.lint import At, Case, broken, near

WHOLE = udp(counting(2600), 40000, 9)
IDENT = 0x60066006


def part(
    start: int, end: int, *, more: bool | None = None, ident: int = IDENT, octets: bytes = WHOLE,
    reserved: int = 0,
) -> bytes:  # fmt: skip
    """The octets from one to another of a datagram, in a fragment."""
    piece = fragment(octets[start:end], UDP_PROTO, start,
                     more=end < len(octets) if more is None else more, ident=ident)  # fmt: skip
    piece = piece[:1] + bytes((reserved,)) + piece[2:]
    return ethernet(ipv6(piece, 44))


def pair(ident: int = IDENT, octets: bytes = WHOLE) -> list[bytes]:
    """A datagram in two fragments."""
    return [
        part(0, 1352, ident=ident, octets=octets),
        part(1352, len(octets), ident=ident, octets=octets),
    ]


def cases() -> Iterator[Case]:
    """Lengths, overlaps, identifications."""
    other = WHOLE[:1340] + b"x" * 20 + WHOLE[1360:]
    yield broken("FRG-001", part(0, 1353))
    yield near("FRG-001", "the last one has any length", *pair())
    yield broken("FRG-002", ethernet(ipv6(fragment(bytes(64), UDP_PROTO, 65528, more=False), 44)))
    yield near("FRG-002", "up to 65535", ethernet(ipv6(fragment(bytes(7), UDP_PROTO, 65528,
                                                              more=False), 44)))  # fmt: skip
    yield broken("FRG-003", part(0, 1352), part(1344, 2608, octets=other))
    yield broken("FRG-003", part(0, 1352), part(0, 1352))
    yield near("FRG-003", "side by side", *pair())
    yield near("FRG-003", "another identification", part(0, 1352), part(1344, 2608, ident=6))
    yield broken("FRG-004", part(0, 80, octets=WHOLE[:80]))
    yield broken("FRG-004", part(0, 80, octets=WHOLE[:80], reserved=6))
    yield near("FRG-004", "two fragments", *pair())
    chain = padded_options(UDP_PROTO, option(0x1E, bytes(100))) + WHOLE
    split = fragment(chain[:96], 60, 0, more=True)
    yield broken("FRG-005", ethernet(ipv6(split, 44)))
    kept = fragment(chain[:120], 60, 0, more=True)
    yield near("FRG-005", "all headers are in it", ethernet(ipv6(kept, 44)))
    yield broken("FRG-006", part(0, 64))
    yield broken("FRG-006", part(1352, 1352, more=True))
    yield near("FRG-006", "1280 octets", part(0, 1232))
    yield near("FRG-006", "the last one is small", part(2592, 2608))
    yield broken("FRG-007", part(0, 1352), part(1352, 2608, more=False),
                 part(1352, 2000, more=False))  # fmt: skip
    yield broken("FRG-007", part(800, 1600, more=False), part(1600, 2400))
    yield near("FRG-007", "the end comes first", *reversed(pair()))
    yield broken("FRG-008", part(0, 1352))
    yield broken("FRG-008", part(0, 1352), At(part(0, 1352), after=70), part(1352, 2608))
    yield near("FRG-008", "complete", *pair())
    yield broken("FRG-009", *pair(),
                 *pair(octets=other))  # fmt: skip
    yield broken("FRG-009", *(one for number in range(10) for one in pair(1000 + 2 * number)))
    yield near("FRG-009", "over a minute later", *pair(),
               *(At(one, after=61) for one in pair(octets=other)))  # fmt: skip
    scattered = (0x6006, 0x91C3, 0x1111, 0xFE03, 0x42, 0xA0B1, 0x77, 0xC000, 0x8123, 0x3002)
    yield near("FRG-009", "no pattern", *(one for ident in scattered for one in pair(ident)))
