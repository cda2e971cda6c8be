"""Addresses in SIP messages (RFC 3261, sections 19.1.1 and 20.10): display name and URI.

"Bob" <sip:bob:secret@example.com:5060;transport=tcp>;tag=1
|---|  |-----------------------------------------|  |---|
display  scheme:user@host:port;parameters           parameters of the header
"""

from __future__ import annotations

from typing import NamedTuple

from dissect.engine.cursor import Cursor
from dissect.engine.text import Text, show
from dissect.engine.tree import Field
from dissect.engine.values import STR

ANY_DISPLAY = Field("sip.display.info", "SIP Display info", STR, hidden=True)


class Uri(NamedTuple):
    """The fields of an address in one kind of header."""

    display: Field
    uri: Field
    user: Field
    host: Field
    port: Field
    parameter: Field


def _uri(prefix: str, whole: str, *labels: str) -> Uri:
    names = ("display.info", whole, "user", "host", "port", "param")
    return Uri(*(
        Field(f"sip.{prefix}.{name}".rstrip("."), label, STR)
        for name, label in zip(names, labels, strict=True)
    ))  # fmt: skip


def _address(prefix: str, name: str) -> Uri:
    return _uri(
        prefix, "addr", f"SIP {name} display info", f"SIP {name} Address",
        f"SIP {name} User Part", f"SIP {name} Host Part", f"SIP {name} Host Port",
        f"SIP {name} URI parameter",
    )  # fmt: skip


def _route(name: str) -> Uri:
    return _uri(
        name, "uri", f"{name} display info", f"{name} URI", f"{name} Userinfo",
        f"{name} Host Part", f"{name} Host Port", f"{name} URI parameter",
    )  # fmt: skip


REQUEST = _uri(
    "r-uri", "", "Request-URI display info", "Request-URI", "Request-URI User Part",
    "Request-URI Host Part", "Request-URI Host Port", "Request URI parameter",
)  # fmt: skip
FROM = _uri(
    "from", "addr", "SIP from display info", "SIP from address", "SIP from address User Part",
    "SIP from address Host Part", "SIP from address Host Port", "SIP From URI parameter",
)  # fmt: skip
TO = _uri(
    "to", "addr", "SIP to display info", "SIP to address", "SIP to address User Part",
    "SIP to address Host Part", "SIP to address Host Port", "SIP To URI parameter",
)  # fmt: skip
CONTACT = _uri(
    "contact", "uri", "SIP C-URI display info", "Contact URI", "Contact URI User Part",
    "Contact URI Host Part", "Contact URI Host Port", "Contact URI parameter",
)  # fmt: skip
ROUTE, RECORD_ROUTE = _route("Route"), _route("Record-Route")
SERVICE_ROUTE, PATH = _route("Service-Route"), _route("Path")
ASSERTED, PREFERRED = _address("pai", "PAI"), _address("ppi", "PPI")
MISSING, TRIGGER = _address("pmiss", "PMISS"), _address("tc", "TC")


def address(c: Cursor, fields: Uri, value: Text) -> Text:
    """Show a display name and a URI; hands back the header's parameters behind them."""
    text = value.strip()
    begin = _behind_quotes(text)
    opening = text.find(b"<", begin)
    if opening < 0:
        end = min((at for at in map(text.find, (b";", b" ", b"\t")) if at >= 0), default=text.end)
        uri(c, fields, text.cut(end=end))
        return text.cut(end)
    display = text.cut(end=begin) if begin > text.start else text.cut(end=opening)
    if len(display):
        show(c, fields.display, display)
        show(c, ANY_DISPLAY, display)
    closing = text.find(b">", opening)
    end = text.end if closing < 0 else closing
    uri(c, fields, text.cut(opening + 1, end))
    return text.cut(end + 1)


def _behind_quotes(text: Text) -> int:
    """Where a quoted display name ends, or where the text starts without one."""
    if not text.octets.startswith(b'"'):
        return text.start
    at = text.start + 1
    while at < text.end:
        octet = text.data[at]
        if octet == ord('"'):
            return at + 1
        at += 2 if octet == ord("\\") else 1
    return text.start


def uri(c: Cursor, fields: Uri, text: Text) -> None:
    """Show a URI, and the parts of one whose scheme is sip or sips."""
    scheme, rest = text.partition(b":")
    if rest is None:
        return
    with c.item(fields.uri) as node:
        if scheme.lower in ("sip", "sips"):
            _parts(c, fields, rest)
    node.offset, node.length, node.value = text.start, len(text), str(text)


def _parts(c: Cursor, fields: Uri, rest: Text) -> None:
    user, behind = rest.partition(b"@")
    if behind is None:
        behind = rest
    elif len(user):
        show(c, fields.user, user)
    closing = behind.find(b"]") if behind.octets.startswith(b"[") else -1
    start = behind.start if closing < 0 else closing + 1
    ends = (behind.find(mark, start) for mark in (b":", b";", b"?"))
    end = min((at for at in ends if at >= 0), default=behind.end)
    show(c, fields.host, behind.cut(end=end))
    tail = behind.cut(end)
    before, parameters = tail.partition(b";")
    if before.octets.startswith(b":"):
        port, _ = before.cut(before.start + 1).partition(b"?")
        show(c, fields.port, port)
    if parameters is not None:
        for parameter in parameters.split(b";"):
            show(c, fields.parameter, parameter)
