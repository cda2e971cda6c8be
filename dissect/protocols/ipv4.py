"""Internet Protocol, version 4 (RFC 791, section 3.1).

0       4       8              14  16                         32
+-------+-------+---------------+---+---------------------------+
|Version|  IHL  |     DSCP      |ECN|       Total Length        |
+-------+-------+---------------+---+-----+---------------------+
|          Identification           |Flags|   Fragment Offset   |
+---------------+---------------+---+-----+---------------------+
| Time to Live  |   Protocol    |       Header Checksum         |
+---------------+---------------+-------------------------------+
|                        Source Address                         |
|                      Destination Address                      |
|                 Options, 0 to 40 octets, padded               |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.checksum import STATUS, Status, checksum
from dissect.engine.cursor import Cursor
from dissect.engine.fragments import SECOND, Fragments, arrive
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.reassembly import Outcome, Rules, Trouble
from dissect.engine.tables import Next, Result, dissector, lookup
from dissect.engine.tree import Field, Node, Source
from dissect.engine.values import BOOL, BYTES, U8, U16, X8, X16, XD16
from dissect.protocols.codes.dscp import DSCP, DSCP_SHORT, ECN, ECN_SHORT
from dissect.protocols.codes.ip_protocols import IP_PROTO
from dissect.protocols.geoip import show_places
from dissect.protocols.ipv4_options import CURRENT, end_aliases, final_destination, options
from dissect.protocols.tunnel import enter

SET = ("Not set", "Set")


class IPv4Start(Header):
    """The first four octets, which say how long the header and the packet are."""

    __hdr__ = (
        ("_v_hl", "B", 0x45),
        ("tos", "B", 0),
        ("len", "H", 20),  # octets of header and payload
    )
    __bit_fields__ = {"_v_hl": (("version", 4), ("ihl", 4))}  # ihl: in 4-octet words
    names = (
        F("version", "ip.version", "Version", U8, unmasked=True),
        F("ihl", "ip.hdr_len", "Header Length", U8, convert=lambda words: 4 * words,
          unmasked=True),
        F("tos", "ip.dsfield", "Differentiated Services Field", X8,
          bits=(
              F("tos", "ip.dsfield.dscp", "Differentiated Services Codepoint", U8, DSCP,
                within=(0, 6)),
              F("tos", "ip.dsfield.ecn", "Explicit Congestion Notification", U8, ECN,
                within=(6, 2)),
          )),
        F("len", "ip.len", "Total Length"),
    )  # fmt: skip


class IPv4(Header):
    """The fixed header, 20 octets."""

    __hdr__ = (
        *IPv4Start.__hdr__,
        ("id", "H", 0),
        ("_flags_off", "H", 0),
        ("ttl", "B", 64),
        ("p", "B", 59),
        ("sum", "H", 0),
        ("src", "4s", bytes(4)),
        ("dst", "4s", bytes(4)),
    )
    __bit_fields__ = {
        **IPv4Start.__bit_fields__,
        "_flags_off": (("flags", 3), ("off", 13)),  # off: in 8-octet units
    }
    names = (
        *IPv4Start.names,
        F("id", "ip.id", "Identification", XD16),
        F("flags", "ip.flags", "Flags", X8, span=(6, 1),
          bits=(
              F("flags", "ip.flags.rb", "Reserved bit", BOOL, SET, within=(0, 1), span=(6, 1)),
              F("flags", "ip.flags.df", "Don't fragment", BOOL, SET, within=(1, 1), span=(6, 1)),
              F("flags", "ip.flags.mf", "More fragments", BOOL, SET, within=(2, 1), span=(6, 1)),
          )),
        F("off", "ip.frag_offset", "Fragment Offset", U16),
        F("ttl", "ip.ttl", "Time to Live"),
        F("p", "ip.proto", "Protocol", IP_PROTO),
        F("sum", "ip.checksum", "Header Checksum", X16),
        F("sum", "ip.checksum.status", "Header checksum status", U8, STATUS, span=(10, 0),
          convert=lambda _: int(Status.UNVERIFIED), generated=True),
        F("src", "ip.src", "Source Address", also=end_aliases("src")),
        F("dst", "ip.dst", "Destination Address", also=end_aliases("dst")),
    )  # fmt: skip


CALCULATED = Field("ip.checksum_calculated", "Calculated Checksum", X16, generated=True)

BOGUS_VERSION = Note(
    "ip.bogus_ip_version", Severity.ERROR, Group.PROTOCOL, "Bogus IPv4 version",
    "RFC 791, section 3.1",
)  # fmt: skip
BOGUS_HEADER_LENGTH = Note(
    "ip.bogus_header_length", Severity.ERROR, Group.PROTOCOL, "Bogus IP header length",
    "RFC 791, section 3.1",
)  # fmt: skip
BOGUS_LENGTH = Note(
    "ip.bogus_ip_length", Severity.ERROR, Group.PROTOCOL, "Bogus IP length",
    "RFC 791, section 3.1",
)  # fmt: skip
TTL_LOCAL = Note(
    "ip.ttl.lncb", Severity.NOTE, Group.SEQUENCE, "Time To Live", "RFC 5771, section 4"
)
TTL_SMALL = Note("ip.ttl.too_small", Severity.NOTE, Group.SEQUENCE, "Time To Live")
BAD_CHECKSUM = Note(
    "ip.checksum_bad.expert", Severity.ERROR, Group.CHECKSUM, "Bad checksum",
    "RFC 791, section 3.1",
)  # fmt: skip
OVERLAP = Note(
    "sixscope.ip.fragment.overlap", Severity.NOTE, Group.REASSEMBLE,
    "Fragments overlap, with the same octets", "RFC 1858, section 4",
)  # fmt: skip
CONTRADICTION = Note(
    "sixscope.ip.fragment.contradiction", Severity.WARNING, Group.REASSEMBLE,
    "Fragments contradict each other: hosts may put together another datagram than this one",
    "RFC 1858, section 4",
)  # fmt: skip
LATE = Note(
    "sixscope.ip.fragment.late", Severity.NOTE, Group.REASSEMBLE,
    "Fragments with this identification came more than 30 seconds before, and are given up",
    "RFC 1122, section 3.3.2",
)  # fmt: skip
TOO_FAR = Note(
    "sixscope.ip.fragment.too_far", Severity.ERROR, Group.PROTOCOL,
    "Fragment reaches past the 65,535 octets of the longest datagram", "RFC 791, section 3.1",
)  # fmt: skip

MAX_LENGTH = 65535
"""What the Total Length of the reassembled datagram can say."""

WAITING = 30 * SECOND
"""As long as Linux waits; RFC 1122 (section 3.3.2) recommends a minute or two."""

FRAGMENTS = Fragments(
    "ip", "IPv4", BYTES, "reassembled_in", Rules(WAITING, overlaps=True),
    {Trouble.LATE: LATE}, OVERLAP, CONTRADICTION,
)  # fmt: skip

LOCAL_BLOCK = b"\xe0\x00\x00"
"""224.0.0.0/24, the Local Network Control Block: never forwarded."""

LOCAL_TTL = {18: 255, 102: 255, 251: 255, 252: None}
"""The TTL that VRRP, GLBP, mDNS and LLMNR (any) use there; the others, and IGMP, use 1."""

IGMP = 2
HOP_BY_HOP = frozenset({89, 103})
"""OSPF and PIM talk to neighbours with a small TTL."""


@dissector(
    "ip", "Internet Protocol Version 4", "IPv4",
    ethertype=0x0800, ip_proto=4, link_type=228, llc_dsap=0x06,
)  # fmt: skip
def ipv4(c: Cursor) -> Result:
    """Read the header and options, narrow the bounds to the payload, go on by Protocol."""
    c.info("")
    start = c.pos
    first = c.peek(4)
    if first and not _sane(c, first):
        return Next("ip_proto", 41, start) if first[0] >> 4 == 6 else None
    header = c.header(IPv4, cut=lambda part, there: _cut(c, part, there))
    octets = 4 * header.ihl
    dst = header.dst
    if octets > 20:
        dst = final_destination(c.peek(octets - 20)) or dst
    if c.at is not None:
        _texts(c, header, dst)
    c.ends(header.src, dst)
    facts = c.facts
    if facts.version:
        enter(c, header.src, dst)
    facts.version, facts.ip, facts.final, facts.limit = 4, header, b"", None
    facts.source, facts.destination = header.src, dst
    facts.fragment = header.flags & 1 != 0
    if header.len == 0:
        c.node("ip.len").value = c.end - start
    elif start + header.len <= c.end:
        c.bound(start + header.len, "ip.len")
    else:
        _too_long(c)
    _time_to_live(c, header, dst)
    sound = _checksum(c, header, start, octets)
    if octets > 20:
        options(c, octets - 20)
    if header.off or facts.fragment:
        part = _arrive(c, header) if sound else None
        if part is not None and part.whole is not None:
            return _payload(c, header.p, part.whole.source)
        if part is not None or header.off:
            return _fragment(c, header, part)
    return _payload(c, header.p) if c.left > 0 else None


def _cut(c: Cursor, part: Any, there: int) -> None:
    """Judge the length in a header that ends early."""
    if there >= 4 and c.start + part.len > c.end:
        _too_long(c)


def _too_long(c: Cursor) -> None:
    """Note a length that passes the end, which quotes are meant to do."""
    if not c.quoted:
        text = f"IPv4 total length exceeds packet length ({c.end - c.start} bytes)"
        c.note(BOGUS_LENGTH, "ip.len", text)


def _payload(c: Cursor, protocol: int, source: Source | None = None) -> Result:
    """Go on by Protocol, here or in the reassembled octets."""
    if lookup("ip_proto", protocol) is None:
        c.info("%s (%d)", IP_PROTO.get(protocol, "Unknown"), protocol)
    if source is None:
        return "ip_proto", protocol
    return Next("ip_proto", protocol, start=0, source=source)


def _arrive(c: Cursor, header: Any) -> Outcome | None:
    """Hand a fragment to the session; None where it is not to be put together with others."""
    facts, start, size = c.facts, 8 * header.off, header.len - 4 * header.ihl
    if not c.quoted and start + 4 * header.ihl + size > MAX_LENGTH:
        c.note(TOO_FAR, "ip.frag_offset")
    if not 0 < size == c.left == c.captured:
        return None
    key = facts.source, facts.destination, header.id, header.p
    part = arrive(c, FRAGMENTS, key, start, header.p, last=not facts.fragment)
    if part is not None and part.whole is not None:
        facts.fragment = False
    return part


def _fragment(c: Cursor, header: Any, part: Outcome | None) -> Result:
    """A part of a datagram, as octets."""
    c.info(
        "Fragmented IP protocol (proto=%s %d, off=%d, ID=%04x)",
        IP_PROTO.get(header.p, "Unknown"), header.p, 8 * header.off, header.id,
    )  # fmt: skip
    if part is not None and part.datagram.frame:
        c.info_add(" [Reassembled in #%d]", part.datagram.frame)
    return Next(name="data") if c.more else None


def _sane(c: Cursor, first: bytes) -> bool:
    """Check version and lengths; where they can't be, show as much as can be believed."""
    version, octets = first[0] >> 4, 4 * (first[0] & 15)
    length = first[2] << 8 | first[3] if len(first) == 4 else octets
    if version == 4 and octets >= 20 and (length >= octets or not length):
        return True
    shown = {field.name: field for field in IPv4Start.names}
    if version != 4:
        c.put(shown["ip.version"], version, c.pos, 1)
        c.note(BOGUS_VERSION, "ip.version")
        c.info("Bogus IPv4 version (%d, must be 4)", version)
    elif octets < 20:
        text = f"Bogus IP header length ({octets}, must be at least 20)"
        c.put(shown["ip.version"], version, c.pos, 1)
        words = f"Header Length: {octets} bytes ({first[0] & 15})"
        c.put(shown["ip.hdr_len"], octets, c.pos, 1).text = words
        c.note(BOGUS_HEADER_LENGTH, "ip.hdr_len", text)
        c.info(text)
    else:
        c.header(IPv4Start)
        c.note(BOGUS_LENGTH, "ip.len")
        c.info("Bogus IP length (%d, less than header length %d)", length, octets)
    c.layer.end = min(c.layer.offset + octets, c.end)
    return False


