"""Words for messages: addresses and names as people write them."""

from __future__ import annotations

from dissect.engine.values import address_text


def ip(address: bytes) -> str:
    """An IPv6 or IPv4 address."""
    return address_text(address)


def mac(address: bytes) -> str:
    """A MAC address."""
    return address.hex(":")
