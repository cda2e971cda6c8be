"""Extended prefix and link LSAs, and segment routing in them (RFC 7684; RFC 8665; RFC 8920).

0               8               16              24             32
+---------------+---------------+---------------+---------------+
|  Route type   | Prefix length |Address family |     Flags     |  extended prefix
+---------------+---------------+---------------+---------------+
|             Address prefix, none for the default              |
+---------------+---------------+-------------------------------+
| Prefix length |Address family |          Range size           |  … of a range
+---------------+---------------+-------------------------------+
|     Flags     |                       0                       |
+---------------+-----------------------------------------------+
|   Link type   |                       0                       |  extended link
+---------------+-----------------------------------------------+
|                      Link ID, Link Data                       |
|  Sub-TLVs                                                     |
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import TEXT, Field
from dissect.engine.values import BOOL, BYTES, IPV4, U8, U16, U32, X8, X32, Enum
from dissect.protocols.ospf.codes import (
    LINK_SUB_TLVS,
    LINK_TLVS,
    LINKS,
    LINKS_SHORT,
    PREFIX_FAMILIES,
    PREFIX_TLVS,
    ROUTES,
    SEGMENT_TLVS,
)
from dissect.protocols.ospf.common import SET, TLV_VALUE, Tlvs, Words, add_reserved
from dissect.protocols.ospf.delays import depths, groups, link_delays
from dissect.protocols.ospf.router_information import ALGORITHM, RANGE, SEGMENT, TYPE, UNKNOWN


def _flags(name: str, known: tuple[tuple[int, str, str, Enum], ...]) -> Field:
    """Flags of one octet as (mask, last part of name, label, words)."""
    bits = tuple(
        Field(f"{name}.{part}", label, BOOL, enum, mask=mask) for mask, part, label, enum in known
    )
    return Field(name, "Flags", X8, bits=bits)


PREFIX_TYPE = Field("ospf.tlv.extpfx.tlv_type", "TLV Type", U16, PREFIX_TLVS)
PREFIX_SUB_TYPE = Field("ospf.tlv.extpfx.subtlv_type", "TLV Type", U16, SEGMENT_TLVS)
ROUTE = Field("ospf.tlv.extpfx.rotuetype", "Route Type", U16, ROUTES)
PREFIX_LENGTH = Field("ospf.prefix_length", "PrefixLength", U8)
FAMILY = Field("ospf.tlv.extpfx.af", "Address Family", U8, PREFIX_FAMILIES)
PREFIX = Field("ospf.v3.address_prefix.ipv4", "Address Prefix", IPV4)
PREFIX_FLAGS = _flags("ospf.tlv.extpfx.flags", (
    (0x80, "a", "(A) Attach Flag", SET), (0x40, "n", "(N) Node Flag", SET),
))  # fmt: skip
RANGE_FLAGS = _flags("ospf.tlv.extpfx_range.flags", ((0x80, "ia", "(IA) Inter-Area Flag", SET),))
SEGMENT_FLAGS = _flags("ospf.tlv.pfxsid.flags", (
    (0x40, "np", "(NP) No-PHP Flag", SET), (0x20, "m", "(M) Mapping Server Flag", SET),
    (0x10, "e", "(E) Explicit-Null Flag", SET), (0x08, "v", "(V) Value/Index Flag", SET),
    (0x04, "l", "(L) Local/Global Flag", SET),
))  # fmt: skip
LINK_TYPE = Field("ospf.tlv.extlink.tlv_type", "TLV Type", U16, LINK_TLVS)
LINK_SUB_TYPE = Field("ospf.tlv.extlink.subtlv_type", "TLV Type", U16, LINK_SUB_TLVS)
KIND = Field("ospf.lsa.router.linktype", "Link Type", U8)
LINK_ID = Field("ospf.lsa.router.linkid", "Link ID", IPV4)
LINK_DATA = Field("ospf.lsa.router.linkdata", "Link Data", IPV4)
TOPOLOGY = Field("ospf.tlv.extlink.mt_id", "Multi-Topology ID", U8)
WEIGHT = Field("ospf.tlv.extlink.weight", "Weight", U8)
NEIGHBOUR = Field("ospf.tlv.extlink.nbr", "Neighbor ID", IPV4)
ADJACENCY_FLAGS = _flags("ospf.tlv.adjsid.flags", (
    (0x80, "b", "(B) Backup Flag", SET), (0x40, "v", "(V) Value/Index Flag", SET),
    (0x20, "b", "(L) Local/Global Flag", SET), (0x10, "g", "(G) Group Flag", SET),
    (0x08, "p", "(P) Persistent Flag", SET),
))  # fmt: skip
REMOTE = Field("ospf.tlv.remote_ipv4_address", "Remote IPv4 Address", IPV4)
LOCAL_INTERFACE = Field("ospf.tlv.local_interface_id", "Local Interface ID", U32)
REMOTE_INTERFACE = Field("ospf.tlv.remote_interface_id", "Remote Interface ID", U32)
STANDARD_LENGTH = Field("ospf.tlv.application.sabm.length", "SABM Length", U8)
USER_LENGTH = Field("ospf.tlv.application.udabm.length", "UDABM Length", U8)
STANDARD = Field(
    "ospf.tlv.application.sabm.bits", "Standard Application Identifier Bit Mask", X8, bits=(
        Field("ospf.tlv.application.sabm.bits.r", "(R) RSVP-TE", BOOL, SET, mask=0x80),
        Field("ospf.tlv.application.sabm.bits.s", "(S) Segment Routing Policy", BOOL, SET,
              mask=0x40),
        Field("ospf.tlv.application.sabm.bits.f", "(F) Loop-Free Alternate (LFA)", BOOL, SET,
              mask=0x20),
        Field("ospf.tlv.application.sabm.bits.x", "(X) Flexible Algorithm", BOOL, SET, mask=0x10),
    ),
)  # fmt: skip
USER = Field(
    "ospf.tlv.application.udabm.bits", "User-Defined Application Identifier Bit Mask", BYTES
)
APPLICATION_TYPE = Field("ospf.tlv.application.subtlv_type", "TLV Type", U16, LINK_SUB_TLVS)
ADMINISTRATIVE = Field("ospf.tlv.admin_group", "Admin Group", X32)
TE_METRIC = Field("ospf.mpls.te_metric", "MPLS/TE Metric", U32)

PREFIXES = Tlvs(PREFIX_TLVS, form="%s TLV", type=PREFIX_TYPE, other=UNKNOWN, other_type=TYPE)
PREFIX_PARTS = Tlvs(SEGMENT_TLVS, form="%s Sub-TLV", type=PREFIX_SUB_TYPE, untyped=True)
LINK_LSA = Tlvs(LINK_TLVS, form="%s TLV", type=LINK_TYPE, other=UNKNOWN, other_type=TYPE)
LINK_PARTS = Tlvs(LINK_SUB_TLVS, form="%s Sub-TLV", type=LINK_SUB_TYPE)
ATTRIBUTES = Tlvs(LINK_SUB_TLVS, form="%s Sub-TLV", type=APPLICATION_TYPE)


# --- prefixes ----------------------------------------------------------------------------------


def read_prefixes(c: Cursor) -> None:
    """An extended prefix LSA."""
    with c.item(TEXT, c.left) as node:
        node.text = "OSPFv2 Extended Prefix Opaque LSA"
        PREFIXES.walk(c)


@PREFIXES.reader(1)
def prefix(c: Cursor) -> Words:
    """What is attached to one prefix."""
    route = c.add(ROUTE, 1)
    length = c.add(PREFIX_LENGTH)
    c.add(FAMILY)
    c.add(PREFIX_FLAGS)
    address = c.add(PREFIX) if length else bytes(4)
    PREFIX_PARTS.walk(c)
    return "  (Type: %-13s Prefix: %s/%u)", ROUTES.get(route, "Unknown"), address, length


@PREFIXES.reader(2)
def prefix_range(c: Cursor) -> Words:
    """What is attached to prefixes that follow each other."""
    length = c.add(PREFIX_LENGTH)
    c.add(FAMILY)
    size = c.add(RANGE, 2)
    c.add(RANGE_FLAGS)
    add_reserved(c, 3)
    address = c.add(PREFIX) if length else bytes(4)
    PREFIX_PARTS.walk(c)
    return "  (Range Size: %u, Prefix: %s/%u)", size, address, length


@PREFIX_PARTS.reader(2)
def prefix_segment(c: Cursor) -> Words:
    """The segment of the prefix: a label of 3 octets or an index of 4."""
    if c.left not in (7, 8):
        return _wrong_length(c)
    c.add(SEGMENT_FLAGS)
    add_reserved(c, 1)
    c.add(TOPOLOGY)
    c.add(ALGORITHM)
    return "  (SID/Label: %u)", c.add(SEGMENT, c.left)


def _wrong_length(c: Cursor) -> Words:
    c.node("ospf.tlv_length").suffix = f" [Invalid length - {c.left}]"
    c.add(TLV_VALUE, c.left)
    return None


# --- links -------------------------------------------------------------------------------------


def read_links(c: Cursor) -> None:
    """An extended link LSA."""
    with c.item(TEXT, c.left) as node:
        node.text = "OSPFv2 Extended Link Opaque LSA"
        LINK_LSA.walk(c)


@LINK_LSA.reader(1)
def link(c: Cursor) -> Words:
    """What is attached to one link."""
    kind = c.add(KIND)
    c.last.suffix = f" - {LINKS.get(kind, 'Unknown link type')}"
    add_reserved(c, 3)
    ident, data = c.add(LINK_ID), c.add(LINK_DATA)
    LINK_PARTS.walk(c)
    return "  (Type: %-8s ID: %-15s Data: %s)", LINKS_SHORT.get(kind, "Unknown"), ident, data


def _adjacency(c: Cursor) -> None:
    c.add(ADJACENCY_FLAGS)
    add_reserved(c, 1)
    c.add(TOPOLOGY)
    c.add(WEIGHT)


@LINK_PARTS.reader(2)
def adjacency(c: Cursor) -> Words:
    """The segment of a link to its only neighbour."""
    if c.left not in (7, 8):
        return _wrong_length(c)
    _adjacency(c)
    return "  (SID/Label: %u)", c.add(SEGMENT, c.left)


@LINK_PARTS.reader(3)
def lan_adjacency(c: Cursor) -> Words:
    """The segment to one of several neighbours."""
    if c.left not in (11, 12):
        return _wrong_length(c)
    _adjacency(c)
    neighbour = c.add(NEIGHBOUR)
    return "  (SID/Label: %u, Neighbor: %s)", c.add(SEGMENT, c.left), neighbour


LINK_PARTS.reader(6)(depths)


@LINK_PARTS.reader(8)
def remote_address(c: Cursor) -> Words:
    """The other end of the link (RFC 8379, section 4)."""
    return "  (%s)", c.add(REMOTE)


@LINK_PARTS.reader(9)
def interfaces(c: Cursor) -> Words:
    """The numbers that both ends have for the link."""
    return "  (Local: %u, Remote: %u)", c.add(LOCAL_INTERFACE), c.add(REMOTE_INTERFACE)


@LINK_PARTS.reader(10)
def application_attributes(c: Cursor) -> Words:
    """Attributes for some applications only: two bit masks, then sub-TLVs (RFC 8920, section 5)."""
    standard, user = c.add(STANDARD_LENGTH), c.add(USER_LENGTH)
    add_reserved(c, 2)
    if standard:
        with c.limit(standard, because=STANDARD_LENGTH.name):
            c.add(STANDARD)
    if user:
        c.add(USER, user)
    ATTRIBUTES.walk(c)
    return None


link_delays(ATTRIBUTES, 12)


@ATTRIBUTES.reader(19)
def administrative_group(c: Cursor) -> Words:
    """A word of groups."""
    return "  (Admin Group: 0x%08x)", c.add(ADMINISTRATIVE)


ATTRIBUTES.reader(20)(groups)


@ATTRIBUTES.reader(22)
def te_metric(c: Cursor) -> Words:
    """For traffic engineering."""
    return "  (TE Metric: %u)", c.add(TE_METRIC)
