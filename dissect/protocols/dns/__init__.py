"""Domain Name System (RFC 1035, section 4), also as mDNS (RFC 6762) and LLMNR (RFC 4795).

0               2               4               6               8
+---------------+---------------+---------------+---------------+
|  Identifier   |  Flags        |  Questions    |  Answers      |
+---------------+---------------+---------------+---------------+
|  Authorities  |  Additional   |  these many questions and records …
+---------------+---------------+

Over TCP a length stands in front.  See ``records`` for how questions and records are read, and
the other files of this package for what is in them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.looks import Looks
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector, heuristic
from dissect.engine.tree import Field, Node
from dissect.engine.values import BOOL, BYTES, U16, U32, X16
from dissect.protocols.dns import common, edns, rare, security, services  # noqa: F401
from dissect.protocols.dns.codes import OPCODES, RCODES, SHORT
from dissect.protocols.dns.names import MAX_LABEL, Message
from dissect.protocols.dns.records import question, resource
from dissect.protocols.dns.stateful import operations
from dissect.protocols.dns.transactions import match, note_repetition, show

RESPONSE = 0x8000
UPDATE, STATEFUL = 5, 6

LENGTH = Field("dns.length", "Length", U16)
PDU_SIZE = Field("tcp.pdu.size", "PDU Size", U32, generated=True)
"""Of a message that is whole; Wireshark shows it with what carries it."""
FLAGS = Field("dns.flags", "Flags", X16)
EXTRANEOUS = Field("dns.extraneous.data", "Extraneous Data Bytes", BYTES)
EXTRANEOUS_LENGTH = Field("dns.extraneous.length", "Extraneous Data Length", U32, generated=True)

TRAILING = Note("dns.extraneous", Severity.NOTE, Group.UNDECODED, "Extraneous data")


def _flag(name: str, label: str, mask: int, unset: str, is_set: str) -> Field:
    return Field(f"dns.flags.{name}", label, BOOL, (unset, is_set), mask=mask)


IS_RESPONSE = _flag("response", "Response", RESPONSE, "Message is a query", "Message is a response")
OPCODE = Field("dns.flags.opcode", "Opcode", U16, OPCODES, mask=0x7800)
AUTHORITATIVE = _flag(
    "authoritative", "Authoritative", 0x0400,
    "Server is not an authority for domain", "Server is an authority for domain",
)  # fmt: skip
TRUNCATED = _flag(
    "truncated", "Truncated", 0x0200, "Message is not truncated", "Message is truncated"
)
DESIRED = _flag(
    "recdesired", "Recursion desired", 0x0100, "Don't do query recursively", "Do query recursively"
)
AVAILABLE = _flag(
    "recavail", "Recursion available", 0x0080,
    "Server can't do recursive queries", "Server can do recursive queries",
)  # fmt: skip
Z = _flag("z", "Z", 0x0040, "reserved (0)", "reserved - incorrect!")
AUTHENTICATED = _flag(
    "authenticated", "Answer authenticated", 0x0020,
    "Answer/authority portion was not authenticated by the server",
    "Answer/authority portion was authenticated by the server",
)  # fmt: skip
AD_BIT = _flag("authenticated", "AD bit", 0x0020, "Not set", "Set")
CHECKING = _flag("checkdisable", "Non-authenticated data", 0x0010, "Unacceptable", "Acceptable")
RCODE = Field("dns.flags.rcode", "Reply code", U16, RCODES, mask=0x000F)
QUERY_CONFLICT = _flag(
    "conflict", "Conflict", 0x0400, "None", "The sender received multiple responses"
)
RESPONSE_CONFLICT = _flag(
    "conflict", "Conflict", 0x0400,
    "The name is considered unique", "The name is not considered unique",
)  # fmt: skip
TENTATIVE = _flag("tentative", "Tentative", 0x0100, "Not tentative", "Tentative")

QUERY_FLAGS = (IS_RESPONSE, OPCODE, TRUNCATED, DESIRED, Z, AD_BIT, CHECKING)
RESPONSE_FLAGS = (
    IS_RESPONSE, OPCODE, AUTHORITATIVE, TRUNCATED, DESIRED, AVAILABLE, Z, AUTHENTICATED, CHECKING,
    RCODE,
)  # fmt: skip
LLMNR_FLAGS = (
    (IS_RESPONSE, OPCODE, QUERY_CONFLICT, TRUNCATED, TENTATIVE),
    (IS_RESPONSE, OPCODE, RESPONSE_CONFLICT, TRUNCATED, TENTATIVE, RCODE),
)


class Counts(Header):
    """How many questions and records follow."""

    __hdr__ = (("queries", "H", 0), ("answers", "H", 0), ("authorities", "H", 0), ("more", "H", 0))
    names = (
        F("queries", "dns.count.queries", "Questions"),
        F("answers", "dns.count.answers", "Answer RRs"),
        F("authorities", "dns.count.auth_rr", "Authority RRs"),
        F("more", "dns.count.add_rr", "Additional RRs"),
    )


class UpdateCounts(Header):
    """What the same are in an update (RFC 2136, section 2.2)."""

    __hdr__ = Counts.__hdr__
    names = (
        F("queries", "dns.count.zones", "Zones"),
        F("answers", "dns.count.prerequisites", "Prerequisites"),
        F("authorities", "dns.count.updates", "Updates"),
        F("more", "dns.count.add_rr", "Additional RRs"),
    )


MOST_QUESTIONS, MOST_RECORDS = 2, 30
"""In a message that is to be known as one by its looks."""


def looks_like_dns(c: Cursor) -> bool:
    """A standard query or its response, with a question about a name of plain labels."""
    octets = c.peek(256 + 16)
    if len(octets) < 17 or octets[2] & 0x78 or octets[3] & 0x40:
        return False
    questions, *records = struct.unpack(">4H", octets[4:12])
    if not 1 <= questions <= MOST_QUESTIONS or max(records) > MOST_RECORDS:
        return False
    at = 12
    while at < len(octets) and octets[at]:
        if octets[at] > MAX_LABEL:
            return False
        at += 1 + octets[at]
    kind, group = octets[at + 1 : at + 3], octets[at + 3 : at + 5]
    return int.from_bytes(kind, "big") in SHORT and group == b"\0\1" and any(kind)


_FEW = ((0, 0), (0, MOST_RECORDS))
_ANY = (0, 255)
COUNTS = (_ANY, _ANY, _ANY, _ANY, (0, 0), (1, MOST_QUESTIONS), *_FEW, *_FEW, *_FEW)
"""The first octets of what is known by its looks: any identifier and flags, small counts."""

heuristic("udp", "dns", looks_like_dns, Looks((COUNTS,), least=17))

ID = Field("dns.id", "Transaction ID", X16)
SECTIONS = ("Queries", "Answers", "Authoritative nameservers", "Additional records")
UPDATE_SECTIONS = ("Zone", "Prerequisites", "Updates", "Additional records")


@dissector("dns", "Domain Name System", "DNS", udp_port=53, tcp_port=53)
def dns(c: Cursor) -> Result:
    """Read a message, or over TCP the first of several."""
    begin = c.pos
    carrier = c.context
    if carrier is None and len(c.packet.layers) > 1:
        carrier = c.packet.layers[-2]
    if carrier is None or carrier.name != "tcp":
        _message(c, begin)
        return None
    size = c.add(LENGTH)
    if size > c.left:  # goes on in the next segment
        _message(c, begin)
        return None
    if carrier.node is not None:
        carrier.node.add(Node(PDU_SIZE, begin, 2 + size, 2 + size))
    with c.limit(size, "dns.length"):
        _message(c, begin)
    return Next(name="dns", context=carrier) if c.more else None


@dissector("mdns", "Multicast Domain Name System", "MDNS", udp_port=5353)
def mdns(c: Cursor) -> Result:
    """The same with a bit of the class that has a meaning of its own."""
    _message(c, c.pos, multicast=True)
    return None


@dissector("llmnr", "Link-local Multicast Name Resolution", "LLMNR", udp_port=5355)
def llmnr(c: Cursor) -> Result:
    """The same with other flags."""
    _message(c, c.pos, local=True)
    return None


def _message(c: Cursor, begin: int, *, multicast: bool = False, local: bool = False) -> None:
    """A message up to the end of the bounds."""
    message = Message(c, multicast=multicast)
    flags = int.from_bytes(c.peek(2, 2), "big")
    response = bool(flags & RESPONSE)
    opcode = flags >> 11 & 15
    c.title("%s (%s)", c.layer.title, "response" if response else "query")
    words = OPCODES.get(opcode) or f"Unknown operation ({opcode})"
    c.need(4)
    identifier = int.from_bytes(c.peek(2), "big")
    c.info("%s%s 0x%04x", words, " response" if response else "", identifier)
    if response and flags & 15:
        c.info_add(" %s", RCODES.get(flags & 15) or f"Unknown error ({flags & 15})")
    c.add(ID)
    _flags(c, flags, local=local)
    matched = match(c, identifier, response=response)
    counts = c.header(UpdateCounts if opcode == UPDATE else Counts)
    if opcode == STATEFUL and not any(counts[:4]):
        operations(c)
    else:
        titles = UPDATE_SECTIONS if opcode == UPDATE else SECTIONS
        for title, count in zip(titles, counts[:4], strict=True):
            reader = question if title is titles[0] else resource
            _section(c, title, count, reader, message)
    note_repetition(c, matched, response=response)
    show(c, matched, begin, response=response)
    if c.more:
        _trailing(c)


def _flags(c: Cursor, flags: int, *, local: bool) -> None:
    """The flags, which queries and responses have not all of."""
    c.add(FLAGS)
    if c.at is None:
        return
    response = bool(flags & RESPONSE)
    shown: tuple[Field, ...]
    if local:
        shown = LLMNR_FLAGS[response]
    else:
        shown = RESPONSE_FLAGS if response else QUERY_FLAGS
    node = c.last
    opcode = flags >> 11 & 15
    words = OPCODES.get(opcode, "Unknown operation")
    if response:
        words += f" response, {RCODES.get(flags & 15, 'Unknown error')}"
    node.suffix = f" {words}"
    outer, c.at = c.at, node
    for bit in shown:
        if bit is AD_BIT and not flags & bit.mask:
            continue
        c.put(bit, (flags & bit.mask) >> bit.shift, node.offset, 2)
    c.at, c.last = outer, node


def _section(
    c: Cursor, title: str, count: int, reader: Callable[[Cursor, Message], Any], message: Message
) -> None:
    """So many questions or records."""
    if count:
        with c.text(title):
            for _ in range(count):
                reader(c, message)


def _trailing(c: Cursor) -> None:
    """Octets behind the last record."""
    with c.text("Extraneous Data (%d bytes)", c.left) as node:
        c.put(EXTRANEOUS_LENGTH, c.left)
        c.rest(EXTRANEOUS)
        c.note(TRAILING, node)
