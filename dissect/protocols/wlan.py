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

from dataclasses import replace

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
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
    X8,
    X16,
    X16_LE,
    X32_LE,
    mac_text,
)
from dissect.protocols.codes.wlan import (
    ACK_POLICY,
    DS_STATUS,
    FRAME_TYPES,
    HIGHEST_PRIORITY,
    PRIORITIES,
    TYPE_SUBTYPE,
)

MANAGEMENT, CONTROL, DATA, EXTENSION = range(4)
NO_DATA, QOS = 0x4, 0x8
"""Bits of a data frame's subtype."""
TO_DS, FROM_DS = 1, 2
ARUBA = (*range(0x8200, 0x8380, 0x10), 0x9000)
"""The GRE protocol types that Aruba's access points tunnel frames in."""


def _swapped(value: int) -> int:
    return (value & 0xFF) << 8 | value >> 8


def _combined(control: int) -> int:
    """Type and subtype as one number."""
    return (control >> 10 & 3) << 4 | control >> 12


# --- the fixed header --------------------------------------------------------------------------

TYPE_SUBTYPE_NAME = F(
    "fc_word", "wlan.fc.type_subtype", "Type/Subtype", X16, TYPE_SUBTYPE, span=(0, 1),
    convert=_combined,
)  # fmt: skip
FRAME_CONTROL = F("fc_word", "wlan.fc", "Frame Control Field", X16, bits=(
    F("version", "wlan.fc.version", "Version", U8, span=(0, 1)),
    F("kind", "wlan.fc.type", "Type", U8, FRAME_TYPES, span=(0, 1)),
    F("subtype", "wlan.fc.subtype", "Subtype", U8, span=(0, 1)),
    F("fc_word", "wlan.flags", "Flags", X8, span=(1, 1), convert=lambda word: word & 0xFF, bits=(
        F("ds", "wlan.fc.ds", "DS status", X8, DS_STATUS, span=(1, 1)),
        F("ds", "wlan.fc.tods", "To DS", BOOL,
          ("Frame is not entering DS", "Frame is entering DS"), within=(1, 1), span=(1, 1),
          hidden=True),
        F("ds", "wlan.fc.fromds", "From DS", BOOL,
          ("Frame is not exiting DS", "Frame is exiting DS"), within=(0, 1), span=(1, 1),
          hidden=True),
        F("more_fragments", "wlan.fc.frag", "More Fragments", BOOL,
          ("This is the last fragment", "More fragments follow"), span=(1, 1)),
        F("retry", "wlan.fc.retry", "Retry", BOOL,
          ("Frame is not being retransmitted", "Frame is being retransmitted"), span=(1, 1)),
        F("power", "wlan.fc.pwrmgt", "PWR MGT", BOOL,
          ("STA will stay up", "STA will go to sleep"), span=(1, 1)),
        F("more_data", "wlan.fc.moredata", "More Data", BOOL,
          ("No data buffered", "Data is buffered for STA at AP"), span=(1, 1)),
        F("protected", "wlan.fc.protected", "Protected flag", BOOL,
          ("Data is not protected", "Data is protected"), span=(1, 1)),
        F("order", "wlan.fc.order", "+HTC/Order flag", BOOL,
          ("Not strictly ordered", "Strictly ordered"), span=(1, 1)),
    )),
))  # fmt: skip
DURATION = F(
    "duration", "wlan.duration", "Duration", U16_LE, mask=0x7FFF,
    convert=lambda value: _swapped(value) & 0x7FFF, unit=" microseconds",
)  # fmt: skip
SEQUENCE = (
    F("sequence", "wlan.frag", "Fragment number", U16_LE, mask=0x000F,
      convert=lambda value: _swapped(value) & 0xF),
    F("sequence", "wlan.seq", "Sequence number", U16_LE, mask=0xFFF0,
      convert=lambda value: _swapped(value) >> 4),
)  # fmt: skip
HEAD = (TYPE_SUBTYPE_NAME, FRAME_CONTROL, DURATION)

ROLES = {
    "ra": "Receiver address", "ta": "Transmitter address", "da": "Destination address",
    "sa": "Source address", "bssid": "BSS Id", "staa": "STA address", "addr": "Hardware address",
}  # fmt: skip


def _roles(address: str, *roles: str) -> tuple[F, ...]:
    """An address by what it is good for, each with its text; as plain ``wlan.addr`` both hidden."""
    return tuple(
        F(address, f"wlan.{role}{end}", ROLES[role] + words, kind, convert=convert,
          hidden=role == "addr" or bool(end), generated=bool(end))
        for role in roles
        for end, words, kind, convert in (
            ("", "", ETHER, None), ("_resolved", " (resolved)", STR, mac_text),
        )
    )  # fmt: skip


