"""Layer Two Tunneling Protocol, version 2 (RFC 2661) and 3 (RFC 3931).

    0               8               16                              32
    +---------------------------------------------------------------+
    |  only version 3 over IP: Session ID, 0 for a control message  |
    +-+-+---+-+-+-+-+-------+-------+-------------------------------+
    |T|L|   |S| |O|P|       |Version|  L: Length                    |
    +-+-+---+-+-+-+-+-------+-------+-------------------------------+
    |  2: Tunnel ID                 |  2: Session ID                |
    |  3: Control Connection ID; in data over UDP the Session ID    |
    |  S: Ns                        |  S: Nr                        |
    |  O: Offset                    |  octets of padding            |
    +---------------------------------------------------------------+

Control messages go on with attributes (see ``avps``), data with what the session carries.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, NONE, U16, X16, X32
from dissect.protocols.codes.l2tp import SHORT_MESSAGES
from dissect.protocols.l2tp.avps import read_avps
from dissect.protocols.l2tp.common import Message
from dissect.protocols.l2tp.data import read_data
from dissect.protocols.l2tp.sessions import IP_PROTO, PORT, expect_answers, remember

CONTROL_BIT, LENGTH_BIT, SEQUENCE_BIT, OFFSET_BIT = 0x8000, 0x4000, 0x0800, 0x0200
ZERO_LENGTH_BODY = 12
"""Length of a control message without attributes."""


def _bit(name: str, label: str, mask: int, no: str, yes: str) -> Field:
    return Field(f"l2tp.{name}", label, BOOL, (no, yes), mask=mask)


TYPE = Field("l2tp.type", "Type", U16, {0: "Data Message", 1: "Control Message"}, mask=0x8000)
HAS_LENGTH = _bit("length_bit", "Length Bit", 0x4000,
                  "Length field is not present", "Length field is present")  # fmt: skip
IS_NUMBERED = _bit("seq_bit", "Sequence Bit", 0x0800,
                   "Ns and Nr fields are not present", "Ns and Nr fields are present")  # fmt: skip
HAS_OFFSET = _bit("offset_bit", "Offset bit", 0x0200,
                  "Offset size field is not present", "Offset Size field is present")  # fmt: skip
PRIORITY = _bit("priority", "Priority", 0x0100,
                "No priority", "This data message has priority")  # fmt: skip
VERSION = Field("l2tp.version", "Version", U16, mask=0x000F)
FLAGS = {
    2: Field("l2tp.flags", "Flags", X16,
             bits=(TYPE, HAS_LENGTH, IS_NUMBERED, HAS_OFFSET, PRIORITY, VERSION)),
    3: Field("l2tp.flags", "Flags", X16, bits=(TYPE, HAS_LENGTH, IS_NUMBERED, VERSION)),
}  # fmt: skip
LENGTH = Field("l2tp.length", "Length", U16)
TUNNEL = Field("l2tp.tunnel", "Tunnel ID", U16)
SESSION = Field("l2tp.session", "Session ID", U16)
NS, NR = Field("l2tp.Ns", "Ns", U16), Field("l2tp.Nr", "Nr", U16)
OFFSET = Field("l2tp.offset", "Offset", U16)
OFFSET_PADDING = Field("l2tp.offset_padding", "Offset Padding", NONE)
CONNECTION = Field("l2tp.ccid", "Control Connection ID", X32)
SESSION_3 = Field("l2tp.sid", "Session ID", X32)
RESERVED = Field("l2tp.res", "Reserved", X16)
EMPTY = Field("l2tp.zero_length_body_message", "Zero Length Body message", NONE)


def _known_version(octets: bytes) -> bool:
    return len(octets) >= 2 and octets[1] & 15 in FLAGS


@dissector("l2tp", "Layer 2 Tunneling Protocol", "L2TP", udp_port=PORT, ip_proto=IP_PROTO)
def l2tp(c: Cursor) -> Result:
    """Tell the versions and the kinds of messages apart."""
    if c.key == IP_PROTO:
        c.protocol("L2TPv3")
        c.info("")
        if c.peek(4) != bytes(4):
            return _data_3(c)
        c.add(SESSION_3)
        return _control_3(c)
    if not _known_version(c.peek(2)):  # some other protocol at that port
        c.layer.listed = False
        c.protocol("UDP")
        return Next(name="data")
    c.info("")
    flags = int.from_bytes(c.peek(2), "big")
    if flags & 15 == 2:
        expect_answers(c)
        return _version_2(c, flags)
    c.protocol("L2TPv3")
    if flags & CONTROL_BIT:
        return _control_3(c)
    c.add(FLAGS[3])
    c.add(RESERVED)
    return _data_3(c)


def _version_2(c: Cursor, flags: int) -> Result:
    """A control message, or PPP."""
    c.add(FLAGS[2])
    length = _length(c, c.start, flags)
    tunnel = c.add(TUNNEL)
    session = c.add(SESSION)
    ids = f"(tunnel id={tunnel}, session id={session})"
    if not flags & CONTROL_BIT:
        c.info("Data    Message            %s", ids)
    _sequence(c, flags)
    if flags & OFFSET_BIT:
        size = c.add(OFFSET)
        if size:
            with c.item(OFFSET_PADDING, size, because=OFFSET.name):
                pass
    if length == ZERO_LENGTH_BODY:
        c.put(EMPTY, None, c.start)
    if not flags & CONTROL_BIT:
        return Next(name="ppp") if c.more else None
    name = "ZLB     " if length == ZERO_LENGTH_BODY else _name(c)
    c.info("Control Message%s %s", f" - {name}" if name else "", ids)
    if flags & LENGTH_BIT:
        _attributes(c, Message(), c.start + length)
    return None


def _control_3(c: Cursor) -> Result:
    """A control message of version 3."""
    start = c.pos
    flags = int.from_bytes(c.peek(2), "big")
    c.title("%s version 3", c.layer.title)
    c.add(FLAGS[3])
    length = _length(c, start, flags)
    connection = c.add(CONNECTION)
    _sequence(c, flags)
    empty = length == ZERO_LENGTH_BODY
    if empty:
        c.put(EMPTY, None, c.start)
    name = "ZLB" if empty else _name(c)
    c.info("Control Message%s (ccid=0x%08X)", f" - {name}" if name else "", connection)
    if not flags & LENGTH_BIT:
        return None
    message = Message(connection)
    _attributes(c, message, start + length)
    remember(c, message, start)
    return None


def _data_3(c: Cursor) -> Result:
    """Data of a session of version 3."""
    c.title("%s version 3", c.layer.title)
    session = c.add(SESSION_3)
    c.info("D[S:0x%08X]", session)
    return read_data(c, session)


def _length(c: Cursor, start: int, flags: int) -> int:
    """The Length field, which sets the end; 0 where there is none."""
    if not flags & LENGTH_BIT:
        return 0
    length: int = c.add(LENGTH)
    c.bound(start + length, LENGTH.name)
    return length


def _sequence(c: Cursor, flags: int) -> None:
    if flags & SEQUENCE_BIT:
        c.add(NS)
        c.add(NR)


def _attributes(c: Cursor, message: Message, end: int) -> None:
    """The attributes, up to the end that the message promises."""
    read_avps(c, message)
    c.need(max(end - c.pos, 0))


def _name(c: Cursor) -> str:
    """The message's short name, by the attribute that comes first."""
    first = c.peek(8)
    if len(first) < 8 or first[2:6] != bytes(4):
        return ""
    kind = int.from_bytes(first[6:], "big")
    return SHORT_MESSAGES.get(kind, f"Unknown ({kind})")
