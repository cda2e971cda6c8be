"""Shim6, multihoming below the transports (RFC 5533, section 5; Probe, Keepalive: RFC 5534).

Payload:
    0               8               16
    +---------------+---------------+-+-----------------------------+
    |  Next Header  |       0       |1|   Receiver Context Tag (47 bits)
    +---------------+---------------+-+-----------------------------+

Control message:
    0               8               16              24             32
    +---------------+---------------+-+-------------+-------------+-+
    |  Next Header  |  Hdr Ext Len  |0|    Type     |Type-specific|0|
    +---------------+---------------+-+-------------+-------------+-+
    |           Checksum            |  Message, options             |
    +-------------------------------+-------------------------------+

The checksum covers the header alone, without a pseudo-header.
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.checksum import STATUS, Status, checksum
from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, DX32, IPV6, NONE, U8, U16, X16, X32
from dissect.protocols.codes.ip_protocols import IP_PROTO
from dissect.protocols.ipv6_chain import announce, follow

PROTOCOL = 140

TYPES: dict[int, str] = {
    1: "I1", 2: "R1", 3: "I2", 4: "R2", 5: "R1bis", 6: "I2bis", 64: "Update Request",
    65: "Update Acknowledgment", 66: "Keepalive", 67: "Probe", 68: "Error",
}  # fmt: skip
OPTION_TYPES: dict[int, str] = {
    1: "Responder Validator Option",
    2: "Locator List Option",
    3: "Locator Preferences Option",
    4: "CGA Parameter Data Structure Option",
    5: "CGA Signature Option",
    6: "ULID Pair Option",
    7: "Forked Instance Identifier Option",
}
ERRORS: dict[int, str] = {
    0: "Unknown Shim6 message type",
    1: "Critical option not recognized",
    2: "Locator verification method failed",
    3: "Locator List Generation number out of sync",
    4: "Error in the number of locators in a Locator Preference option",
}
STATES = {0: "Operational", 1: "Exploring", 2: "InboundOK"}


def octets(units: int) -> int:
    """What a count of 8-octet units past the first says."""
    return 8 * units + 8


class Shim6(Header):
    """What both kinds begin with, 3 octets."""

    __hdr__ = (("nxt", "B", 59), ("len", "B", 0), ("_type", "B", 0))
    __bit_fields__ = {"_type": (("p", 1), ("type", 7))}
    names = (
        F("nxt", "shim6.nxt", "Next Header", IP_PROTO),
        F("len", "shim6.len", "Length"),
        F("len", "shim6.len_oct", "Length", U16, convert=octets, unit=" bytes", generated=True),
        F("p", "shim6.p", "P Bit", BOOL),
    )


class Control(Header):
    """The third octet again in a control message, and what follows: 4 octets."""

    __hdr__ = (("_type", "B", 0), ("_specific", "B", 0), ("sum", "H", 0))
    __bit_fields__ = {"_type": (("p", 1), ("type", 7)), "_specific": (("specific", 7), ("s", 1))}
    names = (
        F("type", "shim6.type", "Message Type", U8, TYPES),
        F("s", "shim6.proto", "Protocol", U8, {0: "SHIM6", 1: "HIP"}),
        F("sum", "shim6.checksum", "Checksum", X16),
    )


class ProbeCounts(Header):
    """Behind the context tag, 4 octets."""

    __hdr__ = (("_counts", "B", 0x10), ("_state", "B", 0), ("reserved", "2s", bytes(2)))
    __bit_fields__ = {"_counts": (("received", 4), ("sent", 4)), "_state": (("state", 2), ("r", 6))}
    names = (
        F("sent", "shim6.psent", "Probes Sent", U8),
        F("received", "shim6.precvd", "Probes Received", U8),
        F("state", "shim6.reap", "REAP State", U8, STATES),
    )


class Probe(Header):
    """One probe sent or received, 40 octets."""

    __hdr__ = (
        ("source", "16s", bytes(16)), ("destination", "16s", bytes(16)), ("nonce", "I", 0),
        ("content", "I", 0),
    )  # fmt: skip
    names = (
        F("source", "shim6.psrc", "Source Address"),
        F("destination", "shim6.pdst", "Destination Address"),
        F("nonce", "shim6.pnonce", "Nonce", DX32),
        F("content", "shim6.pdata", "Data", X32),
    )


class OptionHead(Header):
    """Before an option's content, 4 octets."""

    __hdr__ = (("_type", "H", 0), ("len", "H", 0))
    __bit_fields__ = {"_type": (("type", 15), ("critical", 1))}
    names = (
        F("type", "shim6.opt.type", "Option Type", OPTION_TYPES),
        F("critical", "shim6.opt.critical", "Option Critical Bit", BOOL, ("No", "Yes"),
          span=(1, 1)),
        F("len", "shim6.opt.len", "Content Length"),
        F("len", "shim6.opt.total_len", "Total Length", U16, generated=True,
          convert=lambda length: (length + 11) // 8 * 8),
    )  # fmt: skip


CHECKSUM_STATUS = Field("shim6.checksum.status", "Checksum Status", U8, STATUS, generated=True)
CONTEXT = Field("shim6.ct", "Context Tag", NONE)
INITIATOR = Field("shim6.inonce", "Initiator Nonce", DX32)
RESPONDER = Field("shim6.rnonce", "Responder Nonce", DX32)
RESERVED = Field("shim6.reserved", "Reserved", BYTES)
RESERVED_2 = Field("shim6.reserved2", "Reserved2", BYTES)
VALIDATOR = Field("shim6.validator", "Validator", BYTES)
GENERATION = Field("shim6.opt.loclist", "Locator List Generation", DX32)
LOCATORS = Field("shim6.opt.locnum", "Num Locators", U8)
METHOD = Field("shim6.opt.verif_method", "Verification Method", U8, {1: "HBA", 2: "CGA"})
LOCATOR = Field("shim6.locator", "Locator", IPV6)
ELEMENT = Field("shim6.opt.elemlen", "Element Length", U8)
FLAGS = Field("shim6.loc.flags", "Flags", U8)
PRIORITY = Field("shim6.loc.prio", "Priority", U8)
WEIGHT = Field("shim6.loc.weight", "Weight", U8)
PARAMETERS = Field("shim6.cga_parameter_data_structure", "CGA Parameter Data Structure", BYTES)
SIGNATURE = Field("shim6.cga_signature", "CGA Signature", BYTES)
SENDER = Field("shim6.sulid", "Sender ULID", IPV6)
RECEIVER = Field("shim6.rulid", "Receiver ULID", IPV6)
FORK = Field("shim6.opt.fii", "Forked Instance Identifier", DX32)
PADDING = Field("shim6.padding", "Padding", BYTES)
ERROR = Field("sixscope.shim6.error", "Error Code", U8, ERRORS)
POINTER = Field("sixscope.shim6.pointer", "Pointer", U16)
IN_ERROR = Field("sixscope.shim6.packet", "Packet in error", BYTES)
UNKNOWN_DATA = Field("sixscope.shim6.data", "Data", BYTES)

BAD_CHECKSUM = Note(
    "shim6.checksum_bad.expert", Severity.ERROR, Group.CHECKSUM, "Bad checksum",
    "RFC 5533, section 5.3",
)  # fmt: skip
BAD_ELEMENT = Note(
    "shim6.opt.elemlen.invalid", Severity.ERROR, Group.MALFORMED, "Invalid element length",
    "RFC 5533, section 5.15.3",
)  # fmt: skip


@dissector("shim6", "Shim6 Protocol", "Shim6", nested=True, ip_proto=PROTOCOL)
def shim6(c: Cursor) -> Result:
    """A payload's context tag or a whole control message, and on to what follows."""
    head = c.header(Shim6)
    if head.p:
        announce(c, "Shim6 (Payload)")
        c.pos -= 1
        _context(c, "Receiver")
        return follow(c, head.nxt)
    announce(c, "Shim6 (%s)", TYPES.get(head.type, "Unknown"))
    c.pos -= 1
    control = c.header(Control)
    size = octets(head.len)
    _verify(c, size)
    with c.limit(size - 6, because="shim6.len"):
        MESSAGES.get(control.type, _unknown)(c)
        while c.more:
            _option(c)
    return follow(c, head.nxt)


def _verify(c: Cursor, size: int) -> None:
    """Check the checksum, which is of the header's own octets only."""
    start = c.layer.offset
    status = Status.UNVERIFIED
    words = "[unverified]"
    if not c.facts.fragment and start + size <= c.stop:
        whole = c.data[start : start + size]
        status, words = Status.GOOD, "[correct]"
        if checksum(whole):
            status = Status.BAD
            right = checksum(whole[:4] + bytes(2) + whole[6:])
            words = f"incorrect, should be 0x{right:04x}"
            c.note(BAD_CHECKSUM, "shim6.checksum", f"Bad checksum [should be 0x{right:04x}]")
    if c.at is not None:
        c.node("shim6.checksum").suffix = f" {words}"
        c.put(CHECKSUM_STATUS, int(status), start + 4).text = f"Checksum Status: {STATUS[status]}"


# --- messages ----------------------------------------------------------------------------------


def _context(c: Cursor, whose: str) -> None:
    """A context tag: 47 bits behind the P bit or a reserved one."""
    tag = int.from_bytes(c.peek(6), "big") & (1 << 47) - 1
    c.add(CONTEXT, 6)
    if c.at is not None:
        c.last.text = f"{whose} Context Tag: {tag:012x}"


def _message(whose: str, *each: Field, reserved: int = 0) -> Callable[[Cursor], None]:
    """A reader of a context tag, these nonces, and reserved octets."""

    def read(c: Cursor) -> None:
        if whose:
            _context(c, whose)
        else:
            c.add(RESERVED_2, 2)
        for field in each:
            c.add(field)
        if reserved:
            c.add(RESERVED_2, reserved)

    return read


def _second_initiator_bis(c: Cursor) -> None:
    """I2bis carries two context tags."""
    _message("Initiator", INITIATOR, RESPONDER, reserved=6)(c)
    _context(c, "Packet")


def _probe(c: Cursor) -> None:
    """What was sent and received to find a working pair of addresses."""
    _context(c, "Receiver")
    at = c.pos
    told = c.header(ProbeCounts)
    c.put(RESERVED_2, c.data[at + 1 : at + 4], at + 1, 3)
    for label, count in (("Probes Sent", told.sent), ("Probes Received", told.received)):
        if count:
            with c.text(label):
                for number in range(count):
                    with c.text("Probe %d", number + 1):
                        c.header(Probe)


def _error(c: Cursor) -> None:
    """The code stands in the octet behind the type, as much as fits of the packet at the end."""
    at = c.pos - 3
    c.put(ERROR, c.data[at] >> 1, at, 1)
    c.add(POINTER)
    c.rest(IN_ERROR)
    c.need(c.left)


def _unknown(c: Cursor) -> None:
    """Nothing is known of it, not even where its options begin."""
    c.rest(UNKNOWN_DATA)
    c.need(c.left)


MESSAGES: dict[int, Callable[[Cursor], None]] = {
    1: _message("Initiator", INITIATOR),
    2: _message("", INITIATOR, RESPONDER),
    3: _message("Initiator", INITIATOR, RESPONDER, reserved=4),
    4: _message("Responder", INITIATOR),
    5: _message("Packet", RESPONDER),
    6: _second_initiator_bis,
    64: _message("Receiver", RESPONDER),
    65: _message("Receiver", RESPONDER),
    66: _message("Receiver", reserved=4),
    67: _probe,
    68: _error,
}


# --- options -----------------------------------------------------------------------------------


def _option(c: Cursor) -> None:
    """One option: head, content, padding that brings it to 8 octets."""
    c.need(4)
    words = int.from_bytes(c.peek(2), "big") >> 1
    with c.text("%s", OPTION_TYPES.get(words, "Unknown Option Type")):
        told = c.header(OptionHead)
        with c.limit(told.len, because="shim6.opt.len"):
            OPTIONS.get(told.type, _unknown)(c)
        padding = min(-(4 + told.len) % 8, c.left)
        if padding:
            c.add(PADDING, padding)


def _locator_list(c: Cursor) -> None:
    """Locators, and before them how each can be verified."""
    c.add(GENERATION)
    count = c.add(LOCATORS)
    with c.text("Locator Verification Methods"):
        for _ in range(count):
            c.add(METHOD)
    if (7 - count) % 8:
        c.add(PADDING, (7 - count) % 8)
    with c.text("Locators"):
        for _ in range(count):
            c.add(LOCATOR)


def _preferences(c: Cursor) -> None:
    """For each locator of the list one to three octets."""
    c.add(GENERATION)
    size = c.add(ELEMENT)
    if not 1 <= size <= 3:
        c.note(BAD_ELEMENT, c.last, f"Invalid element length: {size}")
        c.rest(UNKNOWN_DATA)
        return
    number = 1
    while c.left >= size:
        with c.text("Locator %d", number):
            for field in (FLAGS, PRIORITY, WEIGHT)[:size]:
                c.add(field)
        number += 1


def _pair(c: Cursor) -> None:
    c.add(RESERVED, 4)
    c.add(SENDER)
    c.add(RECEIVER)


def _fork(c: Cursor) -> None:
    c.add(FORK)


def _all(field: Field) -> Callable[[Cursor], None]:
    """A reader of an option that holds one thing."""

    def read(c: Cursor) -> None:
        c.add(field, c.left)

    return read


OPTIONS: dict[int, Callable[[Cursor], None]] = {
    1: _all(VALIDATOR),
    2: _locator_list,
    3: _preferences,
    4: _all(PARAMETERS),
    5: _all(SIGNATURE),
    6: _pair,
    7: _fork,
}
