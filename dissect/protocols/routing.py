"""IPv6 Routing header (RFC 8200, section 4.4) and its types.

    0               8               16              24             31
    +---------------+---------------+---------------+---------------+
    |  Next Header  |  Hdr Ext Len  | Routing Type  | Segments Left |
    +---------------+---------------+---------------+---------------+
    |  Type-specific data, filling up a multiple of 8 octets        |
    +---------------------------------------------------------------+

0: source route (RFC 5095 ended it), 2: home address (RFC 6275, section 6.4), 3: RPL source route
(RFC 6554, section 3), 4: segment routing (RFC 8754, section 2), 5 and 6: compact routing.
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.demo import main_for
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, I32, IPV6, U8, U16, U32, X8, X16, X32
from dissect.protocols.codes.ip_protocols import IP_PROTO
from dissect.protocols.codes.ipv6_options import ROUTING_TYPES
from dissect.protocols.ipv6_chain import announce, follow

PREFIX = "ipv6.routing"


class Routing(Header):
    """What all types have in common, 4 octets."""

    __hdr__ = (("nxt", "B", 59), ("len", "B", 0), ("type", "B", 0), ("segleft", "B", 0))
    names = (
        F("nxt", "ipv6.routing.nxt", "Next Header", IP_PROTO),
        F("len", "ipv6.routing.len", "Length"),
        F("len", "ipv6.routing.len_oct", "Length", U16, convert=lambda units: 8 * units + 8,
          unit=" bytes", generated=True),
        F("type", "ipv6.routing.type", "Type", ROUTING_TYPES),
        F("segleft", "ipv6.routing.segleft", "Segments Left"),
    )  # fmt: skip


class RplWord(Header):
    """The word before the addresses of an RPL source route (RFC 6554, section 3)."""

    __hdr__ = (("_word", "I", 0),)
    __bit_fields__ = {
        "_word": (("internal", 4), ("final", 4), ("pad", 4), ("reserved", 20)),
    }
    names = (
        F("internal", f"{PREFIX}.rpl.cmprI", "Compressed Internal Octets (CmprI)"),
        F("final", f"{PREFIX}.rpl.cmprE", "Compressed Final Octets (CmprE)"),
        F("pad", f"{PREFIX}.rpl.pad", "Padding Bytes"),
        F("reserved", f"{PREFIX}.rpl.reserved", "Reserved"),
    )


class Segments(Header):
    """The word before the addresses of a segment list (RFC 8754, section 2)."""

    __hdr__ = (("last_entry", "B", 0), ("flags", "B", 0), ("tag", "2s", bytes(2)))
    names = (
        F("last_entry", f"{PREFIX}.srh.last_entry", "Last Entry"),
        F("flags", f"{PREFIX}.srh.flags", "Flags", X8),
        F("tag", f"{PREFIX}.srh.tag", "Tag", BYTES),
    )


UNKNOWN = Field(f"{PREFIX}.unknown_data", "Type-Specific Data", BYTES)
SOURCE_RESERVED = Field(f"{PREFIX}.src.reserved", "Reserved", BYTES)
SOURCE_ADDRESS = Field(f"{PREFIX}.src.addr", "Address", IPV6)
MIPV6_RESERVED = Field(f"{PREFIX}.mipv6.reserved", "Reserved", BYTES)
HOME_ADDRESS = Field(f"{PREFIX}.mipv6.home_address", "Home Address", IPV6)
RPL_COUNT = Field(f"{PREFIX}.rpl.addr_count", "Total Address Count", I32, generated=True)
RPL_ADDRESS = Field(f"{PREFIX}.rpl.address", "Address", BYTES)
RPL_FULL = Field(f"{PREFIX}.rpl.full_address", "Full Address", IPV6, generated=True)
SEGMENT = Field(f"{PREFIX}.srh.addr", "Address", IPV6)
TLV = Field("sixscope.srh.tlv", "TLV")
TLV_TYPE = Field(
    "sixscope.srh.tlv.type", "Type", U8, {0: "Pad1", 4: "PadN", 5: "HMAC"},
    ref="RFC 8754, section 8.2",
)  # fmt: skip
TLV_LENGTH = Field("sixscope.srh.tlv.length", "Length", U8)
TLV_VALUE = Field("sixscope.srh.tlv.value", "Value", BYTES)
HMAC = 5
HMAC_FIELDS = (
    Field("sixscope.srh.hmac.flags", "Flags", X16, bits=(
        Field("sixscope.srh.hmac.d", "Destination address is not verified", BOOL, mask=0x8000),
    )),
    Field("sixscope.srh.hmac.key_id", "HMAC key ID", X32),
)  # fmt: skip
HMAC_VALUE = Field("sixscope.srh.hmac.value", "HMAC", BYTES, ref="RFC 8754, section 2.1.2")
HMAC_HEAD = 6
"""Octets in front of it."""
CRH_SIZES = {5: 2, 6: 4}
CURRENT = {
    5: Field(f"{PREFIX}.crh16.current_sid", "Current SID", U16, generated=True),
    6: Field(f"{PREFIX}.crh32.current_sid", "Current SID", U32, generated=True),
}
SIDS = {
    5: Field(f"{PREFIX}.crh16.sid", "Segment ID", U16),
    6: Field(f"{PREFIX}.crh32.sid", "Segment ID", U32),
}


def _note(name: str, text: str, ref: str = "", severity: Severity = Severity.WARNING,
          group: Group = Group.PROTOCOL) -> Note:  # fmt: skip
    return Note(name, severity, group, text, ref)


DEPRECATED = _note(f"{PREFIX}.deprecated", "Routing header type is deprecated",
                   "RFC 5095, section 3", Severity.NOTE, Group.DEPRECATED)  # fmt: skip
BAD_LENGTH = _note(f"{PREFIX}.invalid_length", "Invalid IPv6 Routing header length",
                   "", Severity.ERROR, Group.MALFORMED)  # fmt: skip
BAD_SEGMENTS_LEFT = _note(
    f"{PREFIX}.invalid_segleft",
    "IPv6 Routing Header segments left field must not exceed address count",
    "RFC 8200, section 4.4",
)
UNDECODED = _note(f"{PREFIX}.undecoded", "Undecoded IPv6 routing header field",
                  "RFC 8200, section 4.4", Severity.NOTE, Group.UNDECODED)  # fmt: skip
MULTICAST_HOP = _note(
    "ipv6.src_route_list.multicast_addr",
    "Multicast addresses must not appear in the source route list", "RFC 6554, section 3",
)  # fmt: skip
SOURCE_IS_HOP = _note(
    "ipv6.src_route_list.src_addr", "Source address must not appear in the source route list"
)
DESTINATION_IS_HOP = _note(
    "ipv6.src_route_list.dst_addr", "Destination address must not appear in the source route list"
)
MULTICAST_DESTINATION = _note(
    "ipv6.dst_addr.not_multicast", "Destination address must not be a multicast address",
    "RFC 6554, section 3",
)  # fmt: skip
RPL_PAD = _note(
    f"{PREFIX}.rpl.cmprI_cmprE_pad",
    "When cmprI equals 0 and cmprE equals 0, pad MUST equal 0 but instead was X",
    "RFC 6554, section 3",
)
RPL_NEGATIVE = _note(
    f"{PREFIX}.rpl.addr_count_ge0",
    "Calculated total address count must be greater than or equal to 0, instead was X",
    "RFC 6554, section 4.2", Severity.ERROR, Group.MALFORMED,
)  # fmt: skip
RPL_RESERVED = _note(
    f"{PREFIX}.rpl.reserved_not0", "Reserved field must equal 0 but instead was X",
    "RFC 6554, section 3", Severity.NOTE,
)  # fmt: skip
LAST_ENTRY = _note(
    "sixscope.srh.last_entry", "Last Entry is not in the header", "RFC 8754, section 4.3.1.1",
    Severity.ERROR, Group.MALFORMED,
)  # fmt: skip
TLV_OVERRUN = _note(
    "sixscope.srh.tlv_overrun", "TLV passes the end of its header", "RFC 8754, section 2.1",
    Severity.ERROR, Group.MALFORMED,
)  # fmt: skip


@dissector("ipv6.routing", "Routing Header for IPv6", "IPv6 Routing", nested=True, ip_proto=43)
def routing(c: Cursor) -> Result:
    """The way that the packet takes; its end is what transport checksums are made with."""
    announce(c, "IPv6 routing")
    header = c.header(Routing)
    kind: int = header.type
    c.title("Routing Header for IPv6 (%s)", ROUTING_TYPES.get(kind) or f"Unknown type {kind}")
    with c.limit(8 * header.len + 4, because="ipv6.routing.len"):
        final = TYPES.get(kind, _unknown)(c, header.segleft)
    if final and header.segleft and c.facts.version == 6:
        c.facts.final = final
        c.ends(c.facts.source, final)
    return follow(c, header.nxt)


def _check_left(c: Cursor, left: int, most: int, what: str) -> None:
    if left > most:
        text = f"IPv6 {what} Routing Header segments left field must not exceed {most}"
        c.note(BAD_SEGMENTS_LEFT, f"{PREFIX}.segleft", text)


def _addresses(c: Cursor, field: Field, count: int, first: int) -> list[bytes]:
    """Read addresses, and number them as the type's document does."""
    found = []
    for number in range(first, first + count):
        address = c.add(field)
        found.append(address)
        if c.at is not None:
            c.last.text = ("Address[%d]: %s", number, address)
    return found


