"""A list of any length that draws only what is seen.

It is drawn line by line (Textual's line API) and scrolls by itself: with ``virtual_size`` every
growth of the list would be a new layout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.palette import Palette
from tui.text import Piece, strip_of

if TYPE_CHECKING:
    from tui.app import Sixscope

WHEEL = 3
"""Lines that a turn of the mouse wheel scrolls."""


class Lines(Widget, can_focus=True):
    """Lines with a cursor; subclasses say how many there are, and what is on each.

    titles  lines at the top that stay
    top     the first line seen
    left    cells by which lines are shifted to the left
    cursor  the line that the cursor is on
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "Lines { width: 1fr; height: 1fr; }"

    class Moved(Message):
        """The cursor is on another line."""

        def __init__(self, lines: Lines) -> None:
            super().__init__()
            self.lines = lines

        @property
        def control(self) -> Lines:
            """Whose cursor it is."""
            return self.lines

    class Chosen(Message):
        """A line was clicked twice, or entered."""

        def __init__(self, lines: Lines) -> None:
            super().__init__()
            self.lines = lines

        @property
        def control(self) -> Lines:
            """Whose line it is."""
            return self.lines

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.titles = 0
        self.top = 0
        self.left = 0
        self.cursor = 0

    # --- for subclasses -----------------------------------------------------------------------

    def count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def line(self, index: int, ground: str) -> list[Piece]:
        """What is on a line; ``ground`` is the background of the line it is on."""
        raise NotImplementedError

    def head(self, nth: int) -> list[Piece]:
        """What is on a line of the head."""
        return []

    def bar(self, y: int, height: int) -> Piece:
        """The cell at the right end of a line: by default, a scroll bar where one is needed."""
        style = self.palette.style
        if self.count() <= height:
            return " ", style("muted")
        start, end = self.thumb(height)
        return ("┃", style("muted")) if start <= y < end else ("│", style("muted", "background"))

    # --- drawing ------------------------------------------------------------------------------

    @property
    def palette(self) -> Palette:
        """The colours."""
        app: Sixscope = self.app  # type: ignore[assignment]
        return app.palette

    @property
    def rows(self) -> int:
        """Lines of the list that are seen."""
        return max(self.size.height - self.titles, 0)

    @property
    def inner(self) -> int:
        """Cells of a line, without the bar."""
        return max(self.size.width - 1, 0)

    def thumb(self, height: int) -> tuple[int, int]:
        """Where the part of the bar that stands for the lines seen begins and ends."""
        count = max(self.count(), 1)
        size = max(1, round(height * height / count))
        room = height - min(size, height)
        most = max(count - height, 1)
        start = round(room * min(self.top, most) / most)
        return start, start + size

    def ground(self, index: int) -> str:
        """The background of a line."""
        if index != self.cursor:
            return "background"
        return "cursor" if self.has_focus else "idle"

    def _strip(self, y: int) -> Strip:
        style, width = self.palette.style, self.inner
        if y < self.titles:
            return strip_of(self.head(y), width + 1, style("muted", "panel"), self.left)
        index = self.top + y - self.titles
        if index < self.count():
            ground = self.ground(index)
            strip = strip_of(self.line(index, ground), width, style("text", ground), self.left)
        else:
            strip = Strip.blank(width, style())
        text, look = self.bar(y - self.titles, self.rows)
        return Strip([*strip, Segment(text, look)], width + 1)

    def render_line(self, y: int) -> Strip:
        """For Textual."""
        return self._strip(y)

    def repaint(self) -> None:
        """Paint all that is seen; the driver sends what is different."""
        self.refresh()

    # --- moving -------------------------------------------------------------------------------

    def go(self, index: int) -> None:
        """Put the cursor on a line, the nearest there is, and show it."""
        index = max(0, min(index, self.count() - 1))
        moved = index != self.cursor
        self.cursor = index
        self.reveal(index)
        self.repaint()
        if moved:
            self.post_message(self.Moved(self))

    def reveal(self, index: int) -> None:
        """Scroll so that a line is seen."""
        rows = self.rows
        if index < self.top:
            self.roll(index)
        elif rows and index >= self.top + rows:
            self.roll(index - rows + 1)
        else:
            self.roll(self.top)

    def roll(self, top: int) -> None:
        """Have a line at the top, as far as the list goes."""
        self.top = max(0, min(top, self.count() - self.rows))

    def shift(self, cells: int) -> None:
        """Shift lines sideways."""
        self.left = max(0, self.left + cells)
        self.repaint()

    # --- Textual's events ---------------------------------------------------------------------

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.reveal(self.cursor)
        self.refresh()

    def on_focus(self) -> None:
        """The cursor's line looks different."""
        self.repaint()

    def on_blur(self) -> None:
        """The cursor's line looks different."""
        self.repaint()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll, the cursor stays."""
        event.stop()
        self.roll(self.top + WHEEL)
        self.repaint()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll, the cursor stays."""
        event.stop()
        self.roll(self.top - WHEEL)
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor there; on the bar, go to that part of the list."""
        y = event.y - self.titles
        if y < 0:
            self.head_clicked(event.x + self.left)
        elif event.x >= self.inner:
            self.go(round((self.count() - 1) * y / max(self.rows - 1, 1)))
        elif self.top + y < self.count():
            self.pointed(event.x + self.left, self.top + y)
            if event.chain == 2:
                self.post_message(self.Chosen(self))

    def head_clicked(self, x: int) -> None:
        """For subclasses: the head was clicked."""

    def pointed(self, x: int, index: int) -> None:
        """A cell of a line was clicked: the cursor goes there."""
        self.go(index)
