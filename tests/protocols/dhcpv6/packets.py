"""Reads the DHCPv6 packets that ``captures/making/dhcpv6.py`` builds."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

from dissect.engine.packet import Packet, dissect
from making.dhcpv6 import udp

MESSAGE = 14 + 40 + 8
"""Offset of the message."""
VALUE = MESSAGE + 4 + 4
"""Offset of the first option's value."""
BULK = 14 + 40 + 20
"""Offset of a message over TCP."""


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
