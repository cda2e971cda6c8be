"""SCTP: every chunk, parameter and error cause."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dissect.protocols.codes.sctp import CAUSES as CAUSE_NAMES
from dissect.protocols.codes.sctp import CHUNKS as CHUNK_NAMES
from dissect.protocols.codes.sctp import PARAMETERS as PARAMETER_NAMES
from making.build import HOST, OTHER, ethernet, ipv6, write

SCTP = 132


def numbers(form: str, *values: int) -> bytes:
    """Numbers of one size, by their struct code."""
    return struct.pack(">" + form * len(values), *values)


def chunk(kind: int, body: bytes = b"", flags: int = 0, size: int | None = None) -> bytes:
    """A chunk, padded; ``size``: what it says instead of its true length."""
    head = struct.pack(">BBH", kind, flags, 4 + len(body) if size is None else size)
    return head + body + bytes(-len(body) % 4)


def element(code: int, value: bytes = b"") -> bytes:
    """A parameter or error cause, padded."""
    return struct.pack(">HH", code, 4 + len(value)) + value + bytes(-len(value) % 4)


def packet(
    *chunks: bytes, tag: int = 0, ports: tuple[int, int] = (1000, 2000),
    ends: tuple[bytes, bytes] = (HOST, OTHER),
) -> bytes:  # fmt: skip
    """An IPv6 packet with chunks; the checksum, which nobody looks at, is not right."""
    head = struct.pack(">HHII", *ports, tag, 0xDEADBEEF)
    return ipv6(head + b"".join(chunks), SCTP, *ends)


def data(tsn: int, body: bytes = b"hello", flags: int = 3, protocol: int = 0) -> bytes:
    """A DATA chunk."""
    return chunk(0, numbers("I", tsn) + numbers("H", 3, 4) + numbers("I", protocol) + body,
                 flags)  # fmt: skip


INIT = numbers("I", 0xAABBCCDD, 65536) + numbers("H", 10, 20) + numbers("I", 1000)
ADDRESS = element(5, bytes([10, 0, 0, 1]))
ADD = element(0xC001, numbers("I", 9) + ADDRESS)
BAD_STREAM = element(1, numbers("H", 5, 0))
PARAMETERS = [
    element(1, b"heart"), ADDRESS, element(6, bytes(15) + b"\1"), element(7, b"cookie"),
    element(8, element(0x8077, b"abc")), element(9, numbers("I", 1234)),
    element(11, b"host.example\0"), element(12, numbers("H", 5, 6, 11, 99)),
    element(13, numbers("I", 1, 2, 3) + numbers("H", 7, 8)), element(14, b"\0\0\0\1\0\4"),
    element(15, numbers("I", 1)), element(16, numbers("I", 1, 1)),
    element(16, numbers("I", 1, 6, 100, 200)), element(17, numbers("I", 5) + numbers("H", 6, 7)),
    element(18, numbers("I", 5) + numbers("H", 6, 7)), element(0x8000), element(0x8002, b"random"),
    element(0x8003, b"\0\xc1\xc2"), element(0x8004, numbers("H", 1, 3, 9)),
    element(0x8008, b"\xc0\x82\x0f\xee"), element(0xC000), ADD,
    element(0xC002, numbers("I", 9) + ADDRESS), element(0xC003, numbers("I", 9) + BAD_STREAM),
    element(0xC004, numbers("I", 9) + ADDRESS), element(0xC005, numbers("I", 9)),
    element(0xC006, numbers("I", 0xDEAD)), element(0x1234, b"unknown"), element(0x8001),
]  # fmt: skip
CAUSES = [
    BAD_STREAM, element(2, numbers("I", 2) + numbers("H", 5, 6)), element(3, numbers("I", 999)),
    element(4), element(5, ADDRESS), element(6, chunk(0x55, b"abcd")), element(7),
    element(8, element(0x8077, b"abcd") + element(0x8078, b"abc")), element(9, numbers("I", 100)),
    element(10), element(11, ADDRESS + ADDRESS), element(12, b"why"), element(13, b"bad stuff"),
    element(12), element(0xA0, ADD), element(0xA1, ADD), element(0xA2, ADD), element(0xA3),
    element(0xA4, ADD), element(0x105, numbers("H", 9, 0)), element(0x777, b"abc"),
]  # fmt: skip
DROPPED = packet(chunk(1, INIT))[40:]
CHUNKS = [
    chunk(3, numbers("I", 1000, 4000) + numbers("H", 0, 0), 1),
    chunk(3, numbers("I", 9, 0) + numbers("H", 2, 2, 2, 3, 5, 9) + numbers("I", 7, 8)),
    chunk(3, numbers("I", 9, 9) + numbers("H", 3, 0, 5, 4, 3, 9, 9, 200)),
    chunk(16, numbers("I", 9, 9) + numbers("H", 1, 1, 1, 0, 2, 150, 200, 400) + bytes(4)),
    chunk(4, element(1, b"abc")), chunk(5, element(1, b"abcd")), chunk(6, BAD_STREAM, 1),
    chunk(7, numbers("I", 7)), chunk(8), chunk(10, b"cooky"), chunk(11), chunk(11, b"more"),
    chunk(12, numbers("I", 5)), chunk(13, numbers("I", 5)), chunk(14, flags=1),
    chunk(15, numbers("H", 1, 3) + bytes(31)), chunk(15, numbers("H", 7, 9)),
    chunk(128, numbers("I", 9) + element(0xC005, numbers("I", 9))),
    chunk(193, numbers("I", 9) + ADDRESS + ADD), chunk(130, PARAMETERS[8] + PARAMETERS[11]),
    chunk(129, numbers("I", 1, 2) + numbers("H", 30, 0) + b"dropped", 7),
    chunk(129, numbers("I", 1, 2) + numbers("H", 0, 0) + DROPPED),
    chunk(132, b"pads"), chunk(132), chunk(192, numbers("I", 5) + numbers("H", 1, 2, 3, 4)),
    chunk(194, numbers("I", 5) + numbers("H", 1, 1) + numbers("I", 2)),
    chunk(255, b"ext"), chunk(99, b"unk"), chunk(250), chunk(11) + data(1) + data(2, b""),
    chunk(64, numbers("I", 1) + numbers("H", 3, 0) + numbers("I", 5, 0) + b"whole", 3),
    chunk(64, numbers("I", 2) + numbers("H", 3, 0) + numbers("I", 5, 1) + b"part", 0),
    data(1, flags=0xE), data(1, flags=1, protocol=51),
]  # fmt: skip


def parameters() -> Iterator[tuple[bytes, str]]:
    """Each parameter in an INIT, and all of them in an INIT ACK."""
    for one in PARAMETERS:
        code = int.from_bytes(one[:2], "big")
        yield packet(chunk(1, INIT + one)), PARAMETER_NAMES.get(code, f"Parameter 0x{code:04x}")
    yield packet(chunk(2, INIT + b"".join(PARAMETERS))), "All parameters"


def causes() -> Iterator[tuple[bytes, str]]:
    """Each error cause in an ERROR, and all of them in an ABORT."""
    for one in CAUSES:
        code = int.from_bytes(one[:2], "big")
        yield packet(chunk(9, one)), CAUSE_NAMES.get(code, f"Cause 0x{code:04x}")
    yield packet(chunk(6, b"".join(CAUSES))), "All causes"


def chunks() -> Iterator[tuple[bytes, str]]:
    """Each chunk."""
    for one in CHUNKS:
        yield packet(one), CHUNK_NAMES.get(one[0], f"Chunk {one[0]}")


FILES = {
    "sctp.pcapng": lambda path: write(
        path,
        [
            (ethernet(octets), words)
            for cases in (parameters, causes, chunks)
            for octets, words in cases()
        ],
    ),
}
