"""What all exporters have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, TextIO, TypeVar

from msgspec import Struct, field

from dissect.engine.packet import Packet
from dissect.engine.tree import Field, Node
from dissect.engine.values import FRAME, INTERVAL, TIME, colons, ipv4_text, ipv6_text, mac_text

if TYPE_CHECKING:
    from dissect.api import Capture


class View(Struct, frozen=True):
    """What the user wants to see, in whatever format.

    time      tshark's names of time formats: r, a, ad, adoy, d, dd, e, u, ud, udoy
    outer     the Source and Destination columns show the outermost addresses
    names     MAC addresses with their vendors' names
    hexdump   the octets too
    color     with colours for a terminal
    path      of the capture, where the format says it
    own       our own fields in tshark's formats, and explanations of addresses
    fields, options   what ``-T fields`` prints, and how
    """

    time: str = "r"
    outer: bool = False
    names: bool = False
    hexdump: bool = False
    color: bool = False
    path: str = ""
    own: bool = False
    fields: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)


TOGETHER = 6
"""Packets whose texts are written at once, while they are still near."""


def octets_of(text: str) -> str:
    """The octets of a text in UTF-8, as characters: so they are joined and written as they are.

    Characters that have two octets or four in memory take several times as long.
    """
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("latin-1")


class Exporter:
    """Writes packets to a text stream: ``start()``, ``packet(p)`` for each, ``end()``."""

    needs_tree: ClassVar[bool] = True
    same_again: ClassVar[bool] = False
    """Packets of one kind are written alike but for their numbers, addresses and octets."""
    opening: ClassVar[str] = ""
    between: ClassVar[str] = ""
    """What stands before the first packet, and before each other."""

    def __init__(self, stream: TextIO, view: View) -> None:
        self.stream = stream
        self.write = stream.write
        self.view = view
        self.hides = not view.own
        """Our own fields are left out."""
        self.begun = False
        """A packet was written, by this exporter or another one to the same file."""

    @property
    def by_columns(self) -> bool:
        """Whether ``rows`` writes what is wanted."""
        return False

    @property
    def apart(self) -> bool:
        """Whether what is written of a packet depends on no other that was written."""
        return self.needs_tree

    @property
    def by_moulds(self) -> bool:
        """Whether it writes what moulds can be cast of."""
        view = self.view
        return self.same_again and not (view.own or view.hexdump or view.color or view.names)

    def rows(self, capture: Capture) -> Iterator[str]:
        """What ``packet`` would write, for each packet of a capture, from columns."""
        raise NotImplementedError

    def start(self) -> None:
        """Write what comes before the first packet."""

    def packet(self, packet: Packet) -> None:
        """Write one packet."""
        self.write((self.between if self.begun else self.opening) + self.element(packet))
        self.begun = True

    def element(self, packet: Packet) -> str:
        """The text of a packet, whatever was written before it."""
        raise NotImplementedError

    def blocks(self, elements: Iterator[str]) -> Iterator[bytes]:
        """What stands in the file of packets' texts, given as ``octets_of`` them."""
        while some := list(islice(elements, TOGETHER)):
            some[0] = (self.between if self.begun else self.opening) + some[0]
            self.begun = True
            yield self.between.join(some).encode("latin-1")

    def end(self) -> None:
        """Write what comes after the last packet."""

    def layers(self, packet: Packet) -> list[Node]:
        """What the format shows of a packet's tree: the top level."""
        return self.children(packet.with_fields() if self.view.own else packet.tree)

    def children(self, node: Node) -> list[Node]:
        """What is under a node; whoever goes through it passes over our own fields if ``hides``.

        Empty where nothing of it is shown.
        """
        children = node.children
        if not children:
            return []
        if self.hides and children[0].field.own and all(child.field.own for child in children):
            return []
        return children


CACHED_OCTETS = 40
"""Fields up to this size are remembered with their text: most values come again and again."""

VOLATILE = frozenset(map(id, (TIME, INTERVAL, FRAME)))
"""Identities of the kinds whose values hardly ever come again."""

PLAIN = frozenset((colons, mac_text, ipv4_text, ipv6_text))
"""Ways to show a value that never give a character to be escaped; looking would take long."""

CACHE_LIMIT = 40_000


CACHED_CHARACTERS = 1 << 24


class Cache(dict[object, str]):
    """Texts made before; starts anew when it is full, so that it stays bounded."""

    def __init__(self) -> None:
        super().__init__()
        self._characters = 0

    def keep(self, key: object, text: str) -> str:
        """Remember a text, and hand it back."""
        self._characters += len(text)
        if len(self) >= CACHE_LIMIT or self._characters > CACHED_CHARACTERS:
            self.clear()
            self._characters = len(text)
        self[key] = text
        return text


T = TypeVar("T")


class Texts(dict[Field, "_Values[T] | None"]):
    """What ``make`` gives for a field and a value: ``texts[field][value]``, remembered.

    Not for long values and those that hardly come again; and all is forgotten when there is too
    much of it.  None for fields that are ``odd``: a value does not say all about them.
    """

    def __init__(self, make: Callable[[Field, Any], T], odd: Callable[[Field], bool]) -> None:
        self.make = make
        self.odd = odd
        self.count = 0

    def __missing__(self, field: Field) -> _Values[T] | None:
        values = self[field] = None if self.odd(field) else _Values(self, field)
        return values

    def counted(self) -> None:
        """One more is remembered."""
        self.count += 1
        if self.count > CACHE_LIMIT:
            for values in self.values():
                if values is not None:
                    values.clear()
            self.count = 1


class _Values(dict[Any, T]):
    """What one field's values give."""

    __slots__ = ("texts", "field", "keeps")

    def __init__(self, texts: Texts[T], field: Field) -> None:
        self.texts = texts
        self.field = field
        self.keeps = id(field.kind) not in VOLATILE

    def __missing__(self, value: Any) -> T:
        made = self.texts.make(self.field, value)
        if self.keeps and not (isinstance(value, bytes | str) and len(value) > CACHED_OCTETS):
            self.texts.counted()
            self[value] = made
        return made
