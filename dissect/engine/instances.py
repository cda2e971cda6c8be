"""Which of several layers of one protocol a field is in: ``ipv6.src#2`` is the inner source.

Layers are counted as Wireshark's display filters count them: by protocol, from 1 at the outside,
those in quoted packets too.  Negative numbers count from the innermost layer that has the field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dissect.engine.tree import Node

if TYPE_CHECKING:
    from dissect.engine.packet import Packet

OPERATOR = "#"


def split(name: str) -> tuple[str, int]:
    """A field's name and its layer's number; 0 where it has none.

    Raises ValueError for a number that no layer can have.
    """
    field, operator, number = name.partition(OPERATOR)
    if not operator:
        return field, 0
    digits = number.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and int(digits)):
        raise ValueError(f"{name!r}: behind # stands a layer's number, such as 1, 2 or -1")
    return field, int(number)


def numbered(packet: Packet) -> Iterator[tuple[Node, int]]:
    """Every node of the tree, in its order, with the number of its layer."""
    root = packet.tree
    numbers: dict[int, int] = {}
    counts: Counter[str] = Counter()
    for layer in packet.layers:
        if layer.listed or not counts[layer.name]:  # else a part of the one before, to Wireshark
            counts[layer.name] += 1
        numbers[id(layer.node)] = counts[layer.name]
    stack = [(root, 1)]
    while stack:
        node, number = stack.pop()
        if node.is_layer:
            number = numbers.get(id(node), number)
        yield node, number
        if node.children:
            stack.extend([(child, number) for child in reversed(node.children)])


def in_layer(found: list[tuple[Node, int]], number: int) -> list[Node]:
    """Those of a field's nodes, each with the number of its layer, that are in one layer."""
    if number < 0:
        number += 1 + max((layer for _, layer in found), default=0)
    return [node for node, layer in found if layer == number]
