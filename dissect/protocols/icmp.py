"""Internet Control Message Protocol (RFC 792; original datagrams: RFC 4884, section 4).

0               8               16                             32
+---------------+---------------+-------------------------------+
|     Type      |     Code      |           Checksum            |
+---------------+---------------+-------------------------------+
|        four octets that depend on the type, then its data     |
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

from dissect.engine.checksum import STATUS, Status, checksum
from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.session import Session
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import (
    BOOL,
    BYTES,
    DOUBLE,
    DX8,
    DX16,
    FRAME,
    INTERVAL,
    IPV4,
    TIME,
    U8,
    U16,
    U32,
    X8,
    X16,
)  # fmt: skip
from dissect.protocols.codes import icmp as codes
from dissect.protocols.icmp_extensions import extensions
from dissect.protocols.icmp_router import duration, router_advertisement

PROTOCOL = 1
ECHO_REPLY, UNREACHABLE, QUENCH, REDIRECT, ECHO, ADVERTISEMENT = 0, 3, 4, 5, 8, 9
TIME_EXCEEDED, PARAMETER, STAMP, STAMP_REPLY, INFORMATION, INFORMATION_REPLY = range(11, 17)
MASK, MASK_REPLY, EXTENDED_ECHO, EXTENDED_ECHO_REPLY = 17, 18, 42, 43
FRAGMENTATION_NEEDED = 4
INFO_HEAD = "%-20s%s"
"""The Info column of all other messages: type and code."""
INFO, INFO_TTL = "%-20s id=0x%04x, seq=%d/%d", ", ttl=%d"
INFO_REQUEST = " (request in %d)"
"""What the Info column of an echo is made of."""


class Head(Header):
    """What every message begins with, 4 octets."""

    __hdr__ = (("type", "B", ECHO), ("code", "B", 0), ("sum", "H", 0))
    names = (
        F("type", "icmp.type", "Type"),
        F("code", "icmp.code", "Code"),
        F("sum", "icmp.checksum", "Checksum", X16),
        F("sum", "icmp.checksum.status", "Checksum Status", U8, STATUS, span=(2, 0),
          generated=True),
    )  # fmt: skip


def swapped(number: int) -> int:
    """Sixteen bits as a little-endian machine wrote them; some pings do."""
    return number >> 8 | (number & 0xFF) << 8


class Identified(Header):
    """Identifier and sequence number of a query, 4 octets; shown in both byte orders."""

    __hdr__ = (("id", "H", 0), ("seq", "H", 0))
    names = (
        F("id", "icmp.ident", "Identifier (BE)", DX16),
        F("id", "icmp.ident_le", "Identifier (LE)", DX16, convert=swapped),
        F("seq", "icmp.seq", "Sequence Number (BE)", DX16),
        F("seq", "icmp.seq_le", "Sequence Number (LE)", DX16, convert=swapped),
    )


SET = ("Not set", "Set")


class ExtendedRequest(Header):
    """RFC 8335, section 2."""

    __hdr__ = (("id", "H", 0), ("seq", "B", 0), ("_flags", "B", 1))
    __bit_fields__ = {"_flags": (("reserved", 7), ("local", 1))}
    names = (
        *Identified.names[:2],
        F("seq", "icmp.ext.echo.seq", "Sequence Number", DX8),
        F("reserved", "icmp.ext.echo.req.res", "Reserved", X8),
        F("local", "icmp.ext.echo.req.local", "Local bit", BOOL, SET),
    )


class ExtendedReply(Header):
    """RFC 8335, section 3."""

    __hdr__ = (("id", "H", 0), ("seq", "B", 0), ("_flags", "B", 0))
    __bit_fields__ = {
        "_flags": (("state", 3), ("reserved", 2), ("active", 1), ("ipv4", 1), ("ipv6", 1))
    }
    names = (
        *Identified.names[:2],
        F("seq", "icmp.ext.echo.seq", "Sequence Number", DX8),
        F("state", "icmp.ext.echo.rsp.state", "State", U8, codes.STATES),
        F("reserved", "icmp.ext.echo.rsp.res", "Reserved", X8),
        F("active", "icmp.ext.echo.rsp.active", "Active bit", BOOL, SET),
        F("ipv4", "icmp.ext.echo.rsp.ipv4", "IPv4 bit", BOOL, SET),
        F("ipv6", "icmp.ext.echo.rsp.ipv6", "IPv6 bit", BOOL, SET),
    )


UNUSED = Field("icmp.unused", "Unused", BYTES)
LENGTH = Field("icmp.length", "Length", U8)
ORIGINAL_LENGTH = Field(
    "icmp.length.original_datagram", "Length of original datagram", U8, generated=True
)
NEXT_MTU = Field("icmp.mtu", "MTU of next hop", U16)
POINTER = Field("icmp.pointer", "Pointer", U8)
GATEWAY = Field("icmp.redir_gw", "Gateway Address", IPV4)
STAMPS = tuple(
    Field(f"icmp.{name}_timestamp", f"{name.title()} Timestamp", U32)
    for name in ("originate", "receive", "transmit")
)
ADDRESS_MASK = Field("icmp.address_mask", "Address Mask", IPV4)
REQUEST_FRAME = Field("icmp.resp_to", "Request frame", FRAME, generated=True)
RESPONSE_TIME = Field("icmp.resptime", "Response time", DOUBLE, generated=True)
DATA_TIME = Field("icmp.data_time", "Timestamp from icmp data", TIME)
DATA_AGE = Field(
    "icmp.data_time_relative", "Timestamp from icmp data (relative)", INTERVAL, generated=True
)

BAD_CHECKSUM = Note(
    "icmp.checksum_bad", Severity.WARNING, Group.CHECKSUM, "Bad checksum", "RFC 792"
)


@dissector("icmp", "Internet Control Message Protocol", "ICMP", ip_proto=PROTOCOL)
def icmp(c: Cursor) -> Result:
    """Head and checksum, then what the type calls for."""
    head = c.header(Head)
    kind, code = head.type, head.code
    name, meaning = codes.type_name(kind, code), codes.meaning(kind, code)
    c.info(INFO_HEAD, name, meaning)
    if c.at is not None:
        c.node("icmp.type").suffix = f" ({name})"
        c.node("icmp.code").suffix = meaning
    _verify(c, head.sum)
    reader = READERS.get(kind)
    return reader(c, head) if reader is not None else None


def _verify(c: Cursor, found: int) -> None:
    """The checksum of the whole message; a part of one can't be verified."""
    size = c.end - c.layer.offset
    octets = c.data[c.layer.offset : c.end]
    status, words = Status.UNVERIFIED, " [unverified]"
    if c.quoted:
        words += " [in ICMP error packet]"
    elif c.facts.fragment:
        words += " [fragmented datagram]"
    elif len(octets) == size:
        rest = checksum(octets)
        status, words = Status.GOOD, " [correct]"
        if rest:
            right = found + rest
            right = (right & 0xFFFF) + (right >> 16)
            status, words = Status.BAD, f" incorrect, should be 0x{right:04x}"
            c.note(BAD_CHECKSUM, "icmp.checksum", f"Bad checksum [should be 0x{right:04x}]")
    if c.at is not None:
        c.node("icmp.checksum").suffix = words
        node = c.node("icmp.checksum.status")
        node.value = int(status)
        node.text = f"Checksum Status: {STATUS[status]}"


