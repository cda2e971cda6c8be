"""Session Description Protocol (RFC 8866): lines of a letter, an equals sign and a value.

What it says of where media go is kept, for the RTP and RTCP that will come.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from typing import NamedTuple

from dissect.engine.conversation import announce, announced
from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.session import Session
from dissect.engine.tables import Result, dissector
from dissect.engine.text import Text, next_line, show
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, STR, U16
from dissect.protocols.codes.rtp import payload_type
from dissect.protocols.rtp_streams import GENERATED_CALL_ID, Media
from dissect.protocols.sdp_attributes import Description, attribute


def _parts(prefix: str, *parts: tuple[str, str]) -> tuple[Field, ...]:
    return tuple(Field(f"sdp.{prefix}.{name}", label, STR) for name, label in parts)


LINES = {
    "v": Field("sdp.version", "Session Description Protocol Version (v)", STR),
    "o": Field("sdp.owner", "Owner/Creator, Session Id (o)", STR),
    "s": Field("sdp.session_name", "Session Name (s)", STR),
    "i": Field("sdp.session_info", "Session Information (i)", STR),
    "u": Field("sdp.uri", "URI of Description (u)", STR),
    "e": Field("sdp.email", "E-mail Address (e)", STR),
    "p": Field("sdp.phone", "Phone Number (p)", STR),
    "c": Field("sdp.connection_info", "Connection Information (c)", STR),
    "b": Field("sdp.bandwidth", "Bandwidth Information (b)", STR),
    "t": Field("sdp.time", "Time Description, active time (t)", STR),
    "r": Field("sdp.repeat_time", "Repeat Time (r)", STR),
    "z": Field("sdp.timezone", "Time Zone Adjustments (z)", STR),
    "k": Field("sdp.encryption_key", "Encryption Key (k)", STR),
    "a": Field("sdp.session_attr", "Session Attribute (a)", STR),
    "m": Field("sdp.media", "Media Description, name and address (m)", STR),
}
MEDIA_LINES = LINES | {
    "i": Field("sdp.media_title", "Media Title (i)", STR),
    "a": Field("sdp.media_attr", "Media Attribute (a)", STR),
}
UNKNOWN = Field("sdp.unknown", "Unknown", STR)
INVALID = Field("sdp.invalid", "Invalid line", STR)

REST = Field("sdp.data", "Data", BYTES)

OWNER = _parts(
    "owner", ("username", "Owner Username"), ("sessionid", "Session ID"),
    ("version", "Session Version"), ("network_type", "Owner Network Type"),
    ("address_type", "Owner Address Type"), ("address", "Owner Address"),
)  # fmt: skip
CONNECTION = _parts(
    "connection_info", ("network_type", "Connection Network Type"),
    ("address_type", "Connection Address Type"), ("address", "Connection Address"),
    ("ttl", "Connection TTL"), ("num_addr", "Connection Number of Addresses"),
)  # fmt: skip
BANDWIDTH = _parts("bandwidth", ("modifier", "Bandwidth Modifier"), ("value", "Bandwidth Value"))
TIME = _parts("time", ("start", "Session Start Time"), ("stop", "Session Stop Time"))
REPEAT = _parts(
    "repeat_time", ("interval", "Repeat Interval"), ("duration", "Repeat Duration"),
    ("offset", "Repeat Offset"),
)  # fmt: skip
ZONE = _parts("timezone", ("time", "Timezone Time"), ("offset", "Timezone Offset"))
KEY = _parts("encryption_key", ("type", "Key Type"), ("data", "Key Data"))
MEDIA = _parts("media", ("media", "Media Type"), ("proto", "Media Protocol"))
PORT = Field("sdp.media.port", "Media Port", U16)
PORT_TEXT = Field("sdp.media.port_string", "Media Port", STR)
PORT_HIDDEN = Field("sdp.media.port_string", "Media Port", STR, hidden=True)
PORT_COUNT = Field("sdp.media.portcount", "Media Port Count", STR)
FORMAT = Field("sdp.media.format", "Media Format", STR)

MODIFIERS = {
    "CT": ("Conference Total(total bandwidth of all RTP sessions)", "kb/s"),
    "AS": ("Application Specific (RTP session bandwidth)", "kb/s"),
    "TIAS": ("Transport Independent Application Specific maximum", "b/s"),
}

NO_EQUAL = Note(
    "sdp.invalid_line.no_equal", Severity.NOTE, Group.MALFORMED,
    "Invalid SDP line (no '=' delimiter)", "RFC 8866, section 5",
)  # fmt: skip

MAX_LINES = 2000
"""Lines of one description that are read."""

MAX_STREAMS = 32
"""Media of one description whose addresses are kept."""

MAX_CALLS = 32
"""Calls that are remembered of one media address."""

RTP_PROFILES = frozenset({"RTP/AVP", "RTP/AVPF"})
SECURE_PROFILES = frozenset({"RTP/SAVP", "RTP/SAVPF"})


class Exchange(NamedTuple):
    """What SIP knows of a description that it carries: whose call, and which packet asked."""

    call: str
    frame: int


@dissector("sdp", "Session Description Protocol", "SDP", column=False, media_type="application/sdp")
def sdp(c: Cursor) -> Result:
    """Read line by line; what stands behind an ``m=`` belongs to that media."""
    c.protocol(f"{c.packet.protocol}/SDP")
    start = c.pos
    session = Description()
    media: list[Description] = []
    count = 0
    while c.more and c.captured:
        line = next_line(c)
        count += 1
        if not len(line) or count > MAX_LINES:
            c.pos = line.start
            c.rest(REST)
            break
        letter, value = line.partition(b"=")
        name = str(letter)
        if value is None or len(letter) != 1:
            show(c, INVALID, line)
            c.note(NO_EQUAL, "sdp.invalid")
            continue
        if name == "m":
            media.append(Description(session))
        current = media[-1] if media else session
        _line(c, name, line, value, current, bool(media))
    exchange = c.context if isinstance(c.context, Exchange) else None
    calls = c.recall(lambda kept: _announce(kept, media, exchange, c.packet.number))
    for call in calls or ():
        c.put(GENERATED_CALL_ID, call, start)
    return None


def _line(
    c: Cursor, name: str, line: Text, value: Text, current: Description, in_media: bool
) -> None:
    field = (MEDIA_LINES if in_media else LINES).get(name)
    if field is None:
        show(c, UNKNOWN, line)
        return
    with c.item(field) as node:
        if name == "a":
            attribute(c, value, current, in_media)
        elif name in READERS:
            READERS[name](c, value, current)
    node.offset, node.length, node.value = line.start, len(line), str(value)


def _each(c: Cursor, fields: Iterable[Field], texts: Iterable[Text]) -> None:
    for field, text in zip(fields, texts, strict=False):
        show(c, field, text)


def _owner(c: Cursor, value: Text, current: Description) -> None:
    _each(c, OWNER, value.words())


def _connection(c: Cursor, value: Text, current: Description) -> None:
    """An address, maybe with a time to live and a number of them behind slashes."""
    parts = list(value.words())[:3]
    _each(c, CONNECTION, parts[:2])
    if len(parts) > 2:
        pieces = list(parts[2].split(b"/"))
        _each(c, CONNECTION[2:], pieces[:3])
        current.address = _address(str(parts[1]), str(pieces[0]))


def _address(kind: str, text: str) -> bytes:
    """The octets of an address; none where it isn't one (a name, or in brackets)."""
    family = {"IP4": socket.AF_INET, "IP6": socket.AF_INET6}.get(kind)
    try:
        return socket.inet_pton(family, text) if family is not None else b""
    except (OSError, ValueError):
        return b""