def _source_route(c: Cursor, left: int) -> bytes:
    c.note(DEPRECATED, f"{PREFIX}.type")
    if c.layer.header.len % 2:
        c.note(BAD_LENGTH, f"{PREFIX}.len", "IPv6 Routing Header length must be even")
    count = (c.left - 4) // 16
    _check_left(c, left, count, "Type 0")
    c.add(SOURCE_RESERVED, 4)
    found = []
    for number in range(1, count + 1):
        found += _addresses(c, SOURCE_ADDRESS, 1, number)
        if found[-1][0] == 0xFF:
            c.note(MULTICAST_HOP, c.last)
    return found[-1] if found else b""


def _home_address(c: Cursor, left: int) -> bytes:
    if c.layer.header.len != 2:
        c.note(BAD_LENGTH, f"{PREFIX}.len", "IPv6 Type 2 Routing Header length must be 2")
    if left != 1:
        text = "IPv6 Type 2 Routing Header segments left field must be 1"
        c.note(BAD_SEGMENTS_LEFT, f"{PREFIX}.segleft", text)
    c.add(MIPV6_RESERVED, 4)
    if c.left < 16:
        return b""
    (address,) = _addresses(c, HOME_ADDRESS, 1, 1)
    if address[0] == 0xFF:
        c.note(MULTICAST_HOP, c.last)
    return address