# --- queries ------------------------------------------------------------------------------------


def _identified(c: Cursor, head: Any) -> Any:
    name = codes.type_name(head.type, head.code)
    c.info("%-20s ", name)
    query = c.header(Identified)
    c.info(INFO, name, query.id, query.seq, swapped(query.seq))
    ttl = getattr(c.facts.ip, "ttl", None)
    if ttl is not None:
        c.info_add(INFO_TTL, ttl)
    else:
        c.info_add(", hop limit=%d", c.facts.ip.hlim)
    return query


def _query(c: Cursor, head: Any) -> Result:
    _identified(c, head)
    return None


class Request(NamedTuple):
    """An echo request that waits for its reply."""

    number: int
    time_ns: int


def _echo(c: Cursor, head: Any) -> Result:
    query = _identified(c, head)
    key = exchange(c.facts.source, c.facts.destination, head.type, head.sum, query.id, query.seq)
    if head.type == ECHO:
        c.recall(lambda session: asked(session, key, c.packet.number, c.packet.time_ns))
    else:
        request = c.recall(lambda session: answered(session, key))
        if request is not None:
            start = c.layer.offset
            waited = (c.packet.time_ns or 0) - request.time_ns
            c.put(REQUEST_FRAME, request.number, start)
            node = c.put(RESPONSE_TIME, waited / 1e6, start)
            node.text = f"Response time: {waited / 1e6:.3f} ms"
            c.info_add(INFO_REQUEST, request.number)
    _data_time(c)
    return Next(name="data", into=c.layer) if c.left > 0 else None


def exchange(
    source: bytes, destination: bytes, kind: int, checksum: int, identifier: int, sequence: int
) -> Hashable:  # fmt: skip
    """A request and its reply have the same ends, numbers and data, so related checksums."""
    if kind == ECHO_REPLY:  # the types' difference, in ones' complement
        checksum = (checksum + 0xFFFF - 0x0800) % 0xFFFF
    return frozenset((source, destination)), checksum or 0xFFFF, identifier, sequence


