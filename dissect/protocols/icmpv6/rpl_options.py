"""Options of RPL control messages (RFC 6550, section 6.7).

    0               8               16
    +---------------+---------------+-------------------------------+
    |     Type      |    Length     |  Length octets of data        |
    +---------------+---------------+-------------------------------+

Type 0 is a single octet of padding, without a length.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field, Node
from dissect.engine.values import IPV6, NONE, U8, X8, X32
from dissect.protocols.icmpv6.messages import (
    DATA,
    OPTION,
    bits,
    flag,
    left_over,
    name_flags,
    nothing,
    reserved,
)
from dissect.protocols.icmpv6.nd_options import (
    LIFETIMES,
    PREFERENCE,
    TOO_SHORT,
    Words,
    option_title,
    read_prefix,
)
from dissect.protocols.icmpv6.rpl_discovery import route_discovery
from dissect.protocols.icmpv6.rpl_metrics import metrics

DISCOVERY_REPLY = 4
"""The code of the message in which a P2P Route Discovery option means something else."""


class About(Struct, frozen=True):
    """What an option needs to know of its message: its code and its DODAG's identifier."""

    code: int
    dodag: bytes


Reader = Callable[[Cursor, About], Words]

TYPES = {
    0: "1-byte padding",
    1: "n-byte padding",
    2: "DAG Metric container",
    3: "Routing Information",
    4: "DODAG configuration",
    5: "RPL Target",
    6: "Transit Information",
    7: "Solicited Information",
    8: "Prefix Information",
    9: "RPL Target Descriptor",
    10: "P2P Route Discovery",
}


class RouteInformation(Header):
    """Behind type and length, 6 octets."""

    __hdr__ = (("length", "B", 0), ("flags", "B", 0), ("lifetime", "I", 0))
    names = (
        F("length", "icmpv6.rpl.opt.route.prefix_length", "Prefix Length"),
        F(
            "flags", "icmpv6.rpl.opt.route.flag", "Flag", X8,
            bits=(
                bits("flags", 3, 2, "icmpv6.rpl.opt.route.pref", "Preference", U8, PREFERENCE),
                F("flags", "icmpv6.rpl.opt.route.reserved", "Reserved", U8, mask=0xE7,
                  convert=lambda flags: flags & 0xE7),
            ),
        ),
        F("lifetime", "icmpv6.rpl.opt.route.lifetime", "Route Lifetime", LIFETIMES),
    )  # fmt: skip


class Configuration(Header):
    """Behind type and length, 14 octets."""

    __hdr__ = (
        ("flags", "B", 0), ("doublings", "B", 20), ("least", "B", 3), ("redundancy", "B", 10),
        ("max_rank", "H", 0), ("min_hop", "H", 256), ("ocp", "H", 0), ("reserved", "B", 0),
        ("lifetime", "B", 255), ("unit", "H", 60),
    )  # fmt: skip
    names = (
        F(
            "flags", "icmpv6.rpl.opt.config.flag", "Flag", X8,
            bits=(
                bits("flags", 0, 4, "icmpv6.rpl.opt.config.reserved", "Reserved", U8),
                flag("flags", 4, "icmpv6.rpl.opt.config.auth", "Authentication Enabled"),
                bits("flags", 5, 3, "icmpv6.rpl.opt.config.pcs", "Path Control Size", U8),
            ),
        ),
        F("doublings", "icmpv6.rpl.opt.config.interval_double", "DIOIntervalDoublings"),
        F("least", "icmpv6.rpl.opt.config.interval_min", "DIOIntervalMin"),
        F("redundancy", "icmpv6.rpl.opt.config.redundancy", "DIORedundancyConstant"),
        F("max_rank", "icmpv6.rpl.opt.config.max_rank_inc", "MaxRankInc"),
        F("min_hop", "icmpv6.rpl.opt.config.min_hop_rank_inc", "MinHopRankInc"),
        F("ocp", "icmpv6.rpl.opt.config.ocp", "OCP (Objective Code Point)"),
        F("reserved", "icmpv6.rpl.opt.config.rsv", "Reserved"),
        F("lifetime", "icmpv6.rpl.opt.config.def_lifetime", "Default Lifetime"),
        F("unit", "icmpv6.rpl.opt.config.lifetime_unit", "Lifetime Unit"),
    )  # fmt: skip


