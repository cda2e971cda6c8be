"""Datagram Congestion Control Protocol (RFC 4340, section 5).

0                               16      20      24    27      31 32
+-------------------------------+-------------------------------+
|          Source Port          |       Destination Port        |
+---------------+-------+-------+-------------------------------+
|  Data Offset  | CCVal | CsCov |           Checksum            |
+-----+-------+-+-------+-------+-------------------------------+
| Res | Type  |X|  X: Reserved, Sequence Number of 48 bits      |
+-----+-------+-+  else: Sequence Number of 24 bits             |
|  Acknowledgment, Service Code, Reset Code: see Type           |
|  Options, up to Data Offset times four                        |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dissect.engine.checksum import STATUS, Status, checksum, pseudo_header_sum
from dissect.engine.conversation import Conversation, key_of
from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header, plan_of
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.session import Session
from dissect.engine.tables import Next, Result, dissector, lookup
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, U8, U24, U32, U48, X8, X16
from dissect.protocols.codes.dccp import RESET_CODES, SERVICE_CODES, TYPES
from dissect.protocols.dccp_options import OPTIONS, option

DCCP_PROTO = 33
SHORT, LONG = 1 << 24, 1 << 48
"""How far numbers count."""
WHOLE = (0, 0)
"""Bit fields are drawn as whole numbers."""


class Ports(Header):
    """The first four octets."""

    __hdr__ = (("sport", "H", 0), ("dport", "H", 0))
    names = (
        F("sport", "dccp.srcport", "Source Port"),
        F("sport", "dccp.port", "Source or Destination Port", hidden=True),
        F("dport", "dccp.dstport", "Destination Port"),
        F("dport", "dccp.port", "Source or Destination Port", hidden=True),
    )


class Generic(Header):
    """What follows up to the sequence number, 5 octets."""

    __hdr__ = (
        ("offset", "B", 4),  # words from the source port to the data
        ("_cc", "B", 0), ("sum", "H", 0), ("_type_x", "B", 1),
    )  # fmt: skip
    __bit_fields__ = {
        "_cc": (("ccval", 4), ("cscov", 4)),
        "_type_x": (("reserved", 3), ("type", 4), ("x", 1)),
    }
    names = (
        F("offset", "dccp.data_offset", "Data Offset"),
        F("ccval", "dccp.ccval", "CCVal", drawn=WHOLE),
        F("cscov", "dccp.cscov", "Checksum Coverage", drawn=WHOLE),
        F("sum", "dccp.checksum", "Checksum", X16),
        F("reserved", "dccp.res1", "Reserved", X8, hidden=True, drawn=WHOLE),
        F("type", "dccp.type", "Type", U8, TYPES, drawn=WHOLE),
        F("x", "dccp.x", "Extended Sequence Numbers", BOOL, drawn=WHOLE),
    )


STREAM = Field("dccp.stream", "Stream index", U32, generated=True)
CHECKSUM_STATUS = Field("dccp.checksum.status", "Checksum Status", U8, STATUS, generated=True)
RESERVED = Field("dccp.res2", "Reserved", X8, hidden=True)
SEQUENCE = Field("dccp.seq", "Sequence Number", U48)
RAW_SEQUENCE = Field("dccp.seq_raw", "Sequence Number (raw)", U48)
SHORT_SEQUENCE = Field("dccp.seq", "Sequence Number", U24)
ACK_RESERVED = Field("dccp.ack_res", "Reserved", X16, hidden=True)
ACKNOWLEDGMENT = Field("dccp.ack", "Acknowledgement Number", U48)
RAW_ACKNOWLEDGMENT = Field("dccp.ack_raw", "Acknowledgement Number (raw)", U48)
SERVICE_CODE = Field("dccp.service_code", "Service Code", U32, SERVICE_CODES)
RESET_CODE = Field("dccp.reset_code", "Reset Code", U8, RESET_CODES)
RESET_DATA = tuple(Field(f"dccp.data{n}", f"Data {n}", U8) for n in (1, 2, 3))

REQUEST, RESPONSE, DATA, ACK, DATA_ACK, RESET, LISTEN = 0, 1, 2, 3, 4, 7, 10
LAST_TYPE = LISTEN
OPENING = (REQUEST, RESPONSE, LISTEN)
"""Types from whose sequence number the sender's others are counted."""
MAX_HEADER = 1036
"""Octets: the longest fixed part and 1008 octets of options, as tshark counts."""

