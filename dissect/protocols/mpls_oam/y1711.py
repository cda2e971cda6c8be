"""MPLS OAM of ITU-T Y.1711, behind the OAM Alert label (RFC 3429).

0               8               16                             32
+---------------+---------------+-------------------------------+
| Function Type |  Reserved; in FDI and BDI: Defect Type (2)    |
+---------------+-----------------------------------------------+
|  Source of the trail (TTSI): zeros (10), 0xffff, LSR ID, LSP ID
+---------------------------------------------------------------+
|  FDD: Frequency (1); FDI, BDI: Defect Location (4)            |
|  Zeros up to 42 octets                                        |
+-------------------------------+-------------------------------+
|             BIP16             |
+-------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import I32, IPV4, U32, X8, X16

FUNCTIONS = {
    0: "Reserved", 1: "CV (Connectivity Verification)", 2: "FDI (Forward Defect Indicator)",
    3: "BDI (Backward Defect Indicator)", 4: "Reserved for Performance packets",
    5: "Reserved for LB-Req (Loopback Request)", 6: "Reserved for LB-Rsp (Loopback Response)",
    7: "FDD (Fast Failure Detection)",
}  # fmt: skip
VERIFICATION, FORWARD, BACKWARD, FAST = 1, 2, 3, 7
SHORT = {VERIFICATION: "CV", FORWARD: "FDI", BACKWARD: "BDI", FAST: "FDD"}
FREQUENCIES = {
    0: "Reserved", 1: "10 ms", 2: "20 ms", 3: "50 ms (default value)", 4: "100 ms", 5: "200 ms",
    6: "500 ms",
}  # fmt: skip
DEFECTS = {
    0x0000: "Reserved", 0x0101: "dServer", 0x0102: "dPeerME", 0x0201: "dLOCV",
    0x0202: "dTTSI_Mismatch", 0x0203: "dTTSI_Mismerge", 0x0204: "dExcess", 0x02FF: "dUnknown",
    0xFFFF: "Reserved",
}  # fmt: skip

FUNCTION = Field("mpls_y1711.function_type", "Function Type", X8, FUNCTIONS)
FREQUENCY = Field("mpls_y1711.frequency", "Frequency", X8, FREQUENCIES)
DEFECT = Field("mpls_y1711.defect_type", "Defect Type", X16, DEFECTS)
LOCATION = Field("mpls_y1711.defect_location", "Defect Location (AS)", U32)
LSR = Field("mpls_y1711.lsr_id", "LSR ID", IPV4)
LSP = Field("mpls_y1711.lsp_id", "LSP ID", I32)
PARITY = Field("mpls_y1711.bip16", "BIP16", X16)


def _note(name: str, severity: Severity, text: str, group: Group = Group.PROTOCOL) -> Note:
    return Note(f"mpls_y1711.{name}", severity, group, text, "ITU-T Y.1711, section 5.3")


SHORT_PAYLOAD = _note(
    "minimum_payload", Severity.ERROR, "Must have a minimum payload length of 44 bytes",
    Group.MALFORMED,
)  # fmt: skip
EXP = _note("exp_bits_not_0", Severity.WARNING, "Exp bits should be 0 for Y.1711")
TTL = _note("ttl_not_1", Severity.WARNING, "TTL should be 1 for Y.1711")
RESERVED = _note("reserved_not_zero", Severity.WARNING, "These bytes are reserved and must be 0x00")
PADDING = _note("padding_not_zero", Severity.WARNING, "These bytes are padding and must be 0x00")
ONES = _note("padding_not_ff", Severity.ERROR, "These bytes are padding and must be 0xFF")
NO_SOURCE = _note("ttsi_not_preset", Severity.NOTE, "TTSI not preset (optional for FDI/BDI)")
UNKNOWN = _note("unknown_pdu", Severity.WARNING, "Unknown MPLS Y.1711 PDU")

PDU = 44
"""Octets of every PDU."""


@dissector("mpls_y1711", "MPLS ITU-T Y.1711 OAM", "", column=False)
def y1711(c: Cursor) -> Result:
    """A PDU of 44 octets."""
    c.layer.listed = False
    end = c.pos + PDU
    function = c.octet()
    c.info_add(" (Y.1711: %s)", SHORT.get(function, "reserved/unknown"))
    if c.left < PDU:
        c.note(SHORT_PAYLOAD)
        return Next(name="data")
    label = c.packet.layers[-2].header
    for note, wrong in ((EXP, label.exp != 0), (TTL, label.ttl != 1)):
        if wrong:
            c.note(note)
    c.add(FUNCTION)
    if function in (VERIFICATION, FAST):
        _constant(c, bytes(3), RESERVED)
        _source(c)
    elif function in (FORWARD, BACKWARD):
        _constant(c, bytes(1), RESERVED)
        c.add(DEFECT)
        if c.peek(20) == bytes(20):
            c.note(NO_SOURCE)
            c.skip(20)
        else:
            _source(c)
        c.add(LOCATION)
    else:
        c.note(UNKNOWN)
        return None
    if function == FAST:
        c.add(FREQUENCY)
    _constant(c, bytes(end - 2 - c.pos), PADDING)
    c.add(PARITY)
    return None


def _constant(c: Cursor, octets: bytes, note: Note) -> None:
    """Octets that can only be these."""
    c.need(len(octets))
    if c.peek(len(octets)) != octets:
        c.note(note)
    c.skip(len(octets))


def _source(c: Cursor) -> None:
    """The source of the trail, as an IPv4-mapped address would be (RFC 2373) and a number."""
    _constant(c, bytes(10), PADDING)
    _constant(c, b"\xff\xff", ONES)
    c.add(LSR)
    c.add(LSP)
