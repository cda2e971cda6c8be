"""MAC address withdrawal over a static pseudowire (RFC 7769, section 3).

0               8               16              24              32
+-------------------------------+---------------+---------------+
|           Reserved            |  TLV Length   |A|R|  Flags    |
+---+---------------------------+---------------+---------------+
|Res|         TLV Type          |          TLV Length           |
+---+---------------------------+-------------------------------+
|  Value; type 1: Sequence Number (4)
+---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, NONE, U8, U16, U32, X8, X16

RESERVED = Field("mpls_mac.reserved", "Reserved", BYTES)
TOTAL = Field("mpls_mac.tlv_length_total", "TLV Length (Total)", U8)
FLAGS = Field(
    "mpls_mac.flags", "Flags", X8,
    bits=(
        Field("mpls_mac.flags.a", "Flags A", BOOL, mask=0x80),
        Field("mpls_mac.flags.r", "Flags R", BOOL, mask=0x40),
        Field("mpls_mac.flags.reserved", "Flags Reserved", X8, mask=0x3F),
    ),
)  # fmt: skip
TLV = Field("mpls_mac.tlv", "TLV", NONE)
TLV_RESERVED = Field("mpls_mac.tlv.res", "Res(erved)", X16, mask=0xC000)
TLV_TYPE = Field("mpls_mac.tlv.type", "TLV Type", X16, mask=0x3FFF)
TLV_LENGTH = Field("mpls_mac.tlv.length", "TLV Length", U16)
VALUE = Field("mpls_mac.tlv.value", "TLV Value", BYTES)
SEQUENCE = Field("mpls_mac.tlv.sequence_number", "Sequence Number", U32)
SEQUENCE_TLV = 1


@dissector(
    "mpls_mac", "Media Access Control (MAC) Address Withdrawal over Static Pseudowire", "MPLS-MAC",
    pw_channel=0x0028,
)  # fmt: skip
def mac_withdraw(c: Cursor) -> Result:
    """Flags, and TLVs as long as their total length says."""
    c.info("")
    c.add(RESERVED, 2)
    total = c.add(TOTAL)
    c.add(FLAGS)
    with c.limit(total, because="mpls_mac.tlv_length_total"):
        while c.more:
            with c.item(TLV) as node:
                c.peek_add(TLV_RESERVED)
                kind = c.add(TLV_TYPE)
                size = c.add(TLV_LENGTH)
                node.text = f"TLV (t=0x{kind:x}, l={size})"
                if kind == SEQUENCE_TLV and size == 4:
                    c.peek_add(VALUE, size)
                    c.add(SEQUENCE)
                else:
                    c.add(VALUE, size)
    return None