BAD_CHECKSUM = Note(
    "dccp.bad_checksum", Severity.ERROR, Group.CHECKSUM, "Bad checksum", "RFC 4340, section 9.1"
)
BAD_LENGTH = Note(
    "dccp.advertised_header_length.bad", Severity.ERROR, Group.MALFORMED,
    "Advertised header length bad", "RFC 4340, section 5.1",
)  # fmt: skip
RESERVED_TYPE = Note(
    "dccp.packet_type.reserved", Severity.WARNING, Group.PROTOCOL,
    "Reserved packet type: unable to dissect further", "RFC 4340, section 5.1",
)  # fmt: skip


class Stream(Conversation):
    """A connection, and the first sequence number of each end."""

    __slots__ = ("bases",)

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.bases: dict[tuple[bytes, int], int] = {}


class Known(NamedTuple):
    """The stream's number, and from where its sender and its receiver count, if that was seen."""

    number: int
    sender: int | None
    receiver: int | None


@dissector("dccp", "Datagram Congestion Control Protocol", "DCCP", ip_proto=DCCP_PROTO)
def dccp(c: Cursor) -> Result:
    """Read the header, what its type adds, the options; go on by port."""
    start = c.pos
    ports = c.header(Ports)
    c.facts.ports = ports
    c.title("%s, Src Port: %d, Dst Port: %d", c.layer.title, *ports)
    c.info("%d → %d", *ports)
    known = _stream(c, ports)
    header = c.header(Generic)
    name = TYPES[header.type]
    c.info_add(" [%s]", name)
    _checksum(c, header, start)
    size = 4 * header.offset
    if not _long_enough(c, size, 16 if header.x else 12, ""):
        return None
    sequence = _sequence(c, header, known)
    c.title("%s, Src Port: %d, Dst Port: %d [%s] Seq=%d", c.layer.title, *ports, name, sequence)
    if header.type > LAST_TYPE:
        c.note(RESERVED_TYPE)
        return None
    if not _long_enough(c, size, _least(header), f" for {name}"):
        return None
    _specific(c, header, known)
    if size > MAX_HEADER:
        text = f"Advertised header length ({size}) is larger than the maximum ({MAX_HEADER})"
        c.note(BAD_LENGTH, "dccp.data_offset", text)
        return None
    _options(c, start + size - c.pos)
    return _payload(c, ports)


def _stream(c: Cursor, ports: tuple[int, int]) -> Known:
    """Find the stream, remember the sequence number that opens one of its directions."""
    key = key_of(c, ports)
    sender, receiver = (c.facts.source, ports[0]), (c.facts.destination, ports[1])

    def look(session: Session) -> Known:
        stream = session.entry("dccp", key, Stream)
        known = Known(stream.number, stream.bases.get(sender), stream.bases.get(receiver))
        first = _opening(c)
        if first is not None:
            stream.bases.setdefault(sender, first)
        return known

    known = c.recall(look, quoted=True)
    if known is None:
        return Known(0, None, None)
    c.put(STREAM, known.number)
    return known


def _opening(c: Cursor) -> int | None:
    """The sequence number of a packet that opens a direction, None for others."""
    if c.captured < Generic.__hdr_len__:
        return None
    header = plan_of(Generic).read(c.data, c.pos)
    least = _least(header)
    if header.type not in OPENING or 4 * header.offset < least or c.captured < least - 4:
        return None
    number = c.peek(6, 6) if header.x else c.peek(3, 5)
    return int.from_bytes(number, "big")


def _least(header: Any) -> int:
    """Octets of the fixed part of a packet of this type, options not counted."""
    short = header.type in (ACK, DATA_ACK) and not header.x
    size = 16 if header.x else 12
    if header.type not in (REQUEST, LISTEN, DATA):
        size += 4 if short else 8
    return size + 4 * (header.type in (REQUEST, LISTEN, RESPONSE, RESET))


