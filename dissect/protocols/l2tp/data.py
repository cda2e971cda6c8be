"""Data of a session of L2TP version 3 (RFC 3931, section 4.1 and 4.6; ATM: RFC 4454).

    0 1 2           8                                               32
    +---------------------------------------------------------------+
    |  Cookie, 0, 4 or 8 octets                                     |
    +-+-+-----------+-----------------------------------------------+
    |x|S|           |  Sequence Number      a sublayer, or none     |
    +-+-+-----------+-----------------------------------------------+

How much of it is there, only the control messages tell.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Next, Result
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, NONE, U16, U24, X8
from dissect.protocols.codes.l2tp import PSEUDOWIRES
from dissect.protocols.l2tp.sessions import told

PSEUDOWIRE = Field(
    "l2tp.avp.pseudowire_type", "Pseudowire Type", U16, PSEUDOWIRES, generated=True
)  # fmt: skip
COOKIE = Field("l2tp.cookie", "Cookie", BYTES)


def _bit(name: str, label: str, mask: int) -> Field:
    return Field(f"l2tp.l2_spec_{name}", label, BOOL, mask=mask)


V, S = _bit("v", "V-bit", 0x80), _bit("s", "S-bit", 0x40)
H = Field("l2tp.l2_spec_h", "H-bits", X8, mask=0x30)
T, G, C, U = (
    _bit("t", "T-bit", 0x08), _bit("g", "G-bit", 0x04), _bit("c", "C-bit", 0x02),
    _bit("u", "U-bit", 0x01),
)  # fmt: skip
FLOW = Field("l2tp.l2_spec_flow_id", "Flow ID", X8, mask=0x0E)
SEQUENCE = Field("l2tp.l2_spec_sequence", "Sequence Number", U24)

SUBLAYERS: dict[int, tuple[Field, tuple[Field, ...], int]] = {
    1: (Field("l2tp.l2_spec_def", "Default L2-Specific Sublayer", NONE), (S,), 3),
    2: (Field("l2tp.l2_spec_atm", "ATM-Specific Sublayer", NONE), (S, T, G, C, U), 3),
    3: (Field("l2tp.l2_spec_docsis_dmpt", "DOCSIS DMPT - Specific Sublayer", NONE),
        (V, S, H, FLOW), 2),
}  # fmt: skip
"""By number: the sublayer, the fields in its first octet, octets of its sequence number at its
end."""

CARRIED = {1: "fr", 5: "eth", 6: "chdlc", 7: "ppp", 11: "ip"}
"""Names of dissectors by pseudowire type."""


def read_data(c: Cursor, session_id: int) -> Result:
    """What stands before the payload, and who reads that."""
    known = told(c, session_id)
    c.put(PSEUDOWIRE, known.pseudowire, c.start)
    if not c.more:
        return None
    if known.cookie:
        c.add(COOKIE, known.cookie)
    if known.sublayer in SUBLAYERS:
        head, flags, size = SUBLAYERS[known.sublayer]
        with c.item(head, 4):
            for field in flags:
                c.peek_add(field)
            c.skip(4 - size)
            c.add(SEQUENCE, size)
    name = CARRIED.get(known.pseudowire)
    return Next(name=name or "data") if c.more else None
