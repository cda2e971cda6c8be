"""Whole IPv6 packets through a raw socket, for what the kernel builds of itself no longer."""

from __future__ import annotations

import socket
import struct

NO_NEXT, UDP, ICMPV6, IPV4, IPV6 = 59, 17, 58, 4, 41
HOP_BY_HOP, ROUTING, FRAGMENT, ESP, AH, DESTINATION = 0, 43, 44, 50, 51, 60
ECHO_REQUEST = 128


def octets(address: str) -> bytes:
    """An IPv6 address."""
    return socket.inet_pton(socket.AF_INET6, address)


def checksum(source: bytes, destination: bytes, protocol: int, payload: bytes) -> int:
    """RFC 8200, section 8.1; never 0."""
    data = source + destination + struct.pack("!II", len(payload), protocol) + payload
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF or 0xFFFF


def udp(
    source: bytes, destination: bytes, data: bytes, ports: tuple[int, int] = (40000, 9)
) -> bytes:
    """A datagram with its checksum."""
    blank = struct.pack("!HHHH", *ports, 8 + len(data), 0) + data
    return blank[:6] + struct.pack("!H", checksum(source, destination, UDP, blank)) + blank[8:]


def echo(source: bytes, destination: bytes, ident: int, data: bytes) -> bytes:
    """An echo request with its checksum."""
    blank = struct.pack("!BBHHH", ECHO_REQUEST, 0, 0, ident, 1) + data
    return blank[:2] + struct.pack("!H", checksum(source, destination, ICMPV6, blank)) + blank[4:]


def ipv6(
    source: bytes, destination: bytes, following: int, payload: bytes, length: int = -1
) -> bytes:
    """The header and what it carries; ``length`` is true unless given."""
    size = len(payload) if length < 0 else length
    return struct.pack("!IHBB", 6 << 28, size, following, 64) + source + destination + payload


class Raw:
    """A socket that sends whole packets."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)

    def send(self, packet: bytes, towards: bytes) -> None:
        """Send a packet."""
        self._socket.sendto(packet, (socket.inet_ntop(socket.AF_INET6, towards), 0))
