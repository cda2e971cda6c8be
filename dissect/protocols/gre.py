"""Generic Routing Encapsulation (RFC 2784, 2890; routing: RFC 1701; PPTP's version 1: RFC 2637).

0               8               16                             32
+-+-+-+-+-+-----+-+-------+-----+-------------------------------+
|C|R|K|S|s|Recur|A| Flags | Ver |         Protocol Type         |
+-+-+-+-+-+-----+-+-------+-----+-------------------------------+
|  C or R:  Checksum            |            Offset             |
|  K:       Key, in version 1 payload length and call ID        |
|  S:       Sequence Number                                     |
|  A:       Acknowledgment Number, only in version 1            |
|  R:       Routing                                             |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.checksum import STATUS, Status, checksum
from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector, lookup
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, NONE, U8, U16, U32, X16, X32
from dissect.protocols.codes.gre_protocols import GRE_PROTOCOLS, WCCP_SERVICES
from dissect.protocols.gre_attributes import attributes

YES = ("No", "Yes")
VERSIONS = {0: "GRE", 1: "Enhanced GRE"}
FLAG_BITS = (
    Field("gre.flags.checksum", "Checksum Bit", BOOL, YES, mask=0x8000),
    Field("gre.flags.routing", "Routing Bit", BOOL, YES, mask=0x4000),
    Field("gre.flags.key", "Key Bit", BOOL, YES, mask=0x2000),
    Field("gre.flags.sequence_number", "Sequence Number Bit", BOOL, YES, mask=0x1000),
    Field("gre.flags.strict_source_route", "Strict Source Route Bit", BOOL, YES, mask=0x0800),
    Field("gre.flags.recursion_control", "Recursion control", U16, mask=0x0700),
)
VERSION = Field("gre.flags.version", "Version", U16, VERSIONS, mask=0x0007)


def _flags(*rest: Field) -> Field:
    bits = (*FLAG_BITS, *rest, VERSION)
    return Field("gre.flags_and_version", "Flags and Version", X16, bits=bits)


FLAGS = _flags(Field("gre.flags.reserved", "Flags (Reserved)", U16, mask=0x00F8))
ENHANCED_FLAGS = _flags(
    Field("gre.flags.ack", "Acknowledgment", BOOL, YES, mask=0x0080),
    Field("gre.flags.reserved", "Flags (Reserved)", U16, mask=0x0078),
)
PROTOCOL = Field("gre.proto", "Protocol Type", X16, GRE_PROTOCOLS)
CHECKSUM = Field("gre.checksum", "Checksum", X16)
CHECKSUM_STATUS = Field("gre.checksum.status", "Checksum Status", U8, STATUS, generated=True)
OFFSET = Field("gre.offset", "Offset", U16)
KEY = Field("gre.key", "Key", X32)
PAYLOAD_LENGTH = Field("gre.key.payload_length", "Payload Length", U16)
CALL_ID = Field("gre.key.call_id", "Call ID", U16)
SEQUENCE = Field("gre.sequence_number", "Sequence Number", U32)
ACKNOWLEDGMENT = Field("gre.ack_number", "Acknowledgment Number", U32)
ROUTING = Field("gre.routing", "Routing", NONE)
ROUTE_FAMILY = Field("gre.routing.address_family", "Address Family", U16)
ROUTE_OFFSET = Field("gre.routing.sre_offset", "SRE Offset", U8)
ROUTE_LENGTH = Field("gre.routing.src_length", "SRE Length", U8)
ROUTE_INFORMATION = Field("gre.routing.information", "Routing Information", BYTES)

REDIRECT = Field("gre.wccp.redirect_header", "Redirect Header", NONE)
REDIRECT_FLAGS = (
    Field("gre.wccp.dynamic_service", "Dynamic Service", BOOL,
          ("Well-known service", "Dynamic service"), mask=0x01),
    Field("gre.wccp.alternative_bucket_used", "Alternative bucket used", BOOL,
          ("Primary bucket used", "Alternative bucket used"), mask=0x02),
    Field("gre.wccp.redirect_header_valid", "WCCP Redirect header is valid", BOOL,
          ("Header contents are valid", "Header is present, but ignore contents"), mask=0x04),
)  # fmt: skip
SERVICE = Field("gre.wccp.service_id", "Service ID", U8, WCCP_SERVICES)
ALTERNATIVE = Field("gre.wccp.alternative_bucket", "Alternative Bucket", U8)
PRIMARY = Field("gre.wccp.primary_bucket", "Primary Bucket", U8)

BAD_CHECKSUM = Note(
    "gre.checksum.incorrect", Severity.WARNING, Group.PROTOCOL, "Incorrect GRE Checksum",
    "RFC 2784, section 2.5",
)  # fmt: skip

PPP, WCCP, IPV4, ERSPAN_12 = 0x880B, 0x883E, 0x0800, 0x88BE
CDMA_BYTES, CDMA_PACKET = 0x8881, 0x88D2
CHECKSUM_BIT, ROUTING_BIT, KEY_BIT, SEQUENCE_BIT, ACK_BIT = 0x8000, 0x4000, 0x2000, 0x1000, 0x0080
IPV6_HEADER = 40
TYPE_1 = 1
"""ERSPAN without a sequence number in GRE has no header of its own."""
ETHERTYPES = frozenset({0x0800, 0x0806, 0x86DD, 0x8847, 0x8848, 0x8137, 0x894F, 0x6558})
"""Protocol types that are EtherTypes of other dissectors, unless one claims them in gre_proto."""


@dissector("gre", "Generic Routing Encapsulation", "GRE", ip_proto=47, udp_port=4754)
def gre(c: Cursor) -> Result:
    """Read the flags and the fields that they announce, go on by Protocol Type."""
    start = c.pos
    c.need(4)
    flags, kind = int.from_bytes(c.peek(2), "big"), int.from_bytes(c.peek(2, 2), "big")
    name = GRE_PROTOCOLS.get(kind)
    c.title("Generic Routing Encapsulation (%s)", name or f"0x{kind:04X} - unknown")
    c.info("Encapsulated %s", name or f"0x{kind:04X} (unknown)")
    enhanced = kind in (CDMA_BYTES, CDMA_PACKET) or (kind == PPP and flags & 7 != 0)
    c.add(ENHANCED_FLAGS if enhanced else FLAGS)
    c.add(PROTOCOL)
    if flags & (CHECKSUM_BIT | ROUTING_BIT):
        _checksum(c, start, flags & CHECKSUM_BIT != 0)
        c.add(OFFSET)
    if flags & KEY_BIT:
        if enhanced and kind != CDMA_BYTES:
            c.add(PAYLOAD_LENGTH)
            c.add(CALL_ID)
        else:
            c.add(KEY)
    if flags & SEQUENCE_BIT:
        c.add(SEQUENCE)
    if enhanced and flags & ACK_BIT:
        c.add(ACKNOWLEDGMENT)
    if flags & ROUTING_BIT:
        _routing(c)
    if kind == CDMA_PACKET:
        attributes(c)
    return _payload(c, kind, sequence=flags & SEQUENCE_BIT != 0)


def _payload(c: Cursor, kind: int, *, sequence: bool) -> Result:
    """Who reads on.  A numbered packet has a payload, others may be keepalives."""
    if kind == WCCP:
        return _redirected(c)
    if c.left <= 0 and not sequence:
        return None
    if kind == ERSPAN_12 and not sequence:
        return "erspan", TYPE_1
    if kind in ETHERTYPES and lookup("gre_proto", kind) is None:
        return Next("ethertype", kind, listed=False)
    return "gre_proto", kind


def _checksum(c: Cursor, start: int, present: bool) -> None:
    """It covers header and payload; with routing only, it stands there without a meaning."""
    at = c.pos
    c.add(CHECKSUM)
    octets = c.data[start : c.end]
    status, words = Status.UNVERIFIED, "[unverified]"
    whole = len(octets) == c.end - start and not c.facts.fragment and not _quote_cut(c)
    if present and whole:
        rest = checksum(octets)
        status, words = Status.GOOD, "[correct]"
        if rest:
            right = checksum(octets[: at - start] + bytes(2) + octets[at - start + 2 :])
            status, words = Status.BAD, f"incorrect, should be 0x{right:04x}"
            text = f"Incorrect GRE Checksum [should be 0x{right:04x}]"
            c.note(BAD_CHECKSUM, "gre.checksum", text)
    c.node("gre.checksum").suffix = f" {words}"
    node = c.put(CHECKSUM_STATUS, int(status), at)
    node.text = f"Checksum Status: {STATUS[status]}"


def _quote_cut(c: Cursor) -> bool:
    """Whether this is a quote in an error message that ends before its packet does."""
    if not c.quoted:
        return False
    around = next(layer for layer in reversed(c.packet.layers) if layer.name in ("ip", "ipv6"))
    ip = c.facts.ip
    size = ip.len if c.facts.version == 4 else IPV6_HEADER + ip.plen
    return bool(around.offset + size > c.end)


def _routing(c: Cursor) -> None:
    """Source route entries up to an empty one."""
    while True:
        entry = c.put(ROUTING)
        family = c.add(ROUTE_FAMILY)
        c.add(ROUTE_OFFSET)
        length = c.add(ROUTE_LENGTH)
        entry.length = 4 + min(length, c.captured)
        if family or length:
            c.add(ROUTE_INFORMATION, length)
        if not family and not length:
            return


def _redirected(c: Cursor) -> Result:
    """A web cache protocol's packet; version 2 puts a header before it, which no IPv4 begins."""
    first = c.peek(1)
    if first and first[0] >> 4 != 4:
        with c.item(REDIRECT, 4):
            for flag in REDIRECT_FLAGS:
                c.peek_add(flag)
            c.skip(1)
            c.add(SERVICE)
            c.add(ALTERNATIVE)
            c.add(PRIMARY)
    return Next("ethertype", IPV4, listed=False)
