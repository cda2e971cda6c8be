"""What TCP options hold behind kind and length; one reader for each kind, in their order.

A reader shows an option's data, whose length has been checked, adds to the Info column, and hands
back what the option's own line says more.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import TEXT, Field, Node
from dissect.engine.values import BOOL, BYTES, U8, U16, U24, U32, X8, X16
from dissect.protocols.codes.tcp_options import EXPERIMENTS, QUICK_START_RATES
from dissect.protocols.tcp_flags import ACK, SYN
from dissect.protocols.tcp_stream import Seen

SET = ("Not set", "Set")
INFO_STAMPS = " TSval=%d TSecr=%d"
"""What timestamps add to the Info column."""

MSS_VALUE = Field("tcp.options.mss_val", "MSS Value", U16)
SHIFT = Field("tcp.options.wscale.shift", "Shift count", U8)
MULTIPLIER = Field("tcp.options.wscale.multiplier", "Multiplier", U16, generated=True)
LEFT_EDGE = Field("tcp.options.sack_le", "TCP SACK Left Edge", U32)
RIGHT_EDGE = Field("tcp.options.sack_re", "TCP SACK Right Edge", U32)
SACK_COUNT = Field("tcp.options.sack.count", "TCP SACK Count", U8, generated=True)
DSACK_LEFT = Field("tcp.options.sack.dsack_le", "TCP D-SACK Left Edge", U32, generated=True)
DSACK_RIGHT = Field("tcp.options.sack.dsack_re", "TCP D-SACK Right Edge", U32, generated=True)
ECHO_VALUE = Field("tcp.options.echo_value", "TCP Echo Option", U32)
TS_VALUE = Field("tcp.options.timestamp.tsval", "Timestamp value", U32)
TS_REPLY = Field("tcp.options.timestamp.tsecr", "Timestamp echo reply", U32)
CC_VALUE = Field("tcp.options.cc_value", "TCP CC Option", U32)
DIGEST = Field("tcp.options.md5.digest", "MD5 digest", BYTES)
VECTOR = Field(
    "tcp.options.scps.vector", "TCP SCPS Capabilities Vector", X8,
    bits=(
        Field("tcp.options.scpsflags.bets", "Partial Reliability Capable (BETS)", BOOL, SET,
              mask=0x80),
        Field("tcp.options.scpsflags.snack1", "Short Form SNACK Capable (SNACK1)", BOOL, SET,
              mask=0x40),
        Field("tcp.options.scpsflags.snack2", "Long Form SNACK Capable (SNACK2)", BOOL, SET,
              mask=0x20),
        Field("tcp.options.scpsflags.compress", "Lossless Header Compression (COMP)", BOOL, SET,
              mask=0x10),
        Field("tcp.options.scpsflags.nlts", "Network Layer Timestamp (NLTS)", BOOL, SET,
              mask=0x08),
        Field("tcp.options.scpsflags.reserved", "Reserved", U8, mask=0x07),
    ),
)  # fmt: skip
CONNECTION_ID = Field("tcp.options.scps.binding", "Connection ID", U8)
BINDING_ID = Field("tcp.options.scps.binding.id", "Binding Space (Community) ID", U8)
BINDING_LENGTH = Field(
    "tcp.options.scps.binding.len", "Extended Capability Length", U8,
    convert=lambda octet: 2 * (octet >> 4),
)  # fmt: skip
BINDING_DATA = Field("tcp.options.scps.binding.data", "Binding Space Data", BYTES)
SNACK_OFFSET = Field("tcp.options.snack.offset", "TCP SNACK Offset", U16)
SNACK_SIZE = Field("tcp.options.snack.size", "TCP SNACK Size", U16)
QS_RATE = Field("tcp.options.qs.rate", "QS Rate", U8, QUICK_START_RATES, mask=0x0F)
QS_TTL_DIFF = Field("tcp.options.qs.ttl_diff", "QS TTL Diff", U8)
GRANULARITY = Field(
    "tcp.options.user_to_granularity", "Granularity", BOOL, ("Seconds", "Minutes"), mask=0x8000
)
TIMEOUT = Field("tcp.options.user_to_val", "User Timeout", U16, mask=0x7FFF)
AO_KEY = Field("tcp.options.ao.keyid", "AO KeyID", U8)
AO_NEXT_KEY = Field("tcp.options.ao.rnextkeyid", "AO RNextKeyID", U8)
AO_MAC = Field("tcp.options.ao.mac", "AO MAC", BYTES)
TFO_REQUEST = Field("tcp.options.tfo.request", "Fast Open Cookie Request")
TFO_COOKIE = Field("tcp.options.tfo.cookie", "Fast Open Cookie", BYTES)
ECT0 = Field("tcp.options.acc_ecn.ee0b", "Accurate ECN Echo ECT(0) Byte Counter", U24)
CE = Field("tcp.options.acc_ecn.eceb", "Accurate ECN Echo CE Byte Counter", U24)
ECT1 = Field("tcp.options.acc_ecn.ee1b", "Accurate ECN Echo ECT(1) Byte Counter", U24)
EXID = Field("tcp.options.experimental.exid", "Experiment Identifier", X16, EXPERIMENTS)
EXPERIMENT_DATA = Field("tcp.options.experimental.data", "Data", BYTES)
TARR_RATE = Field("tcp.options.tarr.rate", "TARR Rate", U8, mask=0xFE)
TARR_RESERVED = Field("tcp.options.tar.reserved", "TARR Reserved", U8, mask=0x01)

PAST_END = Note(
    "tcp.suboption_malformed", Severity.ERROR, Group.MALFORMED,
    "suboption would go past end of option",
)  # fmt: skip
SHIFT_TOO_BIG = Note(
    "tcp.options.wscale.shift.invalid", Severity.WARNING, Group.PROTOCOL,
    "Window scale shift exceeds 14", "RFC 7323, section 2.3",
)  # fmt: skip
DUPLICATE_SACK = Note(
    "tcp.options.sack.dsack", Severity.WARNING, Group.SEQUENCE, "D-SACK Sequence",
    "RFC 2883, section 4",
)  # fmt: skip
FAST_OPEN = Note(
    "tcp.analysis.tfo_syn", Severity.NOTE, Group.SEQUENCE, "TCP SYN with TFO Cookie",
    "RFC 7413, section 4.1.1",
)  # fmt: skip


class Around(Struct):
    """What the options need to know of their segment, and what they tell it.

    end  where the header says that they end, whether or not it is there
    """

    flags: int
    ack: int
    seen: Seen
    end: int
    mss: bool = False
    mptcp: bool = False


Reader = Callable[[Cursor, Node, Around], str]
"""Reads an option's data (its length is right) and hands back what its line says more."""


