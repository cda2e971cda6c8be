"""SCTP's chunks: what is in each, but for DATA (RFC 9260, section 3.3; RFC 3758, 4895, 5061, 6525,
8260).

    0               8               16                             32
    +---------------+---------------+-------------------------------+
    |     Type      |     Flags     |    Length (with this head)    |
    +---------------+---------------+-------------------------------+
    |  Value, padded to a multiple of 4 octets, which the length doesn't count
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field, Node
from dissect.engine.values import BOOL, BYTES, U8, U16, U32, X8, X16, X32
from dissect.protocols.codes.sctp import CHUNKS
from dissect.protocols.sctp_parameters import (
    CAUSE,
    HMAC_ID,
    REPORT,
    Body,
    causes,
    parameters,
)

SKIP = ("Stop processing of the packet", "Skip chunk and continue processing of the packet")
TYPE = Field("sctp.chunk_type", "Chunk type", U8, CHUNKS, bits=(
    Field("sctp.chunk_bit_1", "Bit", BOOL, SKIP, mask=0x80),
    Field("sctp.chunk_bit_2", "Bit", BOOL, REPORT, mask=0x40),
))  # fmt: skip
LENGTH = Field("sctp.chunk_length", "Chunk length", U16)
VALUE = Field("sctp.chunk_value", "Chunk value", BYTES)
PADDING = Field("sctp.chunk_padding", "Chunk padding", BYTES)


def _flags(*bits: Field) -> Field:
    return Field("sctp.chunk_flags", "Chunk flags", X8, bits=bits)


REFLECTED = ("Tag not reflected", "Tag reflected")
DATA_FLAGS = _flags(
    Field("sctp.data_i_bit", "I-Bit", BOOL, ("Possibly delay SACK", "Send SACK immediately"),
          mask=8),
    Field("sctp.data_u_bit", "U-Bit", BOOL, ("Ordered delivery", "Unordered delivery"), mask=4),
    Field("sctp.data_b_bit", "B-Bit", BOOL, ("Subsequent segment", "First segment"), mask=2),
    Field("sctp.data_e_bit", "E-Bit", BOOL, ("Not the last segment", "Last segment"), mask=1),
)  # fmt: skip
FLAGS = {
    0: DATA_FLAGS,
    3: _flags(Field("sctp.sack_nounce_sum", "Nounce sum", U8, mask=1)),
    6: _flags(Field("sctp.abort_t_bit", "T-Bit", BOOL, REFLECTED, mask=1)),
    14: _flags(Field("sctp.shutdown_complete_t_bit", "T-Bit", BOOL, REFLECTED, mask=1)),
    16: _flags(Field("sctp.nr_sack_nounce_sum", "Nounce sum", U8, mask=1)),
    64: DATA_FLAGS,
    129: _flags(
        Field("sctp.pckdrop_m_bit", "M-Bit", BOOL,
              ("Source is an endhost", "Source is a middlebox"), mask=1),
        Field("sctp.pckdrop_b_bit", "B-Bit", BOOL,
              ("SCTP checksum was correct", "SCTP checksum was incorrect"), mask=2),
        Field("sctp.pckdrop_t_bit", "T-Bit", BOOL,
              ("Packet is not truncated", "Packet is truncated"), mask=4),
    ),
}  # fmt: skip
NO_FLAGS = _flags()

BAD_LENGTH = Note(
    "sctp.chunk_length.bad", Severity.ERROR, Group.MALFORMED, "Chunk length bad",
    "RFC 9260, section 3.2",
)  # fmt: skip
NO_WINDOW = Note(
    "sctp.sack_a_rwnd.expert", Severity.NOTE, Group.SEQUENCE,
    "Zero Advertised Receiver Window Credit",
)  # fmt: skip
GAP_BACKWARDS = Note(
    "sctp.sack_gap_block_malformed", Severity.ERROR, Group.PROTOCOL, "Malformed gap block.",
    "RFC 9260, section 3.3.4",
)  # fmt: skip
GAP_ORDER = Note(
    "sctp.sack_gap_block_out_of_order", Severity.WARNING, Group.PROTOCOL,
    "Gap blocks not in strict order.", "RFC 9260, section 3.3.4",
)  # fmt: skip
MANY = 100


def _many(name: str, verb: str, chunk: str) -> Note:
    return Note(f"sctp.{name}.100", Severity.WARNING, Group.SEQUENCE,
                f"More than {MANY} TSNs were {verb} in this {chunk}.")  # fmt: skip


class Gaps:
    """The fields of acknowledged blocks: those of SACK, and two kinds of NR-SACK's."""

    def __init__(self, block: str, count: str, label: str, verb: str, chunk: str) -> None:
        self.start = Field(f"sctp.{block}_start", "Start", U16)
        self.start_tsn = Field(f"sctp.{block}_start_tsn", "Start TSN", U32)
        self.end = Field(f"sctp.{block}_end", "End", U16)
        self.end_tsn = Field(f"sctp.{block}_end_tsn", "End TSN", U32)
        self.total = Field(f"sctp.{count}", f"Number of TSNs in {label} acknowledgement blocks",
                           U32, generated=True)  # fmt: skip
        self.many = _many(count, verb, chunk)
        self.ordered = chunk == "SACK"

    def read(self, c: Cursor, blocks: int, tsn: int, start: int) -> int:
        """Show the blocks behind ``tsn``; hands back the end of the last one."""
        last = total = 0
        for _ in range(blocks):
            with c.text("Gap Acknowledgement") as node:
                at = c.pos
                first = c.add(self.start)
                _inside(c, self.start_tsn, tsn + first, at)
                at = c.pos
                end = c.add(self.end)
                shown = _inside(c, self.end_tsn, tsn + end, at)
                node.text = f"Gap Acknowledgement for TSN {_tsn(tsn + first)} to {_tsn(tsn + end)}"
                if self.ordered and first > end:
                    c.note(GAP_BACKWARDS, shown)
                elif self.ordered and first < last:
                    c.note(GAP_ORDER, shown)
            last = max(last, end) if self.ordered else end
            total += end - first + 1
        if blocks:
            node = c.put(self.total, total & 0xFFFFFFFF, start)
            if total > MANY:
                c.note(self.many, node)
        return last