class Target(Header):
    """Behind type and length, 2 octets."""

    __hdr__ = (("flags", "B", 0), ("length", "B", 128))
    names = (
        F("flags", "icmpv6.rpl.opt.target.flag", "Reserved", NONE, convert=nothing),
        F("length", "icmpv6.rpl.opt.target.prefix_length", "Target Length"),
    )


class Transit(Header):
    """Behind type and length, 4 octets."""

    __hdr__ = (("flags", "B", 0), ("control", "B", 0), ("sequence", "B", 0), ("lifetime", "B", 0))
    names = (
        F(
            "flags", "icmpv6.rpl.opt.transit.flag", "Flags", X8,
            bits=(
                flag("flags", 0, "icmpv6.rpl.opt.transit.flag.e", "External"),
                bits("flags", 1, 7, "icmpv6.rpl.opt.transit.flag.rsv", "Reserved", U8),
            ),
        ),
        F("control", "icmpv6.rpl.opt.transit.pathctl", "Path Control"),
        F("sequence", "icmpv6.rpl.opt.transit.pathseq", "Path Sequence"),
        F("lifetime", "icmpv6.rpl.opt.transit.pathlifetime", "Path Lifetime"),
    )  # fmt: skip


TRUTH = ("False", "True")


class Solicited(Header):
    """Behind type and length, 19 octets."""

    __hdr__ = (
        ("instance", "B", 0), ("flags", "B", 0), ("dodag", "16s", bytes(16)), ("version", "B", 0),
    )  # fmt: skip
    names = (
        F("instance", "icmpv6.rpl.opt.solicited.instance", "Instance"),
        F(
            "flags", "icmpv6.rpl.opt.solicited.flag", "Flag", X8,
            bits=(
                flag("flags", 0, "icmpv6.rpl.opt.solicited.flag.v", "Version predicate", TRUTH),
                flag("flags", 1, "icmpv6.rpl.opt.solicited.flag.i", "InstanceID predicate", TRUTH),
                flag("flags", 2, "icmpv6.rpl.opt.solicited.flag.d", "DODAGID predicate", TRUTH),
                bits("flags", 3, 5, "icmpv6.rpl.opt.solicited.flag.rsv", "Reserved", U8),
            ),
        ),
        F("dodag", "icmpv6.rpl.opt.solicited.dodagid", "DODAGID"),
        F("version", "icmpv6.rpl.opt.solicited.version", "Version"),
    )  # fmt: skip


class PrefixInformation(Header):
    """Behind type and length, 30 octets."""

    __hdr__ = (
        ("length", "B", 64), ("flags", "B", 0), ("valid", "I", 0), ("preferred", "I", 0),
        ("reserved", "4s", bytes(4)), ("prefix", "16s", bytes(16)),
    )  # fmt: skip
    names = (
        F("length", "icmpv6.rpl.opt.prefix.length", "Prefix Length"),
        F(
            "flags", "icmpv6.rpl.opt.prefix.flag", "Flag", X8,
            bits=(
                flag("flags", 0, "icmpv6.rpl.opt.prefix.flag.l", "On Link"),
                flag("flags", 1, "icmpv6.rpl.opt.config.flag.a", "Auto Address Config"),
                flag("flags", 2, "icmpv6.rpl.opt.config.flag.r", "Router Address"),
                bits("flags", 3, 5, "icmpv6.rpl.opt.config.flag.rsv", "Reserved", U8),
            ),
        ),
        F("valid", "icmpv6.rpl.opt.prefix.valid_lifetime", "Valid Lifetime", LIFETIMES),
        F("preferred", "icmpv6.rpl.opt.prefix.preferred_lifetime", "Preferred Lifetime",
          LIFETIMES),
        reserved("reserved", "icmpv6.rpl.opt.reserved"),
        F("prefix", "icmpv6.rpl.opt.prefix", "Destination Prefix"),
    )  # fmt: skip


