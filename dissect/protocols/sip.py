"""Session Initiation Protocol (RFC 3261, section 7): a line, header fields, and a body.

INVITE sip:bob@example.com SIP/2.0      or      SIP/2.0 200 OK
Name: value
Content-Length: 129

what Content-Type says
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.looks import Looks
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.session import Session
from dissect.engine.tables import Next, Result, dissector, heuristic, lookup
from dissect.engine.text import Text, next_line, show
from dissect.engine.tree import Field, Node
from dissect.engine.values import BOOL, BYTES, FRAME, NONE, STR, U32
from dissect.protocols import sip_uris
from dissect.protocols.rtp_streams import GENERATED_CALL_ID
from dissect.protocols.sdp import Exchange
from dissect.protocols.sip_calls import Matched, Message, follow
from dissect.protocols.sip_headers import (
    COMPACT,
    HEADERS,
    WITH_CREDENTIALS,
    Headers,
    read_header,
)
from dissect.protocols.sip_security import WHOLE as CREDENTIALS

METHODS = frozenset((
    "ACK", "BYE", "CANCEL", "DO", "INFO", "INVITE", "MESSAGE", "NOTIFY", "OPTIONS", "PRACK",
    "PUBLISH", "QAUTH", "REFER", "REGISTER", "SPRACK", "SUBSCRIBE", "UPDATE",
))  # fmt: skip
IN_DIALOG = frozenset(("INVITE", "SUBSCRIBE", "REFER"))
"""Methods that begin something, or, with a tag in To, belong to what has begun."""

VERSION = b"SIP/2.0"
MAX_HEADERS = 1000

REQUEST_LINE = Field("sip.Request-Line", "Request-Line", STR)
METHOD = Field("sip.Method", "Method", STR)
STATUS_LINE = Field("sip.Status-Line", "Status-Line", STR)
STATUS = Field("sip.Status-Code", "Status-Code", U32)
RESEND = Field("sip.resend", "Resent Packet", BOOL, generated=True)
ORIGINAL = Field("sip.resend-original", "Suspected resend of frame", FRAME, generated=True)
REQUEST = Field("sip.response-request", "Request Frame", FRAME, generated=True)
RESPONSE_TIME = Field("sip.response-time", "Response Time (ms)", U32, generated=True)
RELEASE_TIME = Field("sip.release-time", "Release Time (ms)", U32, generated=True)
MESSAGE_HEADER = Field("sip.msg_hdr", "Message Header", STR)
MESSAGE_BODY = Field("sip.msg_body", "Message Body", NONE)
CONTINUATION = Field("sip.continuation", "Continuation data", BYTES)

UNRECOGNIZED = Note(
    "sip.unrecognized_header", Severity.NOTE, Group.UNDECODED, "Unrecognised SIP header"
)
NO_COLON = Note(
    "sip.header_no_colon", Severity.WARNING, Group.MALFORMED, "Header has no colon after the name",
    "RFC 3261, section 7.3.1",
)  # fmt: skip
NOT_TERMINATED = Note(
    "sip.header_not_terminated", Severity.WARNING, Group.MALFORMED,
    "Header not terminated by empty line (CRLF)", "RFC 3261, section 7",
)  # fmt: skip
TOO_MANY = Note(
    "sixscope.sip.headers", Severity.WARNING, Group.PROTOCOL,
    f"More than {MAX_HEADERS} header fields, the rest is not decoded",
)  # fmt: skip

FOLLOWING = "another message in the same segment"


class Start:
    """The first line: of a request the method, of a response the status code."""

    def __init__(self, line: Text) -> None:
        first, rest = line.partition(b" ")
        second, third = rest.partition(b" ") if rest is not None else (line, None)
        self.line, self.first, self.second = line, first, second
        self.is_status = first.octets == VERSION
        digits = second.octets
        self.code = int(digits) if len(digits) == 3 and digits.isdigit() else 0
        if third is None or not len(first):
            self.valid = False
        elif self.is_status:
            self.valid = len(digits) == 3 and digits.isdigit()
        else:
            self.valid = third.octets == VERSION and digits.find(b":", 1) > 0

    @property
    def method(self) -> str:
        """The method of a request."""
        return str(self.first)


LOOKS = Looks((((32, 126),) * 12,), least=12, holds=VERSION)
"""As much of the first line as every first line has, in ASCII, and what must be in it."""


def looks_like_sip(octets: bytes) -> bool:
    """A first line that says SIP/2.0."""
    octets = octets[: LOOKS.within]
    if not LOOKS(octets):
        return False
    end = min((at for at in map(octets.find, (b"\n", b"\r")) if at >= 0), default=len(octets))
    return b"\0" not in octets[:end] and Start(Text(octets, 0, end)).valid


def _starts(c: Cursor) -> bool:
    return looks_like_sip(c.peek(LOOKS.within))


TEXT = Looks((((0, 9),), ((11, 12),), ((14, 255),)), least=1)
"""No end of a line, as it is sent to keep NATs open."""

heuristic("udp", "sip", _starts, LOOKS)
heuristic("tcp", "sip", _starts, LOOKS)


@dissector("sip", "Session Initiation Protocol", "SIP", tcp_port=5060, accepts=TEXT)
def sip(c: Cursor) -> Result:
    """Read a message; more of them can follow in a TCP segment, but not in a datagram."""
    begin = c.pos
    add = c.info_add if c.context == FOLLOWING else c.info
    if not _starts(c):
        add("Continuation")
        line = next_line(c)
        with c.text(f"Continuation line: {line}"):
            c.pos = begin
            c.rest(CONTINUATION)
        return None
    start = Start(next_line(c))
    node = _start_line(c, start)
    words = str(start.line)[: -len(VERSION)] if not start.is_status else str(start.line)[8:]
    kind = "Status" if start.is_status else _request_words(start.method)
    add("%s: %s", kind, words.rstrip() if kind != "Status" else words)
    headers = _headers(c)
    if start.code == 200 and headers.method:
        c.info_add(" (%s)", headers.method)
    if headers.in_dialog and start.method in IN_DIALOG:
        c.info_add(", in-dialog")
    _bindings(c, start, headers)
    c.info_add(" | ")
    matched = _match(c, start, headers)
    _matched(node, begin, headers, start, matched)
    return _body(c, start, headers, matched)


def _request_words(method: str) -> str:
    return "Request" if method in METHODS else "Unknown request"


def _start_line(c: Cursor, start: Start) -> Node:
    """Show the first line; hands its node back, for what the header fields will tell."""
    after = c.pos
    c.title("Session Initiation Protocol (%s)", start.code if start.is_status else start.method)
    with c.item(STATUS_LINE if start.is_status else REQUEST_LINE) as node:
        if start.is_status:
            show(c, STATUS, start.second, start.code)
        else:
            show(c, METHOD, start.first)
            sip_uris.uri(c, sip_uris.REQUEST, start.second)
    node.offset, node.length, node.value = start.line.start, len(start.line), str(start.line)
    c.pos = after
    return node


def _headers(c: Cursor) -> Headers:
    """Read header fields up to the empty line."""
    headers = Headers()
    begin = c.pos
    with c.item(MESSAGE_HEADER) as node:
        for _ in range(MAX_HEADERS):
            if not c.more or not c.captured:
                break
            line = next_line(c)
            if not len(line):
                break
            while c.peek(1) in (b" ", b"\t"):  # the value goes on in the next line
                line = Text(line.data, line.start, next_line(c).end)
            _header(c, line, headers)
            if not c.more:
                c.note(NOT_TERMINATED, node)
        else:
            c.note(TOO_MANY, node)
            c.skip(c.captured)
    node.value = str(Text(c.data, begin, c.pos)) if c.at is not None else None
    node.text = MESSAGE_HEADER.label
    return headers


def _header(c: Cursor, line: Text, headers: Headers) -> None:
    """Show one header field and what is inside it."""
    after = c.pos
    before, value = line.partition(b":")
    name = COMPACT.get(before.lower, before.lower)
    field = HEADERS.get(name)
    if value is None or field is None:
        with c.text(str(line)) as node:
            if value is None:
                c.note(NO_COLON, node)
            else:
                c.note(UNRECOGNIZED, node, f"{UNRECOGNIZED.text} ({name})")
        node.offset, node.length = line.start, after - line.start
        return
    value = value.strip()
    with c.item(field) as node:
        read_header(c, name, value, headers)
    if c.at is not None:
        node.offset, node.length, node.text = line.start, after - line.start, str(line)
        node.value = value.number() if field.kind is U32 else str(value)
    whole = Text(line.data, line.start, after)
    if name == "call-id":
        show(c, GENERATED_CALL_ID, whole, str(value))
    elif name in WITH_CREDENTIALS:
        show(c, CREDENTIALS, whole)


def _bindings(c: Cursor, start: Start, headers: Headers) -> None:
    """What a REGISTER does, or has done, to addresses."""
    expired = headers.expired + (headers.unlimited if headers.expires_now else 0)
    kept = headers.contacts - expired
    if not start.is_status and start.method == "REGISTER":
        if headers.star and headers.expires_now:
            c.info_add("  (remove all bindings)")
        elif expired:
            c.info_add("  (remove %s)", _plural(expired))
            if kept:
                c.info_add(" (add %s)", _plural(kept))
        else:
            c.info_add(f"  ({_plural(kept)})" if kept else "  (fetch bindings)")
    elif headers.method == "REGISTER" and 200 <= start.code < 300:
        if expired:
            c.info_add("  (removed %s)", _plural(expired))
            if kept:
                c.info_add(" (%s kept)", _plural(kept))
        else:
            c.info_add("  (%s)", _plural(kept))


def _plural(count: int) -> str:
    return f"{count} binding{'' if count == 1 else 's'}"


def _over(c: Cursor) -> str:
    """What carries the message."""
    carriers = (layer.name for layer in reversed(c.packet.layers))
    return next((name for name in carriers if name in ("udp", "tcp", "sctp")), "")


def _match(c: Cursor, start: Start, headers: Headers) -> Matched:
    """Which message this one repeats or answers; only datagrams get lost and repeated."""
    number, facts, packet = headers.number, c.facts, c.packet
    if number is None or _over(c) != "udp":
        return Matched(0, 0, 0)
    sport, dport = facts.ports
    direction = headers.call, facts.source, sport, facts.destination, dport
    message = Message(headers.method, number, start.code, packet.number, packet.time_ns or 0)

    def find(session: Session) -> Matched:
        return follow(session, direction, message)

    return c.recall(find) or Matched(0, 0, 0)


def _matched(node: Node, begin: int, headers: Headers, start: Start, matched: Matched) -> None:
    """Show the other messages in the first line's subtree."""
    if node.length == 0:  # no tree
        return
    node.add(Node(RESEND, begin, 0, int(matched.original > 0)))
    if matched.original:
        node.add(Node(ORIGINAL, begin, 0, matched.original))
    if matched.request:
        node.add(Node(REQUEST, begin, 0, matched.request))
        node.add(Node(RESPONSE_TIME, begin, 0, matched.milliseconds))
        if start.is_status and headers.method == "BYE":
            node.add(Node(RELEASE_TIME, begin, 0, matched.milliseconds))


