"""Routing metrics and constraints in RPL's DAG Metric Container (RFC 6551, sections 2 to 4).

0               8               16              24
+---------------+---------+-+-+-+-+-----+-------+---------------+
|     Type      | Reserved|P|C|O|R|  A  | Prec  |    Length     |
+---------------+---------+-+-+-+-+-----+-------+---------------+
|  Length octets, as the type says; then the next metric        |
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, NONE, U8, U16, U32, X8, X16
from dissect.protocols.icmpv6.messages import SET, name_flags

TYPES = {
    1: "Node State and Attribute",
    2: "Node Energy",
    3: "Hop Count",
    4: "Link Throughput",
    5: "Link Latency",
    6: "Link Quality Level",
    7: "Link ETX",
    8: "Link Color",
}
CONSTRAINT, RECORDED = 0x0200, 0x0080
"""The C flag: the object is a constraint, not a metric; the R flag: a metric is recorded."""

HEAD = 4
"""Octets in front of a metric's object."""

NAME = "icmpv6.rpl.opt.metric"
TYPE = Field(f"{NAME}.type", "Routing Metric/Constraint Type", U8, TYPES)
FLAGS = Field(
    f"{NAME}.flags", "Flags", X16,
    bits=(
        Field(f"{NAME}.reserved", "Reserved Flags", X16, mask=0xF800),
        Field(f"{NAME}.flag.p", "Flag P", BOOL, SET, mask=0x0400),
        Field(f"{NAME}.flag.c", "Flag C", BOOL, SET, mask=0x0200),
        Field(f"{NAME}.flag.o", "Flag O", BOOL, SET, mask=0x0100),
        Field(f"{NAME}.flag.r", "Flag R", BOOL, SET, mask=0x0080),
        Field(f"{NAME}.flag.a", "A Field", X16, mask=0x0070),
        Field(f"{NAME}.prec", "Precedence field", X16, mask=0x000F),
    ),
)  # fmt: skip
LENGTH = Field(f"{NAME}.length", "Metric Length", U8)

STATE = Field(
    f"{NAME}.nsa.object", "Node State and Attribute Object", X16,
    bits=(
        Field(f"{NAME}.nsa.object.reserved", "Reserved field", X16, mask=0xFF00),
        Field(f"{NAME}.nsa.object.flags", "Flags", X16, mask=0x00FC),
        Field(f"{NAME}.nsa.object.flag.a", "Flag A", BOOL, SET, mask=0x0002),
        Field(f"{NAME}.nsa.object.flag.o", "Flag O", BOOL, SET, mask=0x0001),
    ),
)  # fmt: skip
TLV = Field(f"{NAME}.nsa.object.opttlv.object", "Node State and Attribute Optional TLV", U8)
TLV_TYPE = Field(
    f"{NAME}.nsa.object.opttlv.object.type", "Node State and Attribute Optional TLV Type", U8
)
TLV_LENGTH = Field(
    f"{NAME}.nsa.object.opttlv.object.length", "Node State and Attribute Optional TLV Length", U8
)
TLV_DATA = Field(f"{NAME}.nsa.object.opttlv.object.data", "Raw Data", BYTES)
ENERGY = Field(
    f"{NAME}.ne.object", "Node Energy Object", X16,
    bits=(
        Field(f"{NAME}.ne.object.flags", "Flags field", X16, mask=0xF000),
        Field(f"{NAME}.ne.object.flag.i", "Flag I", BOOL, SET, mask=0x0800),
        Field(f"{NAME}.ne.object.type", "Type", X16, mask=0x0600),
        Field(f"{NAME}.ne.object.flag.e", "Flag E", BOOL, SET, mask=0x0100),
        Field(f"{NAME}.ne.object.energy", "Energy", X16, mask=0x00FF),
    ),
)  # fmt: skip
HOPS = Field(
    f"{NAME}.hp.object", "Hop Count Object", X16,
    bits=(
        Field(f"{NAME}.hp.object.reserved", "Reserved field", X16, mask=0xF000),
        Field(f"{NAME}.hp.object.flags", "Flags", X16, mask=0x0F00),
        Field(f"{NAME}.hp.object.hp", "Hop Count", U16, mask=0x00FF),
    ),
)  # fmt: skip
THROUGHPUT = Field(f"{NAME}.lt.object.lt", "Link Throughput", U32)
LATENCY = Field(f"{NAME}.ll.object.ll", "Link Latency", U32)
QUALITY_RESERVED = Field(f"{NAME}.lql.object.res", "Reserved field", X8)
QUALITY = Field(
    f"{NAME}.lql.object", "Link Quality Level Object", X8,
    bits=(
        Field(f"{NAME}.lql.object.val", "Val(ue)", X8, mask=0xE0),
        Field(f"{NAME}.lql.object.counter", "Counter", U8, mask=0x1F),
    ),
)  # fmt: skip
TRANSMISSIONS = Field(f"{NAME}.etx.object.etx", "ETX", U16)
COLOR_RESERVED = Field(f"{NAME}.lc.object.res", "Reserved field", X8)
COLOR = Field(f"{NAME}.lc.object", "Link Color Object", NONE)
COLOR_BITS = Field(f"{NAME}.lc.object.lc", "Link Color", X16, mask=0xFFC0)
COLOR_COUNTER = Field(f"{NAME}.lc.object.counter", "Counter", U16, mask=0x003F)
COLOR_UNUSED = Field(f"{NAME}.lc.object.reserved", "Reserved", U16, mask=0x003E)
COLOR_INCLUDED = Field(f"{NAME}.lc.object.flag.i", "Flag I", U16, mask=0x0001)

