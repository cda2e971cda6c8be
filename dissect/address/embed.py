"""IPv4 addresses in IPv6 by a translator's prefix (RFC 6052, section 2.2), both ways.

::

    +--+---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+
    |PL| 0-------------32--40--48--56--64--72--80--88--96--104---------|
    +--+---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+
    |32|     prefix    |v4(32)         | u | suffix                    |
    |40|     prefix        |v4(24)     | u |(8)| suffix                |
    |48|     prefix            |v4(16) | u | (16)  | suffix            |
    |56|     prefix                |(8)| u |  v4(24)   | suffix        |
    |64|     prefix                    | u |   v4(32)      | suffix    |
    |96|     prefix                                    |    v4(32)     |
    +--+---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+
"""

from __future__ import annotations

LENGTHS = (32, 40, 48, 56, 64, 96)
"""The lengths that a translator's prefix can have."""


def embed(prefix: bytes, length: int, ipv4: bytes) -> bytes:
    """The IPv6 address for an IPv4 address behind a prefix of one of ``LENGTHS``."""
    start = length // 8
    if length == 96:
        return prefix[:12] + ipv4
    whole = (prefix[:start] + ipv4).ljust(15, b"\0")
    return whole[:8] + b"\0" + whole[8:]


def extract(address: bytes, length: int) -> bytes:
    """The IPv4 address behind a prefix of one of ``LENGTHS``."""
    if length == 96:
        return address[12:]
    start = length // 8
    return (address[:8] + address[9:])[start : start + 4]
