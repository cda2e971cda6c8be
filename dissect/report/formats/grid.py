"""Cells side by side on lines of a terminal: what is too long is folded, never cut."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

WORDS = re.compile(r"\s*\S+\s*")
RULE = "─"


class Pillar(NamedTuple):
    """A column of a grid: its cells, from top to bottom.

    right  its cells are written to the right, and never folded
    """

    title: str
    cells: Sequence[str]
    right: bool = False

    @property
    def width(self) -> int:
        """How wide it would like to be."""
        return max(map(cell_len, (self.title, *self.cells)))


def cell_len(text: str) -> int:
    """How many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from rich import cells  # which few texts need

    return cells.cell_len(text)


def folded(text: str, width: int) -> list[str]:
    """A text as lines of so many cells, broken between words if words aren't longer than that."""
    if cell_len(text) <= width:
        return [text]
    lines = [""]
    for word in WORDS.findall(text):
        pieces = [word] if cell_len(word.rstrip()) <= width else word
        for place, piece in enumerate(pieces):
            begins = not place and len(pieces) > 1
            if lines[-1] and (begins or cell_len((lines[-1] + piece).rstrip()) > width):
                lines.append("")
            lines[-1] += piece
    return [line.rstrip() for line in lines]


def grid(
    pillars: Sequence[Pillar], width: int, gap: int, title: Callable[[str], str] | None = None
) -> Iterator[str]:
    """The lines of a grid whose columns are that many spaces apart.

    title  how lines of titles are shown, below which a rule is drawn; None: without titles
    """
    widths = _widths(pillars, width - gap * (len(pillars) - 1))
    if title is not None:
        titles = [folded(one.title, room) for one, room in zip(pillars, widths, strict=True)]
        most = max(map(len, titles))
        cells = [[""] * (most - len(lines)) + lines for lines in titles]
        yield from map(title, _lines(pillars, cells, widths, gap))
        yield RULE * (sum(widths) + gap * (len(widths) - 1))
    for row in zip(*(one.cells for one in pillars), strict=True):
        cells = [
            [text] if one.right else folded(text, room)
            for one, text, room in zip(pillars, row, widths, strict=True)
        ]
        yield from _lines(pillars, cells, widths, gap)


def _widths(pillars: Sequence[Pillar], width: int) -> list[int]:
    """How wide columns are: as they like, or where that is too much, those of text narrower."""
    widths = [one.width for one in pillars]
    texts = [place for place, one in enumerate(pillars) if not one.right]
    room = width - sum(widths) + sum(widths[place] for place in texts)
    for done, place in enumerate(sorted(texts, key=widths.__getitem__)):
        share = max(room // (len(texts) - done), 1)
        widths[place] = min(widths[place], share)
        room -= widths[place]
    return widths


def _lines(
    pillars: Sequence[Pillar], cells: list[list[str]], widths: list[int], gap: int
) -> Iterator[str]:
    """The lines of a row, whose cells are lines themselves."""
    rights = [one.right for one in pillars]
    for texts in zip_longest(*cells, fillvalue=""):
        yield (" " * gap).join(map(_justified, texts, widths, rights)).rstrip()


def _justified(text: str, width: int, right: bool) -> str:
    space = " " * (width - cell_len(text))
    return space + text if right else text + space
