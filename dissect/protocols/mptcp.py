"""Multipath TCP options (RFC 8684, section 3; version 0: RFC 6824).

    0               8               16      20      24             32
    +---------------+---------------+-------+-------+--------------+
    |   Kind = 30   |    Length     |Subtype|       data ...       |
    +---------------+---------------+-------+----------------------+
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import NamedTuple

from dissect.engine.cursor import NOWHERE, Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.session import Session
from dissect.engine.tables import DISSECTORS, dissector
from dissect.engine.tree import Field, Layer, Node
from dissect.engine.values import BOOL, BYTES, IPV4, IPV6, STR, U8, U16, U32, U64, X8, X16
from dissect.protocols.codes.mptcp import RESET_REASONS, SUBTYPES
from dissect.protocols.codes.tcp_options import KINDS
from dissect.protocols.tcp_stream import ACK, SYN, Seen

SET = ("Not set", "Set")


def _field(name: str, label: str, *rest: object, **more: object) -> Field:
    return Field(f"tcp.options.mptcp.{name}", label, *rest, **more)  # type: ignore[arg-type]


KIND = Field("tcp.option_kind", "Kind", U8, KINDS)
LENGTH = Field("tcp.option_len", "Length", U8)
SUBTYPE = _field("subtype", "Multipath TCP subtype", U8, SUBTYPES, mask=0xF0)
VERSION = _field("version", "Multipath TCP version", U8, mask=0x0F)
RESERVED = _field("reserved", "Reserved", X16, mask=0x0FFF)
_FLAGS = ("flags", "Multipath TCP flags", X8)
_CHECKSUM = _field("checksumreq.flags", "Checksum required", U8, mask=0x80)
_EXTENSIBLE = _field("extensibility.flag", "Extensibility", U8, mask=0x40)
CAPABLE_0 = _field(
    *_FLAGS,
    bits=(_CHECKSUM, _EXTENSIBLE, _field("sha1.flag", "Use HMAC-SHA1", U8, mask=0x01),
          _field("reserved.flag", "Reserved", X8, mask=0x3E)),
)  # fmt: skip
CAPABLE_1 = _field(
    *_FLAGS,
    bits=(_CHECKSUM, _EXTENSIBLE,
          _field("nomoresubflows.flag",
                 "Do not attempt to establish new subflows to this address and port", U8,
                 mask=0x20),
          _field("sha256.flag", "Use HMAC-SHA256", U8, mask=0x01),
          _field("reserved.flag", "Reserved", X8, mask=0x1E)),
)  # fmt: skip
BACKUP = _field(*_FLAGS, bits=(_field("backup.flag", "Backup flag", U8, mask=0x01),))
DSS_FLAGS = _field(
    *_FLAGS,
    bits=(_field("datafin.flag", "DATA_FIN", U8, mask=0x10),
          _field("dseqn8.flag", "Data Sequence Number is 8 octets", U8, mask=0x08),
          _field("dseqnpresent.flag", "Data Sequence Number, Subflow Sequence Number, "
                 "Data-level Length, Checksum present", U8, mask=0x04),
          _field("dataack8.flag", "Data ACK is 8 octets", U8, mask=0x02),
          _field("dataackpresent.flag", "Data ACK is present", U8, mask=0x01)),
)  # fmt: skip
RESET_FLAGS = _field(
    *_FLAGS,
    bits=tuple(
        _field(f"flag_{letter}.flag", label, BOOL, SET, mask=mask)
        for letter, label, mask in (("U", "Flag U", 8), ("V", "Flag V", 4), ("W", "Flag W", 2),
                                    ("T", "Transient", 1))
    ),
)  # fmt: skip
RESET_REASON = _field("rst_reason", "TCPRST Reason", X8, RESET_REASONS)
ADDRESS_ID = _field("addrid", "Address ID", U8)
SENDER_KEY = _field("sendkey", "Sender's Key", U64)
RECEIVER_KEY = _field("recvkey", "Receiver's Key", U64)
RECEIVER_TOKEN = _field("recvtok", "Receiver's Token", U32)
SENDER_RANDOM = _field("sendrand", "Sender's Random Number", U32)
SENDER_SHORT_HMAC = _field("sendtrunchmac", "Sender's Truncated HMAC", U64)
SENDER_HMAC = _field("sendhmac", "Sender's HMAC", BYTES)
ADDRESS_HMAC = _field("addaddrtrunchmac", "Truncated HMAC", U64)
DATA_ACK = _field("rawdataack", "Original MPTCP Data ACK", U64)
DATA_SEQ = _field("rawdataseqno", "Data Sequence Number", U64)
SUBFLOW_SEQ = _field("subflowseqno", "Subflow Sequence Number", U32)
DATA_LENGTH = _field("datalvllen", "Data-level Length", U16)
CHECKSUM = _field("checksum", "Checksum", X16)
IP_VERSION = _field("ipver", "IP version", U8, mask=0x0F)
ECHO = _field("echo", "Echo", U8, mask=0x01)
ADDRESS_4 = _field("ipv4", "Advertised IPv4 Address", IPV4)
ADDRESS_6 = _field("ipv6", "Advertised IPv6 Address", IPV6)
ADDRESS_PORT = _field("port", "Advertised port", U16)

TOKEN = Field("mptcp.expected_token", "Subflow token generated from key", U32, generated=True)
IDSN = Field("mptcp.expected_idsn", "Subflow expected IDSN", U64, generated=True)
RELATIVE_ACK = Field("mptcp.ack", "Multipath TCP Data ACK", U64, generated=True)
RELATIVE_SEQ = Field("mptcp.dss.dsn", "DSS Data Sequence Number", U64, generated=True)
REMOVED = Field("mptcp.rm_addr.count", "Number of removed addresses", U8, generated=True)
ANALYSIS = Field("mptcp.analysis", "MPTCP analysis", generated=True)
MASTER = Field("mptcp.master", "Master flow", BOOL, generated=True)
STREAM = Field("mptcp.stream", "Stream index", U32, generated=True)
SUBFLOWS = Field("mptcp.analysis.subflows", "TCP subflow stream id(s)", STR, generated=True)

NO_ALGORITHM = Note(
    "mptcp.connection.missing_algorithm", Severity.WARNING, Group.PROTOCOL,
    "No crypto algorithm specified", "RFC 8684, section 3.1",
)  # fmt: skip
INFINITE = Note(
    "mptcp.dss.infinite_mapping", Severity.WARNING, Group.PROTOCOL,
    "Fallback to infinite mapping", "RFC 8684, section 3.7",
)  # fmt: skip


# --- what is remembered of a connection ----------------------------------------------------------


class Side:
    """One end of a connection: its key, and what follows from it."""

    __slots__ = ("token", "idsn")

    def __init__(self) -> None:
        self.token: int | None = None
        self.idsn: int | None = None

    def know(self, key: int, version: int) -> None:
        """Take the key that this end has sent."""
        self.token, self.idsn = derived(key, version)


class Connection:
    """A multipath connection and the TCP streams that carry it, the newest first."""

    __slots__ = ("number", "sides", "streams")

    def __init__(self, number: int) -> None:
        self.number = number
        self.sides = (Side(), Side())
        self.streams: list[int] = []


class Subflow:
    """A TCP stream's part in a connection; ``flipped``: its first sender isn't the first's."""

    __slots__ = ("connection", "flipped", "master")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.flipped = False
        self.master = False

    def side(self, forward: bool) -> Side:
        """The sender of a segment that goes in that direction."""
        return self.connection.sides[forward != self.flipped]


