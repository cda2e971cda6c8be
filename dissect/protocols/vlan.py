"""VLAN tags: IEEE 802.1Q customer tags and 802.1ad service tags (IEEE 802.1Q, clause 9).

A tag stands where the length/type of the frame was, which follows it:

    0     3 4               16                              32
    +-----+-+---------------+-------------------------------+
    | PCP |D|    VLAN ID    |          Length/Type          |
    +-----+-+---------------+-------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector, lookup
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, U8, U16, X16
from dissect.protocols.codes.ethertypes import ETHERTYPES
from dissect.protocols.ethernet_trailer import NO_FCS, show_trailer

PRIORITY: dict[int, str] = {
    0: "Best Effort (default)",
    1: "Background",
    2: "Excellent Effort",
    3: "Critical Applications",
    4: "Video, < 100ms latency and jitter",
    5: "Voice, < 10ms latency and jitter",
    6: "Internetwork Control",
    7: "Network Control",
}
DROP = ("Ineligible", "Eligible")

BITS = (("priority", 3), ("dei", 1), ("id", 12))


class Tag(Header):
    """A tag before an EtherType, 4 octets."""

    __hdr__ = (("_tci", "H", 0), ("type", "H", 0x0800))
    __bit_fields__ = {"_tci": BITS}
    names = (
        F("priority", "vlan.priority", "Priority", U16, PRIORITY),
        F("dei", "vlan.dei", "DEI", BOOL, DROP),
        F("id", "vlan.id", "ID", U16),
        F("type", "vlan.etype", "Type", X16, ETHERTYPES),
    )


class LengthTag(Header):
    """A tag before a length."""

    __hdr__ = Tag.__hdr__
    __bit_fields__ = Tag.__bit_fields__
    names = (*Tag.names[:-1], F("type", "vlan.len", "Length"))


def _service_names(vid: str) -> tuple[F, ...]:
    return (
        F("priority", "ieee8021ad.priority", "Priority", U8, span=(0, 1), drawn=(16, 0xE000)),
        F("dei", "ieee8021ad.dei", "DEI", U8, span=(0, 1), drawn=(16, 0x1000)),
        F("id", f"ieee8021ad.{vid}", "ID", U16),
    )


class ServiceTag(Header):
    """A service tag alone, or before customer tags with their own EtherType."""

    __hdr__ = Tag.__hdr__
    __bit_fields__ = Tag.__bit_fields__
    names = (*_service_names("id"), F("type", "ieee8021ah.etype", "Type", X16, ETHERTYPES))


class OuterTag(Header):
    """The first of two service tags; the EtherType between them is not shown."""

    __hdr__ = Tag.__hdr__
    __bit_fields__ = Tag.__bit_fields__
    names = _service_names("svid")


class InnerTag(Header):
    """The second of two service tags, taken for the customer's."""

    __hdr__ = Tag.__hdr__
    __bit_fields__ = Tag.__bit_fields__
    names = (*_service_names("cvid"), F("type", "ieee8021ah.etype", "Type", X16, ETHERTYPES))


TRAILER = Field("vlan.trailer", "Trailer", BYTES)
SERVICE_TRAILER = Field("ieee8021ah.trailer", "Trailer", BYTES)
MAX_LENGTH = 1500
CUSTOMER, SERVICE = 0x8100, 0x88A8

LEN_PAST_END = Note(
    "vlan.len.past_end", Severity.ERROR, Group.MALFORMED,
    "Length field value goes past the end of the payload",
)  # fmt: skip


@dissector("vlan", "802.1Q Virtual LAN", "VLAN", ethertype=(CUSTOMER, 0x9100), chdlc_proto=CUSTOMER)
def vlan(c: Cursor) -> Result:
    """A tag; behind it a length and LLC, or an EtherType, as behind Ethernet addresses."""
    kind = int.from_bytes(c.peek(2, 2), "big")
    is_length = kind <= MAX_LENGTH and c.captured >= 4
    tag = c.header(LengthTag if is_length else Tag)
    c.info("PRI: %d  DEI: %d  ID: %d", tag.priority, tag.dei, tag.id)
    if c.at is not None:
        c.title("802.1Q Virtual LAN, PRI: %d, DEI: %d, ID: %d", tag.priority, tag.dei, tag.id)
    if not is_length:
        return _by_type(c, kind, _trailer)
    end = c.pos + kind
    if kind > c.left:
        c.note(LEN_PAST_END, "vlan.len")
        end = c.end
    raw_ipx = c.peek(2) == b"\xff\xff"
    return Next(name="data" if raw_ipx else "llc", end=end, after=_trailer)


def _trailer(c: Cursor) -> None:
    show_trailer(c, TRAILER, NO_FCS)


def _service_trailer(c: Cursor) -> None:
    show_trailer(c, SERVICE_TRAILER, NO_FCS)


def _by_type(c: Cursor, kind: int, after: Callable[[Cursor], None]) -> Result:
    """Go on by EtherType; the columns name one that nobody decodes."""
    if lookup("ethertype", kind) is None:
        c.protocol(f"0x{kind:04x}")
        if kind in ETHERTYPES:
            c.info("%s", ETHERTYPES[kind])
    return Next("ethertype", kind, after=after)


@dissector("ieee8021ad", "IEEE 802.1ad", "802.1ad", ethertype=SERVICE)
def service_tag(c: Cursor) -> Result:
    """A service tag, or two of them, a provider's and a customer's."""
    double = int.from_bytes(c.peek(2, 2), "big") == SERVICE
    tag = c.header(OuterTag if double else ServiceTag)
    c.info("PRI: %d  DROP: %d ID: %d", tag.priority, tag.dei, tag.id)
    c.title("IEEE 802.1ad, ID: %d", tag.id)
    if double:
        outer, tag = tag, c.header(InnerTag)
        c.title("IEEE 802.1ad, S-VID: %d, C-VID: %d", outer.id, tag.id)
    return _by_type(c, tag.type, _service_trailer)
