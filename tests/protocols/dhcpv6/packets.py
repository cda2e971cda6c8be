"""Builds DHCPv6 packets for the tests; what they hold is written out by hand."""

from __future__ import annotations

import struct
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from dissect.engine.packet import Packet, dissect
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.udp import UDP

ETHERNET = bytes.fromhex("333300010002 020000000001 86dd")
MESSAGE = len(ETHERNET) + 40 + 8
"""Offset of the message."""
VALUE = MESSAGE + 4 + 4
"""Offset of the first option's value."""
BULK = len(ETHERNET) + 40 + 20
"""Offset of a message over TCP."""

h = bytes.fromhex


def ip(text: str) -> bytes:
    """An address in its octets."""
    return ip_address(text).packed


def opt(code: int, value: bytes = b"", length: int | None = None) -> bytes:
    """An option; ``length``: what it says instead of its true length."""
    return struct.pack(">HH", code, len(value) if length is None else length) + value


def sized(value: bytes) -> bytes:
    """Octets behind their length in two octets."""
    return struct.pack(">H", len(value)) + value


def name(text: str) -> bytes:
    """A domain name; a dot at its end ends it, else it is a partial one."""
    labels = [label.encode() for label in text.split(".") if label]
    return b"".join(bytes([len(x)]) + x for x in labels) + b"\0" * text.endswith(".")


def msg(kind: int, *options: bytes) -> bytes:
    """A message of a client or server."""
    return bytes([kind]) + h("123456") + b"".join(options)


def relay(kind: int, hops: int, *options: bytes) -> bytes:
    """A message of a relay agent."""
    return bytes([kind, hops]) + ip("2001:db8::1") + ip("fe80::9") + b"".join(options)


def relayed(message: bytes, *hops: int, kind: int = 12) -> bytes:
    """A message passed on by relay agents, the innermost first."""
    for count in hops:
        message = relay(kind, count, opt(9, message))
    return message


def _ipv6(payload: bytes, next_header: int) -> bytes:
    header = IPv6(
        plen=len(payload), nxt=next_header, hlim=64, src=ip("fe80::1"), dst=ip("ff02::1:2")
    )
    return ETHERNET + bytes(header) + payload


def udp(message: bytes) -> bytes:
    """A frame with a message from a client."""
    return _ipv6(bytes(UDP(sport=546, dport=547, len=8 + len(message), sum=1)) + message, 17)


def tcp(octets: bytes) -> bytes:
    """A frame with a segment to a server."""
    head = struct.pack(">HHIIBBHHH", 40000, 547, 1, 1, 0x50, 0x18, 1000, 0, 0)
    return _ipv6(head + octets, 6)


def read(message: bytes, *, cut: int = 0, make: Any = udp) -> Packet:
    """Dissect a frame of which the last ``cut`` octets weren't captured."""
    frame = make(message)
    return dissect(frame[: len(frame) - cut], original=len(frame), strict=True)


def shows(packet: Packet, field: str) -> list[str]:
    """What all fields of a name show."""
    return [node.show for node in packet.fields(field)]


def places(packet: Packet, field: str) -> list[tuple[int, int]]:
    """Where they stand: offset and length."""
    return [(node.offset, node.length) for node in packet.fields(field)]


def notes(packet: Packet) -> list[str]:
    """The names of the notes of DHCPv6 and of the engine."""
    skipped = ("udp.", "tcp.", "ipv6.")
    return [f.note.name for f in packet.findings if not f.note.name.startswith(skipped)]


def capture(path: Path, frames: list[bytes]) -> str:
    """Write a pcap file."""
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for second, frame in enumerate(frames, 1_700_000_000):
            file.write(struct.pack("<IIII", second, 0, len(frame), len(frame)) + frame)
    return str(path)
