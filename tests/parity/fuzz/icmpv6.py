"""Random ICMPv6: Neighbor Discovery with its options, multicast listeners, errors, RPL."""

from __future__ import annotations

import struct
from collections.abc import Callable

from dissect.protocols.icmpv6.nd_options import OPTIONS
from dissect.protocols.icmpv6.rpl_options import READERS as RPL_OPTIONS
from making.build import (
    ALL_NODES,
    HOST,
    HOST_LOCAL,
    OTHER,
    ROUTER,
    TCP_PROTO,
    UDP_PROTO,
    ethernet,
    fragment,
    icmpv6_packet,
    ip6,
    ipv6,
    option,
    padded_options,
    tcp,
    udp,
)
from tests.parity.fuzz.chance import Chance

GROUP = ip6("ff15::6006")
BODIES = {133: 4, 134: 12, 135: 20, 136: 20, 137: 36}
"""Neighbor Discovery's messages, and how many octets stand between the head and the options."""
SIZES = (6, 14, 22, 30, 38)
NAME = b"\7example\3lab\0"


def nd_option(chance: Chance) -> bytes:
    """A known option or an unknown one, of any size."""
    kind = chance.choice((*OPTIONS, *OPTIONS, 200))
    size = chance.choice(SIZES)
    value = chance.choice((chance.octets(size, size), (bytes(6) + NAME * 3)[:size]))
    value += bytes(-(len(value) + 2) % 8)
    return bytes((chance.lie(kind), chance.lie((len(value) + 2) // 8, 9))) + value


def neighbours(chance: Chance) -> bytes:
    """A message with some options."""
    kind = chance.choice(tuple(BODIES))
    body = chance.octets(BODIES[kind], BODIES[kind])
    body += b"".join(nd_option(chance) for _ in range(chance.randint(0, 4)))
    return _message(chance, kind, body, 255)


def listeners(chance: Chance) -> bytes:
    """A query, a report or a leave of either version."""
    kind = chance.choice((130, 131, 132, 143))
    if kind == 143:
        records = [_record(chance) for _ in range(chance.randint(0, 4))]
        body = struct.pack(">HH", 0, chance.lie(len(records))) + b"".join(records)
    else:
        body = struct.pack(">HH", chance.getrandbits(16), 0) + chance.choice((bytes(16), GROUP))
        if kind == 130 and chance.random() < 0.5:
            sources = chance.randint(0, 3)
            flags = chance.getrandbits(16)
            body += struct.pack(">HH", flags, chance.lie(sources)) + ROUTER * sources
    return _message(chance, kind, body, 1)


def _record(chance: Chance) -> bytes:
    sources, words = chance.randint(0, 3), chance.randint(0, 2)
    head = struct.pack(
        ">BBH", chance.lie(chance.randint(1, 6)), chance.lie(words, 9), chance.lie(sources)
    )
    return head + GROUP + OTHER * sources + chance.octets(4 * words, 4 * words)


QUOTED: tuple[Callable[[Chance], bytes], ...] = (
    lambda chance: icmpv6_packet(128, 0, chance.octets(4, 60), HOST, OTHER),
    lambda chance: ipv6(udp(chance.octets(0, 20), 40000, 9), UDP_PROTO),
    lambda chance: ipv6(tcp(chance.octets(0, 20), 40000, 9, options=MAXIMUM_SEGMENT), TCP_PROTO),
    lambda chance: ipv6(SCTP_DATA, 132),
    lambda chance: ipv6(padded_options(UDP_PROTO, option(5, b"\0\0")) + udp(b"", 40000, 9), 0),
    lambda chance: ipv6(fragment(udp(b"", 40000, 9), UDP_PROTO, 0, more=False), 44),
    lambda chance: ipv6(bytes((UDP_PROTO, 2, 0, 1, 0, 0, 0, 0)) + OTHER + udp(b"", 40000, 9), 43),
)
"""Packets that errors quote."""
MAXIMUM_SEGMENT = b"\2\4\5\xa0"
SCTP_DATA = struct.pack(">HHII", 40000, 9, 1, 0) + struct.pack(">BBHIHHI", 0, 3, 24, 1, 1, 1, 0)
SCTP_DATA += b"sixscope"


def errors(chance: Chance) -> bytes:
    """An error that quotes a packet, which may quote one; a quote ends anywhere."""
    quoted = chance.choice(QUOTED)(chance)
    for _ in range(chance.choice((0, 0, 1, 2))):
        quoted = icmpv6_packet(chance.randint(1, 4), 0, bytes(4) + quoted, ROUTER, HOST)
    quoted = quoted[: chance.choice((len(quoted), chance.randint(0, len(quoted))))]
    kind, code = chance.lie(chance.randint(1, 4), 4), chance.lie(chance.randint(0, 3), 12)
    word = chance.octets(4, 4) if kind in (2, 4) else b"\0" + chance.octets(3, 3)
    return ethernet(icmpv6_packet(kind, code, word + quoted, ROUTER, HOST, chance.lie(64)))


def rpl(chance: Chance) -> bytes:
    """An RPL control message with options."""
    code = chance.choice((0, 1, 2, 3, 4, 5))
    body = chance.octets(*(2 * (2, 24, 20, 4, 20, 20)[code : code + 1]))
    if code in (2, 3):
        body = bytes((30, 0x40 if code == 2 else 0)) + body[2:]
    for _ in range(chance.randint(0, 3)):
        kind = chance.choice((*RPL_OPTIONS, 0, 119))
        value = chance.octets(0, 34)
        if kind == 10:  # with nothing elided
            value = bytes((chance.getrandbits(4) << 4,)) + value
        if kind == 2:
            value = struct.pack(">BHB", chance.randint(1, 8), chance.getrandbits(16), 2) + b"\0\6"
        body += bytes((chance.lie(kind, 10), chance.lie(len(value)))) + value if kind else b"\0"
    return _message(chance, 155, body, 255, code)


WITH_OPTIONS = {147: 4, 148: 4, 149: 8, 150: 4, 154: 4}
WITHOUT = (139, 140, 144, 145, 146, 151, 152, 153, 156, 157, 158, 159, 160, 161)


def others(chance: Chance) -> bytes:
    """One of the less common messages with any octets."""
    kind = chance.choice((*WITH_OPTIONS, *WITHOUT))
    if kind in WITH_OPTIONS:
        body = chance.octets(WITH_OPTIONS[kind], WITH_OPTIONS[kind])
        body += b"".join(nd_option(chance) for _ in range(chance.randint(0, 2)))
    else:
        body = chance.octets(0, 60)
    return _message(chance, kind, body, 64, chance.choice((0, 0, 0, 1, 2)))


def _message(chance: Chance, kind: int, body: bytes, hops: int, code: int = 0) -> bytes:
    octets = chance.cut(bytes(62) + body)[62:]
    return ethernet(
        icmpv6_packet(kind, chance.lie(code, 9), octets, HOST_LOCAL, ALL_NODES, chance.lie(hops))
    )
