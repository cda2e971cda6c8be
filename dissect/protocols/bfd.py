"""Bidirectional Forwarding Detection: control packets and echoes (RFC 5880, section 4).

0       3       8    10           16              24             32
+-------+-------+-----+-----------+---------------+---------------+
|Version| Diag  |State|P|F|C|A|D|M| Detect Mult   |    Length     |
+-------+-------+-----+-----------+---------------+---------------+
|             My Discriminator, Your Discriminator                |
|  Desired Min TX, Required Min RX, Required Min Echo RX Interval |
+---------------+---------------+---------------+-----------------+
|   Auth Type   |   Auth Len    |  Auth Key ID  |  By type        |  if A is set
+---------------+---------------+---------------+-----------------+

It runs in UDP (RFC 5881, RFC 5883, RFC 7130, RFC 7881) and in channels of MPLS, where a
verification message ends with the sender's identity (RFC 6428, section 3.5).
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, IPV4, STR, U8, U16, U32, X8, X32

CONTROL_PORTS = (3784, 4784, 6784, 7784)
ECHO_PORT = 3785
CHANNELS = VCCV, CONTINUITY, VERIFICATION = 0x0007, 0x0022, 0x0023

SET = ("Not set", "Set")
DIAGNOSTICS = {
    0: "No Diagnostic", 1: "Control Detection Time Expired", 2: "Echo Function Failed",
    3: "Neighbor Signaled Session Down", 4: "Forwarding Plane Reset", 5: "Path Down",
    6: "Concatenated Path Down", 7: "Administratively Down",
    8: "Reverse Concatenated Path Down", 9: "Mis-Connectivity Defect",
}  # fmt: skip
STATES = {0: "AdminDown", 1: "Down", 2: "Init", 3: "Up"}
AUTHENTICATIONS = {
    1: "Simple Password", 2: "Keyed MD5", 3: "Meticulous Keyed MD5", 4: "Keyed SHA1",
    5: "Meticulous Keyed SHA1",
}  # fmt: skip
DIGESTS = {2: 16, 3: 16, 4: 20, 5: 20}
"""Octets of a digest by authentication type."""
ENDS = {0: "Section MEP-ID", 1: "LSP MEP-ID", 2: "PW MEP-ID"}


def _flag(attr: str, name: str, label: str, mask: int, width: int) -> F:
    return F(attr, f"bfd.flags.{name}", label, BOOL, SET, drawn=(width, mask))


_HEAD = (
    F("version", "bfd.version", "Protocol Version", U8),
    F("diagnostic", "bfd.diag", "Diagnostic Code", X8, DIAGNOSTICS),
)
_REST = (
    F("multiplier", "bfd.detect_time_multiplier", "Detect Time Multiplier"),
    F("length", "bfd.message_length", "Message Length", unit=" bytes"),
    F("mine", "bfd.my_discriminator", "My Discriminator", X32),
    F("yours", "bfd.your_discriminator", "Your Discriminator", X32),
    F("transmit", "bfd.desired_min_tx_interval", "Desired Min TX Interval", unit=" us"),
    F("receive", "bfd.required_min_rx_interval", "Required Min RX Interval", unit=" us"),
    F("echo", "bfd.required_min_echo_interval", "Required Min Echo Interval", unit=" us"),
)


class Control(Header):
    """Version 1, 24 octets; intervals in microseconds."""

    __hdr__ = (
        ("_first", "B", 0x20), ("_flags", "B", 0xC0), ("multiplier", "B", 3), ("length", "B", 24),
        ("mine", "I", 1), ("yours", "I", 0), ("transmit", "I", 1000000), ("receive", "I", 1000000),
        ("echo", "I", 0),
    )  # fmt: skip
    __bit_fields__ = {
        "_first": (("version", 3), ("diagnostic", 5)),
        "_flags": (("state", 2), ("p", 1), ("f", 1), ("c", 1), ("a", 1), ("d", 1), ("m", 1)),
    }
    names = (
        *_HEAD,
        F("state", "bfd.sta", "Session State", X8, STATES),
        F("flags_word", "bfd.flags", "Message Flags", X8, bits=(
            _flag("p", "p", "Poll", 0x20, 6),
            _flag("f", "f", "Final", 0x10, 6),
            _flag("c", "c", "Control Plane Independent", 0x08, 6),
            _flag("a", "a", "Authentication Present", 0x04, 6),
            _flag("d", "d", "Demand", 0x02, 6),
            _flag("m", "m", "Multipoint", 0x01, 6),
        )),
        *_REST,
    )  # fmt: skip


class Control0(Header):
    """Version 0, which was a draft (draft-ietf-bfd-base-00)."""

    __hdr__ = (
        ("_first", "B", 0x00), ("_flags", "B", 0x00), ("multiplier", "B", 3), ("length", "B", 24),
        ("mine", "I", 1), ("yours", "I", 0), ("transmit", "I", 1000000), ("receive", "I", 1000000),
        ("echo", "I", 0),
    )  # fmt: skip
    __bit_fields__ = {
        "_first": (("version", 3), ("diagnostic", 5)),
        "_flags": (("h", 1), ("d", 1), ("p", 1), ("f", 1), ("zero", 4)),
    }
    names = (
        *_HEAD,
        F("flags_word", "bfd.flags", "Message Flags", X8, bits=(
            _flag("h", "h", "I hear you", 0x80, 8),
            _flag("d", "d", "Demand", 0x40, 8),
            _flag("p", "p", "Poll", 0x20, 8),
            _flag("f", "f", "Final", 0x10, 8),
        )),
        *_REST,
    )  # fmt: skip


class Authentication(Header):
    """In front of what the type defines, 3 octets (RFC 5880, section 4.1)."""

    __hdr__ = (("kind", "B", 1), ("length", "B", 3), ("key", "B", 1))
    names = (
        F("kind", "bfd.auth.type", "Authentication Type", AUTHENTICATIONS),
        F("length", "bfd.auth.len", "Authentication Length", unit=" bytes"),
        F("key", "bfd.auth.key", "Authentication Key ID"),
    )


PASSWORD = Field("bfd.auth.password", "Password", STR)
SEQUENCE = Field("bfd.auth.seq_num", "Sequence Number", X32)
DIGEST = Field("bfd.checksum", "Checksum", BYTES)

BAD_LENGTH = Note(
    "bfd.auth.len.invalid", Severity.WARNING, Group.MALFORMED,
    "Length of authentication section is invalid", "RFC 5880, sections 4.3 and 4.4",
)  # fmt: skip
NO_DATA = Note(
    "bfd.auth.no_data", Severity.WARNING, Group.MALFORMED,
    "Authentication flag is set in a BFD packet, but no authentication data is present",
    "RFC 5880, section 6.8.6",
)  # fmt: skip

WITH_AUTHENTICATION = 28
"""Octets that a packet with an authentication section has at least."""
SIMPLE = 1
LAST_OLD = 7
"""The last diagnostic of version 0."""


@dissector(
    "bfd", "Bidirectional Forwarding Detection Control Message", "BFD Control",
    udp_port=CONTROL_PORTS, pw_channel=CHANNELS,
)  # fmt: skip
def bfd(c: Cursor) -> Result:
    """Read a control packet, its authentication, and the sender's identity in MPLS."""
    c.title("BFD Control message")
    c.info("")
    version = c.octet() >> 5
    head = c.header(Control if version else Control0)
    named = version or head.diagnostic <= LAST_OLD
    c.info("Diag: %s", DIAGNOSTICS.get(head.diagnostic, "Unknown") if named else "Unknown")
    flags = head.flags_word
    if version:
        c.info_add(", State: %s", STATES[head.state])
        flags &= 0x3E
    c.info_add(", Flags: 0x%02x", flags)
    if version and head.a:
        if head.length >= WITH_AUTHENTICATION:
            _authentication(c)
        else:
            words = f"Authentication: Length of the BFD frame is invalid ({head.length})"
            c.note(NO_DATA, text=words)
    if c.key == VERIFICATION:
        c.skip(max(c.layer.offset + head.length - c.pos, 0))
        return Next(name="bfd.mep", into=c.layer)
    return None


