"""TCP options (RFC 9293, section 3.2, and the RFCs of each option).

    0               8               16
    +---------------+---------------+------------------------------+
    |     Kind      |    Length     |  Length - 2 octets of data   |
    +---------------+---------------+------------------------------+

Kinds 0 and 1 are single octets.  Length counts kind and length too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field, Node
from dissect.engine.values import BYTES, U8
from dissect.protocols import tcp_option_data as data
from dissect.protocols.codes.tcp_options import KINDS
from dissect.protocols.mptcp import analysis, mptcp
from dissect.protocols.tcp_flags import SYN
from dissect.protocols.tcp_option_data import Around, Reader
from dissect.protocols.tcp_riverbed import probe, transparency
from dissect.protocols.tcp_stream import Seen

OPTIONS = Field("tcp.options", "Options", BYTES)
KIND = Field("tcp.option_kind", "Kind", U8, KINDS)
LENGTH = Field("tcp.option_len", "Length", U8)
UNKNOWN_DATA = Field("tcp.options.unknown.payload", "Payload", BYTES)

BAD_LENGTH = Note(
    "tcp.option.len.invalid", Severity.NOTE, Group.SEQUENCE, "Invalid length for option",
    "RFC 9293, section 3.1",
)  # fmt: skip
AFTER_EOL = Note(
    "tcp.non_zero_bytes_after_eol", Severity.ERROR, Group.PROTOCOL, "Non-zero header padding",
    "RFC 9293, section 3.1",
)  # fmt: skip
NOPS = Note(
    "tcp.nop", Severity.WARNING, Group.PROTOCOL,
    "4 NOP - a router may have removed some options",
)  # fmt: skip
MSS_ABSENT = Note(
    "tcp.options.mss.absent", Severity.NOTE, Group.PROTOCOL,
    "The SYN packet does not contain a MSS option", "RFC 9293, section 3.7.1",
)  # fmt: skip
MSS_PRESENT = Note(
    "tcp.options.mss.present", Severity.WARNING, Group.PROTOCOL,
    "The non-SYN packet does contain a MSS option", "RFC 9293, section 3.2",
)  # fmt: skip


class Option(Struct, frozen=True):
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


USUAL_READINGS = 14
"""What two NOPs and Timestamps cost where they are read one by one."""


def _field(name: str, label: str) -> Field:
    return Field(f"tcp.options.{name}", f"TCP Option - {label}", BYTES)


def options(c: Cursor, size: int, flags: int, seen: Seen) -> Sequence[Node]:
    """Read the options of a segment; hands back nodes to show behind the segment's own."""
    header = c.layer.header
    quick = c.at is None and size == 12 and not flags & SYN and c.budget >= USUAL_READINGS
    octets = c.peek(size) if quick else b""
    if len(octets) == 12 and octets.startswith(b"\1\1\x08\x0a"):  # by far the most usual ones
        c.info_add(data.INFO_STAMPS, int.from_bytes(octets[4:8], "big"),
                   int.from_bytes(octets[8:], "big"))  # fmt: skip
        c.pos += 12
        c.budget -= USUAL_READINGS
        return ()
    around = Around(flags, header.ack, seen, c.pos + size)
    names: list[str] = []
    captured = min(size, c.captured)
    node = c.put(OPTIONS, c.peek(captured), c.pos, captured)
    outer, c.at = c.at, None if c.at is None else node
    try:
        with c.limit(size, "tcp.hdr_len"):
            whole = _all(c, node, around, names)
        if flags & SYN and whole and not around.mss:
            c.note(MSS_ABSENT, node)
    finally:
        c.at = outer
        node.text = f"Options: ({size} bytes){''.join(f', {name}' for name in names)}"
    return analysis(c) if around.mptcp else ()


def _all(c: Cursor, node: Node, around: Around, names: list[str]) -> bool:
    """Option by option, up to one whose length can't be; True when all could be read."""
    start = c.pos
    nops = 0
    while c.more:
        c.need(1)
        kind = c.data[c.pos]
        if kind > 1:
            if not _option(c, kind, around, names):
                return False
            continue
        known = SINGLE[kind]
        names.append(known.name)
        with c.item(known.field, 1) as single:
            c.add(KIND)
            single.text = known.field.label
        if kind == 1:
            nops += 1
            if nops == 4 and (c.pos - start) % 4 == 0:  # the last one fills a word
                c.note(NOPS, node)
        elif any(c.peek(c.left)) and c.data[c.pos]:
            with c.text(AFTER_EOL.text) as rest:
                c.note(AFTER_EOL, rest)
                c.skip(c.left)
            return False
    return True


