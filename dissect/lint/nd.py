"""Neighbor Discovery's messages and options, as rules of several areas read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dissect.lint.at import At

SOLICIT_ROUTER, ADVERTISE_ROUTER, SOLICIT, ADVERTISE, REDIRECT = 133, 134, 135, 136, 137
DISCOVERY = frozenset((133, 134, 135, 136, 137))
NAMES = {
    133: "Router Solicitation", 134: "Router Advertisement", 135: "Neighbor Solicitation",
    136: "Neighbor Advertisement", 137: "Redirect",
}  # fmt: skip
BODY = {133: 8, 134: 16, 135: 24, 136: 24, 137: 40}
"""Octets of each message before its options (RFC 4861, section 4)."""

SOURCE_LINK, TARGET_LINK, PREFIX, REDIRECTED, MTU, INTERVAL, NONCE = 1, 2, 3, 4, 5, 7, 14
ROUTE, RDNSS, DNSSL, PREF64 = 24, 25, 31, 38
LINK_LAYER = (SOURCE_LINK, TARGET_LINK)


def options(at: At) -> Iterator[tuple[int, bytes, int]]:
    """The options of a message: type, value, and where each begins in the layer's data.

    Those that fit; one of length 0 ends it.
    """
    octets = at.payload
    place = BODY.get(at.header.type, len(octets))
    while place + 2 <= len(octets):
        kind, size = octets[place], 8 * octets[place + 1]
        if not size or place + size > len(octets):
            return
        yield kind, octets[place + 2 : place + size], at.layer.offset + place
        place += size


def target(at: At) -> bytes:
    """The Target Address of a solicitation, advertisement or redirect; empty where it is cut."""
    octets = at.payload[8:24]
    return octets if len(octets) == 16 else b""
