"""Data of every type of record that is decoded, and of options, beside tshark's decode of it."""

import struct

N = b"\1x\1y\0"
"""A name."""


def text(octets):
    """A character string."""
    return bytes([len(octets)]) + octets


def u16(*values):
    """Numbers of two octets."""
    return struct.pack(f">{len(values)}H", *values)


def u32(*values):
    """Numbers of four octets."""
    return struct.pack(f">{len(values)}I", *values)


V4, V6 = b"\xc0\0\2\1", b"\x20\1\x0d\xb8" + bytes(12)
SIGNATURE = u16(1) + b"\5\2" + u32(3, 4, 5) + u16(7) + N + b"sig"
DIGEST = u16(60485) + b"\5\1" + bytes(20)
PARAMETERS = (
    u16(0, 2, 1) + u16(1, 3) + b"\2h2" + u16(2, 0) + u16(3, 2, 443) + u16(4, 4) + V4
    + u16(5, 2) + b"ab" + u16(6, 16) + V6 + u16(7, 3) + b"/{q" + u16(32769, 1) + b"z"
)  # fmt: skip
PREFIXES = u16(1) + b"\x18\x83\xc0\0\2" + u16(2) + b"\x20\4" + V6[:4] + u16(9) + b"\5\1\7"

RECORDS = [
    (1, V4), (2, N), (3, N), (4, N), (5, N), (6, N + N + u32(1, 2, 3, 4, 5)), (7, N), (8, N),
    (9, N), (10, b"abc"), (11, V4 + b"\6\4\0\x41"), (12, N), (13, text(b"c") + text(b"os")),
    (14, N + N), (15, u16(5) + N), (16, text(b"hello") + text(b"")), (17, N + N),
    (18, u16(1) + N), (19, text(b"311")), (20, text(b"150") + text(b"4")), (20, text(b"150")),
    (21, u16(2) + N), (22, b"\x47\1\2"), (23, N), (24, SIGNATURE),
    (25, u16(0x4200) + b"\3\5keykey"), (26, u16(1) + N + N),
    (27, text(b"1.5") + text(b"2") + text(b"3")), (28, V6),
    (29, b"\0\x12\x16\x13" + u32(1 << 31, 5, 10_001_234)), (29, b"\1" + bytes(15)),
    (30, N + b"\x40\0\0\x08"), (33, u16(1, 2, 3) + N),
    (35, u16(1, 2) + text(b"s") + text(b"SIP") + text(b"!a!b!") + N), (36, u16(1) + N),
    (37, u16(1, 2) + b"\5cert"), (38, b"\x40" + bytes(8) + N), (39, N), (40, b"\1"),
    (42, PREFIXES), (43, DIGEST), (44, b"\1\1" + bytes(20)), (45, b"\x0a\1\2" + V4 + b"key"),
    (45, b"\x0a\2\2" + V6 + b"key"), (45, b"\x0a\3\2" + N + b"key"), (45, b"\x0a\0\2key"),
    (46, SIGNATURE), (47, N + b"\0\2\x40\1\1\1\x40"), (48, u16(257) + b"\3\x08keykey"),
    (49, b"dhcid"), (50, b"\1\1\0\5\2\xab\xcd\4hash\0\1\x40"), (51, b"\1\0\0\5\0"),
    (52, b"\3\1\1" + bytes(32)), (53, b"smime"), (55, b"\3\2\0\4hitpkpk" + N), (59, DIGEST),
    (60, u16(257) + b"\3\1keykey"), (61, b"openpgp"), (62, u32(7) + u16(3) + b"\0\1\x40"),
    (63, u32(9) + b"\1\1" + bytes(48)), (64, u16(1) + N + PARAMETERS), (65, u16(0) + N),
    (99, text(b"v=spf1")), (104, u16(1) + bytes(8)), (105, u16(1) + V4), (106, u16(2) + bytes(8)),
    (107, u16(3) + N), (108, bytes(6)), (109, bytes(8)),
    (249, N + u32(1, 2) + u16(2, 17, 0) + u16(2) + b"ot"),
    (250, N + u16(0) + u32(5) + u16(300, 4) + b"macm" + u16(7, 18, 6) + bytes(6)),
    (256, u16(1, 2) + b"http://x"), (257, b"\x80\5issueca.x"), (257, b"\0\5iodefmailto:a"),
    (257, b"\0\3foov"), (32769, DIGEST), (65281, u32(1, 2, 3, 1) + V4),
    (65282, u32(0, 2, 3) + N), (65422, b"\4\x11" + V4 + V4 + u16(1, 2)),
    (65422, b"\6\x11" + V6 + V6 + u16(1, 2)), (12345, b"unknown"), (1, b""),
]  # fmt: skip
"""Type and data."""

OPTIONS = [
    (1, b"abc"), (3, b"nsid"), (5, b"\5\x08"), (6, b"\1\2"), (7, b"\1"),
    (8, u16(1) + b"\x18\0\1\2\3"), (8, u16(2) + b"\x18\0\1\2\3"), (8, u16(7) + b"\x18\0\1"),
    (9, u32(5)), (10, b"12345678"), (10, b"1234567890abcdef"), (11, b""), (11, u16(5)),
    (12, bytes(3)), (12, b""), (15, u16(3) + b"text"), (15, u16(3)), (14, u16(1, 2)),
    (20730, u16(1) + b"\x18\0\1\2\3"),
]  # fmt: skip
"""Code and value."""

STATEFUL = (
    u16(1, 8) + u32(1, 2) + u16(2, 4) + u32(9) + u16(3, 2) + b"\0\0" + u16(64, 3) + b"abc"
)  # fmt: skip
