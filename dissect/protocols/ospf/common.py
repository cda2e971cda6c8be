"""What the files of this package share: who speaks, flags, reserved octets, TLVs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct, field

from dissect.engine.cursor import Cursor
from dissect.engine.header import F
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import DuplicateKey
from dissect.engine.tree import NOWHERE, TEXT, Field, Node
from dissect.engine.values import BOOL, BYTES, U16, Enum, Kind

Words = tuple[Any, ...] | None
"""What a line says behind its name: a form and its arguments."""


class Speaker(Struct):
    """What the head of a packet says about all that is in it.

    version  2 or 3
    ipv4     the prefixes are IPv4's (RFC 5838, section 2.1), which is so in version 2
    signalling, authenticated  the options promise a block of link-local signalling, or an
             authentication trailer, behind the packet
    """

    version: int
    ipv4: bool
    signalling: bool = False
    authenticated: bool = False


RESERVED = Field("ospf.reserved", "Reserved", BYTES)
BODY = Field("sixscope.ospf.lsa.body", "Body", BYTES)
REST = Field("sixscope.ospf.lsa.rest", "Behind the last part", BYTES)
TLV_TYPE = Field("ospf.tlv_type", "TLV Type", U16)
TLV_LENGTH = Field("ospf.tlv_length", "TLV Length", U16)
TLV_VALUE = Field("ospf.tlv_value", "TLV Value", BYTES)
UNREAD = Field("sixscope.ospf.tlv_value", "TLV Value", BYTES)
PADDING = Field("ospf.pad_bytes", "Pad Bytes", BYTES)

NOT_ZERO = Note(
    "ospf.reserved.not_zero", Severity.WARNING, Group.PROTOCOL, "incorrect, should be 0"
)
BAD_LENGTH = Note(
    "ospf.lsa.invalid_length", Severity.ERROR, Group.MALFORMED, "Invalid length",
    "RFC 2328, appendix A.4.1",
)  # fmt: skip
UNKNOWN_LSA = Note("ospf.lsa.unknown_type", Severity.WARNING, Group.PROTOCOL, "Unknown LSA Type")
BAD_TLV_LENGTH = Note(
    "ospf.stlv.invalid_length", Severity.WARNING, Group.PROTOCOL, "Invalid sub-TLV length"
)

UNFIT = Note(
    "sixscope.ospf.tlv_length", Severity.ERROR, Group.MALFORMED, "TLV too short for its value",
    "RFC 3630, section 2.3.2",
)  # fmt: skip
LONGER = Note(
    "sixscope.ospf.lsa.longer", Severity.WARNING, Group.PROTOCOL, "LSA longer than its parts",
    "RFC 5340, appendix A.4.2",
)  # fmt: skip
UNFIT_LSA = Note(
    "sixscope.ospf.lsa.body", Severity.ERROR, Group.MALFORMED, "LSA too short for its body",
    "RFC 2328, appendix A.4; RFC 5340, appendix A.4",
)  # fmt: skip

SET, YES = ("Not set", "Set"), ("No", "Yes")


# --- headers -----------------------------------------------------------------------------------


def flags(
    attr: str, name: str, label: str, kind: Kind, bits: Iterable[tuple[int, str, str, Enum]],
    *, span: tuple[int, int] | None = None,
) -> F:  # fmt: skip
    """Flags of a header, each as (bit from the lowest, last part of name, label, words)."""
    width = 8 * kind.size
    inner = tuple(
        F(attr, f"{name}.{part}", words, BOOL, enum, within=(width - 1 - bit, 1), span=span)
        for bit, part, words, enum in bits
    )
    return F(attr, name, label, kind, bits=inner, span=span)


def reserved(attr: str) -> F:
    """Reserved octets of a header; ``should_be_zero`` judges them."""
    return F(attr, RESERVED.name, RESERVED.label, BYTES)


def reserved_octet(attr: str, start: int) -> F:
    """One reserved octet that is a part of a longer word, ``start`` octets into the header."""
    return F(attr, RESERVED.name, RESERVED.label, BYTES, span=(start, 1), convert=_octet)


def _octet(value: int) -> bytes:
    return bytes((value,))


def should_be_zero(c: Cursor, *values: bytes | int) -> None:
    """Note the reserved octets of the header just read that are not zero, given in order."""
    if not any(map(_sum, values)):
        return
    nodes = [node for node in _children(c) if node.field.name == RESERVED.name][-len(values) :]
    for index, value in enumerate(values):
        if _sum(value):
            c.note(NOT_ZERO, nodes[index] if nodes else None)


def _sum(value: bytes | int) -> int:
    return value if isinstance(value, int) else sum(value)


def _children(c: Cursor) -> list[Node]:
    return (c.at.children if c.at is not None else None) or []


def add_reserved(c: Cursor, size: int) -> None:
    """Reserved octets by themselves."""
    if any(c.add(RESERVED, size)):
        c.note(NOT_ZERO, c.last)


# --- type, length, value -----------------------------------------------------------------------

Reader = Callable[[Cursor], Words]
"""Reads a value, which the cursor's bounds hold exactly."""


