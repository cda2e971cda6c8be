"""PPP Multilink Protocol: packets in fragments over several links (RFC 1990, section 3).

    0 1 2       6   8                                               32
    +-+-+-------+---+-----------------------------------------------+
    |B|E| Class | 0 |  Sequence Number                              |
    +-+-+-------+---+-----------------------------------------------+

    0 1 2   4              16    or short, where LCP has agreed on it (section 5.1.2): nothing in
    +-+-+---+--------------+     a fragment tells, the preference ``mp.short_seqno`` does
    |B|E|Cls| Sequence No. |
    +-+-+---+--------------+

A packet begins with the fragment that has B, ends with the next one that has E, and between them no
number is missing; they go up by one per class (RFC 2686, section 4) and begin again behind
2^24 - 1, or 2^12 - 1.  As in Wireshark they are put together whether or not IP's fragments are.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from msgspec import Struct, field

from dissect.engine.cursor import Cursor
from dissect.engine.fragments import Shown, list_fragments
from dissect.engine.preferences import Preference, one_of
from dissect.engine.session import Session, Table
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field, Node, Source, SourceNode
from dissect.engine.values import BOOL, BYTES, FRAME, NONE, U8, U16, U24, U32, X8

FIRST = Field("mp.first", "First fragment", BOOL, ("No", "Yes"), mask=0x80)
LAST = Field("mp.last", "Last fragment", BOOL, ("No", "Yes"), mask=0x40)
CLASS = Field("mp.sequence_num_cls", "Class", U8, mask=0x3C)
RESERVED = Field("mp.sequence_num_reserved", "Reserved", BOOL, mask=0x03)
FRAGMENT = Field("mp.frag", "Fragment", X8, mask=0xFC, bits=(FIRST, LAST, CLASS, RESERVED))
SEQUENCE = Field("mp.seq", "Sequence number", U24)
SHORT_CLASS = Field("mp.short_sequence_num_cls", "Class", U8, mask=0x30)
SHORT_FRAGMENT = Field("mp.frag", "Fragment", X8, mask=0xF0, bits=(FIRST, LAST, SHORT_CLASS))
SHORT_SEQUENCE = Field("mp.sseq", "Short Sequence number", U16, mask=0x0FFF)
PAYLOAD = Field("mp.payload", "Payload", BYTES)

PIECES = Field("mp.fragments", "Message fragments", NONE, generated=True)
PIECE = Field("mp.fragment", "Message fragment", FRAME, generated=True)
WRONG = Field("mp.fragment.error", "Message defragmentation error", FRAME, generated=True)
OVERLAP = Field("mp.fragment.overlap", "Message fragment overlap", BOOL, generated=True)
CONFLICT = Field(
    "mp.fragment.overlap.conflicts", "Message fragment overlapping with conflicting data", BOOL,
    generated=True,
)  # fmt: skip
COUNT = Field("mp.fragment.count", "Message fragment count", U32, generated=True)
LENGTH = Field("mp.reassembled.length", "Reassembled length", U32, generated=True)
FOUND_IN = Field("mp.reassembled.in", "Reassembled in", FRAME, generated=True)

SHORT = Preference(
    "mp.short_seqno", "FALSE", one_of("FALSE", "TRUE"),
    "PPP Multilink has sequence numbers of 12 bits instead of 24",
)  # fmt: skip

HELD = 512
"""Fragments that wait for others; the one that came first gives way."""
REPEATED = 16
"""How many with the same number are remembered."""
LONGEST = 0xFFFF
"""No packet is longer: the unit that a receiver can reconstruct has 16 bits (RFC 1990, section
5.1.1)."""


class Piece(Struct):
    """A fragment that has come.

    octets     until its packet is put together
    again      those that came later with its number: they count for nothing
    differs    it is one of these, and has other octets
    completed  the packet that completes what it belongs to; 0: none yet
    """

    frame: int
    size: int
    octets: bytes
    first: bool
    last: bool
    again: list[Piece] = field(default_factory=list)
    differs: bool = False
    completed: int = 0


class Numbered(NamedTuple):
    """What tells a fragment's place.

    first, last  it begins a packet, it ends one
    ends         what fragments of a packet have in common: ends, class, how deep in each other
    numbers      how many there are
    """

    first: bool
    last: bool
    ends: Hashable
    number: int
    numbers: int


class Joined(NamedTuple):
    """A packet that is whole: its octets, and its fragments in order."""

    source: Source
    pieces: list[Piece]


Arrival = tuple[Piece, Joined | None]
Waiting = Table[Piece]


@dissector("mp", "PPP Multilink Protocol", "PPP MP", ppp_proto=0x3D)
def multilink(c: Cursor) -> Result:
    """A fragment; with all others of its packet, what they are together."""
    c.info("PPP Multilink")
    place = _header(c)
    piece, joined = c.recall(lambda session: _arrive(c, place, session)) or _arrive(c, place, None)
    if joined is not None:
        if c.at is not None:
            c.at.add(_tree(joined, c.start))
        c.skip(c.captured)
        return Next(name="ppp", start=0, source=joined.source, context="bare", continues=True)
    if piece.completed:
        c.put(FOUND_IN, piece.completed)
        c.info_add(" (PPP MP reassembled in packet %d)", piece.completed)
    elif c.more:
        c.info_add(" (PPP MP Unreassembled fragment %d)", place.number)
    c.rest(PAYLOAD)
    return None


def _header(c: Cursor) -> Numbered:
    short = c.preference(SHORT) == "TRUE"
    flags = c.octet()
    first, last = bool(flags & FIRST.mask), bool(flags & LAST.mask)
    (c.peek_add if short else c.add)(SHORT_FRAGMENT if short else FRAGMENT)
    c.last.suffix = "".join(f", {bit.label}" for bit in (FIRST, LAST) if flags & bit.mask)
    number = c.add(SHORT_SEQUENCE if short else SEQUENCE)
    ends = _stream(c), flags & (SHORT_CLASS if short else CLASS).mask
    return Numbered(first, last, ends, number, 1 << (12 if short else 24))


def _arrive(c: Cursor, place: Numbered, session: Session | None) -> Arrival:
    """Take a fragment, which is a whole packet, completes one, or waits for others."""
    octets = c.peek(c.left)
    first, last, number = place.first, place.last, place.number
    piece = Piece(c.packet.number, len(octets), octets, first, last)
    if c.cut or c.left > LONGEST:
        return piece, None
    if first and last:
        return piece, _join([piece]) if octets else None
    if session is None:
        return piece, None
    waiting = session.tables.setdefault("mp", Table(HELD))
    known = waiting.entries.get((place.ends, number))
    if known is not None:
        piece.differs, piece.octets = octets != known.octets, b""
        if len(known.again) < REPEATED:
            known.again.append(piece)
        return piece, None
    waiting.put((place.ends, number), piece)
    before, after = _row(waiting, place, -1), _row(waiting, place, 1)
    if not (waiting.entries[before[-1]].first and waiting.entries[after[-1]].last):
        return piece, None
    return piece, _join([waiting.entries.pop(key) for key in (*reversed(before[1:]), *after)])


def _stream(c: Cursor) -> Hashable:
    """The ends of a bundle, and how deep it is in others."""
    facts = c.facts
    ends = (facts.source, facts.destination) if facts.version else (
        facts.link_source, facts.link_destination
    )  # fmt: skip
    depth = sum(layer.name == "mp" for layer in c.packet.layers)
    return ends, depth


def _row(waiting: Waiting, place: Numbered, step: int) -> list[Hashable]:
    """Keys from a fragment on up to the packet's first one (-1) or last one (1), or to a gap."""
    number = place.number
    keys: list[Hashable] = [(place.ends, number)]
    piece = waiting.entries[keys[0]]
    while not (piece.first if step < 0 else piece.last):
        number = (number + step) % place.numbers
        following = waiting.entries.get((place.ends, number))
        if following is None or (following.last if step < 0 else following.first):
            break
        keys.append((place.ends, number))
        piece = following
    return keys


def _join(pieces: list[Piece]) -> Joined:
    """Put a packet together, and let its fragments know where that happened."""
    completed = max(piece.frame for piece in pieces)
    source = Source("Reassembled PPP MP payload", b"".join(piece.octets for piece in pieces))
    for piece in pieces:
        piece.octets = b""
        for one in (piece, *piece.again):
            one.completed = completed
    return Joined(source, pieces)


def _tree(joined: Joined, outside: int) -> Node:
    """The fragments of a packet, in their order."""
    source, pieces = joined
    shown, start = list[Shown](), 0
    for piece in pieces:
        for one in (piece, *piece.again):
            flags = [OVERLAP] * (one is not piece) + [CONFLICT] * one.differs
            shown.append(Shown(WRONG if one.differs else PIECE, start, one.size, one.frame, flags))
        start += piece.size
    head = SourceNode(PIECES, 0, len(source.data), stands_in=source, outside=outside)
    list_fragments(head, PIECE.label, shown, COUNT, LENGTH)
    return head
