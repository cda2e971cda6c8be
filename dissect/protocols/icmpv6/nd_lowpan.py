"""Options of Neighbor Discovery on low-power networks (RFC 6775, section 4; RFC 7400, section 3.3).

Address Registration    Status, Opaque, Rsvd (2 bits), P (2), I (2), R, T, TID, Lifetime (2), ROVR
                        of 8, 16, 24 or 32 octets (RFC 8505, section 4.1; P: RFC 9685)
Context                 Context Length, Flags, Reserved (2), Lifetime (2), prefix
Border Router           Version low (2) and high (2), Lifetime (2), Address
Capability              7 bits unassigned, F, X, A, D, L, B, P, E, G, Unassigned (4)
                        (RFC 8505, section 4.3; RFC 8928, section 4.5; X: RFC 9685; F: RFC 9926)
Consistent Uptime       Exponent (6 bits), Mantissa (10), S, U, flags (6), NSSI (12), Peer NSSI (12)
                        (RFC 9685)

An Address Registration of RFC 6775 has Reserved octets where RFC 8505 has Opaque to TID, and an
EUI-64 where it has a Registration Ownership Verifier of 8 octets.  What Wireshark 4.0 doesn't
know of it has fields of ours.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tree import Field
from dissect.engine.values import (
    BOOL,
    BYTES,
    DOUBLE,
    EUI64,
    IPV6,
    NONE,
    U8,
    U16,
    X8,
    X16,
    X32,
    colons,
)
from dissect.protocols.icmpv6.messages import SET, bits, flag, name_flags, nothing, reserved
from dissect.protocols.icmpv6.nd_options import Words, option, read_prefix

STATUS = {
    0: "Success",
    1: "Duplicate Exists",
    2: "Neighbor Cache Full",
    3: "Moved",
    4: "Removed",
    5: "Validation Requested",
    6: "Duplicate Source Address",
    7: "Invalid Source Address",
    8: "Registered Address Topologically Incorrect",
    9: "6LBR Registry Saturated",
    10: "Validation Failed",
    11: "Registration Refresh Request",
    12: "Invalid Registration",
}
KINDS_OF_ADDRESS = {0: "Unicast address", 1: "Multicast address", 2: "Anycast address", 3: "Prefix"}
"""The P-Field (RFC 9685; 3: RFC 9926)."""

OWN = "sixscope.icmpv6.opt."


class Registration(Header):
    """Behind type and length, 6 octets; the verifier follows."""

    __hdr__ = (
        ("status", "B", 0), ("opaque", "B", 0), ("flags", "B", 0), ("tid", "B", 0),
        ("lifetime", "H", 0),
    )  # fmt: skip
    names = (
        F("status", "icmpv6.opt.aro.status", "Status", STATUS),
        F(
            "opaque", "icmpv6.opt.reserved", "Reserved", NONE, span=(1, 3), convert=nothing,
            bits=(
                F("opaque", f"{OWN}earo.opaque", "Opaque"),
                F(
                    "flags", f"{OWN}earo.flags", "Flags", X8,
                    bits=(
                        bits("flags", 2, 2, f"{OWN}earo.p", "Registered (P)", U8, KINDS_OF_ADDRESS),
                        bits("flags", 4, 2, f"{OWN}earo.i", "What Opaque is (I)", U8,
                             {0: "Topology"}),
                        flag("flags", 6, f"{OWN}earo.r", "Routing is asked for (R)"),
                        flag("flags", 7, f"{OWN}earo.t", "Has a transaction ID (T)"),
                    ),
                ),
                F("tid", f"{OWN}earo.tid", "Transaction ID"),
            ),
        ),
        F("lifetime", "icmpv6.opt.aro.registration_lifetime", "Registration Lifetime"),
    )  # fmt: skip


VERIFIER_EUI64 = Field("icmpv6.opt.aro.eui64", "EUI-64", EUI64)
VERIFIER = Field(f"{OWN}earo.rovr", "Registration Ownership Verifier", BYTES)
EUI64_REGISTRATION, LONGEST_VERIFIER = 16, 32
"""Octets of an option with a verifier of 8, and those of the longest verifier."""


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
        F(
            "unassigned1",
            "icmpv6.opt.6cio.unassigned1",
            "Unassigned",
            X16,
            bits=tuple(
                flag("unassigned1", bit, f"{OWN}6cio.{letter}", f"{words} ({letter.upper()})")
                for bit, letter, words in (
                    (7, "f", "Prefixes can be registered"),
                    (8, "x", "Multicast and anycast addresses can be registered"),
                    (9, "a", "Address-protected discovery is enabled"),
                    (10, "d", "Extended Duplicate Address messages are understood"),
                    (11, "l", "Is a 6LR"),
                    (12, "b", "Is a 6LBR"),
                    (13, "p", "Is a Routing Registrar"),
                    (14, "e", "Is a Registrar of Extended Address Registrations"),
                )
            ),
        ),
        F("generic", "icmpv6.opt.6cio.flag_g", "G", X16),
        F("unassigned2", "icmpv6.opt.6cio.unassigned2", "Unassigned", X32),
    )


CONTEXT_PREFIX = Field("icmpv6.opt.6co.context_prefix", "Context Prefix", IPV6)


class Uptime(Header):
    """Behind type and length, 6 octets (RFC 9685)."""

    __hdr__ = (("_uptime", "H", 0), ("_word", "I", 0))
    __bit_fields__ = {
        "_uptime": (("exponent", 6), ("mantissa", 10)),
        "_word": (("sleeps", 1), ("echoes", 1), ("flags", 6), ("nssi", 12), ("peer", 12)),
    }
    names = (
        F("exponent", f"{OWN}cuo.exponent", "Uptime exponent", U8),
        F("mantissa", f"{OWN}cuo.mantissa", "Uptime mantissa", U16),
        F("sleeps", f"{OWN}cuo.s", "The sender may sleep (S)", BOOL, SET),
        F("echoes", f"{OWN}cuo.u", "The peer's NSSI is valid (U)", BOOL, SET),
        F("flags", f"{OWN}cuo.flags", "Reserved flags", X8),
        F("nssi", f"{OWN}cuo.nssi", "Node State Sequence Information", U16),
        F("peer", f"{OWN}cuo.peer_nssi", "The peer's NSSI", U16),
    )


UPTIME = Field(f"{OWN}cuo.uptime", "Uptime", DOUBLE, generated=True, unit=" seconds")


@option(33, "Address Registration Option")
def registration(c: Cursor, size: int) -> Words:
    """A host registers its address with a router, or the router's answer."""
    told = c.header(Registration)
    if size <= EUI64_REGISTRATION:
        verifier = c.add(VERIFIER_EUI64)
    else:
        verifier = c.add(VERIFIER, min(size - 8, LONGEST_VERIFIER))
    status = STATUS.get(told.status) or f"Unknown {told.status}"
    return " : Register %s %s", colons(verifier), status


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


@option(42, "Consistent Uptime")
def consistent_uptime(c: Cursor, size: int) -> Words:
    """How long the sender has been up, in milliseconds times 2 to the power of the exponent."""
    told = c.header(Uptime)
    seconds = told.mantissa * 2.0**told.exponent / 1000
    c.put(UPTIME, seconds, c.pos - 6, 2)
    return " : %.15g seconds", seconds
