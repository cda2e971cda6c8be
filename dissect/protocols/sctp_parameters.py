"""SCTP's parameters and error causes (RFC 9260, sections 3.2.1 and 3.3.10).

    0                               16                             32
    +-------------------------------+-------------------------------+
    |         Type or cause         |     Length (with this head)   |
    +-------------------------------+-------------------------------+
    |  Value, padded to a multiple of 4 octets

Both look the same, and their values are alike: fields, then more of them or the rest of the
octets, or parameters and causes again.  So a value is a row of a table.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, IPV4, IPV6, STR, U8, U16, U32, X16, X32
from dissect.protocols.codes.sctp import (
    ADDRESS_TYPES,
    CAUSES,
    CHUNKS,
    HMACS,
    PARAMETERS,
    RESULTS,
)

Reader = Callable[[Cursor, int], None]
"""Reads what is nested, and is told how deep."""


class Body(Struct, frozen=True):
    """What is in a parameter, a cause, or a chunk, in this order.

    fixed    fields that must be there
    more     fields that may be there
    repeat   fields that come again and again up to the end
    rest     the octets up to the end; ``empty``: shown even if there are none
    inside   reads what is nested here
    """

    fixed: tuple[Field, ...] = ()
    more: tuple[Field, ...] = ()
    repeat: tuple[Field, ...] = ()
    rest: Field | None = None
    empty: bool = False
    inside: Reader | None = None

    def read(self, c: Cursor, depth: int = 0) -> None:
        """Read the value, which the cursor's bounds hold exactly."""
        for shown in self.fixed:
            c.add(shown)
        for shown in self.more:
            if c.more:
                c.add(shown)
        while self.repeat and c.more:
            for shown in self.repeat:
                c.add(shown)
        if self.rest is not None and (c.more or self.empty):
            c.add(self.rest, c.left)
        if self.inside is not None:
            self.inside(c, depth + 1)


class Family(Struct, frozen=True):
    """Parameters, or causes: the fields around a value, and the values that are known."""

    word: str
    code: Field
    length: Field
    padding: Field
    unknown: Body
    bodies: dict[int, Body] = field(default_factory=dict)


PADDING = Note(
    "sctp.parameter_padding.expert", Severity.NOTE, Group.MALFORMED,
    "The padding of this final parameter should be the padding of the chunk.",
    "RFC 9260, section 3.2",
)  # fmt: skip

TOO_DEEP = Note(
    "sixscope.sctp.depth", Severity.WARNING, Group.PROTOCOL,
    "Parameters nested too deep, not read",
)  # fmt: skip
MAX_DEPTH = 16

SKIP = ("Stop processing of chunk", "Skip parameter and continue processing of the chunk")
REPORT = ("Do not report", "Do report")
PARAMETER = Family(
    "parameter",
    Field("sctp.parameter_type", "Parameter type", X16, PARAMETERS, bits=(
        Field("sctp.parameter_bit_1", "Bit", BOOL, SKIP, mask=0x8000),
        Field("sctp.parameter_bit_2", "Bit", BOOL, REPORT, mask=0x4000),
    )),
    Field("sctp.parameter_length", "Parameter length", U16),
    Field("sctp.parameter_padding", "Parameter padding", BYTES),
    Body(rest=Field("sctp.parameter_value", "Parameter value", BYTES)),
)  # fmt: skip
INFORMATION = Body(rest=Field("sctp.cause_information", "Cause information", BYTES))
CAUSE = Family(
    "cause",
    Field("sctp.cause_code", "Cause code", X16, CAUSES),
    Field("sctp.cause_length", "Cause length", U16),
    Field("sctp.cause_padding", "Cause padding", BYTES),
    INFORMATION,
)

HMAC_ID = Field("sctp.hmac_id", "HMAC identifier", U16, HMACS)
CORRELATION = Field("sctp.correlation_id", "Correlation_id", X32)
REQUEST = Field(
    "sctp.parameter_reconfig_request_sequence_number",
    "Re-configuration request sequence number", U32,
)  # fmt: skip
RESPONSE = Field(
    "sctp.parameter_reconfig_response_sequence_number",
    "Re-configuration response sequence number", U32,
)  # fmt: skip
STREAM = Field("sctp.parameter_reconfig_sid", "Stream Identifier", U16)
HOSTNAME = Field("sctp.parameter_hostname", "Hostname", STR)


def element(c: Cursor, family: Family, depth: int, *, final: bool = False) -> None:
    """One parameter or cause.  ``final``: its padding should not be in what holds it."""
    octets = c.peek(4)
    code, size = int.from_bytes(octets[:2], "big"), int.from_bytes(octets[2:], "big")
    known = family.code.value_name(code) or "Unknown"
    with c.text("%s %s", known, family.word) as node:
        c.add(family.code)
        c.add(family.length)
        with c.limit(size - 4, family.length.name):
            if depth < MAX_DEPTH:
                family.bodies.get(code, family.unknown).read(c, depth)
            else:
                c.note(TOO_DEEP, node)
                c.skip(c.left)
        padding = min(-size % 4, c.left)
        if padding:
            c.add(family.padding, padding)
            if final and not c.more:
                c.note(PADDING, node)