def asked(session: Session, key: Hashable, number: int, time_ns: int | None) -> None:
    """Remember a request."""
    session.table("icmp.echo").put(key, Request(number, time_ns or 0))


def answered(session: Session, key: Hashable) -> Request | None:
    """The request, which can be answered once."""
    found: Request | None = session.table("icmp.echo").pop(key)
    return found


def _data_time(c: Cursor) -> None:
    """Pings write the time of sending first: seconds and microseconds, in either byte order."""
    octets = c.peek(8)
    now = c.packet.time_ns
    if len(octets) < 8 or now is None:
        return
    for order in ("little", "big"):
        seconds = int.from_bytes(octets[:4], order)
        micros = int.from_bytes(octets[4:], order)
        if micros < 1_000_000 and abs(seconds - now // 1_000_000_000) < 86400:
            sent = (seconds * 1_000_000 + micros) * 1000
            c.put(DATA_TIME, sent, c.pos, 8)
            c.put(DATA_AGE, now - sent, c.pos, 8)
            c.skip(8)
            return


def _stamps(c: Cursor, head: Any) -> Result:
    """Milliseconds after midnight UT; the highest bit says that they aren't."""
    _identified(c, head)
    for stamp in STAMPS:
        value = c.add(stamp)
        c.last.suffix = f" ({duration(value & 0x7FFFFFFF, 1000)} after midnight UTC)"
    return None


def _mask(c: Cursor, head: Any) -> Result:
    _identified(c, head)
    c.add(ADDRESS_MASK)
    return None


def _extended_request(c: Cursor, head: Any) -> Result:
    c.header(ExtendedRequest)
    if c.more:
        extensions(c)
    return None


def _extended_reply(c: Cursor, head: Any) -> Result:
    c.header(ExtendedReply)
    return Next(name="data", into=c.layer) if c.left > 0 else None


# --- errors -------------------------------------------------------------------------------------


def _quench(c: Cursor, head: Any) -> Result:
    c.skip(4)
    return _original(c, 0)


def _redirect(c: Cursor, head: Any) -> Result:
    c.add(GATEWAY)
    return _original(c, 0)


def _error(c: Cursor, head: Any) -> Result:
    """The second octet of the four may say how long the original datagram is (RFC 4884)."""
    end = c.pos + 4
    c.need(4)
    words = c.octet(1)
    if head.type == PARAMETER:
        c.add(POINTER)
        if not words:
            c.add(UNUSED, 3)
    elif words:
        c.add(UNUSED, 1)
    if words:
        c.add(LENGTH)
        c.put(ORIGINAL_LENGTH, 4 * words, c.pos - 1, 1)
    if head.type == UNREACHABLE and head.code == FRAGMENTATION_NEEDED:
        if not words:
            c.add(UNUSED, 2)
        c.add(NEXT_MTU)
    elif c.pos < end:
        c.add(UNUSED, end - c.pos)
    return _original(c, 4 * words)


OLD_SIZE = 128
"""Octets of the original datagram before extensions that no length announces (RFC 4884, 5.5)."""


def _original(c: Cursor, size: int) -> Result:
    """Go on into the quoted datagram; extensions stand behind it."""
    start, end = c.pos, c.end
    if c.left <= 0:
        return None
    total = int.from_bytes(c.peek(2, 2), "big")
    if not size and c.left > OLD_SIZE and total <= OLD_SIZE and c.layer.header.type in EXTENSIBLE:
        size = OLD_SIZE
    first = c.peek(1)
    version = 41 if first and first[0] >> 4 == 6 else 4
    step = Next("ip_proto", version, into=c.layer, quoted=True)
    if size and start + size < end:
        step.end = start + size
        step.after = lambda inner: _extended(inner, start + size)
    return step


def _extended(c: Cursor, start: int) -> None:
    """Read the extensions, which stand where the length says, not where the datagram ends."""
    c.pos = start
    extensions(c)


EXTENSIBLE = frozenset({UNREACHABLE, TIME_EXCEEDED, PARAMETER})


READERS: dict[int, Callable[[Cursor, Any], Result]] = {
    ECHO_REPLY: _echo,
    ECHO: _echo,
    UNREACHABLE: _error,
    TIME_EXCEEDED: _error,
    PARAMETER: _error,
    QUENCH: _quench,
    REDIRECT: _redirect,
    ADVERTISEMENT: router_advertisement,
    STAMP: _stamps,
    STAMP_REPLY: _stamps,
    INFORMATION: _query,
    INFORMATION_REPLY: _query,
    MASK: _mask,
    MASK_REPLY: _mask,
    EXTENDED_ECHO: _extended_request,
    EXTENDED_ECHO_REPLY: _extended_reply,
}
