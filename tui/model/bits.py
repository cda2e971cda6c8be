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
    text = line.text.partition(" = ")[2] if line.mask and " = " in line.text else line.text
    return text.partition(":")[0].strip()


def drawing(found: list[Cell]) -> list[list[tuple[str, int]]]:
    """Lines of the picture: pieces of text, each with the index of its field's line, or -1."""
    if not found:
        return [[("  no header of fixed fields here", -1)]]
    made: list[list[tuple[str, int]]] = [[(text, -1)] for text in RULER]
    edge = " " + "+-" * ROW + "+"
    at = 0
    last = found[-1].end
    made.append([(edge, -1)])
    for first in range(0, min(-(-last // ROW), MOST_ROWS) * ROW, ROW):
        row: list[tuple[str, int]] = [(" |", -1)]
        at = first
        while at < min(first + ROW, last):
            cell = next((it for it in found if it.start <= at < it.end), None)
            following = min((it.start for it in found if it.start > at), default=last)
            end = min(cell.end if cell else following, first + ROW)
            if cell and cell.start <= first and cell.end >= first + ROW and cell.start < first:
                row.append((f"{'':^{2 * (end - at) - 1}}", cell.line))
            else:
                label = cell.label if cell else ""
                width = 2 * (end - at) - 1
                row.append((f"{label[:width]:^{width}}", cell.line if cell else -1))
            row.append(("|", -1))
            at = end
        made += [row, [(edge if at == first + ROW else " " + "+-" * (at - first) + "+", -1)]]
    if last > MOST_ROWS * ROW:
        made.append([(f"  … {(last - MOST_ROWS * ROW) // 8:,} more octets", -1)])
    return made
