"""Questions about addresses that rules ask again and again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

UNSPECIFIED = bytes(16)
LOOPBACK = bytes(15) + b"\1"
TEREDO = b"\x20\x01\0\0"
SIX_TO_FOUR = b"\x20\x02"
ISATAP = (b"\0\0\x5e\xfe", b"\x02\0\x5e\xfe")
MAPPED = bytes(10) + b"\xff\xff"
ALL_NODES = bytes.fromhex("ff020000000000000000000000000001")
ALL_ROUTERS = bytes.fromhex("ff020000000000000000000000000002")
SOLICITED_NODE = bytes.fromhex("ff0200000000000000000001ff")
LIMITED_BROADCAST = b"\xff" * 4


def is_multicast(address: bytes) -> bool:
    """An IPv6 group."""
    return address[0] == 0xFF


def is_link_local(address: bytes) -> bool:
    """fe80::/10."""
    return address[0] == 0xFE and address[1] & 0xC0 == 0x80


def mac_of_identifier(address: bytes) -> bytes:
    """The MAC address that a modified EUI-64 identifier was made from; empty if none was."""
    if address[11:13] != b"\xff\xfe":
        return b""
    return bytes((address[8] ^ 2,)) + address[9:11] + address[13:16]


def is_global4(address: bytes) -> bool:
    """An IPv4 address that can be a host's on the Internet.

    Not private (RFC 1918), shared (RFC 6598), loopback, link-local, of this network, multicast or
    class E.  The blocks for documentation count as global: captures for examples use them.
    """
    a, b = address[0], address[1]
    return not (
        a in (0, 10, 127) or a >= 224 or (a == 100 and 64 <= b < 128)
        or (a == 169 and b == 254) or (a == 172 and 16 <= b < 32) or (a == 192 and b == 168)
    )  # fmt: skip


def are_global4(addresses: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """``is_global4`` of many addresses, (n, 4) octets."""
    a, b = addresses[:, 0], addresses[:, 1]
    other = (a == 0) | (a == 10) | (a == 127) | (a >= 224) | (a == 100) & (b & 0xC0 == 64)
    other |= (a == 169) & (b == 254) | (a == 172) & (b & 0xF0 == 16) | (a == 192) & (b == 168)
    found: NDArray[np.bool_] = ~other
    return found


def are_link_local(addresses: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """``is_link_local`` of many addresses, (n, 16) octets."""
    found: NDArray[np.bool_] = (addresses[:, 0] == 0xFE) & (addresses[:, 1] & 0xC0 == 0x80)
    return found


def prefixed(address: bytes, prefix: bytes, length: int) -> bool:
    """Whether an address is in a prefix."""
    whole, bits = divmod(length, 8)
    if address[:whole] != prefix[:whole]:
        return False
    return not bits or (address[whole] ^ prefix[whole]) >> (8 - bits) == 0
