"""DHCP's options (RFC 2132): the table, the walk, and the kinds that most of them are.

    0               8               16
    +---------------+---------------+--------------
    |     Code      |  Length (of   |  Value
    |               |  the value)   |
    +---------------+---------------+--------------

Padding (0) and the end (255) are a single octet.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import DuplicateKey
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, STR, U8
from dissect.protocols.dhcp.codes import OPTIONS

PAD, END = 0, 255
COOKIE = b"\x63\x82\x53\x63"

Reader = Callable[[Cursor], None]
"""Reads an option's value, which the cursor's bounds hold exactly."""


class Option(Struct, frozen=True):
    """How a value is read.

    least, most, step  the lengths that it can have
    """

    reader: Reader
    least: int
    most: int
    step: int

    def trouble(self, size: int) -> str:
        """What is wrong with a length; empty if nothing is."""
        if self.least == self.most != size:
            return f"length isn't {self.least}"
        if not self.least <= size <= self.most:
            return f"length isn't >= {self.least}"
        return f"Option length isn't a multiple of {self.step}" if size % self.step else ""


READERS: dict[int, Option] = {}

TYPE = Field("dhcp.option.type", "Option", U8)
LENGTH = Field("dhcp.option.length", "Length", U8)
VALUE = Field("dhcp.option.value", "Value", BYTES)
HIDDEN_VALUE = Field("dhcp.option.value", "Value", BYTES, hidden=True)
PADDING = Field("dhcp.option.padding", "Padding", BYTES)
END_FIELD = Field("dhcp.option.end", "Option End", U8)

BAD_LENGTH = Note(
    "dhcp.bad_length", Severity.ERROR, Group.PROTOCOL, "length isn't 0", "RFC 2132, section 2"
)
STRAY = Note(
    "_ws.string.trailing_stray_characters", Severity.WARNING, Group.UNDECODED,
    "Trailing stray characters",
)  # fmt: skip


def option(
    *codes: int, least: int = 0, most: int = 255, step: int = 1, exactly: int | None = None
) -> Callable[[Reader], Reader]:
    """Register a function as the reader of options.

    Raises DuplicateKey when an option has a reader already.
    """
    if exactly is not None:
        least = most = exactly

    def register(reader: Reader) -> Reader:
        for code in codes:
            if code in READERS:
                raise DuplicateKey(f"two readers for DHCP option {code}")
            READERS[code] = Option(reader, least, most, step)
        return reader

    return register


def options(c: Cursor) -> bool:
    """All options up to the end of the bounds; hands back whether the end was marked."""
    while c.more:
        code = c.peek(1)[:1]
        if code == b"\0":
            _padding(c)
        elif code == b"\xff":
            _end(c)
            return True
        else:
            _option(c)
    return False


def _padding(c: Cursor) -> None:
    """Octets of zero, all together."""
    octets = c.peek(c.left)
    with c.item(TYPE, None, PAD) as node:
        node.text = "Option: (0) Padding"
        c.add(PADDING, len(octets) - len(octets.lstrip(b"\0")))
    node.length = 1


def _end(c: Cursor) -> None:
    """The end, and what fills the message behind it."""
    with c.item(TYPE, 1, 0) as node:
        node.text = "Option: (255) End"
        c.add(END_FIELD)
    if c.captured > 0:
        c.add(PADDING, c.captured)


def _option(c: Cursor) -> None:
    code = c.octet()
    size = c.peek(1, 1)
    with c.item(TYPE, None, code) as node:
        node.text = f"Option: ({code}) {OPTIONS.get(code, 'Unassigned')}"
        c.need(2)
        c.skip(1)
        c.add(LENGTH)
        known = READERS.get(code)
        node.length = 2 + size[0]
        with c.limit(size[0], "dhcp.option.length"):
            value = c.peek(size[0])
            if c.captured >= size[0]:
                c.put(VALUE if known is None else HIDDEN_VALUE, value, c.pos, size[0])
            if known is None:
                c.skip(size[0])
            else:
                trouble = known.trouble(size[0])
                if not trouble or (known.step > 1 and size[0] > known.step):
                    with c.limit(size[0] - size[0] % known.step):
                        known.reader(c)
                if trouble:
                    c.note(BAD_LENGTH, node, trouble)
                c.skip(c.left)


# --- kinds of values ---------------------------------------------------------------------------


def field(shown: Field, code: int) -> None:
    """An option that is one field of a fixed size."""
    option(code, exactly=shown.kind.size)(lambda c: c.add(shown))


def several(shown: Field, code: int) -> None:
    """An option that is a list."""

    @option(code, step=shown.kind.size)
    def read(c: Cursor) -> None:
        while c.more:
            c.add(shown)


def pairs(first: Field, second: Field, code: int) -> None:
    """An option that is a list of pairs of addresses."""

    @option(code, step=8)
    def read(c: Cursor) -> None:
        while c.more:
            c.add(first)
            c.add(second)


def text(shown: Field, *codes: int, strict: bool = False) -> None:
    """An option that is text; ``strict``: a NUL in it is remarked."""

    @option(*codes)
    def read(c: Cursor) -> None:
        read_text(c, shown, c.left, strict=strict)


def read_text(c: Cursor, shown: Field, size: int, *, strict: bool = False) -> str:
    """Text up to its first NUL."""
    at = c.pos
    c.skip(size)
    octets, _, stray = c.data[at : at + size].partition(b"\0")
    value = octets.decode("ascii", "replace")
    node = c.put(shown, value, at, size)
    if strict and stray.strip(b"\0"):
        c.note(STRAY, node)
    return value


def names(prefix: str, label: str) -> Field:
    """A text field."""
    return Field(f"dhcp.{prefix}", label, STR)
