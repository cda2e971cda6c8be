"""Options of Neighbor Discovery on low-power networks (RFC 6775, section 4; RFC 7400, section 3).

Address Registration    Status, Reserved (3), Lifetime (2), EUI-64
Context                 Context Length, Flags, Reserved (2), Lifetime (2), prefix
Border Router           Version low (2) and high (2), Lifetime (2), Address
Capability              15 bits unassigned, G, Unassigned (4)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tree import Field
from dissect.engine.values import EUI64, IPV6, U8, X8, X16, X32
from dissect.protocols.icmpv6.messages import bits, flag, name_flags, reserved
from dissect.protocols.icmpv6.nd_options import Words, option, read_prefix

STATUS = {0: "Success", 1: "Duplicate Exists", 2: "Neighbor Cache Full"}


class Registration(Header):
    """Behind type and length, 14 octets."""

    __hdr__ = (
        ("status", "B", 0), ("reserved", "3s", bytes(3)), ("lifetime", "H", 0),
        ("eui64", "8s", bytes(8)),
    )  # fmt: skip
    names = (
        F("status", "icmpv6.opt.aro.status", "Status", STATUS),
        reserved("reserved", "icmpv6.opt.reserved"),
        F("lifetime", "icmpv6.opt.aro.registration_lifetime", "Registration Lifetime"),
        F("eui64", "icmpv6.opt.aro.eui64", "EUI-64", EUI64),
    )


class Context(Header):
    """Behind type and length, 6 octets."""

    __hdr__ = (
        ("length", "B", 64), ("flags", "B", 0x10), ("reserved", "2s", bytes(2)),
        ("lifetime", "H", 0),
    )  # fmt: skip
    names = (
        F("length", "icmpv6.opt.6co.context_length", "Context Length"),
        F(
            "flags", "icmpv6.opt.6co.flag", "Flag", X8,
            bits=(
                flag("flags", 3, "icmpv6.opt.6co.flag.c", "Compression Flag"),
                bits("flags", 4, 4, "icmpv6.opt.6co.flag.cid", "CID", U8),
                bits("flags", 0, 3, "icmpv6.opt.6co.flag.reserved", "Reserved", U8),
            ),
        ),
        reserved("reserved", "icmpv6.opt.reserved"),
        F("lifetime", "icmpv6.opt.6co.valid_lifetime", "Lifetime"),
    )  # fmt: skip


class BorderRouter(Header):
    """Behind type and length, 22 octets."""

    __hdr__ = (
        ("low", "H", 0), ("high", "H", 0), ("lifetime", "H", 0), ("address", "16s", bytes(16)),
    )  # fmt: skip
    names = (
        F("low", "icmpv6.opt.abro.version_low", "Version Low"),
        F("high", "icmpv6.opt.abro.version_high", "Version"),
        F("lifetime", "icmpv6.opt.abro.valid_lifetime", "Valid Lifetime"),
        F("address", "icmpv6.opt.abro.6lbr_address", "6LBR Address"),
    )


class Capability(Header):
    """Behind type and length, 6 octets."""

    __hdr__ = (("_first", "H", 0), ("unassigned2", "I", 0))
    __bit_fields__ = {"_first": (("unassigned1", 15), ("generic", 1))}
    names = (
        F("unassigned1", "icmpv6.opt.6cio.unassigned1", "Unassigned", X16),
        F("generic", "icmpv6.opt.6cio.flag_g", "G", X16),
        F("unassigned2", "icmpv6.opt.6cio.unassigned2", "Unassigned", X32),
    )


CONTEXT_PREFIX = Field("icmpv6.opt.6co.context_prefix", "Context Prefix", IPV6)


@option(33, "Address Registration Option")
def registration(c: Cursor, size: int) -> Words:
    """A host registers its address with a router, or the router's answer."""
    told = c.header(Registration)
    status = STATUS.get(told.status) or f"Unknown {told.status}"
    return " : Register %s %s", told.eui64, status


@option(34, "6LoWPAN Context Option")
def context(c: Cursor, size: int) -> Words:
    """A prefix that header compression may leave out."""
    told = c.header(Context)
    name_flags(c, "icmpv6.opt.6co.flag")
    prefix = read_prefix(c, CONTEXT_PREFIX, "icmpv6.opt.length", size - 8)
    return None if prefix is None else (" %s/%d", prefix, told.length)


@option(35, "Authoritative Border Router")
def border_router(c: Cursor, size: int) -> Words:
    """Which border router the information comes from, and how new it is."""
    told = c.header(BorderRouter)
    form = " : Version %d.%d, Valid Lifetime : %d, 6LBR : %s"
    return form, told.high, told.low, told.lifetime, told.address


@option(36, "6LoWPAN Capability Indication Option")
def capability(c: Cursor, size: int) -> Words:
    """Generic header compression is understood."""
    c.header(Capability)
    return None
