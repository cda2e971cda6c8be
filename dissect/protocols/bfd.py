"""Bidirectional Forwarding Detection (RFC 5880, section 4), and its MEP-ID TLV (RFC 6428).

0     3         8   10          16              24              32
+-----+---------+---+-+-+-+-+-+-+---------------+---------------+
|Vers |  Diag   |Sta|P|F|C|A|D|M|  Detect Mult  |    Length     |
+-----+---------+---+-+-+-+-+-+-+---------------+---------------+
|                       My Discriminator                        |
|                      Your Discriminator                       |
|                    Desired Min TX Interval                    |
|                   Required Min RX Interval                    |
|                 Required Min Echo RX Interval                 |
+---------------+---------------+---------------+---------------+
|   Auth Type   |   Auth Len    |  Auth Key ID  |  with flag A
+---------------+---------------+---------------+---------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, IPV4, STR, U8, U16, U32, X8, X32

DIAGNOSTICS = {
    0: "No Diagnostic", 1: "Control Detection Time Expired", 2: "Echo Function Failed",
    3: "Neighbor Signaled Session Down", 4: "Forwarding Plane Reset", 5: "Path Down",
    6: "Concatenated Path Down", 7: "Administratively Down", 8: "Reverse Concatenated Path Down",
    9: "Mis-Connectivity Defect",
}  # fmt: skip
STATES = {0: "AdminDown", 1: "Down", 2: "Init", 3: "Up"}
SET = ("Not set", "Set")


class Start(Header):
    """The first two octets of version 1."""

    __hdr__ = (("_first", "B", 0x20), ("flags", "B", 0xC0))
    __bit_fields__ = {"_first": (("version", 3), ("diag", 5))}
    names = (
        F("version", "bfd.version", "Protocol Version", U8, unmasked=True),
        F("diag", "bfd.diag", "Diagnostic Code", X8, DIAGNOSTICS, unmasked=True),
        F("flags", "bfd.sta", "Session State", X8, STATES, within=(0, 2), unmasked=True),
        F("flags", "bfd.flags", "Message Flags", X8, bits=(
            F("flags", "bfd.flags.p", "Poll", BOOL, SET, within=(2, 1)),
            F("flags", "bfd.flags.f", "Final", BOOL, SET, within=(3, 1)),
            F("flags", "bfd.flags.c", "Control Plane Independent", BOOL, SET, within=(4, 1)),
            F("flags", "bfd.flags.a", "Authentication Present", BOOL, SET, within=(5, 1)),
            F("flags", "bfd.flags.d", "Demand", BOOL, SET, within=(6, 1)),
            F("flags", "bfd.flags.m", "Multipoint", BOOL, SET, within=(7, 1)),
        )),
    )  # fmt: skip


class StartOfVersion0(Header):
    """The first two octets of version 0, a draft's."""

    __hdr__ = Start.__hdr__
    __bit_fields__ = Start.__bit_fields__
    names = (
        *Start.names[:2],
        F("flags", "bfd.flags", "Message Flags", X8, bits=(
            F("flags", "bfd.flags.h", "I hear you", BOOL, SET, within=(0, 1)),
            F("flags", "bfd.flags.d", "Demand", BOOL, SET, within=(1, 1)),
            F("flags", "bfd.flags.p", "Poll", BOOL, SET, within=(2, 1)),
            F("flags", "bfd.flags.f", "Final", BOOL, SET, within=(3, 1)),
        )),
    )  # fmt: skip


class Control(Header):
    """What stands behind those, in both versions."""

    __hdr__ = (
        ("multiplier", "B", 3), ("len", "B", 24), ("mine", "I", 0), ("yours", "I", 0),
        ("transmit", "I", 1_000_000), ("receive", "I", 1_000_000), ("echo", "I", 0),
    )  # fmt: skip
    names = (
        F("multiplier", "bfd.detect_time_multiplier", "Detect Time Multiplier"),
        F("len", "bfd.message_length", "Message Length", unit=" bytes"),
        F("mine", "bfd.my_discriminator", "My Discriminator", X32),
        F("yours", "bfd.your_discriminator", "Your Discriminator", X32),
        F("transmit", "bfd.desired_min_tx_interval", "Desired Min TX Interval"),
        F("receive", "bfd.required_min_rx_interval", "Required Min RX Interval"),
        F("echo", "bfd.required_min_echo_interval", "Required Min Echo Interval"),
    )


AUTHENTICATIONS = {
    1: "Simple Password", 2: "Keyed MD5", 3: "Meticulous Keyed MD5", 4: "Keyed SHA1",
    5: "Meticulous Keyed SHA1",
}  # fmt: skip
AUTH_TYPE = Field("bfd.auth.type", "Authentication Type", U8, AUTHENTICATIONS)
AUTH_LENGTH = Field("bfd.auth.len", "Authentication Length", U8)
AUTH_KEY = Field("bfd.auth.key", "Authentication Key ID", U8)
PASSWORD = Field("bfd.auth.password", "Password", STR)
SEQUENCE = Field("bfd.auth.seq_num", "Sequence Number", X32)
CHECKSUM = Field("bfd.checksum", "Checksum", BYTES)
PASSWORD_TYPE = 1
DIGESTS = {2: 16, 3: 16, 4: 20, 5: 20}
"""Octets of a digest, by authentication type; eight stand in front of it."""

