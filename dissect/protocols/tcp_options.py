"""TCP options (RFC 9293, section 3.2, and the RFCs of each option).

    0               8               16
    +---------------+---------------+------------------------------+
    |     Kind      |    Length     |  Length - 2 octets of data   |
    +---------------+---------------+------------------------------+

Kinds 0 and 1 are single octets.  Length counts kind and length too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dissect.engine.cursor import NOWHERE, Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import TEXT, Field, Node
from dissect.engine.values import BOOL, BYTES, U8, U16, U24, U32, X8, X16
from dissect.protocols.codes.tcp_options import EXPERIMENTS, KINDS, QUICK_START_RATES
from dissect.protocols.mptcp import analysis, mptcp
from dissect.protocols.tcp_riverbed import probe, transparency
from dissect.protocols.tcp_stream import ACK, SYN, Seen

OPTIONS = Field("tcp.options", "Options", BYTES)
KIND = Field("tcp.option_kind", "Kind", U8, KINDS)
LENGTH = Field("tcp.option_len", "Length", U8)
SET = ("Not set", "Set")

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
BINDING_LENGTH = Field("tcp.options.scps.binding.len", "Extended Capability Length", U8)
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
UNKNOWN_DATA = Field("tcp.options.unknown.payload", "Payload", BYTES)

BAD_LENGTH = Note(
    "tcp.option.len.invalid", Severity.NOTE, Group.SEQUENCE, "Invalid length for option",
    "RFC 9293, section 3.2",
)  # fmt: skip
PAST_END = Note(
    "tcp.suboption_malformed", Severity.ERROR, Group.MALFORMED,
    "suboption would go past end of option",
)  # fmt: skip
AFTER_EOL = Note(
    "tcp.non_zero_bytes_after_eol", Severity.ERROR, Group.PROTOCOL, "Non-zero header padding",
    "RFC 9293, section 3.1",
)  # fmt: skip
NOPS = Note(
    "tcp.nop", Severity.WARNING, Group.PROTOCOL,
    "4 or more NOPs - a router may have removed some options",
)  # fmt: skip
MSS_ABSENT = Note(
    "tcp.options.mss.absent", Severity.NOTE, Group.PROTOCOL,
    "The SYN packet does not contain a MSS option", "RFC 9293, section 3.7.1",
)  # fmt: skip
MSS_PRESENT = Note(
    "tcp.options.mss.present", Severity.WARNING, Group.PROTOCOL,
    "The non-SYN packet does contain a MSS option", "RFC 9293, section 3.7.1",
)  # fmt: skip
SHIFT_TOO_BIG = Note(
    "tcp.options.wscale.shift.invalid", Severity.WARNING, Group.PROTOCOL,
    "Window scale shift exceeds 14", "RFC 7323, section 2.3",
)  # fmt: skip
DUPLICATE_SACK = Note(
    "tcp.options.sack.dsack", Severity.WARNING, Group.SEQUENCE, "D-SACK Sequence",
    "RFC 2883, section 4",
)  # fmt: skip
SNACK_SEEN = Note(
    "tcp.options.snack.sequence", Severity.NOTE, Group.SEQUENCE, "SNACK Sequence"
)


@dataclass(slots=True)
class Around:
    """What the options need to know of their segment, and what they tell it."""

    flags: int
    ack: int
    seen: Seen
    mss: bool = False
    mptcp: bool = False


Reader = Callable[[Cursor, Node, Around], str]
"""Reads an option's data (its length is right) and hands back what its line says more."""


@dataclass(frozen=True, slots=True)
class Option:
    """A kind of option.  ``size``: the length it must have, or ``least`` at least.

    name   its words in the line of all options, and its own line's unless ``field`` says others
    info   words for the Info column, whatever its data
    """

    name: str
    field: Field
    read: Reader | None = None
    size: int = 0
    least: int = 2
    info: str = ""


def _field(name: str, label: str) -> Field:
    return Field(f"tcp.options.{name}", f"TCP Option - {label}", BYTES)


