"""Tunnel Setup Protocol (RFC 5572): asks a broker for a tunnel, over TCP or UDP.

Over TCP there is text: lines of the version, of authentication (SASL) and of statuses; and
"Content-length: N", behind which stand a status line or nothing, and XML.  Over UDP the
same behind a header, and in the same stream the packets that the tunnel carries:

    0       4                                                       32
    +-------+-------------------------------------------------------+
    |  0xF  |                        Sequence                       |
    +-------+-------------------------------------------------------+
    |                           Timestamp                           |
    +---------------------------------------------------------------+

Wireshark has no dissector for it, so the fields are ours, and the name: its "tsp" is the Time
Synchronization Protocol.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.text import Text, next_line, show
from dissect.engine.tree import Field
from dissect.engine.values import STR, U8, U32

PORT = 3653
SIGNALING = 0xF
ETHERTYPES = {4: 0x0800, 6: 0x86DD}
"""By IP version, of what the tunnel carries."""


class Reliable(Header):
    """What makes UDP reliable, 8 octets."""

    __hdr__ = (("_word", "I", SIGNALING << 28), ("timestamp", "I", 0))
    __bit_fields__ = {"_word": (("kind", 4), ("sequence", 28))}
    names = (
        F("kind", "sixscope.tsp.kind", "Kind", U8, {SIGNALING: "Signaling"}, span=(0, 1)),
        F("sequence", "sixscope.tsp.sequence", "Sequence", U32),
        F("timestamp", "sixscope.tsp.timestamp", "Timestamp", U32),
    )


LINE = Field("sixscope.tsp.line", "Line", STR)
VERSION = Field("sixscope.tsp.version", "Version", STR)
CONTENT_LENGTH = Field("sixscope.tsp.content_length", "Content-length", U32)
STATUS = Field("sixscope.tsp.status", "Status", U32)
WORDS = Field("sixscope.tsp.words", "Words", STR)
TAG = Field("sixscope.tsp.tag", "Tag", STR)
CONTENT = Field("sixscope.tsp.content", "Content", STR)

VERSION_START, LENGTH_START = b"VERSION=", b"content-length:"
STATUS_DIGITS = 3


def _plausible(octets: bytes) -> bool:
    """Signaling, an IP packet, or text."""
    return bool(octets) and (octets[0] >> 4 in (SIGNALING, *ETHERTYPES) or octets[:1].isascii())


@dissector(
    "sixscope.tsp", "Tunnel Setup Protocol", "TSP", partial=True, accepts=_plausible,
    udp_port=PORT, tcp_port=PORT,
)  # fmt: skip
def tsp(c: Cursor) -> Result:
    """Tell signaling from what the tunnel carries."""
    first = c.octet()
    over_udp = any(layer.name == "udp" for layer in c.packet.layers[-2:-1])
    if over_udp and first >> 4 in ETHERTYPES and not _is_whole_text(c):
        c.title("%s: in the tunnel", c.layer.title)
        return Next("ethertype", ETHERTYPES[first >> 4], listed=False)
    if over_udp and first >> 4 == SIGNALING:
        c.header(Reliable)
    _text(c)
    return None


def _is_whole_text(c: Cursor) -> bool:
    """Capitals of a text have the same first bits as an IPv4 header."""
    return all(32 <= octet < 127 or octet in b"\t\r\n" for octet in c.peek(64))


def _text(c: Cursor) -> None:
    """Lines, and the tags of a body."""
    first = True
    while c.captured > 0:
        line = next_line(c)
        if first:
            c.info("TSP: %s", str(line))
            first = False
        if line.octets.lstrip().startswith(b"<"):
            _tags(c, line)
        elif len(line):
            _line(c, line)


def _line(c: Cursor, line: Text) -> None:
    """A version, a length, a status, or a line of authentication."""
    octets = line.octets
    digits, rest = line.partition(b" ")
    if octets.startswith(VERSION_START):
        show(c, VERSION, line.cut(line.start + len(VERSION_START)))
    elif octets.lower().startswith(LENGTH_START):
        value = line.cut(line.start + len(LENGTH_START)).strip()
        show(c, CONTENT_LENGTH, value, value.number())
    elif len(digits) == STATUS_DIGITS and digits.octets.isdigit():
        show(c, STATUS, digits, digits.number())
        if rest is not None:
            show(c, WORDS, rest)
    else:
        show(c, LINE, line)


def _tags(c: Cursor, line: Text) -> None:
    """XML, as a row of tags and what stands between them; nothing is nested or expanded."""
    for part in line.split(b"<"):
        tag, behind = part.partition(b">")
        content = part.strip() if behind is None else behind.strip()
        if behind is not None:
            show(c, TAG, tag)
        if len(content):
            show(c, CONTENT, content)
