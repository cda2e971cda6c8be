"""The decoded tree: fields, and the nodes that hold their values in one packet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from functools import lru_cache
from typing import Any, Literal

from msgspec import Struct

from dissect.engine.values import BOOL, BYTES, NONE, OUI, Enum, Kind, Special, address_text

FIELDS: dict[str, Field] = {}
"""Every field that some protocol declares, by display-filter name (the first declaration)."""

OWN = "sixscope."
"""How the names of our own fields and notes begin."""


class Field:
    """What is known about a field before any packet is seen.

    name    Wireshark's display-filter name; empty for a line of text that can't be filtered on
    label   the words before the value
    enum    names of values
    mask    the bits of the octets read that belong to the field
    bits    the fields inside it, read from the same octets by their masks
    span    for one of ``bits``: (offset, length) in octets, from the parent's first octet
    also    hidden aliases with the same octets and value (``ipv6.addr`` beside ``ipv6.src``)
    unit    words after the value
    hidden  not printed in the text tree; ``generated``: printed in brackets, not in the packet
    convert from the number in the packet to the value shown (a count of words to octets, say)
    drawn   (width, mask) of the picture of its bits, where that isn't of the octets and ``mask``:
            a flag drawn as one of 12 bits; (0, 0): none is drawn
    unmasked  for exports its value is the octets, as for a field without a mask
    own     it is ours, and no part of the exports that tshark has too unless it is asked for
    ref     where it is defined: an RFC and section
    """

    __slots__ = (
        "name", "label", "kind", "enum", "mask", "shift", "bits", "span", "also", "unit",
        "hidden", "generated", "convert", "drawn", "unmasked", "own", "ref",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        label: str,
        kind: Kind = NONE,
        enum: Enum | None = None,
        *,
        mask: int = 0,
        bits: tuple[Field, ...] = (),
        span: tuple[int, int] | None = None,
        also: tuple[Field, ...] = (),
        unit: str = "",
        hidden: bool = False,
        generated: bool = False,
        convert: Callable[[Any], Any] | None = None,
        drawn: tuple[int, int] | None = None,
        unmasked: bool = False,
        own: bool | None = None,
        ref: str = "",
    ) -> None:
        self.name = name
        self.label = label
        self.kind = kind
        self.enum = enum
        self.mask = mask
        self.shift = (mask & -mask).bit_length() - 1 if mask else 0
        self.bits = bits
        self.span = span
        self.also = also
        self.unit = unit
        self.hidden = hidden
        self.generated = generated
        self.convert = convert
        self.drawn = drawn
        self.unmasked = unmasked
        self.own = name.startswith(OWN) if own is None else own
        self.ref = ref
        if name:
            FIELDS.setdefault(name, self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    def value_name(self, value: Any) -> str | None:
        """The name that the enum gives to a value; None without an enum or without a name."""
        enum = self.enum
        if enum is None:
            return None
        if isinstance(enum, tuple):
            return enum[bool(value)]
        return enum(value) if callable(enum) else enum.get(value)

    def value_text(self, value: Any) -> str:
        """The value as a person reads it: name and number, units, addresses, octets."""
        if self.mask and self.kind.hex:  # as many digits as the bits need
            text: str = hex_form(self.mask) % value
        else:
            text = self.kind.text(value)
        if self.enum is not None:
            named = self.value_name(value)
            if self.kind.show is BOOL.show:
                return named or text
            if self.kind is OUI:
                return f"{text} ({named})" if named else text
            if named is not None or not isinstance(self.enum, Special):
                return f"{named or 'Unknown'} ({text})"
        return text + self.unit


@lru_cache(maxsize=256)
def hex_form(mask: int) -> str:
    """How a number of the bits of a mask is written in hexadecimal."""
    width = (mask // (mask & -mask)).bit_length()
    return f"0x%0{(width + 3) // 4}x"


class Source:
    """Octets that nodes stand in beside the frame's, put together from several packets.

    name    what a person reads: ``Reassembled IPv6``
    pieces  octets of each of its fragments, but for those that contradict others
    """

    __slots__ = ("name", "data", "pieces")

    def __init__(self, name: str, data: bytes, pieces: tuple[int, ...] = ()) -> None:
        self.name = name
        self.data = data
        self.pieces = pieces


class Node(Struct, eq=False, gc=False):
    """One field of one packet: its octets (offset from the start of their source) and its value.

    ``value`` is the typed value: int, bytes for addresses and octets, str, or None.
    ``text`` replaces the whole line in the tree, ``suffix`` is put after it.
    ``is_layer``: the head of a protocol's subtree.

    A packet has a hundred of them, so that it counts what it takes to make one.
    """

    field: Field
    offset: int
    length: int
    value: Any = None
    children: list[Node] | None = None
    text: str | tuple[Any, ...] | None = None
    suffix: str = ""
    is_layer: bool = False

    def __repr__(self) -> str:
        return f"<{self.name} {self.offset}+{self.length} {self.show!r}>"

    @property
    def name(self) -> str:
        """The display-filter name."""
        return self.field.name

    @property
    def source(self) -> Source | None:
        """Where it stands with what is below it; None: where its parent does, or in the frame."""
        return None

    @property
    def position(self) -> int:
        """The offset as PDML writes it."""
        return self.offset

    def within(self, data: bytes) -> bytes:
        """The octets that the offset is into; ``data`` are those of its parent's."""
        return data

    @property
    def show(self) -> str:
        """The value as tshark's PDML and JSON print it."""
        if self.value is None:
            return self.line if not self.field.name else ""
        return self.field.kind.show(self.value)

    @property
    def line(self) -> str:
        """The line of the tree, without the picture of the bits."""
        if self.text is not None:
            return formatted(self.text) + self.suffix
        field = self.field
        if self.value is None:
            return field.label + self.suffix
        return f"{field.label}: {field.value_text(self.value)}{self.suffix}"

    def picture(self, data: bytes) -> str:
        """The bits of a masked field (``.... 0101 = ``), or nothing for a field of whole octets."""
        field = self.field
        if field.drawn is not None:
            width, mask = field.drawn
            raw = int(self.value) << (mask & -mask).bit_length() - 1 if mask else 0
        else:
            width, mask = 8 * self.length, field.mask
            order: Literal["little", "big"] = "little" if field.kind.little else "big"
            raw = int.from_bytes(data[self.offset : self.offset + self.length], order)
        if not mask or not width:
            return ""
        mask &= (1 << width) - 1
        return _picture(width, mask, raw & mask)

    def showname(self, data: bytes) -> str:
        """The line with the bits before it, as PDML's ``showname``."""
        return self.picture(data) + self.line

    def add(self, node: Node) -> Node:
        """Append a child; hands it back."""
        if self.children is None:
            self.children = []
        elif isinstance(self.children, Shared):
            self.children = list(self.children)
        self.children.append(node)
        return node

    def walk(self) -> Iterator[Node]:
        """This node and everything below it, in the order of the tree."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            if node.children:
                stack.extend(reversed(node.children))

    def walk_within(self, data: bytes) -> Iterator[tuple[Node, bytes]]:
        """As ``walk``, each node with the octets that its offset is into; ``data``: this one's."""
        stack = [(self, data)]
        while stack:
            node, data = stack.pop()
            data = node.within(data)
            yield node, data
            stack.extend((child, data) for child in reversed(node.children or ()))

    def find(self, name: str) -> Node | None:
        """The last node of that name among the children, else deeper; None if there is none.

        It may be changed: where it was shared with other packets, this one now has its own.
        """
        for child in reversed(self.children or ()):
            if child.field.name == name:
                return child
        found = None
        stack = [self]
        while stack:
            node = stack.pop()
            if node.field.name == name:
                found = node
            children = node.children
            if children:
                if isinstance(children, Shared) and children.has(name):
                    children = node.children = [copy(child) for child in children]
                stack.extend(reversed(children))
        return found


