"""DCCP's options and features (RFC 4340, sections 5.8 and 6; CCID 3: RFC 4342, section 8).

    0               8               16
    +---------------+---------------+-------------------------------+
    |     Type      |    Length     |  Value; Length counts all     |
    +---------------+---------------+-------------------------------+

Types under 32 are an octet alone.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, NONE, U8, U32, U64, X32
from dissect.protocols.codes.dccp import FEATURES, LISTED_FEATURES, NUMBER_FEATURES, option_name

OPTIONS = Field("dccp.options", "Options", NONE)
TYPE = Field("dccp.option_type", "Option Type", U8, option_name)
FEATURE = Field("dccp.feature_number", "Feature Number", U8, FEATURES)
NDP_COUNT = Field("dccp.ndp_count", "NDP Count", U64)
TIMESTAMP = Field("dccp.timestamp", "Timestamp", U32)
ECHO = Field("dccp.timestamp_echo", "Timestamp Echo", U32)
ELAPSED = Field("dccp.elapsed_time", "Elapsed Time", U32)
DATA_CHECKSUM = Field("dccp.checksum_data", "Data Checksum", X32)
LOSS_RATE = Field("dccp.ccid3_loss_event_rate", "CCID3 Loss Event Rate", U32)
RECEIVE_RATE = Field(
    "dccp.ccid3_receive_rate", "CCID3 Receive Rate", U32, unit=" bytes/sec"
)  # fmt: skip
RESERVED = Field("dccp.option_reserved", "Reserved", BYTES)
SPECIFIC = Field("dccp.ccid_option_data", "CCID option", BYTES)
OPAQUE: dict[int, Field] = {
    0: Field("dccp.padding", "Padding", BYTES),
    1: Field("dccp.mandatory", "Mandatory", BYTES),
    2: Field("dccp.slow_receiver", "Slow Receiver", BYTES),
    36: Field("dccp.init_cookie", "Init Cookie", BYTES),
    38: Field("dccp.ack_vector.nonce_0", "Ack Vector [Nonce 0]", BYTES),
    39: Field("dccp.ack_vector.nonce_1", "Ack Vector [Nonce 1]", BYTES),
    40: Field("dccp.data_dropped", "Data Dropped", BYTES),
    193: Field("dccp.ccid3_loss_intervals", "CCID3 Loss Intervals", BYTES),
}
"""Options that are shown as octets."""
NUMBERS: dict[int, tuple[tuple[int, ...], tuple[Field, ...], str]] = {
    37: (tuple(range(7)), (NDP_COUNT,), "NDP Count too long (max 6 bytes)"),
    41: ((4,), (TIMESTAMP,), "Timestamp too long [%d != 4]"),
    42: ((4, 6, 8), (ECHO, ELAPSED), "Wrong Timestamp Echo length"),
    43: ((2, 4), (ELAPSED,), "Wrong Elapsed Time length"),
    44: ((4,), (DATA_CHECKSUM,), "Wrong Data checksum length"),
    192: ((4,), (LOSS_RATE,), "Wrong CCID3 Loss Event Rate length"),
    194: ((4,), (RECEIVE_RATE,), "Wrong CCID3 Receive Rate length"),
}
"""Options of numbers: the sizes that the value may have, its fields, what to say of other sizes."""

VARIABLE, FEATURE_TYPES, CCID_SPECIFIC = 32, range(32, 36), 128

BAD_LENGTH = Note(
    "dccp.option.len.bad", Severity.WARNING, Group.PROTOCOL, "Bad option length",
    "RFC 4340, section 5.8",
)  # fmt: skip


def option(c: Cursor) -> bool:
    """One option; False after one whose length can't be."""
    kind = c.octet()
    size = 1 if kind < VARIABLE else c.octet(1)
    if kind >= VARIABLE and size < 2:
        c.note(BAD_LENGTH, c.put(TYPE, kind, size=1), "Option length incorrect, must be >= 2")
        c.skip(c.captured)
        return False
    with c.item(TYPE, size, kind, because="dccp.option_type"):
        if kind < VARIABLE:
            c.add(OPAQUE.get(kind, RESERVED), 1)
            return True
        c.skip(2)
        size -= 2
        if kind in FEATURE_TYPES:
            _feature(c, size)
        elif kind in NUMBERS:
            _numbers(c, kind, size)
        else:
            field = RESERVED if kind < CCID_SPECIFIC else SPECIFIC
            c.add(OPAQUE.get(kind, field), size)
    return True


def _feature(c: Cursor, size: int) -> None:
    """A feature's number, and the values that are preferred or the one that holds."""
    number = c.octet()
    with c.text("") as node:
        c.add(FEATURE)
        size -= 1
        octets = c.peek(size)
        c.skip(size)
    if number in LISTED_FEATURES:
        values = ", ".join(map(str, octets))
    elif number in NUMBER_FEATURES:
        values = str(int.from_bytes(octets, "big")) if octets else ""
    else:
        values = octets.hex()
    node.text = f"{FEATURES.get(number, 'Unknown feature number')}({values})"


def _numbers(c: Cursor, kind: int, size: int) -> None:
    sizes, fields, wrong = NUMBERS[kind]
    if size not in sizes:
        c.note(BAD_LENGTH, c.at, wrong % size if "%" in wrong else wrong)
        c.skip(size)
    elif len(fields) == 1:
        c.add(fields[0], size)
    else:
        c.add(fields[0])
        if size > 4:
            c.add(fields[1], size - 4)
