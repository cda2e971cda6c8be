"""A mould: the text of packets of one shape, with holes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from random import Random
from typing import Any, NamedTuple

from dissect.moulds.batch import Batch
from dissect.moulds.layout import Layout

LONGEST_START = 100
"""Characters that two texts of a column may have in common at their beginning."""
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
    starting: dict[str, list[Pair]] = {}
    for pair in sorted(pairs, key=lambda pair: len(pair.first), reverse=True):
        starting.setdefault(pair.first[0], []).append(pair)
    parts: list[str | int] = []
    at, other = 0, 0
    while True:
        same = _common(first, at, second, other)
        end = at + same
        if end == len(first) and other + same == len(second):
            return [*parts, first[at:]]
        found = None
        quote = first.rfind('"', at, end) + 1
        for start in range(end, max(at, quote, end - LONGEST_START) - 1, -1):
            if start > at and first[start - 1].isalnum():
                continue
            begin = other + start - at
            for pair in starting.get(first[start : start + 1], ()):
                size = len(pair.first)
                if (
                    start + size >= end
                    and first.startswith(pair.first, start)
                    and second.startswith(pair.second, begin)
                ):
                    if found is None or size > len(found[1].first):
                        found = start, pair
                    break
        if found is None:
            return None
        start, pair = found
        parts += [first[at:start], pair.column]
        other += start - at + len(pair.second)
        at = start + len(pair.first)


def _common(first: str, at: int, second: str, other: int) -> int:
    """How many characters are the same from these places on."""
    size, step = 0, 256
    while step:
        piece = first[at + size : at + size + step]
        if len(piece) == step and second.startswith(piece, other + size):
            size += step
        else:
            step //= 2
    return size


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
        if layout.shapes(invented) != [shape, shape]:
            continue
        columns = Made(layout, invented)
        texts = map(columns.__getitem__, range(len(layout.columns)))
        every = [Pair(first, second, place) for place, (first, second) in enumerate(texts)]
        pairs = [pair for pair in every if pair.first and pair.first != pair.second]
        parts = parts_of(write(invented, 0), write(invented, 1), pairs)
        if parts is not None:
            mould = Mould(parts)
            if mould.of(Made(layout, batch.of([row])), 0) == wanted:
                return mould
    return None
