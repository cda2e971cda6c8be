"""IGMP: every message of all versions, traceroute, and counts that promise too much."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dissect.engine.checksum import checksum
from dissect.protocols.codes.igmp import TYPES
from making.build import HOST4, OTHER4, ROUTER4, ethernet, ip4, ipv4, write

IGMP = 2
GROUP = ip4("239.1.1.1")
ALERT = b"\x94\4\0\0"
"""The Router Alert option, which IGMP's messages have (RFC 2236, section 2)."""


def message(kind: int, second: int, body: bytes) -> bytes:
    """A message with its checksum."""
    total = checksum(bytes([kind, second, 0, 0]) + body)
    return bytes([kind, second]) + total.to_bytes(2, "big") + body


def igmp(kind: int, second: int, body: bytes, more: bytes = b"") -> bytes:
    """A frame with a message; ``more`` stands behind what the checksum covers."""
    packet = ipv4(message(kind, second, body) + more, IGMP, dst=GROUP, ttl=1, options=ALERT)
    return ethernet(packet, 0x0800, dst=bytes((1, 0, 0x5E, 1, 1, 1)))


def record(kind: int, *sources: bytes, aux: bytes = b"") -> bytes:
    """A group record of a version 3 report."""
    numbers = struct.pack(">BBH", kind, len(aux) // 4, len(sources))
    return numbers + GROUP + b"".join(sources) + aux


def report(*records: bytes, count: int | None = None) -> bytes:
    """A version 3 report; ``count``: how many records it promises."""
    number = len(records) if count is None else count
    return igmp(0x22, 0, struct.pack(">HH", 0, number) + b"".join(records))


BLOCK = struct.pack(
    ">I4s4s4sIIIBBBB", 1, HOST4, OTHER4, ROUTER4, 1, 2, 3, 3, 16, 0x58, 0x81
)  # fmt: skip
"""What a router says of itself in a traceroute."""


def messages() -> Iterator[tuple[bytes, str]]:
    """Every message."""
    nobody = bytes(4)
    yield igmp(0x11, 0, nobody), "Version 1 query"
    yield igmp(0x11, 100, nobody), "Version 2 general query"
    yield igmp(0x11, 100, GROUP), "Version 2 query for a group"
    for kind in (0x12, 0x16, 0x17):
        yield igmp(kind, 0, GROUP), TYPES[kind]
    one, two = b"\x0a\x05\0\1" + HOST4, b"\x02\x8f\0\2" + HOST4 + OTHER4
    yield igmp(0x11, 9, GROUP + one), "Version 3 query for a source"
    yield igmp(0x11, 9, GROUP + two), "Version 3 query for two sources"
    yield igmp(0x11, 0xFE, nobody + b"\x02\x7d\0\0"), "A time with an exponent"
    yield igmp(0x11, 9, GROUP + b"\x02\x05\0\3" + HOST4), "A query that promises 3 and has 1"
    for kind in range(1, 7):
        for sources in ((), (HOST4,), (HOST4, OTHER4)):
            yield report(record(kind, *sources)), f"Record of type {kind}, {len(sources)} sources"
    yield report(record(1, HOST4), record(4)), "Two records"
    yield report(), "No records"
    yield report(record(4, aux=b"auxdata!")), "Auxiliary data"
    yield report(record(4), count=2), "A report that promises 2 and has 1"
    for kind in range(1, 9):
        body = struct.pack(">I", 0x60060600) + GROUP + b"password"
        yield igmp(kind, kind % 2, body), f"Version 0: {TYPES[kind]}"
    for code in (0, 1, 4, 9):
        yield igmp(2, code, bytes(8) + b"password"), f"Version 0: reply {code}"
    for kind in (9, 10, 15, 16):
        yield igmp(kind, 7, bytes(4) + GROUP + b"password"), f"Not assigned: {kind}"
    yield igmp(0x15, 0, GROUP), "Not assigned"
    yield igmp(0x16, 0, GROUP + b"extra"), "Octets behind the group"
    yield igmp(0x16, 0, GROUP, b"extra"), "Octets that the checksum doesn't cover"
    head = GROUP + HOST4 + OTHER4 + ROUTER4 + b"\x20\0\0\7"
    yield igmp(0x1F, 32, head), "Traceroute query"
    yield igmp(0x1F, 32, head + BLOCK), "Traceroute request"
    yield igmp(0x1E, 32, head + BLOCK * 2), "Traceroute response"


FILES = {"igmp.pcapng": lambda path: write(path, messages())}
