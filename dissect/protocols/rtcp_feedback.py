"""RTCP feedback: about transport and about media (RFC 4585, section 6.1).

+-------------------------------+-------------------------------+
|                  SSRC of the sender of the report             |
+---------------------------------------------------------------+
|                  SSRC of the media source                     |
+---------------------------------------------------------------+
|  Feedback Control Information (FCI), as the format in the head says
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import (
    BYTES,
    DX8,
    DX16,
    STR,
    U8,
    U16,
    U24,
    U32,
    X16,
    XD32,
)  # fmt: skip

SENDER = Field("rtcp.senderssrc", "Sender SSRC", XD32)
MEDIA_SOURCE = Field("rtcp.mediassrc", "Media source SSRC", XD32)
FCI = Field("rtcp.fci", "Feedback Control Information (FCI)", BYTES)

LOST_PACKET = Field("rtcp.rtpfb.nack_pid", "RTCP Transport Feedback NACK PID", U16)
LOST_MASK = Field("rtcp.rtpfb.nack_blp", "RTCP Transport Feedback NACK BLP", X16)

TMMBR = "rtcp.rtpfb.tmmbr.fci."
BIT_RATE_SOURCE = Field(TMMBR + "ssrc", "SSRC", XD32)
BIT_RATE_EXPONENT = Field(TMMBR + "exp", "MxTBR Exp", U8, mask=0xFC)
BIT_RATE_MANTISSA = Field(TMMBR + "mantissa", "MxTBR Mantissa", U24, mask=0x3FFFE)
BIT_RATE = Field(TMMBR + "bitrate", "Maximum total media bit rate", STR)
OVERHEAD = Field(TMMBR + "measuredoverhead", "Measured Overhead", U16, mask=0x1FF)

CC = "rtcp.rtpfb.transportcc."
CC_BASE = Field(CC + "baseseq", "Base Sequence Number", DX16)
CC_COUNT = Field(CC + "statuscount", "Packet Status Count", DX16)
CC_TIME = Field(
    CC + "reftime", "Reference Time", U24,
    convert=lambda time: time - (1 << 24) if time >> 23 else time,
)  # fmt: skip
CC_NUMBER = Field(CC + "pktcount", "Feedback Packets Count", DX8)
CC_CHUNK = Field(CC + "pktchunk", "Packet Chunk", DX16)

SLI = "rtcp.psfb.fir.sli."
FIRST_BLOCK = Field(SLI + "first", "First MB", U32, mask=0xFFF80000)
BLOCKS = Field(SLI + "number", "Number of MBs", U32, mask=0x0007FFC0)
PICTURE = Field(SLI + "picture_id", "Picture ID", U32, mask=0x3F)

FIR = "rtcp.psfb.fir.fci."
FIR_SOURCE = Field(FIR + "ssrc", "SSRC", XD32)
FIR_NUMBER = Field(FIR + "csn", "Command Sequence Number", U8)
FIR_RESERVED = Field(FIR + "reserved", "Reserved", U24)

REMB = "rtcp.psfb.remb."
REMB_ID = Field(REMB + "identifier", "Unique Identifier", STR)
REMB_COUNT = Field(REMB + "fci.number_ssrcs", "Number of Ssrcs", U8)
REMB_EXPONENT = Field(REMB + "fci.br_exp", "BR Exp", U8, mask=0xFC)
REMB_MANTISSA = Field(REMB + "fci.br_mantissa", "Br Mantissa", U24, mask=0x3FFFF)
REMB_RATE = Field(REMB + "fci.bitrate", "Maximum bit rate", STR)
REMB_SOURCE = Field(REMB + "fci.ssrc", "SSRC", XD32)

SHORT_NAMES = {
    1: "PLI", 2: "SLI", 3: "RPSI", 4: "FIR", 5: "TSTR", 6: "TSTN", 7: "VBCM", 15: "ALFB",
}  # fmt: skip


def transport_feedback(c: Cursor, kind: int) -> None:
    """Generic feedback, about packets."""
    c.add(SENDER)
    c.add(MEDIA_SOURCE)
    if kind == 15 and c.more:
        _transport_cc(c)
        return
    number = 0
    while c.more and kind in (1, 3, 4):
        number += 1
        if kind == 1:
            _lost(c)
        else:
            _bit_rate(c, f"{'TMMBR' if kind == 3 else 'TMMBN'} {number}")
    c.rest(FCI)


def media_feedback(c: Cursor, kind: int) -> None:
    """Payload-specific feedback, about pictures."""
    c.add(SENDER)
    c.add(MEDIA_SOURCE)
    c.info_add("%s  ", SHORT_NAMES.get(kind, "Unknown"))
    if kind == 15 and c.peek(4) == b"REMB":
        _estimated_bit_rate(c)
    reader = MEDIA_READERS.get(kind)
    number = 0
    while c.more and reader is not None:
        number += 1
        with c.text(f"{SHORT_NAMES[kind]} {number}"):
            reader(c)
    c.rest(FCI)


def _lost(c: Cursor) -> None:
    """A packet that is lost, and which of the sixteen after it are."""
    first = c.add(LOST_PACKET)
    with c.item(LOST_MASK) as node:
        node.value = mask = c.uint(2)
        lost = [first + 1 + bit & 0xFFFF for bit in range(16) if mask >> bit & 1]
        node.suffix = f" (Frames {' '.join(map(str, lost))} lost)" if lost else ""
        for number in lost:
            c.put(LOST_PACKET, number, c.pos - 2, 2).text = f"Frame {number} also lost"


def _bit_rate(c: Cursor, title: str) -> None:
    """RFC 5104, section 4.2.1.1."""
    with c.text(title):
        c.add(BIT_RATE_SOURCE)
        exponent = c.peek_add(BIT_RATE_EXPONENT)
        mantissa = c.add(BIT_RATE_MANTISSA)
        c.put(
            BIT_RATE, "", c.pos - 3, 3
        ).text = f"Maximum total media bit rate: {mantissa}*2^{exponent}"
        c.pos -= 1
        overhead = c.add(OVERHEAD)
        if c.at is not None:
            c.last.offset, c.last.length, c.last.value = c.pos - 1, 1, overhead


def _transport_cc(c: Cursor) -> None:
    """draft-holmer-rmcat-transport-wide-cc-extensions-01: the head; the rest as octets."""
    with c.text("Transport-cc"):
        c.add(CC_BASE)
        left = c.add(CC_COUNT)
        c.add(CC_TIME)
        c.add(CC_NUMBER)
        with c.text("Packet Chunks"):
            while left > 0:
                left -= _statuses(c.add(CC_CHUNK))
        c.rest(FCI)


def _statuses(chunk: int) -> int:
    """How many packets a chunk is about: a run length, 14 bits, or 7 pairs of bits."""
    if not chunk >> 15:
        return max(chunk & 0x1FFF, 1)
    return 7 if chunk >> 14 & 1 else 14


def _slices(c: Cursor) -> None:
    c.peek_add(FIRST_BLOCK)
    c.peek_add(BLOCKS)
    c.add(PICTURE)


def _intra_request(c: Cursor) -> None:
    c.add(FIR_SOURCE)
    c.add(FIR_NUMBER)
    c.add(FIR_RESERVED)


def _estimated_bit_rate(c: Cursor) -> None:
    """draft-alvestrand-rmcat-remb-03, section 2.2."""
    with c.text("REMB 0"):
        c.add(REMB_ID, 4)
        count = c.add(REMB_COUNT)
        exponent = c.peek_add(REMB_EXPONENT)
        mantissa = c.add(REMB_MANTISSA)
        rate = f"Maximum bit rate: {mantissa << exponent}"
        c.put(REMB_RATE, "", c.pos - 3, 3).text = rate
        for _ in range(count):
            c.add(REMB_SOURCE)


MEDIA_READERS: dict[int, Callable[[Cursor], None]] = {2: _slices, 4: _intra_request}
