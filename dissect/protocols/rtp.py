"""Real-time Transport Protocol (RFC 3550, section 5.1), on ports that SDP announced.

0                   16                                             32
+---+-+-+-------+-+-+---------------------------------------------+
| V |P|X|  CC   |M|    PT     |          Sequence Number          |
+---+-+-+-------+-+-----------+-----------------------------------+
|                           Timestamp                             |
+-----------------------------------------------------------------+
|               Synchronization Source identifier                 |
+-----------------------------------------------------------------+
|  Contributing sources (CC times 4 octets), extension (X), payload, padding (P)
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.session import Session
from dissect.engine.tables import Next, Result, dissector, lookup
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, FRAME, NONE, STR, U8, U16, U32, XD16, XD32
from dissect.protocols.codes.rtp import payload_type
from dissect.protocols.rtp_streams import GENERATED_CALL_ID, Media, expect, media_of

VERSIONS = {2: "RFC 1889 Version", 0: "Old VAT Version", 1: "First Draft Version"}
VERSION = 2


class RTP(Header):
    """The fixed part, 12 octets."""

    __hdr__ = (
        ("_flags", "B", 0x80),
        ("_kind", "B", 0),
        ("seq", "H", 0),
        ("timestamp", "I", 0),
        ("ssrc", "I", 0),
    )
    __bit_fields__ = {
        "_flags": (("version", 2), ("padding", 1), ("extension", 1), ("count", 4)),
        "_kind": (("marker", 1), ("type", 7)),
    }
    names = (
        F("version", "rtp.version", "Version", U8, VERSIONS),
        F("padding", "rtp.padding", "Padding", BOOL),
        F("extension", "rtp.ext", "Extension", BOOL),
        F("count", "rtp.cc", "Contributing source identifiers count", U8),
        F("marker", "rtp.marker", "Marker", BOOL),
        F("type", "rtp.p_type", "Payload type", U8, payload_type),
        F("seq", "rtp.seq", "Sequence number"),
        F("seq", "rtp.extseq", "Extended sequence number", U32, generated=True, span=(2, 2)),
        F("timestamp", "rtp.timestamp", "Timestamp"),
        F("ssrc", "rtp.ssrc", "Synchronization Source identifier", XD32),
    )


SETUP = Field("rtp.setup", "Stream setup", STR, generated=True)
SETUP_FRAME = Field("rtp.setup-frame", "Setup frame", FRAME, generated=True)
SETUP_METHOD = Field("rtp.setup-method", "Setup Method", STR, generated=True)

ONLY_VERSION = Field("rtp.version", "Version", U8, VERSIONS, mask=0xC0)
SOURCES = Field("rtp.csrc.items", "Contributing Source identifiers", NONE)
SOURCE = Field("rtp.csrc.item", "CSRC item", XD32)

PROFILES = {0x0067: "ED137", 0x0167: "ED137A"}
PROFILE = Field("rtp.ext.profile", "Defined by profile", XD16, PROFILES)
EXTENSION_LENGTH = Field("rtp.ext.len", "Extension length", U16)
EXTENSIONS = Field("rtp.hdr_exts", "Header extensions", NONE)
EXTENSION = Field("rtp.hdr_ext", "Header extension", XD32)
APPBITS = Field("rtp.ext.rfc5285.appbits", "Application Bits", U8)
ID = Field("rtp.ext.rfc5285.id", "Identifier", U8)
LENGTH = Field("rtp.ext.rfc5285.len", "Length", U8)
DATA = Field("rtp.ext.rfc5285.data", "Extension Data", BYTES)

PAYLOAD = Field("rtp.payload", "Payload", BYTES)
READ_PAYLOAD = Field("rtp.payload", "Payload", BYTES, hidden=True)
PADDING = Field("rtp.padding.data", "Padding data", BYTES)
PADDING_COUNT = Field("rtp.padding.count", "Padding count", U8)

PADDING_MISSING = Note(
    "rtp.padding_missing", Severity.WARNING, Group.UNDECODED,
    "Frame has padding, but not all the frame data was captured", "RFC 3550, section 5.1",
)  # fmt: skip
BAD_PADDING = Note(
    "sixscope.rtp.padding", Severity.ERROR, Group.MALFORMED,
    "The padding count is zero or more than there is", "RFC 3550, section 5.1",
)  # fmt: skip

FIRST_DYNAMIC = 96
"""The payload types whose meaning SDP gives; those before it have names (RFC 3551, section 6)."""

ONE_BYTE, TWO_BYTE = 0xBEDE, 0x100
"""Profiles of RFC 8285, section 4; the second has application bits in its last four."""


class Known(NamedTuple):
    """What was announced of a packet's stream when it came."""

    frame: int
    calls: tuple[str, ...]
    sequence: int
    format: str
    secure: bool
    method: str