def _authentication(c: Cursor) -> None:
    with c.text("") as node:
        told = c.header(Authentication)
        name = AUTHENTICATIONS.get(told.kind, f"Unknown Authentication Type ({told.kind})")
        node.text = f"Authentication: {name}"
        if told.kind == SIMPLE:
            size = told.length - 3
            with c.limit(size, because="bfd.auth.len"):
                c.need(size)
                password = c.peek(size).split(b"\0")[0].decode("ascii", "replace")
                c.put(PASSWORD, password, None, size)
        elif told.kind in DIGESTS:
            size = DIGESTS[told.kind]
            if told.length != 8 + size:
                c.note(BAD_LENGTH, node, f"{BAD_LENGTH.text}: {told.length} for {name}")
            c.skip(1)
            c.add(SEQUENCE)
            c.add(DIGEST, size)


ECHO = Field("bfd_echo.packet", "Echo", BYTES)


@dissector(
    "bfd_echo", "Bidirectional Forwarding Detection Echo Packet", "BFD Echo", udp_port=ECHO_PORT
)
def bfd_echo(c: Cursor) -> Result:
    """An echo is of its sender's own making."""
    c.title("BFD Echo message")
    c.info("Originator specific content")
    c.rest(ECHO)
    return None


# --- who verifies a path of MPLS (RFC 6428, section 3.5) ---------------------------------------

