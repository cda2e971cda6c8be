"""The differences of two rows of packets.

Sides are asked for one packet at a time, so that memory holds keys, not packets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from sys import maxsize
from typing import Literal, NamedTuple, Protocol

from dissect.difference.align import align, common
from dissect.difference.decoded import Decoded, Row

Kind = Literal["changed", "removed", "added", "moved"]

Level = tuple[list[Hashable], list[Hashable]]
"""Keys of both sides."""

TALLIED = 10_000
"""Different changes that are counted."""

COMPARED = 20_000
"""Packets that are compared field by field though nobody looks at them."""

ROWS = 4_000
"""Packets of more rows are not aligned row by row."""


class Side(Protocol):
    """Packets in their order, of one side.

    keys  equal where packets surely don't differ
    """

    keys: list[Hashable]

    def packet(self, place: int) -> Decoded:
        """One of them."""


class Change(NamedTuple):
    """A field that differs: its layer, its name, its text on both sides, None where it isn't."""

    layer: str
    name: str
    here: str | None
    there: str | None

    @property
    def text(self) -> str:
        """In one line: ``ipv6.hlim: 64 → 63``."""
        if self.here is None:
            return f"+ {self._said(self.there)}"
        if self.there is None:
            return f"- {self._said(self.here)}"
        return f"  {self.name or self.layer}: {self.here} → {self.there}"

    def _said(self, text: str | None) -> str:
        return ": ".join(part for part in (self.name, text) if part) or self.layer


class Different(NamedTuple):
    """A packet that differs: of this side, of the other one, or of both.

    Behind those that are shown packets are left out, and behind ``COMPARED`` the changes.
    """

    kind: Kind
    here: Decoded | None
    there: Decoded | None
    changes: list[Change]


@dataclass
class Comparison:
    """How two sides compare; complete when ``differences`` are at their end.

    same     packets that are the same
    counts   of packets that differ, by kind
    changes  how often each change was found
    moved    whether packets in another order are a difference
    shown    differences whose packets somebody looks at; by default all
    """

    here: Side
    there: Side
    moved: bool = True
    shown: int = maxsize
    same: int = 0
    counts: Counter[Kind] = field(default_factory=Counter)
    changes: Counter[Change] = field(default_factory=Counter)

    @property
    def equal(self) -> bool:
        """Whether there is no difference."""
        return not self.counts.total()

    def differences(self) -> Iterator[Different]:
        """One after the other, in the order of the packets."""
        levels = self._levels()
        pairs = align(levels)
        strays = self._strays(pairs, levels[1])
        for first, second in pairs:
            if self.counts.total() < self.shown:
                different = self._different(first, second, levels[:2], strays)
            else:
                different = self._unseen(first, second, levels[:2], strays)
            if different is None:
                continue
            self.counts[different.kind] += 1
            for change in different.changes:
                if change in self.changes or len(self.changes) < TALLIED:
                    self.changes[change] += 1
            yield different

    def _levels(self) -> list[Level]:
        """Keys of both sides, the strictest first; the laxer ones only where they are needed."""
        quick = common(self.here.keys, self.there.keys)
        done = {first for first, _ in quick}, {second for _, second in quick}
        levels: list[Level] = [(list(self.here.keys), list(self.there.keys))]
        ours = _keys(self.here, done[0])
        theirs = _keys(self.there, done[1])
        return levels + list(zip(ours, theirs, strict=True))

    def _strays(
        self, pairs: list[tuple[int | None, int | None]],
        same: Level,
    ) -> dict[tuple[int | None, int | None], int]:  # fmt: skip
        """Packets that are on both sides, but in another order: for those here the place there."""
        waiting: dict[Hashable, list[int]] = {}
        for first, second in pairs:
            if first is None and second is not None:
                waiting.setdefault(same[1][second], []).append(second)
        found: dict[tuple[int | None, int | None], int] = {}
        for first, second in pairs:
            if second is None and first is not None and waiting.get(same[0][first]):
                place = waiting[same[0][first]].pop(0)
                found[first, None] = place
                found[None, place] = first
        return found

    def _different(
        self, first: int | None, second: int | None, levels: list[Level],
        strays: dict[tuple[int | None, int | None], int],
    ) -> Different | None:  # fmt: skip
        if first is not None and second is not None:
            if any(here[first] == there[second] is not None for here, there in levels):
                self.same += 1
                return None
            here, there = self.here.packet(first), self.there.packet(second)
            changes = compare(here, there)
            if not changes:
                self.same += 1
                return None
            return Different("changed", here, there, changes)
        stray = strays.get((first, second))
        if first is not None:
            here = self.here.packet(first)
            if stray is None:
                return Different("removed", here, None, [])
            if self.moved:
                return Different("moved", here, self.there.packet(stray), [])
            self.same += 1
            return None
        assert second is not None
        return (
            None if stray is not None else Different("added", None, self.there.packet(second), [])
        )

    def _unseen(
        self, first: int | None, second: int | None, levels: list[Level],
        strays: dict[tuple[int | None, int | None], int],
    ) -> Different | None:  # fmt: skip
        """The same without packets, which are decoded only to count their fields' changes."""
        if first is not None and second is not None:
            here, there = levels[-1][0][first], levels[-1][1][second]
            differs = here is not None and there is not None and here != there
            if differs and self.counts["changed"] >= COMPARED:
                return Different("changed", None, None, [])
            return self._different(first, second, levels, strays)
        if (first, second) not in strays:
            return Different("added" if first is None else "removed", None, None, [])
        if first is None:
            return None
        if self.moved:
            return Different("moved", None, None, [])
        self.same += 1
        return None