def _option(c: Cursor, kind: int, around: Around, names: list[str]) -> bool:
    """One option; False where nothing after it can be found."""
    known = MANY.get(kind)
    name = known.name if known else f"Unknown (0x{kind:02x})"
    field = known.field if known else UNKNOWN
    c.need(2)
    length = c.data[c.pos + 1]
    if length < 2 or c.pos + length > around.end:
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
                c.note(BAD_LENGTH, c.last, wanted)
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


# --- the kinds ------------------------------------------------------------------------------------

MSS_KIND, MPTCP_KIND = 2, 30


def _riverbed(read: Callable[[Cursor], str]) -> Reader:
    return lambda c, node, around: read(c)


UNKNOWN = _field("unknown", "Unknown")
_CC_FIELD, _ECHO_FIELD = _field("cc", "CC"), _field("echo", "Echo")
_EXPERIMENTAL = Option(
    "Experimental", _field("experimental", "Experimental"), data.experiment, least=4
)
_ECN_FIELD = _field("acc_ecn", "Accurate ECN")

SINGLE = (
    Option("End of Option List (EOL)", _field("eol", "End of Option List (EOL)")),
    Option("No-Operation (NOP)", _field("nop", "No-Operation (NOP)")),
)
MANY: dict[int, Option] = {
    2: Option("Maximum segment size", _field("mss", "Maximum segment size"), data.mss, 4),
    3: Option("Window scale", _field("wscale", "Window scale"), data.wscale, 3),
    4: Option("SACK permitted", _field("sack_perm", "SACK permitted"), None, 2, info=" SACK_PERM"),
    5: Option("SACK", _field("sack", "SACK"), data.sack),
    6: Option("Echo", _ECHO_FIELD, data.echo, 6),
    7: Option("Echo reply", _ECHO_FIELD, data.echo, 6),
    8: Option("Timestamps", _field("timestamp", "Timestamps"), data.timestamps, 10),
    11: Option("CC", _CC_FIELD, data.cc, 6),
    12: Option("CC.NEW", _CC_FIELD, data.cc, 6),
    13: Option("CC.ECHO", _CC_FIELD, data.cc, 6),
    19: Option("TCP MD5 signature", _field("md5", "TCP MD5 signature"), data.md5, 18, info=" MD5"),
    20: Option("SCPS capabilities", _field("scps", "SCPS capabilities"), data.scps),
    21: Option(
        "Selective Negative Acknowledgment",
        _field("snack", "Selective Negative Acknowledgment"), data.snack, 6,
    ),
    22: Option("SCPS record boundary", _field("scpsrec", "SCPS record boundary"), None, 2),
    23: Option(
        "SCPS corruption experienced", _field("scpscor", "SCPS corruption experienced"), None, 2
    ),
    27: Option("Quick-Start", _field("qs", "Quick-Start"), data.quick_start, 8),
    28: Option("User Timeout", _field("user_to", "User Timeout"), data.timeout, 4),
    29: Option("TCP AO", _field("ao", "TCP AO"), data.ao, least=4, info="TCP AO"),
    30: Option("MPTCP", UNKNOWN),
    34: Option("TCP Fast Open", _field("tfo", "TCP Fast Open"), data.fast_open),
    76: Option("Riverbed Probe", _field("rvbd.probe", "Riverbed Probe"), _riverbed(probe), least=4),
    78: Option(
        "Riverbed Transparency", _field("rvbd.trpy", "Riverbed Transparency"),
        _riverbed(transparency), 16,
    ),
    172: Option("Accurate ECN", _ECN_FIELD, data.accurate_ecn(data.ORDER_0)),
    174: Option("Accurate ECN", _ECN_FIELD, data.accurate_ecn(data.ORDER_1)),
    253: _EXPERIMENTAL,
    254: _EXPERIMENTAL,
}  # fmt: skip