def _rpl(c: Cursor, left: int) -> bytes:
    """Addresses without the octets that they share with the destination (RFC 6554, section 3)."""
    octets, start = 8 * c.layer.header.len, c.pos
    word = c.header(RplWord)
    inner, last = 16 - word.internal, 16 - word.final
    count = (octets - word.pad - last) // inner + 1 if octets else 0
    _check_rpl(c, word, count)
    c.put(RPL_COUNT, count, start, 2)
    if count < 0:
        text = f"Calculated total address count must not be negative, is {count}"
        c.note(RPL_NEGATIVE, c.last, text)
        return b""
    _check_left(c, left, count, "RPL")
    shared = _destination(c)
    address = b""
    for number in range(1, count + 1):
        at, size = c.pos, min(last if number == count else inner, c.left)
        if not size:
            break
        address = shared[: 16 - size] + c.add(RPL_ADDRESS, size)
        c.put(RPL_FULL, address, at, size).text = ("Address[%d]: %s", number, address)
        _check_hop(c, address)
    return address


def _check_rpl(c: Cursor, word: RplWord, count: int) -> None:
    if c.facts.destination[:1] == b"\xff":
        c.note(MULTICAST_DESTINATION)
    if not word.internal and not word.final and word.pad:
        text = f"Without compression the padding must be 0, is {word.pad}"
        c.note(RPL_PAD, f"{PREFIX}.rpl.pad", text)
    if word.reserved:
        text = f"Reserved field must be 0, is {word.reserved}"
        c.note(RPL_RESERVED, f"{PREFIX}.rpl.reserved", text)


