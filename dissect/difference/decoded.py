"""A packet as rows: a name and a value each, in the order of the tree, without offsets.

What is not kept, unless a ``Choice`` says so: the frame's own fields, times between packets and
numbers of other packets and of streams, which a packet gets from where in a capture it stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from dissect.engine.packet import Packet
from dissect.engine.tree import OWN, Field, Node
from dissect.engine.values import BYTES, FRAME, INTERVAL, TIME
from dissect.export.sanitise import visible

OCTETS = 64
"""Longer values are shown by their first octets, their number, and a hash of all."""

MOVING = frozenset(map(id, (TIME, INTERVAL, FRAME)))
"""Kinds of values that depend on where in a capture a packet stands, where they are generated."""

HOPS = ("ipv6.hlim", "ip.ttl", "ip.checksum")
"""What changes with each hop."""

IP = frozenset(("ip", "ipv6"))


class Row(NamedTuple):
    """One line: a layer (its text is ``quoted`` or empty), a field, or nameless text."""

    depth: int
    name: str
    text: str
    layer: bool = False


@dataclass(frozen=True)
class Choice:
    """Which fields are kept.

    fields     names, or beginnings of names (``icmpv6``); all without.  What is named in full is
               kept whatever else is said here
    ignore     those that are not
    times      whether times and numbers of other packets are
    generated  whether what is worked out from others is (stream numbers, whether a checksum fits)
    inner      only from the innermost IP header on
    routed     without what changes from one link to the next: link layers, hop limits
    """

    fields: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    times: bool = False
    generated: bool = True
    inner: bool = False
    routed: bool = False

    @property
    def text(self) -> str:
        """In one line."""
        parts = [f"fields {', '.join(self.fields)}" if self.fields else "all fields"]
        if self.ignore:
            parts.append(f"without {', '.join(self.ignore)}")
        if self.times:
            parts.append("with times")
        return ", ".join(parts)

    @cached_property
    def looked(self) -> dict[Field, bool | None]:
        """For every field, and layer, whether it is kept; None: with all below it, it is not."""
        return _Looked(self)

    def has(self, field: Field) -> bool | None:
        """What ``looked`` says of a field or layer."""
        name = field.name
        if field.hidden or name.startswith("_ws."):
            return None
        if name == "frame" and not any(one.startswith("frame") for one in self.fields):
            return None
        if _among(name, self.ignore):
            return False
        if self.fields and name in self.fields:
            return True
        if self.fields and not _among(name, self.fields):
            return False
        if not self.fields and field.own:
            return False
        if field.generated:
            moving = id(field.kind) in MOVING or name.endswith(".stream")
            return self.generated and (self.times or not moving)
        return True


class _Looked(dict[Field, bool | None]):
    """What ``Choice.has`` says, remembered."""

    def __init__(self, choice: Choice) -> None:
        self._choice = choice

    def __missing__(self, field: Field) -> bool | None:
        has = self[field] = self._choice.has(field)
        return has


def _among(name: str, names: Iterable[str]) -> bool:
    """Whether a name is one of some, or begins with one and a dot."""
    return any(name == one or name.startswith(f"{one}.") for one in names)


@dataclass(frozen=True)
class Decoded:
    """A packet as rows.

    number, title  for people, not compared
    """

    number: int
    title: str
    rows: tuple[Row, ...]

    @cached_property
    def same(self) -> bytes:
        """Equal for packets without a difference."""
        return digest(self.rows)

    @cached_property
    def split(self) -> int:
        """The place of the innermost IP header's row, quotes not counted; 0 without one."""
        return (ip_headers(self.rows) or [0])[-1]

    @cached_property
    def elsewhere(self) -> bytes:
        """Equal for a packet on another link, in another tunnel, after more hops."""
        return digest(without_hops(self.rows[self.split :]))

    @cached_property
    def ends(self) -> bytes:
        """Equal for packets of the same protocols between the same ends."""
        return digest(
            row for row in self.rows
            if row.layer or row.name.endswith((".src", ".dst", "port", ".type", "msgtype"))
        )  # fmt: skip

    @cached_property
    def protocols(self) -> bytes:
        """Equal for packets of the same protocols."""
        return digest(row for row in self.rows if row.layer)