class Known(NamedTuple):
    """What an option's segment belongs to, as it was then."""

    number: int
    master: bool
    streams: tuple[int, ...]
    own: int | None
    """the data sequence number before the sender's first octet"""
    other: int | None


def derived(key: int, version: int) -> tuple[int, int]:
    """Token and initial data sequence number of a key (RFC 8684, section 3.1 and 3.2)."""
    octets = key.to_bytes(8, "big")
    digest = (hashlib.sha256 if version else hashlib.sha1)(octets).digest()
    return int.from_bytes(digest[:4], "big"), int.from_bytes(digest[-8:], "big")


Learn = Callable[[Session, Subflow], None]


def _known(c: Cursor, seen: Seen, learn: Learn | None = None) -> Known | None:
    """The connection of this option's subflow, when it was first seen."""

    def make(session: Session) -> Known:
        table = session.table("mptcp.subflow")
        subflow: Subflow | None = table.get(seen.stream)
        if subflow is None:
            subflow = table.put(seen.stream, Subflow(_connection(session)))
        if learn is not None:
            learn(session, subflow)
        connection = subflow.connection
        return Known(
            connection.number, subflow.master, tuple(connection.streams),
            subflow.side(seen.forward).idsn, subflow.side(not seen.forward).idsn,
        )  # fmt: skip

    return c.recall(make)


def _connection(session: Session) -> Connection:
    table = session.table("mptcp")
    number = table.count
    made: Connection = table.put(number, Connection(number))
    return made


# --- the option ----------------------------------------------------------------------------------


