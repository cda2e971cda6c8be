"""Options of the IPv4 header (RFC 791, section 3.1).

    +-+-----+---------+---------------+-----------
    |C|Class| Number  |    Length     | data ...      C: copied into every fragment
    +-+-----+---------+---------------+-----------

End of Options List and No-Operation are a single octet; Length counts the whole option.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import (
    BOOL,
    BYTES,
    IPV4,
    STR,
    U8,
    U16,
    U32,
    X8,
    X32,
    Kind,
    ipv4_text,
)  # fmt: skip
from dissect.protocols.codes import ipv4_options as codes
from dissect.protocols.ipv4_cipso import cipso
from dissect.protocols.ipv4_security import INVALID_LENGTH, extended_security, security

WORDS = {"src": "Source", "dst": "Destination"}


def end_aliases(end: str) -> tuple[Field, ...]:
    """The hidden fields beside the address of one end: either end's address, its host name."""
    return (
        Field("ip.addr", "Source or Destination Address", IPV4, hidden=True),
        Field(f"ip.{end}_host", f"{WORDS[end]} Host", STR, convert=ipv4_text, hidden=True),
        Field("ip.host", "Source or Destination Host", STR, convert=ipv4_text, hidden=True),
    )


def _route(name: str, label: str) -> Field:
    """An address on a route, with its host name hidden beside it."""
    host = Field(f"{name}_host", f"{label} Host", STR, convert=ipv4_text, hidden=True)
    return Field(name, label, IPV4, also=(host,))


TYPE = Field(
    "ip.opt.type", "Type", U8,
    bits=(
        Field("ip.opt.type.copy", "Copy on fragmentation", BOOL, ("No", "Yes"), mask=0x80),
        Field("ip.opt.type.class", "Class", U8, codes.CLASSES, mask=0x60),
        Field("ip.opt.type.number", "Number", U8, codes.NUMBERS, mask=0x1F),
    ),
)  # fmt: skip
LENGTH = Field("ip.opt.len", "Length", U8)
POINTER = Field("ip.opt.ptr", "Pointer", U8)
RECORDED = _route("ip.rec_rt", "Recorded Route")
SOURCE_ROUTE = _route("ip.src_rt", "Source Route")
EMPTY = _route("ip.empty_rt", "Empty Route")
CURRENT = _route("ip.cur_rt", "Current Route")
DESTINATION = Field("ip.dst", "Destination Address", IPV4, also=end_aliases("dst"))
OVERFLOW = Field("ip.opt.overflow", "Overflow", U8, mask=0xF0)
FLAG = Field("ip.opt.flag", "Flag", X8, codes.TIMESTAMP_FLAGS, mask=0x0F)
TIME = Field("ip.opt.time_stamp", "Time stamp", U32)
TIME_ADDRESS = Field("ip.opt.time_stamp_addr", "Address", IPV4)
STREAM = Field("ip.opt.sid", "Stream Identifier", U16)
ALERT = Field("ip.opt.ra", "Router Alert", U16, codes.router_alert)
MTU = Field("ip.opt.mtu", "MTU", U16)
TRACE = (
    Field("ip.opt.id_number", "ID Number", U16),
    Field("ip.opt.ohc", "Outbound Hop Count", U16),
    Field("ip.opt.rhc", "Return Hop Count", U16),
    Field("ip.opt.originator", "Originator IP Address", IPV4),
)
ADDRESS = Field("ip.opt.addr", "IP Address", IPV4)
PADDING = Field("ip.opt.padding", "Padding", BYTES)
QS_FUNCTION = Field("ip.opt.qs_func", "Function", U8, codes.QS_FUNCTIONS, mask=0xF0)
QS_RATE = Field("ip.opt.qs_rate", "Rate", U8, codes.QS_RATES, mask=0x0F)
QS_TTL = Field("ip.opt.qs_ttl", "QS TTL", U8)
QS_TTL_DIFF = Field("ip.opt.qs_ttl_diff", "TTL Diff", U8, generated=True)
QS_UNUSED = Field("ip.opt.qs_unused", "Not Used", U8)
QS_NONCE = Field("ip.opt.qs_nonce", "QS Nonce", X32, mask=0xFFFFFFFC)
QS_RESERVED = Field("ip.opt.qs_reserved", "Reserved", X32, mask=3)