def mss(c: Cursor, node: Node, around: Around) -> str:
    """Maximum Segment Size (RFC 9293, section 3.7.1)."""
    value = c.add(MSS_VALUE)
    c.info_add(" MSS=%d", value)
    return f": {value} bytes"


def wscale(c: Cursor, node: Node, around: Around) -> str:
    """Window Scale (RFC 7323, section 2.2)."""
    shift = c.peek_add(SHIFT)
    if shift > 14:
        c.note(SHIFT_TOO_BIG, "tcp.options.wscale.shift")
        shift = 14
    c.put(MULTIPLIER, 1 << shift, c.pos, 1)
    c.skip(1)
    c.info_add(" WS=%d", 1 << shift)
    return f": {shift} (multiply by {1 << shift})"


def sack(c: Cursor, node: Node, around: Around) -> str:
    """Blocks of octets that have come (RFC 2018); the first may be a duplicate (RFC 2883)."""
    base, start = around.seen.base, c.pos
    blocks: list[tuple[int, int]] = []
    while c.left >= 8:
        left, right = (c.add(edge) - around.seen.ack_base & 0xFFFFFFFF for edge in EDGES)
        if c.at is not None:
            words = " (relative)" if base or around.seen.ack_base else ""
            for child, edge, side in zip(
                (node.children or ())[-2:], (left, right), ("left", "right"), strict=True
            ):
                child.value = edge
                child.text = f"{side} edge = {edge}{words}"
        blocks.append((left, right))
        c.info_add(" SLE=%d SRE=%d", left, right)
    if c.left:
        if c.left >= 4:
            c.add(LEFT_EDGE)
        with c.text(PAST_END.text) as rest:
            c.note(PAST_END, rest)
            c.skip(c.left)
    c.put(SACK_COUNT, len(blocks), start - 2)
    ack = around.ack - around.seen.ack_base & 0xFFFFFFFF
    if blocks and _is_duplicate(blocks, ack):
        c.put(DSACK_LEFT, blocks[0][0], start, 4)
        c.put(DSACK_RIGHT, blocks[0][1], start + 4, 4)
        marker = Node(TEXT, start, 8)
        marker.text = DUPLICATE_SACK.text
        c.note(DUPLICATE_SACK, node.add(marker) if c.at is not None else None)
    return "".join(f" {left}-{right}" for left, right in blocks)


EDGES = (LEFT_EDGE, RIGHT_EDGE)


def _is_duplicate(blocks: list[tuple[int, int]], ack: int) -> bool:
    """The first block lies below the acknowledgment, or within the second."""

    def below(one: int, other: int) -> bool:
        return (one - other) & 0xFFFFFFFF > 0x7FFFFFFF

    left, right = blocks[0]
    if below(left, ack):
        return True
    return len(blocks) > 1 and not below(left, blocks[1][0]) and not below(blocks[1][1], right)


def echo(c: Cursor, node: Node, around: Around) -> str:
    """Echo and Echo Reply (RFC 1072)."""
    value = c.add(ECHO_VALUE)
    c.info_add(" ECHO=%d", value)
    return f": {value}"


def timestamps(c: Cursor, node: Node, around: Around) -> str:
    """Timestamps (RFC 7323, section 3.2)."""
    value, reply = c.add(TS_VALUE), c.add(TS_REPLY)
    c.info_add(INFO_STAMPS, value, reply)
    return f": TSval {value}, TSecr {reply}"


