"""The Internet checksum (RFC 1071) and the pseudo-headers that transports put under it.

IPv4's pseudo-header is RFC 793's (section 3.1), IPv6's RFC 8200's (section 8.1): after a Routing
header the final destination counts, not the one in the IPv6 header.
"""

from __future__ import annotations

from enum import IntEnum

from dissect.engine.cursor import Cursor


class Status(IntEnum):
    """What became of a checksum; Wireshark's numbers."""

    BAD = 0
    GOOD = 1
    UNVERIFIED = 2
    NOT_PRESENT = 3
    ILLEGAL = 4


STATUS: dict[int, str] = {
    Status.BAD: "Bad",
    Status.GOOD: "Good",
    Status.UNVERIFIED: "Unverified",
    Status.NOT_PRESENT: "Not present",
    Status.ILLEGAL: "Illegal",
}


def ones_sum(octets: bytes) -> int:
    """The ones' complement sum of big-endian 16-bit words; an odd last octet is padded with zero.

    Of octets that aren't all zero the sum is 1..0xffff, never 0.
    """
    if len(octets) & 1:
        octets += b"\0"
    number = int.from_bytes(octets, "big")
    return number % 0xFFFF or (0xFFFF if number else 0)


def checksum(octets: bytes, initial: int = 0) -> int:
    """The checksum over octets in which the checksum field is zero; ``initial`` is a sum so far.

    Over octets with a correct checksum in place the result is 0.
    """
    total = ones_sum(octets) + initial
    total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


LEFT_TO_CARD = "that of the pseudo-header: left to the network card"
"""What a checksum is that a stack has only begun."""


def pseudo_header_sum(c: Cursor, protocol: int, length: int) -> int:
    """The ones' complement sum of the pseudo-header for a transport of ``length`` octets."""
    facts = c.facts
    destination = facts.final or facts.destination
    return ones_sum(
        facts.source + destination + length.to_bytes(4, "big") + protocol.to_bytes(4, "big")
    )


def verifiable(c: Cursor, length: int) -> bool:
    """Whether ``length`` octets from the layer's start are all captured and no fragment or quote.

    A quoted packet is cut or changed on its way, a fragment holds a part of what is summed.
    """
    return (
        not c.quoted
        and not c.facts.fragment
        and bool(c.facts.version)
        and c.layer.offset + length <= len(c.data)
    )