LEVELS: tuple[Callable[[Decoded], bytes], ...] = (
    lambda one: one.same, lambda one: one.elsewhere, lambda one: one.ends,
    lambda one: one.protocols,
)  # fmt: skip


def _keys(side: Side, done: set[int]) -> list[list[Hashable]]:
    """For each of ``LEVELS`` the keys of a side's packets, None for those that are paired."""
    levels: list[list[Hashable]] = [[None] * len(side.keys) for _ in LEVELS]
    for place in range(len(side.keys)):
        if place not in done:
            packet = side.packet(place)
            for keys, key in zip(levels, LEVELS, strict=True):
                keys[place] = key(packet)
    return levels


def compare(here: Decoded, there: Decoded) -> list[Change]:
    """The fields that differ between two packets.

    Where one is in other tunnels or on another link than the other, that is one change, and the
    rest is compared from the innermost IP header on.
    """
    if here.same == there.same:
        return []
    ours, theirs = here.rows, there.rows
    around = _around(here), _around(there)
    changes = []
    if around[0] != around[1] and here.elsewhere == there.elsewhere:
        changes.append(Change("", "outer headers", around[0] or "none", around[1] or "none"))
        ours, theirs = _leveled(here), _leveled(there)
    return changes + _changes(ours, theirs)


def _around(packet: Decoded) -> str:
    """The layers around the innermost IP header."""
    return ":".join(row.name for row in packet.rows[: packet.split] if row.layer)


def _leveled(packet: Decoded) -> tuple[Row, ...]:
    rows = packet.rows[packet.split :]
    return tuple(row._replace(depth=max(0, row.depth - rows[0].depth)) for row in rows)


def _changes(ours: tuple[Row, ...], theirs: tuple[Row, ...]) -> list[Change]:
    if max(len(ours), len(theirs)) > ROWS:
        return _counted(ours, theirs)
    layers = _layers(ours), _layers(theirs)
    if _names(ours) == _names(theirs):  # most often
        return [
            _change(layer, here, there)
            for layer, here, there in zip(layers[0], ours, theirs, strict=True)
            if here.text != there.text
        ]
    changes: list[Change] = []
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for tag, left, left_end, right, right_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        first, second = _names(ours[left:left_end]), _names(theirs[right:right_end])
        inner = SequenceMatcher(None, first, second, autojunk=False)
        for what, a, a_end, b, b_end in inner.get_opcodes():
            here, there = range(left + a, left + a_end), range(right + b, right + b_end)
            if what == "equal":
                for one, other in zip(here, there, strict=True):
                    if ours[one].text != theirs[other].text:
                        changes.append(_change(layers[0][one], ours[one], theirs[other]))
            else:
                changes += [_change(layers[0][one], ours[one], None) for one in here]
                changes += [_change(layers[1][other], None, theirs[other]) for other in there]
    return changes


def _names(rows: tuple[Row, ...]) -> list[tuple[int, str, bool]]:
    return [(row.depth, row.name, row.layer) for row in rows]


def _change(layer: str, here: Row | None, there: Row | None) -> Change:
    row = here or there
    assert row is not None
    return Change(layer, row.name, here and here.text, there and there.text)


def _layers(rows: tuple[Row, ...]) -> list[str]:
    """The layer that each row is in."""
    names, name = [], ""
    for row in rows:
        if row.layer:
            name = row.name
        names.append(name)
    return names


def _counted(ours: tuple[Row, ...], theirs: tuple[Row, ...]) -> list[Change]:
    """Of very long packets: rows that are there more often on one side."""
    here, there = Counter(ours), Counter(theirs)
    return [_change("", row, None) for row in here - there] + [
        _change("", None, row) for row in there - here
    ]
