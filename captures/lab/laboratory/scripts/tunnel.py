"""One end of a tunnel, between a TUN interface and a raw socket.

    tunnel.py KIND INTERFACE LOCAL REMOTE

sit, 6to4, isatap, 6over4 (protocol 41 in IPv4), ip6ip6 (41 in IPv6), ip4ip6 (4 in IPv6), gre4,
gre6 (47).  The packets inside and the outer headers are the kernel's, the GRE header is made here.
"""

from __future__ import annotations

import fcntl
import os
import select
import socket
import struct
import sys
from typing import NoReturn

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
OUTER_IPV6 = {"gre6", "ip6ip6", "ip4ip6"}
PROTOCOL = {"gre4": 47, "gre6": 47, "ip4ip6": 4}
IPV6_IN_IP = 41
GRE_KEY = 42
KEY_AND_SEQUENCE = 0x3000
ETHERTYPES = {4: 0x0800, 6: 0x86DD}
ISATAP = (b"\0\0\x5e\xfe", b"\2\0\x5e\xfe")
LINK_LOCAL = b"\xfe\x80" + bytes(10)


def interface(name: str) -> int:
    """Open a TUN interface."""
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return device


def outer(kind: str, packet: bytes, remote: str) -> str:
    """Where a packet has to go: what its destination has inside, or the configured end."""
    target = packet[24:40]
    if kind == "6to4" and target[:2] == b"\x20\x02":  # RFC 3056, section 2
        return socket.inet_ntoa(target[2:6])
    if kind == "isatap" and target[8:12] in ISATAP:  # RFC 5214, section 6.1
        return socket.inet_ntoa(target[12:16])
    if kind == "6over4":  # RFC 2529, sections 4 and 6
        if target[0] == 0xFF:
            return f"239.192.{target[14]}.{target[15]}"
        if target[:12] == LINK_LOCAL:
            return socket.inet_ntoa(target[12:16])
    return remote


def join(link: socket.socket, local: str) -> None:
    """6over4's groups: all nodes, and the solicited node of this end (RFC 2529, section 6)."""
    last = socket.inet_aton(local)
    for group in ("239.192.0.1", f"239.192.{last[2]}.{last[3]}"):
        both = socket.inet_aton(group) + last
        link.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, both)
    link.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, last)
    link.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)


def gre_size(packet: bytes) -> int:
    """Octets of a GRE header (RFC 2890, section 2)."""
    flags = packet[0]
    return 4 + sum(4 for bit in (0x80, 0x20, 0x10) if flags & bit)


def main(kind: str, name: str, local: str, remote: str) -> NoReturn:
    """Carry packets both ways until somebody ends it."""
    device = interface(name)
    family = socket.AF_INET6 if kind in OUTER_IPV6 else socket.AF_INET
    link = socket.socket(family, socket.SOCK_RAW, PROTOCOL.get(kind, IPV6_IN_IP))
    link.bind((local, 0))
    if kind == "6over4":
        join(link, local)
    gre = kind.startswith("gre")
    sequence = 0
    while True:
        ready, _, _ = select.select([device, link], [], [])
        if device in ready:
            packet = os.read(device, 65535)
            target = remote if gre else outer(kind, packet, remote)
            if gre:
                ethertype = ETHERTYPES[packet[0] >> 4]
                head = struct.pack("!HHII", KEY_AND_SEQUENCE, ethertype, GRE_KEY, sequence)
                packet, sequence = head + packet, sequence + 1
            try:
                link.sendto(packet, (target, 0))
            except OSError as error:  # no route, too large: as a cable would lose it
                print(error, file=sys.stderr)
        if link in ready:
            packet = link.recv(65535)
            if family == socket.AF_INET:
                packet = packet[4 * (packet[0] & 15) :]
            if gre:
                packet = packet[gre_size(packet) :]
            if packet and packet[0] >> 4 in ETHERTYPES:
                os.write(device, packet)


main(*sys.argv[1:5])