def ip_headers(rows: tuple[Row, ...]) -> list[int]:
    """The places of the IP headers' rows, quotes not counted."""
    return [
        place for place, row in enumerate(rows) if row.layer and row.name in IP and not row.text
    ]


def without_hops(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows without what changes with each hop, the outermost layer at the left."""
    first = None
    for row in rows:
        depth, name, text, layer = row
        first = depth if first is None else first
        if not _is_hop(name):
            yield Row(depth - first, name, text, layer)


@cache
def _is_hop(name: str) -> bool:
    return _among(name, HOPS)


def digest(rows: Iterable[Row]) -> bytes:
    """A hash of rows."""
    text = "\n".join([f"{depth}\t{name}\t{text}" for depth, name, text, _ in rows])
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def decoded(packet: Packet, choice: Choice) -> Decoded:
    """A packet as rows."""
    own = any(name.startswith(OWN) for name in choice.fields)
    root = packet.with_fields() if own else packet.tree
    quoted = {id(layer.node) for layer in packet.layers if layer.quoted}
    rows = _rows(root, choice, quoted)
    notes = () if choice.fields else tuple(_notes(packet, choice))
    title = visible(f"{packet.protocol} {packet.info}".strip())
    if choice.inner or choice.routed:
        headers = ip_headers(rows) or [0]
        rows = rows[headers[-1 if choice.inner else 0] :]
    if choice.routed:
        rows = tuple(without_hops(rows))
    return Decoded(packet.number, title, rows + notes)


def _rows(root: Node, choice: Choice, quoted: set[int]) -> tuple[Row, ...]:
    """The rows of a tree; a layer's only if something below it is kept."""
    kept: list[Row] = []
    looked = choice.looked
    heads: list[tuple[int, Row]] = []
    """Layers that nothing was kept of so far, with their depth."""
    stack = [(node, root, 0) for node in reversed(root.children or ())]
    while stack:
        node, parent, depth = stack.pop()
        while heads and heads[-1][0] >= depth:
            heads.pop()
        field = node.field
        has = looked[field]
        if has is None or (not choice.fields and _repeats(node, parent)):
            continue
        inner = depth + 1
        if node.is_layer:
            head = Row(depth, field.name, "quoted" if id(node) in quoted else "", layer=True)
            if choice.fields:
                heads.append((depth, head))
            elif not (choice.ignore and _among(field.name, choice.ignore)):
                kept.append(head)
            else:
                continue
        elif not field.name:
            if node.children:
                inner = depth  # it sums up what is below it
            elif node.text is not None and not choice.fields and not field.own:
                kept.append(Row(depth, "", visible(node.line)))
        elif has:
            if heads:
                kept += [head for _, head in heads]
                heads.clear()
            kept.append(Row(depth, field.name, value_text(node)))
        if node.children:
            stack.extend([(child, node, inner) for child in reversed(node.children)])
    return tuple(kept)


def _repeats(node: Node, parent: Node) -> bool:
    """Whether a field says what the one around it says: ``eth.addr`` in ``eth.dst``."""
    return (
        isinstance(node.value, bytes) and not node.children and node.value == parent.value
        and node.offset == parent.offset
    )  # fmt: skip


def _notes(packet: Packet, choice: Choice) -> Iterator[Row]:
    for finding in packet.findings:
        if not _among(finding.note.name, choice.ignore):
            yield Row(0, "note", visible(f"{finding.note.name}: {finding.note.text}"))


def value_text(node: Node) -> str:
    """A field's value in one line, whole or with a hash of the whole."""
    value = node.value
    if value is None:  # a line that sums up what is below it depends on what is ignored there
        return "" if node.text is None or node.children else visible(node.line)
    if isinstance(value, bytes) and node.field.kind is BYTES:
        if len(value) <= OCTETS:
            return value.hex(":")
        whole = hashlib.sha256(value).hexdigest()[:16]
        return f"{value[:16].hex(':')} … {len(value)} octets, sha256 {whole}"
    return visible(node.field.value_text(value))
