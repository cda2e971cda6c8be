"""MPLS echo, "LSP ping" (RFC 8029, section 3), and data plane verification by the same header.

0               8               16              24              32
+-------------------------------+-------------------------+-+-+-+
|        Version Number         |      Global Flags       |R|T|V|
+---------------+---------------+---------------+---------+-+-+-+
| Message Type  |  Reply Mode   |  Return Code  |Return Subcode |
+---------------+---------------+---------------+---------------+
|                        Sender's Handle                        |
|                        Sequence Number                        |
|  In echo messages only: Timestamp Sent, Timestamp Received (NTP, 8 octets each)
+-------------------------------+-------------------------------+
|  TLVs: the other files of this package                        |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, UTC, X16, X32
from dissect.protocols.codes.ntp import ntp_moment
from dissect.protocols.mpls_echo.codes import MESSAGES, REPLY_MODES, RETURN_CODES
from dissect.protocols.mpls_echo.tlvs import tlvs


class Start(Header):
    """The version, 2 octets."""

    __hdr__ = (("version", "H", 1),)
    names = (F("version", "mpls_echo.version", "Version"),)


FLAGS = Field(
    "mpls_echo.flags", "Global Flags", X16,
    bits=(
        Field("mpls_echo.flag_sbz", "Reserved", X16, mask=0xFFF8),
        Field("mpls_echo.flag_v", "Validate FEC Stack", BOOL, mask=0x0001),
        Field("mpls_echo.flag_t", "Respond only if TTL expired", BOOL, mask=0x0002),
        Field("mpls_echo.flag_r", "Validate Reverse Path", BOOL, mask=0x0004),
    ),
)  # fmt: skip
ZERO = Field("mpls_echo.mbz", "MBZ", X16)


class Message(Header):
    """What stands behind version and flags, 12 octets."""

    __hdr__ = (
        ("kind", "B", 1), ("mode", "B", 2), ("code", "B", 0), ("subcode", "B", 0),
        ("handle", "I", 0), ("sequence", "I", 1),
    )  # fmt: skip
    names = (
        F("kind", "mpls_echo.msg_type", "Message Type", MESSAGES),
        F("mode", "mpls_echo.reply_mode", "Reply Mode", REPLY_MODES),
        F("code", "mpls_echo.return_code", "Return Code", RETURN_CODES),
        F("subcode", "mpls_echo.return_subcode", "Return Subcode"),
        F("handle", "mpls_echo.sender_handle", "Sender's Handle", X32),
        F("sequence", "mpls_echo.sequence", "Sequence Number"),
    )


SENT = Field("mpls_echo.timestamp_sent", "Timestamp Sent", UTC, convert=ntp_moment)
RECEIVED = Field("mpls_echo.timestamp_rec", "Timestamp Received", UTC, convert=ntp_moment)

MALFORMED = Note(
    "mpls_echo.malformed", Severity.ERROR, Group.MALFORMED, "Malformed MPLS message",
    "RFC 8029, section 3",
)  # fmt: skip

ECHO = frozenset({1, 2})
"""Request and reply, which have timestamps."""


@dissector(
    "mpls-echo", "Multiprotocol Label Switching Echo", "MPLS ECHO", udp_port=3503,
    pw_channel=0x0025, accepts=lambda octets: octets[:2] == b"\0\1" and len(octets) >= 5,
)  # fmt: skip
def mpls_echo(c: Cursor) -> Result:
    """Read the header, and TLVs to the end."""
    kind = c.octet(4)
    least = 32 if kind in ECHO else 16
    if c.left < least:
        text = f"Error processing Message: length is {c.left}, should be >= {least}"
        c.note(MALFORMED, text=text)
        c.info("Malformed Message")
        c.layer.listed = False
        return Next(name="data")
    c.info("%s", MESSAGES.get(kind, f"Unknown Message Type (0x{kind:02X})"))
    c.header(Start)
    c.add(FLAGS if kind in ECHO else ZERO)
    c.header(Message)
    if kind in ECHO:
        c.add(SENT)
        c.add(RECEIVED)
    tlvs(c)
    return None
