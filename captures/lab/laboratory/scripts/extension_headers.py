"""Extension headers of every kind: ``extension_headers.py SOURCE DESTINATION ROUTER``.

First those that the kernel builds when a socket asks for them, then whole packets of ours.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
import time

from packets import (
    AH,
    DESTINATION,
    ESP,
    FRAGMENT,
    HOP_BY_HOP,
    ICMPV6,
    IPV4,
    IPV6,
    NO_NEXT,
    ROUTING,
    UDP,
    Raw,
    echo,
    ipv6,
    octets,
    udp,
)

source, destination, router = map(octets, sys.argv[1:4])
HOPOPTS, RTHDR, RTHDRDSTOPTS, DSTOPTS = 54, 57, 55, 59
PAUSE = 0.03
SKIP, DISCARD, REPORT, REPORT_UNLESS_MULTICAST = 0x1E, 0x5E, 0x9E, 0xDE


def option(kind: int) -> bytes:
    """A header with one unknown option of four octets."""
    return bytes((0, 0, kind, 4, 1, 2, 3, 4))


def routing(kind: int, address: bytes = router) -> bytes:
    """A routing header of two of the kernel's types with one address left."""
    return struct.pack("!BBBBI", 0, 2, kind, 1, 0) + address


PADDING = bytes((0, 0, 1, 4, 0, 0, 0, 0))
ROUTER_ALERT = bytes((0, 0, 5, 2, 0, 0, 1, 0))

BY_THE_KERNEL = (
    (RTHDR, routing(2)),
    (HOPOPTS, ROUTER_ALERT),
    (HOPOPTS, option(SKIP)),
    (HOPOPTS, option(DISCARD)),
    (HOPOPTS, option(REPORT)),
    (HOPOPTS, option(REPORT_UNLESS_MULTICAST)),
    (DSTOPTS, bytes((0, 1, 1, 4, 0, 0, 0, 0, 1, 6, 0, 0, 0, 0, 0, 0))),
    (DSTOPTS, option(REPORT)),
    (DSTOPTS, bytes((0, 0, 4, 1, 3, 1, 1, 0))),  # Tunnel Encapsulation Limit
    (DSTOPTS, bytes((0, 2, 1, 2, 0, 0, 0xC9, 16)) + router),  # Home Address
)
UNREAD = (NO_NEXT, 253, 135, 139, 140)
"""Protocols sent with next to nothing in them."""


def datagram(*headers: tuple[int, bytes]) -> None:
    """Let the kernel send a datagram with extension headers; it refuses some."""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sender, contextlib.suppress(OSError):
        asked = [(socket.IPPROTO_IPV6, kind, data) for kind, data in headers]
        sender.sendmsg([b"extension"], asked, 0, (sys.argv[2], 9))
    time.sleep(PAUSE)


def whole() -> list[tuple[bytes, bytes]]:
    """Packets of ours, and where they go."""
    probe = echo(source, destination, 2, bytes(range(64)))

    def fragment(following: int, word: int, ident: int) -> bytes:
        return struct.pack("!BBHI", following, 0, word, ident)

    def by_router(kind: int) -> bytes:
        head = struct.pack("!BBBBI", UDP, 2, kind, 1, 0) + destination
        return ipv6(source, router, ROUTING, head + udp(source, destination, b"routed"))

    def direct(following: int, payload: bytes) -> bytes:
        return ipv6(source, destination, following, payload)

    atomic = fragment(ICMPV6, 0, 1) + echo(source, destination, 1, b"atomic")
    chain = (
        bytes((DESTINATION, 0, 1, 4, 0, 0, 0, 0)) * 1
        + bytes((FRAGMENT, 0, 1, 4, 0, 0, 0, 0))
        + fragment(DESTINATION, 0, 6)
        + bytes((ICMPV6, 0, 1, 4, 0, 0, 0, 0))
        + echo(source, destination, 3, b"chain")
    )
    inner4 = struct.pack(
        "!BBHHHBBH4s4s", 0x45, 0, 28, 1, 0, 64, UDP, 0, bytes((192, 0, 2, 1)), bytes((192, 0, 2, 2))
    ) + struct.pack("!HHHH", 1, 9, 8, 0)
    bad = udp(source, destination, b"x")
    return [
        *((by_router(kind), router) for kind in (0, 2, 3, 253)),
        (direct(FRAGMENT, atomic), destination),
        (direct(FRAGMENT, fragment(ICMPV6, 1, 2) + probe[:32]), destination),  # never completed
        (direct(FRAGMENT, fragment(ICMPV6, 1, 3) + probe[:40]), destination),
        (direct(FRAGMENT, fragment(ICMPV6, 32, 3) + probe[32:]), destination),  # overlaps
        (direct(FRAGMENT, fragment(ICMPV6, 1, 4) + probe[:33]), destination),  # no multiple of 8
        (direct(FRAGMENT, fragment(ICMPV6, 0xFFF8, 5) + probe), destination),  # past 65,535
        (direct(HOP_BY_HOP, chain), destination),
        (direct(AH, struct.pack("!BBHII", NO_NEXT, 4, 0, 0x100, 1) + bytes(12)), destination),
        (direct(ESP, struct.pack("!II", 0x200, 1) + bytes(32)), destination),
        (direct(UDP, bad[:6] + b"\0\1" + bad[8:]), destination),
        (direct(UDP, bad[:6] + b"\0\0" + bad[8:]), destination),
        (direct(ICMPV6, echo(source, destination, 4, b"abcdefgh"))[:-4], destination),
        (direct(IPV6, direct(ICMPV6, echo(source, destination, 5, b"inner"))), destination),
        (direct(IPV4, inner4), destination),
    ]


for kind, data in BY_THE_KERNEL:
    datagram((kind, data))
datagram((HOPOPTS, ROUTER_ALERT), (RTHDRDSTOPTS, PADDING), (RTHDR, routing(2)), (DSTOPTS, PADDING))
for protocol in UNREAD:
    with socket.socket(socket.AF_INET6, socket.SOCK_RAW, protocol) as bare:
        bare.sendto(b"" if protocol == NO_NEXT else bytes((NO_NEXT,)) + bytes(7), (sys.argv[2], 0))
    time.sleep(PAUSE)
raw = Raw()
for packet, towards in whole():
    with contextlib.suppress(OSError):  # the one that is cut short
        raw.send(packet, towards)
    time.sleep(PAUSE)