TYPE = Field("icmpv6.rpl.opt.type", "Type", U8, TYPES)
LENGTH = Field("icmpv6.rpl.opt.length", "Length", U8)
PADN = Field("icmpv6.rpl.opt.padn", "Paddn", NONE)
ROUTE_PREFIX = Field("icmpv6.rpl.opt.route.prefix", "Prefix", IPV6)
TARGET_PREFIX = Field("icmpv6.rpl.opt.target.prefix", "Target", IPV6)
PARENT = Field("icmpv6.rpl.opt.transit.parent", "Parent Address", IPV6)
DESCRIPTOR = Field("icmpv6.rpl.opt.targetdesc.descriptor", "Descriptor", X32)

UNKNOWN_OPTION = Note(
    "icmpv6.undecoded.rpl_option", Severity.NOTE, Group.UNDECODED, "RPL option not decoded"
)


def options(c: Cursor, code: int, dodag: bytes = b"") -> None:
    """All options up to the end of the message with that code."""
    about = About(code, dodag)
    while c.more:
        _option(c, about)


def _option(c: Cursor, about: About) -> None:
    if c.octet() and c.left > 1:
        size = 2 + c.octet(1)
        whole = c.captured >= size
        with c.entry(OPTION, size, TOO_SHORT, because="icmpv6.rpl.opt.length") as node:
            kind = c.add(TYPE)
            c.add(LENGTH)
            words = READERS.get(kind, _unknown)(c, about)
            if whole:
                left_over(c)
            _title(c, node, kind, words)
        return
    with c.item(OPTION) as node:
        kind = c.add(TYPE)
        _title(c, node, kind, None)
        if kind:
            c.add(LENGTH)


def _title(c: Cursor, node: Node, kind: int, words: Words) -> None:
    option_title(c, node, "ICMPv6 RPL Option", TYPES.get(kind) or f"Unknown {kind}", words)


def _unknown(c: Cursor, about: About) -> Words:
    kind = c.data[c.pos - 2]
    c.note(UNKNOWN_OPTION, c.at, f"{UNKNOWN_OPTION.text}: {kind}")
    if c.captured == c.data[c.pos - 1]:
        c.add(DATA, c.left)
    return None


def _padding(c: Cursor, about: About) -> Words:
    size = c.left
    c.add(PADN, size)
    if c.at is not None:
        c.last.suffix = f" (Length : {size} bytes)"
    return None


def _metrics(c: Cursor, about: About) -> Words:
    metrics(c)
    return None


def _route(c: Cursor, about: About) -> Words:
    told = c.header(RouteInformation)
    name_flags(c, "icmpv6.rpl.opt.route.flag")
    prefix = read_prefix(c, ROUTE_PREFIX, "icmpv6.rpl.opt.length")
    return None if prefix is None else (" %s/%d", prefix, told.length)


def _configuration(c: Cursor, about: About) -> Words:
    c.header(Configuration)
    name_flags(c, "icmpv6.rpl.opt.config.flag")
    return None


def _target(c: Cursor, about: About) -> Words:
    told = c.header(Target)
    prefix = read_prefix(c, TARGET_PREFIX, "icmpv6.rpl.opt.length")
    return None if prefix is None else (" %s/%d", prefix, told.length)


def _transit(c: Cursor, about: About) -> Words:
    c.header(Transit)
    name_flags(c, "icmpv6.rpl.opt.transit.flag")
    return (" %s", c.add(PARENT)) if c.more else None


def _solicited(c: Cursor, about: About) -> Words:
    c.header(Solicited)
    name_flags(c, "icmpv6.rpl.opt.solicited.flag")
    return None


def _prefix(c: Cursor, about: About) -> Words:
    told = c.header(PrefixInformation)
    name_flags(c, "icmpv6.rpl.opt.prefix.flag")
    return " %s/%d", told.prefix, told.length


def _descriptor(c: Cursor, about: About) -> Words:
    c.add(DESCRIPTOR)
    return None


def _discovery(c: Cursor, about: About) -> Words:
    return route_discovery(c, about.dodag, replying=about.code == DISCOVERY_REPLY)


READERS: dict[int, Reader] = {
    1: _padding,
    2: _metrics,
    3: _route,
    4: _configuration,
    5: _target,
    6: _transit,
    7: _solicited,
    8: _prefix,
    9: _descriptor,
    10: _discovery,
}
