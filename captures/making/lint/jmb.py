"""Cases of the rules of jumbograms; the option lies in most, so that they are short."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from making.build import UDP_PROTO, counting, ethernet, fragment, ipv6, option, padded_options, udp
from making.lint import Case, broken, near

DATAGRAM = udp(b"sixscope", 40000, 9)
LONG = udp(counting(65_600), 40000, 9, length=0)


def jumbo(payload: bytes, length: int | None = None, nxt: int = UDP_PROTO, plen: int = 0) -> bytes:
    """A packet with a Jumbo Payload option."""
    size = 8 + len(payload) if length is None else length
    header = padded_options(nxt, option(0xC2, struct.pack(">I", size)))
    return ethernet(ipv6(header + payload, 0, plen=plen))


def cases() -> Iterator[Case]:
    """Wrong lengths, and one jumbogram that is right."""
    whole = jumbo(LONG)
    yield broken("JMB-001", jumbo(DATAGRAM, plen=24, length=70_000))
    yield broken("JMB-001", jumbo(DATAGRAM))
    yield near("JMB-001", "a jumbogram", whole)
    yield broken("JMB-002", jumbo(fragment(DATAGRAM, UDP_PROTO, 0, more=False), 70_000, nxt=44))
    yield broken("JMB-002", ethernet(ipv6(udp(b"sixscope", 40000, 9, length=0), UDP_PROTO)))
    yield near("JMB-002", "UDP's Length is 0 in a jumbogram", whole)
    yield near("JMB-002", "a fragment of a short packet",
               ethernet(ipv6(fragment(DATAGRAM, UDP_PROTO, 0, more=False), 44)))  # fmt: skip
