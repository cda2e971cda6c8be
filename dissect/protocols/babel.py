"""Babel: routes by distance vector, for meshes (RFC 8966, section 4).

0               8               16                             32
+---------------+---------------+-------------------------------+
|   Magic: 42   |  Version: 2   |          Body length          |
+---------------+---------------+-------------------------------+
|     Type      |    Length     |  Payload                      |  any number of these
+---------------+---------------+-------------------------------+

A TLV of one octet, Pad1, has no length.  Behind the body stands a trailer of TLVs, which digests
are sent in (RFC 8967, section 4).  Prefixes leave out octets that an earlier one had.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, U8, U32, X8, X16, address_text

BABEL_PORT = 6696
MAGIC, VERSION = 42, 2
PAD1, HELLO, IHU, UPDATE = 0, 4, 5, 8

TYPES = {
    0: "pad1", 1: "padn", 2: "ack-req", 3: "ack", 4: "hello", 5: "ihu", 6: "router-id", 7: "nh",
    8: "update", 9: "request", 10: "mh-request", 11: "ts/pc (obsolete)", 12: "hmac",
    13: "source-specific-update", 14: "source-specific-req", 15: "source-specific-seqno",
    16: "hmac", 17: "pc", 18: "challenge-request", 19: "challenge-reply",
}  # fmt: skip
SUB_TYPES = {0: "sub-pad1", 1: "sub-padn", 2: "diversity", 3: "timestamp"}
ENCODINGS = {0: "Wildcard", 1: "IPv4", 2: "IPv6", 3: "Link-Local IPv6"}
WILDCARD, IPV4_ENCODING, IPV6_ENCODING, LINK_LOCAL = range(4)
ADDRESS_SIZE = {WILDCARD: 16, IPV4_ENCODING: 4, IPV6_ENCODING: 16, LINK_LOCAL: 16}
LINK_LOCAL_PREFIX = b"\xfe\x80" + bytes(6)


class Babel(Header):
    """In front of the body, 4 octets."""

    __hdr__ = (("magic", "B", MAGIC), ("version", "B", VERSION), ("length", "H", 0))
    names = (
        F("magic", "babel.magic", "Magic"),
        F("version", "babel.version", "Version"),
        F("length", "babel.bodylen", "Body Length"),
    )


_AE = F("ae", "babel.message.ae", "Address Encoding", ENCODINGS)
_PLEN = F("plen", "babel.message.plen", "Prefix Length")
_SEQUENCE = F("sequence", "babel.message.seqno", "Seqno", X16)
_INTERVAL = F("interval", "babel.message.interval", "Interval")


class AckRequest(Header):
    """An acknowledgement is wanted, 6 octets (section 4.6.3); times in hundredths of seconds."""

    __hdr__ = (("zero", "H", 0), ("nonce", "H", 0), ("interval", "H", 100))
    names = (F("nonce", "babel.message.nonce", "Nonce", X16), _INTERVAL)


class Hello(Header):
    """Somebody is there, 6 octets (section 4.6.5)."""

    __hdr__ = (("flags", "H", 0), ("sequence", "H", 0), ("interval", "H", 400))
    names = (F("flags", "sixscope.babel.hello.flags", "Flags", X16), _SEQUENCE, _INTERVAL)


class Heard(Header):
    """In front of the address of somebody who was heard, 6 octets (section 4.6.6)."""

    __hdr__ = (
        ("ae", "B", LINK_LOCAL),
        ("zero", "B", 0),
        ("cost", "H", 96),
        ("interval", "H", 1200),
    )
    names = (_AE, F("cost", "babel.message.rxcost", "Rxcost", X16), _INTERVAL)


class RouterId(Header):
    """Whose routes follow, 10 octets (section 4.6.7)."""

    __hdr__ = (("zero", "H", 0), ("id", "8s", bytes(8)))
    names = (F("id", "babel.message.routerid", "Router ID", BYTES),)


class NextHop(Header):
    """In front of the next hop's address, 2 octets (section 4.6.8)."""

    __hdr__ = (("ae", "B", IPV6_ENCODING), ("zero", "B", 0))
    names = (_AE,)


