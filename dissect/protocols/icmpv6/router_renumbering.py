"""Router Renumbering (RFC 2894, section 3).

Head        Sequence Number (4), Segment Number, Flags, Max Delay (2), Reserved (4)
Command     a Match-Prefix Part, then Use-Prefix Parts
Result      Result Messages
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Result
from dissect.engine.tree import Field
from dissect.engine.values import U8, U16, U32, X8, X16, X32
from dissect.protocols.icmpv6.messages import bits, flag, message, name_flags, reserved
from dissect.protocols.icmpv6.nd_options import LIFETIMES

COMMAND, RESULT, RESET = 0, 1, 255
CODES = {COMMAND: "Command", RESULT: "Result", RESET: "Sequence number reset"}
OPERATIONS = {1: "Add", 2: "Change", 3: "Set Global"}


class Renumbering(Header):
    """Behind the head, 12 octets."""

    __hdr__ = (
        ("sequence", "I", 0), ("segment", "B", 0), ("flags", "B", 0), ("delay", "H", 0),
        ("reserved", "4s", bytes(4)),
    )  # fmt: skip
    names = (
        F("sequence", "icmpv6.rr.sequence_number", "Sequence Number"),
        F("segment", "icmpv6.rr.segment_number", "Segment Number"),
        F(
            "flags", "icmpv6.rr.flag", "Flags", X8,
            bits=(
                flag("flags", 0, "icmpv6.rr.flag.t", "Test Command"),
                flag("flags", 1, "icmpv6.rr.flag.r", "Result requested"),
                flag("flags", 2, "icmpv6.rr.flag.a", "All Interfaces"),
                flag("flags", 3, "icmpv6.rr.flag.s", "Site-specific"),
                flag("flags", 4, "icmpv6.rr.flag.p", "Processed previously"),
                bits("flags", 5, 3, "icmpv6.rr.flag.rsv", "Reserved", U8),
            ),
        ),
        F("delay", "icmpv6.rr.maxdelay", "Max Delay"),
        reserved("reserved"),
    )  # fmt: skip


class MatchPrefix(Header):
    """Which prefixes the operation is for, 24 octets."""

    __hdr__ = (
        ("operation", "B", 1), ("length", "B", 3), ("ordinal", "B", 0), ("match", "B", 0),
        ("least", "B", 0), ("most", "B", 128), ("reserved", "2s", bytes(2)),
        ("prefix", "16s", bytes(16)),
    )  # fmt: skip
    names = (
        F("operation", "icmpv6.rr.pco.mp.opcode", "OpCode", OPERATIONS),
        F("length", "icmpv6.rr.pco.mp.oplength", "OpLength"),
        F("ordinal", "icmpv6.rr.pco.mp.ordinal", "Ordinal", X8),
        F("match", "icmpv6.rr.pco.mp.matchlen", "MatchLen"),
        F("least", "icmpv6.rr.pco.mp.minlen", "MinLen"),
        F("most", "icmpv6.rr.pco.mp.maxlen", "MaxLen"),
        reserved("reserved"),
        F("prefix", "icmpv6.rr.pco.mp.matchprefix", "MatchPrefix"),
    )


def _prefix_flags(attr: str) -> tuple[F, ...]:
    return (
        flag(attr, 0, "icmpv6.rr.pco.up.flagmask.l", "On-link flag(L)"),
        flag(attr, 1, "icmpv6.rr.pco.up.flagmask.a", "Autonomous address-configuration flag(A)"),
        bits(attr, 2, 6, "icmpv6.rr.pco.up.flagmask.reserved", "Reserved", U8),
    )


class UsePrefix(Header):
    """A prefix to be used, 32 octets."""

    __hdr__ = (
        ("use", "B", 64), ("keep", "B", 0), ("mask", "B", 0), ("ra", "B", 0), ("valid", "I", 0),
        ("preferred", "I", 0), ("flags", "I", 0), ("prefix", "16s", bytes(16)),
    )  # fmt: skip
    names = (
        F("use", "icmpv6.rr.pco.up.uselen", "UseLen"),
        F("keep", "icmpv6.rr.pco.up.keeplen", "KeepLen"),
        F("mask", "icmpv6.rr.pco.up.flagmask", "FlagMask", X8, bits=_prefix_flags("mask")),
        F("ra", "icmpv6.rr.pco.up.raflags", "RAFlags", X8, bits=_prefix_flags("ra")),
        F("valid", "icmpv6.rr.pco.up.validlifetime", "Valid Lifetime", LIFETIMES),
        F("preferred", "icmpv6.rr.pco.up.preferredlifetime", "Preferred Lifetime",
          LIFETIMES),
        F(
            "flags", "icmpv6.rr.pco.up.flag", "Flags", X32,
            bits=(
                flag("flags", 0, "icmpv6.rr.pco.up.flag.v", "Decrement valid lifetime"),
                flag("flags", 1, "icmpv6.rr.pco.up.flag.p", "Decrement preferred lifetime"),
                bits("flags", 2, 30, "icmpv6.rr.pco.up.flag.reserved", "Reserved", U32),
            ),
        ),
        F("prefix", "icmpv6.rr.pco.up.useprefix", "UsePrefix"),
    )  # fmt: skip


class ResultMessage(Header):
    """What an operation did to one prefix of one interface, 24 octets."""

    __hdr__ = (
        ("flags", "H", 0), ("ordinal", "B", 0), ("matched", "B", 0), ("interface", "I", 0),
        ("prefix", "16s", bytes(16)),
    )  # fmt: skip
    names = (
        F(
            "flags", "icmpv6.rr.rm.flag", "Flags", X16,
            bits=(
                bits("flags", 0, 14, "icmpv6.rr.rm.flag.reserved", "Reserved", U16),
                flag("flags", 14, "icmpv6.rr.rm.flag.b", "Bounds"),
                flag("flags", 15, "icmpv6.rr.rm.flag.f", "Forbidden"),
            ),
        ),
        F("ordinal", "icmpv6.rr.rm.ordinal", "Ordinal", X8),
        F("matched", "icmpv6.rr.rm.matchedlen", "MatchedLen"),
        F("interface", "icmpv6.rr.rm.interfaceindex", "InterfaceIndex"),
        F("prefix", "icmpv6.rr.rm.matchedprefix", "MatchedPrefix"),
    )  # fmt: skip


MATCH_PART = Field("icmpv6.rr.pco.mp", "Match-Prefix Part")
USE_PART = Field("icmpv6.rr.pco.up", "Use-Prefix Part")
RESULT_PART = Field("icmpv6.rr.rm", "Result Message")

MATCH_TOO_LONG = Note(
    "icmpv6.rr.pco.mp.matchlen.gt128", Severity.WARNING, Group.PROTOCOL,
    "MatchLen is greater than 128", "RFC 2894, section 3.2.1.1",
)  # fmt: skip
MATCHED_TOO_LONG = Note(
    "icmpv6.rr.pco.mp.matchedlen.gt128", Severity.WARNING, Group.PROTOCOL,
    "MatchedLen is greater than 128", "RFC 2894, section 3.3",
)  # fmt: skip


@message(138, "Router Renumbering", CODES)
def renumbering(c: Cursor, head: Any) -> Result:
    """A command with its prefixes, or results."""
    c.header(Renumbering)
    name_flags(c, "icmpv6.rr.flag")
    if head.code == COMMAND:
        _match(c)
        while c.more:
            _use(c)
    elif head.code == RESULT:
        while c.more:
            _result(c)
    return None


def _match(c: Cursor) -> None:
    with c.item(MATCH_PART, 24) as node:
        part = c.header(MatchPrefix)
        if part.match > 128:
            c.note(MATCH_TOO_LONG, "icmpv6.rr.pco.mp.matchlen")
        words = OPERATIONS.get(part.operation) or f"Unknown {part.operation}"
        node.text = (
            "Match-Prefix Part: %s %s/%d (%d-%d)", words, part.prefix, part.match, part.least,
            part.most,
        )  # fmt: skip


def _use(c: Cursor) -> None:
    with c.item(USE_PART, 32) as node:
        part = c.header(UsePrefix)
        for name in ("flagmask", "raflags", "flag"):
            name_flags(c, f"icmpv6.rr.pco.up.{name}")
        node.text = ("Use-Prefix Part: %s/%d (keep %d)", part.prefix, part.use, part.keep)


def _result(c: Cursor) -> None:
    with c.item(RESULT_PART, 24) as node:
        part = c.header(ResultMessage)
        name_flags(c, "icmpv6.rr.rm.flag")
        if part.matched > 128:
            c.note(MATCHED_TOO_LONG, "icmpv6.rr.rm.matchedlen")
        node.text = (
            "Result Message: %s/%d (interface %d)",
            part.prefix,
            part.matched,
            part.interface,
        )
