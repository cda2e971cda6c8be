"""Packets with any number of a registry, assigned or not: options, messages, headers."""

from __future__ import annotations

import struct
from collections.abc import Callable

from making.build import (
    ALL_NODES,
    HOST_LOCAL,
    OTHER,
    THIRD,
    UDP_PROTO,
    counting,
    ethernet,
    icmpv6_packet,
    ipv6,
    udp,
)
from tests.parity.fuzz.chance import Chance

SIZES = (4, 10, 12, 18, 20, 40)


def _option(chance: Chance, number: int) -> bytes:
    size = chance.choice(SIZES)
    value = bytes((number, chance.lie(size))) + counting(size)
    value += bytes(-(len(value) + 2) % 8)
    header = chance.choice((0, 60))
    return ipv6(bytes((59, chance.lie((len(value) + 2) // 8 - 1, 30))) + value, header)


def _route(chance: Chance, number: int) -> bytes:
    return ipv6(bytes((59, chance.lie(4), number, chance.lie(1))) + bytes(4) + OTHER + THIRD, 43)


def _message(chance: Chance, number: int) -> bytes:
    body = bytes(4) + counting(60)
    return icmpv6_packet(number, chance.lie(0), body, HOST_LOCAL, ALL_NODES, chance.lie(255))


def _neighbour_option(chance: Chance, number: int) -> bytes:
    units = chance.randint(1, 5)
    body = bytes(4) + bytes((number, chance.lie(units, 9))) + counting(8 * units - 2)
    return icmpv6_packet(133, 0, body, HOST_LOCAL, ALL_NODES, chance.lie(255))


def _rpl(chance: Chance, number: int) -> bytes:
    return icmpv6_packet(155, number, counting(40), HOST_LOCAL, ALL_NODES, chance.lie(255))


def _rpl_option(chance: Chance, number: int) -> bytes:
    size = chance.choice(SIZES)
    body = b"\0\0" + bytes((number, chance.lie(size))) + counting(size)
    return icmpv6_packet(155, 0, body, HOST_LOCAL, ALL_NODES, chance.lie(255))


def _mobility(chance: Chance, number: int) -> bytes:
    units = chance.randint(1, 6)
    return ipv6(bytes((59, chance.lie(units), number, 0, 0, 0)) + counting(8 * units + 2), 135)


def _mobility_option(chance: Chance, number: int) -> bytes:
    size = chance.choice(SIZES)
    body = bytes(6) + bytes((number, chance.lie(size))) + counting(size)
    body += bytes(-(len(body) + 6) % 8)
    return ipv6(bytes((59, chance.lie(len(body) // 8), 5, 0, 0, 0)) + body, 135)


def _dhcpv6(chance: Chance, number: int) -> bytes:
    body = bytes((number,)) + b"abc" + struct.pack(">HH", 14, chance.lie(0))
    return ipv6(udp(body, 546, 547, HOST_LOCAL, ALL_NODES), UDP_PROTO, HOST_LOCAL, ALL_NODES)


def _dhcpv6_option(chance: Chance, number: int) -> bytes:
    size = chance.choice(SIZES)
    body = b"\1abc" + struct.pack(">HH", number, chance.lie(size)) + counting(size)
    return ipv6(udp(body, 546, 547, HOST_LOCAL, ALL_NODES), UDP_PROTO, HOST_LOCAL, ALL_NODES)


REGISTRIES: tuple[Callable[[Chance, int], bytes], ...] = (
    _option, _route, _message, _neighbour_option, _rpl, _rpl_option, _mobility, _mobility_option,
    _dhcpv6, _dhcpv6_option,
)  # fmt: skip


def numbers(chance: Chance) -> bytes:
    """A number of 8 bits in one of these places."""
    number, packet = chance.getrandbits(8), chance.choice(REGISTRIES)
    return chance.cut(ethernet(packet(chance, number)))