def options(c: Cursor, size: int, flags: int, seen: Seen) -> tuple[Node, ...] | list[Node]:
    """Read the options of a segment; hands back nodes to show behind the segment's own."""
    header = c.layer.header
    if c.at is None and size == 12 and c.peek(4) == b"\1\1\x08\x0a" and c.captured >= 12:
        octets = c.peek(12)  # by far the most usual ones
        c.info_add(" TSval=%d TSecr=%d", int.from_bytes(octets[4:8], "big"),
                   int.from_bytes(octets[8:], "big"))  # fmt: skip
        c.pos += 12
        return ()
    around = Around(flags, header.ack, seen)
    names: list[str] = []
    captured = min(size, c.captured)
    with c.item(OPTIONS, value=c.peek(captured)) as node:
        try:
            with c.limit(size, "tcp.hdr_len"):
                _all(c, node, around, names)
        finally:
            node.text = f"Options: ({size} bytes){''.join(f', {name}' for name in names)}"
        if flags & (SYN | ACK) == SYN and not around.mss:
            c.note(MSS_ABSENT, node)
    node.length = captured
    return analysis(c, seen) if around.mptcp else ()


def _all(c: Cursor, node: Node, around: Around, names: list[str]) -> None:
    """Option by option, up to one whose length can't be."""
    nops = 0
    while c.more:
        c.need(1)
        kind = c.data[c.pos]
        if kind > 1:
            if not _option(c, kind, around, names):
                return
            continue
        known = SINGLE[kind]
        names.append(known.name)
        with c.item(known.field, 1) as single:
            c.add(KIND)
            single.text = known.field.label
        if kind == 1:
            nops += 1
            if nops == 4:
                c.note(NOPS, node)
        elif any(c.peek(c.left)) and c.data[c.pos]:
            with c.text(AFTER_EOL.text) as rest:
                c.note(AFTER_EOL, rest)
                c.skip(c.left)


def _option(c: Cursor, kind: int, around: Around, names: list[str]) -> bool:
    """One option; False where nothing after it can be found."""
    known = MANY.get(kind)
    name = known.name if known else f"Unknown (0x{kind:02x})"
    field = known.field if known else UNKNOWN
    c.need(2)
    length = c.data[c.pos + 1]
    if length < 2 or length > c.left:
        octets = f"{length} byte{'' if length == 1 else 's'}"
        why = (
            f"with too-short option length = {octets}" if length < 2
            else f"option length = {octets} says option goes past end of options"
        )  # fmt: skip
        with c.text(f"{name} ({why})") as node:
            c.note(BAD_LENGTH, node, f"{name} ({why})")
            c.skip(2)
        return False
    if kind == MPTCP_KIND:
        around.mptcp = True
        mptcp(c, length, around.flags, around.seen)
        names.append(name)
        return True
    with c.item(field, length, because="tcp.option_len") as node:
        node.text = field.label
        c.add(KIND)
        c.add(LENGTH)
        if kind == MSS_KIND:
            around.mss = True
            if not around.flags & SYN:
                c.note(MSS_PRESENT, node)
        if known is None:
            _unknown(c)
        else:
            if known.info:
                c.info_add(known.info)
            wanted = _wanted(known, length)
            if wanted:
                c.note(BAD_LENGTH, "tcp.option_len" if node is NOWHERE else node.children[1],  # type: ignore[index]
                       wanted)  # fmt: skip
            elif known.read is not None:
                node.text = field.label + known.read(c, node, around)
    names.append(name)
    return True


def _wanted(known: Option, length: int) -> str:
    """What the length should be; nothing when it is right."""
    if known.size and length != known.size:
        return f"option length should be {known.size}"
    return f"option length should be at least {known.least}" if length < known.least else ""


def _unknown(c: Cursor) -> None:
    if c.left:
        c.add(UNKNOWN_DATA, c.left)


