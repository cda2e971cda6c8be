"""Helpers for tests of IPv4 and what it carries: packets from header classes."""

from __future__ import annotations

import dissect.protocols  # registers the protocols
from dissect.engine.checksum import checksum
from dissect.engine.packet import Packet, dissect
from dissect.engine.session import Session
from dissect.protocols.ipv4 import IPv4

SRC, DST = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])
RAW_IP = 101


def summed(message: bytes, at: int = 2) -> bytes:
    """A message with its Internet checksum at an offset."""
    right = checksum(message[:at] + bytes(2) + message[at + 2 :])
    return message[:at] + right.to_bytes(2, "big") + message[at + 2 :]


def ipv4(protocol: int, payload: bytes, options: bytes = b"", **fields: object) -> bytes:
    """An IPv4 packet with a correct checksum; keyword arguments as in the header class."""
    size = 20 + len(options)
    known = {
        "version": 4, "ihl": size // 4, "len": size + len(payload), "p": protocol, "src": SRC,
        "dst": DST,
    }  # fmt: skip
    header = bytes(IPv4(**{**known, **fields})) + options
    return (header if "sum" in fields else summed(header, 10)) + payload


def udp(payload: bytes = b"", sport: int = 1000, dport: int = 2000) -> bytes:
    """A UDP datagram without a checksum."""
    numbers = (sport, dport, 8 + len(payload), 0)
    return b"".join(n.to_bytes(2, "big") for n in numbers) + payload


def decoded(packet: bytes, session: Session | None = None, **options: object) -> Packet:
    """A raw IP packet, decoded; a dissector's bug raises."""
    return dissect(packet, RAW_IP, strict=True, session=session, **options)


def notes(packet: Packet) -> list[str]:
    """The names of what was remarked."""
    return [finding.note.name for finding in packet.findings]


def shows(packet: Packet, name: str) -> list[str]:
    """The values of all fields of a name."""
    return [node.show for node in packet.fields(name)]


def same_without_tree(packet: bytes) -> bool:
    """Whether layers, notes and columns are the same when no tree is made."""
    full = decoded(packet)
    lean = Packet(packet, RAW_IP, strict=True).decode()
    return (
        _layers(full) == _layers(lean)
        and notes(full) == notes(lean)
        and (full.protocol, full.info, full.source, full.destination)
        == (lean.protocol, lean.info, lean.source, lean.destination)
    )


def _layers(packet: Packet) -> list[tuple[str, int, int]]:
    return [(a.name, a.offset, a.end) for a in packet.layers if a.name != "frame"]