UNKNOWN_METRIC = Note(
    "icmpv6.rpl.unknown.metric", Severity.NOTE, Group.UNDECODED,
    "Unknown RPL metric/constraint type",
)  # fmt: skip


def metrics(c: Cursor) -> None:
    """All metrics up to the end of the container."""
    while c.more:
        _metric(c)


def _metric(c: Cursor) -> None:
    if c.captured < HEAD:
        for field in (TYPE, FLAGS, LENGTH):  # up to where it is cut off
            c.add(field)
    kind, _, _, length = c.peek(HEAD)
    reader = READERS.get(kind)
    if reader is None:
        c.note(UNKNOWN_METRIC, "icmpv6.rpl.opt.length")
    with c.item(TYPE, HEAD + length, kind, because=f"{NAME}.length"):
        c.skip(1)
        flags = c.add(FLAGS)
        name_flags(c, f"{NAME}.flags")
        c.add(LENGTH)
        if reader is not None:
            reader(c, flags)


def _state(c: Cursor, flags: int) -> None:
    c.add(STATE)
    name_flags(c, f"{NAME}.nsa.object")
    while c.more:
        c.need(2)
        kind, length = c.peek(2)
        with c.item(TLV, 2 + length, kind):
            c.add(TLV_TYPE)
            c.add(TLV_DATA, c.add(TLV_LENGTH))


def _energy(c: Cursor, flags: int) -> None:
    while c.more:
        c.add(ENERGY)
        name_flags(c, f"{NAME}.ne.object")


def _quality(c: Cursor, flags: int) -> None:
    c.add(QUALITY_RESERVED)
    while c.more:
        c.add(QUALITY)


def _color(c: Cursor, flags: int) -> None:
    c.add(COLOR_RESERVED)
    while c.more:
        with c.item(COLOR, 2):
            c.peek_add(COLOR_BITS)
            if flags & CONSTRAINT:
                c.peek_add(COLOR_UNUSED)
                c.add(COLOR_INCLUDED)
            elif flags & RECORDED:
                c.add(COLOR_COUNTER)
            else:
                c.note(UNKNOWN_METRIC, c.last)
                c.skip(2)


def _one_by_one(field: Field) -> Callable[[Cursor, int], None]:
    def read(c: Cursor, flags: int) -> None:
        while c.more:
            c.add(field)

    return read


READERS: dict[int, Callable[[Cursor, int], None]] = {
    1: _state,
    2: _energy,
    3: _one_by_one(HOPS),
    4: _one_by_one(THROUGHPUT),
    5: _one_by_one(LATENCY),
    6: _quality,
    7: _one_by_one(TRANSMISSIONS),
    8: _color,
}