class Update(Header):
    """In front of a prefix, 10 octets (section 4.6.9)."""

    __hdr__ = (
        ("ae", "B", IPV6_ENCODING), ("flags", "B", 0), ("plen", "B", 64), ("omitted", "B", 0),
        ("interval", "H", 1600), ("sequence", "H", 0), ("metric", "H", 96),
    )  # fmt: skip
    names = (
        _AE, F("flags", "babel.message.flags", "Flags", X8), _PLEN,
        F("omitted", "babel.message.omitted", "Omitted Bytes"), _INTERVAL, _SEQUENCE,
        F("metric", "babel.message.metric", "Metric"),
    )  # fmt: skip


class Request(Header):
    """In front of the prefix that is asked for, 2 octets (section 4.6.10)."""

    __hdr__ = (("ae", "B", IPV6_ENCODING), ("plen", "B", 64))
    names = (_AE, _PLEN)


class SequenceRequest(Header):
    """The same, passed on until somebody knows, 14 octets (section 4.6.11)."""

    __hdr__ = (
        ("ae", "B", IPV6_ENCODING), ("plen", "B", 64), ("sequence", "H", 0), ("hops", "B", 64),
        ("zero", "B", 0), ("id", "8s", bytes(8)),
    )  # fmt: skip
    names = (
        _AE, _PLEN, _SEQUENCE, F("hops", "babel.message.hopcount", "Hop Count"),
        F("id", "babel.message.routerid", "Router ID", BYTES),
    )  # fmt: skip


MESSAGE = Field("babel.message", "Message", U8, TYPES)
TYPE = Field("babel.message.type", "Message Type", U8, TYPES)
LENGTH = Field("babel.message.length", "Message Length", U8)
NONCE = Field("babel.message.nonce", "Nonce", X16)
PREFIX = Field("babel.message.prefix", "Raw Prefix", BYTES)
INDEX = Field("babel.message.index", "Index", U32)
SUB_TLV = Field("babel.subtlv", "Sub-TLV", U8, SUB_TYPES)
SUB_TYPE = Field("babel.subtlv.type", "Sub-TLV Type", U8, SUB_TYPES)
SUB_LENGTH = Field("babel.subtlv.length", "Sub-TLV Length", U8)
CHANNEL = Field("babel.subtlv.diversity.channel", "Channel", U8)
BODY = Field("sixscope.babel.body", "Body", BYTES)

UNFIT = Note(
    "sixscope.babel.length", Severity.ERROR, Group.MALFORMED, "TLV too short for its value",
    "RFC 8966, section 4.3",
)  # fmt: skip

DEFAULT_PREFIX = 0x80
"""The flag of an update whose prefix later ones leave out."""
MANDATORY = 0x80
"""Sub-TLVs that must be understood (RFC 8966, section 4.4)."""
DIVERSITY, TIMESTAMP = 2, 3


class Parser(Struct):
    """What a packet's TLVs tell later ones: the default prefixes, by address encoding."""

    prefixes: dict[int, bytes] = field(default_factory=dict)


@dissector(
    "babel", "Babel Routing Protocol", "Babel", udp_port=BABEL_PORT,
    accepts=lambda octets: len(octets) >= 4 and octets[0] == MAGIC,
)  # fmt: skip
def babel(c: Cursor) -> Result:
    """Read the body's TLVs, then the trailer's."""
    c.info("Babel")
    head = c.header(Babel)
    if head.version != VERSION:
        c.info("Version %u", head.version)
        c.rest(BODY)
        return None
    parser = Parser()
    with c.limit(head.length, because="babel.bodylen"):
        while c.more:
            _message(c, parser)
    if c.more:
        with c.text("Packet Trailer (%u)", c.left):
            while c.more:
                _message(c, parser)
    return None


def _message(c: Cursor, parser: Parser) -> None:
    """One TLV."""
    kind = c.octet()
    name = TYPES.get(kind, "unknown")
    c.info_add(" %s", name)
    size = 1 if kind == PAD1 else 2 + c.octet(1)
    try:
        with c.entry(MESSAGE, size, UNFIT, kind, because="babel.message.length") as node:
            node.text = ("Message %s (%u)", name, kind)
            c.add(TYPE)
            if kind != PAD1:
                c.add(LENGTH)
                if kind in READERS:
                    READERS[kind](c, parser)
    finally:
        node.length = size


# --- TLVs --------------------------------------------------------------------------------------


def _ack_request(c: Cursor, parser: Parser) -> None:
    c.header(AckRequest)


