"""Internet Protocol, version 6 (RFC 8200, section 3).

0       4               12                                     32
+-------+---------------+---------------------------------------+
|Version| Traffic Class |              Flow Label               |
+-------+---------------+-------+---------------+---------------+
|        Payload Length         |  Next Header  |   Hop Limit   |
+-------------------------------+---------------+---------------+
|                       Source Address, 16 octets               |
|                    Destination Address, 16 octets             |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.address import embedded
from dissect.engine.cursor import Cursor
from dissect.engine.demo import main_for
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, ETHER, IPV4, IPV6, STR, U8, U16, X24, X32, Kind, ipv6_text
from dissect.protocols.codes.dscp import DSCP, DSCP_SHORT, ECN, ECN_SHORT
from dissect.protocols.codes.ip_protocols import IP_PROTO
from dissect.protocols.geoip import show_places
from dissect.protocols.ipv6_chain import NO_NEXT_HEADER, announce, follow
from dissect.protocols.tunnel import announce_empty, check_limit, enter, limit_ahead


def _aliases(end: str) -> tuple[Field, ...]:
    """The hidden fields beside an address: either end's address, its host name."""
    return (
        Field("ipv6.addr", "Source or Destination Address", IPV6, hidden=True),
        Field(f"ipv6.{end}_host", f"{WORDS[end]} Host", STR, convert=ipv6_text, hidden=True),
        Field("ipv6.host", "Source or Destination Host", STR, convert=ipv6_text, hidden=True),
    )


WORDS = {"src": "Source", "dst": "Destination"}
IP_VERSION_WORDS = ' [This field makes the filter match on "ip.version == 6" possible]'


class IPv6(Header):
    """The fixed header, 40 octets."""

    __hdr__ = (
        ("_v_fc_flow", "I", 0x60000000),
        ("plen", "H", 0),  # octets after this header; 0 for a jumbogram
        ("nxt", "B", 59),
        ("hlim", "B", 64),
        ("src", "16s", bytes(16)),
        ("dst", "16s", bytes(16)),
    )
    __bit_fields__ = {"_v_fc_flow": (("version", 4), ("tclass", 8), ("flow", 20))}
    names = (
        F("version", "ipv6.version", "Version", U8, span=(0, 1), unmasked=True),
        F("version", "ip.version", "Version", U8, span=(0, 1), hidden=True, unit=IP_VERSION_WORDS),
        F(
            "tclass", "ipv6.tclass", "Traffic Class", X32,
            bits=(
                F("tclass", "ipv6.tclass.dscp", "Differentiated Services Codepoint", U8, DSCP,
                  within=(0, 6)),
                F("tclass", "ipv6.tclass.ecn", "Explicit Congestion Notification", U8, ECN,
                  within=(6, 2)),
            ),
        ),
        F("flow", "ipv6.flow", "Flow Label", X24, span=(1, 3)),
        F("plen", "ipv6.plen", "Payload Length"),
        F("nxt", "ipv6.nxt", "Next Header", IP_PROTO),
        F("hlim", "ipv6.hlim", "Hop Limit"),
        F("src", "ipv6.src", "Source Address", also=_aliases("src")),
        F("dst", "ipv6.dst", "Destination Address", also=_aliases("dst")),
    )  # fmt: skip


VERSION = Field("ipv6.version", "Version", U8, mask=0xF0, unmasked=True)
IP_VERSION = Field("ip.version", "Version", U8, mask=0xF0, hidden=True, unit=IP_VERSION_WORDS)

PARTS: tuple[tuple[str, str, Kind], ...] = (
    ("slaac_mac", "SLAAC MAC", ETHER),
    ("isatap_ipv4", "ISATAP IPv4", IPV4),
    ("6to4_gw_ipv4", "6to4 Gateway IPv4", IPV4),
    ("6to4_sla_id", "6to4 SLA ID", U16),
    ("ts_ipv4", "Teredo Server IPv4", IPV4),
    ("tc_port", "Teredo Port", U16),
    ("tc_ipv4", "Teredo Client IPv4", IPV4),
    ("embed_ipv4", "Embedded IPv4", IPV4),
)
"""What an address may have inside, by the names of ``dissect.address``."""

EITHER = {
    name: Field(f"ipv6.{name}", label, kind, hidden=name != "embed_ipv4", generated=True)
    for name, label, kind in PARTS
} | {
    "embed_ipv4_prefix": Field(
        "ipv6.embed_ipv4_prefix", "Embedded IPv4 Prefix", BYTES, generated=True
    )
}
SOURCE, DESTINATION = (
    {
        name: Field(f"ipv6.{end}_{name}", f"{words} {label}", kind, generated=True)
        for name, label, kind in PARTS
    }
    for end, words in WORDS.items()
)

