"""IPv6 Fragment header (RFC 8200, section 4.5).

0               8               16                          29   31
+---------------+---------------+----------------------------+---+-+
|  Next Header  |   Reserved    |   Fragment Offset (13 bits) |Res|M|
+---------------+---------------+----------------------------+---+-+
|                         Identification                           |
+------------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.demo import main_for
from dissect.engine.fragments import SECOND, Fragments, arrive, reassembles
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.reassembly import Outcome, Rules, Trouble
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.values import BOOL, NONE, X8, X32
from dissect.protocols.codes.ip_protocols import IP_PROTO
from dissect.protocols.ipv6_chain import follow

IPV6_SIZE = 40
MAX_PAYLOAD = 65535
"""What the Payload Length of the reassembled packet can say."""


class Fragment(Header):
    """The header, 8 octets."""

    __hdr__ = (("nxt", "B", 59), ("reserved", "B", 0), ("_word", "H", 0), ("ident", "I", 0))
    __bit_fields__ = {"_word": (("offset", 13), ("bits", 2), ("more", 1))}
    names = (
        F("nxt", "ipv6.fraghdr.nxt", "Next header", IP_PROTO),
        F("reserved", "ipv6.fraghdr.reserved_octet", "Reserved octet", X8),
        F("offset", "ipv6.fraghdr.offset", "Offset"),
        F("bits", "ipv6.fraghdr.reserved_bits", "Reserved bits"),
        F("more", "ipv6.fraghdr.more", "More Fragments", BOOL, ("No", "Yes")),
        F("ident", "ipv6.fraghdr.ident", "Identification", X32),
    )


JUMBO = Note(
    "ipv6.opt.jumbo.fragment", Severity.WARNING, Group.PROTOCOL,
    "Jumbo Payload option cannot be used with a fragment header", "RFC 2675, section 3",
)  # fmt: skip
ODD_LENGTH = Note(
    "sixscope.fragment.odd_length", Severity.ERROR, Group.PROTOCOL,
    "Length of a fragment that others follow is not a multiple of 8 octets",
    "RFC 8200, section 4.5",
)  # fmt: skip
TOO_FAR = Note(
    "sixscope.fragment.too_far", Severity.ERROR, Group.PROTOCOL,
    "Fragment reaches past 65,535 octets of payload", "RFC 8200, section 4.5",
)  # fmt: skip


HEADERS_SPLIT = Note(
    "sixscope.fragment.headers_split", Severity.WARNING, Group.PROTOCOL,
    "The first fragment doesn't hold all headers up to the upper layer's (RFC 7112)",
    "RFC 8200, section 4.5",
)  # fmt: skip
OVERLAP = Note(
    "sixscope.fragment.overlap", Severity.ERROR, Group.REASSEMBLE,
    "Fragment overlaps another one: the packet is not put together", "RFC 8200, section 4.5",
)  # fmt: skip
DISCARDED = Note(
    "sixscope.fragment.discarded", Severity.NOTE, Group.REASSEMBLE,
    "Fragment of a packet that is not put together, as others overlapped", "RFC 5722, section 4",
)  # fmt: skip
NEXT_HEADER = Note(
    "sixscope.fragment.next_header", Severity.NOTE, Group.PROTOCOL,
    "Next Header differs from that of the first fragment, which counts", "RFC 8200, section 4.5",
)  # fmt: skip
LATE = Note(
    "sixscope.fragment.late", Severity.NOTE, Group.REASSEMBLE,
    "Fragments with this identification came more than 60 seconds before, and are given up",
    "RFC 8200, section 4.5",
)  # fmt: skip
REPEATED = Note(
    "sixscope.fragment.repeated", Severity.NOTE, Group.REASSEMBLE,
    "A fragment came more than once", "RFC 8200, section 4.5",
)  # fmt: skip
CONTRADICTION = Note(
    "sixscope.fragment.contradiction", Severity.WARNING, Group.REASSEMBLE,
    "Fragments contradict each other about the end of the packet", "RFC 8200, section 4.5",
)  # fmt: skip

WAITING = 60 * SECOND
"""RFC 8200, section 4.5."""

FRAGMENTS = Fragments(
    "ipv6", "IPv6", NONE, "reassembled.in", Rules(WAITING, overlaps=False),
    {Trouble.LATE: LATE, Trouble.OVERLAP: OVERLAP, Trouble.DISCARDED: DISCARDED},
    REPEATED, CONTRADICTION,
)  # fmt: skip

EXTENSIONS = frozenset({0, 43, 60, 135, 139, 140})
"""Headers whose second octet is their length, in 8 octets past the first."""
FRAGMENT, AH, IPV6 = 44, 51, 41
UPPER_LAYER = {4: 20, 6: 20, 17: 8, 33: 12, 58: 4, 132: 12, 136: 8}
"""Octets of the headers of upper layers that a header chain ends with (RFC 7112)."""


@dissector("ipv6.fraghdr", "Fragment Header for IPv6", "IPv6 Fragment", nested=True, ip_proto=44)
def fragment(c: Cursor) -> Result:
    """A part of a packet; with the others of a whole one, or as a first one, decoded further."""
    header = c.header(Fragment)
    start = 8 * header.offset
    if c.at is not None:
        c.node("ipv6.fraghdr.offset").suffix = f" ({start} bytes)"
    more = "y" if header.more else "n"
    c.info(
        "IPv6 fragment (off=%d more=%s ident=0x%08x nxt=%d)", start, more, header.ident, header.nxt
    )
    facts = c.facts
    if facts.jumbo:
        c.note(JUMBO)
    if not (start or header.more):  # alone, whatever else has its identification (RFC 6946)
        return follow(c, header.nxt)
    facts.fragment = True
    sound = c.quoted or _judge(c, header, start)
    if c.left and reassembles(c):
        part = _arrive(c, header, start) if sound else None
        if part is None or part.whole is None:
            return Next(name="data")
        facts.fragment = False
        first = part.whole.pieces[0].kind
        if first != header.nxt:
            c.note(NEXT_HEADER, "ipv6.fraghdr.nxt")
        return follow(c, first, part.whole.source)
    if not start:
        return follow(c, header.nxt)
    return Next(name="data") if c.more else None


def _judge(c: Cursor, header: Any, start: int) -> bool:
    """Note what is wrong with a fragment; False for one that must be discarded, or isn't here."""
    sound = not c.cut and _reaches_its_end(c)
    if header.more and c.left % 8:
        c.note(ODD_LENGTH, "ipv6.fraghdr.more")
        sound = False
    if _headers_before(c) + start + c.left > MAX_PAYLOAD:
        c.note(TOO_FAR, "ipv6.fraghdr.offset")
        sound = False
    if not start and not c.cut and not holds_headers(c.peek(c.left), header.nxt):
        c.note(HEADERS_SPLIT)
    return sound