def window_scale(octets: bytes) -> int | None:
    """The shift count among a SYN's options, None without the option."""
    at = 0
    while at < len(octets) and octets[at]:
        if octets[at] == 1:
            at += 1
            continue
        if at + 1 >= len(octets) or octets[at + 1] < 2:
            break
        if octets[at] == 3 and octets[at + 1] == 3 and at + 2 < len(octets):
            return octets[at + 2]
        at += octets[at + 1]
    return None


# --- the readers, by kind -----------------------------------------------------------------------


def _mss(c: Cursor, node: Node, around: Around) -> str:
    value = c.add(MSS_VALUE)
    c.info_add(" MSS=%d", value)
    return f": {value} bytes"


def _wscale(c: Cursor, node: Node, around: Around) -> str:
    shift = c.peek_add(SHIFT)
    if shift > 14:
        c.note(SHIFT_TOO_BIG, "tcp.options.wscale.shift")
        shift = 14
    c.put(MULTIPLIER, 1 << shift, c.pos, 1)
    c.skip(1)
    c.info_add(" WS=%d", 1 << shift)
    return f": {shift} (multiply by {1 << shift})"


def _sack(c: Cursor, node: Node, around: Around) -> str:
    """Blocks of octets that have come (RFC 2018); the first may be a duplicate (RFC 2883)."""
    base, start = around.seen.base, c.pos
    blocks: list[tuple[int, int]] = []
    while c.left >= 8:
        left, right = (c.add(edge) - around.seen.ack_base & 0xFFFFFFFF for edge in EDGES)
        if base or around.seen.ack_base:
            for child in (node.children or ())[-2:]:
                child.value = child.value - around.seen.ack_base & 0xFFFFFFFF
        blocks.append((left, right))
        c.info_add(" SLE=%d SRE=%d", left, right)
    if c.left:
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


def _echo(c: Cursor, node: Node, around: Around) -> str:
    value = c.add(ECHO_VALUE)
    c.info_add(" ECHO=%d", value)
    return f": {value}"


def _timestamps(c: Cursor, node: Node, around: Around) -> str:
    value, reply = c.add(TS_VALUE), c.add(TS_REPLY)
    c.info_add(" TSval=%d TSecr=%d", value, reply)
    return f": TSval {value}, TSecr {reply}"


def _cc(c: Cursor, node: Node, around: Around) -> str:
    c.info_add(" CC=%d", c.add(CC_VALUE))
    return ""


def _md5(c: Cursor, node: Node, around: Around) -> str:
    c.add(DIGEST, 16)
    return ""


def _scps(c: Cursor, node: Node, around: Around) -> str:
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
        binding, units = c.add(BINDING_ID), c.add(BINDING_LENGTH) >> 4
        c.info_add(" EXCAP=%d", binding)
        if units:
            c.add(BINDING_DATA, min(2 * units, c.left))
    return ""


CAPABILITIES = ((0x80, "BETS"), (0x40, "SNACK1"), (0x20, "SNACK2"), (0x10, "COMP"), (0x08, "NLTS"))


def _snack(c: Cursor, node: Node, around: Around) -> str:
    offset, size = c.add(SNACK_OFFSET), c.add(SNACK_SIZE)
    c.note(SNACK_SEEN, node)
    c.info_add(" SNACK Offset=%d Size=%d", offset, size)
    return ""


def _quick_start(c: Cursor, node: Node, around: Around) -> str:
    rate = c.add(QS_RATE)
    c.add(QS_TTL_DIFF)
    c.info_add(" QSresp=%s", QUICK_START_RATES[rate])
    c.skip(c.left)
    return ""


def _timeout(c: Cursor, node: Node, around: Around) -> str:
    c.peek_add(GRANULARITY, 2)
    c.info_add(" USER_TO=%d", c.add(TIMEOUT))
    return ""


def _ao(c: Cursor, node: Node, around: Around) -> str:
    c.add(AO_KEY)
    c.add(AO_NEXT_KEY)
    if c.left:
        c.add(AO_MAC, c.left)
    return ""


def _fast_open(c: Cursor, node: Node, around: Around) -> str:
    if c.left:
        c.add(TFO_COOKIE, c.left)
        c.info_add(" TFO=C")
    else:
        c.put(TFO_REQUEST, None, c.pos - 2, 2)
        c.info_add(" TFO=R")
    return ""


