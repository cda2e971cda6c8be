"""Traffic engineering LSAs (RFC 3630, section 2.4; GMPLS: RFC 4203; DiffServ: RFC 4124).

    0                               16                             32
    +-------------------------------+-------------------------------+
    |  Type: router address, link   |            Length             |
    +-------------------------------+-------------------------------+
    |  An address, or sub-TLVs that describe a link, of the same    |
    |  form and padded with zeros to whole words                    |

The OIF's extensions for optical networks (E-NNI) use types of the experimental range.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import NOWHERE, TEXT, Field
from dissect.engine.values import BOOL, BYTES, FLOAT, IPV4, IPV6, U8, U32, X8, X32
from dissect.protocols.ospf.codes import (
    CONSTRAINT_MODELS,
    ENCODINGS,
    PROTECTIONS,
    SIGNALS,
    SWITCHING,
    TE_LINK_TLVS,
    TE_LINKS,
    TE_TLVS,
    TNA_TLVS,
)
from dissect.protocols.ospf.common import (
    BAD_LENGTH,
    BAD_TLV_LENGTH,
    NOT_ZERO,
    UNREAD,
    Tlvs,
    Words,
    padding_of,
)
from dissect.protocols.ospf.delays import groups, link_delays
from dissect.protocols.ospf.switching import PRIORITY_BANDWIDTH, bandwidth, read_switching

TE_LSA = Field("ospf.lsa.mpls", "MPLS Traffic Engineering LSA", BOOL, hidden=True)
ROUTER = Field("ospf.mpls.routerid", "MPLS/TE Router ID", IPV4)
LINK_TYPE = Field("ospf.mpls.linktype", "MPLS/TE Link Type", U8, TE_LINKS)
LINK_ID = Field("ospf.mpls.linkid", "MPLS/TE Link ID", IPV4)
LOCAL = Field("ospf.mpls.local_addr", "MPLS/TE Local Interface Address", IPV4)
REMOTE = Field("ospf.mpls.remote_addr", "MPLS/TE Remote Interface Address", IPV4)
METRIC = Field("ospf.mpls.te_metric", "MPLS/TE Metric", U32)
LARGEST = Field("ospf.mpls.link_max_bw", "Link Max BW", FLOAT)
COLOUR = Field("ospf.mpls.linkcolor", "MPLS/TE Link Resource Class/Color", X32)
GROUP = Field("ospf.mpls.group", "MPLS/TE Group", X32)
LOCAL_INTERFACE = Field("ospf.mpls.local_id", "MPLS/TE Local Interface Index", U32)
REMOTE_INTERFACE = Field("ospf.mpls.remote_id", "MPLS/TE Remote Interface Index", U32)
PROTECTION = Field("ospf.mpls.protection_capability", "Protection Capability", X8, PROTECTIONS)
RISK = Field("ospf.mpls.shared_risk_link_group", "Shared Risk Link Group", U32)
MODEL = Field(
    "ospf.mpls.bc.model_id", "MPLS/DSTE Bandwidth Constraints Model Id", U8, CONSTRAINT_MODELS
)
CONSTRAINT = Field("ospf.mpls.bc", "BC", FLOAT)
LOCAL_NODE = Field("ospf.oif.local_node_id", "Local Node ID", IPV4)
REMOTE_NODE = Field("ospf.oif.remote_node_id", "Remote Node ID", IPV4)
OIF_SWITCHING = Field("ospf.oif.switching_cap", "Switching Cap", U8, SWITCHING)
OIF_ENCODING = Field("ospf.oif.encoding", "Encoding", U8, ENCODINGS)
SIGNAL = Field("ospf.oif.signal_type", "Signal Type", U8, SIGNALS)
NODE = Field("ospf.oif.node_id", "Node ID", IPV4)
ADDRESS_LENGTH = Field("ospf.oif.tna_addr_length", "Addr Length", U8)
TNA4 = Field("ospf.oif.tna_addr.ipv4", "TNA Addr", IPV4)
TNA6 = Field("ospf.oif.tna_addr.ipv6", "TNA Addr", IPV6)
TNA = Field("ospf.oif.tna_addr", "TNA Addr", BYTES)

BAD_CONSTRAINTS = Note(
    "ospf.lsa.bc_error", Severity.WARNING, Group.PROTOCOL, "BC error", "RFC 4124, section 5.1"
)
UNKNOWN_SUB_TLV = Note(
    "ospf.unknown_link_subtype", Severity.WARNING, Group.PROTOCOL, "Unknown Link sub-TLV"
)

MOST_CONSTRAINTS = 8
PRIORITIES = 8

TLVS = Tlvs(TE_TLVS)
LINK = Tlvs(TE_LINK_TLVS, missing="Unknown Link sub-TLV")
TNAS = Tlvs(TNA_TLVS)


def read_te(c: Cursor) -> None:
    """All TLVs."""
    if c.left >= 2:
        c.put(TE_LSA, True, c.pos, 2)
    with c.item(TEXT, c.left) as node:
        node.text = "MPLS Traffic Engineering LSA"
        TLVS.walk(c)


TLVS.show(1, ROUTER)


@TLVS.reader(2)
def link(c: Cursor) -> Words:
    """A link, in sub-TLVs."""
    LINK.walk(c)
    return None


# --- what is said of a link --------------------------------------------------------------------

LINK.show(1, LINK_TYPE)
LINK.show(2, LINK_ID)
LINK.show(5, METRIC)
LINK.show(11, LOCAL_INTERFACE, REMOTE_INTERFACE)
LINK.show(14, PROTECTION)
LINK.show(32773, LOCAL_NODE)
LINK.show(32774, REMOTE_NODE)
LINK.show_all(3, LOCAL)
LINK.show_all(4, REMOTE)
LINK.show_all(16, RISK)
LINK.reader(15)(read_switching)
LINK.reader(26)(groups)
link_delays(LINK, 27)


@LINK.reader(6, 7)
def largest_bandwidth(c: Cursor) -> Words:
    """Of the link, or what of it may be reserved."""
    return bandwidth(c, LARGEST, LARGEST.label)


@LINK.reader(8)
def unreserved(c: Cursor) -> Words:
    """What is left for each priority."""
    for number in range(PRIORITIES):
        bandwidth(c, PRIORITY_BANDWIDTH, f"Pri (or TE-Class) {number}")
    return None


@LINK.reader(9)
def colour(c: Cursor) -> Words:
    """The administrative groups that the link belongs to, a bit each."""
    at = c.pos
    with c.item(COLOUR) as node:
        value = c.uint(4)
        for number in range(32):
            if value >> number & 1:
                c.put(GROUP, 1 << number, at, 4).text = f"Group {number}"
    if node is not NOWHERE:
        node.value = value
    return ": 0x%08x", value


@LINK.reader(17)
def constraints(c: Cursor) -> Words:
    """What classes of traffic may reserve (RFC 4124, section 5.1)."""
    size = c.left
    c.add(MODEL)
    count, rest = divmod(size - 4, 4)
    if rest:
        c.note(BAD_LENGTH, text="Length must be N x 4 octets")
        c.skip(c.left)
        return None
    if any(c.peek(3)):
        c.note(NOT_ZERO, text="These bytes are reserved and must be 0x00")
    c.skip(3)
    if not 0 < count <= MOST_CONSTRAINTS:
        c.note(BAD_CONSTRAINTS, text=f"{count} bandwidth constraints")
    else:
        for number in range(count):
            bandwidth(c, CONSTRAINT, f"BC {number}")
    return None


@LINK.reader(32775)
def signals(c: Cursor) -> Words:
    """Timeslots that are free, by kind of signal (OIF E-NNI)."""
    c.add(OIF_SWITCHING)
    c.add(OIF_ENCODING)
    c.skip(2)
    while c.left >= 4:
        at, word = c.pos, c.uint(4)
        name = SIGNALS.get(word >> 24, f"Unknown Signal Type ({word >> 24})")
        c.put(SIGNAL, word >> 24, at, 4).text = f"{name}: {word & 0xFFFFFF} free timeslots"
    return None


# --- addresses of the transport network --------------------------------------------------------


@TLVS.reader(32768)
def addresses(c: Cursor) -> Words:
    """Transport network assigned addresses, each in a sub-TLV."""
    while c.more:
        c.need(4)
        octets = c.peek(4)
        kind, length = int.from_bytes(octets[:2], "big"), int.from_bytes(octets[2:], "big")
        if length < 4:
            c.note(BAD_TLV_LENGTH, text=f"Invalid sub-TLV length: {length}")
            break
        if kind in TNAS.readers:
            TNAS.one(c)
        else:
            c.note(UNKNOWN_SUB_TLV, text=f"Unknown Link sub-TLV: {kind}")
            c.add(UNREAD, 4 + length)
            c.skip(min(padding_of(length), c.left))
    return None


TNAS.show(32777, NODE)


def _tna(c: Cursor, field: Field) -> Words:
    c.add(ADDRESS_LENGTH)
    c.skip(3)
    address = c.add(field, field.kind.size or c.left)
    return ": %s", field.value_text(address)


@TNAS.reader(32776)
def tna4(c: Cursor) -> Words:
    """An IPv4 address."""
    return _tna(c, TNA4)


@TNAS.reader(32778)
def tna6(c: Cursor) -> Words:
    """An IPv6 address."""
    return _tna(c, TNA6)


@TNAS.reader(32779)
def tna_nsap(c: Cursor) -> Words:
    """An address of another kind."""
    return _tna(c, TNA)
