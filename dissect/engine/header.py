"""Fixed headers, declared once: the layout in ``__hdr__``, the field names beside it in ``names``.

``Header`` is a ``dpkt.Packet``: dpkt checks the layout, packs it (the builder) and knows the bit
fields.  The tree reader does not make dpkt instances, it unpacks into a named tuple by a plan that
is worked out once per class.
"""

from __future__ import annotations

import struct
from collections import namedtuple
from collections.abc import Callable, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, ClassVar, NamedTuple

import dpkt

from dissect.engine.tree import Field, Node, Shared
from dissect.engine.values import BY_STRUCT, BYTES, Enum, Kind


class F(Field):
    """A field that shows one attribute of a fixed header.

    ``attr`` names an entry of ``__hdr__`` or one of its bit fields; several F may show the same
    attribute.  Kind, offset, length and mask come from the layout unless they are given.
    ``span`` is (offset, length) in octets from the start of the header.
    ``within`` is (first, width): some bits of the attribute, counted from its highest.
    """

    __slots__ = ("attr", "within")

    def __init__(
        self, attr: str, name: str, label: str, kind: Kind | Enum | None = None,
        enum: Enum | None = None, *, within: tuple[int, int] | None = None, **options: Any,
    ) -> None:  # fmt: skip
        if kind is not None and not isinstance(kind, Kind):
            kind, enum = None, kind
        super().__init__(name, label, kind or BYTES, enum, **options)
        self.attr = attr
        self.within = within
        if kind is None:
            self.kind = None  # type: ignore[assignment]  # settled by the plan, from the layout


class Header(dpkt.Packet):
    """A fixed header.  Subclasses give ``__hdr__``, maybe ``__bit_fields__``, and ``names``."""

    names: ClassVar[tuple[F, ...]] = ()


class HeaderError(Exception):
    """A header class whose ``names`` and ``__hdr__`` don't fit; a programmer's mistake."""


class NodePlan(NamedTuple):
    """Where the node of a field comes from.

    item     into the header's named tuple
    convert  what to do to the value there
    inner    the fields inside it
    octets   [first, last) of the header that all of these are made of
    """

    field: Field
    item: int
    convert: Callable[[Any], Any] | None
    offset: int
    length: int
    inner: tuple[NodePlan, ...]
    octets: tuple[int, int]


class Row:
    """Makes the nodes of the fields that stand side by side in a header, all at once."""

    __slots__ = ("_fields", "_offsets", "_lengths", "_values", "_converts", "_inner")

    def __init__(self, plans: Sequence[NodePlan]) -> None:
        self._fields = [plan.field for plan in plans]
        self._offsets = [plan.offset for plan in plans]
        self._lengths = [plan.length for plan in plans]
        self._values = itemgetter(*(plan.item for plan in plans), 0)  # one more: always a tuple
        self._converts = [(i, plan.convert) for i, plan in enumerate(plans) if plan.convert]
        self._inner = [(i, Inner(plan)) for i, plan in enumerate(plans) if plan.inner]

    def nodes(self, view: Any, data: bytes, at: int) -> list[Node]:
        """The nodes of a header that stands at ``at``, with its named tuple."""
        values = self._values(view)
        if self._converts:
            values = list(values)
            for i, convert in self._converts:
                values[i] = convert(values[i])
        nodes = list(map(Node, self._fields, map(at.__add__, self._offsets), self._lengths, values))
        for i, inner in self._inner:
            nodes[i].children = inner.nodes(view, data, at)
        return nodes


class Inner:
    """The fields inside a field.  What was made of the same octets is shared."""

    __slots__ = ("_row", "_first", "_last", "_made")

    LIMIT = 256

    def __init__(self, plan: NodePlan) -> None:
        self._row = Row(plan.inner)
        self._first, self._last = plan.octets
        self._made: dict[tuple[int, bytes], Shared] = {}

    def nodes(self, view: Any, data: bytes, at: int) -> Shared:
        """As those of a ``Row``."""
        key = at, data[at + self._first : at + self._last]
        made = self._made.get(key)
        if made is None:
            if len(self._made) >= self.LIMIT:
                self._made.clear()
            made = self._made[key] = Shared(self._row.nodes(view, data, at))
        return made


