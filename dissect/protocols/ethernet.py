"""Ethernet II and IEEE 802.3 frames (IEEE 802.3, clause 3).

    +-------------------+-------------------+-------------+---------+---------+-------+
    | Destination (6)   | Source (6)        | Length/Type | Payload | Padding | FCS   |
    +-------------------+-------------------+-------------+---------+---------+-------+

Up to 1500 the length/type is the length of the payload, from 1536 (0x0600) on it is an EtherType.
"""

from __future__ import annotations

from functools import lru_cache

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector, lookup
from dissect.engine.tree import Field, Node, Shared
from dissect.engine.values import BOOL, BYTES, ETHER, OUI, STR, X16, XD16
from dissect.protocols.codes.ethertypes import ETHERTYPES
from dissect.protocols.codes.vendors import vendor
from dissect.protocols.ethernet_trailer import HAS_FCS, MAYBE_FCS, NO_FCS, show_trailer

MAX_LENGTH, MIN_TYPE = 1500, 0x600
"""The highest length/type that is a length, the lowest that is an EtherType."""

FCS_LENGTHS = (32, 4)
"""What capture files say of a check sequence, in bits as they should, or in octets."""
ISL = (b"\x01\x00\x0c\x00\x00", b"\x0c\x00\x0c\x00\x00")
"""How Cisco's Inter-Switch Link header begins, which stands before another Ethernet header."""
ISL_HEADER = 26


LAYOUT = (("dst", "6s", bytes(6)), ("src", "6s", bytes(6)), ("type", "H", 0x0800))
ADDRESSES = (F("dst", "eth.dst", "Destination"), F("src", "eth.src", "Source"))


class EthernetII(Header):
    """The header with an EtherType, 14 octets."""

    __hdr__ = LAYOUT
    names = (*ADDRESSES, F("type", "eth.type", "Type", X16, ETHERTYPES))


class IEEE8023(Header):
    """The header with a length."""

    __hdr__ = LAYOUT
    names = (*ADDRESSES, F("type", "eth.len", "Length"))


class Invalid(Header):
    """The header with a number that is neither."""

    __hdr__ = LAYOUT
    names = (*ADDRESSES, F("type", "eth.invalid_lentype", "Invalid length/type", XD16))


TRAILER = Field("eth.trailer", "Trailer", BYTES)
LOCAL = (
    "Globally unique address (factory default)",
    "Locally administered address (this is NOT the factory default)",
)
GROUP = ("Individual address (unicast)", "Group address (multicast/broadcast)")


def _address_fields(end: str, words: str) -> tuple[tuple[Field, ...], ...]:
    """What is shown inside an address: its text and vendor, under its own and the common name."""
    named = tuple(
        (
            Field(f"eth.{name}_resolved", f"{label} (resolved)", STR, hidden=True, generated=True),
            Field(f"eth.{name}.oui", f"{label} OUI", OUI, vendor, hidden=True, generated=True),
            Field(f"eth.{name}.oui_resolved", f"{label} OUI (resolved)", STR, hidden=True,
                  generated=True),
        )
        for name, label in ((end, words), ("addr", "Address"))
    )  # fmt: skip
    bits = (
        Field(f"eth.{end}.lg", "LG bit", BOOL, LOCAL, mask=0x020000),
        Field("eth.lg", "LG bit", BOOL, LOCAL, mask=0x020000, hidden=True),
        Field(f"eth.{end}.ig", "IG bit", BOOL, GROUP, mask=0x010000),
        Field("eth.ig", "IG bit", BOOL, GROUP, mask=0x010000, hidden=True),
    )
    return (*named, bits)


ADDRESS = Field("eth.addr", "Address", ETHER)
DESTINATION_FIELDS = _address_fields("dst", "Destination")
SOURCE_FIELDS = _address_fields("src", "Source")

SRC_NOT_GROUP = Note(
    "eth.src_not_group", Severity.WARNING, Group.PROTOCOL,
    "Source MAC must not be a group address: IEEE 802.3-2002, Section 3.2.3(b)",
    "IEEE 802.3-2002, section 3.2.3(b)",
)  # fmt: skip
INVALID_LENTYPE = Note(
    "eth.invalid_lentype.expert", Severity.WARNING, Group.PROTOCOL, "Invalid length/type",
    "IEEE 802.3, clause 3.2.6",
)  # fmt: skip
LEN_PAST_END = Note(
    "eth.len.past_end", Severity.ERROR, Group.MALFORMED,
    "Length field value goes past the end of the payload", "IEEE 802.3, clause 3.2.6",
)  # fmt: skip