@dissector("mptcp", "Multipath Transmission Control Protocol", "MPTCP", column=False)
def _whole(c: Cursor) -> None:
    """Stands for the protocol's name only: its options are read within TCP's."""


def mptcp(c: Cursor, length: int, flags: int, seen: Seen) -> None:
    """One option, shown as a protocol of its own within the options of TCP."""
    outer, at = c.layer, c.at
    entry = DISSECTORS["mptcp"]
    layer = Layer(entry.name, entry.title, c.pos, quoted=c.quoted, nested=True)
    c.packet.layers.append(layer)
    octets = c.peek(1, 2)
    kind = octets[0] >> 4 if octets and length > 2 else -1
    if at is not None:
        layer.node = Node(entry.node_field, c.pos, length)
        layer.node.is_layer = True
        layer.node.text = f"{entry.title}: {SUBTYPES.get(kind, 'Unknown')}"
        at.add(layer.node)
        c.at = layer.node
    c.layer = layer
    layer.end = layer.offset + length
    try:
        with c.limit(length, because="tcp.option_len"):
            c.add(KIND)
            c.add(LENGTH)
            read = READERS.get(kind)
            if read is not None:
                read(c, flags, seen)
            elif c.more:
                c.peek_add(SUBTYPE)
    finally:
        c.layer, c.at = outer, at


def analysis(c: Cursor, seen: Seen) -> tuple[Node, ...]:
    """What is known of the connection, as nodes for the end of TCP's subtree."""
    start = c.layer.offset
    known = None
    for key, value in c.packet.state.items():
        if key[0] == "mptcp" and key[1] >= start and isinstance(value, Known):
            known = value
    if known is None or c.at is None:
        return ()
    node = Node(ANALYSIS, start, 0)
    master = node.add(Node(MASTER, start, 0, known.master))
    if known.streams:
        master.text = f"Master flow: Master is tcp stream {known.streams[-1]}"
    node.add(Node(STREAM, start, 0, known.number))
    streams = "".join(f"{number} " for number in known.streams)
    node.add(Node(SUBFLOWS, start, 0, streams))
    return (node,)


# --- the subtypes --------------------------------------------------------------------------------


def _capable(c: Cursor, flags: int, seen: Seen) -> None:
    """MP_CAPABLE: the handshake of a connection's first subflow."""
    c.peek_add(SUBTYPE)
    version = c.add(VERSION)
    bits = c.add(CAPABLE_1 if version else CAPABLE_0)
    if not bits & 0x3F:
        c.note(NO_ALGORITHM, "tcp.options.mptcp.flags")
    if c.left < 8:
        return
    sender = c.add(SENDER_KEY)
    _from_key(c, sender, version)

    def learn(session: Session, subflow: Subflow) -> None:
        subflow.master = True
        if seen.stream not in subflow.connection.streams:
            subflow.connection.streams.insert(0, seen.stream)
        subflow.side(seen.forward).know(sender, version)

    _known(c, seen, learn)
    if c.left >= 8:
        c.add(RECEIVER_KEY)
    if c.left >= 2:
        c.add(DATA_LENGTH)
    if c.left >= 2:
        c.add(CHECKSUM)


def _from_key(c: Cursor, key: int, version: int) -> None:
    if c.at is not None:
        token, idsn = derived(key, version)
        c.put(TOKEN, token)
        c.put(IDSN, idsn).suffix = " (64bits version)"


def _join(c: Cursor, flags: int, seen: Seen) -> None:
    """MP_JOIN: three forms, in the SYN, the SYN-ACK and the ACK of another subflow."""
    length = c.left + 2
    c.peek_add(SUBTYPE)
    if not flags & SYN:
        c.add(RESERVED)
        if c.left:
            c.add(SENDER_HMAC, c.left)
        _known(c, seen)
        return
    c.add(BACKUP)
    c.add(ADDRESS_ID)
    if flags & ACK or length == 16:
        c.add(SENDER_SHORT_HMAC)
        c.add(SENDER_RANDOM)
        _known(c, seen)
        return
    token = c.add(RECEIVER_TOKEN)
    c.add(SENDER_RANDOM)
    c_recall_join(c, seen, token)


def c_recall_join(c: Cursor, seen: Seen, token: int) -> None:
    """Find the connection that a SYN wants to join, by the receiver's token."""

    def make(session: Session) -> Known:
        subflow: Subflow | None = session.table("mptcp.subflow").get(seen.stream)
        if subflow is None:
            found, flipped = _with_token(session, token, seen.forward)
            subflow = Subflow(found or _connection(session))
            subflow.flipped = flipped
            subflow.connection.streams.insert(0, seen.stream)
            session.table("mptcp.subflow").put(seen.stream, subflow)
        connection = subflow.connection
        return Known(
            connection.number, subflow.master, tuple(connection.streams),
            subflow.side(seen.forward).idsn, subflow.side(not seen.forward).idsn,
        )  # fmt: skip

    c.recall(make)


