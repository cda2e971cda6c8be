"""Multipath TCP options (RFC 8684, section 3; version 0: RFC 6824).

0               8               16      20      24             32
+---------------+---------------+-------+-------+--------------+
|   Kind = 30   |    Length     |Subtype|       data ...       |
+---------------+---------------+-------+----------------------+
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import DISSECTORS, dissector
from dissect.engine.tree import Field, Layer, Node
from dissect.engine.values import BOOL, BYTES, IPV4, IPV6, STR, U8, U16, U32, U64, X8, X16
from dissect.protocols.codes.mptcp import RESET_REASONS, SUBTYPES
from dissect.protocols.codes.tcp_options import KINDS
from dissect.protocols.mptcp_connection import Known, Subflow, derived, known
from dissect.protocols.tcp_flags import ACK, SYN
from dissect.protocols.tcp_stream import Seen

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


# --- the option ----------------------------------------------------------------------------------


@dissector("mptcp", "Multipath Transmission Control Protocol", "MPTCP", column=False)
def _whole(c: Cursor) -> None:
    """Stands for the protocol's name only: its options are read within TCP's."""


def mptcp(c: Cursor, length: int, flags: int, seen: Seen) -> None:
    """One option, shown as a protocol of its own within the options of TCP."""
    outer, at = c.layer, c.at
    c.protocol("MPTCP")
    entry = DISSECTORS["mptcp"]
    layer = Layer(entry.name, entry.title, c.pos, c.pos, c.pos, quoted=c.quoted, nested=True)
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


def analysis(c: Cursor) -> tuple[Node, ...]:
    """What is known of the connection, as nodes for the end of TCP's subtree."""
    start = c.layer.offset
    found = None
    for key, value in c.packet.state.items():
        if key[0] == "mptcp" and key[1] >= start and isinstance(value, Known):
            found = value
    if found is None or c.at is None:
        return ()
    node = Node(ANALYSIS, start, 0)
    master = node.add(Node(MASTER, start, 0, found.master))
    if found.streams:
        master.text = f"Master flow: Master is tcp stream {found.streams[-1]}"
    node.add(Node(STREAM, start, 0, found.number))
    streams = "".join(f"{number} " for number in found.streams)
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

    def learn(subflow: Subflow) -> None:
        subflow.master = True
        if seen.stream not in subflow.connection.streams:
            subflow.connection.streams.insert(0, seen.stream)
        subflow.side(seen.forward).know(sender, version)

    known(c, seen, learn)
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
        known(c, seen)
        return
    c.add(BACKUP)
    c.add(ADDRESS_ID)
    if flags & ACK or length == 16:
        c.add(SENDER_SHORT_HMAC)
        c.add(SENDER_RANDOM)
        known(c, seen)
        return
    token = c.add(RECEIVER_TOKEN)
    c.add(SENDER_RANDOM)
    known(c, seen, token=token)


def _data(c: Cursor, flags: int, seen: Seen) -> None:
    """DSS: how octets of the subflow map to those of the connection."""
    c.add(SUBTYPE)
    bits = c.add(DSS_FLAGS)
    flow = known(c, seen)
    start = c.layer.offset
    if bits & 1:
        wide = bits & 2
        ack = c.add(DATA_ACK, 8 if wide else 4)
        if wide:
            c.node(DATA_ACK.name).suffix = " (64bits)"
        if flow is not None and flow.other is not None:
            relative = _less(ack, flow.other, wide)
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
    if flow is not None and flow.own is not None:
        c.put(RELATIVE_SEQ, _less(number, flow.own, wide), start).suffix = " (Relative)"


def _less(number: int, base: int, wide: int) -> int:
    """A number relative to the first one; one of 4 octets holds the low half."""
    return number - base & (0xFFFFFFFFFFFFFFFF if wide else 0xFFFFFFFF)


def _add_address(c: Cursor, flags: int, seen: Seen) -> None:
    """ADD_ADDR: another address of the sender; the length tells its version."""
    c.peek_add(SUBTYPE)
    nibble = c.octet() & 0x0F
    old = nibble in (4, 6)  # version 0 says the address's version there
    c.add(IP_VERSION if old else ECHO)
    c.add(ADDRESS_ID)
    known(c, seen)
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
    known(c, seen)
    while c.left:
        c.add(ADDRESS_ID)


def _priority(c: Cursor, flags: int, seen: Seen) -> None:
    """MP_PRIO: this subflow becomes a spare one, or no longer is."""
    c.peek_add(SUBTYPE)
    c.add(BACKUP)
    known(c, seen)
    if c.left:
        c.add(ADDRESS_ID)


def _fail(c: Cursor, flags: int, seen: Seen) -> None:
    """MP_FAIL: a checksum was wrong from this octet on."""
    c.peek_add(SUBTYPE)
    c.add(RESERVED)
    known(c, seen)
    c.add(DATA_SEQ)


def _fast_close(c: Cursor, flags: int, seen: Seen) -> None:
    """MP_FASTCLOSE: the connection ends at once."""
    c.peek_add(SUBTYPE)
    c.add(RESERVED)
    known(c, seen)
    c.add(RECEIVER_KEY)


def _reset(c: Cursor, flags: int, seen: Seen) -> None:
    """MP_TCPRST: why a subflow is reset."""
    c.peek_add(SUBTYPE)
    c.add(RESET_FLAGS)
    known(c, seen)
    c.add(RESET_REASON)


READERS: dict[int, Callable[[Cursor, int, Seen], None]] = {
    0: _capable, 1: _join, 2: _data, 3: _add_address, 4: _remove_address, 5: _priority,
    6: _fail, 7: _fast_close, 8: _reset,
}  # fmt: skip
