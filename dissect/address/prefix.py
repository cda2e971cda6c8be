"""A prefix: netmask, range, count, and the reverse DNS zones for it."""

from __future__ import annotations

from typing import NamedTuple


class Prefix(NamedTuple):
    """A network and the number of leading bits that it stands for."""

    network: bytes
    length: int

    @classmethod
    def of(cls, address: bytes, length: int) -> Prefix:
        """The prefix that an address is in."""
        return cls(_octets(_number(address) & _ones(len(address), length), len(address)), length)

    @property
    def host_bits(self) -> int:
        """Bits that differ between the addresses."""
        return 8 * len(self.network) - self.length

    @property
    def netmask(self) -> bytes:
        """Ones for the prefix, zeros for the rest."""
        return _octets(_ones(len(self.network), self.length), len(self.network))

    @property
    def last(self) -> bytes:
        """The last address; the first one is ``network``."""
        return _octets(_number(self.network) | ((1 << self.host_bits) - 1), len(self.network))

    @property
    def size(self) -> int:
        """How many addresses."""
        return 1 << self.host_bits


def _number(octets: bytes) -> int:
    return int.from_bytes(octets, "big")


def _octets(number: int, size: int) -> bytes:
    return number.to_bytes(size, "big")


def _ones(size: int, length: int) -> int:
    return ((1 << length) - 1) << (8 * size - length)


def reverse_name(address: bytes) -> str:
    """The DNS name under which an address's name is found (RFC 3596, section 2.5; RFC 1035)."""
    return _zone(address, len(address) * (2 if len(address) == 16 else 1))


def reverse_zones(prefix: Prefix) -> tuple[str, str, int]:
    """First and last zone to delegate for a prefix, and how many there are.

    Zones are cut at hexadecimal digits (IPv6) or octets (IPv4), so that a prefix which ends in
    between needs several.  An IPv4 prefix longer than 24 bits has only its parent's zone; RFC
    2317 tells how to delegate a part of it.
    """
    unit = 4 if len(prefix.network) == 16 else 8
    labels = -(-prefix.length // unit)
    if unit == 8 and prefix.length > 24:
        labels = 4 if prefix.length == 32 else 3
    count = 1 << max(0, labels * unit - prefix.length)
    return _zone(prefix.network, labels), _zone(prefix.last, labels), count


def _zone(address: bytes, labels: int) -> str:
    if len(address) == 16:
        return ".".join((*reversed(address.hex()[:labels]), "ip6.arpa"))
    return ".".join((*(str(octet) for octet in address[:labels][::-1]), "in-addr.arpa"))