@dissector("rtp", "Real-Time Transport Protocol", "RTP")
def rtp(c: Cursor) -> Result:
    """Read the header, the sources, the extension; the payload type says who reads the rest."""
    start = c.pos
    first = c.peek(1)
    if first and first[0] >> 6 != VERSION:
        c.info("Unknown RTP version %d", first[0] >> 6)
        c.peek_add(ONLY_VERSION)
        return Next(name="data", start=start)
    media = media_of(c)
    c.need(12)
    number = c.data[start + 1] & 0x7F, int.from_bytes(c.data[start + 2 : start + 4], "big")
    known = c.recall(lambda session: _known(c, session, media, *number), quoted=True)
    _setup(c, known)
    header = c.header(RTP)
    name = known.format if known is not None else ""
    _columns(c, header, name, known)
    if header.count:
        _sources(c, header.count)
    if header.extension:
        _extension(c)
    return _payload(c, header, name)


def _known(
    c: Cursor, session: Session, media: Media | None, kind: int, number: int
) -> Known | None:
    if media is None:
        if not c.quoted:
            expect(c, session, "rtp")
        return None
    name = media.formats.get(kind, "") if kind >= FIRST_DYNAMIC else ""
    return Known(
        media.frame, tuple(media.calls), media.extend(number), name, media.secure, media.method
    )


def _setup(c: Cursor, known: Known | None) -> None:
    """Which packets announced the stream."""
    if known is None or c.at is None:
        return
    with c.item(SETUP, 0, "") as node:
        node.text = f"Stream setup by {known.method} (frame {known.frame})"
        c.put(SETUP_FRAME, known.frame)
        c.put(SETUP_METHOD, known.method)
        for call in known.calls:
            c.put(GENERATED_CALL_ID, call)


def _columns(c: Cursor, header: Any, name: str, known: Known | None) -> None:
    mark = ", Mark" if header.marker else ""
    c.info(
        "PT=%s, SSRC=0x%X, Seq=%d, Time=%d%s",
        name or payload_type(header.type), header.ssrc, header.seq, header.timestamp, mark,
    )  # fmt: skip
    if known is not None:
        c.node("rtp.extseq").value = known.sequence
        if known.secure:
            c.protocol("SRTP")
    if name:
        c.node("rtp.p_type").text = f"Payload type: {name} ({header.type})"


def _sources(c: Cursor, count: int) -> None:
    with c.item(SOURCES, 4 * count, because="rtp.cc") as node:
        node.text = f"Contributing Source identifiers ({count} items)"
        for index in range(count):
            source = c.add(SOURCE)
            c.last.text = f"CSRC item {index}: 0x{source:X}"


def _extension(c: Cursor) -> None:
    profile = c.add(PROFILE)
    words = c.add(EXTENSION_LENGTH)
    if not words:
        return
    with c.item(EXTENSIONS, 4 * words, because="rtp.ext.len"):
        if profile == ONE_BYTE:
            while c.more:
                _one_byte(c)
        elif profile >> 4 == TWO_BYTE:
            while c.more:
                _two_byte(c, profile & 0xF)
        else:
            while c.more:
                c.add(EXTENSION)


def _one_byte(c: Cursor) -> None:
    """Four bits of identifier and four of length less one; 0 is padding, 15 ends them."""
    if _skip_padding(c):
        return
    c.need(1)
    identifier, size = c.data[c.pos] >> 4, (c.data[c.pos] & 0xF) + 1
    if identifier == 15:
        c.skip(c.left)
        return
    with c.text("RFC 5285 Header Extension (One-Byte Header)"):
        c.put(ID, identifier, c.pos, 1)
        c.put(LENGTH, size, c.pos, 1)
        c.skip(1)
        c.add(DATA, size)


def _two_byte(c: Cursor, appbits: int) -> None:
    if _skip_padding(c):
        return
    with c.text("RFC 5285 Header Extension (Two-Byte Header)"):
        c.put(APPBITS, appbits, c.pos - 3, 1)
        c.add(ID)
        size = c.add(LENGTH)
        if size:
            c.add(DATA, size)


def _skip_padding(c: Cursor) -> bool:
    """Octets of zero before an element."""
    octets = c.peek(c.left)
    size = len(octets) - len(octets.lstrip(b"\0"))
    if size:
        c.add(PADDING, size)
    return size > 0


def _payload(c: Cursor, header: Any, name: str) -> Result:
    start = c.pos
    padding = _padding(c) if header.padding else 0
    end = c.end - padding
    following = _reader(header.type, name) if start < end else None
    stop = min(end, c.stop)
    if start < stop:
        field = PAYLOAD if following is None else READ_PAYLOAD
        c.put(field, c.data[start:stop], start, stop - start)
    c.pos = stop
    if padding:
        c.add(PADDING, padding - 1) if padding > 1 else None
        c.add(PADDING_COUNT)
    if following is not None:
        following.start, following.end = start, end
    return following


def _padding(c: Cursor) -> int:
    """How many octets at the end are padding, as the last one says."""
    if c.cut:
        c.note(PADDING_MISSING, "rtp.padding")
        return 0
    if not c.left:
        return 0
    count = c.data[c.end - 1]
    if not 0 < count <= c.left:
        c.note(BAD_PADDING, "rtp.padding")
    return min(count, c.left)


def _reader(kind: int, name: str) -> Next | None:
    """Who reads the payload: by the name that was announced for its type, else by the type."""
    table, key = ("rtp_encoding", name.lower()) if name else ("rtp_pt", kind)
    return Next(table, key) if lookup(table, key) is not None else None
