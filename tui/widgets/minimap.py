"""The scroll bar of the packet list, in which marks are seen from afar."""

from __future__ import annotations

from tui.model.session import Session
from tui.palette import Palette
from tui.text import Piece

MOST = 20_000
"""Marks that are looked at."""


class Minimap:
    """A cell for each line of the screen, which stands for a part of the list."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def places(self, height: int) -> set[int]:
        """The cells in whose parts of the list a packet is marked."""
        shown, count = self._session.shown, len(self._session.shown)
        if not count or not height:
            return set()
        return {
            shown.place(number) * height // count
            for number in self._session.marks.numbers[:MOST] if shown.has(number)
        }  # fmt: skip

    def cell(
        self, y: int, height: int, thumb: tuple[int, int], marked: set[int], palette: Palette
    ) -> Piece:
        """What is drawn at a line."""
        inside = thumb[0] <= y < thumb[1]
        if y in marked:
            return "◆", palette.style("accent", "idle" if inside else "background")
        current = self._session.place * height // max(len(self._session.shown), 1)
        if y == current and len(self._session.shown) > height:
            return "▐", palette.style("primary")
        return ("┃", palette.style("muted")) if inside else ("│", palette.style("faint"))