def _tsn(number: int) -> int:
    return number & 0xFFFFFFFF


def _inside(c: Cursor, shown: Field, value: int, at: int) -> Node | None:
    """A number that is worked out from the field that was read last, and hangs on it."""
    if c.at is None:
        return None
    parent = c.last
    return parent.add(type(parent)(shown, at, 2, _tsn(value)))


SACK_GAPS = Gaps(
    "sack_gap_block", "sack_number_of_tsns_gap_acked", "gap", "gap-acknowledged", "SACK"
)
NR_SACK_GAPS = (
    Gaps("nr_sack_gap_block", "nr_sack_number_of_tsns_gap_acked", "gap", "gap-acknowledged",
         "NR-SACK"),
    Gaps("nr_sack_nr_gap_block", "nr_sack_number_of_tsns_nr_gap_acked", "nr-gap",
         "nr-gap-acknowledged", "NR-SACK"),
)  # fmt: skip
ACK_RELATIVE = Field(
    "sctp.sack_cumulative_tsn_ack", "Cumulative TSN ACK (relative)", U32, generated=True
)
ACK = Field("sctp.sack_cumulative_tsn_ack_raw", "Cumulative TSN ACK (absolute)", U32)
WINDOW_LABEL = "Advertised receiver window credit (a_rwnd)"
WINDOW = Field("sctp.sack_a_rwnd", WINDOW_LABEL, U32)
GAPS = Field("sctp.sack_number_of_gap_blocks", "Number of gap acknowledgement blocks", U16)
DUPLICATES = Field("sctp.sack_number_of_duplicated_tsns", "Number of duplicated TSNs", U16)
DUPLICATE = Field("sctp.sack_duplicate_tsn", "Duplicate TSN", U32)
NR_ACK = Field("sctp.nr_sack_cumulative_tsn_ack", "Cumulative TSN ACK", U32)
NR_WINDOW = Field("sctp.nr_sack_a_rwnd", WINDOW_LABEL, U32)
NR_COUNTS = (
    Field("sctp.nr_sack_number_of_gap_blocks", "Number of gap acknowledgement blocks", U16),
    Field("sctp.nr_sack_number_of_nr_gap_blocks", "Number of nr-gap acknowledgement blocks", U16),
    Field("sctp.nr_sack_number_of_duplicated_tsns", "Number of duplicated TSNs", U16),
)
NR_RESERVED = Field("sctp.nr_sack_reserved", "Reserved", X16)
NR_DUPLICATE = Field("sctp.nr_sack_duplicate_tsn", "Duplicate TSN", U32)


def sack(c: Cursor, first: int | None, start: int) -> tuple[int, int, int]:
    """A selective acknowledgement of TSNs that begin with ``first``, if that is known.

    Hands back what is acknowledged, the farthest of what arrived behind a gap, and the window.
    """
    tsn = int.from_bytes(c.peek(4), "big")
    c.need(4)
    if first is not None:
        c.put(ACK_RELATIVE, _tsn(tsn - first), c.pos, 4)
    c.add(ACK)
    window = c.add(WINDOW)
    if not window:
        c.note(NO_WINDOW, WINDOW.name)
    gaps = c.add(GAPS)
    duplicates = c.add(DUPLICATES)
    last = SACK_GAPS.read(c, gaps, tsn, start)
    for _ in range(duplicates):
        c.add(DUPLICATE)
    return (tsn if first is None else _tsn(tsn - first)), last, window


