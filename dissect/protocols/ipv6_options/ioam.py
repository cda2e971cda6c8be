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
from dissect.engine.tree import Field
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


HOP_LIMIT = _node("hlim", "Hop Limit", U8)
UNDEFINED = _node("undefined", "Undefined bit", X32)
DATA: tuple[tuple[str, tuple[Field, ...]], ...] = (
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
    if words and 4 * words != sum(f.kind.size for _, fields in present for f in fields):
        c.note(BAD_TYPE, c.last)
        bad = True
    c.add(TRACE_RESERVED)
    if bad:
        return
    with c.text("Trace Data"):
        if free:
            c.add(FREE_SPACE, free)
        number = 1
        while c.more and c.left >= 4 * words:
            with c.text("Node %d", number):
                _node_data(c, present, bool(kind & SNAPSHOT_BIT))
            number += 1


def _node_data(c: Cursor, present: list[tuple[str, tuple[Field, ...]]], snapshot: bool) -> None:
    for words, fields in present:
        if len(fields) > 1:
            with c.text(words):
                for field in fields:
                    c.add(field)
        else:
            c.add(fields[0])
    if snapshot:
        with c.text("Opaque State Snapshot"):
            size = 4 * c.add(SNAPSHOT_LENGTH)
            c.add(SCHEMA)
            c.add(SNAPSHOT, size)


know(Option(0x31, read=_ioam, least=2, header=HOP, ref="RFC 9486"))