def _texts(c: Cursor, header: Any, dst: bytes) -> None:
    """The lines that say more than name and value, and where the ends are."""
    if dst == header.dst:
        c.title("Internet Protocol Version 4, Src: %s, Dst: %s", header.src, dst)
    else:
        form = "Internet Protocol Version 4, Src: %s, Dst: %s, Via: %s"
        c.title(form, header.src, dst, header.dst)
        del c.at.children[-4:]  # type: ignore[union-attr]  # it is the next hop only
        c.put(CURRENT, header.dst, c.pos - 4, 4)
    show_places(c, header.src, dst)
    c.node("ip.hdr_len").text = f"Header Length: {4 * header.ihl} bytes ({header.ihl})"
    c.node("ip.frag_offset").text = f"Fragment Offset: {8 * header.off}"
    dscp, ecn = header.tos >> 2, header.tos & 3
    c.node(
        "ip.dsfield"
    ).suffix = f" (DSCP: {DSCP_SHORT.get(dscp, 'Unknown')}, ECN: {ECN_SHORT[ecn]})"
    c.node("ip.flags").suffix = "".join(
        f", {word}"
        for bit, word in ((4, "Reserved bit"), (2, "Don't fragment"), (1, "More fragments"))
        if header.flags & bit
    )
    if header.len == 0:
        c.node("ip.len").text = (
            f"Total Length: {c.end - c.layer.offset} bytes (reported as 0, presumed to be because "
            'of "TCP segmentation offload" (TSO))'
        )


