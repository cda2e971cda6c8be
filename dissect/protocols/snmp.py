"""Simple Network Management Protocol, versions 1 and 2c (RFC 1157, section 4; RFC 3416, section 3).

    SEQUENCE
        INTEGER version, OCTET STRING community
        [0] to [8] the kind of message
            INTEGER request-id, INTEGER error-status, INTEGER error-index
            SEQUENCE of (OBJECT IDENTIFIER, value)

Version 3 is named, not read: what it says is mostly encrypted.
"""

from __future__ import annotations

from typing import NamedTuple

from dissect.engine.conversation import claim, key_of
from dissect.engine.cursor import Cursor
from dissect.engine.looks import Looks, starts
from dissect.engine.notes import Group, Malformed, Note, Severity
from dissect.engine.session import Session
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, FRAME, INTERVAL, IPV4, NONE, STR, U32, U64

VERSIONS = {0: "version-1", 1: "v2c", 2: "v2u", 3: "snmpv3"}
KINDS = (
    "get-request", "get-next-request", "get-response", "set-request", "trap", "getBulkRequest",
    "informRequest", "snmpV2-trap", "report",
)  # fmt: skip
RESPONSE, TRAP, BULK = 2, 4, 5
ERRORS = dict(enumerate((
    "noError", "tooBig", "noSuchName", "badValue", "readOnly", "genErr", "noAccess", "wrongType",
    "wrongLength", "wrongEncoding", "wrongValue", "noCreation", "inconsistentValue",
    "resourceUnavailable", "commitFailed", "undoFailed", "authorizationError", "notWritable",
    "inconsistentName",
)))  # fmt: skip
TRAPS = dict(enumerate((
    "coldStart", "warmStart", "linkDown", "linkUp", "authenticationFailure", "egpNeighborLoss",
    "enterpriseSpecific",
)))  # fmt: skip

VERSION = Field("snmp.version", "version", U32, VERSIONS)
MESSAGE_VERSION = Field("snmp.msgVersion", "msgVersion", U32, VERSIONS)
COMMUNITY = Field("snmp.community", "community", STR)
DATA = Field("snmp.data", "data", U32, dict(enumerate(KINDS)))
ELEMENTS = tuple(Field(f"snmp.{kind.replace('-', '_')}_element", kind, NONE) for kind in KINDS)
REQUEST_ID = Field("snmp.request_id", "request-id", U32)
ERROR_STATUS = Field("snmp.error_status", "error-status", U32, ERRORS)
ERROR_INDEX = Field("snmp.error_index", "error-index", U32)
NON_REPEATERS = Field("snmp.non_repeaters", "non-repeaters", U32)
REPETITIONS = Field("snmp.max_repetitions", "max-repetitions", U32)
ENTERPRISE = Field("snmp.enterprise", "enterprise", STR)
AGENT = Field("snmp.agent_addr", "agent-addr", IPV4)
GENERIC_TRAP = Field("snmp.generic_trap", "generic-trap", U32, TRAPS)
SPECIFIC_TRAP = Field("snmp.specific_trap", "specific-trap", U32)
TIME_STAMP = Field("snmp.time_stamp", "time-stamp", U32)
BINDINGS = Field("snmp.variable_bindings", "variable-bindings", U32)
NAME = Field("snmp.name", "Object Name", STR)
STRING = Field("snmp.var-bind_str", "Variable-binding-string", STR)
RESPONSE_TO = Field("snmp.response_to", "Response To", FRAME, generated=True)
RESPONSE_TIME = Field("snmp.time", "Time", INTERVAL, generated=True)

INTEGER, OCTETS, NULL, OBJECT, SEQUENCE, ADDRESS = 0x02, 0x04, 0x05, 0x06, 0x30, 0x40
VALUES = {
    INTEGER: Field("snmp.value.int", "Value (Integer32)", U64),
    OCTETS: Field("snmp.value.octets", "Value (OctetString)", BYTES),
    NULL: Field("snmp.value.null", "Value (Null)", NONE),
    OBJECT: Field("snmp.value.oid", "Value (OID)", STR),
    ADDRESS: Field("snmp.value.ipv4", "Value (IpAddress)", IPV4),
    0x41: Field("snmp.value.counter", "Value (Counter32)", U64),
    0x42: Field("snmp.value.g32", "Value (Gauge32)", U64),
    0x43: Field("snmp.value.timeticks", "Value (Timeticks)", U64),
    0x44: Field("snmp.value.opaque", "Value (Opaque)", BYTES),
    0x46: Field("snmp.value.counter", "Value (Counter64)", U64),
    0x47: Field("snmp.value.u32", "Value (Unsigned32)", U64),
    0x80: Field("snmp.noSuchObject", "noSuchObject", NONE),
    0x81: Field("snmp.noSuchInstance", "noSuchInstance", NONE),
    0x82: Field("snmp.endOfMibView", "endOfMibView", NONE),
}
STRINGS = frozenset(f"1.3.6.1.2.1.1.{number}.0" for number in (1, 4, 5, 6))
"""Objects whose octets are text: of the system group (RFC 3418, section 2)."""

UNKNOWN_VALUE = Field("snmp.value.unk", "Value (Unknown)", BYTES)


EXCEPTION = Note("snmp.varbind.response", Severity.NOTE, Group.RESPONSE, "Response")


BEGINS = Looks(starts(bytes((SEQUENCE,))))


class Element(NamedTuple):
    """A tag, and how many octets follow it and its length."""

    tag: int
    size: int


class Asked(NamedTuple):
    """A request that waits for its response."""

    frame: int
    time: int | None


