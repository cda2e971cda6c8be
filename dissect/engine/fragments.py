"""Fragments of IP datagrams: what is asked of the session, and the fields that tell of it.

The names are Wireshark's, ``ip.fragment…`` and ``ipv6.fragment…`` alike.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Note
from dissect.engine.reassembly import (
    CONTRADICTIONS,
    Flag,
    Outcome,
    Piece,
    Reassembly,
    Rules,
    Trouble,
    Whole,
)
from dissect.engine.session import Session
from dissect.engine.tree import Field, Node, SourceNode
from dissect.engine.values import BOOL, BYTES, FRAME, U32, Kind, bytes_count

SECOND = 1_000_000_000
CARRIERS = frozenset({"ip", "ipv6", "ipv6.fraghdr"})
"""Layers that tell fragments in a tunnel from the same ones outside it."""


class Fragments:
    """How a protocol's datagrams are put together: fields, rules, and notes about troubles.

    name      the beginning of the fields' names
    words     the protocol's name in the text
    kind      of the field that all the others are in
    found_in  the name of the field for the number of the packet that completes a datagram
    notes     those about the arrival of a fragment
    overlap, contradiction   those about a datagram whose fragments overlap, or don't fit
    """

    def __init__(
        self, name: str, words: str, kind: Kind, found_in: str, rules: Rules,
        notes: Mapping[Trouble, Note], overlap: Note, contradiction: Note,
    ) -> None:  # fmt: skip
        self.name = name
        self.words = words
        self.title = f"Reassembled {words}"
        self.rules = rules
        self.notes = notes
        self.overlap = overlap
        self.contradiction = contradiction

        def field(tail: str, label: str, kind: Kind) -> Field:
            return Field(f"{name}.{tail}", label, kind, generated=True)

        self.all = field("fragments", f"{words} Fragments", kind)
        self.one = field("fragment", f"{words} Fragment", FRAME)
        self.wrong = field("fragment.error", "Defragmentation error", FRAME)
        self.flags = {
            Flag.OVERLAP: field("fragment.overlap", "Fragment overlap", BOOL),
            Flag.CONFLICT: field(
                "fragment.overlap.conflict", "Conflicting data in fragment overlap", BOOL
            ),
            Flag.TAILS: field("fragment.multipletails", "Multiple tail fragments found", BOOL),
            Flag.TOO_LONG: field("fragment.toolongfragment", "Fragment too long", BOOL),
        }
        self.count = field("fragment.count", "Fragment count", U32)
        self.length = field("reassembled.length", f"{self.title} length", U32)
        self.data = field("reassembled.data", f"{self.title} data", BYTES)
        self.found_in = field(found_in, f"{self.title} in frame", FRAME)

    def take(
        self, known: Reassembly, layers: Iterable[str], key: Hashable, piece: Piece,
        now: int | None,
    ) -> Outcome:  # fmt: skip
        """Put a fragment to the others of its datagram.

        layers  those around it, by name: they tell it from the same one in a tunnel
        key     addresses, identification and whatever else they have in common
        """
        return known.add(self.key(layers, key), piece, now, self.rules, self.title)

    def key(self, layers: Iterable[str], key: Hashable) -> Hashable:
        """What a datagram is known by, as ``take`` has it."""
        return tuple([name for name in layers if name in CARRIERS]), key


def reassembles(c: Cursor) -> bool:
    """Whether fragments are put together here: in a session that does, and not in a quote.

    A quote is a copy of what was sent, and says nothing of what has arrived.
    """
    session = c.packet.session
    return session is not None and session.fragments is not None and not c.quoted


def arrive(
    c: Cursor, of: Fragments, key: Hashable, offset: int, kind: int, *, last: bool
) -> Outcome | None:
    """Hand what is left as a fragment to the session; None where fragments are not put together.

    key     addresses, identification and whatever else the fragments of a datagram have in common
    offset  in octets
    kind    the protocol of the datagram

    Says what is remarkable, shows the fragments if the datagram is whole, else the packet that
    completes it if that is known by now (it isn't before that packet is decoded).
    """
    packet = c.packet
    if not reassembles(c):
        return None
    layers = [layer.name for layer in packet.layers]

    def take(session: Session) -> Outcome | None:
        if session.fragments is None:
            return None
        piece = Piece(packet.number, offset, c.peek(c.left), kind, last=last)
        return of.take(session.fragments, layers, key, piece, packet.time_ns)

    outcome = c.recall(take)
    if outcome is None:
        return None
    if outcome.trouble in of.notes:
        c.note(of.notes[outcome.trouble])
    host = c.layer if c.host is None or not c.layer.nested else c.host
    if outcome.whole is not None:
        _show_whole(c, of, outcome.whole, host.node)
    elif outcome.datagram.frame and host.node is not None:
        host.node.add(Node(of.found_in, host.offset, 0, outcome.datagram.frame))
    return outcome


def _show_whole(c: Cursor, of: Fragments, whole: Whole, parent: Node | None) -> None:
    """Show the fragments of a datagram, and note what is wrong with them."""
    wrong = Flag(0)
    for piece in whole.pieces:
        wrong |= piece.flags
    head = None
    if parent is not None:
        head = _tree(of, whole, parent)
        parent.add(head)
    if wrong & CONTRADICTIONS:
        c.note(of.contradiction, head)
        c.info(f"[Illegal {of.words} fragments]")
    elif wrong:
        c.note(of.overlap, head)


def _tree(of: Fragments, whole: Whole, parent: Node) -> Node:
    source, pieces = whole
    size = len(source.data)
    value = source.data if of.all.kind is BYTES else None
    head = SourceNode(of.all, 0, size, value, stands_in=source, outside=parent.offset)
    shown = [
        Shown(
            of.wrong if piece.flags & CONTRADICTIONS else of.one, piece.offset, piece.length,
            piece.frame, [field for flag, field in of.flags.items() if piece.flags & flag],
        )
        for piece in pieces
    ]  # fmt: skip
    list_fragments(head, f"{of.words} Fragment", shown, of.count, of.length)
    head.add(Node(of.data, 0, size, source.data))
    return head


class Shown(NamedTuple):
    """A fragment in the tree: its field, where it is in the whole, its packet, what marks it."""

    field: Field
    start: int
    size: int
    frame: int
    flags: list[Field]


def list_fragments(head: Node, one: str, shown: list[Shown], count: Field, length: Field) -> None:
    """Put fragments below the node that stands for the whole; ``one`` is what a single one is."""
    names = one if len(shown) == 1 else head.field.label
    listed = ", ".join(f"#{piece.frame}({piece.size})" for piece in shown)
    head.text = f"{len(shown)} {names} ({bytes_count(head.length)}): {listed}"
    for field, start, size, frame, flags in shown:
        node = head.add(Node(field, start, size, frame))
        node.text = f"Frame: {frame}, payload: {start}-{start + size - 1} ({bytes_count(size)})"
        for flag in flags:
            node.add(Node(flag, start, 0, True))
    head.add(Node(count, 0, 0, len(shown)))
    head.add(Node(length, 0, 0, head.length))