BOGUS_VERSION = Note(
    "ipv6.bogus_ipv6_version", Severity.ERROR, Group.MALFORMED, "Bogus IPv6 version",
    "RFC 8200, section 3",
)  # fmt: skip
INVALID_HEADER = Note(
    "ipv6.invalid_header", Severity.ERROR, Group.MALFORMED, "IPv6 header must be exactly 40 bytes",
    "RFC 8200, section 3",
)  # fmt: skip
PLEN_EXCEEDS = Note(
    "ipv6.plen_exceeds_framing", Severity.WARNING, Group.PROTOCOL,
    "IPv6 payload length does not match expected framing length", "RFC 8200, section 3",
)  # fmt: skip
PLEN_ZERO = Note(
    "ipv6.plen_zero", Severity.CHAT, Group.PROTOCOL,
    'IPv6 payload length equals 0 (maybe because of "TCP segmentation offload" (TSO))',
    "RFC 8200, section 3",
)  # fmt: skip
BIG_TCP = Note(
    "sixscope.ipv6.big_tcp", Severity.CHAT, Group.ASSUMPTION,
    "Payload length 0 with more than 65,535 octets behind it: taken for segmentation offload "
    "(BIG TCP), all octets of the frame are payload",
)  # fmt: skip
JUMBO_MISSING = Note(
    "ipv6.opt.jumbo.missing", Severity.ERROR, Group.MALFORMED,
    "IPv6 payload length equals 0 and Hop-By-Hop present and Jumbo Payload option missing",
    "RFC 2675, section 3",
)  # fmt: skip

HEADER_OCTETS = 40
DESTINATION_OPTIONS = 60
MAX_PAYLOAD = 65535
JUMBO_PAYLOAD = 0xC2
"""The option type; RFC 2675, section 2."""


@dissector(
    "ipv6", "Internet Protocol Version 6", "IPv6",
    ethertype=0x86DD, ip_proto=41, link_type=229,
)  # fmt: skip
def ipv6(c: Cursor) -> Result:
    """Read the header, narrow the bounds to its payload, go on by Next Header."""
    c.info("")
    first = c.peek(1)
    if first and first[0] >> 4 != 6:
        return _not_version_6(c, first[0] >> 4)
    if first and c.end - c.pos < HEADER_OCTETS:
        c.note(INVALID_HEADER)
        c.info("Invalid IPv6 header (%d bytes, need exactly 40)", c.left)
    header = c.header(IPv6)
    c.ends(header.src, header.dst)
    facts = c.facts
    around = facts.limit
    facts.limit = limit_ahead(c) if header.nxt == DESTINATION_OPTIONS else None
    if facts.version:
        enter(c, header.src, header.dst)
        check_limit(c, around, facts.limit)
    facts.version, facts.ip, facts.jumbo = 6, header, False
    facts.source, facts.destination, facts.final = header.src, header.dst, b""
    if c.at is not None:
        _explain(c, header)
    octets = header.plen or _octets_of_zero(c, header)
    if c.pos + octets <= c.end:
        c.bound(c.pos + octets, "ipv6.plen")
    elif not (c.quoted or facts.fragment):  # a quote or a fragment is meant to be shorter
        text = f"IPv6 payload length exceeds framing length ({c.left} bytes)"
        c.note(PLEN_EXCEEDS, "ipv6.plen", text)
    result = follow(c, header.nxt)
    if facts.tunnel is not None and header.nxt == NO_NEXT_HEADER and not header.plen:
        announce_empty(c)
    return result


def _not_version_6(c: Cursor, version: int) -> Result:
    """Not a header that we could read: all of it is data, and the packet is none of IPv6."""
    c.layer.listed = False
    c.peek_add(VERSION)
    c.add(IP_VERSION)
    c.note(BOGUS_VERSION, VERSION.name)
    c.info("Bogus IPv6 version (%d, must be 6)", version)
    return Next(name="data", start=c.start)


def _explain(c: Cursor, header: Any) -> None:
    """Words beside the numbers, what is written inside the addresses, and where they are."""
    c.title("Internet Protocol Version 6, Src: %s, Dst: %s", header.src, header.dst)
    dscp, ecn = header.tclass >> 2, header.tclass & 3
    c.node(
        "ipv6.tclass"
    ).suffix = f" (DSCP: {DSCP_SHORT.get(dscp, 'Unknown')}, ECN: {ECN_SHORT[ecn]})"
    for address, start, fields in (
        (header.src, c.pos - 32, SOURCE),
        (header.dst, c.pos - 16, DESTINATION),
    ):
        for part in embedded(address):
            for field in (fields.get(part.name), EITHER[part.name]):
                if field is not None:
                    c.put(field, part.value, start + part.offset, part.size)
    show_places(c, header.src, header.dst)


def _octets_of_zero(c: Cursor, header: Any) -> int:
    """How many octets of payload a Payload Length of 0 means."""
    if header.nxt == NO_NEXT_HEADER:
        return 0
    if header.nxt == 0:
        jumbo = _jumbo_length(c)
        if jumbo:
            c.node("ipv6.plen").suffix = " (Jumbogram)"
        else:
            c.note(JUMBO_MISSING, "ipv6.plen")
            announce(c, "Invalid IPv6 payload length")
        return jumbo
    c.note(PLEN_ZERO, "ipv6.plen")
    if c.left <= MAX_PAYLOAD or c.quoted:
        return 0
    c.note(BIG_TCP, "ipv6.plen")
    return c.left


def _jumbo_length(c: Cursor) -> int:
    """The length in a Jumbo Payload option ahead, 0 if there is none.

    The option itself is shown, and its value judged, when the options are read.  Where the capture
    ends before it, the length is that of the frame.
    """
    octets = c.peek(2)
    size = 8 * octets[1] + 8 if len(octets) == 2 else 8
    octets = c.peek(size)
    at = 2
    while at + 1 < len(octets):
        kind, length = octets[at], octets[at + 1]
        if kind == JUMBO_PAYLOAD and length == 4 and at + 6 <= len(octets):
            return max(int.from_bytes(octets[at + 2 : at + 6], "big"), size)
        at += 2 + length if kind else 1
    return c.left if len(octets) < size and c.cut else 0


if __name__ == "__main__":
    main_for("ipv6")
