"""Random IPv6: extension headers in any order, options, routes."""

from __future__ import annotations

import struct

from dissect.protocols.ipv6_options.reader import KNOWN
from making.build import HOST, OTHER, ROUTER, THIRD, UDP_PROTO, ethernet, ipv6, udp
from tests.parity.fuzz.chance import Chance

DATAGRAM = udp(b"sixscope", 40000, 9)
NEXT = (0, 43, 44, 51, 60, 59, UDP_PROTO)
"""Next headers that a lie may tell."""


def option(chance: Chance) -> bytes:
    """A known option of its own length, or an unknown one."""
    kind = chance.choice((*KNOWN, 0, 0x1E, 0x9D))
    if kind == 0:
        return b"\0"
    known = KNOWN.get(kind)
    if known is not None and known.length is not None:
        value = chance.octets(known.length, known.length)
    else:
        value = chance.octets(known.least if known else 0, 20)
    if kind == 0xC2:  # a jumbo length under 65,536 ends tshark's decode
        value = b"\0\1" + value[2:]
    return bytes((kind, chance.lie(len(value)))) + value


def options(chance: Chance, nxt: int) -> bytes:
    """A header of options."""
    body = b"".join(option(chance) for _ in range(chance.randint(0, 3)))
    left = -(2 + len(body)) % 8
    body += bytes(left) if left < 2 else bytes((1, left - 2)) + bytes(left - 2)
    return bytes((nxt, chance.lie(len(body) // 8, 30))) + body


def route(chance: Chance, nxt: int) -> bytes:
    """A routing header of any type, compact ones apart."""
    kind = chance.choice((0, 2, 3, 4, 77, 253))
    addresses = b"".join(chance.choice((OTHER, ROUTER, THIRD, HOST)) for _ in range(2))
    word = struct.pack(">I", chance.choice((0, 1 << 24 | 1 << 16, chance.getrandbits(32))))
    if kind == 4:
        word = struct.pack(">BBH", chance.lie(1), chance.getrandbits(8), 6)
    body = word + addresses[: 16 * chance.randint(0, 2)]
    body += chance.maybe(chance.octets(8, 8), 0.2)
    left = chance.lie(chance.choice((0, 1)))
    return bytes((nxt, chance.lie((len(body) + 4) // 8 - 1, 30), kind, left)) + body


def fragment(chance: Chance, nxt: int) -> bytes:
    """A fragment header; most often the packet is whole."""
    offset = chance.choice((0, 0, 1, 8, 8 * chance.getrandbits(13) | chance.getrandbits(3)))
    return struct.pack(">BBHI", nxt, chance.lie(0), offset, chance.getrandbits(32))


def authentication(chance: Chance, nxt: int) -> bytes:
    """An authentication header, not shorter than its own."""
    words = chance.randint(0, 4)
    length = max(chance.lie(words + 1, 20), 1)
    return struct.pack(">BBHII", nxt, length, 0, 6, 7) + chance.octets(4 * words, 4 * words)


HEADERS = {0: options, 43: route, 44: fragment, 51: authentication, 60: options}


def extension_headers(chance: Chance) -> bytes:
    """Up to four headers in any order, and a datagram."""
    return ethernet(_chain(chance, chance.some(tuple(HEADERS), 4)))


def hop_by_hop(chance: Chance) -> bytes:
    """One header of options where it belongs."""
    return ethernet(_chain(chance, [chance.choice((0, 60))]))


def routes(chance: Chance) -> bytes:
    """One routing header."""
    return ethernet(_chain(chance, [43]))


def _chain(chance: Chance, kinds: list[int]) -> bytes:
    nxt, packet = UDP_PROTO, DATAGRAM
    for kind in reversed(kinds):
        told = chance.choice(NEXT) if chance.random() < chance.lies else nxt
        packet = HEADERS[kind](chance, told) + packet
        nxt = kind
    packet = chance.cut(bytes(54) + packet)[54:]
    plen = chance.lie(len(packet), 65535)
    return ipv6(packet, nxt, HOST, THIRD, plen=plen or None, hlim=chance.getrandbits(8))
