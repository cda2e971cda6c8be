"""Stream Control Transmission Protocol (RFC 9260, section 3).

0                               16                             32
+-------------------------------+-------------------------------+
|          Source port          |       Destination port        |
+-------------------------------+-------------------------------+
|                       Verification tag                        |
+---------------------------------------------------------------+
|                       Checksum (CRC32c)                       |
+---------------------------------------------------------------+
|  Chunks: see sctp_chunks; here are DATA, I-DATA and PKTDROP, which carry something
"""

from __future__ import annotations

from dissect.engine.checksum import STATUS, Status
from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector, lookup
from dissect.engine.tree import Field, Node
from dissect.engine.values import BYTES, FRAME, INTERVAL, U8, U16, U32, X16, X32
from dissect.protocols.codes.sctp import CHUNKS, PAYLOADS
from dissect.protocols.sctp_association import Known, Sent, direction
from dissect.protocols.sctp_chunks import (
    BAD_LENGTH,
    BODIES,
    LEAST,
    LENGTH,
    PADDING,
    UNKNOWN,
    head,
    nr_sack,
    sack,
)

SCTP_PROTO = 132
SCTP_OVER_UDP = 9899
DATA, SACK, NR_SACK, I_DATA, PKTDROP = 0, 3, 16, 64, 129
BEGIN, END = 2, 1
WHOLE = BEGIN | END
TRUNCATED = 4
DISABLED = 0xFFFF


class SCTP(Header):
    """In front of the chunks, 12 octets."""

    __hdr__ = (("sport", "H", 0), ("dport", "H", 0), ("tag", "I", 0))
    names = (
        F("sport", "sctp.srcport", "Source port",
          also=(F("sport", "sctp.port", "Port", hidden=True),)),
        F("dport", "sctp.dstport", "Destination port",
          also=(F("dport", "sctp.port", "Port", hidden=True),)),
        F("tag", "sctp.verification_tag", "Verification tag", X32),
    )  # fmt: skip


ASSOCIATION = Field("sctp.assoc_index", "Association index", U16, generated=True)
CHECKSUM = Field("sctp.checksum", "Checksum", X32)
CHECKSUM_STATUS = Field("sctp.checksum.status", "Checksum Status", U8, STATUS, generated=True)

TSN_RELATIVE = Field("sctp.data_tsn", "Transmission sequence number (relative)", U32)
TSN = Field("sctp.data_tsn_raw", "Transmission sequence number (absolute)", U32)
STREAM = Field("sctp.data_sid", "Stream identifier", X16)
SEQUENCE = Field("sctp.data_ssn", "Stream sequence number", U16)
PAYLOAD = Field("sctp.data_payload_proto_id", "Payload protocol identifier", U32, PAYLOADS)
RESERVED = Field("sctp.data_reserved", "Reserved", U16)
MESSAGE = Field("sctp.data_mid", "Message identifier", U32)
FRAGMENT = Field("sctp.data_fsn", "Fragment sequence number", U32)
PART = Field("sixscope.sctp.fragment", "Part of a message, or seen before", BYTES)
AGAIN = Field(
    "sctp.retransmission", "This TSN is a retransmission of one in frame", FRAME, generated=True
)
AGAIN_AFTER = Field("sctp.retransmission_time", "Retransmitted after", INTERVAL, generated=True)
DROPPED = (
    Field("sctp.pktdrop_bandwidth", "Bandwidth", U32),
    Field("sctp.pktdrop_queuesize", "Queuesize", U32),
    Field("sctp.pktdrop_truncated_length", "Truncated length", U16),
    Field("sctp.pktdrop_reserved", "Reserved", U16),
)
DROPPED_DATA = Field("sctp.pktdrop_datafield", "Data field", BYTES)

RETRANSMITTED = Note(
    "sctp.retransmission.expert", Severity.NOTE, Group.SEQUENCE, "Retransmitted TSN"
)


@dissector(
    "sctp", "Stream Control Transmission Protocol", "SCTP", ip_proto=SCTP_PROTO,
    udp_port=SCTP_OVER_UDP,
)  # fmt: skip
def sctp(c: Cursor) -> Result:
    """Read the head and every chunk; go on with the data in them."""
    c.info("")
    header = c.header(SCTP)
    c.title("%s, Src Port: %d, Dst Port: %d", c.layer.title, header.sport, header.dport)
    c.facts.ports = (header.sport, header.dport)
    node = c.put(ASSOCIATION, DISABLED, c.start)
    node.text = "Association index: not counted"
    _checksum(c)
    known = c.recall(
        lambda session: direction(c, session, (header.sport, header.dport), header.tag)
    )
    steps: list[Next] = []
    while c.more and (c.captured or not steps):
        _chunk(c, known, steps)
    return steps


