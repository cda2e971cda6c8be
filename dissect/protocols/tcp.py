"""Transmission Control Protocol (RFC 9293, section 3.1).

0       4       8               16                             32
+-------------------------------+-------------------------------+
|          Source Port          |       Destination Port        |
+-------------------------------+-------------------------------+
|                        Sequence Number                        |
|                    Acknowledgment Number                      |
+-------+-----+-----------------+-------------------------------+
| Offset| Res |A C E U A P R S F|            Window             |
+-------+-----+-----------------+-------------------------------+
|           Checksum            |        Urgent Pointer         |
+-------------------------------+-------------------------------+
|                 Options, 0 to 40 octets, padded               |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from dissect.engine.conversation import is_forward, key_of
from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector, guess, lookup
from dissect.engine.tree import Field, Node, Shared
from dissect.engine.values import BOOL, BYTES, I32, INTERVAL, STR, U8, U32, X16
from dissect.protocols.tcp_checksum import TCP_PROTO, verify
from dissect.protocols.tcp_flags import ACK, FIN, RST, SYN, URG, flag_letters, flag_words
from dissect.protocols.tcp_options import options, window_scale
from dissect.protocols.tcp_stream import UNKNOWN, Seen, learn

SET = ("Not set", "Set")

INFO = "%d → %d [%s] Seq=%d Win=%d"
INFO_ACK = "%d → %d [%s] Seq=%d Ack=%d Win=%d"
INFO_LENGTH = " Len=%d"
"""What the Info column is made of, in this order; INFO_WRONG before the last."""


def _flag(name: str, label: str, first: int, octet: int, width: int = 1) -> F:
    """A field of the flags' word: ``first`` counts the word's bits from its highest."""
    mask = (1 << width) - 1 << 16 - first - width
    return F("off_flags_word", f"tcp.flags.{name}", label, BOOL, SET, within=(first, width),
             span=(octet, 1), drawn=(12, mask))  # fmt: skip


class TCP(Header):
    """The fixed header, 20 octets."""

    __hdr__ = (
        ("sport", "H", 0),
        ("dport", "H", 0),
        ("seq", "I", 0),
        ("ack", "I", 0),
        ("_off_flags", "H", 0x5000),
        ("win", "H", 0),
        ("sum", "H", 0),
        ("urp", "H", 0),
    )
    __bit_fields__ = {"_off_flags": (("off", 4), ("flags", 12))}  # off: in 4-octet words
    names = (
        F("sport", "tcp.srcport", "Source Port"),
        F("dport", "tcp.dstport", "Destination Port"),
        F("sport", "tcp.port", "Source or Destination Port", hidden=True),
        F("dport", "tcp.port", "Source or Destination Port", hidden=True),
        F("seq", "tcp.seq", "Sequence Number"),
        F("seq", "tcp.seq_raw", "Sequence Number (raw)", hidden=True),
        F("ack", "tcp.ack", "Acknowledgment Number"),
        F("ack", "tcp.ack_raw", "Acknowledgment number (raw)", hidden=True),
        F("off", "tcp.hdr_len", "Header Length", U8, span=(12, 1), convert=lambda off: 4 * off,
          unmasked=True),
        F("flags", "tcp.flags", "Flags", X16, drawn=(0, 0),
          bits=(
              _flag("res", "Reserved", 4, 12, 3),
              _flag("ae", "Accurate ECN", 7, 12),
              _flag("cwr", "Congestion Window Reduced", 8, 13),
              _flag("ece", "ECN-Echo", 9, 13),
              _flag("urg", "Urgent", 10, 13),
              _flag("ack", "Acknowledgment", 11, 13),
              _flag("push", "Push", 12, 13),
              _flag("reset", "Reset", 13, 13),
              _flag("syn", "Syn", 14, 13),
              _flag("fin", "Fin", 15, 13),
          )),
        F("win", "tcp.window_size_value", "Window"),
        F("sum", "tcp.checksum", "Checksum", X16),
        F("urp", "tcp.urgent_pointer", "Urgent Pointer"),
    )  # fmt: skip


PLACE = {f.name: index for index, f in enumerate(TCP.names)}
"""Where each field of the header stands among the layer's nodes."""

