"""Internet Group Management Protocol (RFC 988, 1112, 2236; version 3: RFC 3376, section 4).

    0               8               16                             32
    +---------------+---------------+-------------------------------+
    |     Type      | Max Resp Time |           Checksum            |
    +---------------+---------------+-------------------------------+
    |                         Group Address                         |
    +-------+-+-----+---------------+-------------------------------+
    | Resv  |S| QRV |     QQIC      |       Number of Sources       |  version 3 queries
    +-------+-+-----+---------------+-------------------------------+
    |                      Source Addresses ...                     |

A version 3 report has the number of group records instead of the group address, then the records.
"""

from __future__ import annotations

from dissect.engine.checksum import STATUS, Status, checksum
from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, IPV4, U8, U16, U24, U32, X8, X16, ipv4_text
from dissect.protocols.codes import igmp as codes

QUERY, REPORT_1, DVMRP, PIM, REPORT_2, LEAVE, TRACE_REPLY, TRACE, REPORT_3 = (
    0x11, 0x12, 0x13, 0x14, 0x16, 0x17, 0x1E, 0x1F, 0x22,
)  # fmt: skip
CREATE, LAST_OLD = 1, 15

VERSION = Field("igmp.version", "IGMP Version", U8, generated=True)
TYPE = Field("igmp.type", "Type", X8, codes.TYPES)
TRACE_TYPE = Field("igmp.type", "Type", X8)
RESERVED = Field("igmp.reserved", "Reserved", BYTES)
RESPONSE_TIME = Field("igmp.max_resp", "Max Resp Time", U8)
EXPONENT = Field("igmp.max_resp.exp", "Exponent", X8, mask=0x70)
MANTISSA = Field("igmp.max_resp.mant", "Mantissa", X8, mask=0x0F)
CHECKSUM = Field("igmp.checksum", "Checksum", X16)
CHECKSUM_STATUS = Field("igmp.checksum.status", "Checksum Status", U8, STATUS, generated=True)
GROUP = Field("igmp.maddr", "Multicast Address", IPV4)
SUPPRESS = Field("igmp.s", "S", BOOL, codes.SUPPRESS, mask=0x08)
ROBUSTNESS = Field("igmp.qrv", "QRV", U8, mask=0x07)
INTERVAL_CODE = Field("igmp.qqic", "QQIC", U8)
SOURCES = Field("igmp.num_src", "Num Src", U16)
SOURCE = Field("igmp.saddr", "Source Address", IPV4)
RECORDS = Field("igmp.num_grp_recs", "Num Group Records", U16)
RECORD_TYPE = Field("igmp.record_type", "Record Type", U8, codes.RECORD_TYPES)
AUX_LENGTH = Field("igmp.aux_data_len", "Aux Data Len", U8)
AUX_DATA = Field("igmp.aux_data", "Aux Data", BYTES)
GROUP_TYPE = Field("igmp.group_type", "Type Of Group", U8, codes.GROUP_TYPES)
REPLY = Field("igmp.reply", "Reply", U8, codes.REPLIES)
PENDING = Field("igmp.reply.pending", "Reply Pending", U8)
IDENTIFIER = Field("igmp.identifier", "Identifier", U32)
ACCESS_KEY = Field("igmp.access_key", "Access Key", BYTES)
DATA = Field("igmp.data", "Data", BYTES)
MAX_HOPS = Field("igmp.mtrace.max_hops", "# hops", U8)


class TraceHead(Header):
    """Multicast traceroute: who asks about which path, 16 octets behind the group."""

    __hdr__ = (
        ("saddr", "4s", bytes(4)), ("raddr", "4s", bytes(4)), ("rspaddr", "4s", bytes(4)),
        ("_ttl_id", "I", 0),
    )  # fmt: skip
    __bit_fields__ = {"_ttl_id": (("ttl", 8), ("id", 24))}
    names = (
        F("saddr", "igmp.mtrace.saddr", "Source Address"),
        F("raddr", "igmp.mtrace.raddr", "Receiver Address"),
        F("rspaddr", "igmp.mtrace.rspaddr", "Response Address"),
        F("ttl", "igmp.mtrace.resp_ttl", "Response TTL", U8, span=(12, 1)),
        F("id", "igmp.mtrace.q_id", "Query ID", U24, span=(13, 3)),
    )


