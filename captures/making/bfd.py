"""BFD: control packets, echoes, authentication, and the channels of MPLS."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dissect.protocols import bfd, mpls, pseudowire
from making.build import HOST4, UDP_PROTO, ethernet, ip6, ipv6, udp, write

NEAR, FAR = ip6("fe80::200:5eff:fe00:5301"), ip6("fe80::200:5eff:fe00:53fe")
PORT = 49152
AUTHENTICATED = 0x04
LABEL = 13
"""Of the generic associated channel (RFC 5586, section 4)."""


def control(state: int, flags: int = 0, more: bytes = b"", *, diagnostic: int = 0,
            length: int | None = None) -> bytes:  # fmt: skip
    """A control packet of version 1."""
    size = 24 + len(more) if length is None else length
    head = bfd.Control(_first=0x20 | diagnostic, _flags=state << 6 | flags, length=size)
    head.mine, head.yours = 0x60060001, 0x60060002 if state else 0
    return bytes(head) + more


def authentication(kind: int, value: bytes, length: int | None = None) -> bytes:
    """An authentication section."""
    size = 3 + len(value) if length is None else length
    return bytes(bfd.Authentication(kind=kind, length=size)) + value


def packet(octets: bytes, port: int = bfd.CONTROL_PORTS[0]) -> bytes:
    """In UDP."""
    return ethernet(ipv6(udp(octets, PORT, port, NEAR, FAR), UDP_PROTO, NEAR, FAR, hlim=255))


def channel(kind: int, octets: bytes) -> bytes:
    """In a channel of MPLS."""
    label = bytes(mpls.Label(_word=LABEL << 12 | 1 << 8 | 1))
    return ethernet(label + bytes(pseudowire.AssociatedChannel(type=kind)) + octets, 0x8847)


def identity(kind: int, value: bytes) -> bytes:
    """Who sends, by global and node number and what follows them."""
    body = struct.pack(">I", 6006) + HOST4 + value
    return struct.pack(">HH", kind, len(body)) + body


def _cases() -> Iterator[tuple[bytes, str]]:
    for state, name in bfd.STATES.items():
        yield packet(control(state)), f"State {name}"
    yield packet(control(3, 0x3B, diagnostic=9)), "All flags but the authentication's"
    yield packet(control(1, 0x20, diagnostic=31)), "A diagnostic that has no name"
    old = bfd.Control0(_first=7, _flags=0xF0)
    yield packet(bytes(old)), "Version 0, all flags"
    yield packet(bytes(bfd.Control0(_first=9))), "Version 0, a diagnostic of version 1"
    number = bytes((0, *struct.pack(">I", 0x6006)))
    for kind, size in bfd.DIGESTS.items():
        digest = authentication(kind, number + bytes(range(size)))
        yield packet(control(3, AUTHENTICATED, digest)), bfd.AUTHENTICATIONS[kind]
    yield packet(control(3, AUTHENTICATED, authentication(1, b"sixscope"))), "A password"
    yield packet(control(3, AUTHENTICATED, authentication(9, b"?"))), "Unknown authentication"
    for port in bfd.CONTROL_PORTS[1:]:
        yield packet(control(3), port), f"Port {port}"
    yield packet(b"anything at all", bfd.ECHO_PORT), "An echo"
    yield packet(b"", bfd.ECHO_PORT), "An echo of nothing"
    for kind in bfd.CHANNELS:
        yield channel(kind, control(3)), f"MPLS, channel type {kind}"
    section = identity(0, struct.pack(">I", 7))
    path = identity(1, struct.pack(">HH", 7, 8))
    wire = identity(2, struct.pack(">IBB", 7, 1, 8) + b"sixscope")
    for end in (section, path, wire, identity(9, bytes(4))):
        yield channel(bfd.VERIFICATION, control(3) + end), "MPLS, verification by an end point"
    yield packet(control(3, AUTHENTICATED)), "Authentication promised"
    wrong = authentication(2, number + bytes(16), length=20)
    yield packet(control(3, AUTHENTICATED, wrong)), "Authentication of a wrong length"
    short = authentication(1, b"six", length=60)
    yield packet(control(3, AUTHENTICATED, short + bytes(4))), "A password that is too long"
    yield packet(control(3)[:20]), "A packet that ends early"


FILES = {"bfd.pcapng": lambda path: write(path, _cases())}
