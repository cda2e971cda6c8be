"""The bits of a header as RFCs draw them: rows of 32, from what its fields say of their octets."""

from __future__ import annotations

from typing import NamedTuple

from tui.model.packets import Line

ROW = 32
MOST_ROWS = 24
RULER = ("  0                   1                   2                   3  ",
         "  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1")  # fmt: skip


class Cell(NamedTuple):
    """A field's bits, counted from the header's first one; ``line`` is where it is in the tree."""

    start: int
    end: int
    label: str
    line: int


def cells(lines: tuple[Line, ...], layer: int) -> list[Cell]:
    """The fields of a layer's own header, in order, each bit once: the finest there are."""
    head = lines[layer]
    found: list[Cell] = []
    for index in range(layer + 1, len(lines)):
        line = lines[index]
        if line.depth <= head.depth:
            break
        if line.source != head.source or not line.length or line.kind in ("generated", "own"):
            continue
        start = 8 * (line.offset - head.offset)
        if line.mask:
            width = 8 * line.length
            begin = width - line.mask.bit_length()
            size = (line.mask // (line.mask & -line.mask)).bit_length()
            found.append(Cell(start + begin, start + begin + size, _label(line), index))
        elif (
            index + 1 == len(lines)
            or lines[index + 1].depth <= line.depth
            or not _split(lines, index)
        ):
            found.append(Cell(start, start + 8 * line.length, _label(line), index))
    found.sort(key=lambda cell: (cell.start, cell.end))
    placed: list[Cell] = []
    for cell in found:
        if cell.start >= 0 and (not placed or cell.start >= placed[-1].end):
            placed.append(cell)
    return placed


def _split(lines: tuple[Line, ...], index: int) -> bool:
    """Whether a line's octets are those of lines under it."""
    line = lines[index]
    inner = lines[index + 1]
    return inner.length > 0 and inner.source == line.source and inner.kind not in (
        "generated", "own"
    ) and line.offset <= inner.offset < line.offset + line.length  # fmt: skip


def _label(line: Line) -> str:
    return line.text.partition(":")[0].strip()


def drawing(found: list[Cell], row: int = ROW) -> list[list[tuple[str, int]]]:
    """Lines of the picture, so many bits in a row: pieces of text with the line of their field.

    Where no field is concerned that is -1.
    """
    if not found:
        return [[("  no header of fixed fields here", -1)]]
    made: list[list[tuple[str, int]]] = [[(text[: 2 * row + 2], -1)] for text in RULER]
    last = found[-1].end
    rows = -(-last // row)
    owner = _owners(found, min(rows, MOST_ROWS) * row)
    made.append([(" " + "+-" * row + "+", -1)])
    for first in range(0, min(rows, MOST_ROWS) * row, row):
        made += [_row(found, owner, first, first + row), [(_edge(owner, first, row, last), -1)]]
    if rows > MOST_ROWS:
        made.append([(f"  … {(last - MOST_ROWS * row) // 8:,} more octets", -1)])
    return made


def _owners(found: list[Cell], size: int) -> list[int]:
    """The cell, by its place in the list, that has each bit; -1: none."""
    owner = [-1] * size
    for nth, cell in enumerate(found):
        for bit in range(cell.start, min(cell.end, size)):
            owner[bit] = nth
    return owner


def _row(found: list[Cell], owner: list[int], first: int, stop: int) -> list[tuple[str, int]]:
    """The fields in a row of bits; a label stands in the first row of its field."""
    pieces: list[tuple[str, int]] = [(" |", -1)]
    at = first
    while at < stop:
        end = at
        while end < stop and owner[end] == owner[at]:
            end += 1
        width = 2 * (end - at) - 1
        cell = found[owner[at]] if owner[at] >= 0 else None
        label = cell.label if cell is not None and cell.start == at else ""
        if at < found[-1].end:
            pieces.append((f"{label[:width]:^{width}}", cell.line if cell else -1))
            pieces.append(("|", -1))
        at = end
    return pieces


def _edge(owner: list[int], first: int, row: int, last: int) -> str:
    """The line under a row: open where a field goes on below."""
    drawn: list[str] = []
    for bit in range(first, first + row):
        below = bit + row
        goes_on = below < len(owner) and owner[bit] >= 0 and owner[below] == owner[bit]
        there = bit < last or below < last
        drawn.append("  " if goes_on and drawn else "+ " if goes_on else "+-" if there else "  ")
    return " " + "".join(drawn) + ("+" if first + row <= last else "")
