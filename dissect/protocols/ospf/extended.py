"""Extended LSAs of version 3: what the others say, in TLVs that can hold more (RFC 8362).

    0                               16                             32
    +-------------------------------+-------------------------------+
    |             Type              |            Length             |
    +-------------------------------+-------------------------------+
    |  Value: as in the LSA that is extended, then sub-TLVs;        |
    |  padded with zeros to whole words                             |

The fields are those of the LSAs that are extended.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.values import X16
from dissect.protocols.ospf import lsa_v3 as lsa
from dissect.protocols.ospf.codes import EXTENDED_SUB_TLVS, EXTENDED_TLVS, LSAS_3, NEWER_LSAS
from dissect.protocols.ospf.common import Speaker, Tlvs, Words, reserved, should_be_zero
from dissect.protocols.ospf.options import external_flags, prefix_options

PARTS = Tlvs(EXTENDED_SUB_TLVS, form="%s Sub-TLV")
PARTS.show(1, lsa.FORWARDING6)
PARTS.show(2, lsa.FORWARDING4)
PARTS.show(3, lsa.TAG)


class ExternalPrefix(Header):
    """In front of the prefix, 8 octets (section 3.6)."""

    __hdr__ = (("_word", "I", 0x04000014), ("length", "B", 64), ("options", "B", 0),
               ("reserved", "2s", bytes(2)))  # fmt: skip
    __bit_fields__ = {"_word": (("flags", 8), ("metric", 24))}
    names = (
        external_flags(), F(*lsa.METRIC, span=(1, 3)), F(*lsa.PREFIX_LENGTH), prefix_options(5),
        reserved("reserved"),
    )  # fmt: skip


class Referenced(Header):
    """Whose prefixes these are, 12 octets (section 4.8)."""

    __hdr__ = (
        ("reserved", "2s", bytes(2)), ("referenced", "H", 0x2001), ("id", "4s", bytes(4)),
        ("router", "4s", bytes(4)),
    )  # fmt: skip
    names = (
        reserved("reserved"),
        F("referenced", lsa.REFERENCED_TYPE.name, lsa.REFERENCED_TYPE.label, X16,
          LSAS_3 | NEWER_LSAS),
        F("id", lsa.REFERENCED_ID.name, lsa.REFERENCED_ID.label),
        F("router", "ospf.v3.lsa.referenced_advertising_router", "Referenced Advertising Router"),
    )  # fmt: skip


# --- TLVs (section 3) --------------------------------------------------------------------------


def _registry(speaker: Speaker) -> Tlvs:
    """The TLVs, with prefixes of one address family."""
    tlvs = Tlvs(EXTENDED_TLVS, form="%s TLV")
    tlvs.show_all(2, lsa.ATTACHED)

    @tlvs.reader(1)
    def router_link(c: Cursor) -> Words:
        told = c.header(lsa.Interface)
        should_be_zero(c, told.reserved)
        PARTS.walk(c)
        return ": to %s, metric %d", told.neighbour, told.metric

    @tlvs.reader(3, 6)
    def area_prefix(c: Cursor) -> Words:
        told = c.header(lsa.InterAreaPrefix)
        should_be_zero(c, told.zero, told.reserved)
        lsa.add_prefix(c, speaker, told.length)
        PARTS.walk(c)
        return ": metric %d", told.metric

    @tlvs.reader(4)
    def area_router(c: Cursor) -> Words:
        told = c.header(lsa.InterAreaRouter)
        should_be_zero(c, told.zero1, told.zero2)
        PARTS.walk(c)
        return ": %s, metric %d", told.router, told.metric

    @tlvs.reader(5)
    def external_prefix(c: Cursor) -> Words:
        told = c.header(ExternalPrefix)
        should_be_zero(c, told.reserved)
        lsa.add_prefix(c, speaker, told.length)
        PARTS.walk(c)
        return ": metric %d", told.metric

    @tlvs.reader(7)
    def link_local6(c: Cursor) -> Words:
        address = c.add(lsa.LINK_LOCAL6)
        PARTS.walk(c)
        return ": %s", address

    @tlvs.reader(8)
    def link_local4(c: Cursor) -> Words:
        address = c.add(lsa.LINK_LOCAL4)
        PARTS.walk(c)
        return ": %s", address

    return tlvs


TLVS = {ipv4: _registry(Speaker(3, ipv4)) for ipv4 in (False, True)}


# --- LSAs (section 4) --------------------------------------------------------------------------


def read_tlvs(c: Cursor, speaker: Speaker) -> None:
    """Nothing but TLVs."""
    TLVS[speaker.ipv4].walk(c)


def read_router(c: Cursor, speaker: Speaker) -> None:
    """A router's interfaces."""
    c.header(lsa.Router)
    read_tlvs(c, speaker)


def read_network(c: Cursor, speaker: Speaker) -> None:
    """The routers of a network."""
    should_be_zero(c, c.header(lsa.Network).zero)
    read_tlvs(c, speaker)


def read_link(c: Cursor, speaker: Speaker) -> None:
    """A router's address and prefixes on the link."""
    c.header(lsa.LinkHead)
    read_tlvs(c, speaker)


def read_intra_area_prefix(c: Cursor, speaker: Speaker) -> None:
    """Prefixes of a router or network."""
    should_be_zero(c, c.header(Referenced).reserved)
    read_tlvs(c, speaker)


lsa.BODIES.update({
    33: read_router, 34: read_network, 35: read_tlvs, 36: read_tlvs, 37: read_tlvs,
    39: read_tlvs, 40: read_link, 41: read_intra_area_prefix,
})  # fmt: skip
