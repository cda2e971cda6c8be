"""The gate to the screen: all text of a line passes here, made visible, and is never markup."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from dissect.export.sanitise import visible

ELLIPSIS = "…"

Piece = tuple[str, Style]
"""Some text and how it looks."""


def width_of(text: str) -> int:
    """Cells that a text takes."""
    return cell_len(visible(text))


def fitted(text: str, width: int, *, right: bool = False, cut: str = "end") -> str:
    """A text in exactly so many cells, with an ellipsis where it was cut.

    cut  ``end``; ``middle``: of an address both ends are worth seeing; ``decimals``: without sign
    """
    if width <= 0:
        return ""
    text = visible(text)
    size = cell_len(text)
    if size > width and cut == "decimals" and 0 < text.find(".") < width:
        text = text[:width].rstrip(".")
        size = len(text)
    if size > width:
        if cut == "middle" and width > 6 and text.isascii():
            tail = width // 2
            return text[: width - 1 - tail] + ELLIPSIS + text[-tail:]
        return set_cell_size(text, width - 1) + ELLIPSIS
    blanks = " " * (width - size)
    return blanks + text if right else text + blanks


def strip_of(pieces: list[Piece], width: int, rest: Style, left: int = 0) -> Strip:
    """A line of exactly so many cells, from the cell ``left`` on, filled up in a style."""
    segments: list[Segment] = []
    size = 0
    for text, style in pieces:
        shown = visible(text)
        segments.append(Segment(shown, style))
        size += cell_len(shown)
        if size >= left + width:
            break
    strip = Strip(segments, size)
    if left:
        strip = strip.crop(min(left, size), size)
    if strip.cell_length > width:
        strip = strip.crop(0, width)
    return strip.extend_cell_length(width, rest).simplify()