def nr_sack(c: Cursor, start: int) -> None:
    """An acknowledgement that also says what the receiver will never drop."""
    tsn = c.add(NR_ACK)
    c.add(NR_WINDOW)
    *blocks, duplicates = (c.add(shown) for shown in NR_COUNTS)
    c.add(NR_RESERVED)
    for gaps, count in zip(NR_SACK_GAPS, blocks, strict=True):
        gaps.read(c, count, tsn, start)
    for _ in range(duplicates):
        c.add(NR_DUPLICATE)


# --- chunks that are rows of a table -----------------------------------------------------------


def _init(kind: str) -> Body:
    """What begins an association (section 3.3.2)."""
    tag = Field(
        f"sctp.{kind}_initiate_tag",
        "Initiate tag",
        X32,
        also=(Field("sctp.initiate_tag", "Initiate tag", X32, hidden=True),),
    )
    return Body((
        tag,
        Field(f"sctp.{kind}_credit", WINDOW_LABEL, U32),
        Field(f"sctp.{kind}_nr_out_streams", "Number of outbound streams", U16),
        Field(f"sctp.{kind}_nr_in_streams", "Number of inbound streams", U16),
        Field(f"sctp.{kind}_initial_tsn", "Initial TSN", U32),
    ), inside=parameters)  # fmt: skip


def _number(name: str, label: str) -> Body:
    return Body((Field(f"sctp.{name}", label, U32),))


def _heartbeat(c: Cursor, depth: int) -> None:
    """The information that comes back is a parameter, which must be there."""
    c.need(4)
    parameters(c, depth)


def _forward(kind: str, *stream: Field) -> Body:
    """What the sender gave up (RFC 3758, section 3.2; RFC 8260, section 2.3.1)."""
    number = Field(f"sctp.{kind}_tsn", "New cumulative TSN", U32)
    return Body((number,), (), (Field(f"sctp.{kind}_sid", "Stream identifier", U16), *stream))


NOTHING = Body()
UNKNOWN = Body(rest=VALUE)
BODIES: dict[int, Body] = {
    1: _init("init"),
    2: _init("initack"),
    4: Body(inside=_heartbeat),
    5: Body(inside=_heartbeat),
    6: Body(inside=causes),
    7: _number("shutdown_cumulative_tsn_ack", "Cumulative TSN Ack"),
    8: NOTHING,
    9: Body(inside=causes),
    10: Body(rest=Field("sctp.cookie", "Cookie", BYTES), empty=True),
    11: NOTHING,
    12: _number("ecne_lowest_tsn", "Lowest TSN"),
    13: _number("cwr_lowest_tsn", "Lowest TSN"),
    14: NOTHING,
    15: Body((Field("sctp.shared_key_id", "Shared key identifier", U16), HMAC_ID),
             rest=Field("sctp.hmac", "HMAC", BYTES)),
    128: Body((Field("sctp.asconf_ack_seq_nr_number", "Sequence number", X32),),
              inside=parameters),
    130: Body(inside=parameters),
    132: Body(rest=Field("sctp.padding_data", "Padding data", BYTES), empty=True),
    192: _forward("forward_tsn", Field("sctp.forward_tsn_ssn", "Stream sequence number", U16)),
    193: Body((Field("sctp.asconf_seq_nr_number", "Sequence number", X32),), inside=parameters),
    194: _forward(
        "i_forward_tsn",
        Field("sctp.i_forward_tsn_flags", "Flags", X16, bits=(
            Field("sctp.i_forward_tsn_res", "Reserved", U16, mask=0xFFFE),
            Field("sctp.i_forward_tsn_u_bit", "U-Bit", BOOL,
                  ("Ordered messages", "Unordered messages"), mask=1),
        )),
        Field("sctp.forward_tsn_mid", "Message identifier", U32),
    ),
}  # fmt: skip
LEAST = {0: 16, 1: 20, 2: 20, 64: 20}
"""Chunks of which nothing but the head is read when they are shorter."""


def head(c: Cursor) -> tuple[int, int, int]:
    """A chunk's type, flags and length."""
    kind = c.add(TYPE)
    flags = c.add(FLAGS.get(kind, NO_FLAGS))
    return kind, flags, c.add(LENGTH)


def _unrecognized(c: Cursor, depth: int) -> None:
    """The chunk that somebody didn't know, inside the cause that says so."""
    start = c.pos
    with c.text("Unrecognized chunk"):
        kind, _, size = head(c)
        with c.limit(size - 4, LENGTH.name):
            BODIES.get(kind, UNKNOWN).read(c, depth)
        if c.more:
            c.add(PADDING, min(-(c.pos - start) % 4, c.left))


CAUSE.bodies[6] = Body(inside=_unrecognized)