@dissector(
    "snmp", "Simple Network Management Protocol", "SNMP", udp_port=(161, 162), accepts=BEGINS
)
def snmp(c: Cursor) -> Result:
    """Read the version; those that are in the clear to the end."""
    message = _element(c, SEQUENCE)
    with c.limit(message.size, "snmp message length"):
        peeked = c.peek(3)
        version = peeked[2] if len(peeked) == 3 and peeked[1] == 1 else -1
        _integer(c, VERSION if version in (0, 1) else MESSAGE_VERSION)
        if version in (0, 1):
            _message(c)
            return None
        return Next(name="data") if c.more else None


def _element(c: Cursor, *tags: int) -> Element:
    """Read a tag and a length (X.690); raises Malformed where another tag was due."""
    start = c.pos
    tag, size = c.uint(1), c.uint(1)
    if size > 0x80:
        size = c.uint(min(size - 0x80, 9))
    if (tags and tag not in tags) or size == 0x80 or size > 1 << 32:
        raise Malformed(2, c.left, start, "the tag and length of an element")
    return Element(tag, size)


def _number(c: Cursor, size: int, *, signed: bool = True) -> int:
    c.need(size)
    value = int.from_bytes(c.data[c.pos : c.pos + min(size, 9)], "big", signed=signed)
    c.pos += size
    return value


def _integer(c: Cursor, field: Field) -> int:
    size = _element(c).size
    value = _number(c, size)
    c.put(field, value, c.pos - size, size)
    return value


def _object(c: Cursor, field: Field, size: int) -> str:
    """An object identifier, base 128 with the first two numbers in one (X.690, section 8.19)."""
    c.need(size)
    numbers: list[int] = []
    value = 0
    for octet in c.data[c.pos : c.pos + size]:
        value = (value & (1 << 57) - 1) << 7 | octet & 0x7F
        if not octet & 0x80:
            numbers.append(value)
            value = 0
    if numbers:
        first = min(numbers[0] // 40, 2)
        numbers[:1] = [first, numbers[0] - 40 * first]
    text = ".".join(map(str, numbers))
    c.put(field, text, c.pos, size)
    c.pos += size
    return text


def _message(c: Cursor) -> None:
    c.add(COMMUNITY, _element(c, OCTETS).size)
    start = c.pos
    tags = (0xA0 + kind for kind in range(len(KINDS)))
    pdu = _element(c, *tags)
    kind = pdu.tag - 0xA0
    c.info("%s", KINDS[kind])
    identifier = None
    with c.item(DATA, value=kind) as node, c.item(ELEMENTS[kind], pdu.size, because="snmp.data"):
        if kind == TRAP:
            _trap(c)
        else:
            identifier = _request(c, kind)
        _bindings(c)
    node.offset, node.length = start, c.pos - start
    _response(c, kind, identifier, start)


def _request(c: Cursor, kind: int) -> int:
    identifier = _integer(c, REQUEST_ID)
    _integer(c, NON_REPEATERS if kind == BULK else ERROR_STATUS)
    _integer(c, REPETITIONS if kind == BULK else ERROR_INDEX)
    return identifier


def _trap(c: Cursor) -> None:
    """Version 1's trap (RFC 1157, section 4.1.6)."""
    _object(c, ENTERPRISE, _element(c, OBJECT).size)
    agent = _element(c, ADDRESS).size
    c.add(AGENT if agent == 4 else UNKNOWN_VALUE, agent)
    _integer(c, GENERIC_TRAP)
    _integer(c, SPECIFIC_TRAP)
    _integer(c, TIME_STAMP)


def _bindings(c: Cursor) -> None:
    size = _element(c, SEQUENCE).size
    count = 0
    with c.item(BINDINGS, size, because="snmp.variable_bindings") as node:
        while c.more:
            one = _element(c, SEQUENCE).size
            with c.limit(one, "snmp variable binding length"), c.text("") as line:
                line.text = _binding(c)
            count += 1
        node.value = count
        node.suffix = " item" if count == 1 else " items"


def _binding(c: Cursor) -> str:
    """A name and a value; hands the name back."""
    name = _object(c, NAME, _element(c, OBJECT).size)
    c.info_add(" %s", name)
    value = _element(c)
    field = VALUES.get(value.tag, UNKNOWN_VALUE)
    if value.tag == ADDRESS and value.size != 4:
        field = UNKNOWN_VALUE
    if value.tag == OCTETS:
        _octets(c, field, value.size, text=name in STRINGS)
    elif value.tag == OBJECT:
        _object(c, field, value.size)
    elif field.kind is NONE:
        node = c.put(field, None, c.pos, value.size)
        c.skip(value.size)
        if value.tag != NULL:
            c.note(EXCEPTION, node)
    elif field.kind is U64:
        number = _number(c, value.size, signed=value.tag == INTEGER)
        c.put(field, number, c.pos - value.size, value.size)
    else:
        c.add(field, value.size)
    return name


def _octets(c: Cursor, field: Field, size: int, *, text: bool) -> None:
    with c.item(field, size):
        if text:
            c.put(STRING, c.peek(size).decode("utf-8", "backslashreplace"), c.pos, size)
        c.skip(size)


def _response(c: Cursor, kind: int, identifier: int | None, offset: int) -> None:
    """Remember a request; show which one a response answers, and after what time."""
    key = key_of(c, c.facts.ports)
    packet = c.packet

    def find(session: Session) -> Asked | None:
        claim(session, key, "snmp")
        table = session.table("snmp")
        asked: Asked | None = table.get((key, identifier))
        if kind == RESPONSE:
            return asked
        if identifier is not None:
            table.put((key, identifier), Asked(packet.number, packet.time_ns))
        return None

    asked = c.recall(find)
    if asked is not None:
        c.put(RESPONSE_TO, asked.frame, offset)
        if packet.time_ns is not None and asked.time is not None:
            c.put(RESPONSE_TIME, packet.time_ns - asked.time, offset)
