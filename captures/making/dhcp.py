"""DHCP for IPv4: the fixed part, and every option."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dissect.protocols.dhcp.codes import OPTIONS as NAMES
from dissect.protocols.dhcp.options import COOKIE
from dissect.protocols.dhcp.plain import (
    ADDRESS,
    ADDRESSES,
    FLAGS,
    NUMBERS16,
    SECONDS,
    STRICT_TEXTS,
    TEXTS,
)
from making.build import HOST_MAC, UDP_PROTO, ethernet, ipv4, udp, write

DISCOVER = b"\x35\1\1"
END = b"\xff"
EVERYBODY = b"\xff" * 6
CLIENT, SERVER = 68, 67
NOBODY, BROADCAST = bytes(4), b"\xff" * 4


def option(code: int, value: bytes = b"", size: int | None = None) -> bytes:
    """An option; ``size``: what it says instead of its true length."""
    return bytes([code, len(value) if size is None else size]) + value


def message(
    options: bytes = b"", *, op: int = 1, hardware: int = 1, size: int = 6, secs: int = 0,
    flags: int = 0, kind: bytes = DISCOVER, end: bytes = END, server: bytes = b"",
    file: bytes = b"", cookie: bytes = COOKIE,
) -> bytes:  # fmt: skip
    """An IPv4 packet with a message from a client."""
    octets = struct.pack(">BBBBIHH16x", op, hardware, size, 0, 7, secs, flags)
    octets += b"\2\1\2\3\4\5".ljust(16, b"\0") + server.ljust(64, b"\0") + file.ljust(128, b"\0")
    octets += cookie + kind + options + end
    return ipv4(udp(octets, CLIENT, SERVER, NOBODY, BROADCAST), UDP_PROTO, NOBODY, BROADCAST)


def addresses(*last: int) -> bytes:
    """Addresses of a private network, by their last octets."""
    return b"".join(bytes([10, 0, 0, one]) for one in last)


OPTIONS = [
    *((code, addresses(1)) for code in (*ADDRESS, *ADDRESSES, *SECONDS, 2)),
    *((code, addresses(1, 2)) for code in (*ADDRESS, *ADDRESSES, 21, 33)),
    *((code, b"name") for code in (*TEXTS, *STRICT_TEXTS, 114, 160)),
    *((code, b"") for code in (*TEXTS, *ADDRESS, *NUMBERS16)),
    *((code, b"\1") for code in (*FLAGS, *ADDRESS, 23, 37, 46, 116, 156)),
    *((code, b"\0\5") for code in (*NUMBERS16, *FLAGS, 25, 93)),
    (110, b"abc"), (224, b""), (55, b"\1\3\xe0\0"), (80, b""), (94, b"\1\3\2"),
    (61, b"\1\2\3\4\5\6\7"), (61, b"\6\2\3\4\5\6\7"), (61, b"\0abc"), (61, bytes(17)),
    (61, b"\xff\0\0\0\1\0\3\0\1\2\3\4\5\6\7"), (61, b"\xff\0\0\0\1\0\1\0\1\0\0\0\5\2\3\4\5\6\7"),
    (61, b"\xff\0\0\0\1\0\2\0\0\0\5abc"),
    (77, b"\3abc\2de"), (77, b"abc"), (81, b"\0\0\0name"), (99, b"\1US\1\2CA"),
    (121, b"\x18\x0a\0\1" + addresses(9) + b"\0" + addresses(8)), (249, b"\x28" + bytes(9)),
    (145, b"\1"), (146, b"\1" + addresses(1, 2) + b"\3org\0"), (151, b"\1why"),
    (159, b"\4\6\0\1"), (212, b"\x18\x20" + bytes(16) + addresses(1, 2)), (79, b"\1scope"),
    (82, option(1, b"c") + option(2, b"r") + option(5, addresses(1)) + option(6, b"sub")
     + option(10, b"\x80") + option(11, addresses(2)) + option(12, b"id") + option(14, b"net")
     + option(16, b"\2\1\2\3\4\5") + option(17, b"op") + option(18, b"realm")
     + option(150, addresses(3)) + option(152, addresses(4))),
]  # fmt: skip
"""Options with what they may hold, and some with what they may not."""

TOGETHER = 24
"""Options in one message."""


def options() -> Iterator[tuple[bytes, str]]:
    """Every option, many in a message."""
    for start in range(0, len(OPTIONS), TOGETHER):
        some = OPTIONS[start : start + TOGETHER]
        codes = dict.fromkeys(code for code, _ in some)
        names = ", ".join(NAMES.get(code, str(code)) for code in list(codes)[:4])
        yield message(b"".join(option(*one) for one in some)), f"Options: {names} …"


def heads() -> Iterator[tuple[bytes, str]]:
    """The fixed part."""
    two = option(12, b"h") + b"\0\0" + option(15, b"d") + END + bytes(5)
    yield message(two), "Padding between options and behind them"
    for secs in (255, 256, 257):
        yield message(secs=secs), f"{secs} seconds, or of the other byte order"
    yield message(flags=0x8000), "An answer to everybody is wanted"
    for op in (2, 7):
        yield message(op=op), f"Operation {op}"
    for size in (0, 16, 20):
        yield message(size=size), f"A hardware address of {size} octets"
    yield message(hardware=6), "Another kind of hardware"
    yield message(end=b""), "No end"
    yield message(server=b"srv", file=b"f\0g"), "Server and file have names"
    for op in (1, 2, 3):
        yield message(kind=b"", op=op), f"Operation {op} of BOOTP"
    yield message(kind=b"\x35\1\x4d"), "A message type that is not assigned"
    yield message(kind=b"\x35\1\x0d"), "Leasequery's answer"


FILES = {
    "dhcp.pcapng": lambda path: write(
        path,
        [
            (ethernet(octets, 0x0800, HOST_MAC, EVERYBODY), words)
            for cases in (heads, options)
            for octets, words in cases()
        ],
    ),
}
