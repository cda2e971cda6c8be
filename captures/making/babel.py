"""Babel: every TLV, sub-TLVs, trailers."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dissect.protocols import babel
from making.build import UDP_PROTO, ethernet, ip4, ip6, ipv6, multicast_mac, option, udp, write

NODE, ALL_NODES = ip6("fe80::200:5eff:fe00:5301"), ip6("ff02::1:6")
FAR = ip6("fe80::200:5eff:fe00:53fe")
ROUTER_ID = bytes.fromhex("02005efffe005301")
PREFIX = ip6("2001:db8:0:1::")


def packet(
    *tlvs: bytes, trailer: bytes = b"", version: int = 2, length: int | None = None
) -> bytes:
    """TLVs in a frame."""
    body = b"".join(tlvs)
    head = babel.Babel(version=version, length=len(body) if length is None else length)
    port = babel.BABEL_PORT
    octets = udp(bytes(head) + body + trailer, port, port, NODE, ALL_NODES)
    frame = ipv6(octets, UDP_PROTO, NODE, ALL_NODES, hlim=1)
    return ethernet(frame, dst=multicast_mac(ALL_NODES))


def update(address: bytes, *sub_tlvs: bytes, **told: int) -> bytes:
    """A prefix, as far as it isn't left out."""
    head = babel.Update(**told)
    return option(8, bytes(head) + address + b"".join(sub_tlvs))


def hello(*sub_tlvs: bytes) -> bytes:
    """A Hello."""
    return option(4, bytes(babel.Hello(sequence=0x6006)) + b"".join(sub_tlvs))


def heard(ae: int, address: bytes, *sub_tlvs: bytes) -> bytes:
    """Somebody was heard."""
    return option(5, bytes(babel.Heard(ae=ae)) + address + b"".join(sub_tlvs))


def _cases() -> Iterator[tuple[bytes, str]]:
    yield packet(hello()), "Hello"
    yield packet(hello(), heard(3, FAR[8:])), "Hello, and who was heard"
    stamps = struct.pack(">II", 1_500_000, 2_000_006)
    measured = hello(option(3, stamps[:4])), heard(3, FAR[8:], option(3, stamps))
    yield packet(*measured), "… with times"
    yield packet(heard(0, b""), heard(1, ip4("192.0.2.1")), heard(2, FAR)), "Heard, by addresses"
    whose = option(6, bytes(babel.RouterId(id=ROUTER_ID)))
    hops = option(7, bytes(babel.NextHop()) + FAR), option(7, b"\1\0" + ip4("192.0.2.1"))
    first = update(PREFIX[:8], flags=0x80)
    second = update(b"\0\2", omitted=6)
    half = option(7, b"\3\0" + FAR[8:])
    yield packet(whose, *hops, half, first, second), "Routes: the second leaves out six octets"
    v4 = update(ip4("198.51.100.0")[:3], ae=1, plen=24, flags=0x40)
    local = update(FAR[8:], ae=3, plen=128, metric=0xFFFF)
    yield packet(whose, v4, local, update(b"", ae=0, plen=0)), "Routes: IPv4, local, retracted"
    diverse = update(PREFIX[:8], option(2, b"\1\6\x0b"), b"\0", option(1, bytes(3)))
    strange = update(PREFIX[:8], option(0x84, b"six"), option(9, b"six"))
    yield packet(whose, diverse, strange), "Routes with sub-TLVs"
    asked = option(9, bytes(babel.Request()) + PREFIX[:8])
    everything = option(9, b"\0\0")
    passed = bytes(babel.SequenceRequest(sequence=7, id=ROUTER_ID)) + PREFIX[:8]
    yield packet(asked, everything, option(10, passed)), "Requests"
    yield packet(option(2, bytes(babel.AckRequest(nonce=0x6006))), option(3, b"\x60\6")), "Acks"
    yield packet(b"\0", option(1, bytes(4)), b"\0"), "Padding"
    counter = option(17, struct.pack(">I", 6) + b"sixscope")
    challenge = option(18, b"nonce"), option(19, b"nonce")
    digest = option(16, bytes(range(32)))
    yield packet(hello(), counter, *challenge, trailer=digest), "A trailer with a digest"
    others = [option(kind, b"sixscope") for kind in (11, 12, 13, 14, 15, 200)]
    yield packet(*others), "TLVs without a reader"
    yield packet(hello(), length=99), "The body's length is too large"
    yield packet(hello()[:6]), "A TLV passes the body"
    yield packet(option(3, b""), hello()), "A TLV too short for its value"
    yield packet(hello(), version=3), "Unknown version"


FILES = {"babel.pcapng": lambda path: write(path, _cases())}
