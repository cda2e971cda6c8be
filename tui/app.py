"""The application: settings, themes, one main screen for each capture."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterable

from textual.app import App, SystemCommand
from textual.driver import Driver
from textual.screen import Screen

from tui.actions import load as load_actions
from tui.model.history import History
from tui.model.session import Session
from tui.model.settings import Settings
from tui.palette import Palette
from tui.screens.main import Main
from tui.themes import OURS


def driver() -> type[Driver] | None:
    """The one for terminals, unless Textual is told to use another."""
    if os.environ.get("TEXTUAL_DRIVER") or sys.platform == "win32":
        return None
    from tui.driver import SparingDriver

    return SparingDriver


class Sixscope(App[int], inherit_bindings=False):
    """sixscope's terminal UI."""

    TITLE = "sixscope"
    ESCAPE_TO_MINIMIZE = False
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    ALLOW_SELECT = False
    CSS = "Screen { background: $background; color: $foreground; }"

    def __init__(self, session: Session, name: str, settings: Settings) -> None:
        super().__init__(driver_class=driver())
        self.session = session
        self.settings = settings
        self.history = History()
        self.actions = load_actions()
        self.animation_level = "none"
        self.failure = ""
        """Why it ended, if not by the user's wish."""
        self._title = name
        for theme in OURS:
            self.register_theme(theme)
        self.theme = settings.theme if settings.theme in self.available_themes else OURS[0].name
        self.palette = Palette(self.current_theme)

    def on_mount(self) -> None:
        """Show the capture."""
        self.session.client.attach(asyncio.get_running_loop())
        self.theme_changed_signal.subscribe(self, self._themed)

    def get_default_screen(self) -> Screen[None]:
        """The capture's, so that no other one is laid out before it."""
        return Main(self.session, self._title, self.settings, self.actions)

    def repaint(self) -> None:
        """Paint all of the screen, whatever is there."""
        forget = getattr(self._driver, "forget", None)
        if forget is not None:
            forget()
        self.screen.refresh(layout=True)

    def give_up(self, failure: str) -> None:
        """Leave, for nothing can be shown."""
        self.failure = failure
        self.exit(2)

    def _themed(self, theme: object) -> None:
        self.palette = Palette(self.current_theme)
        for screen in self.screen_stack:
            screen.refresh(recompose=False, layout=True)
            for widget in screen.query("*"):
                widget.refresh()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the palette offers: our actions, and themes."""
        if isinstance(screen, Main):
            for action in self.actions.values():
                keys = ", ".join(screen.keymap.of(action.name))
                yield SystemCommand(
                    action.title, f"{action.group}   {keys}",
                    lambda name=action.name: screen.do(name),
                )  # fmt: skip
        yield SystemCommand("Theme", "Other colours", self.action_change_theme)
