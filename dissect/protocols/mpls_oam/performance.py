"""Packet loss and delay measurement for MPLS networks (RFC 6374, section 3).

0       4       8               16              24              32
+-------+-+-+---+---------------+-------------------------------+
|Version|R|T| 0 | Control Code  |        Message Length         |
+-------+-+-+---+---------------+-------------------------------+
| DFlags|  OTF  |                   Reserved                    |  loss
|  QTF  |  RTF  | RPTF  |               Reserved                |  delay
| DFlags|  QTF  |  RTF  | RPTF  |           Reserved            |  loss and delay
+-------+-------+-------+-------+-----------------------+-------+
|                Session Identifier, with T: 26 bits    |  DS   |
+-------------------------------------------------------+-------+
|  loss: Origin Timestamp, Counters 1 to 4 (8 octets each)
|  delay: Timestamps 1 to 4; loss and delay: those, then the counters
+---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, INTERVAL, U8, U16, U32, U64, UTC, X8
from dissect.protocols.codes.dscp import DSCP
from dissect.protocols.codes.ntp import ntp_moment

SET = ("Not set", "Set")
QUERY_CODES = {
    0: "In-band Response Requested", 1: "Out-of-band Response Requested",
    2: "No Response Requested",
}  # fmt: skip
RESPONSE_CODES = {
    0x00: "Reserved", 0x01: "Success", 0x02: "Data Format Invalid",
    0x03: "Initialization in Progress", 0x04: "Data Reset Occurred",
    0x05: "Resource Temporarily Unavailable", 0x10: "Unspecified Error",
    0x11: "Unsupported Version", 0x12: "Unsupported Control Code",
    0x13: "Unsupported Data Format", 0x14: "Authentication Failure",
    0x15: "Invalid Destination Node Identifier", 0x16: "Connection Mismatch",
    0x17: "Unsupported Mandatory TLV Object", 0x18: "Unsupported Query Interval",
    0x19: "Administrative Block", 0x1A: "Resource Unavailable", 0x1B: "Resource Released",
    0x1C: "Invalid Message", 0x1D: "Protocol Error",
}  # fmt: skip
FORMATS = {
    0: "Null Timestamp", 1: "Sequence Number",
    2: "Network Time Protocol version 4 64-bit Timestamp",
    3: "Truncated IEEE 1588v2 PTP Timestamp",
}  # fmt: skip


class Start(Header):
    """The first octet."""

    __hdr__ = (("_first", "B", 0),)
    __bit_fields__ = {"_first": (("version", 4), ("flags", 4))}
    names = (
        F("version", "mpls_pm.version", "Version", U8),
        F("flags", "mpls_pm.flags", "Flags", X8, bits=(
            F("flags", "mpls_pm.flags.r", "Response indicator (R)", BOOL, SET, within=(0, 1)),
            F("flags", "mpls_pm.flags.t", "Traffic-class-specific measurement indicator (T)",
              BOOL, SET, within=(1, 1)),
            F("flags", "mpls_pm.flags.res", "Reserved", BOOL, SET, within=(2, 2)),
        )),
    )  # fmt: skip


QUERY_CODE = Field(
    "mpls_pm.ctrl.code", "Control Code", X8, lambda n: QUERY_CODES.get(n, "Unassigned")
)
RESPONSE_CODE = Field(
    "mpls_pm.ctrl.code", "Control Code", X8, lambda n: RESPONSE_CODES.get(n, "Unassigned")
)
LENGTH = Field("mpls_pm.length", "Message Length", U16)
DATA_FLAGS = Field(
    "mpls_pm.dflags", "DFlags", X8, mask=0xF0,
    bits=(
        Field("mpls_pm.dflags.x", "Extended counter format indicator (X)", BOOL, SET, mask=0x80),
        Field("mpls_pm.dflags.b", "Octet/Byte count indicator (B)", BOOL, SET, mask=0x40),
        Field("mpls_pm.dflags.res", "Reserved", BOOL, mask=0x30),
    ),
)  # fmt: skip
HIGH, LOW = 0xF0, 0x0F


def _format(name: str, label: str, mask: int) -> Field:
    return Field(f"mpls_pm.{name}", label, U8, lambda n: FORMATS.get(n, "Unassigned"), mask=mask)


ORIGIN_FORMAT = _format("otf", "Origin Timestamp Format (OTF)", LOW)
QUERIER_HIGH, QUERIER_LOW = (
    _format("qtf", "Querier timestamp format (QTF)", mask) for mask in (HIGH, LOW)
)
RESPONDER_HIGH, RESPONDER_LOW = (
    _format("rtf", "Responder timestamp format (RTF)", mask) for mask in (HIGH, LOW)
)
PREFERRED_HIGH, PREFERRED_LOW = (
    _format("rptf", "Responder's preferred timestamp format (RPTF)", mask) for mask in (HIGH, LOW)
)
SESSION = Field("mpls_pm.session.id", "Session Identifier", U32)
CLASS = Field("mpls_pm.ds", "Differentiated Services Codepoint", U8, DSCP, mask=0x3F)
COUNTERS = tuple(Field(f"mpls_pm.counter{n}", f"Counter {n}", U64) for n in range(1, 5))


def _ptp_time(number: int) -> int:
    """Seconds and nanoseconds as nanoseconds."""
    return (number >> 32) * 1_000_000_000 + (number & 0xFFFFFFFF)


def _stamp(name: str, label: str) -> tuple[Field, ...]:
    """A timestamp's fields, by its format; the last for formats that are unknown."""
    return (
        Field(f"{name}.null", label, U64),
        Field(f"{name}.seq", label, U64),
        Field(f"{name}.ntp", label, UTC, convert=ntp_moment),
        Field(f"{name}{'_' if name.endswith('3') else '.'}ptp", label, INTERVAL, convert=_ptp_time),
        Field(f"{name}.unk", f"{label} (Unknown Type)", U64),
    )