END_TYPE = Field("bfd.mep.type", "Type", U16, ENDS)
END_LENGTH = Field("bfd.mep.len", "Length", U16)
GLOBAL = Field("bfd.mep.global.id", "Global Id", U32)
NODE = Field("bfd.mep.node.id", "Node Id", IPV4)
INTERFACE = Field("bfd.mep.interface.no", "Interface Number", U32)
TUNNEL = Field("bfd.mep.tunnel.no", "Tunnel Number", U16)
PATH = Field("bfd.mep.lsp.no", "LSP Number", U16)
CIRCUIT = Field("bfd.mep.ac.id", "AC Id", U32)
GROUP_TYPE = Field("bfd.mep.agi.type", "AGI TYPE", U8)
GROUP_LENGTH = Field("bfd.mep.agi.len", "AGI Length", U8)
GROUP = Field("bfd.mep.agi.val", "AGI value", STR)


@dissector("bfd.mep", "MPLS-TP SOURCE MEP-ID TLV", "", column=False)
def sender(c: Cursor) -> Result:
    """The end point that sends: a section's, a path's or a pseudowire's."""
    c.layer.listed = False
    c.need(4)
    kind = int.from_bytes(c.peek(2), "big")
    if kind in ENDS_READERS:
        c.add(END_TYPE)
        c.add(END_LENGTH)
        c.add(GLOBAL)
        c.add(NODE)
        ENDS_READERS[kind](c)
    return None


def _section(c: Cursor) -> None:
    c.add(INTERFACE)


def _path(c: Cursor) -> None:
    c.add(TUNNEL)
    c.add(PATH)


def _pseudowire(c: Cursor) -> None:
    c.add(CIRCUIT)
    c.add(GROUP_TYPE)
    size = c.add(GROUP_LENGTH)
    c.need(size)
    c.put(GROUP, c.peek(size).split(b"\0")[0].decode("ascii", "replace"), None, size)
    c.skip(size)


ENDS_READERS: dict[int, Callable[[Cursor], None]] = {0: _section, 1: _path, 2: _pseudowire}
