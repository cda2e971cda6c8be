"""How a translator's IPv6 addresses tell IPv4 addresses: prefixes given, well known, and learned.

RFC 6052 has the forms; a transport relay translator's prefix has 64 bits, and the IPv4 address is
the last 32 (RFC 3142).
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dissect.address.embed import LENGTHS, embed, extract
from dissect.address.inside import NAT64

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dissect.columns.chunk import Mask

MOST = 64
"""Prefixes that are known at a time."""
NOT_LEARNED = (bytes(12), bytes(10) + b"\xff\xff", b"\xfe\x80", b"\x20\x01\0\0", b"\x20\x02")
"""Beginnings of addresses in which an IPv4 address means something else than translation."""


class Prefix(NamedTuple):
    """A translator's prefix; ``known`` says how: given, well known, announced or learned."""

    network: bytes
    length: int
    known: str
    relay: bool = False

    def __str__(self) -> str:
        return f"{socket.inet_ntop(socket.AF_INET6, self.network)}/{self.length}"

    def holds(self, address: bytes) -> bool:
        """Whether an address begins with it."""
        return address.startswith(self.network[: self.length // 8])

    def ipv4(self, address: bytes) -> bytes | None:
        """The IPv4 address in an address behind it; None where the form isn't kept."""
        if len(address) != 16 or not self.holds(address):
            return None
        return address[12:] if self.relay else extract(address, self.length)

    def is_clean(self, address: bytes) -> bool:
        """Whether bits 64 to 71 and the suffix are zero (RFC 6052, section 2.2)."""
        return self.relay or embed(address, self.length, extract(address, self.length)) == address


def prefix_of(words: str, *, relay: bool = False) -> Prefix:
    """``64:ff9b::/96``; raises ValueError with a sentence."""
    network, slash, length = words.partition("/")
    lengths = (64,) if relay else LENGTHS
    try:
        octets, bits = socket.inet_pton(socket.AF_INET6, network), int(length)
    except (OSError, ValueError):
        octets, bits = b"", 0
    if not slash or bits not in lengths:
        raise ValueError(f"expected an IPv6 prefix of {_either(lengths)} bits, such as "
                         f"{'2001:db8:ffff::/64' if relay else '64:ff9b::/96'}")  # fmt: skip
    if int.from_bytes(octets) & (1 << 128 - bits) - 1:
        raise ValueError(f"there are bits behind the first {bits}")
    return Prefix(octets, bits, "given", relay)


def _either(lengths: tuple[int, ...]) -> str:
    *first, last = map(str, lengths)
    return f"{', '.join(first)} or {last}" if first else last


WELL_KNOWN = Prefix(NAT64.ljust(16, b"\0"), 96, "well known")


class Mapping:
    """The prefixes known so far."""

    def __init__(self, given: tuple[Prefix, ...]) -> None:
        self.prefixes: list[Prefix] = [*given, WELL_KNOWN]

    def add(self, prefix: Prefix) -> Prefix:
        """Learn one more, unless it is known."""
        for known in self.prefixes:
            if (known.network, known.length) == (prefix.network, prefix.length):
                return known
        if len(self.prefixes) < MOST:
            self.prefixes.append(prefix)
        return prefix

    def known(self, address: bytes) -> Prefix | None:
        """The narrowest prefix that an IPv6 address has, if any."""
        found = [prefix for prefix in self.prefixes if prefix.holds(address)]
        return max(found, key=lambda prefix: prefix.length) if found else None

    def joins(self, address: bytes, ipv4: bytes) -> Prefix | None:
        """The known prefix by which an IPv6 address is an IPv4 address."""
        for prefix in self.prefixes if may_tell(address, ipv4) else ():
            if prefix.ipv4(address) == ipv4:
                return prefix
        return None

    def learn(self, address: bytes, ipv4: bytes) -> Prefix | None:
        """A prefix by which it would be, where the form is kept; not added yet."""
        if not may_tell(address, ipv4):
            return None
        if address.startswith(NOT_LEARNED) or not any(ipv4[1:]):
            return None
        for length in reversed(LENGTHS):
            if extract(address, length) == ipv4 and embed(address, length, ipv4) == address:
                size = length // 8
                return Prefix(address[:size].ljust(16, b"\0"), length, "learned")
        return None

    def mask(self, addresses: NDArray[np.uint8]) -> Mask:
        """Which of many addresses (n, 16) have one of the prefixes."""
        words = addresses.view(np.uint64)
        found = np.zeros(len(addresses), np.bool_)
        for prefix in self.prefixes:
            size = prefix.length // 8
            mask, wanted = (
                np.frombuffer(octets[:size].ljust(16, b"\0"), np.uint64)
                for octets in (b"\xff" * 16, prefix.network)
            )
            mine = words[:, 0] & mask[0] == wanted[0]
            found |= mine if size <= 8 else mine & (words[:, 1] & mask[1] == wanted[1])
        return found


def may_tell(address: bytes, ipv4: bytes) -> bool:
    """Whether an IPv4 address is in an IPv6 address, or in it without bits 64 to 71."""
    return ipv4 in address or ipv4 in address[:8] + address[9:]


def prefix_in(octets: bytes) -> Prefix | None:
    """The prefix that a router advertisement announces (PREF64, RFC 8781, section 4)."""
    at = 16
    while at + 8 <= len(octets):
        kind, size = octets[at], 8 * octets[at + 1]
        if kind == PREF64 and size == 16 and at + 16 <= len(octets):
            code = octets[at + 3] & 7
            if code < len(PREF64_LENGTHS):
                length = PREF64_LENGTHS[code]
                network = octets[at + 4 : at + 4 + length // 8].ljust(16, b"\0")
                return Prefix(network, length, "announced")
        if not size:
            break
        at += size
    return None


PREF64 = 38
PREF64_LENGTHS = (96, 64, 56, 48, 40, 32)
"""By its Prefix Length Code."""
