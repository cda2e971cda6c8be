"""Random DHCPv6: messages with options in options, and relayed ones."""

from __future__ import annotations

import struct
from collections.abc import Callable

from making.build import ALL_NODES, HOST_LOCAL, OTHER, UDP_PROTO, ethernet, ipv6, udp
from tests.parity.fuzz.chance import Chance

DUIDS = (
    b"\0\1\0\1" + struct.pack(">I", 820_000_000) + bytes(5) + b"\6",
    b"\0\2\0\0\x60\6ABCDEF",
    b"\0\3\0\1" + bytes(5) + b"\6",
    b"\0\4" + bytes(16),
)
NAMES = b"\7example\3lab\0\5other\0"
DEEPEST = 4
"""Options in options."""
PREFIX = b"\x40" + OTHER


def option(chance: Chance, depth: int = 0) -> bytes:
    """An option that fits its code, or, where lies are told, one with anything in it."""
    if chance.random() < 4 * chance.lies:
        code, value = chance.randint(1, 150), chance.octets(0, 40)
    else:
        code = chance.choice(tuple(FITTING)) if depth < DEEPEST else 14
        value = FITTING[code](chance, depth)
    return struct.pack(">HH", code, chance.lie(len(value), 300)) + value


def options(chance: Chance, depth: int = 0) -> bytes:
    """Some options."""
    return b"".join(option(chance, depth) for _ in range(chance.randint(0, 4)))


def message(chance: Chance, depth: int = 0) -> bytes:
    """A message, relayed if chance will have it."""
    if depth < 3 and chance.random() < 0.25:
        hops = struct.pack(">BB", chance.choice((12, 13)), chance.lie(depth, 40))
        inner = message(chance, depth + 1)
        relayed = struct.pack(">HH", 9, chance.lie(len(inner), 300)) + inner
        return hops + OTHER + HOST_LOCAL + chance.maybe(options(chance)) + relayed
    kind = chance.lie(chance.choice((*range(1, 12), 14, 15)), 40)
    return bytes((kind,)) + chance.randbytes(3) + options(chance)


FITTING: dict[int, Callable[[Chance, int], bytes]] = {
    1: lambda chance, depth: chance.choice(DUIDS),
    2: lambda chance, depth: chance.choice(DUIDS),
    3: lambda chance, depth: chance.octets(12, 12) + options(chance, depth + 1),
    4: lambda chance, depth: chance.octets(4, 4) + options(chance, depth + 1),
    5: lambda chance, depth: OTHER + chance.octets(8, 8) + options(chance, depth + 1),
    6: lambda chance, depth: struct.pack(">HHH", 23, 24, chance.randint(1, 150)),
    7: lambda chance, depth: chance.octets(1, 1),
    8: lambda chance, depth: chance.octets(2, 2),
    11: lambda chance, depth: chance.octets(11, 20),
    12: lambda chance, depth: OTHER,
    13: lambda chance, depth: chance.octets(2, 2) + b"words",
    14: lambda chance, depth: b"",
    15: lambda chance, depth: b"\0\4user\0\2id",
    16: lambda chance, depth: struct.pack(">IH", 0x6006, 4) + b"host",
    17: lambda chance, depth: struct.pack(">IHH", 0x6006, 1, 4) + b"host",
    18: lambda chance, depth: b"eth0",
    19: lambda chance, depth: b"\5",
    23: lambda chance, depth: OTHER * chance.randint(0, 2),
    24: lambda chance, depth: NAMES,
    25: lambda chance, depth: chance.octets(12, 12) + options(chance, depth + 1),
    26: lambda chance, depth: chance.octets(8, 8) + PREFIX + options(chance, depth + 1),
    31: lambda chance, depth: OTHER,
    32: lambda chance, depth: chance.octets(4, 4),
    37: lambda chance, depth: struct.pack(">I", 0x6006) + chance.octets(1, 8),
    39: lambda chance, depth: b"\1" + NAMES[:13],
    56: lambda chance, depth: struct.pack(">HH", 1, 16) + OTHER,
    64: lambda chance, depth: NAMES[:13],
    79: lambda chance, depth: b"\0\1" + bytes(5) + b"\6",
    82: lambda chance, depth: chance.octets(4, 4),
}
"""What is in an option, by its code."""


def dhcpv6(chance: Chance) -> bytes:
    """A message from a client, or between relays."""
    sport, dport = chance.choice(((546, 547), (547, 546), (547, 547)))
    body = chance.cut(bytes(62) + message(chance))[62:]
    packet = udp(body, sport, dport, HOST_LOCAL, ALL_NODES)
    return ethernet(ipv6(packet, UDP_PROTO, HOST_LOCAL, ALL_NODES))
