"""Pseudowire status for static pseudowires (RFC 6478, section 5).

0               8               16              24              32
+-------------------------------+---------------+-+-------------+
|         Refresh Timer         |  TLV Length   |A|    Flags    |
+---+---------------------------+---------------+-+-------------+
|Res|  PW Status TLV (0x096A)   |            Length             |
+---+---------------------------+-------------------------------+
|                          Status code                          |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from msgspec.structs import replace

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, X8, X16

CODES = {
    0x02: "Local Attachment Circuit(ingress) Receive Fault",
    0x04: "Local Attachment Circuit(egress) Transmit Fault",
    0x20: "PW Forwarding Standby",
    0x40: "Request Switchover to this PW",
}
REFRESH = Field("pw_oam.refresh-timer", "Refresh-Timer", X16)
TOTAL = Field("pw_oam.total-tlv-len", "TLV Length", X8)
FLAGS = Field(
    "pw_oam.flags", "Flags", X8,
    bits=(Field("pw_oam.flags_a", "Acknowledgement", BOOL, mask=0x80),),
)  # fmt: skip
RESERVED = Field("pw_oam.tlv-reserved", "Reserved", X16, mask=0xC000)
TYPE = Field("pw_oam.tlv-type", "TLV Type", X16, mask=0x3FFF)
LENGTH = Field("pw_oam.tlv-len", "TLV Length", X16)
CODE = Field("pw_oam.code", "Status code", replace(X16, size=4), CODES)
STATUS_TLV = b"\x09\x6a"


@dissector("pw_oam", "Pseudo-Wire OAM", "PW OAM", pw_channel=0x0027)
def pw_oam(c: Cursor) -> Result:
    """How the other end is; an acknowledgement has no TLV."""
    c.info("")
    c.add(REFRESH)
    c.add(TOTAL)
    c.add(FLAGS)
    if c.peek(2) == STATUS_TLV:
        with c.text("Pseudo-Wire Status TLV"):
            c.peek_add(RESERVED)
            c.add(TYPE)
            c.add(LENGTH)
            c.add(CODE)
    return None
