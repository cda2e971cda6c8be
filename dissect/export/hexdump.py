"""Octets as tshark's ``-x`` prints them."""

from __future__ import annotations

from dissect.engine.packet import Packet
from dissect.engine.values import bytes_count

_SHOWN = bytes(octet if 0x20 <= octet <= 0x7E else ord(".") for octet in range(256))


def hexdumps(packet: Packet) -> str:
    """A packet's octets; if there is more than the frame, each source with its name and size."""
    if not packet.reassembled:
        return hexdump(packet.data)
    return "".join(
        f"{source.name} ({bytes_count(len(source.data))}):\n{hexdump(source.data)}"
        for source in packet.sources
    )


def hexdump(data: bytes) -> str:
    """Sixteen octets a line: offset, hexadecimal, ASCII; each line ends with a newline."""
    digits = 4 if len(data) <= 0x10000 else 6 if len(data) <= 0x1000000 else 8
    shown = data.translate(_SHOWN).decode("ascii")
    octets = data.hex(" ")
    return "".join(
        [
            f"{at:0{digits}x}  {octets[3 * at : 3 * at + 47]:<47}   {shown[at : at + 16]}\n"
            for at in range(0, len(data), 16)
        ]
    )