class TraceBlock(Header):
    """What one router on the path added, 32 octets."""

    __hdr__ = (
        ("arrival", "I", 0), ("inaddr", "4s", bytes(4)), ("outaddr", "4s", bytes(4)),
        ("prevrtr", "4s", bytes(4)), ("inpkt", "I", 0), ("outpkt", "I", 0), ("total", "I", 0),
        ("rtg_proto", "B", 0), ("fwd_ttl", "B", 0), ("_mask", "B", 0), ("fwd_code", "B", 0),
    )  # fmt: skip
    __bit_fields__ = {"_mask": (("mbz", 1), ("s", 1), ("src_mask", 6))}
    names = (
        F("arrival", "igmp.mtrace.q_arrival", "Query Arrival"),
        F("inaddr", "igmp.mtrace.q_inaddr", "In itf addr"),
        F("outaddr", "igmp.mtrace.q_outaddr", "Out itf addr"),
        F("prevrtr", "igmp.mtrace.q_prevrtr", "Previous rtr addr"),
        F("inpkt", "igmp.mtrace.q_inpkt", "In pkts"),
        F("outpkt", "igmp.mtrace.q_outpkt", "Out pkts"),
        F("total", "igmp.mtrace.q_total", "S,G pkt count"),
        F("rtg_proto", "igmp.mtrace.q_rtg_proto", "Rtg Protocol", codes.ROUTING_PROTOCOLS),
        F("fwd_ttl", "igmp.mtrace.q_fwd_ttl", "FwdTTL"),
        F("mbz", "igmp.mtrace.q_mbz", "MBZ", X8),
        F("s", "igmp.mtrace.q_s", "S", X8),
        F("src_mask", "igmp.mtrace.q_src_mask", "Src Mask", X8),
        F("fwd_code", "igmp.mtrace.q_fwd_code", "Forwarding Code", X8, codes.FORWARDING),
    )


BAD_CHECKSUM = Note(
    "igmp.bad_checksum", Severity.ERROR, Group.CHECKSUM, "Bad checksum", "RFC 3376, section 4.1.2"
)


@dissector("igmp", "Internet Group Management Protocol", "IGMP", ip_proto=2)
def igmp(c: Cursor) -> Result:
    """Tell the version by type and length, then read that version's message."""
    c.need(1)
    kind = c.data[c.pos]
    if kind in (DVMRP, PIM):
        return "igmp_type", kind
    if kind in (TRACE, TRACE_REPLY):
        return _trace(c, kind)
    name = codes.TYPES.get(kind)
    c.info("%s", name or f"Unknown Type:0x{kind:02x}")
    if kind == QUERY:
        _query(c)
    elif kind == REPORT_3:
        _report(c)
    elif kind == REPORT_1:
        _begin(c, 1, RESERVED)
        c.add(GROUP)
    elif kind in (REPORT_2, LEAVE):
        _begin(c, 2, RESPONSE_TIME)
        c.info_add(" group %s" if kind == REPORT_2 else " %s", c.add(GROUP))
    elif kind <= LAST_OLD:
        _old(c, kind)
    else:
        c.add(TYPE)
        c.rest(DATA)
    return None


def _begin(c: Cursor, version: int, second: Field | None) -> None:
    """Version, type, the octet behind it, and the checksum."""
    c.protocol(f"IGMPv{version}")
    c.put(VERSION, version)
    c.add(TYPE)
    if second is None:
        c.skip(1)
    elif second is RESERVED:
        c.add(RESERVED, 1)
    elif second is RESPONSE_TIME:
        value = c.add(second)
        c.last.text = f"Max Resp Time: {value / 10:.1f} sec (0x{value:02x})"
    else:
        c.add(second)
    _checksum(c)


def _checksum(c: Cursor) -> None:
    """It covers all that IP carries."""
    at, start = c.pos, c.layer.offset
    c.add(CHECKSUM)
    octets = c.data[start : c.end]
    status, words = Status.UNVERIFIED, "[unverified]"
    if len(octets) == c.end - start >= 8 and not c.quoted and not c.facts.fragment:
        rest = checksum(octets)
        status, words = Status.GOOD, "[correct]"
        if rest:
            right = checksum(octets[:2] + bytes(2) + octets[4:])
            status, words = Status.BAD, f"incorrect, should be 0x{right:04x}"
            c.note(BAD_CHECKSUM, "igmp.checksum", f"Bad checksum [should be 0x{right:04x}]")
    c.node("igmp.checksum").suffix = f" {words}"
    node = c.put(CHECKSUM_STATUS, int(status), at)
    node.text = f"Checksum Status: {STATUS[status]}"


