"""Duplicate Address Request and Confirmation (RFC 6775, section 4.4).

Status, Reserved, Registration Lifetime (2), EUI-64, Registered Address
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Result
from dissect.engine.values import EUI64
from dissect.protocols.icmpv6.messages import message
from dissect.protocols.icmpv6.nd_lowpan import STATUS


class DuplicateAddress(Header):
    """Behind the head, 28 octets."""

    __hdr__ = (
        ("status", "B", 0), ("reserved", "B", 0), ("lifetime", "H", 0), ("eui64", "8s", bytes(8)),
        ("address", "16s", bytes(16)),
    )  # fmt: skip
    names = (
        F("status", "icmpv6.6lowpannd.da.status", "Status", STATUS),
        F("reserved", "icmpv6.6lowpannd.da.rsv", "Reserved"),
        F("lifetime", "icmpv6.6lowpannd.da.lifetime", "Lifetime"),
        F("eui64", "icmpv6.6lowpannd.da.eui64", "EUI-64", EUI64),
        F("address", "icmpv6.6lowpannd.da.reg_addr", "Registered Address"),
    )


@message(157, "Duplicate Address Request")
@message(158, "Duplicate Address Confirmation")
def duplicate_address(c: Cursor, head: Any) -> Result:
    """Is the address registered by another host already?"""
    c.header(DuplicateAddress)
    return None
