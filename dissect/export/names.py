"""Names for MAC addresses, as tshark's without ``-n``: ``Cisco_11:22:33``, ``IPv6mcast_01``.

Vendors' short names are made from the registered ones and can differ from Wireshark's.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dissect.address.registry import organization

_FORMS = (
    "the inc incorporated corp corporation co company ltd limited llc systems "
    "ab ag aps as a/s bv doo gmbh kft kg kgaa kk lp nv ooo oy oyj plc pte pty pvt sa sas sl slu "
    "spa srl sro zao"
)
_LEGAL = re.compile(rf"(?<![\w&+-])(?:{'|'.join(_FORMS.split())})(?![\w&+-])", re.IGNORECASE)
_WORD = re.compile(r"[\w+-]+(?:&[\w+-]+)*")


@lru_cache(maxsize=65536)
def mac_name(mac: bytes) -> str:
    """The name of an address: of everybody, of a multicast group, by vendor, or its digits."""
    if mac == b"\xff" * 6:
        return "Broadcast"
    if mac[:2] == b"\x33\x33":
        return "IPv6mcast_" + _group(mac[2:])
    if mac[:3] == b"\x01\x00\x5e" and mac[3] < 0x80:
        return "IPv4mcast_" + _group(mac[3:])
    # neither groups, nor addresses that somebody made up, nor zeros, which Xerox never used
    vendor = "" if mac[0] & 3 or mac[:3] == bytes(3) else _vendor(mac[:3])
    return f"{vendor}_{mac[3:].hex(':')}" if vendor else mac.hex(":")


def _group(rest: bytes) -> str:
    return (rest.lstrip(b"\0") or b"\0").hex(":")


@lru_cache(maxsize=4096)
def _vendor(oui: bytes) -> str:
    """A vendor's name in at most eight letters; empty for one that is not registered."""
    name = re.sub("[.']", "", organization(oui) or "")
    if name.isupper():
        name = name.title()
    return "".join(_WORD.findall(_LEGAL.sub(" ", name)))[:8]