def cc(c: Cursor, node: Node, around: Around) -> str:
    """Connection counts of T/TCP (RFC 1644)."""
    c.info_add(" CC=%d", c.add(CC_VALUE))
    return ""


def md5(c: Cursor, node: Node, around: Around) -> str:
    """MD5 signature (RFC 2385)."""
    c.add(DIGEST, 16)
    return ""


def scps(c: Cursor, node: Node, around: Around) -> str:
    """The capabilities, or with another length extended ones."""
    length = c.left + 2
    if length == 4:
        vector = c.add(VECTOR)
        words = ", ".join(word for bit, word in CAPABILITIES if vector & bit)
        c.node("tcp.options.scps.vector").suffix = f" ({words})" if words else ""
        connection = c.add(CONNECTION_ID)
        if words:
            c.info_add(" SCPS[%s]", words)
        if connection:
            c.info_add(" Connection ID=%d", connection)
        return ""
    while c.left >= 2:
        binding, size = c.add(BINDING_ID), c.add(BINDING_LENGTH)
        c.info_add(" EXCAP=%d", binding)
        c.add(BINDING_DATA, min(size, c.left))
    return ""


CAPABILITIES = ((0x80, "BETS"), (0x40, "SNACK1"), (0x20, "SNACK2"), (0x10, "COMP"), (0x08, "NLTS"))


def snack(c: Cursor, node: Node, around: Around) -> str:
    """Selective negative acknowledgment, of SCPS-TP."""
    offset, size = c.add(SNACK_OFFSET), c.add(SNACK_SIZE)
    c.info_add(" SNACK Offset=%d Size=%d", offset, size)
    return ""


def quick_start(c: Cursor, node: Node, around: Around) -> str:
    """Quick-Start response (RFC 4782)."""
    rate = c.add(QS_RATE)
    c.add(QS_TTL_DIFF)
    c.info_add(" QSresp=%s", QUICK_START_RATES[rate])
    c.skip(c.left)
    return ""


def timeout(c: Cursor, node: Node, around: Around) -> str:
    """User Timeout (RFC 5482)."""
    c.peek_add(GRANULARITY, 2)
    c.info_add(" USER_TO=%d", c.add(TIMEOUT))
    return ""


def ao(c: Cursor, node: Node, around: Around) -> str:
    """Authentication option (RFC 5925, section 2.2)."""
    c.add(AO_KEY)
    c.add(AO_NEXT_KEY)
    if c.left:
        c.add(AO_MAC, c.left)
    return ""


def fast_open(c: Cursor, node: Node, around: Around) -> str:
    """Fast Open: a cookie, or the wish for one (RFC 7413, section 4.1.1)."""
    if c.left:
        c.add(TFO_COOKIE, c.left)
        c.info_add(" TFO=C")
        if around.flags & (SYN | ACK) == SYN:
            c.note(FAST_OPEN, c.last)
    else:
        c.put(TFO_REQUEST, None, c.pos - 2, 2)
        c.info_add(" TFO=R")
    return ""


def accurate_ecn(order: tuple[Field, ...]) -> Reader:
    """Byte counters, as many as fit, in one of two orders (RFC 9768, section 3.2.3)."""
    number = order is ORDER_1

    def read(c: Cursor, node: Node, around: Around) -> str:
        counters = []
        for field in order:
            if c.left >= 3:
                counters.append((COUNTERS[field.name], c.add(field)))
        for word, value in counters:
            c.info_add(" %s=%d", word, value)
        if not counters:
            c.info_add(" AccECN")
            return ""
        words = ", ".join(f"{word} {value}" for word, value in counters)
        return f" (Order {number:d}): {words}"

    return read


COUNTERS = {ECT0.name: "EE0B", CE.name: "ECEB", ECT1.name: "EE1B"}
ORDER_0, ORDER_1 = (ECT0, CE, ECT1), (ECT1, CE, ECT0)


def experiment(c: Cursor, node: Node, around: Around) -> str:
    """An option under trial, told apart by an identifier (RFC 6994)."""
    number = c.add(EXID)
    more = f": {EXPERIMENTS.get(number, 'Unknown')}"
    known = TRIALS.get(number)
    if known is not None:
        return more + known(c, node, around)
    c.info_add(" ExID=%04X", number)
    if c.left:
        c.add(EXPERIMENT_DATA, c.left)
    return more


def _ack_rate(c: Cursor, node: Node, around: Around) -> str:
    if not c.left:
        c.info_add(" TARR")
        return ""
    rate = c.peek_add(TARR_RATE)
    c.add(TARR_RESERVED)
    c.info_add(" TARR=%d", rate)
    return f" {rate}"


def _trial_ecn(order: tuple[Field, ...]) -> Reader:
    read = accurate_ecn(order)

    def trial(c: Cursor, node: Node, around: Around) -> str:
        words = read(c, node, around)
        return f": Accurate ECN{words}" if words else ""

    return trial


TRIALS: dict[int, Reader] = {
    0x00AC: _ack_rate, 0xACC0: _trial_ecn(ORDER_0), 0xACC1: _trial_ecn(ORDER_1),
    0xF989: fast_open,
}  # fmt: skip