SEQ_RAW = Field("tcp.seq_raw", "Sequence Number (raw)", U32)
FLAGS_STR = Field("tcp.flags.str", "TCP Flags", STR, generated=True)
RELATIVE = "    (relative sequence number)"
ACE = Field("tcp.flags.ace", "ACE", U8, mask=0x01C0, drawn=(12, 0x01C0))
STREAM = Field("tcp.stream", "Stream index", U32, generated=True)
COMPLETENESS = Field("tcp.completeness", "Conversation completeness", U8, generated=True)
ACK_RAW = Field("tcp.ack_raw", "Acknowledgment number (raw)", U32)
SEGMENT = Field("tcp.len", "TCP Segment Len", U32, generated=True)
NEXT_SEQ = Field("tcp.nxtseq", "Next Sequence Number", U32, generated=True)
WINDOW = Field("tcp.window_size", "Calculated window size", U32, generated=True)
FACTOR = Field("tcp.window_size_scalefactor", "Window size scaling factor", I32, generated=True)
SINCE_FIRST = Field(
    "tcp.time_relative", "Time since first frame in this TCP stream", INTERVAL, generated=True
)
SINCE_PREVIOUS = Field(
    "tcp.time_delta", "Time since previous frame in this TCP stream", INTERVAL, generated=True
)
TIMESTAMPS = Field("", "Timestamps", generated=True)
PAYLOAD = Field("tcp.payload", "TCP payload", BYTES)
RESET_CAUSE = Field("tcp.reset_cause", "Reset cause", STR)

_CHAT = (Severity.CHAT, Group.SEQUENCE)
SYN_SEEN = Note("tcp.connection.syn", *_CHAT, "Connection establish request (SYN)")
SYNACK_SEEN = Note("tcp.connection.synack", *_CHAT, "Connection establish acknowledge (SYN+ACK)")
FIN_SEEN = Note("tcp.connection.fin", *_CHAT, "Connection finish (FIN)")
CLOSES = Note(
    "tcp.connection.fin_active",
    Severity.NOTE,
    Group.SEQUENCE,
    "This frame initiates the connection closing",
)
CLOSED = Note(
    "tcp.connection.fin_passive",
    Severity.NOTE,
    Group.SEQUENCE,
    "This frame undergoes the connection closing",
)
RST_SEEN = Note("tcp.connection.rst", Severity.WARNING, Group.SEQUENCE, "Connection reset (RST)")
SHORT = Note(
    "tcp.short_segment", Severity.WARNING, Group.MALFORMED,
    "Short segment: it does not hold the TCP header that it announces", "RFC 9293, section 3.1",
)  # fmt: skip
BOGUS_LENGTH = Note(
    "tcp.bogus_header_length", Severity.ERROR, Group.PROTOCOL, "Bogus TCP header length",
    "RFC 9293, section 3.1",
)  # fmt: skip
ACK_WITHOUT_FLAG = Note(
    "tcp.ack.nonzero", Severity.NOTE, Group.PROTOCOL,
    "The acknowledgment number field is nonzero while the ACK flag is not set",
    "RFC 9293, section 3.1",
)  # fmt: skip
URGENT_WITHOUT_FLAG = Note(
    "tcp.urgent_pointer.non_zero", Severity.NOTE, Group.PROTOCOL,
    "The urgent pointer field is nonzero while the URG flag is not set", "RFC 9293, section 3.1",
)  # fmt: skip


@dissector("tcp", "Transmission Control Protocol", "TCP", ip_proto=TCP_PROTO)
def tcp(c: Cursor) -> Result:
    """Read the header and options, find the stream, go on by port."""
    start = c.pos
    header = c.header(TCP, cut=lambda part, there: _cut(c, part, there))
    octets = 4 * header.off
    size = c.end - start - octets
    c.facts.ports = (header.sport, header.dport)
    seen = _seen(c, header, start + 20, octets, size)
    window = _info(c, header, seen)
    if c.at is not None:
        _show(c, header, start, size, seen, window)
    if octets < 20:
        text = f"{BOGUS_LENGTH.text} ({octets}, must be at least 20)"
        c.note(BOGUS_LENGTH, "tcp.hdr_len", text)
        c.info_add(", bogus TCP header length (%d, must be at least 20)", octets)
        return None
    _notes(c, header, seen)
    if size < 0 and not c.quoted:
        c.note(SHORT, c.layer.node)
    verify(c, header.sum, start)
    if header.flags & URG:
        c.info_add(" Urg=%d", header.urp)
    if size >= 0 and not c.facts.fragment:
        c.info_add(INFO_LENGTH, size)
    analysis: Sequence[Node] = ()
    try:
        if octets > 20:
            analysis = options(c, octets - 20, header.flags, seen)
    finally:  # known, whatever the options are like
        if c.at is not None:
            _times(c, start, seen)
            c.at.children.extend(analysis)  # type: ignore[union-attr]
    return _payload(c, header, size)


