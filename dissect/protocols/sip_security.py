"""Headers of SIP about who may do what (RFC 3261, section 22; RFC 3329; RFC 7989)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.text import Text, show
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, GUID, STR, U16, U32, Kind

SCHEME = Field("sip.auth.scheme", "Authentication Scheme", STR)
WHOLE = Field("sip.auth", "Authentication", STR, hidden=True)
PARTS = {
    name: Field(f"sip.auth.{field}", label, STR)
    for name, field, label in (
        ("response", "digest.response", "Digest Authentication Response"),
        ("nc", "nc", "Nonce Count"),
        ("username", "username", "Username"),
        ("realm", "realm", "Realm"),
        ("nonce", "nonce", "Nonce Value"),
        ("algorithm", "algorithm", "Algorithm"),
        ("opaque", "opaque", "Opaque Value"),
        ("qop", "qop", "QOP"),
        ("cnonce", "cnonce", "CNonce Value"),
        ("uri", "uri", "Authentication URI"),
        ("domain", "domain", "Authentication Domain"),
        ("stale", "stale", "Stale Flag"),
        ("auts", "auts", "Authentication Token"),
        ("rspauth", "rspauth", "Response auth"),
        ("nextnonce", "nextnonce", "Next Nonce"),
        ("ik", "ik", "Integrity Key"),
        ("ck", "ck", "Cyphering Key"),
    )
}
MECHANISM = Field("sip.sec_mechanism", "[Security-mechanism]", STR)
_KINDS: tuple[tuple[str, Kind], ...] = (
    ("alg", STR), ("ealg", STR), ("prot", STR), ("spi-c", U32), ("spi-s", U32),
    ("port1", U16), ("port-c", U16), ("port2", U16), ("port-s", U16),
)  # fmt: skip
AGREED = {
    name: Field(f"sip.sec_mechanism.{name.replace('-', '_')}", name, kind) for name, kind in _KINDS
}
SESSION_ID = Field("sip.Session-ID.sess_id", "sess-id", BYTES, hidden=True)
LOCAL = Field("sip.Session-ID.local_uuid", "local-uuid", GUID)
REMOTE = Field("sip.Session-ID.remote_uuid", "remote-uuid", GUID)


def credentials(c: Cursor, value: Text, *, scheme: bool = True) -> None:
    """A scheme, and its parameters with commas between them."""
    text = value.strip()
    if scheme:
        name, rest = text.partition(b" ")
        show(c, SCHEME, name)
        if rest is None:
            return
        text = rest
    for part in text.split(b",", quotes=True):
        _parameter(c, PARTS, part)


def agreement(c: Cursor, value: Text) -> None:
    """Security mechanisms with commas between them, each with parameters."""
    for one in value.split(b",", quotes=True):
        name, rest = one.partition(b";")
        show(c, MECHANISM, name.strip())
        for part in rest.split(b";") if rest is not None else ():
            _parameter(c, AGREED, part)


def _parameter(c: Cursor, fields: dict[str, Field], part: Text) -> None:
    """``name=value``; one that has no field is shown as it stands."""
    octets = part.octets
    left = len(octets) - len(octets.lstrip(b" \t\r\n"))
    text = part.cut(part.start + left).strip()
    name, value = text.partition(b"=")
    field = fields.get(name.lower)
    if field is None or value is None:
        with c.text(str(text)):
            pass
    else:
        show(c, field, value, value.number() if field.kind is not STR else None)


def session_id(c: Cursor, value: Text) -> None:
    """RFC 7989, section 5: two identifiers of 32 hexadecimal digits."""
    first, rest = value.partition(b";")
    local = _octets(first)
    if local:
        show(c, SESSION_ID, first, local)
        show(c, LOCAL, first, local)
    for part in rest.split(b";") if rest is not None else ():
        name, identifier = part.strip().partition(b"=")
        if name.lower == "remote" and identifier is not None and _octets(identifier):
            show(c, REMOTE, identifier, _octets(identifier))


def _octets(text: Text) -> bytes:
    try:
        octets = bytes.fromhex(str(text))
    except ValueError:
        return b""
    return octets if len(octets) == 16 and len(text) == 32 else b""
