"""IEEE 802.11 frames: the MAC header, and the payload of data frames (IEEE 802.11, clause 9).

    +---------------+---------------+------------------+----------------+---------------+
    | Frame Control | Duration or ID| Addresses 1 to 3 | Sequence Ctrl. | Address 4     |
    | 2             | 2             | 6 each           | 2              | 0 or 6        |
    +---------------+---------------+------------------+----------------+---------------+
    | QoS Control   | HT Control    | Payload: LLC, or several of them as A-MSDU subframes|
    | 0 or 2        | 0 or 4        |                                                     |
    +---------------+---------------+-----------------------------------------------------+

What the addresses mean depends on whether the frame goes to or comes from the distribution system.
Of management and control frames only the header is read.  Numbers are least significant first.
"""

from __future__ import annotations

from msgspec.structs import replace

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import (
    BOOL,
    BYTES,
    ETHER,
    STR,
    U8,
    U16,
    U16_LE,
    X16_LE,
    X32_LE,
    mac_text,
)
from dissect.protocols.codes.wlan import (
    ACK_POLICY,
    HIGHEST_PRIORITY,
    PRIORITIES,
    TYPE_SUBTYPE,
)
from dissect.protocols.wlan_headers import (
    CONTROL_HEADERS,
    DATA_HEADERS,
    ROLES,
    ControlTwo,
    Management,
    swapped,
)

MANAGEMENT, CONTROL, DATA = range(3)
POLL, NO_DATA, QOS = 0x2, 0x4, 0x8
"""Bits of a data frame's subtype."""
TO_DS, FROM_DS = 1, 2
ARUBA = (*range(0x8200, 0x8380, 0x10), 0x9000)
"""The GRE protocol types that Aruba's access points tunnel frames in."""

VERSION = Field("wlan.fc.version", "Version", U8, mask=0x03)
BODY = Field("sixscope.wlan.body", "Frame body", BYTES)
FCS = Field("wlan.fcs", "Frame check sequence", X32_LE)
FCS_STATUS = Field("wlan.fcs.status", "FCS Status", U8, {2: "Unverified"}, generated=True)
HT_CONTROL = Field("wlan.htc", "HT Control (+HTC)", X32_LE)

RETRY = Note("wlan.fc.retry.expert", Severity.NOTE, Group.SEQUENCE, "Retransmission (retry)")
PAST_END = Note(
    "sixscope.wlan.a_msdu.length", Severity.ERROR, Group.MALFORMED,
    "A-MSDU subframe length goes past the end of the frame", "IEEE 802.11, clause 9.3.2.2.2",
)  # fmt: skip

# --- QoS control -------------------------------------------------------------------------------

BOOL_LE = replace(BOOL, name="BOOL_LE", size=2, little=True)


def _qos(no_data: bool, bit4: Field, *high: Field) -> Field:
    """QoS Control; its high octet and bit 4 depend on who sends it."""
    payload = Field(
        "wlan.qos.amsdupresent", "Payload Type", BOOL_LE, ("MSDU", "A-MSDU"), mask=0x0080
    )
    bits = (
        Field("wlan.qos.tid", "TID", U16_LE, mask=0x000F),
        Field("wlan.qos.priority", "Priority", U16_LE, PRIORITIES, mask=0x0007),
        bit4,
        Field("wlan.qos.ack", "Ack Policy", X16_LE, ACK_POLICY, mask=0x0060),
        *(() if no_data else (payload,)),
        *high,
    )
    return Field("wlan.qos", "Qos Control", X16_LE, bits=bits)


BIT4 = Field(
    "wlan.qos.bit4", "QoS bit 4", BOOL_LE,
    ("Bits 8-15 of QoS Control field are TXOP Duration Requested",
     "Bits 8-15 of QoS Control field are Queue Size"), mask=0x0010,
)  # fmt: skip
EOSP = Field(
    "wlan.qos.eosp", "EOSP", BOOL_LE, ("Service period", "End of service period"), mask=0x0010
)
BUFFERED = Field(
    "wlan.qos.buf_state_indicated", "Buffer State Indicated", BOOL_LE, ("No", "Yes"), mask=0x0200
)
BUFFER = (
    Field("wlan.qos.highest_pri_buf_ac", "Highest-Priority Buffered AC", U16_LE,
          HIGHEST_PRIORITY, mask=0x0C00),
    Field("wlan.qos.qap_buf_load", "QAP Buffered Load", U16_LE, mask=0xF000),
)  # fmt: skip


def _buffer_state(*more: Field) -> Field:
    return Field(
        "wlan.qos.ps_buf_state", "QAP PS Buffer State", X16_LE, mask=0xFF00, bits=(BUFFERED, *more)
    )


HIGH_OCTET: dict[str, tuple[Field, ...]] = {
    "from AP": (EOSP, _buffer_state()),
    "from AP, buffered": (EOSP, _buffer_state(*BUFFER)),
    "from AP, poll": (EOSP, Field("wlan.qos.txop_limit", "TXOP Limit", U16_LE, mask=0xFF00)),
    "to AP": (
        BIT4, Field("wlan.qos.txop_dur_req", "TXOP Duration Requested", U16_LE, mask=0xFF00),
    ),
    "to AP, queue": (BIT4, Field("wlan.qos.queue_size", "Queue Size", U16_LE, mask=0xFF00)),
    "to AP, poll": (BIT4,),
}  # fmt: skip
QOS_CONTROL = {
    (who, no_data): _qos(no_data, *fields)
    for who, fields in HIGH_OCTET.items()
    for no_data in (False, True)
}

