"""Lines of words about something: a diagram, an address, notes, help."""

from __future__ import annotations

from collections.abc import Sequence

from tui.text import Piece
from tui.widgets.lines import Lines

Told = tuple[str, str]
"""Some text, and a colour's name of the palette; ``bold`` before it, with a blank, if it is."""


class Sheet(Lines):
    """Lines that are put there by ``put``."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.told: Sequence[Sequence[Told]] = ()
        self._heads: Sequence[Sequence[Told]] = ()

    def put(self, told: Sequence[Sequence[Told]], heads: Sequence[Sequence[Told]] = ()) -> None:
        """Show these lines, below those that stay at the top."""
        self.told, self._heads, self.titles = told, heads, len(heads)
        self.cursor = min(self.cursor, max(len(told) - 1, 0))
        self.roll(self.top)
        self.repaint()

    def count(self) -> int:
        """How many."""
        return len(self.told)

    def ground(self, index: int) -> str:
        """The cursor is seen only where keys go."""
        return "cursor" if self.has_focus and index == self.cursor else "background"

    def line(self, index: int, ground: str) -> list[Piece]:
        """In their colours."""
        return self._pieces(self.told[index], ground)

    def head(self, nth: int) -> list[Piece]:
        """The same for those that stay."""
        return self._pieces(self._heads[nth], "panel")

    def _pieces(self, told: Sequence[Told], ground: str) -> list[Piece]:
        style = self.palette.style
        return [
            (text, style(color.removeprefix("bold "), ground, bold=color.startswith("bold ")))
            for text, color in told
        ]
