"""What is on a terminal's screen, so that only those cells are sent that are not as they were.

Textual paints whole lines of a widget, each piece with all of its colours, some forty octets, and a
reset behind it: five thousand octets for a step down.  On a slow line that is felt.  ``Cells``
knows what is on the screen, and writes what is different, colour by colour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len

TOKEN = re.compile(
    r"\x1b\[(\d+);(\d+)H"  # to a cell
    r"|\x1b\[([0-9;]*)m"  # a style
    r"|(\r?\n)"
    r"|(\x1b\[[0-9;:?<>=!$'\" ]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1bP(?:[^\x1b]|\x1b[^\\])*\x1b\\|\x1b.|[\x00-\x1f\x7f])"  # whatever else is no text
)
HARMLESS = re.compile(r"\x1b\[\?(?:1000|1002|1003|1006|1015|1016|1004|2004|2026|25|2048)[hl]$")
"""Modes that leave the cells as they are."""
LINE = re.compile(r"\x1b\[(\d+);1H((?:\x1b\[[0-9;]*m|[^\x1b\r\n])+)")
STYLE = re.compile(r"\x1b\[[0-9;]*m")
LEAST = 5
"""Lines that are worth being scrolled."""
OFFSETS = (1, -1, 2, -2, 3, -3)
"""By how many; more are written anew."""
OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "8": "28", "9": "29"}
"""What ends an attribute."""
APART = ("\x1b]", "\x1bP")
"""How sequences begin that say something to the terminal, not to its screen."""
BLANKS = re.compile("( {12,})")
"""So many are erased rather than written."""
UNKNOWN = "\0"
GAP = 6
"""Cells between two differences that are written again rather than jumped over."""


class Style(NamedTuple):
    """A look: colours as their codes, and attributes; no front: of blanks it isn't seen."""

    front: str | None
    back: str
    attributes: frozenset[str] = frozenset()

    @property
    def whole(self) -> str:
        """The codes that make it from none."""
        return ";".join([*sorted(self.attributes), *filter(None, (self.front, self.back))])


@lru_cache(maxsize=4096)
def style_of(codes: str) -> Style | None:
    """What codes behind a reset make; None for some that we don't know."""
    front = back = ""
    attributes: set[str] = set()
    parts = iter(codes.split(";"))
    for part in parts:
        if part in ("38", "48"):
            kind = next(parts, "")
            size = {"2": 3, "5": 1}.get(kind, 0)
            color = ";".join([part, kind, *(next(parts, "0") for _ in range(size))])
            front, back = (color, back) if part == "38" else (front, color)
        elif part in OFF:
            attributes.add(part)
        elif re.fullmatch("(?:3|9)[0-7]", part):
            front = part
        elif re.fullmatch("(?:4|10)[0-7]", part):
            back = part
        elif part not in ("", "0", "39", "49"):
            return None
    return Style(front, back, frozenset(attributes))


PLAIN = Style("", "")
DRAWN = frozenset("4579")
"""Attributes that are seen on blanks."""


class Run(NamedTuple):
    """Text in one look, and its first cell."""

    y: int
    x: int
    text: str
    style: Style

    @property
    def wide(self) -> bool:
        """Whether some of its characters take two cells, or none."""
        return cell_len(self.text) != len(self.text)

    def order(self) -> tuple[bool, str, str, int, int]:
        """What is written with least changes of the look."""
        style = self.style
        return not self.wide, style.back, style.front or "", self.y, self.x

    def with_behind(self, other: Run) -> Style | None:
        """The look of both as one text; None if they can't be one."""
        if other.y != self.y or other.x != self.x + len(self.text) or self.wide or other.wide:
            return None
        one, behind = self.style, other.style
        if one.back != behind.back:
            return None
        if one == behind or (behind.front is None and not one.attributes & DRAWN):
            return one
        return behind if one.front is None and not behind.attributes & DRAWN else None


@lru_cache(maxsize=8192)
def change(before: Style, after: Style) -> str:
    """The shortest sequence from one look to another."""
    if after.front is None:
        after = blank_in(before, after)
    off = sorted({OFF[it] for it in before.attributes - after.attributes})
    codes = [*off, *sorted(after.attributes if off else after.attributes - before.attributes)]
    if after.front != before.front:
        codes.append(after.front or "39")
    if after.back != before.back:
        codes.append(after.back or "49")
    step = ";".join(codes)
    if not step:
        return ""
    anew = f"0;{after.whole}" if after.whole else ""
    return f"\x1b[{min(step, anew, key=len)}m"