def _bandwidth(c: Cursor, value: Text, current: Description) -> None:
    modifier, number = value.partition(b":")
    if number is None:
        return
    words = MODIFIERS.get(str(modifier))
    _each(c, BANDWIDTH[:1], [modifier])
    c.last.suffix = f" [{words[0]}]" if words else ""
    _each(c, BANDWIDTH[1:], [number])
    c.last.suffix = f" {words[1]}" if words else ""


def _time(c: Cursor, value: Text, current: Description) -> None:
    _each(c, TIME, value.words())


def _repeat(c: Cursor, value: Text, current: Description) -> None:
    for index, word in enumerate(value.words()):
        show(c, REPEAT[min(index, 2)], word)


def _zone(c: Cursor, value: Text, current: Description) -> None:
    for index, word in enumerate(value.words()):
        show(c, ZONE[index % 2], word)


def _key(c: Cursor, value: Text, current: Description) -> None:
    kind, data = value.partition(b":")
    if data is not None:
        _each(c, KEY, (kind, data))


def _media(c: Cursor, value: Text, current: Description) -> None:
    """Kind, port, profile and formats; the formats of RTP are payload types."""
    parts = list(value.words())
    if parts:
        show(c, MEDIA[0], parts[0])
    if len(parts) > 1:
        _port(c, parts[1], current)
    if len(parts) > 2:
        show(c, MEDIA[1], parts[2])
        current.profile = str(parts[2])
    for text in parts[3:]:
        name = str(text)
        if current.profile.startswith("RTP/") and name.isdecimal() and int(name) < 128:
            show(c, FORMAT, text, payload_type(int(name)))
        else:
            show(c, FORMAT, text)


def _port(c: Cursor, text: Text, current: Description) -> None:
    number, count = text.partition(b"/")
    digits = str(number)
    if digits.isdecimal() and len(digits) < 6 and int(digits) < 65536:
        current.port = int(digits)
        show(c, PORT_HIDDEN, number)
        show(c, PORT, number, current.port)
    else:
        show(c, PORT_TEXT, number)
    if count is not None:
        show(c, PORT_COUNT, count)


def _announce(
    session: Session, media: list[Description], exchange: Exchange | None, number: int
) -> tuple[str, ...]:
    """Keep where RTP and RTCP will go; the identifiers of the calls that they belong to."""
    frame = exchange.frame if exchange is not None else number
    calls: tuple[str, ...] = ()
    for one in media[:MAX_STREAMS]:
        secure = one.profile in SECURE_PROFILES
        if not one.port or not one.address or not (secure or one.profile in RTP_PROFILES):
            continue
        formats = dict(one.formats)
        before = announced(session, (one.address, one.port))
        stream = announce(session, one.address, one.port, Media("rtp", frame, formats, secure))
        if isinstance(before, Media) and not stream.calls:
            stream.calls = before.calls[-MAX_CALLS:]
        stream.formats.update(formats)
        if exchange is not None and exchange.call and exchange.call not in stream.calls:
            stream.calls.append(exchange.call)
        calls = calls or tuple(stream.calls)
        control = one.control or (0 if one.multiplexed else one.port + 1)
        if control not in (0, one.port) and control < 65536:
            announce(session, one.address, control, Media("rtcp", frame, {}, secure))
    return calls


READERS: dict[str, Callable[[Cursor, Text, Description], None]] = {
    "o": _owner, "c": _connection, "b": _bandwidth, "t": _time, "r": _repeat, "z": _zone,
    "k": _key, "m": _media,
}  # fmt: skip