def _body(c: Cursor, start: Start, headers: Headers, matched: Matched) -> Result:
    """Show the body, and go on with what its type says and with the next message."""
    begin = c.pos
    end = c.end if headers.size is None else min(begin + headers.size, c.end)
    following: list[Next] = []
    if begin < min(end, c.stop):
        with c.item(MESSAGE_BODY) as node:
            c.pos = min(end, c.stop)
            if lookup("media_type", headers.type) is None:
                _lines(c, begin)
        if lookup("media_type", headers.type) is not None:
            answers = 200 <= start.code < 300 and matched.request
            frame = matched.original or (matched.request if answers else c.packet.number)
            following.append(
                Next("media_type", headers.type, begin, end, into=node,
                     context=Exchange(headers.call, frame))
            )  # fmt: skip
    if end < c.stop and _over(c) == "tcp" and TEXT(c.data[end : end + 1]):
        following.append(Next(name="sip", start=end, continues=True, context=FOLLOWING))
    return following


def _lines(c: Cursor, begin: int) -> None:
    """A body of unknown type, line by line."""
    if c.at is None:
        return
    for line in c.data[begin : c.pos].splitlines(keepends=True)[:MAX_HEADERS]:
        with c.text(line.decode("utf-8", "backslashreplace")):
            pass