class Control(Header):
    """The header of the shortest frames, 10 octets: acknowledgements, clear to send."""

    __hdr__ = (("_fc", "H", 0xD400), ("duration", "H", 0), ("a1", "6s", bytes(6)))
    __bit_fields__ = {
        "_fc": (
            ("subtype", 4), ("kind", 2), ("version", 2), ("order", 1), ("protected", 1),
            ("more_data", 1), ("power", 1), ("retry", 1), ("more_fragments", 1), ("ds", 2),
        ),
    }  # fmt: skip
    names = (*HEAD, *_roles("a1", "ra", "addr"))


class ControlTwo(Header):
    """The header of control frames with a transmitter, 16 octets: request to send, block ack."""

    __hdr__ = (*Control.__hdr__, ("a2", "6s", bytes(6)))
    __bit_fields__ = Control.__bit_fields__
    names = (*HEAD, *_roles("a1", "ra", "addr"), *_roles("a2", "ta", "addr"))


class Management(Header):
    """The header of management frames, 24 octets."""

    __hdr__ = (*ControlTwo.__hdr__, ("a3", "6s", bytes(6)), ("sequence", "H", 0))
    __bit_fields__ = Control.__bit_fields__
    names = (
        *HEAD, *_roles("a1", "ra", "addr", "da"), *_roles("a2", "ta", "sa"), *_roles("a3", "bssid"),
        *_roles("a2", "addr"), *_roles("a3", "addr"), *SEQUENCE,
    )  # fmt: skip


ENDS = (*HEAD, *_roles("a1", "ra", "addr"), *_roles("a2", "ta", "addr"))
TAIL = (*SEQUENCE, *_roles("a3", "addr"))


class Direct(Header):
    """A data frame between two stations, 24 octets."""

    __hdr__ = Management.__hdr__
    __bit_fields__ = Control.__bit_fields__
    names = (
        *ENDS, *_roles("a1", "da"), *_roles("a2", "sa"), *_roles("a3", "bssid"),
        *_roles("a2", "staa"), *TAIL,
    )  # fmt: skip


class ToDS(Header):
    """A data frame from a station to the access point."""

    __hdr__ = Management.__hdr__
    __bit_fields__ = Control.__bit_fields__
    names = (
        *ENDS, *_roles("a3", "da"), *_roles("a2", "sa"), *_roles("a1", "bssid"),
        *_roles("a2", "staa"), *TAIL,
    )  # fmt: skip


class FromDS(Header):
    """A data frame from the access point to a station."""

    __hdr__ = Management.__hdr__
    __bit_fields__ = Control.__bit_fields__
    names = (
        *ENDS, *_roles("a1", "da"), *_roles("a3", "sa"), *_roles("a2", "bssid"),
        *_roles("a1", "staa"), *TAIL,
    )  # fmt: skip


class Bridge(Header):
    """A data frame from one access point to another, with four addresses, 30 octets."""

    __hdr__ = (*Management.__hdr__, ("a4", "6s", bytes(6)))
    __bit_fields__ = Control.__bit_fields__
    names = (
        *ENDS, *_roles("a3", "da"), *_roles("a4", "sa"), *SEQUENCE,
        *_roles("a3", "addr"), *_roles("a4", "addr"),
    )  # fmt: skip


DATA_HEADERS: tuple[tuple[type[Header], str, str], ...] = (
    (Direct, "a2", "a1"), (ToDS, "a2", "a3"), (FromDS, "a3", "a1"), (Bridge, "a4", "a3"),
)  # fmt: skip
"""By the DS status: the header, and which addresses are its source and destination."""


def _of_aggregate(header: type[Header], other: str) -> tuple[F, ...]:
    """The names in a frame with an A-MSDU: an end that its subframes name is not there."""
    dropped = {f"wlan.{other}", f"wlan.{other}_resolved"}
    return tuple(name for name in header.names if name.name not in dropped)


class ToDSAggregate(Header):
    """A frame to the access point with an A-MSDU: its subframes say where they go."""

    __hdr__ = Management.__hdr__
    __bit_fields__ = Control.__bit_fields__
    names = _of_aggregate(ToDS, "da")


