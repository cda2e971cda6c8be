"""Logical Link Control (IEEE 802.2) and its Subnetwork Access Protocol (IEEE 802, RFC 1042).

    0               8               16              24 or 32
    +---------------+---------------+----------------------+-------------------------+
    |     DSAP    |I|     SSAP    |C|   Control, 1 or 2    | SNAP: OUI (3), type (2) |
    +---------------+---------------+----------------------+-------------------------+

Unnumbered frames have one octet of control, the others two, least significant first.
"""

from __future__ import annotations

from msgspec.structs import replace

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Next, Result, dissector, lookup
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, OUI, U8, U16_LE, X8, X16, X16_LE, Kind
from dissect.protocols.codes.ethertypes import ETHERTYPES
from dissect.protocols.codes.saps import SAPS, SNAP_PROTOCOLS
from dissect.protocols.codes.vendors import vendor

SNAP = 0xAA
UI = 0x03
ETHERNET_OUI, BRIDGED_OUI, TUNNEL_OUI = 0x000000, 0x0080C2, 0x0000F8


def _sap(value: int) -> str | None:
    return SAPS.get(value << 1)


DSAP = Field("llc.dsap", "DSAP", X8, SAPS, bits=(
    Field("llc.dsap.sap", "SAP", U8, _sap, mask=0xFE),
    Field("llc.dsap.ig", "IG Bit", BOOL, ("Individual", "Group"), mask=0x01),
))  # fmt: skip
SSAP = Field("llc.ssap", "SSAP", X8, SAPS, bits=(
    Field("llc.ssap.sap", "SAP", U8, _sap, mask=0xFE),
    Field("llc.ssap.cr", "CR Bit", BOOL, ("Command", "Response"), mask=0x01),
))  # fmt: skip


# --- the control field -------------------------------------------------------------------------

BOOL_LE = replace(BOOL, name="BOOL_LE", size=2, little=True)

MODIFIERS: dict[int, tuple[str, str, str, str]] = {
    0x00: ("UI", "Unnumbered Information", "UI", "Unnumbered Information"),
    0x08: ("UP", "Unnumbered Poll", "UP", "Unnumbered Poll"),
    0x10: ("DISC", "Disconnect", "RD", "Request Disconnect"),
    0x18: ("UA", "Unnumbered Acknowledge", "UA", "Unnumbered Acknowledge"),
    0x20: ("SNRM", "Set Normal Response Mode", "SNRM", "Set Normal Response Mode"),
    0x38: ("TEST", "Test", "TEST", "Test"),
    0x01: ("SIM", "Set Initialization Mode", "RIM", "Request Initialization Mode"),
    0x21: ("FRMR", "Frame reject", "FRMR", "Frame reject"),
    0x31: ("CFGR", "Configure", "CFGR", "Configure"),
    0x03: ("SARM", "Set Asynchronous Response Mode", "DM", "Disconnected mode"),
    0x0B: ("SABM", "Set Asynchronous Balanced Mode", "SABM", "Set Asynchronous Balanced Mode"),
    0x13: ("SARME", "Set Asynchronous Response Mode Extended",
           "SARME", "Set Asynchronous Response Mode Extended"),
    0x1B: ("SABME", "Set Asynchronous Balanced Mode Extended",
           "SABME", "Set Asynchronous Balanced Mode Extended"),
    0x23: ("RESET", "Reset", "RESET", "Reset"),
    0x2B: ("XID", "Exchange identification", "XID", "Exchange identification"),
    0x33: ("SNRME", "Set Normal Response Mode Extended",
           "SNRME", "Set Normal Response Mode Extended"),
    0x3B: ("BCN", "Beacon", "BCN", "Beacon"),
}  # fmt: skip
"""By modifier bits: short and long name of the command, short and long name of the response."""

SUPERVISORY = {
    0: ("RR", "Receiver ready"),
    1: ("RNR", "Receiver not ready"),
    2: ("REJ", "Reject"),
    3: ("SREJ", "Selective reject"),
}
FRAME_TYPES = {0: "Information frame", 1: "Supervisory frame", 3: "Unnumbered frame"}

N_R = Field("llc.control.n_r", "N(R)", U16_LE, mask=0xFE00)
N_S = Field("llc.control.n_s", "N(S)", U16_LE, mask=0x00FE)
S_FTYPE = Field(
    "llc.control.s_ftype", "Supervisory frame type", X16_LE,
    {key: name for key, (_, name) in SUPERVISORY.items()}, mask=0x000C,
)  # fmt: skip


def _poll(final: bool, kind: Kind, mask: int) -> Field:
    name, label = ("f", "Final") if final else ("p", "Poll")
    return Field(f"llc.control.{name}", label, kind, ("Not set", "Set"), mask=mask)


