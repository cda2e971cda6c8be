"""MPLS-TP fault management (RFC 6427, section 4) and lock instruct (RFC 6435, section 5).

0       4       8               16              24              32
+-------+-------+---------------+---------------+---------------+
|Version|   0   |   Msg Type    |     Flags     | Refresh Timer |  fault
+-------+-------+---------------+---------------+---------------+
| Total TLV Len |  Interface Identifier TLV, Global Identifier TLV
+---------------+-----------------------------------------------+
|Version|                Reserved               | Refresh Timer |  lock
+-------+---------------------------------------+---------------+
|  Source MEP-ID TLV
+---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, IPV4, U8, U32, X8, X24

MESSAGES = {0: "No Return Code", 1: "Alarm-Indication Signal(A)", 2: "Lock-Report(L)"}


class Fault(Header):
    """Five octets."""

    __hdr__ = (
        ("first", "B", 0x10), ("kind", "B", 1), ("flags", "B", 0), ("refresh", "B", 20),
        ("tlvs", "B", 0),
    )  # fmt: skip
    names = (
        F("first", "mplstp_oam.version", "Version", X8),
        F("first", "mplstp_oam.reserved", "Reserved", X8),
        F("kind", "mplstp_oam.message.type", "Message Type", MESSAGES),
        F("flags", "mplstp_oam.flags", "FM Flags", X8, bits=(
            F("flags", "mplstp_oam.flag_l", "Link Down Indication", BOOL, within=(6, 1)),
            F("flags", "mplstp_oam.flag_r", "FM Condition Cleared", BOOL, within=(7, 1)),
        )),
        F("refresh", "mplstp_oam.refresh.timer", "Refresh-timer value"),
        F("tlvs", "mplstp_oam.total.tlv.len", "FM TLV Length"),
    )  # fmt: skip


INTERFACE_TYPE = Field("mplstp_oam.if_id_tlv_type", "Type     : IF-ID TLV", U8)
GLOBAL_TYPE = Field("mplstp_oam.global_id_tlv_type", "Type     : GLOBAL-ID TLV", U8)
TLV_LENGTH = Field("mplstp_oam.tlv_len", "Length", U8)
NODE = Field("mplstp_oam.node_id", "Node id", IPV4)
INTERFACE = Field("mplstp_oam.if_num", "Interface Number", U32)
GLOBAL = Field("mplstp_oam.global_id", "Global id", U32)


@dissector("mplstp_fm", "MPLS-TP Fault-Management", "MPLS-TP FM", pw_channel=0x0058)
def fault(c: Cursor) -> Result:
    """An alarm, or a lock's report, and where it comes from."""
    c.info("")
    if c.header(Fault).tlvs:
        with c.text("Fault-Management TLVs"):
            for field in (INTERFACE_TYPE, TLV_LENGTH, NODE, INTERFACE):
                c.add(field)
            for field in (GLOBAL_TYPE, TLV_LENGTH, GLOBAL):
                c.add(field)
    return None


LOCK_RESERVED = Field("mplstp_lock.reserved", "Reserved", X24)
LOCK_REFRESH = Field("mplstp_lock.refresh-timer", "Refresh-timer value", U8)
LOCK_VERSION = Field("mplstp_lock.version", "Version", X8)


@dissector("mplstp_lock", "MPLS-TP Lock-Instruct", "MPLS-TP LI", pw_channel=0x0026)
def lock(c: Cursor) -> Result:
    """An instruction to lock a path, and who gives it."""
    c.info("")
    c.peek_add(LOCK_VERSION)
    c.add(LOCK_RESERVED)
    c.add(LOCK_REFRESH)
    return Next(name="bfd.mep", into=c.layer)