def _destination(c: Cursor) -> bytes:
    """Where the packet is when this header is its turn: at the end of the route before it."""
    return c.facts.final or c.facts.destination or bytes(16)


def _check_hop(c: Cursor, address: bytes) -> None:
    if address == c.facts.source:
        c.note(SOURCE_IS_HOP, c.last)
    if address == _destination(c):
        c.note(DESTINATION_IS_HOP, c.last)
    if address[0] == 0xFF:
        c.note(MULTICAST_HOP, c.last)


def _segments(c: Cursor, left: int) -> bytes:
    """A list of segments, the last one first; TLVs may stand behind it."""
    room = (c.left - 4) // 16
    count = c.header(Segments).last_entry + 1
    if count > room:
        c.note(LAST_ENTRY, f"{PREFIX}.srh.last_entry")
    _check_left(c, left, count, "Type 4")
    found = _addresses(c, SEGMENT, min(count, room), 0)
    while c.more:
        if not _tlv(c):
            break
    return found[0] if found else b""


def _tlv(c: Cursor) -> bool:
    """One TLV; False where it does not fit."""
    kind, size = (*c.peek(2), 0, 0)[:2]
    octets = 2 + size if kind else 1
    fits = octets <= c.left
    with c.item(TLV, min(octets, c.left)) as node:
        if c.at is not None:
            name = TLV_TYPE.value_name(kind) or f"type {kind}"
            node.text = f"TLV: {name}"
        c.add(TLV_TYPE)
        if kind and c.more:
            c.add(TLV_LENGTH)
            if kind == HMAC and c.captured >= HMAC_HEAD:
                for field in HMAC_FIELDS:
                    c.add(field)
                c.add(HMAC_VALUE, c.left)
            else:
                c.add(TLV_VALUE, c.left)
        if not fits:
            c.note(TLV_OVERRUN, node)
    return fits


def _compact(kind: int) -> Callable[[Cursor, int], bytes]:
    """Segment identifiers of 16 or 32 bits, which only the routers can turn into addresses."""
    size = CRH_SIZES[kind]

    def read(c: Cursor, left: int) -> bytes:
        count = c.left // size
        if left < count:
            at = c.pos + left * size
            octets = c.peek(size, left * size)
            if len(octets) == size:
                c.put(CURRENT[kind], int.from_bytes(octets, "big"), at, size)
        else:
            text = f"IPv6 Compact Routing Header has no segment {left}"
            c.note(BAD_LENGTH, f"{PREFIX}.len", text)
        with c.text("Segment Identifiers"):
            for number in range(count):
                sid = c.add(SIDS[kind])
                if c.at is not None:
                    c.last.text = f"SID[{number}] = {sid}"
        return b""

    return read


def _unknown(c: Cursor, left: int) -> bytes:
    c.add(UNKNOWN, c.left)
    c.note(UNDECODED, c.last)
    return b""


TYPES: dict[int, Callable[[Cursor, int], bytes]] = {
    0: _source_route,
    2: _home_address,
    3: _rpl,
    4: _segments,
    5: _compact(5),
    6: _compact(6),
}
"""How the data of each type is read; handed back is the final destination."""


if __name__ == "__main__":
    main_for("ipv6.routing")
