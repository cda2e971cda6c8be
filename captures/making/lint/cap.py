"""Cases of the rules of captures."""

from __future__ import annotations

from collections.abc import Iterator

from making.build import (
    HOST,
    HOST_MAC,
    OTHER,
    OTHER_MAC,
    UDP_PROTO,
    counting,
    ethernet,
    ipv6,
    ping,
    tcp,
    udp,
)
from making.lint import At, Case, broken, near


def segment(sport: int = 40000, *, back: bool = False, wrong: int = 0, size: int = 8) -> bytes:
    """A TCP segment in one of both directions."""
    src, dst, by, to = (OTHER, HOST, OTHER_MAC, HOST_MAC) if back else (
        HOST, OTHER, HOST_MAC, OTHER_MAC)  # fmt: skip
    ports = (80, sport) if back else (sport, 80)
    octets = tcp(counting(size), *ports, src, dst)
    octets = octets[:17] + bytes((octets[17] ^ wrong,)) + octets[18:]
    return ethernet(ipv6(octets, 6, src, dst), src=by, dst=to)


def cases() -> Iterator[Case]:
    """Cut, offloaded, twice, one-sided."""
    yield broken("CAP-001", At(ethernet(ping(200))[:64], original=262))
    yield near("CAP-001", "whole", ethernet(ping(200)))
    mine = [segment(number, wrong=6) for number in range(40000, 40005)]
    theirs = [segment(number, back=True) for number in range(40000, 40005)]
    yield broken("CAP-002", *mine, *theirs)
    all_wrong = [segment(number, back=True, wrong=6) for number in range(40000, 40005)]
    yield near("CAP-002", "everybody's are wrong", *mine, *all_wrong)
    yield near("CAP-002", "one of many", *mine[:1], *theirs,
               *(segment(number) for number in range(40001, 40005)))  # fmt: skip
    yield broken("CAP-003", segment(), At(segment(40001, back=True), after=-1))
    mirrored = [At(segment(size=size), after=0.0001) for size in (8, 8, 9, 9, 10, 10)]
    yield broken("CAP-003", *mirrored)
    yield broken("CAP-003", segment(size=4000))
    yield broken("CAP-003", *(segment(number) for number in range(40000, 40006)))
    yield near("CAP-003", "one packet, sent twice", *mirrored[:2])
    yield near("CAP-003", "sent again", segment(), At(segment(), after=0.2))
    yield near("CAP-003", "both directions", *(segment(40000 + n, back=bool(n & 1))
                                               for n in range(2)), segment(back=True),
               segment(40001))  # fmt: skip
    yield near("CAP-003", "UDP goes one way", *(
        ethernet(ipv6(udp(b"", port, 9), UDP_PROTO)) for port in range(40000, 40006)
    ))  # fmt: skip
