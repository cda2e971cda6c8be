"""Words for messages: addresses and names as people write them."""

from __future__ import annotations

from functools import lru_cache

from dissect.engine.values import address_text


@lru_cache(maxsize=8192)
def ip(address: bytes) -> str:
    """An IPv6 or IPv4 address."""
    return address_text(address)


def expected(text: str) -> str:
    """The checksum that a note says there should be."""
    return text.partition("should be ")[2].partition("]")[0] or "another"


def mac(address: bytes) -> str:
    """A MAC address."""
    return address.hex(":")
