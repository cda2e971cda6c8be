"""Questions and resource records (RFC 1035, sections 4.1.2 and 4.1.3): the table and the walk.

    +---------------+---------------+---------------+
    |  Name, of any length          |  Type         |
    +---------------+---------------+---------------+
    |  Class        |  Time to live                 |   from here on only in records
    +---------------+---------------+---------------+
    |  Data length  |  Data: a file of this package for each family of types
    +---------------+--

A type's data is a row of parts, or has a reader of its own; what fits its data length badly is
noted there, and the next record is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Malformed, Note, Severity
from dissect.engine.tables import DuplicateKey
from dissect.engine.tree import Field, Node
from dissect.engine.values import BOOL, BYTES, STR, U8, U16, U32, X8, X16
from dissect.protocols.dns.codes import CLASSES, SHORT, TYPES
from dissect.protocols.dns.names import Message, Name, add_name, read_name

OPT, SRV = 41, 33
HEAD = 10
"""Octets of a record between its name and its data."""
CLASS, TOP_BIT = 0x7FFF, 0x8000

QUERY_NAME = Field("dns.qry.name", "Name", STR)
NAME_LENGTH = Field("dns.qry.name.len", "Name Length", U16)
LABELS = Field("dns.count.labels", "Label Count", U16)
QUERY_TYPE = Field("dns.qry.type", "Type", U16, TYPES)
QUERY_CLASS = Field("dns.qry.class", "Class", X16, CLASSES)
QUERY_MCLASS = Field("dns.qry.class", "Class", X16, CLASSES, mask=CLASS, unmasked=True)
UNICAST = Field("dns.qry.qu", '"QU" question', BOOL, mask=TOP_BIT)

NAME = Field("dns.resp.name", "Name", STR)
TYPE = Field("dns.resp.type", "Type", U16, TYPES)
RECORD_CLASS = Field("dns.resp.class", "Class", X16, CLASSES)
RECORD_MCLASS = Field("dns.resp.class", "Class", X16, CLASSES, mask=CLASS)
FLUSH = Field("dns.resp.cache_flush", "Cache flush", BOOL, mask=TOP_BIT)
TTL = Field("dns.resp.ttl", "Time to live", U32)
LENGTH = Field("dns.resp.len", "Data length", U16)
DATA = Field("dns.data", "Data", BYTES)
PAYLOAD = Field("dns.rr.udp_payload_size", "UDP payload size", U16)
MPAYLOAD = Field("dns.rr.udp_payload_size", "UDP payload size", X16, mask=CLASS)
EXTENDED = Field("dns.resp.ext_rcode", "Higher bits in extended RCODE", X8)
VERSION = Field("dns.resp.edns0_version", "EDNS0 version", U8)
DO_BIT = Field(
    "dns.resp.z.do", "DO bit", BOOL,
    ("Cannot handle DNSSEC security RRs", "Accepts DNSSEC security RRs"), mask=0x8000,
)  # fmt: skip
Z = Field(
    "dns.resp.z", "Z", X16,
    bits=(DO_BIT, Field("dns.resp.z.reserved", "Reserved", X16, mask=0x7FFF)),
)  # fmt: skip
SERVICE = Field("dns.srv.service", "Service", STR)
PROTOCOL = Field("dns.srv.proto", "Protocol", STR)
SERVICE_NAME = Field("dns.srv.name", "Name", STR)

NOT_DECODED = Note("dns.undecoded.type", Severity.NOTE, Group.UNDECODED, "Undecoded option")
NOT_IMPLEMENTED = (
    "Dissector for DNS Type (%d) code not implemented, "
    "Contact Wireshark developers if you want this supported"
)
HIGH_BIT = Note(
    "dns.ttl.high_bit_set", Severity.WARNING, Group.PROTOCOL,
    "The uppermost bit of the TTL is set (RFC 2181, section 8)", "RFC 2181, section 8",
)  # fmt: skip
BAD_DATA = Note(
    "sixscope.dns.rdata", Severity.ERROR, Group.MALFORMED,
    "The data doesn't fit its length", "RFC 1035, section 3.2.1",
)  # fmt: skip


class Record(Struct):
    """The record whose data is read; ``line`` is what its reader has to say on its line."""

    message: Message
    name: Name
    type: int
    line: tuple[Any, ...] = ("",)


Reader = Callable[[Cursor, Record], None]
"""Reads the data of a record, which the cursor's bounds hold exactly."""

Part = Callable[[Cursor, Record], Any]
"""Reads a part of it and hands its value back."""

READERS: dict[int, Reader] = {}


def record(code: int) -> Callable[[Reader], Reader]:
    """Register a function as the reader of a type; raises DuplicateKey for a second one."""

    def register(reader: Reader) -> Reader:
        if code in READERS:
            raise DuplicateKey(f"two readers for DNS type {code}")
        READERS[code] = reader
        return reader

    return register


def row(code: int, *parts: Part, info: str = "", line: str = "", owner: bool = False) -> None:
    """Register a type whose data is a row of parts.

    info, line  what the Info column and the record's line say of the first values
    owner       the Info column says the record's name
    """

    @record(code)
    def read(c: Cursor, rr: Record) -> None:
        if owner:
            c.info_add(" %s", rr.name.text)
        values = [part(c, rr) for part in parts]
        if info:
            c.info_add(info, *values[: info.count("%")])
        if line:
            rr.line = (line, *values[: line.count("%")])


