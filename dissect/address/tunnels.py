"""Which mechanism put an IPv6 packet into an IPv4 packet, by the addresses of both.

An automatic tunnel works out the outer ends from the addresses inside; where they agree, it is
that one.  What can't be worked out was configured (RFC 4213).

=========  ==================================  ===============================================
6over4     prefix, zeros (4), IPv4             group ffxx:… → 239.x.(last two octets)
ISATAP     prefix, 0000:5efe or 0200:5efe, IPv4
6to4       2002, IPv4, …
6rd        the provider's prefix, IPv4 (or its last bits), …
automatic  zeros (12), IPv4                    "IPv4-compatible", deprecated
=========  ==================================  ===============================================
"""

from __future__ import annotations

import socket
from typing import NamedTuple

from dissect.address.inside import ISATAP, TO_6TO4

Ends = tuple[bytes, bytes]
"""The addresses of source and destination."""

ANYCAST_6TO4 = bytes((192, 88, 99, 1))
"""The relay routers' anycast address (RFC 3068, section 2.4), deprecated by RFC 7526."""
COMPATIBLE = bytes(12)


class Prefix6rd(NamedTuple):
    """A provider's prefix, and how many leading bits its IPv4 addresses have in common.

    RFC 5969, section 4: the bits of the IPv4 address behind those stand behind the prefix.
    """

    network: bytes
    length: int
    common: int = 0

    def outer(self, address: bytes, end: bytes) -> bytes | None:
        """The IPv4 address of an IPv6 address's site, with the common bits of ``end``."""
        number = int.from_bytes(address, "big")
        if number >> 128 - self.length != int.from_bytes(self.network, "big") >> 128 - self.length:
            return None
        width = 32 - self.common
        own = number >> 128 - self.length - width & (1 << width) - 1
        shared = int.from_bytes(end, "big") >> width << width
        return (shared | own).to_bytes(4, "big")


def prefix_6rd(words: str) -> Prefix6rd:
    """``2001:db8::/32``, or with the common bits ``2001:db8::/32,8``; raises ValueError."""
    prefix, _, common = words.partition(",")
    network, slash, length = prefix.partition("/")
    try:
        made = Prefix6rd(socket.inet_pton(socket.AF_INET6, network), int(length), int(common or 0))
    except (OSError, ValueError):
        made = None
    if made is None or not (slash and 0 <= made.common < 32 and 0 < made.length <= 96):
        raise ValueError("expected a prefix such as 2001:db8::/32, or 2001:db8::/32,8")
    return made


def outer_of_6over4(address: bytes, end: bytes) -> bytes | None:
    """RFC 2529, sections 4 and 6; the second octet of a group is the domain's choice."""
    if address[0] == 0xFF:
        return end[:2] + address[14:] if end[0] == 239 else None
    return address[12:] if address[8:12] == bytes(4) and any(address[:8]) else None


def outer_of_isatap(address: bytes, end: bytes) -> bytes | None:
    """RFC 5214, section 6.1."""
    return address[12:] if address[8:12] in ISATAP else None


def outer_of_6to4(address: bytes, end: bytes) -> bytes | None:
    """RFC 3056, section 2."""
    return address[2:6] if address[:2] == TO_6TO4 else None


def outer_of_compatible(address: bytes, end: bytes) -> bytes | None:
    """RFC 4291, section 2.5.5.1; not the unspecified and the loopback address."""
    return address[12:] if address[:12] == COMPATIBLE and any(address[12:15]) else None


OUTER = {
    "ISATAP": outer_of_isatap,
    "6over4": outer_of_6over4,
    "6to4": outer_of_6to4,
    "automatic": outer_of_compatible,
}
"""What works out the outer end for an inner address, None where it says nothing; ``end`` is the
outer end that is there."""

CONFIGURED = "6in4"


def expected(
    kind: str, outer: Ends, inner: Ends, site: Prefix6rd | None = None
) -> list[bytes | None]:
    """The outer ends that a mechanism gives for the inner ones."""
    work_out = site.outer if kind == "6rd" and site is not None else OUTER.get(kind)
    if work_out is None:
        return [None, None]
    return [work_out(address, end) for address, end in zip(inner, outer, strict=True)]


def six_in_four(outer: Ends, inner: Ends, site: Prefix6rd | None = None) -> str:
    """The mechanism's name: a key of ``OUTER``, ``6rd`` (if ``site`` is given) or ``6in4``."""
    if site is not None and any(expected("6rd", outer, inner, site)):
        return "6rd"
    if inner[1][0] == 0xFF and outer[1][0] == 239:
        return "6over4"
    if ANYCAST_6TO4 in outer:
        return "6to4"
    for kind in OUTER:
        if any(a == b for a, b in zip(expected(kind, outer, inner), outer, strict=True)):
            return kind
    return CONFIGURED


AFTR = bytes((192, 0, 0))
"""192.0.0.0/29: the ends of a DS-Lite tunnel use it inside (RFC 6333, section 5.7)."""


def is_ds_lite(inner: Ends) -> bool:
    """Whether an IPv4 address is one that only the ends of a DS-Lite tunnel have."""
    return any(address[:3] == AFTR and address[3] < 8 for address in inner)
