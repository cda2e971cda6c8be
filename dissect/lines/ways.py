"""What extension headers say of the ends of a packet: Home Addresses, and Routing headers.

The tree reader is asked what it makes of them, once for the same octets.
"""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from dissect.engine.packet import Packet

IPV6_LINK = 229
"""The link type of IPv6 without a link (tcpdump.org/linktypes.html)."""
ADDRESSES = 32
OPTIONS, ROUTING = frozenset((0, 60)), 43
"""By Next Header: Hop-by-Hop and Destination Options, the Routing header."""

HARMLESS = frozenset((0, 1, 4, 5, *range(0x1E, 0x100, 0x20)))
"""Options that change nothing else: padding, Tunnel Encapsulation Limit, Router Alert, and those
for experiments (RFC 4727)."""
GIVING_ENDS = HARMLESS | {0xC9}
"""With the Home Address."""


@lru_cache(maxsize=4096)
def harmless(octets: bytes) -> bool:
    """Whether an extension header with options is all, and holds no options but such."""
    return len(octets) == _size(octets) and _kinds(octets) <= HARMLESS


def _size(header: bytes) -> int:
    """Octets of an extension header, by its second one; 0 if it isn't there."""
    return 8 * header[1] + 8 if len(header) > 1 else 0


def _kinds(header: bytes) -> set[int]:
    """Those of the options in it; -1 for the last one if it isn't all there."""
    at, kinds = 2, set()
    while at < len(header):
        kinds.add(header[at])
        at += 2 + header[at + 1] if header[at] and at + 1 < len(header) else 1
    return kinds if at == len(header) else {-1}


@lru_cache(maxsize=4096)
def ends_of(octets: bytes) -> tuple[bytes, bytes] | None:
    """Source and destination; None if the extension headers may say more than that.

    octets  Next Header and addresses of an IPv6 header, then the extension headers
    """
    kind, at = octets[0], 1 + ADDRESSES
    while at < len(octets):
        size = _size(octets[at : at + 2])
        header = octets[at : at + size]
        plain = kind == ROUTING or (kind in OPTIONS and _kinds(header) <= GIVING_ENDS)
        if not (plain and size and len(header) == size):
            return None
        kind, at = header[0], at + size
    payload = (len(octets) - 1 - ADDRESSES).to_bytes(2, "big")
    alone = b"\x60\0\0\0" + payload + octets[:1] + b"\0" + octets[1:]
    return cast(tuple[bytes, bytes], Packet(alone, IPV6_LINK).decode().ends[-1])
