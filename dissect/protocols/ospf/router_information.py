"""Router information LSAs of both versions: what a router can do (RFC 7770, section 2.3).

    0                               16                             32
    +-------------------------------+-------------------------------+
    |             Type              |            Length             |
    +-------------------------------+-------------------------------+
    |  Value, padded with zeros to whole words                      |

Host names: RFC 5642; segment routing: RFC 8665, section 3; flexible algorithms: RFC 9350.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import TEXT, Field
from dissect.engine.values import BOOL, BYTES, STR, U8, U16, U24, U32, X8
from dissect.protocols.ospf.codes import (
    ALGORITHMS,
    FLEX_METRICS,
    FLEX_TLVS,
    ROUTER_TLVS,
    SEGMENT_TLVS,
)
from dissect.protocols.ospf.common import TLV_VALUE, YES, Tlvs, Words, add_reserved
from dissect.protocols.ospf.delays import depths, groups
from dissect.protocols.ospf.options import CAPABLE, SUPPORTED

TYPE = Field("ospf.tlv_type.opaque", "TLV Type", U16, ROUTER_TLVS)
UNKNOWN = Field("ospf.tlv.unknown", "Unknown TLV", BYTES)
OPTIONS = Field("ospf.ri.options", "RI Options", X8, bits=(
    Field("ospf.ri.options.grc", "(GRC) Graceful Restart", BOOL, CAPABLE, mask=0x80),
    Field("ospf.ri.options.grh", "(GRH) Graceful Restart Helper", BOOL, ("Disabled", "Enabled"),
          mask=0x40),
    Field("ospf.ri.options.srs", "Stub Router Support", BOOL, YES, mask=0x20),
    Field("ospf.ri.options.tes", "(TES) Traffic Engineering", BOOL, SUPPORTED, mask=0x10),
    Field("ospf.ri.options.p2plan", "(P2PLAN) Point-to-point over LAN", BOOL, CAPABLE, mask=0x08),
    Field("ospf.ri.options.ete", "(ETE) Experimental TE", BOOL, CAPABLE, mask=0x04),
    Field("ospf.ri.options.host", "Host Router", BOOL, CAPABLE, mask=0x01),
))  # fmt: skip
HOST_NAME = Field("ospf.dynhostname", "Dynamic Hostname", STR)
ALGORITHM = Field("ospf.lsa_sa", "SR-Algorithm", U8, ALGORITHMS)
RANGE = Field("ospf.tlv.range_size", "Range Size", U24)
RANGE_TYPE = Field("ospf.tlv.sidlabel_range.type", "TLV Type", U16, SEGMENT_TLVS)
SEGMENT = Field("ospf.tlv.sid_label", "SID/Label", U32)
PREFERENCE = Field("ospf.tlv.preference", "Preference", U24)
FLEX = Field("ospf.tlv.fad.flex_algorithm", "Flex-Algorithm", U8)
FLEX_METRIC = Field("ospf.tlv.fad.metric_type", "Metric-Type", U8, FLEX_METRICS)
FLEX_CALCULATION = Field("ospf.tlv.fad.calc_type", "Calc-Type", U8, ALGORITHMS)
FLEX_PRIORITY = Field("ospf.tlv.fad.priority", "Priority", U8)
FLEX_TYPE = Field("ospf.tlv.fad.subtlv_type", "TLV Type", U16, FLEX_TLVS)

TLVS = Tlvs(ROUTER_TLVS, type=TYPE, missing="Unknown Opaque RI LSA TLV", other=UNKNOWN)
RANGES = Tlvs(SEGMENT_TLVS, form="%s Sub-TLV", type=RANGE_TYPE, untyped=True)
FLEX_PARTS = Tlvs(FLEX_TLVS, type=FLEX_TYPE)


def read_router_information(c: Cursor) -> None:
    """All TLVs."""
    with c.item(TEXT, c.left) as node:
        node.text = "Opaque Router Information LSA"
        TLVS.walk(c)


@TLVS.reader(1)
def capabilities(c: Cursor) -> Words:
    """Flags, of which the first octet is assigned."""
    c.add(OPTIONS)
    return None


@TLVS.reader(7)
def host_name(c: Cursor) -> Words:
    """The router's name."""
    name = c.peek(c.left).split(b"\0")[0].decode("ascii", "replace")
    c.need(c.left)
    c.put(HOST_NAME, name, None, c.left)
    return ": %s", name


@TLVS.reader(8)
def algorithms(c: Cursor) -> Words:
    """How the router can compute paths of segments."""
    while c.more:
        c.add(ALGORITHM)
    return None


@TLVS.reader(9, 14)
def label_range(c: Cursor) -> Words:
    """Labels for segments, of the whole domain or of this router."""
    size = c.add(RANGE)
    add_reserved(c, 1)
    RANGES.walk(c)
    return "  (Range Size: %u)", size


@RANGES.reader(1)
def first_label(c: Cursor) -> Words:
    """A label of 3 octets or an index of 4."""
    if c.left not in (3, 4):
        c.node("ospf.tlv_length").suffix = f" [Invalid length - {c.left}]"
        c.add(TLV_VALUE, c.left)
        return None
    return "  (SID/Label: %u)", c.add(SEGMENT, c.left)


@TLVS.reader(12)
def node_depths(c: Cursor) -> Words:
    """Of the whole router."""
    return depths(c)


@TLVS.reader(15)
def preference(c: Cursor) -> Words:
    """Of this router as a mapping server."""
    c.add(PREFERENCE, 1)
    add_reserved(c, 3)
    return None


@TLVS.reader(16)
def flexible_algorithm(c: Cursor) -> Words:
    """How an algorithm is defined."""
    number = c.add(FLEX)
    c.add(FLEX_METRIC)
    c.add(FLEX_CALCULATION)
    c.add(FLEX_PRIORITY)
    FLEX_PARTS.walk(c)
    return "  (%u)", number


FLEX_PARTS.reader(1, 2, 3)(groups)
