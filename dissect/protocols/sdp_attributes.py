"""Attributes of session descriptions (RFC 8866, section 6): ``a=name`` and ``a=name:value``."""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.text import Text, show
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, STR, U32

SESSION_NAME = Field("sdp.session_attr.field", "Session Attribute Fieldname", STR)
SESSION_VALUE = Field("sdp.session_attr.value", "Session Attribute Value", STR)
MEDIA_NAME = Field("sdp.media_attribute.field", "Media Attribute Fieldname", STR)
MEDIA_VALUE = Field("sdp.media_attribute.value", "Media Attribute Value", STR)
FORMAT = Field("sdp.media.format", "Media Format", STR)
MIME_TYPE = Field("sdp.mime.type", "MIME Type", STR)
RATE = Field("sdp.sample_rate", "Sample Rate", STR)
PARAMETER = Field("sdp.fmtp.parameter", "Media format specific parameters", STR)
PACKETIZATION = Field(
    "sdp.fmtp.h264_packetization_mode", "Packetization mode", U32,
    {0: "Single NAL mode", 1: "Non-interleaved mode", 2: "Interleaved mode"},
)  # fmt: skip
NAL_UNITS = (
    Field("sdp.nal_unit_1_string", "NAL unit 1 string", STR),
    Field("sdp.nal_unit_2_string", "NAL unit 2 string", STR),
)
CANDIDATE = tuple(
    Field(f"sdp.ice_candidate.{name}", label, STR)
    for name, label in (
        ("foundation", "Foundation"),
        ("componentid", "Component ID"),
        ("transport", "Transport"),
        ("priority", "Priority"),
        ("address", "Connection Address"),
        ("port", "Candidate Port"),
    )
)
CANDIDATE_TYPE = Field("sdp.ice_candidate.type", "Candidate Type", STR)
CANDIDATES = {
    "host": "Host candidate",
    "srflx": "Server reflexive candidate",
    "prflx": "Peer reflexive candidate",
    "relay": "Relayed candidate",
}
TAG = Field("sdp.crypto.tag", "tag", U32)
SUITE = Field("sdp.crypto.crypto_suite", "Crypto suite", STR)
KEY = Field("sdp.key_and_salt", "Key and Salt", BYTES)
LIFETIME = Field("sdp.crypto.lifetime", "Lifetime", STR)
MKI = Field("sdp.crypto.mki-valu", "mki-value", STR)
MKI_LENGTH = Field("sdp.crypto.mki_length", "mki_length", STR)

MAX_FORMATS = 128
G722_RATE = " (RTP clock rate is 8kHz, actual sampling rate is 16kHz)"


class Description:
    """What a description says of where and how media go: of the session, or of one media."""

    def __init__(self, session: Description | None = None) -> None:
        self.address: bytes = session.address if session is not None else b""
        self.port = 0
        self.control = 0
        self.multiplexed = False
        self.profile = ""
        self.formats: dict[int, str] = dict(session.formats) if session is not None else {}


def attribute(c: Cursor, value: Text, current: Description, in_media: bool) -> None:
    """Show an attribute's name and value, and keep what is said of the media."""
    name, content = value.partition(b":")
    if str(value) == "rtcp-mux":
        current.multiplexed = True
    if content is None:
        return
    show(c, MEDIA_NAME if in_media else SESSION_NAME, name)
    reader = READERS.get(str(name))
    if in_media and reader is not None:
        reader(c, content, current)
        return
    show(c, MEDIA_VALUE if in_media else SESSION_VALUE, content)
    if str(name) == "rtcp":
        current.control = content.number()


def _mapping(c: Cursor, content: Text, current: Description) -> None:
    """``rtpmap``: the name and the clock rate of a payload type."""
    words = list(content.words())
    if len(words) < 2:
        return
    show(c, FORMAT, words[0])
    parts = list(words[1].split(b"/"))
    name, number = str(parts[0]), words[0].number()
    show(c, MIME_TYPE, parts[0])
    if number < MAX_FORMATS:
        current.formats[number] = name
    if len(parts) > 1:
        show(c, RATE, parts[1]).suffix = G722_RATE if name == "G722" else ""


def _parameters(c: Cursor, content: Text, current: Description) -> None:
    """``fmtp``: what the codec of a payload type wants to know."""
    kind, rest = content.partition(b" ")
    if rest is None:
        return
    name = current.formats.get(kind.number())
    show(c, FORMAT, kind).suffix = f" [{name}]" if name else ""
    for part in rest.split(b";"):
        text = part.strip()
        if len(text):
            _parameter(c, text, name or "")


def _parameter(c: Cursor, text: Text, codec: str) -> None:
    key, value = text.partition(b"=")
    with c.item(PARAMETER) as node:
        if codec.upper() == "H264" and value is not None:
            _h264(c, str(key), value)
    node.offset, node.length, node.value = text.start, len(text), str(text)


def _h264(c: Cursor, key: str, value: Text) -> None:
    """RFC 6184, section 8.1."""
    if key == "packetization-mode":
        show(c, PACKETIZATION, value, value.number())
    elif key == "sprop-parameter-sets":
        for field, unit in zip(NAL_UNITS, value.split(b","), strict=False):
            show(c, field, unit)


def _candidate(c: Cursor, content: Text, current: Description) -> None:
    """``candidate`` (RFC 8839, section 5.1): an address where media could go."""
    words = list(content.words())
    for field, word in zip(CANDIDATE, words, strict=False):
        show(c, field, word)
    if len(words) > 7 and str(words[6]) == "typ":
        kind = str(words[7])
        suffix = f" ({CANDIDATES[kind]})" if kind in CANDIDATES else ""
        show(c, CANDIDATE_TYPE, words[7]).suffix = suffix


def _crypto(c: Cursor, content: Text, current: Description) -> None:
    """``crypto`` (RFC 4568, section 4): a tag, a suite, and a key, shown in its base 64."""
    words = list(content.words())
    if len(words) < 3:
        show(c, MEDIA_VALUE, content)
        return
    show(c, TAG, words[0], words[0].number())
    show(c, SUITE, words[1])
    parts = list(words[2].split(b"|"))
    key = parts[0].partition(b":")[1]
    if key is not None and len(key):
        show(c, KEY, key, key.octets)
    for part in parts[1:3]:
        identifier, length = part.partition(b":")
        if length is None:
            show(c, LIFETIME, part)
        else:
            show(c, MKI, identifier)
            show(c, MKI_LENGTH, length)


READERS: dict[str, Callable[[Cursor, Text, Description], None]] = {
    "rtpmap": _mapping, "fmtp": _parameters, "candidate": _candidate, "crypto": _crypto,
}  # fmt: skip
