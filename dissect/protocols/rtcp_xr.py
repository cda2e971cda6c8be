"""RTCP extended reports (RFC 3611, section 3): blocks with a type and a length of their own.

0               8               16                              32
+---------------+---------------+-------------------------------+
|  Block type   | Type-specific |    Length in words, less one  |
+---------------+---------------+-------------------------------+
|  what the block type says
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, DOUBLE, I8, TIME, U8, U16, U32, XD32
from dissect.protocols.codes.ntp import ntp_time

SENDER = Field("rtcp.senderssrc", "Sender SSRC", XD32)
SOURCE = Field("rtcp.ssrc.identifier", "Identifier", XD32)
TYPE = Field(
    "rtcp.xr.bt", "Type", U8,
    {
        1: "Loss Run Length Encoding Report Block",
        2: "Duplicate Run Length Encoding Report Block",
        3: "Packet Receipt Times Report Block",
        4: "Receiver Reference Time Report Block",
        5: "DLRR Report Block",
        6: "Statistics Summary Report Block",
        7: "VoIP Metrics Report Block",
        8: "BT XNQ RTCP XR (RFC5093) Report Block",
        9: "Texas Instruments Extended VoIP Quality Block",
        10: "Post-repair Loss RLE Report Block",
        11: "Multicast Acquisition Report Block",
        12: "Inter-destination Media Synchronization Block",
    },
)  # fmt: skip
SPECIFIC = Field("rtcp.xr.bs", "Type Specific", U8)
THINNING = Field("rtcp.xr.tf", "Thinning factor", U8, mask=0x0F)
LENGTH = Field("rtcp.xr.bl", "Length", U16)
CONTENTS = Field("sixscope.rtcp.xr.contents", "Contents, not decoded", BYTES)

BEGIN = Field("rtcp.xr.beginseq", "Begin Sequence Number", U16)
END = Field("rtcp.xr.endseq", "End Sequence Number", U16)
RUN = Field("rtcp.xr.chunk.length", "Check length", U16)
VECTOR = Field("rtcp.xr.chunk.bit_vector", "Bit Vector", U16)
TERMINATOR = Field("rtcp.xr.chunk.null_terminator", "Null Terminator")
RECEIPT = Field("rtcp.xr.receipt_time_seq", "Receipt Time", U32)
TIMESTAMP = Field("rtcp.xr.timestamp", "Timestamp", TIME)
LAST_RR = Field("rtcp.xr.lrr", "Last RR timestamp", U32)
DELAY = Field("rtcp.xr.dlrr", "Delay since last RR timestamp", U32)

FLAGS = (
    Field("rtcp.xr.stats.lrflag", "Loss Report Flag", BOOL, mask=0x80),
    Field("rtcp.xr.stats.dupflag", "Duplicates Report Flag", BOOL, mask=0x40),
    Field("rtcp.xr.stats.jitterflag", "Jitter Report Flag", BOOL, mask=0x20),
    Field("rtcp.xr.stats.ttl", "TTL or Hop Limit Flag", U8, {1: "IPv4", 2: "IPv6"}, mask=0x18),
)
STATISTICS = (
    Field("rtcp.xr.stats.lost", "Lost Packets", U32),
    Field("rtcp.xr.stats.dups", "Duplicate Packets", U32),
    Field("rtcp.xr.stats.minjitter", "Minimum Jitter", U32),
    Field("rtcp.xr.stats.maxjitter", "Maximum Jitter", U32),
    Field("rtcp.xr.stats.meanjitter", "Mean Jitter", U32),
    Field("rtcp.xr.stats.devjitter", "Standard Deviation of Jitter", U32),
    Field("rtcp.xr.stats.minttl", "Minimum TTL or Hop Limit", U8),
    Field("rtcp.xr.stats.maxttl", "Maximum TTL or Hop Limit", U8),
    Field("rtcp.xr.stats.meanttl", "Mean TTL or Hop Limit", U8),
    Field("rtcp.xr.stats.devttl", "Standard Deviation of TTL", U8),
)

V = "rtcp.xr.voipmetrics."
FACTOR = {127: "Unavailable"}
VOICE = (
    Field("rtcp.ssrc.fraction", "Fraction lost", U8, unit=" / 256"),
    Field("rtcp.ssrc.discarded", "Fraction discarded", U8, unit=" / 256"),
    Field(V + "burstdensity", "Burst Density", U8),
    Field(V + "gapdensity", "Gap Density", U8),
    Field(V + "burstduration", "Burst Duration(ms)", U16),
    Field(V + "gapduration", "Gap Duration(ms)", U16),
    Field(V + "rtdelay", "Round Trip Delay(ms)", U16),
    Field(V + "esdelay", "End System Delay(ms)", U16),
    Field(V + "signallevel", "Signal Level", I8),
    Field(V + "noiselevel", "Noise Level", I8),
    Field(V + "rerl", "Residual Echo Return Loss", U8),
    Field(V + "gmin", "Gmin", U8),
    Field(V + "rfactor", "R Factor", U8),
    Field(V + "extrfactor", "External R Factor", U8),
)
LISTENING = Field(V + "moslq", "MOS - Listening Quality", DOUBLE)
CONVERSATIONAL = Field(V + "moscq", "MOS - Conversational Quality", DOUBLE)
CONCEALMENT = Field(
    V + "plc", "Packet Loss Concealment Algorithm", U8,
    {0: "Unspecified", 1: "Disabled", 2: "Enhanced", 3: "Standard"}, mask=0xC0,
)  # fmt: skip
BUFFER = Field(
    V + "jba", "Adaptive Jitter Buffer Algorithm", U8,
    {0: "Unknown", 1: "Reserved", 2: "Non-Adaptive", 3: "Adaptive"}, mask=0x30,
)  # fmt: skip
BUFFER_RATE = Field(V + "jbrate", "Jitter Buffer Rate", U8, mask=0x0F)
NOMINAL = Field(V + "jbnominal", "Nominal Jitter Buffer Size", U16)
MAXIMUM = Field(V + "jbmax", "Maximum Jitter Buffer Size", U16)
ABSOLUTE = Field(V + "jbabsmax", "Absolute Maximum Jitter Buffer Size", U16)

TOO_LONG = Note(
    "rtcp.block_length.invalid", Severity.WARNING, Group.PROTOCOL,
    "Block length is greater than packet length", "RFC 3611, section 3",
)  # fmt: skip
WRONG_LENGTH = Note(
    "rtcp.invalid_block_length", Severity.WARNING, Group.PROTOCOL,
    "Invalid block length, should be 2", "RFC 3611, section 4.4",
)  # fmt: skip

LOSS, DUPLICATE, RECEIPTS, REFERENCE, DELAYS, SUMMARY, METRICS = range(1, 8)


def extended_report(c: Cursor, count: int) -> None:
    """The sender, and block after block."""
    c.add(SENDER)
    number = 0
    while c.more:
        number += 1
        with c.text(f"Block {number}"):
            _block(c)


def _block(c: Cursor) -> None:
    kind = c.add(TYPE)
    if kind == SUMMARY:
        for flag in FLAGS:
            c.peek_add(flag)
        c.skip(1)
    else:
        c.add(THINNING if kind in (LOSS, DUPLICATE, RECEIPTS) else SPECIFIC)
    size = 4 * c.add(LENGTH)
    c.last.suffix = f" ({size} bytes)"
    if size > c.left:
        c.note(TOO_LONG, "rtcp.xr.bl")
    if kind == REFERENCE and size != 8:
        c.note(WRONG_LENGTH, "rtcp.xr.bl")
    with c.text("Contents"), c.limit(size, "rtcp.xr.bl"):
        reader = READERS.get(kind)
        if reader is not None:
            reader(c)
        c.rest(CONTENTS)


def _head(c: Cursor) -> int:
    """Whom a block is about, and from which packet to which; hands the first back."""
    c.add(SOURCE)
    first: int = c.add(BEGIN)
    c.add(END)
    return first


def _runs(c: Cursor) -> None:
    """RFC 3611, section 4.1: chunks of two octets, zero at the end."""
    _head(c)
    with c.text("Report Chunks"):
        number = 0
        while c.more:
            number += 1
            chunk = c.uint(2)
            at = c.pos - 2
            if not chunk:
                c.put(TERMINATOR, None, at, 2).text = f"Chunk: {number} -- Null Terminator "
            elif chunk >> 15:
                vector = chunk & 0x7FFF
                c.put(VECTOR, vector, at, 2).text = f"Chunk: {number} -- Bit Vector 0x{vector:x}"
            else:
                run = chunk & 0x3FFF
                c.put(
                    RUN, run, at, 2
                ).text = f"Chunk: {number} -- Length Run {chunk >> 14}s, length: {run}"


def _receipts(c: Cursor) -> None:
    number = _head(c)
    while c.more:
        time = c.add(RECEIPT)
        c.last.text = f"Seq: {number}, Receipt Time: {time}"
        number = number + 1 & 0xFFFF


def _reference(c: Cursor) -> None:
    c.need(8)
    c.put(TIMESTAMP, ntp_time(c.peek(8)), c.pos, 8)
    c.skip(8)


def _delays(c: Cursor) -> None:
    number = 0
    while c.more:
        number += 1
        with c.text(f"Source {number}"):
            c.add(SOURCE)
            c.add(LAST_RR)
            c.add(DELAY)


def _summary(c: Cursor) -> None:
    _head(c)
    for field in STATISTICS:
        c.add(field)


def _metrics(c: Cursor) -> None:
    """RFC 3611, section 4.7."""
    c.add(SOURCE)
    for field in VOICE:
        value = c.add(field)
        if field.label.endswith("R Factor") and value in FACTOR:
            c.last.text = f"{field.label}: {FACTOR[value]}"
    for field in (LISTENING, CONVERSATIONAL):
        value = c.uint(1)
        node = c.put(field, value / 10, c.pos - 1, 1)
        if value in FACTOR:
            node.text = f"{field.label}: {FACTOR[value]}"
    c.peek_add(CONCEALMENT)
    c.peek_add(BUFFER)
    c.add(BUFFER_RATE)
    c.skip(1)
    c.add(NOMINAL)
    c.add(MAXIMUM)
    c.add(ABSOLUTE)


READERS: dict[int, Callable[[Cursor], None]] = {
    LOSS: _runs, DUPLICATE: _runs, RECEIPTS: _receipts, REFERENCE: _reference, DELAYS: _delays,
    SUMMARY: _summary, METRICS: _metrics,
}  # fmt: skip
