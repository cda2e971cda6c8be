"""Domain names, which may end in a pointer to another one (RFC 1035, sections 3.1 and 4.1.4).

    +----+----------+---------------------+-- … --+----------+
    | 00 |  Length  |  Label: 63 or less  |       |  0       |   a name as it is
    +----+----------+---------------------+-- … --+----+-----+------------------+
    | 00 |  Length  |  Label              |       | 11 |  Offset in the message |   ends elsewhere
    +----+----------+---------------------+-- … --+----+------------------------+

What a pointer leads to is read once per message and remembered.  A place that was passed already
ends the reading, and so does a name longer than 255 octets: no message can make a loop, and every
label costs a reading.
"""

from __future__ import annotations

from typing import NamedTuple

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Malformed, Note, Severity
from dissect.engine.tree import Field

MAX_LABEL, MAX_NAME = 63, 255
POINTER = 0xC0

ROOT = "<Root>"
TOO_LONG = "<Name too long>"
LOOPS = "<Name contains a pointer that loops>"

FORWARD = Note(
    "sixscope.dns.pointer", Severity.WARNING, Group.PROTOCOL,
    "A name's pointer doesn't lead to a prior name", "RFC 1035, section 4.1.4",
)  # fmt: skip
LONG = Note(
    "sixscope.dns.name", Severity.WARNING, Group.PROTOCOL,
    "A name is longer than 255 octets", "RFC 1035, section 2.3.4",
)  # fmt: skip
BAD_LABEL = Note(
    "sixscope.dns.label", Severity.ERROR, Group.MALFORMED,
    "A label's first two bits are neither 00 nor 11", "RFC 1035, section 4.1.4",
)  # fmt: skip

ESCAPES = {
    "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v",
}  # fmt: skip


class Name(NamedTuple):
    """A name as it is shown, its octets as text, its labels, and where it stands."""

    text: str
    length: int
    labels: int
    offset: int
    size: int
    parts: tuple[bytes, ...]


class Message:
    """The message that is read: where it begins, and the ends of names seen in it.

    multicast  it is mDNS, whose classes have a bit of their own (RFC 6762, sections 10.2 and 18)
    """

    __slots__ = ("start", "stop", "multicast", "tails", "noted")

    def __init__(self, c: Cursor, *, multicast: bool) -> None:
        self.start = c.pos
        self.stop = c.stop
        self.multicast = multicast
        self.tails: dict[int, tuple[bytes, ...] | None] = {}
        self.noted: set[Note] = set()

    def note(self, c: Cursor, note: Note) -> None:
        """Say once in a message what may be wrong with thousands of names."""
        if note not in self.noted:
            self.noted.add(note)
            c.note(note)


def read_name(c: Cursor, message: Message) -> Name:
    """Read a name and move past it; it gets no node."""
    start = c.pos
    parts: list[bytes] = []
    octets = 1
    while True:
        at = c.pos
        size = c.uint(1)
        if not size:
            break
        if size >= POINTER:
            target = message.start + ((size & 0x3F) << 8 | c.uint(1))
            tail = _tail(c, message, at, target)
            if tail is None:
                return Name(LOOPS, len(LOOPS), 1, start, c.pos - start, ())
            parts += tail
            octets += sum(map(len, tail)) + len(tail)
            break
        _check(c, size, at)
        c.skip(size)
        octets += 1 + size
        if octets <= MAX_NAME:
            parts.append(c.data[at + 1 : c.pos])
    size = c.pos - start
    if octets > MAX_NAME:
        message.note(c, LONG)
        return Name(TOO_LONG, len(TOO_LONG), 1, start, size, ())
    if not parts:
        return Name(ROOT, len(ROOT), 1, start, size, ())
    joined = b".".join(parts)
    return Name(printable(joined), len(joined), len(parts), start, size, tuple(parts))


def add_name(c: Cursor, message: Message, shown: Field) -> Name:
    """Read a name and show it."""
    name = read_name(c, message)
    c.put(shown, name.text, name.offset, name.size)
    return name


def _check(c: Cursor, size: int, at: int) -> None:
    """Whether that is a label's length; bits 01 and 10 are not in use (RFC 6891, section 5)."""
    if size > MAX_LABEL:
        c.note(BAD_LABEL)
        raise Malformed(size, MAX_LABEL, at, "label")


def _tail(c: Cursor, message: Message, at: int, target: int) -> tuple[bytes, ...] | None:
    """The labels that a pointer (at ``at``) leads to, at most so many that they are too long.

    None: they lead back to themselves.
    """
    if target >= at:
        message.note(c, FORWARD)
    if target in message.tails:
        return message.tails[target]
    parts: list[bytes] = []
    passed = {target}
    octets = 0
    place = target
    tail: tuple[bytes, ...] | None = ()
    while octets <= MAX_NAME:
        c.need(0)
        octet = _octet(c, message, place)
        if not octet:
            break
        if octet >= POINTER:
            place = message.start + ((octet & 0x3F) << 8 | _octet(c, message, place + 1))
            if place in passed:
                tail = None
                break
            passed.add(place)
            continue
        _check(c, octet, place)
        _octet(c, message, place + octet)
        parts.append(c.data[place + 1 : place + 1 + octet])
        octets += 1 + octet
        place += 1 + octet
    if tail is not None:
        tail = tuple(parts)
    message.tails[target] = tail
    return tail


def _octet(c: Cursor, message: Message, at: int) -> int:
    if at >= message.stop:
        raise Malformed(1, 0, at, "pointer")
    return c.data[at]


def printable(octets: bytes) -> str:
    """Octets as text, with what can't be printed escaped as Wireshark does."""
    text = octets.decode("utf-8", "replace")
    if text.isprintable():
        return text
    return "".join(map(_escaped, text))


def _escaped(char: str) -> str:
    if char in ESCAPES:
        return ESCAPES[char]
    return char if char.isprintable() else "".join(f"\\{octet:03o}" for octet in char.encode())
