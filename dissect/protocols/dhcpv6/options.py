"""Options of DHCPv6 messages (RFC 9915, section 21.1): the table, the walk, and common kinds.

    0                               16                             32
    +-------------------------------+-------------------------------+
    |             Code              |  Length (of the value alone)  |
    +-------------------------------+-------------------------------+
    |  Value: a file of this package for each family of options     |

Options contain options (addresses in an association, messages in a relay's message), so a reader
may call ``nested``.  A value that doesn't fit its option is noted there and the next option is
read; only an option that passes the end of what contains it ends the walk.
"""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Malformed, Note, Severity
from dissect.engine.tables import DuplicateKey, Next
from dissect.engine.tree import NOWHERE, Field, Node
from dissect.engine.values import BYTES, STR, U16, Kind
from dissect.protocols.dhcpv6.codes import OPTIONS


@dataclasses.dataclass(slots=True)
class Message:
    """The message whose options are read.

    type   its message type
    hops   a relay's hop count and its node, None in messages of clients and servers
    depth  how many options and messages it is nested in
    bulk   it came over TCP
    inside  DHCPv4 messages in it or in those that it is nested in, which are read afterwards
    """

    type: int
    hops: int | None = None
    hops_node: Node | None = None
    depth: int = 0
    bulk: bool = False
    inside: list[Next] = dataclasses.field(default_factory=list)


Reader = Callable[[Cursor, Message], None]
"""Reads an option's value, which the cursor's bounds hold exactly."""


@dataclasses.dataclass(frozen=True, slots=True)
class Option:
    """How an option's value is read, and what is said of one that can't be right.

    tag     what notes call it
    least, most, step  its length in octets: the bounds, and what it must be a multiple of
    """

    reader: Reader
    tag: str
    least: int
    most: int
    step: int

    def fits(self, size: int) -> bool:
        """Whether a value can be that long."""
        return self.least <= size <= self.most and size % self.step == 0


READERS: dict[int, Option] = {}

MOST = 0xFFFF
MAX_DEPTH = 40
"""Options in options, relays in relays: a hop count goes up to 8 (RFC 9915, section 7.6)."""

OPTION = Field("dhcpv6.option.type_str", "Option", STR)
CODE = Field("dhcpv6.option.type", "Option", U16, OPTIONS)
LENGTH = Field("dhcpv6.option.length", "Length", U16)
VALUE = Field("sixscope.dhcpv6.option.value", "Value", BYTES)
"""Of an option that nothing is known of but its name."""

MALFORMED = Note(
    "dhcpv6.malformed_option", Severity.ERROR, Group.MALFORMED, "Malformed option",
    "RFC 9915, section 21.1",
)  # fmt: skip
BOGUS_LENGTH = Note("dhcpv6.bogus_length", Severity.ERROR, Group.MALFORMED, "Bogus length")
TOO_DEEP = Note(
    "sixscope.dhcpv6.depth", Severity.WARNING, Group.PROTOCOL, "Options nested too deep, not read"
)
OBSOLETE = Note("sixscope.dhcpv6.obsolete", Severity.NOTE, Group.DEPRECATED, "Obsolete", "RFC 9915")
"""Of temporary addresses, and of telling clients to use unicast."""
STRAY = Note(
    "_ws.string.trailing_stray_characters", Severity.WARNING, Group.UNDECODED,
    "Trailing stray characters",
)  # fmt: skip


def option(
    code: int, tag: str = "", *, least: int = 0, most: int = MOST, step: int = 1,
    exactly: int | None = None,
) -> Callable[[Reader], Reader]:  # fmt: skip
    """Register a function as the reader of an option; several may share one function.

    Raises DuplicateKey when the option has a reader already.
    """
    if exactly is not None:
        least = most = exactly

    def register(reader: Reader) -> Reader:
        if code in READERS:
            raise DuplicateKey(f"two readers for DHCPv6 option {code}")
        READERS[code] = Option(reader, tag or OPTIONS[code], least, most, step)
        return reader

    return register


# --- the walk ----------------------------------------------------------------------------------


def options(c: Cursor, message: Message) -> None:
    """All options up to the end of the bounds."""
    while c.more:
        _option(c, message)


def nested(c: Cursor, message: Message) -> None:
    """The options inside an option, unless that is too deep to be believed."""
    if not go_deeper(c, message):
        return
    message.depth += 1
    options(c, message)
    message.depth -= 1


