"""Packets whose text means something to a terminal, a browser or a spreadsheet."""

from __future__ import annotations

import struct

from tests.hostile.bombs import IPV6, MESSAGE, udp

TEXTS = (
    "\x1b]0;owned\x07", "\x1b[2J\x1b[31m", "\x9b31m", "\x07\x08\x7f", "\u202egnp.exe",
    "\u200b\u2066", "<script>alert(1)</script>", "</script><!--", "\u2028\u2029", "&lt;b&gt;",
    "]]>", "=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", "'\"`$(id)", "[red]text[/red]",
    "%s%n{0}", "a,b;c\td", "|x|`y`|", "**bold** [l](javascript:alert(1))", "\udcff\ud800",
    "\r\nX: y", "\x00",
)  # fmt: skip
"""Each is sent in every way below."""


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")[:60]


def _question(text: str) -> bytes:
    label = _octets(text)
    return struct.pack(">6H", 1, 256, 1, 0, 0, 0) + bytes((len(label),)) + label + b"\0\0\1\0\1"


def _client_name(text: str) -> bytes:
    label = _octets(text)
    name = bytes((1, len(label))) + label + b"\0"
    return MESSAGE + struct.pack(">HH", 39, len(name)) + name


def _invite(text: str) -> bytes:
    line = _octets(text).replace(b"\r\n", b" ")
    return (
        b"INVITE sip:" + line + b" SIP/2.0\r\nCall-ID: " + line + b"\r\nFrom: <sip:" + line
        + b">\r\nCSeq: 1 INVITE\r\nSubject: " + line + b"\r\n\r\n"
    )  # fmt: skip


PACKETS: list[tuple[int, bytes]] = [
    packet for text in TEXTS for packet in (
        (IPV6, udp(1000, 53, _question(text))), (IPV6, udp(546, 547, _client_name(text))),
        (IPV6, udp(5060, 5060, _invite(text))), (IPV6, udp(1000, 2000, _octets(text))),
    )
]  # fmt: skip
"""Link type and octets."""
