"""A screen of lines above the main one: what follow, statistics, a comparison are shown on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from tui.actions.copying import copy
from tui.screens.help import key_of
from tui.text import Piece
from tui.widgets.one_line import OneLine
from tui.widgets.sheet import Sheet, Told

if TYPE_CHECKING:
    from tui.screens.main import Main

WAITING = "reading …"


class Words(OneLine):
    """A line of words in a colour."""

    def __init__(self) -> None:
        super().__init__()
        self._told: Told = ("", "muted")

    def put(self, text: str, color: str) -> None:
        """Say this."""
        self._told = text, color
        self.update()

    def sides(self) -> tuple[list[Piece], list[Piece]]:
        """At the left."""
        text, color = self._told
        style = self.palette.style(
            color.removeprefix("bold "), self.GROUND, bold=color.startswith("bold ")
        )
        return [(f" {text}", style)], []


class Page(Screen[None], inherit_bindings=False):
    """A heading, lines with a cursor, a line of help; Escape and q close it.

    hint  what keys there are beside those for moving
    """

    hint = "esc back"

    def __init__(self, main: Main, heading: str) -> None:
        super().__init__()
        self.main = main
        self.heading = Words()
        self.sheet = Sheet(id="page")
        self.foot = Words()
        self._title = heading

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self.heading
        yield self.sheet
        yield self.foot

    def on_mount(self) -> None:
        """Keys go to the lines."""
        self.title_is(self._title)
        self.say(self.hint)
        self.sheet.put([[(f"  {WAITING}", "muted")]])
        self.set_focus(self.sheet)
        self.begin()

    def begin(self) -> None:
        """For subclasses: show lines, or ask for them.

        No ``on_mount`` of theirs: Textual calls those of all classes, this one last.
        """

    def title_is(self, text: str) -> None:
        """Another heading."""
        self._title = text
        self.heading.put(text, "bold primary")

    def say(self, text: str, color: str = "muted") -> None:
        """What stands at the bottom."""
        self.foot.put(text, color)

    def put(self, lines: list[list[Told]], *heads: list[Told]) -> None:
        """Show these lines, below some that stay."""
        self.sheet.put(lines or [[("  nothing", "muted")]], heads)

    def take_key(self, event: events.Key) -> bool:
        """Move, choose, close, or what the page knows itself."""
        keymap = self.main.keymap
        pressed = keymap.feed(key_of(event), "page")
        sheet = self.sheet
        moves = {"down": 1, "up": -1, "page-down": sheet.rows - 1, "page-up": 1 - sheet.rows,
                 "half-down": sheet.rows // 2, "half-up": -sheet.rows // 2}  # fmt: skip
        if event.key == "enter":
            self.chosen(sheet.cursor)
        elif self.key(key_of(event)):
            keymap.clear()
        elif event.key == "y" and self.command():
            keymap.clear()
            copy(self.main, self.command(), "command line")
            self.say(self.command(), "text")
        elif event.key == "escape" or (pressed is not None and pressed.action == "quit"):
            self.dismiss()
        elif pressed is not None and pressed.action in moves:
            sheet.go(sheet.cursor + moves[pressed.action] * (pressed.times or 1))
        elif pressed is not None and pressed.action in ("first", "last"):
            sheet.go(0 if pressed.action == "first" else sheet.count() - 1)
        elif pressed is not None and pressed.action in ("left", "right"):
            sheet.shift(-8 if pressed.action == "left" else 8)
        return True

    def on_lines_chosen(self) -> None:
        """A line was clicked twice."""
        self.chosen(self.sheet.cursor)

    def key(self, key: str) -> bool:
        """A key of the page's own; True if it is one."""
        return False

    def command(self) -> str:
        """The command line that shows the same; empty without one."""
        return ""

    def chosen(self, index: int) -> None:
        """The line that Enter was pressed on."""
