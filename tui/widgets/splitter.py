"""A line between two panes that can be dragged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual import events
from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    from tui.app import Sixscope

LEAST, MOST = 0.15, 0.85


class Splitter(Widget):
    """Shares the room between the widget before and the one behind it.

    share  of the room that the one before has
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Splitter { width: 1fr; height: 1; }
    Splitter.-upright { width: 1; height: 1fr; }
    """

    def __init__(self, before: Widget, behind: Widget, share: float, *, upright: bool) -> None:
        super().__init__(classes="-upright" if upright else "")
        self.before = before
        self.behind = behind
        self.upright = upright
        self.share = share
        self._held = False

    def on_mount(self) -> None:
        """Share."""
        self.set_share(self.share)

    def turn(self, upright: bool) -> None:
        """Stand between what is beside each other, or lie between one above the other."""
        if upright != self.upright:
            self.upright = upright
            self.set_class(upright, "-upright")
            for widget in (self.before, self.behind):
                widget.styles.width = widget.styles.height = "1fr"
            self.set_share(self.share)

    def set_share(self, share: float) -> None:
        """Give the widget before it so much of the room."""
        self.share = max(LEAST, min(share, MOST))
        first, second = f"{self.share * 100:.1f}fr", f"{(1 - self.share) * 100:.1f}fr"
        if self.upright:
            self.before.styles.width, self.behind.styles.width = first, second
        else:
            self.before.styles.height, self.behind.styles.height = first, second

    def render_line(self, y: int) -> Strip:
        """A thin line."""
        app: Sixscope = self.app  # type: ignore[assignment]
        style = app.palette.style("muted" if self._held else "faint")
        glyph = "│" if self.upright else "─"
        return Strip([Segment(glyph * self.size.width, style)], self.size.width)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of it."""
        self._held = True
        self.capture_mouse()
        event.stop()
        self.refresh()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag it."""
        if not self._held:
            return
        before, behind = self.before.region, self.behind.region
        if self.upright:
            room = max(behind.right - before.x, 1)
            self.set_share((event.screen_x - before.x) / room)
        else:
            room = max(behind.bottom - before.y, 1)
            self.set_share((event.screen_y - before.y) / room)

    def on_mouse_up(self) -> None:
        """Let go."""
        if self._held:
            self._held = False
            self.release_mouse()
            self.refresh()