BEFORE_ADDRESS = Note(
    "ip.opt.ptr.before_address", Severity.WARNING, Group.PROTOCOL,
    "Pointer points before first address", "RFC 791, section 3.1",
)  # fmt: skip
MIDDLE_ADDRESS = Note(
    "ip.opt.ptr.middle_address", Severity.WARNING, Group.PROTOCOL,
    "Pointer points to middle of address", "RFC 791, section 3.1",
)  # fmt: skip
TOO_LONG = Note(
    "ip.subopt_too_long", Severity.WARNING, Group.PROTOCOL,
    "Suboption would go past end of option", "RFC 791, section 3.1",
)  # fmt: skip
FOUR_NOPS = Note(
    "ip.nop", Severity.WARNING, Group.PROTOCOL,
    "4 NOP in a row - a router may have removed some options",
)  # fmt: skip

END, NO_OPERATION, LOOSE, STRICT = 0, 1, 131, 137


def final_destination(octets: bytes) -> bytes:
    """The last address of a source route that is not used up; empty without one."""
    at = 0
    while at + 3 < len(octets) and octets[at] != END:
        size = 1 if octets[at] == NO_OPERATION else octets[at + 1]
        if octets[at] in (LOOSE, STRICT) and at + size <= len(octets):
            pointer = octets[at + 2]
            if 4 <= pointer <= size - 3 and not pointer & 3:
                return octets[at + size - 4 : at + size]
        if not size or (size == 1 and octets[at] != NO_OPERATION):
            break
        at += size
    return b""


def options(c: Cursor, size: int) -> None:
    """Read the ``size`` octets between the fixed header and the payload."""
    nops = 0
    with c.text("Options: (%d bytes)", size) as node, c.limit(size, "ip.hdr_len"):
        node.suffix = ""
        while c.more:
            kind = c.peek(1)
            nops = nops + 1 if kind == b"\x01" else 0
            if nops == 4:
                c.note(FOUR_NOPS, node)
            if not _option(c):
                break
        c.skip(c.left)


def _option(c: Cursor) -> bool:
    """One option; False when none can follow it."""
    c.need(1)
    kind = c.data[c.pos]
    option = OPTIONS.get(kind)
    if kind in (END, NO_OPERATION):
        assert option is not None
        with c.item(option.field, 1) as node:
            node.text = option.field.label
            c.add(TYPE)
        return kind != END
    name = option.label if option else f"Unknown (0x{kind:02x})"
    if c.left < 2:
        return _wrong(c, 1, f"{name} (length byte past end of options)")
    c.need(2)
    length = c.data[c.pos + 1]
    plural = "" if length == 1 else "s"
    if length < 2:
        return _wrong(c, 2, f"{name} (with too-short option length = {length} byte{plural})")
    if length > c.left:
        text = f"{name} (option length = {length} bytes says option goes past end of options)"
        return _wrong(c, c.left - 2, text)
    if option is None:
        with c.text("%s (%d bytes)", name, length):
            c.skip(length)
        return True
    parent = c.at
    with c.item(option.field, length, because="ip.opt.len") as node:
        node.text = f"{option.field.label} ({option.size or length} bytes)"
        c.add(TYPE)
        c.add(LENGTH)
        if option.size and length != option.size:
            text = f"{name} (with option length = {length} bytes; should be {option.size})"
            c.note(INVALID_LENGTH, c.last, text)
        if option.read is not None:
            option.read(c)
    if parent is not None:
        parent.suffix += f", {option.label}"
    return True


def _wrong(c: Cursor, size: int, text: str) -> bool:
    """An option whose length can't be right; nothing after it can be found."""
    with c.text("%s", text) as node:
        c.note(INVALID_LENGTH, node, text)
        c.skip(size)
    return False


def _pointer(c: Cursor) -> int:
    """The pointer of a route; 0 when it points to no address."""
    pointer: int = c.add(POINTER)
    if pointer < 4:
        c.note(BEFORE_ADDRESS, c.last)
        return 0
    if pointer & 3:
        c.note(MIDDLE_ADDRESS, c.last)
        return 0
    return pointer


def _addresses(c: Cursor, ahead: Field, last: Field | None) -> None:
    """The addresses of a route: behind the pointer they are recorded, before it ``ahead``."""
    start = c.pos - 2
    pointer = _pointer(c)
    on = c.last
    if not pointer:
        c.skip(c.left)
    at_end = c.end - 4
    unused = pointer <= c.end - start - 3
    while c.left >= 4:
        place = c.pos - start + 1
        if last is not None and unused and c.pos == at_end:
            c.add(last)
            continue
        field = RECORDED if place < pointer else ahead
        c.add(field)
        if place == pointer:
            _next(c)
    if c.left:
        c.note(TOO_LONG, on)
        c.skip(c.left)


