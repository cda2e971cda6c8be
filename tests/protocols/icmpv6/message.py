"""Builds ICMPv6 packets for the tests, with a checksum worked out here."""

from __future__ import annotations

import struct
from ipaddress import IPv6Address
from typing import Any

from dissect.engine.packet import Packet, dissect
from dissect.protocols.icmpv6 import Head
from dissect.protocols.ipv6 import IPv6

ETHERNET = bytes.fromhex("333300000001 020000000001 86dd")
HEAD = len(ETHERNET) + 40
"""Offset of the ICMPv6 head."""

HOST, ROUTER, ALL = "fe80::1", "fe80::2", "ff02::1"


def address(text: str) -> bytes:
    """An IPv6 address in its sixteen octets."""
    return IPv6Address(text).packed


def checksum(octets: bytes) -> int:
    """RFC 1071, the slow way."""
    octets += b"\0" * (len(octets) % 2)
    total = sum(word for (word,) in struct.iter_unpack(">H", octets))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv6(payload: bytes, next_header: int, source: str = HOST, destination: str = ALL) -> bytes:
    """An IPv6 packet."""
    header = IPv6(
        plen=len(payload), nxt=next_header, hlim=64, src=address(source), dst=address(destination)
    )
    return bytes(header) + payload


def icmpv6(
    kind: int, code: int, body: bytes, source: str = HOST, destination: str = ALL, wrong: int = 0
) -> bytes:
    """An IPv6 packet with a message; ``wrong`` is added to its checksum."""
    blank = bytes(Head(type=kind, code=code)) + body
    pseudo = address(source) + address(destination) + struct.pack(">II", len(blank), 58)
    right = checksum(pseudo + blank)
    head = bytes(Head(type=kind, code=code, sum=(right + wrong) & 0xFFFF))
    return ipv6(head + body, 58, source, destination)


def read(kind: int, code: int, body: bytes, *, cut: int = 0, **options: Any) -> Packet:
    """Dissect a message in an Ethernet frame of which the last ``cut`` octets weren't captured."""
    frame = ETHERNET + icmpv6(kind, code, body, **options)
    return dissect(frame[: len(frame) - cut], original=len(frame), strict=True)


def shows(packet: Packet, name: str) -> list[str]:
    """What all fields of a name show."""
    return [node.show for node in packet.fields(name)]


def notes(packet: Packet) -> list[str]:
    """The names of the notes made."""
    return [finding.note.name for finding in packet.findings]


def same_without_tree(packet: Packet) -> bool:
    """Whether decoding without a tree gives the same columns and notes."""
    bare = Packet(packet.data, original=packet.original, strict=True).decode()
    return (bare.info, bare.protocol, notes(bare)) == (packet.info, packet.protocol, notes(packet))
