"""What screens look like: their cells as text, and how each cell looks, a letter a look.

    python -m tests.tui.snapshots      write them anew (``make goldens``)

Look at the difference before it is kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from rich.style import Style

from tests.captures_list import ROOT
from tests.tui.driver import TOUR, Look, look
from tui.screens.statistics import OneTable

FOLDER = Path(__file__).parent / "snapshots"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class Shot(NamedTuple):
    """A screen: how large it is, and what is done before it is looked at."""

    width: int
    height: int
    script: Callable[[Look], Awaitable[None]]
    path: str = TOUR


async def fields(it: Look) -> None:
    """A marked packet, a field that is selected, its octets."""
    await it.press("3", "G", "m", "5", "G", "tab")
    select(it, "ipv6.hlim")
    await it.settle()


async def bits(it: Look) -> None:
    """Where there is room: a filter, lines of octets, the bits of a header."""
    it.main.apply("icmpv6")
    await it.until(lambda: not it.session.filtering)
    it.main.jump(5)
    await it.settle()
    await it.press("tab", "b")
    select(it, "icmpv6.opt.prefix")
    await it.settle()


async def filter_bar(it: Look) -> None:
    """A mistake in a filter; what could stand there instead."""
    it.main.filter_bar.cursor_blink = False
    await it.press("/", *"tcp.port == 80 and icmpv6.ty")
    await it.until(lambda: it.main.completions.offered and it.main.filter_bar.has_class("-bad"))


async def table(it: Look) -> None:
    """A table of the report."""
    it.app.push_screen(OneTable(it.main, "hierarchy"))
    await it.filled()


async def octets(it: Look) -> None:
    """Two packets beside each other."""
    await it.press("5", "G", "m", "8", "G", "m", "d")
    await it.filled()
    await it.press("x", "j")


async def conversation(it: Look) -> None:
    """What two ends said."""
    await it.press("2", "8", "G", "F")
    await it.filled()


SHOTS = {
    "fields-80x24": Shot(80, 24, fields),
    "bits-160x50": Shot(160, 50, bits),
    "filter-80x24": Shot(80, 24, filter_bar),
    "table-80x24": Shot(80, 24, table),
    "octets-160x50": Shot(160, 50, octets),
    "conversation-80x24": Shot(80, 24, conversation),
}


def select(it: Look, name: str) -> None:
    """Select a field of the packet."""
    line = next(line for line in it.session.detail.lines if line.name == name)
    it.main.detail.select_octet(line.source, line.offset)


def look_of(style: Style | None, blank: bool) -> str:
    """In words; of blanks the text's colour isn't seen."""
    if style is None:
        return "nothing"
    front = style.color.name if style.color else "default"
    back = style.bgcolor.name if style.bgcolor else "default"
    marks = [it for it in ("bold", "italic", "underline", "reverse") if getattr(style, it)]
    drawn = not blank or "underline" in marks or "reverse" in marks
    return f"{' '.join([front, *marks]) if drawn else 'blank'} on {back}"


def painted(it: Look) -> str:
    """The screen, and the looks of its cells."""
    looks: dict[str, str] = {}
    text: list[str] = []
    letters: list[str] = []
    for strip in it.app.screen._compositor.render_strips():
        text.append("".join(segment.text for segment in strip))
        letters.append("")
        for segment in strip:
            for character in segment.text:
                words = look_of(segment.style, character == " ")
                letters[-1] += looks.setdefault(words, LETTERS[len(looks)])
    legend = [f"{letter}  {words}" for words, letter in looks.items()]
    return "\n".join([*(f"{line}│" for line in text), "", *letters, "", *legend, ""])


def taken(shot: Shot) -> str:
    """The screen as it looks now."""
    found: list[str] = []

    async def script(it: Look) -> None:
        await shot.script(it)
        found.append(painted(it))

    look(script, shot.path, size=(shot.width, shot.height))
    return found[0]


def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.txt"):
        old.unlink()
    for name, shot in SHOTS.items():
        (FOLDER / f"{name}.txt").write_text(taken(shot), encoding="utf-8")
        print((FOLDER / name).relative_to(ROOT))


if __name__ == "__main__":
    main()
