"""Mobility options: the walk, and how they are declared (RFC 6275, section 6.2.1).

    0               8               16
    +---------------+---------------+-------------------------------+
    |     Type      |    Length     |  Length octets of data        |
    +---------------+---------------+-------------------------------+

Type 0 is one octet of padding without a length.  The readers stand in the files beside this one
and fill its table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from dissect.engine.cursor import Cursor
from dissect.engine.header import Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import DuplicateKey
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, U8
from dissect.protocols.mip6.codes import OPTIONS as NAMES

Words = tuple[Any, ...] | None
"""What an option's line says behind its name."""

Reader = Callable[[Cursor], Words]


class Option(Struct, frozen=True):
    """One option: its subtree's field, how long its data must be, and the reader of that."""

    field: Field
    name: str
    exact: int | None
    least: int
    reader: Reader

    def trouble(self, length: int) -> str:
        """What is wrong with a length; empty if it may be."""
        if self.exact is not None:
            right = "" if length == self.exact else f"{self.exact}"
        else:
            right = "" if length >= self.least else f">= {self.least}"
        plural = "" if length == 1 else "s"
        return right and (
            f"{self.name} (with option length = {length} byte{plural}; should be {right})"
        )


OPTIONS: dict[int, Option] = {}


def option(
    kind: int, key: str, name: str, *, exact: int | None = None, least: int = 0
) -> Callable[[Reader], Reader]:
    """Register a function as the reader of an option's data, of ``exact`` or ``least`` octets.

    ``key`` ends the field's name (``mip6.options.key``).  Raises DuplicateKey when the type has a
    reader already.
    """

    def register(reader: Reader) -> Reader:
        if kind in OPTIONS:
            raise DuplicateKey(f"two readers for mobility option {kind}")
        field = Field(f"mip6.options.{key}", f"MIPv6 Option - {name}", BYTES)
        OPTIONS[kind] = Option(field, name, exact, least, reader)
        return reader

    return register


def plain(
    kind: int, key: str, name: str, *parts: Field | type[Header],
    exact: int | None = None, least: int = 0,
) -> None:  # fmt: skip
    """Declare an option whose data are these fields and headers, one behind the other.

    A field whose kind has no size takes what is left.
    """

    @option(kind, key, name, exact=exact, least=least)
    def read(c: Cursor) -> Words:
        for part in parts:
            if isinstance(part, Field):
                c.add(part, part.kind.size or c.left)
            else:
                c.header(part)
        return None


PAD_1 = Field("mip6.options.pad1", "MIPv6 Option - Pad1", BYTES)
PAD_N = Field("mip6.padn", "PadN", BYTES)
TYPE = Field("mip6.mobility_opt", "Mobility Option", U8, NAMES)
LENGTH = Field("mip6.mobility_opt.len", "Length", U8)
UNKNOWN_DATA = Field("sixscope.mip6.option.data", "Data", BYTES)

BAD_LENGTH = Note(
    "mip6.opt.len.invalid", Severity.WARNING, Group.PROTOCOL, "Invalid length for option",
    "RFC 6275, section 6.2.1",
)  # fmt: skip
UNKNOWN_OPTION = Note(
    "mip6.ie_not_dissected", Severity.NOTE, Group.UNDECODED, "Mobility option not decoded"
)


@option(1, "padn", "PadN")
def padding(c: Cursor) -> Words:
    """Octets that fill up; none if type and length are enough."""
    c.rest(PAD_N)
    return None


def options(c: Cursor) -> None:
    """All options up to the end of the header, or to one that would pass it."""
    if not c.more:
        return
    with c.text("Mobility Options"):
        while c.more and _option(c):
            pass


def _option(c: Cursor) -> bool:
    """One option; False when its length leads past the end."""
    c.need(1)
    kind = c.octet()
    if kind == 0:
        c.add(PAD_1, 1)
        return True
    if c.left == 1:
        return _broken(c, kind, "length byte past end of options")
    c.need(2)
    length = c.peek(1, 1)[0]
    if 2 + length > c.left:
        return _broken(
            c, kind, f"option length = {length} bytes says option goes past end of options"
        )
    known = OPTIONS.get(kind)
    if known is None:
        _unknown(c, kind, length)
    else:
        _known(c, known, length)
    return True


def _known(c: Cursor, known: Option, length: int) -> None:
    with c.item(known.field, 2 + length, because="mip6.mobility_opt.len") as node:
        c.skip(1)
        c.add(LENGTH)
        trouble = known.trouble(length)
        if trouble:
            c.note(BAD_LENGTH, c.last, trouble)
        words = known.reader(c)
        if words is not None and c.at is not None:
            form, *arguments = words
            node.text = (f"{known.field.label}{form}", *arguments)


def _unknown(c: Cursor, kind: int, length: int) -> None:
    with c.text("%s", _name(kind)), c.limit(2 + length, because="mip6.mobility_opt.len"):
        c.add(TYPE)
        c.add(LENGTH)
        c.note(UNKNOWN_OPTION, c.at, f"{UNKNOWN_OPTION.text}: {kind}")
        c.rest(UNKNOWN_DATA)


def _broken(c: Cursor, kind: int, words: str) -> bool:
    words = f"{_name(kind)} ({words})"
    with c.text("%s", words):
        c.note(BAD_LENGTH, c.at, words)
        c.skip(c.captured)
    return False


def _name(kind: int) -> str:
    return NAMES.get(kind) or f"Unknown (0x{kind:02x})"