def _query(c: Cursor) -> None:
    if c.left >= 12:
        _query_3(c)
        return
    time = c.peek(1, 1)
    if time == b"\0" or not time:
        _begin(c, 1, RESERVED)
        c.add(GROUP)
        return
    _begin(c, 2, RESPONSE_TIME)
    _asked_group(c)


def _asked_group(c: Cursor) -> None:
    group = c.add(GROUP)
    if group == bytes(4):
        c.info_add(", general")
    else:
        c.info_add(", specific for group %s", group)


def _query_3(c: Cursor) -> None:
    """Long times are floating-point numbers (RFC 3376, section 4.1.1)."""
    c.protocol("IGMPv3")
    c.put(VERSION, 3)
    c.add(TYPE)
    at = c.pos
    code = c.add(RESPONSE_TIME)
    tenths = code if code < 128 else (code & 15 | 16) << (code >> 4 & 7) + 3
    node = c.last
    if c.at is not None:
        node.value = tenths
        node.text = f"Max Resp Time: {tenths / 10:.1f} sec (0x{code:02x})"
        if code >= 128:
            node.add(type(node)(EXPONENT, at, 1, code >> 4 & 7))
            node.add(type(node)(MANTISSA, at, 1, code & 15))
    _checksum(c)
    _asked_group(c)
    c.peek_add(SUPPRESS)
    c.add(ROBUSTNESS)
    c.add(INTERVAL_CODE)
    count = c.add(SOURCES)
    for number in range(count):
        opening = ", source {" if count == 1 else ", sources {"
        c.info_add(", " if number else opening)
        c.info_add("%s", c.add(SOURCE))
    if count:
        c.info_add("}")


def _report(c: Cursor) -> None:
    _begin(c, 3, RESERVED)
    c.add(RESERVED, 2)
    count = c.add(RECORDS)
    if not count:
        c.info_add(" - General query")
    for _ in range(count):
        _record(c)


def _record(c: Cursor) -> None:
    """One group record: which sources of a group somebody wants."""
    with c.text("") as node:
        kind = c.add(RECORD_TYPE)
        words = c.add(AUX_LENGTH)
        count = c.add(SOURCES)
        group = c.add(GROUP)
        if c.at is not None:
            mode = codes.RECORD_TYPES.get(kind, "Unknown")
            node.text = f"Group Record : {ipv4_text(group)}  {mode}"
        if not count:
            c.info_add(codes.WITHOUT_SOURCES.get(kind, codes.UNKNOWN), group)
        else:
            one, several = codes.WITH_SOURCES.get(kind, (codes.UNKNOWN_WITH, codes.UNKNOWN_WITH))
            c.info_add((one if count == 1 else several) + " {", group)
            for number in range(count):
                c.info_add(", %s" if number else "%s", c.add(SOURCE))
            c.info_add("}")
        if words:
            c.add(AUX_DATA, 4 * words)


def _old(c: Cursor, kind: int) -> None:
    """Version 0 (RFC 988): groups are created, and have keys."""
    second: Field | None = None
    if kind == CREATE:
        second = GROUP_TYPE
    elif kind % 2 == 0:
        status = c.peek(1, 1)
        second = PENDING if status and status[0] not in codes.REPLIES else REPLY
    _begin(c, 0, second)
    c.add(IDENTIFIER)
    c.add(GROUP)
    c.add(ACCESS_KEY, 8)


def _trace(c: Cursor, kind: int) -> Result:
    """A traceroute asks, is asked on from router to router, and is answered."""
    blocks = (c.left - 24) // 32
    if kind == TRACE_REPLY:
        name = "Traceroute Response"
        c.info("%s, %d block%s", name, max(blocks, 0), "" if blocks == 1 else "s")
    else:
        name = "Traceroute Query" if c.left <= 24 else "Traceroute Request"
        c.info("%s", name)
    c.add(TRACE_TYPE)
    c.last.text = f"Type: {name} (0x{kind:02x})"
    c.add(MAX_HOPS)
    _checksum(c)
    c.add(GROUP)
    c.header(TraceHead)
    for _ in range(max(blocks, 0)):
        with c.text("") as node:
            block = c.header(TraceBlock)
            protocol = codes.ROUTING_PROTOCOLS.get(block.rtg_proto, "Unknown")
            code = codes.FORWARDING.get(block.fwd_code, "Unknown")
            node.text = (
                "Response data block: %s -> %s,  Proto: %s,  Forwarding Code: %s",
                block.inaddr, block.outaddr, protocol, code,
            )  # fmt: skip
    return None