BAD_LENGTH = Note(
    "bfd.auth.len.invalid", Severity.WARNING, Group.PROTOCOL,
    "Length of authentication section is invalid", "RFC 5880, section 4.3",
)  # fmt: skip
NO_DATA = Note(
    "bfd.auth.no_data", Severity.WARNING, Group.MALFORMED,
    "Authentication flag is set in a BFD packet, but no authentication data is present",
    "RFC 5880, section 6.8.6",
)  # fmt: skip

FIXED = 24
CHANNEL_CV = 0x0023


@dissector(
    "bfd", "Bidirectional Forwarding Detection Control Message", "BFD Control",
    udp_port=(3784, 4784, 6784, 7784), pw_channel=(0x0007, 0x0022, CHANNEL_CV),
)  # fmt: skip
def bfd(c: Cursor) -> Result:
    """Read the control packet, its authentication, and in MPLS-TP's channel the source's name."""
    channel = c.key
    start = c.pos
    version = c.octet() >> 5
    head = c.header(Start if version else StartOfVersion0)
    c.title("BFD Control message")
    name = DIAGNOSTICS.get(head.diag, "Unknown")
    if version:
        state = STATES[head.flags >> 6]
        c.info("Diag: %s, State: %s, Flags: 0x%02x", name, state, head.flags & 0x3E)
    else:
        c.info("Diag: %s, Flags: 0x%02x", name, head.flags)
    header = c.header(Control)
    if c.at is not None:
        _times(c, header)
    if version and head.flags & 4:
        if header.len >= 28:
            _authentication(c)
        else:
            text = f"Authentication: Length of the BFD frame is invalid ({header.len})"
            c.note(NO_DATA, text=text)
    if channel == CHANNEL_CV and start + header.len < c.end:
        return Next(name="bfd.mep", start=start + header.len, into=c.layer)
    return None


def _times(c: Cursor, header: Any) -> None:
    """Intervals stand there in microseconds."""
    for name in ("desired_min_tx", "required_min_rx", "required_min_echo"):
        node = c.node(f"bfd.{name}_interval")
        node.text = f"{node.field.label}: {node.value // 1000:4} ms ({node.value} us)"
    detection = header.multiplier * (header.transmit // 1000)
    c.node("bfd.detect_time_multiplier").suffix = f" (= {detection} ms Detection time)"


def _authentication(c: Cursor) -> None:
    c.need(4)
    kind, length = c.peek(2)
    with c.text("Authentication: %s", AUTHENTICATIONS.get(kind, f"Unknown ({kind})")):
        c.add(AUTH_TYPE)
        c.add(AUTH_LENGTH)
        c.add(AUTH_KEY)
        if kind == PASSWORD_TYPE:
            c.add(PASSWORD, length - 3)
        elif kind in DIGESTS:
            if length != 8 + DIGESTS[kind]:
                text = (
                    f"Length of authentication section ({length}) is invalid for Authentication "
                    f"Type: {AUTHENTICATIONS[kind]}"
                )
                c.note(BAD_LENGTH, text=text)
            c.skip(1)
            c.add(SEQUENCE)
            c.add(CHECKSUM, DIGESTS[kind])


# --- the source of an MPLS-TP message (RFC 6428, section 3.5) ----------------------------------

MEP_TYPES = {0: "Section MEP-ID", 1: "LSP MEP-ID", 2: "PW MEP-ID"}
MEP_TYPE = Field("bfd.mep.type", "Type", U16, MEP_TYPES)
MEP_LENGTH = Field("bfd.mep.len", "Length", U16)
GLOBAL = Field("bfd.mep.global.id", "Global Id", U32)
NODE = Field("bfd.mep.node.id", "Node Id", IPV4)
TUNNEL = Field("bfd.mep.tunnel.no", "Tunnel Number", U16)
LSP = Field("bfd.mep.lsp.no", "LSP Number", U16)
CIRCUIT = Field("bfd.mep.ac.id", "AC Id", U32)
GROUP_TYPE = Field("bfd.mep.agi.type", "AGI TYPE", U8)
GROUP_LENGTH = Field("bfd.mep.agi.len", "AGI Length", U8)
GROUP_VALUE = Field("bfd.mep.agi.val", "AGI value", STR)
INTERFACE = Field("bfd.mep.interface.no", "Interface Number", U32)

MEP_FIELDS: dict[int, tuple[Field, ...]] = {
    0: (GLOBAL, NODE, INTERFACE),
    1: (GLOBAL, NODE, TUNNEL, LSP),
    2: (GLOBAL, NODE, CIRCUIT, GROUP_TYPE, GROUP_LENGTH),
}


@dissector("bfd.mep", "MPLS-TP SOURCE MEP-ID TLV", "", column=False)
def mep(c: Cursor) -> Result:
    """Who sends: a section's, a path's or a pseudowire's end."""
    c.layer.listed = False
    kind = int.from_bytes(c.peek(2), "big")
    c.need(4)
    if kind in MEP_FIELDS:
        c.add(MEP_TYPE)
        c.add(MEP_LENGTH)
        for field in MEP_FIELDS[kind]:
            size = c.add(field)
        if kind == 2:
            c.add(GROUP_VALUE, size)
    return None


# --- echo packets ------------------------------------------------------------------------------

ECHO = Field("bfd_echo.packet", "Originator specific content", BYTES)


@dissector("bfd_echo", "Bidirectional Forwarding Detection Echo Packet", "BFD Echo", udp_port=3785)
def echo(c: Cursor) -> Result:
    """What a system sends to itself through its neighbour; only it knows the meaning."""
    c.title("BFD Echo message")
    c.info("Originator specific content")
    c.rest(ECHO)
    return None
