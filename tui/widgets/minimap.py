"""The scroll bar of the packet list, in which marks, warnings and errors are seen from afar."""

from __future__ import annotations

from collections.abc import Sequence

from tui.model.session import Session
from tui.palette import Palette
from tui.text import Piece

MOST = 4000
"""Packets of a kind that are looked at; of more, so many from all over."""


class Minimap:
    """A cell for each line of the screen, which stands for a part of the list."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._marked: set[int] = set()
        self._noted: set[int] = set()
        self._of: tuple[object, ...] = ()

    def look(self, height: int) -> None:
        """Look where there is something, if that may have changed."""
        session = self._session
        of = (height, len(session.shown), session.filter, session.order, len(session.noted),
              tuple(session.marks.notes))  # fmt: skip
        if of != self._of:
            self._of = of
            self._marked = self._cells(session.marks.numbers, height)
            self._noted = set()
            if not session.shown.sorted:  # to find each of them there would take long
                self._noted = self._cells(session.noted, height)

    def _cells(self, numbers: Sequence[int], height: int) -> set[int]:
        """The cells in whose parts of the list one of these packets is."""
        shown, count = self._session.shown, len(self._session.shown)
        some = numbers[:: len(numbers) // MOST + 1]
        return {shown.place(number) * height // count for number in some if shown.has(number)}

    def cell(self, y: int, height: int, thumb: tuple[int, int], palette: Palette) -> Piece:
        """What is drawn at a line."""
        inside = thumb[0] <= y < thumb[1]
        if y in self._marked:
            return "◆", palette.style("accent", "idle" if inside else "background")
        current = self._session.place * height // max(len(self._session.shown), 1)
        if y == current and len(self._session.shown) > height:
            return "▐", palette.style("primary")
        if y in self._noted:
            return "╏" if inside else "╎", palette.style("warning")
        return ("┃", palette.style("muted")) if inside else ("│", palette.style("faint"))
