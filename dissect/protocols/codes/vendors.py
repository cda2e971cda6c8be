"""Who holds an organizationally unique identifier of 24 bits (IEEE's public listing)."""

from __future__ import annotations

from functools import lru_cache

from dissect.address.registry import organization

_RENAMED = {"Aruba, a Hewlett Packard Enterprise Company": "Hewlett Packard Enterprise"}
_KNOWN_AS = {
    0x000000: "Officially Xerox, but 0:0:0:0:0:0 is more common",
    0x000080: "Cray Communications (formerly Dowty Network Services)",
    0x006094: "AMD PCNET PCI",
    0x0080C8: "D-Link",
    0x080027: "PCS Computer Systems GmbH",
    0x525400: "Realtek (UpTech? also reported)",
    0xAA0003: "DEC",
    0xAA0004: "DEC",
}
"""Names that network tools use instead of, or without, a registration."""


@lru_cache(maxsize=4096)
def vendor(oui: int) -> str | None:
    """The organization's name, None if nobody is registered.  Shouted names are calmed down."""
    known = _KNOWN_AS.get(oui)
    if known is not None:
        return known
    name = organization(oui.to_bytes(3))
    if name is None:
        return None
    name = _RENAMED.get(name, name)
    return name.title() if name.isupper() else name