def _with_token(
    session: Session, token: int, forward: bool
) -> tuple[Connection | None, bool]:
    """The connection with an end of that token, and whether directions are swapped in it."""
    for connection in reversed(session.table("mptcp").entries.values()):
        for index, side in enumerate(connection.sides):
            if side.token == token:  # the end that receives this SYN
                return connection, bool(index) != (not forward)
    return None, False


def _data(c: Cursor, flags: int, seen: Seen) -> None:
    """DSS: how octets of the subflow map to those of the connection."""
    c.add(SUBTYPE)
    bits = c.add(DSS_FLAGS)
    known = _known(c, seen)
    start = c.layer.offset
    if bits & 1:
        wide = bits & 2
        ack = c.add(DATA_ACK, 8 if wide else 4)
        if wide:
            c.node(DATA_ACK.name).suffix = " (64bits)"
        if known is not None and known.other is not None:
            relative = _less(ack, known.other, wide)
            c.put(RELATIVE_ACK, relative, start).suffix = " (Relative)"
    if not bits & 4:
        return
    wide = bits & 8
    number = c.add(DATA_SEQ, 8 if wide else 4)
    c.node(DATA_SEQ.name).suffix = f"  ({64 if wide else 32}bits version)"
    c.add(SUBFLOW_SEQ)
    length = c.add(DATA_LENGTH)
    if c.left >= 2:
        c.add(CHECKSUM)
    if not length:
        c.note(INFINITE, "tcp.options.mptcp.datalvllen")
    if known is not None and known.own is not None:
        c.put(RELATIVE_SEQ, _less(number, known.own, wide), start).suffix = " (Relative)"


def _less(number: int, base: int, wide: int) -> int:
    """A number relative to the first one; one of 4 octets holds the low half."""
    return number - base & (0xFFFFFFFFFFFFFFFF if wide else 0xFFFFFFFF)


def _add_address(c: Cursor, flags: int, seen: Seen) -> None:
    """ADD_ADDR: another address of the sender; the length tells its version."""
    c.peek_add(SUBTYPE)
    nibble = c.peek(1)[0] & 0x0F
    old = nibble in (4, 6)  # version 0 says the address's version there
    c.add(IP_VERSION if old else ECHO)
    c.add(ADDRESS_ID)
    _known(c, seen)
    six = nibble == 6 if old else c.left >= 16 and c.left not in (16 - 4,)
    c.add(ADDRESS_6 if six else ADDRESS_4)
    if c.left in (2, 10):
        c.add(ADDRESS_PORT)
    if c.left >= 8:
        c.add(ADDRESS_HMAC)


def _remove_address(c: Cursor, flags: int, seen: Seen) -> None:
    """REMOVE_ADDR: addresses that are gone, by their numbers."""
    c.peek_add(SUBTYPE)
    c.put(REMOVED, c.left - 1, c.pos, 1)
    c.skip(1)
    _known(c, seen)
    while c.left:
        c.add(ADDRESS_ID)


def _priority(c: Cursor, flags: int, seen: Seen) -> None:
    """MP_PRIO: this subflow becomes a spare one, or no longer is."""
    c.peek_add(SUBTYPE)
    c.add(BACKUP)
    _known(c, seen)
    if c.left:
        c.add(ADDRESS_ID)


def _fail(c: Cursor, flags: int, seen: Seen) -> None:
    """MP_FAIL: a checksum was wrong from this octet on."""
    c.peek_add(SUBTYPE)
    c.add(RESERVED)
    _known(c, seen)
    c.add(DATA_SEQ)


def _fast_close(c: Cursor, flags: int, seen: Seen) -> None:
    """MP_FASTCLOSE: the connection ends at once."""
    c.peek_add(SUBTYPE)
    c.add(RESERVED)
    _known(c, seen)
    c.add(RECEIVER_KEY)


def _reset(c: Cursor, flags: int, seen: Seen) -> None:
    """MP_TCPRST: why a subflow is reset."""
    c.peek_add(SUBTYPE)
    c.add(RESET_FLAGS)
    _known(c, seen)
    c.add(RESET_REASON)


READERS: dict[int, Callable[[Cursor, int, Seen], None]] = {
    0: _capable, 1: _join, 2: _data, 3: _add_address, 4: _remove_address, 5: _priority,
    6: _fail, 7: _fast_close, 8: _reset,
}  # fmt: skip
