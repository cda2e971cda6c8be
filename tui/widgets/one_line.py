"""Lines that stand alone: title, status, tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.strip import Strip
from textual.widget import Widget

from tui.palette import Palette
from tui.text import Piece, strip_of, width_of

if TYPE_CHECKING:
    from tui.app import Sixscope


class OneLine(Widget):
    """Text at the left and at the right; where both don't fit, the left one has the room."""

    ALLOW_SELECT = False
    GROUND = "panel"
    DEFAULT_CSS = "OneLine { height: 1; width: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._strip = Strip([])

    @property
    def palette(self) -> Palette:
        """The colours."""
        app: Sixscope = self.app  # type: ignore[assignment]
        return app.palette

    def sides(self) -> tuple[list[Piece], list[Piece]]:
        """What is at the left, and at the right."""
        raise NotImplementedError

    def update(self) -> None:
        """Paint it again if it is another one."""
        if self._made() != self._strip:
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """For Textual."""
        self._strip = self._made()
        return self._strip

    def _made(self) -> Strip:
        width = self.size.width
        rest = self.palette.style("muted", self.GROUND)
        left, right = self.sides()
        taken = sum(width_of(text) for text, _ in left)
        tail = sum(width_of(text) for text, _ in right)
        if taken + tail + 1 > width:
            return strip_of(left, width, rest)
        head = strip_of(left, width - tail, rest)
        return Strip([*head, *strip_of(right, tail, rest)], width)
