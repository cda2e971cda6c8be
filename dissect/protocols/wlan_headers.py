"""The MAC headers of IEEE 802.11 frames, by type and way (IEEE 802.11, clause 9.2).

Frame control, duration, up to four addresses and sequence control.  What the addresses mean depends
on whether the frame goes to or comes from the distribution system.
"""

from __future__ import annotations

from dissect.engine.header import F, Header
from dissect.engine.values import BOOL, ETHER, STR, U8, U16_LE, X8, X16, mac_text
from dissect.protocols.codes.wlan import DS_STATUS, FRAME_TYPES, TYPE_SUBTYPE


def swapped(value: int) -> int:
    """A 16-bit number with its octets the other way round."""
    return (value & 0xFF) << 8 | value >> 8


def _combined(control: int) -> int:
    """Type and subtype as one number."""
    return (control >> 10 & 3) << 4 | control >> 12


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
    convert=lambda value: swapped(value) & 0x7FFF, unit=" microseconds",
)  # fmt: skip
SEQUENCE = (
    F("sequence", "wlan.frag", "Fragment number", U16_LE, mask=0x000F,
      convert=lambda value: swapped(value) & 0xF),
    F("sequence", "wlan.seq", "Sequence number", U16_LE, mask=0xFFF0,
      convert=lambda value: swapped(value) >> 4),
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


class PowerSavePoll(Header):
    """A station's question to the access point for what it has buffered."""

    __hdr__ = ControlTwo.__hdr__
    __bit_fields__ = Control.__bit_fields__
    names = (*HEAD, *_roles("a1", "ra", "addr", "bssid"), *_roles("a2", "ta", "addr"))


class ContentionFreeEnd(Header):
    """The access point's end of a contention-free period."""

    __hdr__ = ControlTwo.__hdr__
    __bit_fields__ = Control.__bit_fields__
    names = (*HEAD, *_roles("a1", "ra", "addr"), *_roles("a2", "bssid", "addr"))


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
        *TAIL,
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


def _of_aggregate(header: type[Header], ends: tuple[str, ...]) -> tuple[F, ...]:
    """The names in a frame with an A-MSDU: the ends that its subframes name are not there."""
    dropped = {f"wlan.{role}{words}" for role in ends for words in ("", "_resolved")}
    third = {f"wlan.addr{words}" for words in ("", "_resolved")}
    return tuple(
        name
        for name in header.names
        if name.name not in dropped and not (name.attr == "a3" and name.name in third)
    )


class ToDSAggregate(Header):
    """A frame to the access point with an A-MSDU: its subframes say where they go."""

    __hdr__ = Management.__hdr__
    __bit_fields__ = Control.__bit_fields__
    names = _of_aggregate(ToDS, ("da",))


class FromDSAggregate(Header):
    """A frame from the access point with an A-MSDU: its subframes say where they come from."""

    __hdr__ = Management.__hdr__
    __bit_fields__ = Control.__bit_fields__
    names = _of_aggregate(FromDS, ("sa",))


class BridgeAggregate(Header):
    """A frame between access points with an A-MSDU: two more addresses of the cell."""

    __hdr__ = Bridge.__hdr__
    __bit_fields__ = Control.__bit_fields__
    names = (
        *ENDS, *_roles("a3", "bssid"), *_roles("a4", "bssid"), *SEQUENCE, *_roles("a3", "addr"),
        *_roles("a4", "addr"),
    )  # fmt: skip


CONTROL_HEADERS: dict[int, type[Header]] = {
    0x1A: PowerSavePoll,
    0x1C: Control,
    0x1D: Control,
    0x1E: ContentionFreeEnd,
}
"""By type and subtype, where it isn't ControlTwo."""

DATA_HEADERS: tuple[tuple[type[Header], type[Header], str, str], ...] = (
    (Direct, Direct, "a2", "a1"),
    (ToDS, ToDSAggregate, "a2", "a3"),
    (FromDS, FromDSAggregate, "a3", "a1"),
    (Bridge, BridgeAggregate, "a4", "a3"),
)
"""By the DS status: the header without and with an A-MSDU, and the attributes of source and
destination."""
