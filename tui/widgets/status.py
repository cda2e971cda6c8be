"""The last line: what the cursor is on, what was typed so far, and what to press."""

from __future__ import annotations

from tui.text import Piece
from tui.widgets.one_line import OneLine


class Status(OneLine):
    """Words about the selected field; or a message, which stays until a key is pressed."""

    def __init__(self, hints: str) -> None:
        super().__init__(id="status")
        self._about = ""
        self._message = ""
        self._tone = "text"
        self._typed = ""
        self._hints = hints

    def about(self, words: str) -> None:
        """What the cursor is on."""
        self._about = words
        self.update()

    def say(self, message: str, tone: str = "text") -> None:
        """A message, in a colour of the palette; an empty one takes the last one away."""
        self._message, self._tone = message, tone
        self.update()

    def typed(self, keys: str) -> None:
        """The keys of a command that isn't complete."""
        self._typed = keys
        self.update()

    @property
    def message(self) -> str:
        """What is said now."""
        return self._message

    def sides(self) -> tuple[list[Piece], list[Piece]]:
        """The message or the words; keys."""
        style, ground = self.palette.style, self.GROUND
        if self._message:
            left = [(f" {self._message}", style(self._tone, ground))]
        else:
            left = [(f" {self._about}", style("text", ground))]
        right = self._typed or self._hints
        return left, [(f"{right} ", style("accent" if self._typed else "muted", ground))]
