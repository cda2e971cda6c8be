"""The comparison of one packet's fields, ours and tshark's.

The unit of truth is one field: display-filter name, offset, length, and the value as ``show``
writes it.  Names repeat, so fields are compared as a multiset: equal ones cancel out, what is left
over is paired by name (different) or stands alone (missing here, only here).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from dissect.engine.packet import Packet
from dissect.engine.tree import Node

NOT_COMPARED = ("_ws.", "sixscope.", "dpkt.")
"""What tshark says about itself, what only we say, and generic fields that have no name there."""

CONTROLS = {code: f"\\x{code:x}" for code in (*range(32), 127)} | {
    ord("\t"): "\\t", ord("\n"): "\\n", ord("\r"): "\\r",
}  # fmt: skip
NO_XML = dict.fromkeys((*range(0xD800, 0xE000), 0xFFFE, 0xFFFF))


class Row(NamedTuple):
    """One field of one packet, as both sides can write it."""

    name: str
    offset: int
    length: int
    show: str


@dataclass(slots=True)
class Difference:
    """What one packet's comparison left over."""

    agreed: list[Row] = field(default_factory=list)
    different: list[tuple[Row, Row]] = field(default_factory=list)
    """(ours, theirs)"""
    missing: list[Row] = field(default_factory=list)
    extra: list[Row] = field(default_factory=list)


def is_compared(name: str) -> bool:
    """Neither lines of text, nor what tshark says about itself, nor what only we say."""
    return bool(name) and not name.startswith(NOT_COMPARED)


def pdml_text(show: str) -> str:
    """A value as PDML can write it: control characters as escapes, no lone surrogates."""
    if show.isprintable():
        return show
    return show.translate(CONTROLS).translate(NO_XML)


def rows(packet: Packet) -> list[Row]:
    """Every field of our tree, the layers themselves left out."""
    found: list[Row] = []
    for layer in packet.layers:
        if layer.node is not None:
            _collect(layer.node, found)
    return found


def _collect(layer: Node, found: list[Row]) -> None:
    stack = list(layer.children or ())
    while stack:
        node = stack.pop()
        if node.is_layer:  # comes in its own turn
            continue
        if is_compared(node.field.name):
            found.append(Row(node.field.name, node.position, node.length, pdml_text(node.show)))
        if node.children:
            stack.extend(node.children)


def compare(ours: list[Row], theirs: list[Row]) -> Difference:
    """Match two packets' fields."""
    result = Difference()
    here, there = Counter(ours), Counter(theirs)
    common = here & there
    result.agreed.extend(common.elements())
    left: dict[str, list[Row]] = defaultdict(list)
    for row in sorted((here - common).elements()):
        left[row.name].append(row)
    for row in sorted((there - common).elements()):
        candidates = left.get(row.name)
        if candidates:
            best = min(candidates, key=partial(_distance, row))
            candidates.remove(best)
            result.different.append((best, row))
        else:
            result.missing.append(row)
    for remaining in left.values():
        result.extra.extend(remaining)
    return result


def _distance(theirs: Row, ours: Row) -> tuple[bool, bool, int]:
    """How unlike each other two fields of one name are."""
    apart = abs(ours.offset - theirs.offset)
    return apart != 0, ours.show != theirs.show, apart