def _next(c: Cursor) -> None:
    if c.at is not None and c.at.children:
        c.last.suffix = " <- (next)"


def _source_route(c: Cursor) -> None:
    _addresses(c, SOURCE_ROUTE, DESTINATION)


def _record_route(c: Cursor) -> None:
    _addresses(c, EMPTY, None)


def _timestamp(c: Cursor) -> None:
    pointer = c.add(POINTER)
    if pointer < 5:
        c.last.suffix = " (points before first address)"
    elif (pointer - 1) & 3:
        c.last.suffix = " (points to middle of field)"
    c.peek_add(OVERFLOW)
    flag = c.add(FLAG)
    fields = (TIME_ADDRESS, TIME) if flag in (1, 3) else (TIME,)
    while c.left >= 4 * len(fields):
        for field in fields:
            c.add(field)
    if c.left:
        with c.text("Suboption would go past end of option") as node:
            c.note(TOO_LONG, node)
            c.skip(c.left)


def _fields(*fields: Field) -> Callable[[Cursor], None]:
    """A reader of fixed fields; what a wrong length leaves over is passed by."""

    def read(c: Cursor) -> None:
        for field in fields:
            c.add(field)
        c.skip(c.left)

    return read


def _router_alert(c: Cursor) -> None:
    option = c.at
    value = c.add(ALERT)
    if option is not None:
        option.suffix = f": {codes.router_alert(value)} ({value})"
    c.skip(c.left)


def _broadcast(c: Cursor) -> None:
    while c.left >= 4:
        c.add(ADDRESS)
    c.rest(PADDING)


def _quick_start(c: Cursor) -> None:
    """RFC 4782, section 3.1: a router that agrees keeps the TTL difference as it was."""
    option = c.at
    function = c.peek_add(QS_FUNCTION)
    words = f": {codes.QS_FUNCTIONS.get(function, f'Unknown ({function})')} ({function})"
    if function in codes.QS_FUNCTIONS:
        rate = c.add(QS_RATE)
        words += f", {codes.QS_RATES[rate]}"
        if function == 0:
            ttl = c.add(QS_TTL)
            difference = (c.facts.ip.ttl - ttl) % 256
            c.put(QS_TTL_DIFF, difference, c.pos - 1, 1)
            words += f", QS TTL {ttl}, QS TTL diff {difference}"
        else:
            c.add(QS_UNUSED)
        if option is not None:
            option.suffix = words
        c.peek_add(QS_NONCE)
        c.add(QS_RESERVED)
    if option is not None:
        option.suffix = words
    c.skip(c.left)


class Option(Struct, frozen=True):
    """An option: its field, its label, its fixed length if it has one, what reads its data."""

    field: Field
    label: str
    size: int
    read: Callable[[Cursor], None] | None


def _known(
    name: str, label: str, read: Callable[[Cursor], None] | None = None, size: int = 0,
    kind: Kind = BYTES,
) -> Option:  # fmt: skip
    field = Field(f"ip.options.{name}", f"IP Option - {label}", kind)
    return Option(field, label, size, read)


OPTIONS: dict[int, Option] = {
    END: _known("eol", "End of Options List (EOL)"),
    NO_OPERATION: _known("nop", "No-Operation (NOP)"),
    7: _known("record_route", "Record Route", _record_route),
    11: _known("mtu_probe", "MTU Probe", _fields(MTU), 4),
    12: _known("mtu_reply", "MTU Reply", _fields(MTU), 4),
    25: _known("qs", "Quick-Start", _quick_start, 8),
    68: _known("timestamp", "Time Stamp", _timestamp),
    82: _known("traceroute", "Traceroute", _fields(*TRACE), 12),
    130: _known("security", "Security", security),
    LOOSE: _known("route", "Loose Source Route", _source_route),
    133: _known("ext_security", "Extended Security", extended_security),
    134: _known("cipso", "Commercial Security", cipso),
    136: _known("sid", "Stream ID", _fields(STREAM), 4),
    STRICT: _known("source_route", "Strict Source Route", _source_route),
    148: _known("routeralert", "Router Alert", _router_alert, 4),
    149: _known("sdb", "Selective Directed Broadcast", _broadcast),
}
