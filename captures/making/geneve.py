"""Geneve with options that lie (RFC 8926, section 3.5)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from making.build import UDP_PROTO, Commented, counting, ethernet, ipv6, udp, write

BRIDGED = 0x6558


def geneve(words: int, options: bytes, payload: bytes) -> bytes:
    """A frame in Geneve in a UDP datagram; ``words`` is what the header says of the options."""
    head = struct.pack(">BBHI", words, 0, BRIDGED, 6006 << 8)
    return ethernet(ipv6(udp(head + options + payload, 40000, 6081), UDP_PROTO))


def option(words: int, data: bytes, kind: int = 6) -> bytes:
    """An option of the experimental class 0xFFFF; ``words`` is what it says of its data."""
    return struct.pack(">HBB", 0xFFFF, kind, words) + data


def lies() -> Iterator[Commented]:
    """Options without data, past the end of the options, and options past the packet's end."""
    frame = ethernet(ipv6(b""))
    yield geneve(1, option(0, b""), frame), "An option without data"
    yield geneve(4, option(1, counting(4)) + option(5, counting(4)), frame), "One passes the end"
    yield geneve(4, option(31, counting(4)) + option(1, counting(4)), frame), "The first passes it"
    yield geneve(63, option(1, counting(4)) * 2, b""), "The options pass the packet's end"
    yield geneve(2, option(1, counting(4)), b""), "Nothing behind the options"


FILES = {"geneve_broken.pcapng": lambda path: write(path, lies())}