def _ack(c: Cursor, parser: Parser) -> None:
    c.add(NONCE)


def _hello(c: Cursor, parser: Parser) -> None:
    c.header(Hello)
    _sub_tlvs(c, HELLO)


def _heard(c: Cursor, parser: Parser) -> None:
    told = c.header(Heard)
    at = c.pos - 4  # tshark's, which begins with cost and interval
    _prefix(c, "Address: %s", told.ae, at=at)
    _sub_tlvs(c, IHU)


def _router_id(c: Cursor, parser: Parser) -> None:
    c.header(RouterId)


def _next_hop(c: Cursor, parser: Parser) -> None:
    _prefix(c, "NH: %s", c.header(NextHop).ae)


def _update(c: Cursor, parser: Parser) -> None:
    told = c.header(Update)
    known = parser.prefixes.get(told.ae, b"")[: told.omitted].ljust(told.omitted, b"\0")
    prefix = _prefix(c, "Prefix: %s", told.ae, told.plen, known)
    if told.flags & DEFAULT_PREFIX:
        parser.prefixes[told.ae] = prefix
    _sub_tlvs(c, UPDATE)


def _request(c: Cursor, parser: Parser) -> None:
    told = c.header(Request)
    _prefix(c, "Prefix: %s", told.ae, told.plen)


def _sequence_request(c: Cursor, parser: Parser) -> None:
    told = c.header(SequenceRequest)
    _prefix(c, "Prefix: %s", told.ae, told.plen)


def _counter(c: Cursor, parser: Parser) -> None:
    """A packet counter, then an index (RFC 8967, section 6.2)."""
    c.add(INDEX)


READERS: dict[int, Callable[[Cursor, Parser], None]] = {
    2: _ack_request, 3: _ack, 4: _hello, 5: _heard, 6: _router_id, 7: _next_hop, 8: _update,
    9: _request, 10: _sequence_request, 17: _counter,
}  # fmt: skip


def _prefix(
    c: Cursor,
    form: str,
    ae: int,
    plen: int | None = None,
    known: bytes = b"",
    at: int | None = None,
) -> bytes:
    """An address or, with a length in bits, a prefix, of which ``known`` octets are left out.

    The raw octets shown are, as in Wireshark, all that the TLV has, from ``at`` on.  Hands back
    the whole, filled with zeros; moves behind it.
    """
    whole = ADDRESS_SIZE.get(ae, 16)
    if ae == LINK_LOCAL:
        known = LINK_LOCAL_PREFIX
    size = whole if plen is None else (plen + 7) // 8
    if ae == WILDCARD:
        size = 0
    there = max(size - len(known), 0)
    start = c.pos if at is None else at
    c.need(c.left)
    octets = (known + c.peek(there)).ljust(whole, b"\0")[:whole]
    with c.text(form, address_text(octets) + ("" if plen is None else f"/{plen}")):
        c.put(PREFIX, c.data[start : c.stop], start, c.stop - start)
        c.skip(there)
    return octets


# --- sub-TLVs (section 4.4) --------------------------------------------------------------------


def _sub_tlvs(c: Cursor, kind: int) -> None:
    while c.more:
        sub = c.octet()
        size = 1 if sub == PAD1 else 2 + c.octet(1)
        try:
            with c.item(SUB_TLV, size, sub, because="babel.subtlv.length") as node:
                node.text = ("Sub TLV %s (%u)", SUB_TYPES.get(sub, "unknown"), sub)
                if sub & MANDATORY:
                    node.suffix = ", mandatory"
                c.add(SUB_TYPE)
                if sub != PAD1:
                    _sub_value(c, sub, kind)
        finally:
            node.length = size


def _sub_value(c: Cursor, sub: int, kind: int) -> None:
    c.add(SUB_LENGTH)
    if sub == DIVERSITY:
        while c.more:
            c.add(CHANNEL)
    elif sub == TIMESTAMP:
        _timestamps(c, kind)


def _timestamps(c: Cursor, kind: int) -> None:
    """Microseconds: a Hello's, and in an IHU the one that was heard and when (RFC 9616)."""
    for name in {HELLO: ("",), IHU: ("origin ", "receive")}.get(kind, ()):
        stamp = c.uint(4)
        with c.text(f"Timestamp {name}: {stamp // 1000000}.{stamp % 1000000:06d}s"):
            pass