@dissector(
    "eth", "Ethernet", "Ethernet",
    link_type=1, ethertype=0x6558, gre_proto=0x6558, ip_proto=143,  # RFC 8986, section 10.1
)  # fmt: skip
def ethernet(c: Cursor) -> Result:
    """Read the header, go on by type or length, come back for what follows the payload."""
    kind = int.from_bytes(c.peek(2, 12), "big")
    if kind >= MIN_TYPE or not kind:
        header = c.header(EthernetII)
        step, unknown = _step(kind)
        c.info(unknown or "Ethernet II")
        if unknown:
            c.protocol(f"0x{kind:04x}")
        if _fcs(c) == HAS_FCS:
            step = Next("ethertype", kind, end=_payload_end(c), after=_trailer)
    elif kind <= MAX_LENGTH:
        if c.peek(5) in ISL:
            c.skip(ISL_HEADER)
            return Next(name="eth")
        header = c.header(IEEE8023)
        raw_ipx = c.peek(2) == b"\xff\xff"  # without LLC, from before there was LLC
        step = Next(name="data" if raw_ipx else "llc", end=_length(c, kind), after=_trailer)
    else:
        header = c.header(Invalid)
        text = f"Invalid length/type: 0x{kind:04x} ({kind})"
        c.note(INVALID_LENTYPE, "eth.invalid_lentype", text)
        c.info("Ethernet Unknown: %s", text)
        step = Next(name="data")
    destination, source, _ = header
    c.ends(source, destination)
    facts = c.facts
    facts.link_source, facts.link_destination = source, destination
    if c.at is not None:
        form = "IEEE 802.3 Ethernet" if 0 < kind <= MAX_LENGTH else "Ethernet II"
        c.title(f"{form}, Src: %s, Dst: %s", source, destination)
        at = c.start
        c.node("eth.dst").children = _inside(DESTINATION_FIELDS, destination, at)
        c.node("eth.src").children = _inside(SOURCE_FIELDS, source, at + 6)
    if source[0] & 1:
        c.note(SRC_NOT_GROUP, "eth.src")
    return step


@lru_cache(maxsize=1024)
def _step(kind: int) -> tuple[Next, str]:
    """Where an EtherType leads, and what the Info column says if nobody decodes it."""
    unknown = ""
    if lookup("ethertype", kind) is None:
        unknown = ETHERTYPES.get(kind, "Ethernet II")
    return Next("ethertype", kind, after=_trailer), unknown


def _fcs(c: Cursor) -> int:
    """Whether the frame check sequence is there: tunnels carry none."""
    if c.layer.offset:
        return NO_FCS
    interface = c.packet.interface
    bits = None if interface is None else interface.fcs_length
    return MAYBE_FCS if bits is None else HAS_FCS if bits in FCS_LENGTHS else NO_FCS


def _payload_end(c: Cursor) -> int:
    """Where the payload must end: before a frame check sequence that is known to be there."""
    return c.end - 4 if _fcs(c) == HAS_FCS and c.left >= 4 else c.end


def _length(c: Cursor, length: int) -> int:
    """Where the payload ends by the length field."""
    end = _payload_end(c)
    if c.pos + length > end:
        c.note(LEN_PAST_END, "eth.len")
        return end
    return c.pos + length


def _trailer(c: Cursor) -> None:
    show_trailer(c, TRAILER, _fcs(c))


@lru_cache(maxsize=4096)
def _inside(fields: tuple[tuple[Field, ...], ...], address: bytes, at: int) -> Shared:
    """The nodes inside an address.  The same few addresses fill a capture: they share them."""
    own, common, bits = fields
    text = address.hex(":")
    oui = int.from_bytes(address[:3], "big")
    name = vendor(oui)
    nodes = Shared()
    for number, (resolved, organization, organization_name) in enumerate((own, common)):
        if number:
            nodes.append(Node(ADDRESS, at, 6, address))
        nodes.append(Node(resolved, at, 6, text))
        nodes.append(Node(organization, at, 3, oui))
        if name is not None:
            nodes.append(Node(organization_name, at, 6, name))
    nodes.extend(Node(bit, at, 3, int(oui & bit.mask != 0)) for bit in bits)
    return nodes
