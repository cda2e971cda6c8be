"""Options of PPP's control protocols (RFC 1661, section 6): how they are walked and registered.

0               8               16
+---------------+---------------+-------------------------------+
|     Type      |    Length     |  Value: the rest of Length,   |
+---------------+---------------+  which counts type and itself |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, U8

Reader = Callable[[Cursor], str | None]
"""Reads an option's value; hands back what its line says behind the name."""

Register = Callable[[Reader], Reader]


@dataclass(frozen=True, slots=True)
class Option:
    """One option.

    family  whose type and length fields it has
    size    its octets with type and length; ``least``: at least so many
    """

    name: str
    head: Field
    family: Family
    size: int
    least: bool
    read: Reader


class Family:
    """The options of one protocol, by type.  ``prefix`` is what their fields' names begin with."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.names: dict[int, str] = {}
        self.type = Field(f"{prefix}.type", "Type", U8, self.names)
        self.length = Field(f"{prefix}.length", "Length", U8)
        self.options: dict[int, Option] = {}

    def fixed(self, kind: int, name: str, head: str, *fields: Field) -> None:
        """Register an option of the given fields and nothing else."""
        size = 2 + sum(field.kind.size for field in fields)

        def read(c: Cursor) -> str | None:
            values = [c.add(field) for field in fields]
            return f": {fields[0].value_text(values[0])}" if len(fields) == 1 else None

        self._put(kind, Option(name, Field(head, name, BYTES), self, size, False, read))

    def variable(self, kind: int, name: str, head: str, least: int) -> Register:
        """Register a function as the reader of an option of at least that many octets."""
        return self._register(kind, name, head, least, True)

    def exact(self, kind: int, name: str, head: str, size: int) -> Register:
        """Register a function as the reader of an option of that many octets."""
        return self._register(kind, name, head, size, False)

    def _register(self, kind: int, name: str, head: str, size: int, least: bool) -> Register:
        def register(reader: Reader) -> Reader:
            self._put(kind, Option(name, Field(head, name, BYTES), self, size, least, reader))
            return reader

        return register

    def borrow(self, kind: int, name: str, option: Option) -> None:
        """Register another family's option, which keeps its fields."""
        self.names[kind] = name
        self.options[kind] = Option(
            name, option.head, option.family, option.size, option.least, option.read
        )

    def _put(self, kind: int, option: Option) -> None:
        self.names[kind] = option.name
        self.options[kind] = option


INVALID = Note(
    "ppp.opt.len.invalid", Severity.WARNING, Group.PROTOCOL, "Invalid length for option",
    "RFC 1661, section 6",
)  # fmt: skip


def read_options(c: Cursor, family: Family, words: str = "Options") -> None:
    """All that follow, as a subtree whose line names them."""
    if not c.more:
        return
    names = [f"{words}: ({c.left} bytes)"]
    with c.text(names[0]) as node:
        while c.more:
            _option(c, family, names)
    node.text = ", ".join(names)


def _option(c: Cursor, family: Family, names: list[str]) -> None:
    """One option; a length that can't be ends them."""
    kind = c.octet()
    option = family.options.get(kind)
    name = option.name if option else f"Unknown (0x{kind:02x})"
    if c.left < 2:
        _wrong(c, f"{name} (length byte past end of options)", 1)
        return
    size = c.octet(1)
    octets = f"{size} byte" if size == 1 else f"{size} bytes"
    if size < 2:
        _wrong(c, f"{name} (with too-short option length = {octets})", c.left)
    elif size > c.left:
        past = "says option goes past end of options"
        _wrong(c, f"{name} (option length = {octets} {past})", c.left)
    elif option is None:
        with c.text(f"{name} ({octets})"):
            c.skip(size)
    elif size < option.size or (size > option.size and not option.least):
        should = f"at least {option.size}" if option.least else option.size
        _wrong(c, f"{name} (with option length = {octets}; should be {should})", size)
        names.append(name)
    else:
        with c.item(option.head, size, because=option.family.length.name) as node:
            c.add(option.family.type)
            c.add(option.family.length)
            node.suffix = option.read(c) or ""
            node.text = name
            c.skip(c.captured)
        names.append(name)


def _wrong(c: Cursor, text: str, size: int) -> None:
    """An option that can't be read."""
    with c.text(text) as node:
        if not c.quoted or c.context is not None:  # not of a protocol that is being rejected
            c.note(INVALID, node, text)
        c.skip(min(size, c.captured))
