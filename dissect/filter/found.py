"""What a filter looks at in one packet, looked up when it is first asked for.

Protocols are found among the packet's layers, which needs no tree.  Fields are found in one walk of
the tree, all that the filter names at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from dissect.engine.packet import Packet
from dissect.engine.tree import Layer, Node

Numbered = tuple[int, Node]
"""A node, and in which layer of its protocol it is, from 1."""


class Found:
    """One packet's fields and layers, by name."""

    __slots__ = ("packet", "_wanted", "_nodes", "_names", "_numbered")

    def __init__(self, packet: Packet, wanted: frozenset[str]) -> None:
        self.packet = packet
        self._wanted = wanted
        self._nodes: dict[str, list[Node]] | None = None
        self._names: frozenset[str] | None = None
        self._numbered: dict[str, list[Numbered]] | None = None

    def has_layer(self, name: str) -> bool:
        """Whether there is a layer of that name, in a quote or outside."""
        if self._names is None:
            self._names = frozenset(layer.name for layer in self.packet.layers)
        return name in self._names

    def layers(self, name: str) -> list[Layer]:
        """The layers of that name, outermost first."""
        if not self.has_layer(name):
            return []
        return [layer for layer in self.packet.layers if layer.name == name]

    def nodes(self, name: str) -> Sequence[Node]:
        """The occurrences of a field."""
        if self._nodes is None:
            self._nodes = self._walked()
        return self._nodes.get(name, ())

    def _walked(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        wanted = self._wanted
        stack = [self.packet.tree]
        while stack:
            node = stack.pop()
            name = node.field.name
            if name in wanted:
                found.setdefault(name, []).append(node)
            if node.children:
                stack.extend(reversed(node.children))
        return found

    def numbered(self, name: str) -> Sequence[Numbered]:
        """The occurrences of a field, each with the number of its layer."""
        if self._numbered is None:
            self._numbered = self._walked_by_layer()
        return self._numbered.get(name, ())

    def _walked_by_layer(self) -> dict[str, list[Numbered]]:
        numbers = self._numbers_of_layers()
        found: dict[str, list[Numbered]] = {}
        stack: list[Numbered] = [(1, self.packet.tree)]
        while stack:
            number, node = stack.pop()
            if node.is_layer:
                number = numbers.get(id(node), number)
            if node.field.name in self._wanted:
                found.setdefault(node.field.name, []).append((number, node))
            stack.extend((number, child) for child in reversed(node.children or ()))
        return found

    def _numbers_of_layers(self) -> dict[int, int]:
        """The number of each layer among those of its protocol, by the identity of its node."""
        numbers = number_layers(self.packet.layers if self.packet.tree else ())
        return {id(layer.node): number for number, layer in numbers if layer.node is not None}


def number_layers(layers: Sequence[Layer]) -> list[tuple[int, Layer]]:
    """Layers with their numbers; what continues one (an MPLS label) has the same."""
    counts: dict[str, int] = {}
    numbered = []
    for layer in layers:
        count = counts.get(layer.name, 0)
        counts[layer.name] = count = count + (layer.listed or not count)
        numbered.append((count, layer))
    return numbered
