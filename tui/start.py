"""From the command line to the screen: the engine first, then Textual, side by side."""

from __future__ import annotations

import gc
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tui.engine.client import Client

if TYPE_CHECKING:
    from tui.model.session import Session
    from tui.model.settings import Settings


def start(paths: tuple[str, ...], *, profile: str) -> int:
    """See ``tui.run``."""
    gc.disable()  # what is imported stays; the screen turns it on again when it is there
    with tempfile.TemporaryDirectory(prefix="sixscope-") as spool:
        captures = Captures(Path(spool))
        try:
            if paths:
                captures.begin(paths[0])
            return _show(captures, paths, profile)
        finally:
            captures.close()


def _show(captures: Captures, paths: tuple[str, ...], profile: str) -> int:
    from tui.model.memory import usual
    from tui.model.settings import load

    settings = load(profile)
    first = captures.open(paths[0], settings) if paths else None
    from tui.app import Sixscope

    app = Sixscope(captures, settings, usual(), first=first, paths=paths)
    status = app.run() or 0
    if app.failure:
        from dissect.cli.main import complain

        complain(f"sixscope: {app.failure}")
    return status


class Captures:
    """The engines that were started, one for each capture."""

    def __init__(self, spool: Path) -> None:
        """``spool`` is a folder for what engines put aside; the caller removes it."""
        self._spool = spool
        self._clients: dict[str, Client] = {}

    def begin(self, path: str) -> Client:
        """The engine for a capture; it begins to read at once."""
        if path not in self._clients:
            spool = self._spool / str(len(self._clients))
            spool.mkdir()
            stdin = _take_stdin() if path == "-" else _inherited(path)
            self._clients[path] = Client(path, spool=str(spool), stdin=stdin)
        return self._clients[path]

    def open(self, path: str, settings: Settings) -> Session:
        """A session as settings want it; its first rows are asked for at once."""
        from tui.model.packets import Look
        from tui.model.session import Session

        look = Look(
            tuple(column.kind for column in settings.columns),
            settings.time,
            tuple(rule.filter for rule in settings.rules),
        )
        return Session(self.begin(path), look)

    def close(self) -> None:
        """End them all, waiting for nothing."""
        for client in self._clients.values():
            client.close()


def name_of(path: str) -> str:
    """What the title calls a capture."""
    return "<stdin>" if path == "-" else os.path.basename(path)


def _inherited(path: str) -> int | None:
    """The descriptor that a path stands for, as a shell's ``<(…)`` has it; None for others.

    The engine would have no such one by itself.
    """
    found = re.fullmatch(r"/(?:dev|proc/self)/fd/(\d+)", path)
    return os.dup(int(found[1])) if found else None


def _take_stdin() -> int:
    """Standard input's descriptor for the engine; the keyboard takes its place.

    Raises OSError where there is no terminal.
    """
    taken = os.dup(0)
    terminal = os.open("/dev/tty", os.O_RDWR)
    os.dup2(terminal, 0)
    os.close(terminal)
    return taken
