"""The words that could stand at the caret of the filter, in a list below it."""

from __future__ import annotations

from tui.model.packets import Completion
from tui.text import Piece, fitted, width_of
from tui.widgets.lines import Lines

MOST = 8
WIDTH = 60


class Completions(Lines, can_focus=False):
    """Offered while the filter is typed; keys come from there."""

    DEFAULT_CSS = f"""
    Completions {{ layer: above; display: none; width: {WIDTH}; height: 1; offset: 0 2; }}
    """

    def __init__(self) -> None:
        super().__init__(id="completions")
        self.offered: list[Completion] = []
        self.touched = False
        """The user has gone to one of them."""

    def offer(self, found: list[Completion], x: int = 0) -> None:
        """These, or none."""
        if not found and not self.offered:
            return
        self.offered = found
        self.cursor, self.touched = 0, False
        self.roll(0)
        self.display = bool(found)
        if found:
            self.styles.height = min(len(found), MOST)
            self.styles.offset = x, 2
            self.refresh()

    @property
    def chosen(self) -> Completion | None:
        """The one under the cursor."""
        return self.offered[self.cursor] if self.cursor < len(self.offered) else None

    def count(self) -> int:
        """How many."""
        return len(self.offered)

    def go(self, index: int) -> None:
        """To another one."""
        self.touched = True
        super().go(index)

    def ground(self, index: int) -> str:
        """As if it had the focus."""
        return "cursor" if index == self.cursor else "panel"

    def line(self, index: int, ground: str) -> list[Piece]:
        """The word, and what it is."""
        style, offered = self.palette.style, self.offered[index]
        word = min(max(width_of(it.word) for it in self.offered) + 2, WIDTH - 10)
        return [
            (f" {fitted(offered.word, word)}", style("text", ground)),
            (offered.about, style("muted", ground)),
        ]