def _cut(c: Cursor, part: Any, there: int) -> None:
    """What a header that ends early tells: the ports, and from the window on the connection."""
    if there >= 4:
        c.info("%d → %d", part.sport, part.dport)
    if there < 16:
        return
    size = c.end - c.start - 4 * part.off
    seen = _seen(c, part, c.stop, 0, size)
    window = _info(c, part, seen)
    if c.at is not None:
        _show(c, part, c.start, size, seen, window)
    if size < 0 and not c.quoted:
        c.note(SHORT, c.layer.node)
    if there >= 18:
        verify(c, part.sum, c.start)


def _seen(c: Cursor, header: Any, at: int, octets: int, size: int) -> Seen:
    """What the stream was like when this segment came; learns from it at first sight."""
    ports = (header.sport, header.dport)
    key = key_of(c, ports)
    forward = is_forward(key, (c.facts.source, ports[0]))
    now = c.packet.time_ns
    sound = octets >= 20 and size >= 0 and not c.quoted
    scale = None
    if header.flags & SYN and octets > 20:
        scale = window_scale(c.data[at : min(at + octets - 20, c.stop)])
    seen = c.recall(
        lambda session: learn(
            session, key, forward, now, header.flags, header.seq, header.ack, size, scale, sound
        ),
        quoted=True,
    )
    return UNKNOWN if seen is None else seen


def _info(c: Cursor, header: Any, seen: Seen) -> int:
    """The Info column up to the window, which is handed back, scaled."""
    window = scaled(header.win, header.flags, seen)
    if not c.quoted:
        form, arguments = described(
            header.sport, header.dport, header.flags, header.seq, header.ack, window, seen
        )
        c.info(form, *arguments)
    return window


def scaled(window: int, flags: int, seen: Seen) -> int:
    """The window in octets; a SYN's is never scaled (RFC 7323, section 2.2)."""
    return window << seen.shift if seen.shift > 0 and not flags & SYN else window


def described(
    sport: int, dport: int, flags: int, seq: int, ack: int, window: int, seen: Seen
) -> tuple[str, tuple[Any, ...]]:  # fmt: skip
    """The Info column up to the window: a form and its arguments."""
    words = flag_words(flags, seen.ace and not flags & SYN)
    seq = seq - seen.base & 0xFFFFFFFF
    if flags & ACK:
        return INFO_ACK, (sport, dport, words, seq, ack - seen.ack_base & 0xFFFFFFFF, window)
    return INFO, (sport, dport, words, seq, window)


def _notes(c: Cursor, header: Any, seen: Seen) -> None:
    """Remarks on flags, and on fields that their flags don't vouch for."""
    flags = header.flags
    if flags & ACK == 0 and header.ack:
        c.note(ACK_WITHOUT_FLAG, "tcp.ack")
    if flags & URG == 0 and header.urp:
        c.note(URGENT_WITHOUT_FLAG, "tcp.urgent_pointer")
    if not flags & (SYN | FIN | RST):
        return
    if flags & SYN:
        note, port = (SYNACK_SEEN, header.sport) if flags & ACK else (SYN_SEEN, header.dport)
        c.note(note, "tcp.flags.syn", f"{note.text}: server port {port}")
    if flags & FIN:
        c.note(FIN_SEEN, "tcp.flags.fin")
        c.note(CLOSES if seen.closes else CLOSED, "tcp.flags.str")
    if flags & RST:
        c.note(RST_SEEN, "tcp.flags.reset")


# --- the tree -----------------------------------------------------------------------------------


