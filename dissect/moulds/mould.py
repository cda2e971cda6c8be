"""A mould: the text of packets of one shape, with holes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from random import Random
from typing import Any, NamedTuple

from dissect.moulds.batch import Batch
from dissect.moulds.layout import Layout

COMPARED = 256
"""Octets at once."""
TRIES = 3
SEED = 6006


class Made(dict[int, list[str]]):
    """The columns of a batch, by their places in the layout, made when first asked for."""

    def __init__(self, layout: Layout, batch: Batch) -> None:
        super().__init__()
        self._columns = layout.columns
        self.batch = batch

    def __missing__(self, place: int) -> list[str]:
        made = self[place] = self._columns[place](self.batch)
        return made


class Mould:
    """What always stands there, and the columns between."""

    __slots__ = ("_pieces", "_holes")

    def __init__(self, parts: list[str | int]) -> None:
        self._pieces: list[Any] = parts
        self._holes = [part for part in parts if isinstance(part, int)]

    def of(self, made: Made, row: int) -> str:
        """The text of one row."""
        self._pieces[1::2] = [made[place][row] for place in self._holes]
        return "".join(self._pieces)

    def fill(self, made: Made, rows: Sequence[int]) -> Iterator[str]:
        """The texts of some rows, one after the other."""
        if len(rows) == 1:
            yield self.of(made, rows[0])
            return
        columns = [made[place] for place in self._holes]
        if len(rows) < len(made.batch):
            chosen: Callable[[list[str]], list[str]] = itemgetter(*rows)
            columns = list(map(chosen, columns))
        pieces, join = self._pieces, "".join
        for values in zip(*columns, strict=True):
            pieces[1::2] = values
            yield join(pieces)


class Pair(NamedTuple):
    """What a column has for two packets."""

    first: str
    second: str
    column: int


def parts_of(first: str, second: str, pairs: list[Pair]) -> list[str | int] | None:
    """What two texts have in common, and between it the columns by which they differ.

    None if they differ by anything else.  Of several columns the longest text counts; no text has a
    quotation mark in it.
    """
    differing: dict[tuple[str, str], list[tuple[int, Pair]]] = {}
    for pair in sorted(pairs, key=lambda pair: len(pair.first), reverse=True):
        same = _common(pair.first.encode("latin-1"), 0, pair.second.encode("latin-1"), 0)
        key = pair.first[same : same + 1], pair.second[same : same + 1]
        differing.setdefault(key, []).append((same, pair))
    parts: list[str | int] = []
    octets, others = first.encode("latin-1"), second.encode("latin-1")
    at, other = 0, 0
    while True:
        same = _common(octets, at, others, other)
        end, stop = at + same, other + same
        if end == len(first) and stop == len(second):
            return [*parts, first[at:]]
        one, two = first[end : end + 1], second[stop : stop + 1]
        found = None
        for key in ((one, two), (one, ""), ("", two)):
            for same, pair in differing.get(key, ()):
                start = end - same
                if (
                    (start == at or (start > at and not first[start - 1].isalnum()))
                    and first.startswith(pair.first, start)
                    and second.startswith(pair.second, stop - same)
                ):
                    if found is None or len(pair.first) > len(found[1].first):
                        found = start, pair
                    break
        if found is None:
            return None
        start, pair = found
        parts += [first[at:start], pair.column]
        other += start - at + len(pair.second)
        at = start + len(pair.first)


def _common(first: bytes, at: int, second: bytes, other: int) -> int:
    """How many octets are the same from these places on; neither text has a zero in it."""
    most = min(len(first) - at, len(second) - other)
    for size in range(0, most, COMPARED):
        one = int.from_bytes(first[at + size : at + size + COMPARED], "little")
        different = one ^ int.from_bytes(second[other + size : other + size + COMPARED], "little")
        if different:
            return size + ((different & -different).bit_length() - 1) // 8
    return most


def cast(
    layout: Layout, batch: Batch, row: int, shape: Any,
    write: Callable[[Batch, int], str],
) -> Mould | None:  # fmt: skip
    """A mould of the shape of a row of a batch; None if there is none that is right.

    write  the exporter's text of a packet of a batch, as its octets
    """
    chance = Random(SEED)
    wanted = write(batch, row)
    for _ in range(TRIES):
        invented = layout.invented(batch, row, chance)
        if layout.shapes(invented) != [shape, shape, shape]:
            continue
        made = Made(layout, invented)
        texts = map(made.__getitem__, range(len(layout.columns)))
        every = [Pair(first, second, place) for place, (first, second, _) in enumerate(texts)]
        pairs = [pair for pair in every if pair.first and pair.first != pair.second]
        parts = parts_of(write(invented, 0), write(invented, 1), pairs)
        if parts is not None:
            mould = Mould(parts)
            if mould.of(made, 2) == wanted:
                return mould
    return None