ORIGIN = _stamp("mpls_pm.origin.timestamp", "Origin Timestamp")
STAMPS = tuple(_stamp(f"mpls_pm.timestamp{n}", f"Timestamp {n}") for n in range(1, 5))
QUERY_WORDS = (" (A_Tx)", "", "", "")
RESPONSE_WORDS = (" (B_Tx)", "", " (A_Tx)", " (B_Rx)")


class _Message:
    """What the parts of a message must know of its beginning."""

    __slots__ = ("response", "by_class")

    def __init__(self, flags: int) -> None:
        self.response = flags & 8 != 0
        self.by_class = flags & 4 != 0


def _start(c: Cursor, kind: str) -> _Message:
    """Flags, control code and length, the same in all messages; and the columns."""
    message = _Message(c.header(Start).flags)
    code = c.add(RESPONSE_CODE if message.response else QUERY_CODE)
    c.add(LENGTH)
    number = int.from_bytes(c.peek(4, 4), "big") >> (6 if message.by_class else 0)
    c.protocol(f"MPLS PM ({kind})")
    if message.response:
        words = RESPONSE_CODES.get(code, "Unassigned")
        c.info("Response, sid: %d, code: %s (%d)", number, words, code)
    else:
        c.info("Query, sid: %d", number)
    return message


def _session(c: Cursor, message: _Message) -> None:
    """The session's number; with the T flag its last six bits are a traffic class."""
    c.need(4)
    number = int.from_bytes(c.peek(4), "big")
    c.put(SESSION, number >> 6 if message.by_class else number, c.pos, 4)
    if message.by_class:
        c.put(CLASS, number & 0x3F, c.pos + 3, 1)
    c.skip(4)


def _counters(c: Cursor, message: _Message, octets: bool) -> None:
    """In a query only the first counts, in a response all but the second."""
    unit = "octets" if octets else "packets"
    words = RESPONSE_WORDS if message.response else QUERY_WORDS
    for field, meaning in zip(COUNTERS, words, strict=True):
        c.add(field)
        if meaning and c.at is not None:
            c.last.suffix = f" {unit}{meaning}"


def _stamps(c: Cursor, message: _Message, querier: int, responder: int) -> None:
    """Timestamps in the format of who sends; a query's third and fourth are zero."""
    kinds = (responder,) * 4 if message.response else (querier, querier, 0, 0)
    for fields, kind in zip(STAMPS, kinds, strict=True):
        c.add(fields[min(kind, 4)])


def _loss(c: Cursor, kind: str) -> None:
    message = _start(c, kind)
    flags = c.octet()
    c.peek_add(DATA_FLAGS)
    c.add(ORIGIN_FORMAT)
    c.skip(3)
    _session(c, message)
    c.add(ORIGIN[min(flags & 15, 4)])
    _counters(c, message, flags & 0x40 != 0)


@dissector("mplspmdlm", "MPLS Direct Loss Measurement (DLM)", "MPLS PM (DLM)", pw_channel=0x000A)
def direct_loss(c: Cursor) -> Result:
    """Counts of the packets themselves (section 3.1)."""
    _loss(c, "DLM")
    return None


@dissector("mplspmilm", "MPLS Inferred Loss Measurement (ILM)", "MPLS PM (ILM)", pw_channel=0x000B)
def inferred_loss(c: Cursor) -> Result:
    """Counts of test packets (section 3.1)."""
    _loss(c, "ILM")
    return None


@dissector("mplspmdm", "MPLS Delay Measurement (DM)", "MPLS PM (DM)", pw_channel=0x000C)
def delay(c: Cursor) -> Result:
    """Times of sending and receiving (section 3.2)."""
    message = _start(c, "DM")
    querier, responder = c.octet() >> 4, c.octet() & 15
    c.peek_add(QUERIER_HIGH)
    c.add(RESPONDER_LOW)
    c.add(PREFERRED_HIGH)
    c.skip(2)
    _session(c, message)
    _stamps(c, message, querier, responder)
    return None


def _both(c: Cursor, kind: str) -> None:
    message = _start(c, kind)
    flags, responder = c.octet(), c.octet(1) & 15
    c.peek_add(DATA_FLAGS)
    c.add(QUERIER_LOW)
    c.peek_add(RESPONDER_HIGH)
    c.add(PREFERRED_LOW)
    c.skip(2)
    _session(c, message)
    _stamps(c, message, flags & 15, responder)
    _counters(c, message, flags & 0x40 != 0)


@dissector(
    "mplspmdlmdm", "MPLS Direct Loss and Delay Measurement (DLM+DM)", "MPLS PM (DLM+DM)",
    pw_channel=0x000D,
)  # fmt: skip
def direct_loss_and_delay(c: Cursor) -> Result:
    """Both in one message (section 3.3)."""
    _both(c, "DLM+DM")
    return None


@dissector(
    "mplspmilmdm", "MPLS Inferred Loss and Delay Measurement (ILM+DM)", "MPLS PM (ILM+DM)",
    pw_channel=0x000E,
)  # fmt: skip
def inferred_loss_and_delay(c: Cursor) -> Result:
    """Both in one message (section 3.3)."""
    _both(c, "ILM+DM")
    return None