def padding_of(length: int) -> int:
    """The octets that fill a value to whole words, which its length does not count."""
    return -length % 4


class Tlvs(Struct):
    """One registry of TLVs, and how its members are shown.

    names    of the types; ``form`` makes the line of one, ``missing`` is any other's name
    type     the field for the type
    node     the field that a TLV itself is; ``nodes``: of some types
    other    the field for a value that nothing is known of; ``other_type``: for its type;
             ``untyped``: its type is not shown
    padded   the padding is shown, as a part of the TLV
    """

    names: Mapping[int, str]
    form: str = "%s"
    type: Field = TLV_TYPE
    missing: str = "Unknown"
    other: Field = TLV_VALUE
    other_type: Field | None = None
    untyped: bool = False
    padded: bool = False
    node: Field = TEXT
    nodes: Mapping[int, Field] = field(default_factory=dict)
    readers: dict[int, Reader] = field(default_factory=dict)

    def reader(self, *kinds: int) -> Callable[[Reader], Reader]:
        """Register a function as the reader of some types.

        Raises DuplicateKey when one of them has a reader already.
        """

        def register(reader: Reader) -> Reader:
            for kind in kinds:
                if kind in self.readers:
                    raise DuplicateKey(f"two readers for TLV {kind}")
                self.readers[kind] = reader
            return reader

        return register

    def show(self, kind: int, *fields: Field) -> None:
        """A type whose value is these fields, one behind the other."""

        @self.reader(kind)
        def read(c: Cursor) -> Words:
            values = [c.add(one) for one in fields]
            return (": " + ", ".join(["%s"] * len(values)), *map(_text, fields, values))

    def show_all(self, kind: int, one: Field) -> None:
        """A type whose value is one field any number of times."""

        @self.reader(kind)
        def read(c: Cursor) -> Words:
            while c.more:
                c.add(one)
            return None

    def walk(self, c: Cursor) -> None:
        """All of them up to the end of the bounds."""
        while c.more:
            self.one(c)

    def one(self, c: Cursor) -> None:
        """The next one."""
        c.need(4)
        octets = c.peek(4)
        kind, length = int.from_bytes(octets[:2], "big"), int.from_bytes(octets[2:], "big")
        node_field = self.nodes.get(kind, self.node)
        inside = padding_of(length) if self.padded else 0
        with c.entry(node_field, 4 + length + inside, UNFIT, because=TLV_LENGTH.name) as node:
            name = self.names.get(kind, self.missing)
            node.text = (self.form, name)
            read = self.readers.get(kind)
            if read is not None:
                c.add(self.type)
            elif not self.untyped:
                c.add(self.other_type or self.type)
            else:
                c.skip(2)
            c.add(TLV_LENGTH)
            words: Words = None
            if read is None:
                c.add(self.other, length)
            else:
                with c.limit(length):
                    words = read(c)
            if words is not None and node is not NOWHERE:
                form, *arguments = words
                node.text = (self.form + form, name, *arguments)
            if inside:
                c.add(PADDING, inside)
        if not self.padded:
            c.skip(min(padding_of(length), c.left))


def _text(one: Field, value: Any) -> str:
    return one.value_text(value)