def _time_to_live(c: Cursor, header: Any, dst: bytes) -> None:
    """Note a TTL that is about to run out, or that is not what link-local multicast uses."""
    if dst[0] >= 224 and dst[:3] == LOCAL_BLOCK:
        usual = 1 if header.p == IGMP else LOCAL_TTL.get(dst[3], 1)
        if usual is not None and header.ttl != usual:
            text = (
                f'"Time To Live" != {usual} for a packet sent to the Local Network '
                "Control Block (see RFC 3171)"
            )
            c.note(TTL_LOCAL, "ip.ttl", text)
    elif header.ttl < 5 and not 224 <= dst[0] < 240 and header.p not in HOP_BY_HOP:
        c.note(TTL_SMALL, "ip.ttl", f'"Time To Live" only {header.ttl}')


def _checksum(c: Cursor, header: Any, start: int, octets: int) -> bool:
    """Verify the header checksum; it can't be when the capture ends inside the header.

    True if it is right.
    """
    whole = c.data[start : start + octets]
    status = Status.UNVERIFIED
    right = header.sum
    if len(whole) == octets:
        rest = checksum(whole)
        right += rest
        right = (right & 0xFFFF) + (right >> 16)
        status = Status.BAD if rest else Status.GOOD
        if rest:
            c.note(BAD_CHECKSUM, "ip.checksum", f"Bad checksum [should be 0x{right:04x}]")
    if c.at is None:
        return status is Status.GOOD
    node = c.node("ip.checksum.status")
    node.value = int(status)
    node.text = f"Header checksum status: {STATUS[status]}"
    field = c.node("ip.checksum")
    if status is not Status.UNVERIFIED:
        beside = c.at.children.index(node) + 1  # type: ignore[union-attr]
        calculated = Node(CALCULATED, field.offset, 2, right)
        c.at.children.insert(beside, calculated)  # type: ignore[union-attr]
    if status is Status.UNVERIFIED:
        field.suffix = " [unverified]"
    elif status is Status.GOOD:
        field.suffix = " [correct]"
    else:
        field.suffix = (
            f' incorrect, should be 0x{right:04x}(may be caused by "IP checksum offload"?)'
        )
    return status is Status.GOOD
