"""Random tunnels and label stacks, one in the other."""

from __future__ import annotations

import struct

from making.build import (
    HOST,
    HOST4,
    OTHER,
    OTHER4,
    UDP_PROTO,
    ethernet,
    icmpv6_packet,
    ip6,
    ipv4,
    ipv6,
    udp,
)
from tests.parity.fuzz.chance import Chance

IPV4_TYPE, IPV6_TYPE, BRIDGED = 0x0800, 0x86DD, 0x6558
TEREDO = ip6("2001:0:c000:201:0:e000:3fff:fdfe")


def inner(chance: Chance) -> tuple[int, bytes]:
    """A packet to be carried, with its EtherType."""
    six = icmpv6_packet(129, 0, chance.octets(4, 20), HOST, OTHER)
    four = ipv4(udp(b"sixscope", 40000, 9, HOST4, OTHER4), UDP_PROTO)
    kind, packet = chance.choice(((IPV6_TYPE, six), (IPV4_TYPE, four)))
    return kind, packet[: len(packet) - chance.lie(0, len(packet))]


def outer(chance: Chance, payload: bytes, proto: int) -> bytes:
    """In an IP packet of either version."""
    if chance.random() < 0.5:
        return ethernet(ipv4(payload, proto, length=_told(chance, 20 + len(payload))), IPV4_TYPE)
    return ethernet(ipv6(payload, proto, plen=_told(chance, len(payload)) or None))


def datagram(chance: Chance, payload: bytes, port: int) -> bytes:
    """In a UDP datagram over either version."""
    length = _told(chance, 8 + len(payload))
    if chance.random() < 0.5:
        packet = udp(payload, 40000, port, HOST4, OTHER4, length=max(length, 8))
        return ethernet(ipv4(packet, UDP_PROTO), IPV4_TYPE)
    return ethernet(ipv6(udp(payload, 40000, port, length=max(length, 8)), UDP_PROTO))


def _told(chance: Chance, honest: int) -> int:
    return chance.lie(honest, honest + 20)


def in_ip(chance: Chance) -> bytes:
    """6in4, 4in6, 6in6, 4in4."""
    kind, packet = inner(chance)
    return outer(chance, packet, 41 if kind == IPV6_TYPE else 4)


def gre(chance: Chance) -> bytes:
    """GRE with checksum, key, sequence number, or without; a bridged frame, too."""
    kind, packet = inner(chance)
    if chance.random() < 0.2:
        kind, packet = BRIDGED, ethernet(packet, kind)
    flags = chance.choice((0, 0x8000, 0x2000, 0x1000, 0x3000, 0xB000))
    size = 4 * sum(1 for flag in (0x8000, 0x2000, 0x1000) if flags & flag)
    return outer(chance, struct.pack(">HH", flags, kind) + chance.octets(size, size) + packet, 47)


def teredo(chance: Chance) -> bytes:
    """Teredo with the indications that may stand in front."""
    identity, value = chance.octets(0, 8), chance.octets(0, 8)
    lengths = chance.lie(len(identity)), chance.lie(len(value))
    front = chance.maybe(b"\0\1" + bytes(lengths) + identity + value + chance.octets(9, 9))
    front += chance.maybe(b"\0\0" + chance.randbytes(6))
    bubble = ipv6(b"", 59, TEREDO, OTHER)
    payload = chance.choice((bubble, icmpv6_packet(129, 0, chance.octets(4, 9), TEREDO, OTHER)))
    return datagram(chance, front + payload, 3544)


def vxlan(chance: Chance) -> bytes:
    """VXLAN: a frame behind eight octets."""
    kind, packet = inner(chance)
    head = struct.pack(">BBHI", chance.lie(8), 0, chance.lie(0), chance.getrandbits(32))
    return datagram(chance, head + ethernet(packet, kind), 4789)


def geneve(chance: Chance) -> bytes:
    """Geneve with options."""
    kind, packet = inner(chance)
    if chance.random() < 0.5:
        kind, packet = BRIDGED, ethernet(packet, kind)
    options = b""
    for _ in range(chance.randint(0, 2)):
        words = chance.randint(0, 3)
        head = struct.pack(">HBB", chance.choice((0, 0x100, 0x6006)), chance.getrandbits(8),
                           chance.lie(words, 31))  # fmt: skip
        options += head + chance.octets(4 * words, 4 * words)
    head = struct.pack(">BBHI", chance.lie(len(options) // 4, 63), chance.choice((0, 0x80, 0x40)),
                       kind, chance.getrandbits(32))  # fmt: skip
    return datagram(chance, head + options + packet, 6081)


def mpls(chance: Chance) -> bytes:
    """A stack of labels and what the first nibble tells."""
    labels = [chance.choice((0, 2, 3, 16, 1000, 0xFFFFF)) for _ in range(chance.randint(1, 4))]
    stack = b"".join(
        struct.pack(">I", label << 12 | chance.getrandbits(3) << 9 | last << 8 | chance.lie(64))
        for label, last in zip(labels, (*(0 for _ in labels[1:]), chance.lie(1, 1)), strict=True)
    )
    _, packet = inner(chance)
    return ethernet(stack + packet, 0x8847)
