"""Attributes of an access network, in GRE before its payload (3GPP2 A.S0008, CDMA2000's A10).

    0 1             8               16
    +-+-------------+---------------+-------------------------------+
    |E|    Type     |    Length     |  Value, Length octets         |
    +-+-------------+---------------+-------------------------------+

E is set in the last one.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, NONE, X8, X16

TYPES = {
    1: "1x SDB/HRPD DOS Indicator",
    2: "Flow Control Indication",
    3: "IP Flow Discriminator",
    4: "Segmentation Indication",
}
SEGMENTS = {0: "Packet Started", 1: "Packet continued", 2: "Packet Ended"}
LAST = 0x80

ATTRIBUTES = Field("gre.3gpp2_attrib", "3GPP2 Attributes", NONE)
TYPE = Field("gre.3gpp2_attrib_id", "Type", X8, TYPES, mask=0x7F)
LENGTH = Field("gre.3gpp2_attrib_length", "Length", X8)
VALUES: dict[int, tuple[Field, ...]] = {
    1: (
        Field("gre.3gpp2_sdi", "SDI/DOS", BOOL,
              ("Reserved", "Packet suitable for 1x SDB or HRPD DOS transmission"), mask=0x8000),
    ),
    2: (
        Field("gre.3gpp2_fci", "Flow Control Indicator", BOOL, ("XON", "XOFF"), mask=0x8000),
        Field("gre.3gpp2_di", "Duration Indicator", BOOL, ("TEMPORARY", "INDEFINITE"), mask=0x4000),
    ),
    3: (Field("gre.ggp2_flow_disc", "Flow ID", BYTES),),
    4: (Field("gre.ggp2_3gpp2_seg", "Type", X16, SEGMENTS, mask=0xC000),),
}  # fmt: skip
"""The fields in an attribute's value, all in the same octets."""


def attributes(c: Cursor) -> None:
    """Read attributes up to the last one."""
    with c.item(ATTRIBUTES):
        while not _attribute(c):
            pass


def _attribute(c: Cursor) -> bool:
    """One attribute; True for the last."""
    first = c.octet()
    kind = first & ~LAST
    with c.text(TYPES.get(kind, f"{kind} (Unknown)")):
        c.add(TYPE)
        size = c.add(LENGTH)
        for field in VALUES.get(kind, ()):
            c.peek_add(field, size)
        c.skip(size)
    return bool(first & LAST)