@lru_cache(maxsize=4096)
def blank_in(before: Style, after: Style) -> Style:
    """What is set for blanks, from what was set before: a front that isn't seen stays."""
    return Style(before.front, after.back, before.attributes - DRAWN)


def _lines(data: str) -> Iterator[tuple[int, str]]:
    """The lines that are painted from their first cell on, without their last one."""
    for found in LINE.finditer(data):
        text = STYLE.sub("", found[2])
        if text.isprintable() and cell_len(text) == len(text):
            yield int(found[1]) - 1, text[:-1]


def blocks(lines: list[int]) -> Iterator[list[int]]:
    """Ascending lines, those together that are next to each other."""
    block: list[int] = []
    for y in lines:
        if block and y != block[-1] + 1:
            yield block
            block = []
        block.append(y)
    if block:
        yield block


class Cells:
    """What is on the screen.

    erases  erased cells have the colour that is set
    """

    def __init__(self, *, erases: bool = False) -> None:
        self.erases = erases
        self._rows: dict[int, tuple[list[str], list[Style | None]]] = {}
        self._at: tuple[int, int] | None = None
        """Where the terminal's cursor is."""
        self._set: Style | None = None
        """What the terminal's style is; None: not known."""

    def forget(self) -> None:
        """Anything may be there."""
        self._rows.clear()
        self._at = self._set = None

    def shorter(self, data: str) -> str:
        """What shows the same as ``data`` would."""
        return self._scroll(data) + "".join(self._parts(data))

    def _scroll(self, data: str) -> str:
        """Where many lines come that stand there already, some lines off: have them moved."""
        coming = {y: text for y, text in _lines(data) if self._letters(y, len(text)) != text}
        if len(coming) < LEAST:
            return ""
        for by in OFFSETS:
            same = [y for y, text in coming.items() if self._letters(y + by, len(text)) == text]
            block = max(blocks(sorted(same)), key=len, default=[])
            if len(block) >= LEAST:
                return self._moved(block[0], block[-1], by)
        return ""

    def _letters(self, y: int, width: int) -> str:
        """What is in a line of so many cells, but for the last one, where scroll bars are."""
        letters = self._rows.get(y, ([], []))[0]
        return "".join(letters[:width]) if len(letters) == width + 1 else ""

    def _moved(self, first: int, last: int, by: int) -> str:
        """Scroll so that lines ``first`` to ``last`` are those that stand ``by`` lines below."""
        top, bottom = min(first, first + by), max(last, last + by)
        rows = self._rows
        kept = {y: rows[y + by] for y in range(first, last + 1) if y + by in rows}
        for y in range(top, bottom + 1):
            rows.pop(y, None)
        rows.update(kept)
        self._at = None
        at, step = (bottom, "\n") if by > 0 else (top, "\x1bM")
        return f"\x1b[{top + 1};{bottom + 1}r\x1b[{at + 1};1H{abs(by) * step}\x1b[r"

    def _parts(self, data: str) -> Iterator[str]:
        """Texts from left to right and top to bottom at once, all else as it comes."""
        runs: list[Run] = []
        end = (-1, -1)
        for it in self._read(data):
            if not isinstance(it, Run) or (it.y, it.x) < end:
                yield from self._paint(runs)
                runs = []
            if isinstance(it, Run):
                runs += self._different(it)
                end = it.y, it.x + len(it.text)
            else:
                yield it
        yield from self._paint(runs)

    def _read(self, data: str) -> Iterator[Run | str]:
        """Text whose place and look are known; all else as it is.

        What that does is noted when it has gone out, behind the texts before it.
        """
        x = y = -1
        style: Style | None = PLAIN
        end = 0
        for found in TOKEN.finditer(f"{data}\x1b[m"):
            text = data[end : found.start()]
            if text and x >= 0 and y >= 0 and style is not None:
                yield Run(y, x, text, style)
                x += cell_len(text)
            elif text:
                yield text
                self._at = None
                self._rows.pop(y, None)
            end = found.end()
            line, column, codes, feed, other = found.groups()
            if line is not None:
                y, x = int(line) - 1, int(column) - 1
            elif codes is not None:
                style = style_of(codes)
                if style is None:
                    yield found[0]
                    self._set = None
            elif feed is not None:
                y, x = (y + 1 if y >= 0 else -1), 0
            else:
                yield other
                self._passed(other)

    def _passed(self, sequence: str) -> None:
        """What a sequence does to the screen isn't known."""
        if not HARMLESS.match(sequence):
            self._at = None
            if sequence[:2] not in APART and sequence[-1] not in "ABCDGntucq":
                self._rows.clear()  # it may have been cleared, or scrolled

    def _different(self, run: Run) -> Iterator[Run]:
        """The parts of a text that aren't there yet; they are from now on."""
        y, x, text, style = run
        if text.isspace() and not style.attributes & DRAWN:
            style = Style(None, style.back)
        size = cell_len(text)
        wide = size != len(text)
        letters, looks = self._row(y, x + size + wide)
        if wide:  # always written, and nothing known of them
            letters[x : x + size + 1] = UNKNOWN * (size + 1)
            yield Run(y, x, text, style)
            return
        if letters[x : x + size] == list(text) and looks[x : x + size] == [style] * size:
            return
        for first, last in _spans(text, letters[x : x + size], looks[x : x + size], style):
            yield Run(y, x + first, text[first:last], style)
        letters[x : x + size] = text
        looks[x : x + size] = [style] * size

    def _row(self, y: int, width: int) -> tuple[list[str], list[Style | None]]:
        row = self._rows.get(y)
        if row is None:
            row = self._rows[y] = [], []
        missing = width - len(row[0])
        if missing > 0:
            row[0].extend(UNKNOWN * missing)
            row[1].extend([None] * missing)
        return row

    # --- writing --------------------------------------------------------------------------------

    def _paint(self, runs: list[Run]) -> Iterator[str]:
        """Look by look: to go to a cell takes some seven octets, to change a colour seventeen.

        Wide characters come first, as terminals don't agree on how wide they are.
        """
        if not runs:
            return
        for run in sorted(joined(runs), key=Run.order):
            yield from self._write(run)
        if self._set != PLAIN:
            yield "\x1b[m"  # others may write behind us
            self._set = PLAIN

    def _write(self, run: Run) -> Iterator[str]:
        """A text at its place; of many blanks in it the cells are erased."""
        y, x, text, style = run
        whole = run.wide or not self.erases or style.attributes & DRAWN
        for piece in [text] if whole else filter(None, BLANKS.split(text)):
            yield self._go(x, y) + self._turn(style)
            if BLANKS.match(piece) and not whole:
                yield f"\x1b[{len(piece)}X"  # the cursor stays before them
            else:
                yield piece
                self._at = None if run.wide else (y, x + len(piece))
            x += len(piece)

    def _go(self, x: int, y: int) -> str:
        at, self._at = self._at, (y, x)
        if at == (y, x):
            return ""
        if at is not None and at[0] == y and x > at[1]:
            return f"\x1b[{x - at[1]}C"
        return f"\x1b[{y + 1};{x + 1}H"

    def _turn(self, style: Style) -> str:
        before, self._set = self._set, style
        if before is not None and style.front is None:
            self._set = blank_in(before, style)
        if before is None:
            return f"\x1b[0;{style.whole}m" if style.whole else "\x1b[m"
        return change(before, style)


def _spans(
    text: str, letters: list[str], looks: list[Style | None], style: Style
) -> Iterator[tuple[int, int]]:
    """Where cells are different, small gaps included."""
    first = last = -1
    for at, letter in enumerate(text):
        if letters[at] != letter or looks[at] != style:
            if first < 0:
                first = at
            elif at - last > GAP:
                yield first, last + 1
                first = at
            last = at
    if first >= 0:
        yield first, last + 1


def joined(runs: list[Run]) -> Iterator[Run]:
    """Those behind each other are one, if they look alike; blanks look like all on their ground."""
    before: Run | None = None
    for run in runs:
        if before is not None:
            style = before.with_behind(run)
            if style is not None:
                before = Run(before.y, before.x, before.text + run.text, style)
                continue
            yield before
        before = run
    if before is not None:
        yield before