@lru_cache(maxsize=4096)
def _picture(width: int, mask: int, bits: int) -> str:
    """``.... 0101 = ``: the bits of a mask among ``width``."""
    digits, places = f"{bits:0{width}b}", f"{mask:0{width}b}"
    first, last = places.find("1"), places.rfind("1") + 1
    if "0" in places[first:last] or not mask:  # in several pieces, or in none
        drawn = "".join(d if p == "1" else "." for d, p in zip(digits, places, strict=True))
    else:
        drawn = "." * first + digits[first:last] + "." * (width - last)
    return " ".join([drawn[i : i + 4] for i in range(0, width, 4)]) + " = "


class SourceNode(Node, eq=False, gc=False, kw_only=True):
    """A node that stands in a source of its own, with all that is below it.

    outside  the offset of its parent, in the parent's source
    """

    stands_in: Source
    outside: int

    @property
    def source(self) -> Source | None:
        """Its own."""
        return self.stands_in

    def within(self, data: bytes) -> bytes:
        """The octets of its source."""
        return self.stands_in.data

    @property
    def position(self) -> int:
        """As tshark has it: counted from the parent's if that is behind it, source or no source."""
        return self.offset + (self.outside if self.offset < self.outside else 0)


class Shared(list[Node]):
    """Children that packets have in common, which nobody changes: their text can be kept, too.

    They stand for the same octets at the same offset in all of these packets.
    """

    __slots__ = ()
    __hash__ = object.__hash__  # type: ignore[assignment]  # as it never changes
    __eq__ = object.__eq__
    __ne__ = object.__ne__

    def has(self, name: str) -> bool:
        """Whether a node of that name is among them or below."""
        return any(node.field.name == name for child in self for node in child.walk())


def formatted(text: str | tuple[Any, ...]) -> str:
    """``(format, *arguments)`` or plain text; octets among the arguments are shown as addresses."""
    if isinstance(text, str):
        return text
    if len(text) == 1:
        return str(text[0]) % ()
    return str(text[0]) % tuple(
        [address_text(it) if isinstance(it, bytes) else it for it in text[1:]]
    )


class Layer(Struct, eq=False, gc=False):
    """One protocol in one packet: where it stands, and its subtree when details were asked for.

    Its own octets are [offset, end); up to ``stop`` go those that it carries, as far as captured.
    ``header`` is the named tuple of the fixed header, None where the dissector read none;
    ``quoted`` says that it stands inside an error message; ``nested`` that it is part of the layer
    before it (an IPv6 extension header); ``listed`` that ``frame.protocols`` names it; ``source``
    what it stands in, None for the frame.
    """

    name: str
    title: str
    offset: int
    end: int
    stop: int
    quoted: bool = False
    nested: bool = False
    generic: bool = False
    listed: bool = True
    source: Source | None = None
    header: Any = None
    node: Node | None = None

    def __repr__(self) -> str:
        return f"<Layer {self.name} {self.offset}..{self.end}>"


TEXT = Field("", "")
DATA = Field("data", "Data")
UNDECODED = Field("sixscope.undecoded", "Not decoded", BYTES)
"""Octets that are there, behind a field that did not fit."""

NOWHERE = Node(TEXT, 0, 0)
"""Stands for a node where no tree is being made: it can be written to, nobody reads it."""