def go_deeper(c: Cursor, message: Message) -> bool:
    """Whether what is nested here is to be read; if not, that is noted."""
    if message.depth < MAX_DEPTH:
        return True
    c.note(TOO_DEEP, c.at)
    return False


def _option(c: Cursor, message: Message) -> None:
    start, depth = c.pos, message.depth
    c.need(4)
    code, size = struct.unpack(">HH", c.peek(4))
    end = start + 4 + size
    known = READERS.get(code)
    name = OPTIONS.get(code) or f"DHCP option {code}"
    if end > c.end:
        _overrun(c, name, size)
    node: Node | None = None
    try:
        with c.item(OPTION, 4 + size, name, because="dhcpv6.option.length") as node:
            node.text = name
            c.add(CODE)
            c.add(LENGTH)
            if known is not None:
                _value(c, message, known, size)
            elif size:
                c.add(VALUE, size)
    except Malformed:  # this value lies; the next option's place is known all the same
        message.depth = depth
        c.pos = end
        node.length = 4 + size  # type: ignore[union-attr]
        c.note(MALFORMED, node, f"{known.tag if known else name}: malformed option")


def _value(c: Cursor, message: Message, known: Option, size: int) -> None:
    if known.fits(size):
        known.reader(c, message)
    else:
        malformed(c, known.tag)


def _overrun(c: Cursor, name: str, size: int) -> None:
    """An option longer than what contains it: its head is all there is to show."""
    with c.item(OPTION, None, name) as node:
        node.text = name
        c.add(CODE)
        c.add(LENGTH)
        c.note(BOGUS_LENGTH, node, f"Bogus length: {size}, only {c.left} octets are left")
    c.need(size)


def malformed(c: Cursor, tag: str, words: str = "malformed option") -> None:
    """Note that the option being read is not as it should be."""
    c.note(MALFORMED, c.at, f"{tag}: {words}")


@contextmanager
def suboption(c: Cursor, shown: Field, size: int, code: int, octets: int) -> Iterator[Node]:
    """An option of a vendor's own, of which only the first ``octets``, its code, are the field.

    One that lies about its content is noted and passed over, like an option.
    """
    end = c.pos + size
    node = NOWHERE
    try:
        with c.item(shown, size, code) as node:
            yield node
    except Malformed:
        if end > c.end:
            raise
        c.pos = end
        c.note(BOGUS_LENGTH, node)
    finally:
        node.length = octets


# --- common kinds of values --------------------------------------------------------------------


def own(name: str, label: str, kind: Kind, enum: dict[int, str] | None = None) -> Field:
    """A field that Wireshark has no name for."""
    return Field(f"sixscope.dhcpv6.{name}", label, kind, enum)


def field(code: int, tag: str, shown: Field) -> None:
    """An option that is one field of a fixed size."""
    option(code, tag, exactly=shown.kind.size)(lambda c, message: c.add(shown))


def addresses(code: int, tag: str, shown: Field) -> None:
    """An option that is a list of IPv6 addresses."""

    @option(code, tag, step=16)
    def read(c: Cursor, message: Message) -> None:
        while c.more:
            c.add(shown)


def text(code: int, tag: str, shown: Field, *, least: int = 0, empty: bool = False) -> None:
    """An option that is ASCII text; ``empty``: show it even if there is none."""

    @option(code, tag, least=least)
    def read(c: Cursor, message: Message) -> None:
        if c.more or empty:
            read_text(c, shown, c.left)


def containers(*codes: int) -> None:
    """Options that hold nothing but options."""
    for code in codes:
        option(code)(nested)


def add_flags(c: Cursor, shown: Field) -> None:
    """A field of flags, with the names of those that are set on its line."""
    c.add(shown)
    if c.at is not None:
        bits = c.last.children or ()
        c.last.suffix = "".join(f", {bit.field.label}" for bit in bits if bit.value)


def read_text(c: Cursor, shown: Field, size: int, encoding: str = "ascii") -> str:
    """Text up to its first NUL; what follows a NUL is noted."""
    at = c.pos
    c.skip(size)
    octets, _, stray = c.data[at : at + size].partition(b"\0")
    value = octets.decode(encoding, "replace")
    node = c.put(shown, value, at, size)
    if stray.strip(b"\0"):
        c.note(STRAY, node)
    return value
