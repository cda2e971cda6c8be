"""Two packets beside each other: their trees line by line, their octets."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tui.engine.server import Engine

MOST = 4000
"""Lines of a tree that are compared."""


class Pair(NamedTuple):
    """A line of each packet; None where the other one has one that this one hasn't."""

    left: str | None
    right: str | None
    same: bool


class Compared(NamedTuple):
    """The lines of both packets, and the octets of each."""

    pairs: list[Pair]
    left: bytes
    right: bytes


def run(engine: Engine, one: int, other: int) -> Iterator[Compared]:
    """All of both."""
    left, right = (lines_of(engine, number) for number in (one, other))
    names = SequenceMatcher(None, [name for name, _ in left], [name for name, _ in right], False)
    pairs: list[Pair] = []
    for tag, i, i_end, j, j_end in names.get_opcodes():
        if tag == "equal":
            for (_, mine), (_, theirs) in zip(left[i:i_end], right[j:j_end], strict=True):
                pairs.append(Pair(mine, theirs, mine == theirs))
        else:
            pairs += [Pair(text, None, same=False) for _, text in left[i:i_end]]
            pairs += [Pair(None, text, same=False) for _, text in right[j:j_end]]
    yield Compared(pairs, octets_of(engine, one), octets_of(engine, other))


def octets_of(engine: Engine, number: int) -> bytes:
    """The frame."""
    packet = engine.reader.packet(number)
    return b"" if packet is None else bytes(packet.data)


def lines_of(engine: Engine, number: int) -> list[tuple[str, str]]:
    """What stands for a line when lines are paired, and the line."""
    packet = engine.reader.packet(number)
    if packet is None:
        return []
    found: list[tuple[str, str]] = []
    stack = [(node, 0) for node in reversed(packet.with_fields().children or ())]
    while stack and len(found) < MOST:
        node, depth = stack.pop()
        if not node.field.hidden:
            line = node.showname(node.within(packet.data))
            found.append((f"{depth} {node.name or line}", "  " * depth + line))
        stack += [(child, depth + 1) for child in reversed(node.children or ())]
    return found
