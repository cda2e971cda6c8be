"""A mould: the text of packets of one shape, with holes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from operator import itemgetter
from random import Random
from typing import Any

from dissect.moulds.columns import Batch, Make
from dissect.moulds.layout import Layout

WITHIN = re.compile(r"[0-9A-Za-z][:.]?$"), re.compile(r"[:.]?[0-9A-Za-z]")
"""What stands before and behind a part of a longer number or address."""
TRIES = 3
SEED = 6006


class Made(dict[int, list[str]]):
    """The columns of a batch, by their places in the layout, made when first asked for."""

    def __init__(self, layout: Layout, batch: Batch) -> None:
        super().__init__()
        self._columns = layout.columns
        self._batch = batch

    def __missing__(self, place: int) -> list[str]:
        made = self[place] = self._columns[place](self._batch)
        return made


class Mould:
    """What always stands there, and the columns between."""

    __slots__ = ("_pieces", "_holes")

    def __init__(self, text: str, holes: dict[str, int]) -> None:
        parts: list[str | int] = [text]
        for shown in sorted(holes, key=len, reverse=True):
            if shown in text:
                parts = list(_split(parts, shown, holes[shown]))
        self._pieces: list[Any] = parts
        self._holes = [part for part in parts if isinstance(part, int)]

    def of(self, made: Made, row: int) -> str:
        """The text of one row."""
        pieces = self._pieces[:]
        pieces[1::2] = [made[place][row] for place in self._holes]
        return "".join(pieces)

    def fill(self, made: Made, rows: list[int]) -> Iterator[str]:
        """The texts of some rows, one after the other."""
        if len(rows) == 1:
            yield self.of(made, rows[0])
            return
        chosen: Callable[[list[str]], list[str]] = itemgetter(*rows)  # type: ignore[assignment]
        columns = [chosen(made[place]) for place in self._holes]
        pieces = self._pieces[:]
        for values in zip(*columns, strict=True):
            pieces[1::2] = values
            yield "".join(pieces)


def _split(parts: list[str | int], shown: str, hole: int) -> Iterator[str | int]:
    """The parts with a hole wherever a text stands by itself; between two is always some text."""
    for part in parts:
        if isinstance(part, int):
            yield part
            continue
        start = at = 0
        while (at := part.find(shown, at)) >= 0:
            end = at + len(shown)
            before, behind = WITHIN
            if before.search(part[max(at - 2, 0) : at]) or behind.match(part, end):
                at += 1
                continue
            yield part[start:at]
            yield hole
            start = at = end
        yield part[start:]


def cast(
    layout: Layout, batch: Batch, made: Made, row: int, shape: Any,
    write: Callable[[Batch, int], str],
) -> Mould | None:  # fmt: skip
    """A mould of the shape of a row; None if there is none that is right.

    made   the batch's columns
    write  the exporter's text of a packet of a batch
    """
    chance = Random(SEED)
    wanted = write(batch, row)
    for _ in range(TRIES):
        invented = layout.invented(batch, row, chance)
        if layout.shapes(invented) != [shape, shape]:
            continue
        first, second = write(invented, 0), write(invented, 1)
        columns = Made(layout, invented)
        holes: dict[str, int] = {}
        for place in range(len(layout.columns)):
            holes.setdefault(columns[place][0], place)
        holes.pop("", None)
        mould = Mould(first, holes)
        if mould.of(columns, 1) == second and mould.of(made, row) == wanted:
            return mould
    return None