# --- A-MSDU ------------------------------------------------------------------------------------

SUBFRAME = Field("wlan_aggregate.a_mdsu.subframe", "A-MSDU Subframe")
RESOLVED = {
    role: Field(f"wlan.{role}_resolved", f"{ROLES[role]} (resolved)", STR, hidden=True,
                generated=True)
    for role in ("da", "sa")
}  # fmt: skip
SUBFRAME_ENDS = {role: Field(f"wlan.{role}", ROLES[role], ETHER) for role in ("da", "sa")}
SUBFRAME_LENGTH = Field("wlan_aggregate.a_mdsu.length", "A-MSDU Length", U16)


@dissector("wlan", "IEEE 802.11 wireless LAN", "802.11", link_type=105, gre_proto=ARUBA)
def wlan(c: Cursor) -> Result:
    """Read the header that the frame control field announces; go on with LLC in data frames."""
    octets = c.peek(2)
    if not octets or octets[0] & 3:
        return _unknown_version(c, octets)
    kind, subtype = octets[0] >> 2 & 3, octets[0] >> 4
    number = kind << 4 | subtype
    name = TYPE_SUBTYPE.get(number, "Unknown")
    flags = octets[1] if len(octets) > 1 else 0
    if c.at is not None:
        c.title("IEEE 802.11 %s, Flags: %s", name, _flags(flags))
    c.info("%s, Flags=%s", name, _flags(flags))
    if kind == DATA:
        return _data(c, subtype, flags & (TO_DS | FROM_DS))
    if kind == MANAGEMENT:
        header = c.header(Management)
        c.ends(header.a2, header.a1)
        if header.retry:
            c.note(RETRY, "wlan.fc.retry")
        _fcs(c)
    elif kind == CONTROL:
        header = c.header(CONTROL_HEADERS.get(number, ControlTwo))
        c.ends(getattr(header, "a2", b""), header.a1)
        _fcs(c)
    else:
        c.add(VERSION)
    c.rest(BODY)
    return None


def _unknown_version(c: Cursor, octets: bytes) -> Result:
    """Not version 0: no more is known of the frame."""
    version = octets[0] & 3 if octets else 0
    c.peek_add(VERSION)
    c.title("IEEE 802.11 Unknown Protocol Version:%d", version)
    c.info("Unknown Protocol Version:%d", version)
    return Next(name="data")


def _data(c: Cursor, subtype: int, ds: int) -> Result:
    aggregate = bool(subtype & QOS and c.peek(1, 30 if ds == 3 else 24) >= b"\x80")
    plain, aggregated, source, destination = DATA_HEADERS[ds]
    header = c.header(aggregated if aggregate else plain)
    ends = getattr(header, source), getattr(header, destination)
    c.ends(*ends)
    c.facts.link_source, c.facts.link_destination = ends
    if header.retry:
        c.note(RETRY, "wlan.fc.retry")
    _fcs(c)
    if subtype & QOS:
        _read_qos(c, subtype, ds)
        if header.order:
            c.add(HT_CONTROL)
    if subtype & NO_DATA:
        return None
    if header.protected or header.more_fragments or swapped(header.sequence) & 0xF:
        return Next(name="data")
    return _subframes(c) if aggregate else Next(name="llc")


def _fcs(c: Cursor) -> None:
    """The frame check sequence at the end, where the capture says that it holds one."""
    interface = c.packet.interface
    known = c.layer.offset == 0 and interface is not None and interface.fcs_length == 32
    if not (known or c.context is True) or c.cut or c.left < 4:
        return
    at = c.end - 4
    value = int.from_bytes(c.data[at : c.end], "little")
    c.put(FCS, value, at, 4).suffix = " [unverified]"
    c.put(FCS_STATUS, 2, at)
    c.bound(at)


def _read_qos(c: Cursor, subtype: int, ds: int) -> None:
    octets = c.peek(2)
    low, high = (octets[0], octets[1]) if len(octets) == 2 else (0, 0)
    if ds & FROM_DS:
        who = "from AP, poll" if subtype & POLL else "from AP"
        if who == "from AP" and high & 0x02:
            who = "from AP, buffered"
    elif low & 0x10:
        who = "to AP, queue"
    else:
        who = "to AP, poll" if subtype & POLL else "to AP"
    c.add(QOS_CONTROL[who, bool(subtype & NO_DATA)])


def _subframes(c: Cursor) -> Result:
    """The MSDUs of an aggregate, each padded to a multiple of four octets but the last."""
    steps: list[Next] = []
    while c.left > 0:
        start = c.pos
        length = int.from_bytes(c.peek(2, 12), "big")
        size = 14 + length
        whole = min(size + -size % 4, c.left)
        with c.item(SUBFRAME) as node:
            node.text = f"A-MSDU Subframe #{len(steps) + 1}"
            for role, field in SUBFRAME_ENDS.items():
                at = c.pos
                value = c.add(field)
                c.put(RESOLVED[role], mac_text(value), at, 6)
            c.add(SUBFRAME_LENGTH)
            if length > c.left:
                c.note(PAST_END, c.last)
        node.length = min(whole, c.stop - start)
        end = start + size
        steps.append(Next(name="llc", start=c.pos, end=end, into=node))
        c.pos = min(start + whole, c.end)
    return steps


def _flags(flags: int) -> str:
    """The flags as letters, highest bit first, as they are usually written."""
    letters = "opmPRMFT"
    return "".join(letter if flags & 0x80 >> place else "." for place, letter in enumerate(letters))