def _sequence(c: Cursor, header: Any, known: Known) -> int:
    """The sequence number, counted from the first one where that is known."""
    at = c.pos
    if not header.x:
        raw: int = c.add(SHORT_SEQUENCE)
        return _relative(c, SEQUENCE, raw, known.sender, SHORT, at)
    c.add(RESERVED)
    raw = c.peek_add(RAW_SEQUENCE)
    shown = _relative(c, SEQUENCE, raw, known.sender, LONG, at + 1)
    c.skip(6)
    return shown


def _relative(c: Cursor, field: Field, raw: int, base: int | None, modulus: int, at: int) -> int:
    """Show a number counted from a base; numbers are circular (RFC 4340, section 3.1)."""
    size = 6 if modulus == LONG else 3
    shown = raw
    if base is not None:
        shown = (raw - base) % modulus
        c.put(field, shown, at, size)
    c.info_add(" Seq=%d" if field is SEQUENCE else " (Ack=%d)", shown)
    return shown


def _checksum(c: Cursor, header: Any, start: int) -> None:
    """Verify what the coverage says: all, or header and options and some words of data."""
    node, facts = c.node("dccp.checksum"), c.facts
    size = c.end - start
    covered = min(4 * (header.offset + header.cscov - 1), size) if header.cscov else size
    status, words = Status.UNVERIFIED, "[unverified]"
    if facts.version and not facts.fragment and start + covered <= len(c.data):
        octets = c.data[start : start + covered]
        status, words = Status.GOOD, "[correct]"
        pseudo = pseudo_header_sum(c, DCCP_PROTO, size)
        if checksum(octets, pseudo):
            right = checksum(octets[:6] + bytes(2) + octets[8:], pseudo)
            status, words = Status.BAD, f"incorrect, should be 0x{right:04x}"
            c.note(BAD_CHECKSUM, "dccp.checksum", f"Bad checksum [should be 0x{right:04x}]")
    node.suffix = f" {words}"
    c.put(CHECKSUM_STATUS, int(status), start + 6).text = f"Checksum Status: {STATUS[status]}"


def _long_enough(c: Cursor, size: int, least: int, what: str) -> bool:
    """Whether the header has the octets that it needs; a note where it hasn't."""
    if size >= least:
        return True
    text = f"Advertised header length ({size}) is smaller than the minimum ({least}){what}"
    c.note(BAD_LENGTH, "dccp.data_offset", text)
    return False


def _specific(c: Cursor, header: Any, known: Known) -> None:
    """What the type adds behind the sequence number."""
    kind = header.type
    if kind not in (REQUEST, LISTEN, DATA):
        short = kind in (ACK, DATA_ACK) and not header.x
        c.add(ACK_RESERVED, 1 if short else 2)
        at = c.pos
        raw = c.add(RAW_ACKNOWLEDGMENT, 3 if short else 6)
        _relative(c, ACKNOWLEDGMENT, raw, known.receiver, SHORT if short else LONG, at)
    if kind in OPENING:
        code = c.add(SERVICE_CODE)
        c.info_add(" (service=%s)", SERVICE_CODES.get(code, f"Unknown ({code})"))
    elif kind == RESET:
        c.info_add(" (code=%s)", RESET_CODES.get(c.add(RESET_CODE), "Unknown"))
        for field in RESET_DATA:
            c.add(field)


def _options(c: Cursor, size: int) -> None:
    """Options up to the data."""
    if size <= 0:
        return
    octets = "byte" if size == 1 else "bytes"
    with c.item(OPTIONS, size, because="dccp.data_offset") as node:
        node.text = f"Options: ({size} {octets})"
        while c.more and option(c):
            pass


def _payload(c: Cursor, ports: tuple[int, int]) -> Result:
    if c.captured <= 0:
        return None
    for port in sorted(ports):
        if port and lookup("dccp_port", port) is not None:
            return Next("dccp_port", port)
    return Next(name="data")