def _show(c: Cursor, header: Any, start: int, size: int, seen: Seen, window: int) -> None:
    """Put what is worked out among the header's fields, and complete their lines."""
    nodes: list[Node] = c.at.children  # type: ignore[union-attr,assignment]
    flags, octets = header.flags, 4 * header.off
    seq = header.seq - seen.base & 0xFFFFFFFF
    ack = header.ack - seen.ack_base & 0xFFFFFFFF if flags & ACK else header.ack
    whole = size >= 0 and not c.quoted and not c.facts.fragment
    title = f"{c.layer.title}, Src Port: {header.sport}, Dst Port: {header.dport}, Seq: {seq}"
    if flags & ACK:
        title += f", Ack: {ack}"
    c.title("%s", title + (f", Len: {size}" if whole else ""))
    relative = c.packet.session is not None and c.packet.session.relative_seq
    if relative:
        nodes[PLACE["tcp.seq"]].value = seq
        nodes[PLACE["tcp.seq"]].suffix = RELATIVE
        nodes[PLACE["tcp.seq_raw"]].field = SEQ_RAW
        nodes[PLACE["tcp.ack"]].value = ack
        if flags & ACK:
            nodes[PLACE["tcp.ack"]].suffix = "    (relative ack number)"
    if relative or not flags & ACK:
        nodes[PLACE["tcp.ack_raw"]].field = ACK_RAW
    nodes[PLACE["tcp.hdr_len"]].text = f"Header Length: {octets} bytes ({header.off})"
    _show_flags(nodes[PLACE["tcp.flags"]], flags, seen.ace and not flags & SYN)
    at = start + 14
    scaled = [Node(WINDOW, at, 2, window)]
    if not flags & SYN:
        factor = 1 << seen.shift if seen.shift >= 0 else seen.shift
        scaled.append(Node(FACTOR, at, 2, factor))
        scaled[1].suffix = {-1: " (unknown)", -2: " (no window scaling used)"}.get(factor, "")
    after = PLACE["tcp.window_size_value"] + 1
    nodes[after:after] = scaled
    if whole:
        follows = seq + size + (flags & FIN != 0) + (flags & SYN != 0) & 0xFFFFFFFF
        node = Node(NEXT_SEQ, start, 0, follows)
        node.suffix = RELATIVE if relative else ""
        nodes.insert(PLACE["tcp.seq_raw"] + 1, node)
    if c.quoted and c.facts.version == 4:
        del nodes[PLACE["tcp.seq_raw"]]
    found = []
    if seen.stream >= 0:
        found.append(Node(STREAM, start, 0, seen.stream))
        found.append(Node(COMPLETENESS, start, 0, seen.completeness))
        found[1].text = f"Conversation completeness: {completeness_words(seen.completeness)}"
    if whole:
        found.append(Node(SEGMENT, start, 0, size))
    nodes[PLACE["tcp.seq"] : PLACE["tcp.seq"]] = found


def _show_flags(node: Node, flags: int, ace: bool) -> None:
    node.suffix = f" ({flag_words(flags, ace)})"
    node.children = _flags(node.children, flags, ace)  # type: ignore[arg-type]


@lru_cache(maxsize=1024)
def _flags(bits: Shared, flags: int, ace: bool) -> Shared:
    """What is shown inside the flags, given their bits."""
    nodes = list(bits)
    at = nodes[0].offset
    if ace:
        nodes[1:4] = [Node(ACE, at, 2, flags >> 6 & 7)]
    return Shared([*nodes, Node(FLAGS_STR, at, 2, flag_letters(flags, ace))])


@lru_cache(maxsize=64)
def completeness_words(bits: int) -> str:
    """Which parts of a conversation are there: handshake, data, end."""
    stage = {1: "SYN_SENT", 3: "CLIENT_ESTABLISHED", 7: "ESTABLISHED", 15: "DATA"}.get(bits)
    if stage:
        return f"Incomplete, {stage} ({bits})"
    if bits & 7 == 7 and bits & 0x30:
        return f"Complete, {'WITH_DATA' if bits & 8 else 'NO_DATA'} ({bits})"
    return f"Incomplete ({bits})"


def _times(c: Cursor, start: int, seen: Seen) -> None:
    if seen.times is None:
        return
    with c.item(TIMESTAMPS) as node:
        node.offset, node.text = start, TIMESTAMPS.label
        c.put(SINCE_FIRST, seen.times[0], start)
        c.put(SINCE_PREVIOUS, seen.times[1], start)
    node.length = 0


# --- payload -----------------------------------------------------------------------------------


def _payload(c: Cursor, header: Any, size: int) -> Result:
    """Show the payload and choose who reads it; that of a reset says why."""
    captured = c.captured
    if size <= 0 or captured <= 0:
        return None
    octets = c.data[c.pos : c.pos + captured]
    if header.flags & RST:
        c.put(RESET_CAUSE, octets.split(b"\0")[0].decode("utf-8", "replace"), c.pos, captured)
        return None
    if c.at is not None:
        words = "byte" if size == 1 else "bytes"
        c.put(PAYLOAD, octets, c.pos, captured).text = f"TCP payload ({size} {words})"
    low, high = sorted((header.sport, header.dport))
    for port in (low, high):
        if port and lookup("tcp_port", port) is not None:
            return Next("tcp_port", port)
    return Next(name=guess("tcp", c))
