"""Duplicate Address Request and Confirmation (RFC 6775, section 4.4; RFC 8505, section 4.2).

Status, Transaction ID, Registration Lifetime (2), Registration Ownership Verifier (ROVR), Address

The code's lower four bits count the verifier's 8 octets.  Where they are 0, as in RFC 6775, the
verifier is an EUI-64, and where the transaction is are Reserved octets.
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Result
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, EUI64, IPV6, U8
from dissect.protocols.icmpv6.messages import message
from dissect.protocols.icmpv6.nd_lowpan import STATUS


class DuplicateAddress(Header):
    """Behind the head, 4 octets."""

    __hdr__ = (("status", "B", 0), ("tid", "B", 0), ("lifetime", "H", 0))
    names = (
        F("status", "icmpv6.6lowpannd.da.status", "Status", STATUS),
        F("tid", "icmpv6.6lowpannd.da.rsv", "Reserved"),
        F("lifetime", "icmpv6.6lowpannd.da.lifetime", "Lifetime"),
    )


SUFFIX = Field("sixscope.icmpv6.6lowpannd.da.units", "Units of the verifier", U8, generated=True)
TRANSACTION = Field("sixscope.icmpv6.6lowpannd.da.tid", "Transaction ID", U8)
VERIFIER_EUI64 = Field("icmpv6.6lowpannd.da.eui64", "EUI-64", EUI64)
VERIFIER = Field("sixscope.icmpv6.6lowpannd.da.rovr", "Registration Ownership Verifier", BYTES)
ADDRESS = Field("icmpv6.6lowpannd.da.reg_addr", "Registered Address", IPV6)
LONGEST = 4


@message(157, "Duplicate Address Request")
@message(158, "Duplicate Address Confirmation")
def duplicate_address(c: Cursor, head: Any) -> Result:
    """Is the address registered by another host already?"""
    units, at = head.code & 0x0F, c.pos
    told = c.header(DuplicateAddress)
    if units:
        c.put(SUFFIX, units, at - 3, 1)
        c.put(TRANSACTION, told.tid, at + 1, 1)
    if 1 < units <= LONGEST:
        c.add(VERIFIER, 8 * units)
    else:
        c.add(VERIFIER_EUI64)
    c.add(ADDRESS)
    return None