def plain(shown: Field, size: int | None = None) -> Part:
    """A field of a size that its kind or ``size`` gives."""
    return lambda c, rr: c.add(shown, size)


def domain(shown: Field) -> Part:
    """A name."""
    return lambda c, rr: add_name(c, rr.message, shown).text


def rest(shown: Field) -> Part:
    """All that is left, as one field."""
    return lambda c, rr: c.add(shown, c.left) if c.more else b""


def counted(length: Field, shown: Field) -> Part:
    """A character string behind its length (RFC 1035, section 3.3)."""
    return lambda c, rr: c.add(shown, c.add(length))


def seconds(shown: Field) -> Part:
    """An interval, in words too."""

    def read(c: Cursor, rr: Record) -> int:
        value: int = c.add(shown)
        if c.at is not None:
            c.last.suffix = f" ({in_words(value)})"
        return value

    return read


UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))


def in_words(value: int) -> str:
    """Seconds as ``1 hour, 2 minutes``."""
    words = []
    for unit, size in UNITS:
        count, value = divmod(value, size)
        if count:
            words.append(f"{count} {unit}{'s' if count > 1 else ''}")
    return ", ".join(words) or "0 seconds"


def type_name(code: int) -> str:
    """A type as the Info column says it."""
    return SHORT.get(code) or f"Unknown ({code})"


# --- the walk ----------------------------------------------------------------------------------


def question(c: Cursor, message: Message) -> None:
    """A name, and what is asked about it."""
    with c.text("") as node:
        name = add_name(c, message, QUERY_NAME)
        c.put(NAME_LENGTH, name.length, name.offset, name.size)
        c.put(LABELS, name.labels, name.offset, name.size)
        kind = c.add(QUERY_TYPE)
        if message.multicast:
            group = c.peek_add(QUERY_MCLASS)
            asked = "QU" if c.add(UNICAST, 2) else "QM"
        else:
            group, asked = c.add(QUERY_CLASS), ""
    c.info_add(" %s %s", type_name(kind), name.text)
    tail = f', "{asked}" question' if asked else ""
    c.info_add(tail)
    if c.at is not None:
        words = CLASSES.get(group, "Unknown")
        node.text = ("%s: type %s, class %s%s", name.text, type_name(kind), words, tail)


def resource(c: Cursor, message: Message) -> None:
    """A record: its head, and its data by its type."""
    with c.text("") as node:
        name = read_name(c, message)
        kind = int.from_bytes(c.peek(2), "big")
        if kind == SRV:
            _service(c, name)
        else:
            c.put(NAME, name.text, name.offset, name.size)
        c.add(TYPE)
        if c.captured >= HEAD - 2:
            c.info_add(" %s", type_name(kind))
        rr = Record(message, name, kind)
        words = _opt_head(c, message) if kind == OPT else _head(c, rr)
        node.text = ("%s: type %s%s", name.text, type_name(kind), words)
        size = c.add(LENGTH)
        if size:
            _data(c, rr, node, size)
        form, *arguments = rr.line
        node.text = ("%s: type %s%s" + form, name.text, type_name(kind), words, *arguments)


def _data(c: Cursor, rr: Record, node: Node, size: int) -> None:
    """The data by its type; where its own end is in sight, the next record can be read anyhow."""
    after = c.pos + size
    reader = READERS.get(rr.type)
    if reader is None:
        c.note(NOT_DECODED, node, NOT_IMPLEMENTED % rr.type)
        c.add(DATA, size)
        return
    try:
        with c.limit(size, "dns.resp.len"):
            reader(c, rr)
    except Malformed:
        if after > c.stop:
            raise
        c.note(BAD_DATA, node)
        c.pos = after


def _service(c: Cursor, name: Name) -> None:
    """What the name of an SRV record is made of (RFC 2782)."""
    service, _, behind = name.text.partition(".")
    protocol, _, domain_name = behind.partition(".")
    for shown, text in ((SERVICE, service), (PROTOCOL, protocol), (SERVICE_NAME, domain_name)):
        if text:
            c.put(shown, text, name.offset, name.size)


def _head(c: Cursor, rr: Record) -> str:
    """Class and time to live; says what the record's line says of them."""
    flush = ""
    if rr.message.multicast:
        group = c.peek_add(RECORD_MCLASS)
        if c.add(FLUSH, 2):
            flush = ", cache flush"
            c.info_add(flush)
    else:
        group = c.add(RECORD_CLASS)
    if _ttl(c, rr) >> 31:
        c.note(HIGH_BIT, "dns.resp.ttl")
    return f", class {CLASSES.get(group, 'Unknown')}{flush}"


_ttl = seconds(TTL)


def _opt_head(c: Cursor, message: Message) -> str:
    """The same octets in an OPT record (RFC 6891, section 6.1.3)."""
    flush = ""
    if message.multicast:
        c.peek_add(MPAYLOAD)
        if c.add(FLUSH, 2):
            flush = ", cache flush"
            c.info_add(flush)
    else:
        c.add(PAYLOAD)
    c.add(EXTENDED)
    c.add(VERSION)
    c.add(Z)
    return flush
