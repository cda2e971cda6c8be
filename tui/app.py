"""The application: settings, themes, a main screen for each capture."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress

from textual import events
from textual.app import App, SystemCommand
from textual.driver import Driver
from textual.message import Message
from textual.screen import Screen
from textual.theme import Theme

from tui.actions import check as check_keys
from tui.actions import load as load_actions
from tui.model.history import History
from tui.model.memory import Memory
from tui.model.session import Session
from tui.model.settings import Settings, SettingsError
from tui.palette import Palette
from tui.screens.main import Main
from tui.start import Captures, name_of
from tui.themes import OURS

GARBAGE = 5_000, 10, 10
"""How often it is looked for: often, as what is on the screen is made anew all the time."""
KEY = 0.25
"""Seconds that a widget may take for a key before the next one is looked at."""
FILES, FILTERS = "files", "filters"
"""What is remembered."""


def driver() -> type[Driver] | None:
    """The one for terminals, unless Textual is told to use another."""
    if os.environ.get("TEXTUAL_DRIVER") or sys.platform == "win32":
        return None
    from tui.driver import SparingDriver

    return SparingDriver


def collect() -> None:
    """Let garbage be collected again, but for all that the start has made."""
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()


class Sixscope(App[int], inherit_bindings=False):
    """sixscope's terminal UI.

    captures  opens more
    paths     of the captures that can be switched between
    history   filters that were typed
    failure   why it ended, if not by the user's wish
    """

    TITLE = "sixscope"
    DEFAULT_MODE = "capture"
    ESCAPE_TO_MINIMIZE = False
    ALLOW_SELECT = False
    CSS = "Screen { background: $background; color: $foreground; }"

    def __init__(
        self, captures: Captures, settings: Settings, memory: Memory, *,
        first: Session | None = None, paths: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        super().__init__(driver_class=driver())
        self.captures = captures
        self.settings = settings
        self.memory = memory
        self.paths = list(paths)
        self.history = History(memory.read(FILTERS))
        self.actions = load_actions()
        self.animation_level = "none"
        self.failure = ""
        self._first = first
        self.add_mode(self.DEFAULT_MODE, self._first_screen)
        self._modes_of = {paths[0]: self.DEFAULT_MODE} if paths else {}
        """The mode of each capture that is open."""
        for theme in (*OURS, *own_themes(settings)):
            self.register_theme(theme)
        if settings.theme not in self.available_themes:
            known = ", ".join(sorted(self.available_themes))
            raise SettingsError(f"theme: no theme {settings.theme!r}; there are {known}")
        check_keys(self.actions, settings.keys)
        self.theme = settings.theme
        self.palette = Palette(self.current_theme)

    def _first_screen(self) -> Screen[None]:
        """The capture's, so that no other one is laid out before it."""
        if self._first is None:
            return Screen()
        return self._main(self.paths[0], self._first)

    def on_mount(self) -> None:
        """Listen to the engine; without a capture, ask for one."""
        self.theme_changed_signal.subscribe(self, self._themed)
        self.call_after_refresh(collect)
        if self._first is None:
            self.choose_file()

    async def on_event(self, event: events.Event) -> None:
        """Keys one after the other: the next one goes where the one before has led.

        Textual hands them to widgets, which work them off later, and does what they are bound to
        when they have come back; on a slow line several arrive at once, and those typed behind
        ``/`` would be the packet list's, a letter would be there before the Backspace typed before
        it.  A screen may have a method ``take_key`` that says whether it took a key.
        """
        if not isinstance(event, events.Key):
            await super().on_event(event)
            return
        take: Callable[[events.Key], bool] | None = getattr(self.screen, "take_key", None)
        if take is not None and take(event):
            return
        way = [*(self.focused or self.screen).ancestors_with_self][:-1]
        await super().on_event(event)
        for widget in way:
            done = asyncio.Event()
            if widget.call_later(done.set):
                with suppress(TimeoutError):
                    await asyncio.wait_for(done.wait(), KEY)
        if self._unused is event:
            await self._check_bindings(event.key)

    def post_message(self, message: Message) -> bool:
        """Keys that no widget wanted come back here; they would stand behind those typed since."""
        if isinstance(message, events.Key) and message.is_forwarded:
            self._unused = message
            return True
        return super().post_message(message)

    _unused: events.Key | None = None

    # --- captures ---------------------------------------------------------------------------------

    def _main(self, path: str, session: Session) -> Main:
        session.client.attach(asyncio.get_running_loop())
        self._remember(path)
        return Main(session, name_of(path), self.settings, self.actions)

    def open(self, path: str) -> None:
        """Look at a capture, one of those that are open or another one.

        Each is a mode of Textual's: it has its own stack of screens, which stays when another one
        is seen.
        """
        if path not in self.paths:
            self.paths.append(path)
        if path not in self._modes_of:
            session = self.captures.open(path, self.settings)
            mode = self._modes_of[path] = f"capture{len(self._modes_of)}"
            self.add_mode(mode, lambda: self._main(path, session))
        self.switch_mode(self._modes_of[path])

    def turn(self, by: int) -> None:
        """To the next capture of several."""
        main = self.screen_stack[0]
        if isinstance(main, Main):
            now = self.paths.index(main.session.client.path)
            self.open(self.paths[(now + by) % len(self.paths)])

    def choose_file(self) -> None:
        """Let the user choose a capture."""
        from tui.screens.open import Open

        def chosen(path: str | None) -> None:
            if path is not None:
                self.open(path)
            elif not isinstance(self.screen_stack[0], Main):
                self.exit(0)

        recent = [it for it in reversed(self.memory.read(FILES)) if os.path.exists(it)]
        self.push_screen(Open(recent, os.getcwd()), chosen)

    def _remember(self, path: str) -> None:
        if path != "-":
            full = os.path.abspath(path)
            before = [it for it in self.memory.read(FILES) if it != full]
            self.memory.write(FILES, [*before, full])

    def remember_filter(self, text: str) -> None:
        """For the next time too."""
        self.history.add(text)
        self.memory.write(FILTERS, self.history.lines)

    def give_up(self, failure: str) -> None:
        """Leave, for nothing can be shown."""
        self.failure = failure
        self.exit(2)

    def send(self, sequence: str) -> bool:
        """Hand a control sequence to the terminal; False if there is none or nothing to send."""
        if self._driver is None or not sequence:
            return False
        self._driver.write(sequence)
        self._driver.flush()
        return True

    # --- looks ------------------------------------------------------------------------------------

    def repaint(self) -> None:
        """Paint all of the screen, whatever is there."""
        forget = getattr(self._driver, "forget", None)
        if forget is not None:
            forget()
        self.screen.refresh(layout=True)

    def _themed(self, theme: Theme) -> None:
        self.palette = Palette(theme)
        for screen in self.screen_stack:
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


def own_themes(settings: Settings) -> list[Theme]:
    """Those that the user has made: ours with other colours."""
    made = []
    for name, colors in settings.themes.items():
        base = next((it for it in OURS if it.name == colors.get("base")), OURS[0])
        known = {key: getattr(base, key) for key in ("primary", "secondary", "accent", "foreground",
                 "background", "surface", "panel", "success", "warning", "error")}  # fmt: skip
        known.update((key, value) for key, value in colors.items() if key in known)
        made.append(Theme(name=name, dark=base.dark, **known))
    return made
