"""Runs the UI without a terminal: opens a capture, presses keys, looks at what is shown."""

import asyncio
import atexit
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual import events
from textual.keys import _character_to_key

from tests.captures_list import ROOT
from tui.app import Sixscope
from tui.engine.client import Client, nothing
from tui.model.memory import Memory
from tui.model.session import Session
from tui.model.settings import Settings
from tui.screens.main import Main
from tui.screens.page import Page
from tui.start import Captures

TOUR = str(ROOT / "captures" / "tour.pcapng")
LONGEST = 60.0
"""Seconds that anything may take on a machine that others use too."""


def key_event(name: str) -> events.Key:
    """A key by Textual's name, or by what is on it."""
    if len(name) == 1:
        return events.Key(name if name.isalnum() else _character_to_key(name), name)
    return events.Key(name, {"enter": "\r", "tab": "\t", "space": " "}.get(name))


class Look:
    """An application that runs, and its main screen."""

    def __init__(self, app: Sixscope, pilot) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def main(self) -> Main:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, Main)
        return screen

    @property
    def session(self) -> Session:
        return self.main.session

    async def read(self) -> None:
        """Wait until the capture is read to its end."""
        state = lambda: self.session.state  # noqa: E731
        await self.until(lambda: state().ready and state().complete)
        await self.until(lambda: state().traced == state().packets)
        await self.until(lambda: self.session.detail or not state().packets)
        await self.settle()

    async def press(self, *keys: str) -> None:
        """Press keys, each when the one before has been worked off, and wait for what they do.

        Textual's pilot waits until the processor is idle, for up to a second a key.
        """
        for key in keys:
            self.app.post_message(key_event(key))
        done = asyncio.Event()
        self.app.call_later(done.set)  # it takes one after the other
        await asyncio.wait_for(done.wait(), LONGEST)
        await self.settle()

    async def type(self, text: str) -> None:
        await self.press(*text)

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds; fails when it never does."""
        begin = time.monotonic()
        while not holds():
            late = time.monotonic() - begin > LONGEST
            assert not late, f"never came; {self.session.state}, {self.session.failure!r}"
            await asyncio.sleep(0.005)

    async def settle(self) -> None:
        """Wait until everything that was asked has been answered, and is painted."""
        client = self.session.client
        for _ in range(3):  # what was answered may lead to messages, and to another question
            await self.until(lambda: not client.questions and self.session.state.complete)
            await self.pilot._wait_for_screen()
        self.app.screen._on_timer_update()

    async def filled(self) -> None:
        """Wait until a page is above the main screen and has what it has asked for."""

        def told():
            screen = self.app.screen
            return isinstance(screen, Page) and screen.sheet.told

        await self.until(lambda: told() and "reading" not in told()[0][0][0])
        await self.settle()

    @property
    def lines(self) -> list[str]:
        """The screen, as text."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip) for strip in strips]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


class Shared(Captures):
    """Engines that go on from test to test, as starting one takes longer than most tests."""

    def begin(self, path: str) -> Client:
        """The one that there is, if it hasn't failed, as if it had just been started."""
        if path in self._clients and self._clients[path].closed:
            del self._clients[path]
        return super().begin(path)

    def detach(self) -> None:
        """Nobody listens any more."""
        for client in self._clients.values():
            client.detach()
            client.on_state = client.on_failure = nothing


SPOOL = tempfile.TemporaryDirectory(prefix="sixscope-tests-")
Path(SPOOL.name, "stays").touch()  # an engine that ends removes the folder if nothing is in it
CAPTURES = Shared(Path(SPOOL.name))
atexit.register(CAPTURES.close)


def look(
    script: Callable[[Look], Awaitable[None]], *paths: str, size=(100, 30),
    settings: Settings | None = None, memory: Memory | None = None, whole: bool = True,
) -> None:  # fmt: skip
    """Open captures, wait until the first one is read if ``whole``, and run a script."""
    settings = settings or Settings()
    paths = paths or (TOUR,)

    async def run() -> None:
        try:
            session = CAPTURES.open(paths[0], settings)
            app = Sixscope(CAPTURES, settings, memory or Memory(None), first=session, paths=paths)
            async with app.run_test(size=size) as pilot:
                running = Look(app, pilot)
                if whole:
                    await running.read()
                await script(running)
        finally:
            CAPTURES.detach()

    asyncio.run(run())