def _reaches_its_end(c: Cursor) -> bool:
    """Whether the frame goes as far as the Payload Length says."""
    host = c.host
    if host is None or host.name != "ipv6" or host.source is not c.source:
        return True
    end: int = host.offset + IPV6_SIZE + host.header.plen
    return end <= c.end


def _headers_before(c: Cursor) -> int:
    """Octets of extension headers before this one, which come again in the reassembled payload."""
    octets = 0
    for layer in reversed(c.packet.layers[:-1]):
        if layer.name == "ipv6":
            break
        octets += layer.end - layer.offset
    return octets


def holds_headers(octets: bytes, next_header: int) -> bool:
    """Whether these octets, whose first header is given, hold all headers (RFC 7112)."""
    at = 0
    while next_header in EXTENSIONS or next_header in (FRAGMENT, AH, IPV6):
        head = octets[at : at + 8]
        if len(head) < 8:
            return False
        if next_header in EXTENSIONS:
            size = 8 * head[1] + 8
        elif next_header == AH:
            size = 4 * head[1] + 8
        else:
            size = IPV6_SIZE if next_header == IPV6 else 8
        next_header = head[6] if next_header == IPV6 else head[0]
        at += size
    return len(octets) >= at + UPPER_LAYER.get(next_header, 0)


def _arrive(c: Cursor, header: Any, start: int) -> Outcome | None:
    """Hand a fragment to the session."""
    key = c.facts.source, c.facts.destination, header.ident
    return arrive(c, FRAGMENTS, key, start, header.nxt, last=not header.more)


if __name__ == "__main__":
    main_for("ipv6.fraghdr")