def _control(frame: int, response: bool, poll: bool) -> Field:
    """The control field of a frame type: what is shown in it depends on its own bits."""
    asked: tuple[Field, ...] = ()
    if frame == 3:
        if poll:
            asked = (_poll(response, BOOL, 0x10),)
        name, label = ("resp", "Response") if response else ("cmd", "Command")
        words = {key: names[3 if response else 1] for key, names in MODIFIERS.items()}
        bits = (
            *asked,
            Field(f"llc.control.u_modifier_{name}", label, X8, words, mask=0xEC),
            Field("llc.control.ftype", "Frame type", X8, FRAME_TYPES, mask=0x03),
        )
        return Field("llc.control", "Control field", X16, bits=bits)
    if poll:
        asked = (_poll(response and frame == 1, BOOL_LE, 0x0100),)
    mask = 0x03 if frame else 0x01
    ftype = Field("llc.control.ftype", "Frame type", X16_LE, FRAME_TYPES, mask=mask)
    bits = (N_R, *asked, S_FTYPE, ftype) if frame == 1 else (N_R, N_S, *asked, ftype)
    return Field("llc.control", "Control field", X16_LE, bits=bits)


CONTROLS = {
    (frame, response, poll): _control(frame, response, poll)
    for frame in (0, 1, 3)
    for response in (False, True)
    for poll in (False, True)
}

# --- SNAP --------------------------------------------------------------------------------------

OUI_FIELD = Field("llc.oui", "Organization Code", OUI, vendor)
TYPE = Field("llc.type", "Type", X16, ETHERTYPES)
PID = Field("llc.pid", "Protocol ID", X16)
PIDS = {oui: Field(name, "PID", X16, names) for oui, (name, names) in SNAP_PROTOCOLS.items()}
BRIDGED_ETHERNET = (1, 7)
"""IEEE 802.1 identifiers of bridged Ethernet frames, with and without check sequence (RFC 2684)."""


@dissector("llc", "Logical-Link Control", "LLC")
def llc(c: Cursor) -> Result:
    """Read the access points and the control field, go on by them or by SNAP's type."""
    dsap = c.add(DSAP)
    ssap = c.add(SSAP)
    if c.at is not None:
        for name, sap in (("llc.dsap.sap", dsap), ("llc.ssap.sap", ssap)):
            c.node(name).text = f"SAP: {SAPS.get(sap & 0xFE, 'Unknown')}"
    control, text = _read_control(c, bool(ssap & 1))
    c.info("%s", text)
    if dsap == SNAP and ssap == SNAP:
        return _snap(c, control)
    c.info_add(
        "; DSAP %s %s, SSAP %s %s",
        SAPS.get(dsap & 0xFE, f"0x{dsap & 0xFE:02x}"), "Group" if dsap & 1 else "Individual",
        SAPS.get(ssap & 0xFE, f"0x{ssap & 0xFE:02x}"), "Response" if ssap & 1 else "Command",
    )  # fmt: skip
    if control == UI or not control & 1:
        return Next("llc_dsap", dsap)
    return Next(name="data") if c.more else None


def _read_control(c: Cursor, response: bool) -> tuple[int, str]:
    """The control field as a number, and as the words of the Info column."""
    first = int.from_bytes(c.peek(1), "big")
    c.need(1)
    if first & 3 == 3:
        poll = bool(first & 0x10)
        value = c.add(CONTROLS[3, response, poll], 1)
        names = MODIFIERS.get(first >> 2 & 0x3B, ("Unknown",) * 4)
        text = f"U{_mark(poll, response)}, func={names[2 if response else 0]}"
    else:
        frame = first & 1
        c.need(2)
        poll = bool(c.octet(1) & 1)
        value = c.add(CONTROLS[frame, response, poll])
        text = f"N(R)={value >> 9}"
        if frame:
            kind = SUPERVISORY[value >> 2 & 3][0]
            text = f"S{_mark(poll, response)}, func={kind}, {text}"
        else:
            text = f"I{_mark(poll, False)}, {text}, N(S)={value >> 1 & 0x7F}"
    c.node("llc.control").text = f"Control field: {text} (0x{value:0{2 if first & 3 == 3 else 4}X})"
    return value, text


def _mark(poll: bool, final: bool) -> str:
    return (" F" if final else " P") if poll else ""


def _snap(c: Cursor, control: int) -> Result:
    c.need(5)
    oui = c.add(OUI_FIELD)
    pid = int.from_bytes(c.peek(2), "big")
    who = vendor(oui) or "Unknown"
    c.info_add("; SNAP, OUI 0x%06X (%s), PID 0x%04X", oui, who, pid)
    if control != UI:
        c.skip(2)
        return Next(name="data")
    if oui in (ETHERNET_OUI, TUNNEL_OUI):
        kind = c.add(TYPE)
        if kind >= 0x600 and lookup("ethertype", kind) is not None:
            return Next("ethertype", kind, listed=False)
        return Next(name="data")
    c.add(PIDS.get(oui, PID))
    if oui == BRIDGED_OUI and pid in BRIDGED_ETHERNET:
        c.skip(2)  # padding, for the frame behind it to be aligned
        return Next(name="eth")
    return Next(f"llc_pid_{oui:06x}", pid)