def _accurate_ecn(order: tuple[Field, ...]) -> Reader:
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


def _experiment(c: Cursor, node: Node, around: Around) -> str:
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
    read = _accurate_ecn(order)

    def trial(c: Cursor, node: Node, around: Around) -> str:
        words = read(c, node, around)
        return f": Accurate ECN{words}" if words else ""

    return trial


TRIALS: dict[int, Reader] = {
    0x00AC: _ack_rate, 0xACC0: _trial_ecn(ORDER_0), 0xACC1: _trial_ecn(ORDER_1),
    0xF989: _fast_open,
}  # fmt: skip


def _probe(c: Cursor, node: Node, around: Around) -> str:
    return probe(c)


def _transparency(c: Cursor, node: Node, around: Around) -> str:
    return transparency(c)


MSS_KIND, MPTCP_KIND = 2, 30
UNKNOWN = _field("unknown", "Unknown")
_CC_FIELD, _ECHO_FIELD = _field("cc", "CC"), _field("echo", "Echo")
_EXPERIMENTAL = Option("Experimental", _field("experimental", "Experimental"), _experiment, least=4)
_ECN_FIELD = _field("acc_ecn", "Accurate ECN")

SINGLE = (
    Option("End of Option List (EOL)", _field("eol", "End of Option List (EOL)")),
    Option("No-Operation (NOP)", _field("nop", "No-Operation (NOP)")),
)
MANY: dict[int, Option] = {
    2: Option("Maximum segment size", _field("mss", "Maximum segment size"), _mss, 4),
    3: Option("Window scale", _field("wscale", "Window scale"), _wscale, 3),
    4: Option("SACK permitted", _field("sack_perm", "SACK permitted"), None, 2, info=" SACK_PERM"),
    5: Option("SACK", _field("sack", "SACK"), _sack),
    6: Option("Echo", _ECHO_FIELD, _echo, 6),
    7: Option("Echo reply", _ECHO_FIELD, _echo, 6),
    8: Option("Timestamps", _field("timestamp", "Timestamps"), _timestamps, 10),
    11: Option("CC", _CC_FIELD, _cc, 6),
    12: Option("CC.NEW", _CC_FIELD, _cc, 6),
    13: Option("CC.ECHO", _CC_FIELD, _cc, 6),
    19: Option("TCP MD5 signature", _field("md5", "TCP MD5 signature"), _md5, 18, info=" MD5"),
    20: Option("SCPS capabilities", _field("scps", "SCPS capabilities"), _scps),
    21: Option(
        "Selective Negative Acknowledgment",
        _field("snack", "Selective Negative Acknowledgment"), _snack, 6,
    ),
    22: Option("SCPS record boundary", _field("scpsrec", "SCPS record boundary"), None, 2),
    23: Option(
        "SCPS corruption experienced", _field("scpscor", "SCPS corruption experienced"), None, 2
    ),
    27: Option("Quick-Start", _field("qs", "Quick-Start"), _quick_start, 8),
    28: Option("User Timeout", _field("user_to", "User Timeout"), _timeout, 4),
    29: Option("TCP AO", _field("ao", "TCP AO"), _ao, least=4, info="TCP AO"),
    30: Option("MPTCP", UNKNOWN),
    34: Option("TCP Fast Open", _field("tfo", "TCP Fast Open"), _fast_open),
    76: Option("Riverbed Probe", _field("rvbd.probe", "Riverbed Probe"), _probe, least=4),
    78: Option(
        "Riverbed Transparency", _field("rvbd.trpy", "Riverbed Transparency"), _transparency, 16
    ),
    172: Option("Accurate ECN", _ECN_FIELD, _accurate_ecn(ORDER_0)),
    174: Option("Accurate ECN", _ECN_FIELD, _accurate_ecn(ORDER_1)),
    253: _EXPERIMENTAL,
    254: _EXPERIMENTAL,
}  # fmt: skip