def parameters(c: Cursor, depth: int) -> None:
    """All parameters up to the end of the bounds."""
    while c.more:
        element(c, PARAMETER, depth, final=True)


def parameter(c: Cursor, depth: int) -> None:
    """The one parameter inside another, or inside a cause."""
    element(c, PARAMETER, depth)


def causes(c: Cursor, depth: int) -> None:
    """All causes up to the end of the bounds."""
    while c.more:
        element(c, CAUSE, depth)


def _hostname(c: Cursor, depth: int) -> None:
    """Text up to a NUL that belongs to it."""
    size = c.left
    octets = c.peek(size)
    c.need(size)
    c.put(HOSTNAME, octets.split(b"\0")[0].decode("ascii", "replace"), c.pos, size)
    c.skip(size)


def _streams(kind: str) -> Body:
    """A request for more streams (RFC 6525, sections 4.5 and 4.6)."""
    return Body((
        REQUEST,
        Field(f"sctp.parameter_add_{kind}_streams_number", "Number of streams", U16),
        Field(f"sctp.parameter_add_{kind}_streams_reserved", "Reserved", U16),
    ))  # fmt: skip


ADDRESS = Body((CORRELATION,), inside=parameter)
PARAMETER.bodies.update({
    0x0001: Body(rest=Field("sctp.parameter_heartbeat_information", "Heartbeat information",
                            BYTES), empty=True),
    0x0005: Body((Field("sctp.parameter_ipv4_address", "IP Version 4 address", IPV4),)),
    0x0006: Body((Field("sctp.parameter_ipv6_address", "IP Version 6 address", IPV6),)),
    0x0007: Body(rest=Field("sctp.parameter_state_cookie", "State cookie", BYTES), empty=True),
    0x0008: Body(inside=parameter),
    0x0009: Body((Field("sctp.parameter_cookie_preservative_incr",
                        "Suggested Cookie life-span increment (msec)", U32),)),
    0x000B: Body(inside=_hostname),
    0x000C: Body(repeat=(Field("sctp.parameter_supported_address_type",
                               "Supported address type", U16, ADDRESS_TYPES),)),
    0x000D: Body((REQUEST, RESPONSE, Field("sctp.parameter_senders_last_assigned_tsn",
                                           "Senders last assigned TSN", U32)), (), (STREAM,)),
    0x000E: Body((REQUEST,), (), (STREAM,)),
    0x000F: Body((REQUEST,)),
    0x0010: Body((RESPONSE, Field("sctp.parameter_reconfig_response_result", "Result", U32,
                                  RESULTS)),
                 (Field("sctp.parameter_senders_next_tsn", "Senders next TSN", U32),
                  Field("sctp.parameter_receivers_next_tsn", "Receivers next TSN", U32))),
    0x0011: _streams("outgoing"),
    0x0012: _streams("incoming"),
    0x8000: Body(),
    0x8002: Body(rest=Field("sctp.random_number", "Random number", BYTES)),
    0x8003: Body(repeat=(Field("sctp.chunk_type_to_auth", "Chunk type", U8, CHUNKS),)),
    0x8004: Body(repeat=(HMAC_ID,)),
    0x8008: Body(repeat=(Field("sctp.supported_chunk_type", "Supported chunk type", U8,
                               CHUNKS),)),
    0xC000: Body(),
    0xC001: ADDRESS,
    0xC002: ADDRESS,
    0xC003: Body((CORRELATION,), inside=causes),
    0xC004: ADDRESS,
    0xC005: Body((CORRELATION,)),
    0xC006: Body((Field("sctp.adaptation_layer_indication", "Indication", X32),)),
})  # fmt: skip
CAUSE.bodies.update({
    0x0001: Body((Field("sctp.cause_stream_identifier", "Stream identifier", U16),
                  Field("sctp.cause_reserved", "Reserved", U16))),
    0x0002: Body((Field("sctp.cause_nr_of_missing_parameters", "Number of missing parameters",
                        U32),), (),
                 (Field("sctp.cause_missing_parameter_type", "Missing parameter type", X16,
                        PARAMETERS),)),
    0x0003: Body((Field("sctp.cause_measure_of_staleness", "Measure of staleness in usec",
                        U32),)),
    0x0004: Body(),
    0x0005: Body(inside=parameter),
    0x0007: Body(),
    0x0008: Body(inside=parameters),
    0x0009: Body((Field("sctp.cause_tsn", "TSN", U32),)),
    0x000A: Body(),
    0x000B: Body(inside=parameters),
    0x00A0: Body(inside=parameter),
    0x00A1: Body(inside=parameter),
    0x00A2: Body(inside=parameter),
    0x00A3: Body(),
    0x00A4: Body(inside=parameter),
    0x0105: Body((HMAC_ID,)),
})  # fmt: skip
