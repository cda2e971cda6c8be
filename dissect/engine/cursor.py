"""The cursor: a bounded reader over one packet that grows the tree while it reads.

What was read before an error survives it, because the nodes are already in the tree.  Without
``detail`` the same dissectors run and no nodes are made: layers, bounds, notes and columns only.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from itertools import takewhile
from typing import TYPE_CHECKING, Any, TypeVar

from dissect.engine.bounds import Entry, Item
from dissect.engine.facts import Facts
from dissect.engine.header import Header, Plan, Row, plan_of
from dissect.engine.notes import Finding, Malformed, Note, expert_node
from dissect.engine.position import Position
from dissect.engine.preferences import Preference
from dissect.engine.tree import NOWHERE, TEXT, Field, Layer, Node, Source

if TYPE_CHECKING:
    from dissect.engine.packet import Packet
    from dissect.engine.session import Session
    from dissect.engine.tables import Next

T = TypeVar("T")

NO_LAYER = Layer("", "", 0, 0, 0)
"""Stands for the layer until the first one begins."""
UNKNOWN: Any = object()


class Cursor(Position):
    """A position in a packet at which nodes are put into the tree.

    source  what is being read; None: the frame
    at     the node that gets children; None when no tree is made
    key    the table key by which this dissector was found
    context  what the dissector before this one wants it to know (``Next.context``)
    tree   the node that gets the subtrees of layers, host the layer that gets those nested in it
    """

    __slots__ = (
        "packet", "layer", "at", "facts", "quoted", "frozen", "last", "key", "context", "tree",
        "host", "source", "steps",
    )  # fmt: skip

    def __init__(self, packet: Packet, budget: int) -> None:
        self.packet = packet
        self.data = packet.data
        self.pos = self.start = 0
        self.end = packet.original
        self.stop = len(packet.data)
        self.because = "frame.len"
        self.budget = budget
        self.layer: Layer = NO_LAYER
        self.at: Node | None = None
        self.facts = Facts()
        self.quoted = False
        self.frozen = False
        self.last: Node = NOWHERE
        self.key: Any = None
        self.context: Any = None
        self.tree: Node | None = None
        self.host: Layer | None = None
        self.source: Source | None = None
        self.steps: tuple[Next, ...] = ()

    # --- fixed headers -------------------------------------------------------------------------

    def header(self, header: type[Header], *, cut: Callable[[Any, int], None] | None = None) -> Any:
        """Read a fixed header, show its ``names``, and hand back its named tuple.

        cut  called where the header is cut off, with its named tuple (zeros for what is missing)
             and the number of octets that are there, when those are shown
        """
        plan = plan_of(header)
        at = self.pos
        after = at + plan.size
        if after > self.stop:
            self._partly(plan, cut)
        view = plan.read(self.data, at)
        layer = self.layer
        if layer.header is None:
            layer.header = view
        if self.at is not None:
            self.show(plan.row.nodes(view, self.data, at))
        self.pos = after
        return view

    def _partly(self, plan: Plan, cut: Callable[[Any, int], None] | None) -> None:
        """Show the fields in front of where a header is cut off; raises Truncated or Malformed."""
        at = end = self.pos
        octets = self.data[at : self.stop]
        whole = list(takewhile(lambda it: it.offset + it.length <= len(octets), plan.nodes))
        if whole:
            end += max(it.offset + it.length for it in whole)
            view = plan.read(octets + bytes(plan.size - len(octets)), 0)
            if self.at is not None:
                self.show(Row(whole).nodes(view, self.data, at))
            if cut is not None:
                cut(view, len(octets))
        try:
            self.pos = end
            if len(whole) < len(plan.nodes):
                missing = plan.nodes[len(whole)]
                if at + missing.offset == end:
                    self._begun(missing.field, missing.length)
            self.pos = at
            self.need(plan.size)
        finally:
            self.pos = end

    # --- fields --------------------------------------------------------------------------------

    def add(self, field: Field, size: int | None = None) -> Any:
        """Read a field, show it, move past it, hand back its value.

        size  in octets, where the kind has none of its own (BYTES, STR) or to override it
        Raises Truncated or Malformed.
        """
        kind = field.kind
        if size is None:
            size = kind.size
        at = self.pos
        after = at + size
        if not at <= after <= self.stop or self.budget <= 0:
            self._misses(field, size)
        self.budget -= 1
        self.pos = after
        reader = kind.reader
        octets = self.data[at : at + size]
        value: Any
        if reader == "uint":
            value = int.from_bytes(octets, "little" if kind.little else "big")
            raw = value
            if field.mask:
                value = (value & field.mask) >> field.shift
            if field.convert is not None:
                value = field.convert(value)
            if self.at is not None:
                node = self.append(Node(field, at, size, value))
                if field.bits:
                    _split(node, raw, size)
            return value
        if reader == "bytes":
            value = octets
        elif reader == "str":
            value = octets.decode("utf-8", "backslashreplace")
        elif reader == "int":
            value = int.from_bytes(octets, "little" if kind.little else "big", signed=True)
        elif reader == "float":
            value = _float(octets)
        else:
            value = None
        if field.convert is not None:
            value = field.convert(value)
        if self.at is not None:
            self.append(Node(field, at, size, value))
        return value

    def _misses(self, field: Field, size: int) -> None:
        """Say why a field can't be read; raises Truncated, Malformed or WorkLimit."""
        if size < 0:
            raise Malformed(0, size, self.pos, self.because)
        if size > self.stop - self.pos:
            self._begun(field, size)
        self.need(size)

    def _begun(self, field: Field, size: int) -> None:
        """Show as much as there is of a field without a value, before its end is missed."""
        there = self.captured
        if field.kind.reader == "none" and there >= 0 and self.at is not None:
            self.append(Node(field, self.pos, there))

    def peek_add(self, field: Field, size: int | None = None) -> Any:
        """As ``add``, without moving: for a second field in the same octets."""
        at = self.pos
        value = self.add(field, size)
        self.pos = at
        return value

    def put(
        self, field: Field, value: Any = None, offset: int | None = None, size: int = 0
    ) -> Node:
        """Show a value that is worked out, not read; by default of no octets, where we stand.

        A field with ``bits`` gets them from the value.  Hands the node back.
        """
        if self.at is None:
            return NOWHERE
        node = Node(field, self.pos if offset is None else offset, size, value)
        if field.also or field.bits or self.at.children is None:
            self.append(node)
            if field.bits:
                _split(node, value, size)
        else:
            self.at.children.append(node)
            self.last = node
        return node

    def show(self, nodes: list[Node]) -> None:
        """Show nodes that were made elsewhere; does nothing where no tree is made."""
        if self.at is None:
            return
        if self.at.children is None:
            self.at.children = nodes
        else:
            self.at.children += nodes

    def item(
        self, field: Field, size: int | None = None, value: Any = None, *, because: str = ""
    ) -> Item:
        """``with c.item(FIELD) as node:`` a subtree of what is read inside.

        size  its octets, which are then a limit too (see ``limit``); else it ends with the reading
        value  the field's own value; by default the octets for BYTES kinds, nothing for others
        """
        return Item(self, field, size, value, because)

    def entry(
        self, field: Field, size: int, short: Note, value: Any = None, *, because: str = ""
    ) -> Entry:
        """``with c.entry(OPTION, size, TOO_SHORT) as node:`` one of several items with lengths.

        As ``item``, but where its octets are too few for what is read inside, that is noted with
        ``short``, and the reading goes on behind them: the next one says itself where it begins.
        """
        return Entry(self, Item(self, field, size, value, because), short)

    def text(self, form: str, *arguments: Any) -> Item:
        """``with c.text("Timestamps"):`` a subtree under a line that is no field."""
        item = Item(self, TEXT, None, None, "")
        item.label = (form, *arguments) if arguments else form
        return item

    def rest(self, field: Field) -> bytes:
        """Show all that is left (as far as it is captured) as one field; empty: no node."""
        size = self.captured
        if size <= 0:
            return b""
        value: bytes = self.add(field, size)
        return value

    def append(self, node: Node) -> Node:
        """Put a node and its field's hidden aliases into the tree, which must be being made."""
        parent: Node = self.at  # type: ignore[assignment]
        children = parent.children
        if children is None:
            children = parent.children = []
        children.append(node)
        if node.field.also:
            for alias in node.field.also:
                value = node.value if alias.convert is None else alias.convert(node.value)
                children.append(Node(alias, node.offset, node.length, value))
        self.last = node
        return node

    # --- what comes next -----------------------------------------------------------------------

    def later(self, step: Next) -> None:
        """Take a step behind this dissector, before those that it returns.

        It is taken too when something stops the dissector: what it found before is not lost.
        """
        self.steps = (*self.steps, step)

    # --- notes, columns, shared facts ----------------------------------------------------------

    def note(self, note: Note, on: str | Node | None = None, text: str = "") -> None:
        """Make a note on a node, on the last field of that name in this layer, or on the layer."""
        place: Node | None = None
        if self.at is not None and self.layer.node is not None:
            place = self._last_of(on) if isinstance(on, str) else on
            if place is None or place is NOWHERE:
                place = self.layer.node
        offset, length = (place.offset, place.length) if place else (self.layer.offset, 0)
        source = place.source if place is not None else None
        finding = Finding(
            note, self.layer.name, offset, length, text or note.text, source or self.source
        )
        self.packet.findings.append(finding)
        if place is not None:
            place.add(expert_node(finding, offset))

    def node(self, name: str) -> Node:
        """The last node of that name in this layer; a node that nobody reads without a tree."""
        if self.at is None or self.layer.node is None:
            return NOWHERE
        return self._last_of(name) or NOWHERE

    def _last_of(self, name: str) -> Node | None:
        """The last node of that name; most often it is in the subtree that is being read."""
        return self.at.find(name) or self.layer.node.find(name)  # type: ignore[union-attr]

    def title(self, form: str, *arguments: Any) -> None:
        """This layer's line in the tree.  Octets among the arguments are shown as addresses."""
        if self.layer.node is not None:
            self.layer.node.text = (form, *arguments)

    def protocol(self, name: str) -> None:
        """The Protocol column."""
        if not (self.quoted or self.frozen):
            self.packet.protocol = name

    def info(self, form: str, *arguments: Any) -> None:
        """The Info column, formatted when somebody looks (``%`` form; octets become addresses)."""
        if not (self.quoted or self.frozen):
            self.packet.info_parts = [(form, *arguments)]

    def info_add(self, form: str, *arguments: Any) -> None:
        """More text after the Info column's."""
        if not (self.quoted or self.frozen):
            self.packet.info_parts.append((form, *arguments))

    def ends(self, source: bytes | str, destination: bytes | str) -> None:
        """The Source and Destination columns; octets by their length IPv6, IPv4 or MAC."""
        if not (self.quoted or self.frozen):
            self.packet.ends.append((source, destination))

    def freeze(self) -> None:
        """Keep the columns as they are now, whatever the rest of the packet is."""
        self.frozen = True

    def preference(self, preference: Preference) -> Any:
        """A preference's value."""
        return self.packet.preferences.get(preference.name, preference.default)

    def recall(self, make: Callable[[Session], T], *, quoted: bool = False) -> T | None:
        """What the session knows about this layer of this packet: stream number, first time ….

        ``make`` is called once, when the packet is first seen; afterwards its result is handed
        back, so that a packet can be decoded again.  None without a session, and in quotes unless
        ``quoted``: a quote says which conversation it is from, not when.
        """
        packet = self.packet
        if self.quoted and not quoted:
            return None
        key: tuple[Any, ...] = (self.layer.name, self.layer.offset)
        if self.source is not None:
            key = (*key, self.source)
        known: T | None = packet.state.get(key, UNKNOWN)
        if known is UNKNOWN:
            if packet.session is None:
                return None
            known = packet.state[key] = make(packet.session)
        return known


def _split(node: Node, raw: int, size: int) -> None:
    """Give a node the fields inside its octets, by their masks."""
    nodes = []
    for bit in node.field.bits:
        at, length = bit.span or (0, size)
        part = raw >> 8 * (size - at - length) & (1 << 8 * length) - 1 if size else raw
        value: Any = (part & bit.mask) >> bit.shift if bit.mask else part
        if bit.convert is not None:
            value = bit.convert(value)
        child = Node(bit, node.offset + at, length, value)
        if bit.bits:
            _split(child, part, length)
        nodes.append(child)
    node.children = nodes


def _float(octets: bytes) -> float:
    value: float = struct.unpack({2: ">e", 4: ">f", 8: ">d"}[len(octets)], octets)[0]
    return value
