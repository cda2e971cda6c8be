"""Runs the UI without a terminal: opens a capture, presses keys, looks at what is shown."""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable

from tests.captures_list import ROOT
from tui.app import Sixscope
from tui.model.settings import Settings
from tui.screens.main import Main
from tui.start import engine, session_of

TOUR = str(ROOT / "captures" / "tour.pcapng")
LONGEST = 20.0
"""Seconds that anything may take on a machine that others use too."""


class Look:
    """An application that runs, and its main screen."""

    def __init__(self, app: Sixscope, pilot) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def main(self) -> Main:
        return next(screen for screen in self.app.screen_stack if isinstance(screen, Main))

    @property
    def session(self):
        return self.app.session

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        await self.pilot.press(*text)

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds; fails when it never does."""
        begin = time.monotonic()
        while not holds():
            assert time.monotonic() - begin < LONGEST, "never came"
            await self.pilot.pause(0.01)

    async def settle(self) -> None:
        """Wait until everything that was asked has been answered, and is painted."""
        client = self.session.client
        await self.until(lambda: not client.pending and self.session.state.complete)
        await self.pilot.pause()

    @property
    def lines(self) -> list[str]:
        """The screen, as text."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip) for strip in strips]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def look(
    script: Callable[[Look], Awaitable[None]], path: str = TOUR, *, size=(100, 30),
    settings: Settings | None = None,
) -> None:  # fmt: skip
    """Open a capture, wait until it is read, and run a script."""
    settings = settings or Settings()

    async def run() -> None:
        with tempfile.TemporaryDirectory() as spool:
            session = session_of(engine(path, spool), settings)
            app = Sixscope(session, path.rpartition("/")[2], settings)
            try:
                async with app.run_test(size=size) as pilot:
                    running = Look(app, pilot)
                    await running.until(lambda: session.state.ready and session.state.complete)
                    count = session.state.packets
                    await running.until(lambda: session.state.traced == count)
                    await running.settle()
                    await script(running)
            finally:
                session.close()

    asyncio.run(run())