class Plan:
    """How to read one header class: ``read(data, position)`` gives its named tuple.

    nodes  of its fields, one by one; ``row`` makes all of them
    view   the named tuple's class: it and ``read`` are made when they are first used
    """

    __slots__ = ("size", "view", "nodes", "row", "read", "_header")

    view: Any
    read: Callable[[bytes, int], Any]

    def __init__(self, header: type[Header]) -> None:
        layout = layout_of(header)
        self._header = header
        self.size: int = _codes(header).size
        self.nodes: tuple[NodePlan, ...] = tuple(
            plan for f in header.names for plan in _node_plans(f, layout, header)
        )
        self.row = Row(self.nodes)

    def __getattr__(self, name: str) -> Any:
        if name not in ("view", "read"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        layout = layout_of(self._header)
        self.view = namedtuple(self._header.__name__, list(layout))  # type: ignore[misc]
        self.read = _reader(_codes(self._header), layout, self.view)
        return getattr(self, name)


class Place:
    """Where an attribute stands: the struct item, and the bits inside it for a bit field."""

    __slots__ = ("item", "code", "offset", "size", "shift", "width")

    def __init__(self, item: int, code: str, offset: int, size: int, shift: int, width: int):
        self.item = item
        self.code = code
        self.offset = offset
        self.size = size
        self.shift = shift
        self.width = width


def _codes(header: type[Header]) -> struct.Struct:
    order = getattr(header, "__byte_order__", ">")
    return struct.Struct(order + "".join(code for _, code, *_ in header.__hdr__))


def layout_of(header: type[Header]) -> dict[str, Place]:
    """Every attribute of a header: the whole items first, then the bit fields."""
    whole: dict[str, Place] = {}
    parts: dict[str, Place] = {}
    bit_fields: dict[str, tuple[tuple[str, int], ...]] = getattr(header, "__bit_fields__", {})
    offset = 0
    order = getattr(header, "__byte_order__", ">")
    for item, (name, code, *_) in enumerate(header.__hdr__):
        size = struct.calcsize(order + code)
        public = name.lstrip("_") or f"item{item}"
        key = public if name not in bit_fields else f"{public}_word"
        whole[key] = Place(item, code, offset, size, 0, 0)
        shift = 8 * size
        for part, width in bit_fields.get(name, ()):
            shift -= width
            parts[part.lstrip("_")] = Place(item, code, offset, size, shift, width)
        offset += size
    clash = whole.keys() & parts.keys()
    if clash:
        raise HeaderError(f"{header.__name__}: two attributes are called {sorted(clash)}")
    return whole | parts


def place_of(f: F, layout: dict[str, Place]) -> Place:
    """Where a field's bits stand: those of its attribute, or some ``within`` them."""
    place = layout[f.attr]
    if not f.within:
        return place
    first, width = f.within
    shift = place.shift + (place.width or 8 * place.size) - first - width
    return Place(place.item, place.code, place.offset, place.size, shift, width)


def _node_plans(f: Field, layout: dict[str, Place], header: type[Header]) -> list[NodePlan]:
    if not isinstance(f, F) or f.attr not in layout:
        raise HeaderError(f"{header.__name__} has no attribute for {f!r}")
    whole, place = layout[f.attr], place_of(f, layout)
    convert = f.convert
    if f.within:
        convert = _part(place.shift - whole.shift, (1 << place.width) - 1, convert)
    if f.kind is None:
        f.kind = BY_STRUCT.get(place.code, BYTES)
    offset, length = f.span or (place.offset, place.size)
    if place.width and not f.mask:
        f.mask = _mask(place, offset, length)
        if f.mask == (1 << 8 * length) - 1:  # all of its octets
            f.mask = 0
    inner = tuple(plan for bit in f.bits for plan in _node_plans(bit, layout, header))
    index = list(layout).index(f.attr)
    octets = (offset, offset + length), (whole.offset, whole.offset + whole.size)
    firsts, lasts = zip(*octets, *(plan.octets for plan in inner), strict=True)
    covered = min(firsts), max(lasts)
    plans = [NodePlan(f, index, convert, offset, length, inner, covered)]
    for alias in f.also:
        if alias.kind is None:
            alias.kind = f.kind
        plans.append(NodePlan(alias, index, alias.convert, offset, length, (), covered))
    return plans


def _part(shift: int, mask: int, convert: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    """What takes some bits out of a number, and converts them."""
    if convert is None:
        return lambda value: value >> shift & mask
    return lambda value: convert(value >> shift & mask)


def _mask(place: Place, offset: int, length: int) -> int:
    """The mask of a bit field within the octets of its span."""
    shift = place.shift - 8 * (place.offset + place.size - offset - length)
    mask = (1 << place.width) - 1
    mask = mask << shift if shift >= 0 else mask >> -shift
    return mask & (1 << 8 * length) - 1


def _reader(
    codes: struct.Struct, layout: dict[str, Place], view: Any
) -> Callable[[bytes, int], Any]:
    """What makes a header's named tuple of octets and a position: its items, then bit fields.

    Written as source, as named tuples are: a loop over the bit fields would take most of the time.
    """
    unpack = codes.unpack_from
    make = partial(tuple.__new__, view)  # what view._make does, without looking again
    parts = [(p.item, p.shift, (1 << p.width) - 1) for p in layout.values() if p.width]
    if not parts:
        return lambda data, position: make(unpack(data, position))
    items = [f"i{place}" for place in range(len(view._fields) - len(parts))]
    bits = [f"{items[item]} >> {shift} & {mask}" for item, shift, mask in parts]
    source = (
        "def read(data, position):\n"
        f"    {', '.join(items)}, = unpack(data, position)\n"
        f"    return make(({', '.join(items + bits)},))\n"
    )
    made: dict[str, Any] = {"unpack": unpack, "make": make}
    exec(source, made)
    read: Callable[[bytes, int], Any] = made["read"]
    return read


class _Plans(dict[type[Header], Plan]):
    """The plans worked out so far, by header class."""

    def __missing__(self, header: type[Header]) -> Plan:
        plan = self[header] = Plan(header)
        return plan


plan_of = _Plans().__getitem__
"""The reading plan of a header class, worked out at its first use.

Raises HeaderError where ``names`` mentions an attribute that ``__hdr__`` doesn't have.
"""


def headers() -> list[type[Header]]:
    """Every header class that has been declared (each once, dpkt's metaclass makes two)."""
    found: list[type[Header]] = []
    pending = list(Header.__subclasses__())
    while pending:
        header = pending.pop()
        pending.extend(header.__subclasses__())
        if "__hdr_fields__" in vars(header):  # dpkt's finished class, not its first draft
            found.append(header)
    return sorted(found, key=lambda header: f"{header.__module__}.{header.__qualname__}")