class FromDSAggregate(Header):
    """A frame from the access point with an A-MSDU: its subframes say where they come from."""

    __hdr__ = Management.__hdr__
    __bit_fields__ = Control.__bit_fields__
    names = _of_aggregate(FromDS, "sa")


VERSION = Field("wlan.fc.version", "Version", U8, mask=0x03)
BODY = Field("sixscope.wlan.body", "Frame body", BYTES)
FCS = Field("wlan.fcs", "Frame check sequence", replace(X32_LE, name="X32_FCS"))
FCS_STATUS = Field("wlan.fcs.status", "FCS Status", U8, {2: "Unverified"}, generated=True)
HT_CONTROL = Field("wlan.htc", "HT Control (+HTC)", X32_LE)

RETRY = Note("wlan.fc.retry.expert", Severity.NOTE, Group.SEQUENCE, "Retransmission (retry)")
PAST_END = Note(
    "sixscope.wlan.a_msdu.length", Severity.ERROR, Group.MALFORMED,
    "A-MSDU subframe length goes past the end of the frame", "IEEE 802.11, clause 9.3.2.2.2",
)  # fmt: skip

# --- QoS control -------------------------------------------------------------------------------

BOOL_LE = replace(BOOL, name="BOOL_LE", size=2, little=True)


def _qos(high: tuple[Field, ...]) -> Field:
    """QoS Control; its high octet and bit 4 depend on who sends it."""
    bits = (
        Field("wlan.qos.tid", "TID", U16_LE, mask=0x000F),
        Field("wlan.qos.priority", "Priority", U16_LE, PRIORITIES, mask=0x0007),
        high[0],
        Field("wlan.qos.ack", "Ack Policy", X16_LE, ACK_POLICY, mask=0x0060),
        Field("wlan.qos.amsdupresent", "Payload Type", BOOL_LE, ("MSDU", "A-MSDU"), mask=0x0080),
        *high[1:],
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


FROM_AP_QOS = _qos((EOSP, _buffer_state()))
FROM_AP_BUFFERED_QOS = _qos((EOSP, _buffer_state(*BUFFER)))
FROM_AP_POLL_QOS = _qos((EOSP, Field("wlan.qos.txop_limit", "TXOP Limit", U16_LE, mask=0xFF00)))
QUEUE_QOS = _qos((BIT4, Field("wlan.qos.queue_size", "Queue Size", U16_LE, mask=0xFF00)))
TXOP_QOS = _qos(
    (BIT4, Field("wlan.qos.txop_dur_req", "TXOP Duration Requested", U16_LE, mask=0xFF00))
)

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
    elif kind == CONTROL:
        header = c.header(Control if number in (0x1C, 0x1D) else ControlTwo)
        c.ends(header.a2 if "a2" in header._fields else b"", header.a1)
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
    form, source, destination = DATA_HEADERS[ds]
    if aggregate and ds in (TO_DS, FROM_DS):
        form = ToDSAggregate if ds == TO_DS else FromDSAggregate
    header = c.header(form)
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
    if header.protected or header.more_fragments or _swapped(header.sequence) & 0xF:
        return Next(name="data")
    return _subframes(c) if aggregate else Next(name="llc")


def _fcs(c: Cursor) -> None:
    """The frame check sequence at the end, where the capture says that it holds one."""
    interface = c.packet.interface
    known = c.layer.offset == 0 and interface is not None and interface.fcs_length == 32
    if not (known or c.facts.fcs) or c.cut or c.left < 4:
        return
    c.facts.fcs = False
    at = c.end - 4
    value = int.from_bytes(c.data[at : c.end], "little")
    c.put(FCS, value, at, 4).suffix = " [unverified]"
    c.put(FCS_STATUS, 2, at)
    c.bound(at)


def _read_qos(c: Cursor, subtype: int, ds: int) -> None:
    octets = c.peek(2)
    low, high = (octets[0], octets[1]) if len(octets) == 2 else (0, 0)
    if ds == FROM_DS:
        if subtype & 2:  # it polls, too
            field = FROM_AP_POLL_QOS
        else:
            field = FROM_AP_BUFFERED_QOS if high & 0x02 else FROM_AP_QOS
    else:
        field = QUEUE_QOS if low & 0x10 else TXOP_QOS
    c.add(field)


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
        steps.append(Next(name="llc", start=c.pos, end=end))
        c.pos = min(start + whole, c.end)
    return steps


def _flags(flags: int) -> str:
    """The flags as letters, highest bit first, as they are usually written."""
    letters = "opmPRMFT"
    return "".join(letter if flags & 0x80 >> place else "." for place, letter in enumerate(letters))