def _checksum(c: Cursor) -> None:
    """Shown, not verified."""
    at = c.pos
    c.add(CHECKSUM)
    if c.at is not None:
        c.node("sctp.checksum").suffix = " [unverified]"
        c.put(CHECKSUM_STATUS, int(Status.UNVERIFIED), at)


def _chunk(c: Cursor, known: Known | None, steps: list[Next]) -> None:
    start = c.pos
    name = CHUNKS.get(c.octet(), "RESERVED") if c.captured else ""
    with c.text("%s chunk", name):
        c.need(4)
        c.info_add("%s ", name)
        kind, flags, size = head(c)
        if size > c.end - start and not c.quoted:
            left = c.end - start
            c.note(BAD_LENGTH, LENGTH.name, f"Chunk length ({size}) is longer than remaining "
                                            f"data ({left}) in the packet.")  # fmt: skip
        if size < LEAST.get(kind, 4):
            c.skip(min(max(size - 4, 0), c.left))
        elif kind in (DATA, I_DATA):
            _data(c, known, kind, flags, start, start + size, steps)
        else:
            with c.limit(size - 4, LENGTH.name):
                _body(c, kind, flags, start, known, steps)
        padding = min(-(c.pos - start) % 4, c.left)
        if padding and (c.captured or not steps):
            c.add(PADDING, padding)


def _body(
    c: Cursor, kind: int, flags: int, start: int, known: Known | None, steps: list[Next]
) -> None:
    if kind == SACK:
        first = known.first_of_peer(c) if known is not None else None
        tsn, gap, window = sack(c, first, start)
        c.info_add("(Ack=%s, Arwnd=%u) ", f"{tsn}+{gap}" if gap else f"{tsn}", window)
    elif kind == NR_SACK:
        nr_sack(c, start)
    elif kind == PKTDROP:
        _dropped(c, flags, steps)
    else:
        BODIES.get(kind, UNKNOWN).read(c)


def _dropped(c: Cursor, flags: int, steps: list[Next]) -> None:
    """A report of a packet that was dropped, with the packet or its first octets."""
    for shown in DROPPED:
        c.add(shown)
    if flags & TRUNCATED:
        c.rest(DROPPED_DATA)
    else:
        into = c.at if c.at is not None else c.layer
        steps.append(
            Next("ip_proto", SCTP_PROTO, c.pos, c.end, into=into, quoted=True, continues=True)
        )
        c.skip(c.left)


# --- DATA (RFC 9260, section 3.3.1) and I-DATA (RFC 8260, section 2.1) -------------------------


def _data(
    c: Cursor, known: Known | None, kind: int, flags: int, start: int, end: int, steps: list[Next]
) -> None:
    """The numbers of a message or a part of it; whole ones are decoded, once."""
    again = _numbers(c, known, start)
    c.add(STREAM)
    if kind == I_DATA:
        c.add(RESERVED)
        c.add(MESSAGE)
    else:
        c.add(SEQUENCE)
    protocol = c.add(PAYLOAD if kind == DATA or flags & BEGIN else FRAGMENT)
    size = end - c.pos
    if again or flags & WHOLE != WHOLE:
        if not again:
            c.info_add("(Message Fragment) ")
        if size:
            c.add(PART, size)
    elif size > c.captured and (
        c.captured if c.quoted else end <= c.end
    ):  # by the capture, or a quote
        steps.append(_payload(protocol, c.pos, end))
        c.pos = c.stop
    else:
        if size:
            steps.append(_payload(protocol, c.pos, end))
        c.skip(size)


def _payload(protocol: int, start: int, end: int) -> Next:
    if lookup("sctp_ppid", protocol) is not None:
        return Next("sctp_ppid", protocol, start, end)
    return Next(name="data", start=start, end=end)


def _numbers(c: Cursor, known: Known | None, start: int) -> Sent | None:
    """The TSN, counted from the first one of its direction if that is known."""
    c.need(4)
    tsn = int.from_bytes(c.peek(4), "big")
    again = None
    if known is None:
        c.info_add("(TSN=%u) ", tsn)
    else:
        first, again = known.sent(c, tsn)
        relative = (tsn - first) & 0xFFFFFFFF
        c.info_add("(TSN=%u) ", relative)
        node = c.put(TSN_RELATIVE, relative, c.pos, 4)
        if again is not None:
            _retransmitted(c, node, again, start)
    c.add(TSN)
    return again


def _retransmitted(c: Cursor, node: Node, before: Sent, start: int) -> None:
    """What was sent before: said, and neither decoded nor put together again."""
    c.info_add("(retransmission) ")
    shown = None
    if c.at is not None:
        shown = node.add(Node(AGAIN, c.pos, 0, before.frame))
        shown.add(Node(AGAIN_AFTER, start, 0, (c.packet.time_ns or 0) - before.time_ns))
    c.note(RETRANSMITTED, shown)
