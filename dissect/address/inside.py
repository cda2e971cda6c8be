"""Addresses and numbers that are written inside an IPv6 address, with their octets."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

TO_6TO4 = b"\x20\x02"
"""2002::/16 (RFC 3056, section 2)."""
TEREDO = b"\x20\x01\0\0"
"""2001::/32 (RFC 4380, section 2.6)."""
NAT64 = b"\0\x64\xff\x9b" + bytes(8)
"""64:ff9b::/96, the well-known prefix (RFC 6052, section 2.1)."""
ISATAP = (b"\0\0\x5e\xfe", b"\x02\0\x5e\xfe")
"""The first half of an ISATAP interface identifier, private or global (RFC 5214, section 6.1)."""


class Part(NamedTuple):
    """An address or number that is written inside an IPv6 address.

    ``offset`` and ``size`` say which octets it is read from; ``value`` is what they mean, which is
    not always what they are (a Teredo port is stored inverted).
    """

    name: str
    offset: int
    size: int
    value: bytes | int


@lru_cache(maxsize=65536)
def embedded(address: bytes) -> tuple[Part, ...]:
    """The addresses and numbers inside an IPv6 address, those of the prefix first.

    6to4     ``6to4_gw_ipv4``, ``6to4_sla_id``
    Teredo   ``ts_ipv4`` (server), ``tc_port``, ``tc_ipv4`` (client, as its NAT shows it)
    NAT64    ``embed_ipv4_prefix``, ``embed_ipv4``
    ISATAP   ``isatap_ipv4``
    MAC      ``slaac_mac``, from a modified EUI-64 interface identifier
    """
    if address[0] == 0xFF:  # multicast: no interface identifier, no transition prefix
        return ()
    if address[:4] == TEREDO:
        return _teredo(address)
    if address[:12] == NAT64:
        return (
            Part("embed_ipv4_prefix", 0, 12, address[:12]),
            Part("embed_ipv4", 12, 4, address[12:]),
        )
    return _prefix_6to4(address) + _interface(address)


def _teredo(address: bytes) -> tuple[Part, ...]:
    """Server, and the client's port and address with all bits inverted (RFC 4380, section 4)."""
    return (
        Part("ts_ipv4", 4, 4, address[4:8]),
        Part("tc_port", 10, 2, int.from_bytes(address[10:12], "big") ^ 0xFFFF),
        Part("tc_ipv4", 12, 4, bytes(octet ^ 0xFF for octet in address[12:])),
    )


def _prefix_6to4(address: bytes) -> tuple[Part, ...]:
    if address[:2] != TO_6TO4:
        return ()
    return (
        Part("6to4_gw_ipv4", 2, 4, address[2:6]),
        Part("6to4_sla_id", 6, 2, int.from_bytes(address[6:8], "big")),
    )


def _interface(address: bytes) -> tuple[Part, ...]:
    """What the lower half tells: a universal MAC (RFC 4291, appendix A) or an IPv4 address."""
    if address[11:13] == b"\xff\xfe" and address[8] & 2:
        mac = bytes((address[8] ^ 2, address[9], address[10], *address[13:]))
        return (Part("slaac_mac", 8, 8, mac),)
    if address[8:12] in ISATAP:
        return (Part("isatap_ipv4", 12, 4, address[12:]),)
    return ()
