"""In situ OAM in an IPv6 option (RFC 9486), its trace data (RFC 9197, section 4.4).

+---------------+---------------+
|   Reserved    |  Option-Type  |
+---------------+---------------+-----------------------------+
|  Namespace ID                 |NodeLen| Flags | RemainingLen|
|  Trace Type (24 bits)                         |   Reserved  |
|  free space, RemainingLen words                             |
|  node data, newest first: NodeLen words, maybe a snapshot   |
+-------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field, Node
from dissect.engine.values import BOOL, BYTES, U8, U16, X16, X24, X32, X64, Kind
from dissect.protocols.ipv6_options.reader import HOP, INVALID_LENGTH, Option, know

PREFIX = "ipv6.opt.ioam.trace"
TRACES = {0: "Pre-allocated Trace", 1: "Incremental Trace"}
INCREMENTAL = 1
TYPES = TRACES | {2: "Proof of Transit", 3: "Edge to Edge"}
X56 = Kind("X56", 7, "uint", lambda value: f"0x{value:016x}", lambda value: f"0x{value:014x}",
           hex=True)  # fmt: skip

RESERVED = Field("ipv6.opt.ioam.rsv", "Reserved", U8)
OPTION_TYPE = Field("ipv6.opt.ioam.opt_type", "Option-Type", U8, TYPES)

NAMESPACE = Field(f"{PREFIX}.ns", "Namespace ID", U16)
NODE_LENGTH = Field(f"{PREFIX}.nodelen", "Node Length", U8, mask=0xF8)
FLAGS = Field(
    f"{PREFIX}.flags", "Flags", X16, mask=0x0780,
    bits=(
        Field(f"{PREFIX}.flag.o", "Overflow", BOOL, mask=0x0400),
        Field(f"{PREFIX}.flag.l", "Loopback", BOOL, mask=0x0200),
        Field(f"{PREFIX}.flag.a", "Active", BOOL, mask=0x0100),
        Field(f"{PREFIX}.flag.rsv", "Reserved", BOOL, mask=0x0080),
    ),
)  # fmt: skip
REMAINING = Field(f"{PREFIX}.remlen", "Remaining Length", U8, mask=0x7F)
TRACE_RESERVED = Field(f"{PREFIX}.rsv", "Reserved", U8)
FREE_SPACE = Field(f"{PREFIX}.free_space", "Free space", BYTES)


def _node(name: str, label: str, kind: Kind) -> Field:
    return Field(f"{PREFIX}.node.{name}", label, kind)


Words = tuple[str, tuple[Field, ...]]
"""A name, and the fields that stand one after the other."""

HOP_LIMIT = _node("hlim", "Hop Limit", U8)
UNDEFINED = _node("undefined", "Undefined bit", X32)
DATA: tuple[Words, ...] = (
    ("Hop_Lim and Node ID (short)", (HOP_LIMIT, _node("id", "ID", X24))),
    ("Ingress and Egress IDs (short)",
     (_node("iif", "Ingress ID", X16), _node("eif", "Egress ID", X16))),
    ("Timestamp seconds", (_node("tss", "Timestamp Seconds", X32),)),
    ("Timestamp fraction", (_node("tsf", "Timestamp Fraction", X32),)),
    ("Transit delay", (_node("trdelay", "Transit Delay", X32),)),
    ("IOAM-Namespace specific data (short)", (_node("nsdata", "Namespace Data (short)", X32),)),
    ("Queue depth", (_node("qdepth", "Queue Depth", X32),)),
    ("Checksum complement", (_node("csum", "Checksum Complement", X32),)),
    ("Hop_Lim and Node ID (wide)", (HOP_LIMIT, _node("id_wide", "ID", X56))),
    ("Ingress and Egress IDs (wide)",
     (_node("iif_wide", "Ingress ID", X32), _node("eif_wide", "Egress ID", X32))),
    ("IOAM-Namespace specific data (wide)",
     (_node("nsdata_wide", "Namespace Data (wide)", X64),)),
    ("Buffer occupancy", (_node("bufoccup", "Buffer Occupancy", X32),)),
    *(("Undefined", (UNDEFINED,)),) * 10,
)  # fmt: skip
"""What the bits of the trace type stand for, from the highest: the words and the fields."""

SNAPSHOT_BIT = 0x000002
TRACE_TYPE = Field(
    f"{PREFIX}.type", "Trace Type", X24,
    bits=(
        *(Field(f"{PREFIX}.type.bit{bit}", DATA[bit][0], BOOL, mask=0x800000 >> bit)
          for bit in range(12)),
        Field(f"{PREFIX}.type.undef", "Undefined", BOOL, mask=0x000FFC),
        Field(f"{PREFIX}.type.bit22", "Opaque State Snapshot", BOOL, mask=SNAPSHOT_BIT),
        Field(f"{PREFIX}.type.rsv", "Reserved", BOOL, mask=0x000001),
    ),
)  # fmt: skip
SNAPSHOT_LENGTH = _node("oss.len", "Length", U8)
SCHEMA = _node("oss.scid", "Schema ID", X24)
SNAPSHOT = _node("oss.data", "Data", BYTES)

BAD_NODE_LENGTH = Note(
    f"{PREFIX}.invalid_nodelen", Severity.ERROR, Group.PROTOCOL,
    'Invalid "NodeLen" value: cannot be 0',  # but with nothing else than a snapshot
)  # fmt: skip
BAD_REMAINING = Note(
    f"{PREFIX}.invalid_remlen", Severity.ERROR, Group.PROTOCOL, 'Invalid "RemLen" value',
    "RFC 9197, section 4.4.1",
)  # fmt: skip
BAD_TYPE = Note(
    f"{PREFIX}.invalid_type", Severity.ERROR, Group.PROTOCOL,
    "Mismatch between Trace Type and NodeLen", "RFC 9197, section 4.4.1",
)  # fmt: skip


def _ioam(c: Cursor) -> None:
    c.add(RESERVED)
    kind = c.add(OPTION_TYPE)
    if kind not in TRACES:
        return
    if c.left < 8 or c.left % 4:
        text = f"IOAM Option: Invalid length ({c.left + 2} bytes)"
        c.note(INVALID_LENGTH, "ipv6.opt.length", text)
    if c.left >= 8:
        with c.text(TRACES[kind]):
            _trace(c, incremental=kind == INCREMENTAL)


def _trace(c: Cursor, *, incremental: bool) -> None:
    """The trace's header; its data only if the lengths in there make sense.

    The room that RemainingLen speaks of is inside a pre-allocated option, and still to be added to
    an incremental one.
    """
    c.add(NAMESPACE)
    words, words_node = c.add(NODE_LENGTH), c.last
    c.pos -= 1  # the flags lie across the octets of both lengths
    c.peek_add(FLAGS)
    c.skip(1)
    remaining = 4 * c.add(REMAINING)
    free = 0 if incremental else remaining
    bad = free > c.left - 4
    if bad:
        c.note(BAD_REMAINING, c.last, f"IOAM RemLen: Invalid length ({free} bytes)")
    kind = c.add(TRACE_TYPE)
    if not words and kind != SNAPSHOT_BIT:
        c.note(BAD_NODE_LENGTH, words_node)
        bad = True
    present = [DATA[bit] for bit in range(len(DATA)) if kind & 0x800000 >> bit]
    fits = 4 * words == sum(f.kind.size for _, fields in present for f in fields)
    type_node = c.last
    c.add(TRACE_RESERVED)
    if bad:
        return
    with c.text("Trace Data"):
        if free:
            c.add(FREE_SPACE, free)
        _nodes(c, 4 * words, present, bool(kind & SNAPSHOT_BIT), None if fits else type_node)


def _nodes(c: Cursor, size: int, present: list[Words], snapshot: bool, misfit: Node | None) -> None:
    """What the nodes wrote, until something does not fit; the first one is shown even then.

    misfit  the trace type's node, if the nodes' length isn't what the type says
    """
    number = 1
    while c.more:
        start = c.pos
        whole = c.left >= size
        if whole:
            with c.text("Node %d", number):
                whole = _node_data(c, present, snapshot and misfit is None)
            if misfit is not None:
                c.note(BAD_TYPE, misfit)
                c.pos = start
                return
        if not whole:
            text = f"IOAM node {number}: Invalid length ({c.end - start} bytes)"
            c.note(INVALID_LENGTH, "ipv6.opt.length", text)
            return
        number += 1


def _node_data(c: Cursor, present: list[Words], snapshot: bool) -> bool:
    """What one node wrote; False where the option ends before it does."""
    for words, fields in present:
        if sum(field.kind.size for field in fields) > c.left:
            return False
        if len(fields) > 1:
            with c.text(words):
                for field in fields:
                    c.add(field)
        else:
            c.add(fields[0])
    return not snapshot or _snapshot(c)


def _snapshot(c: Cursor) -> bool:
    if c.left < 4:
        return False
    with c.text("Opaque State Snapshot"):
        size = 4 * c.add(SNAPSHOT_LENGTH)
        c.add(SCHEMA)
        if size > c.left:
            return False
        c.add(SNAPSHOT, size)
    return True


know(Option(0x31, read=_ioam, least=2, header=HOP, ref="RFC 9486"))
