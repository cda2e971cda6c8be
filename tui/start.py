"""From the command line to the screen: the engine first, then Textual, side by side."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from tui.engine.client import Client

if TYPE_CHECKING:
    from tui.model.session import Session
    from tui.model.settings import Settings


def start(paths: tuple[str, ...], *, profile: str) -> int:
    """See ``tui.run``."""
    with tempfile.TemporaryDirectory(prefix="sixscope-") as spool:
        client = engine(paths[0], spool)
        try:
            return _show(client, paths, profile)
        finally:
            client.close()


def _show(client: Client, paths: tuple[str, ...], profile: str) -> int:
    from tui.model.settings import load

    settings = load(profile)
    session = session_of(client, settings)
    from tui.app import Sixscope

    app = Sixscope(session, name_of(paths[0]), settings)
    status = app.run() or 0
    if app.failure:
        from dissect.cli.main import complain

        complain(f"sixscope: {app.failure}")
    return status


def engine(path: str, spool: str) -> Client:
    """The engine for a capture; it begins to read at once."""
    return Client(path, spool=spool, stdin=_take_stdin() if path == "-" else None)


def name_of(path: str) -> str:
    """What the title calls a capture."""
    return "<stdin>" if path == "-" else os.path.basename(path)


def session_of(client: Client, settings: Settings) -> Session:
    """A session as settings want it; its first rows are asked for at once."""
    from tui.model.packets import Look
    from tui.model.session import Session

    look = Look(
        tuple(column.kind for column in settings.columns), settings.time,
        tuple(rule.filter for rule in settings.rules),
    )  # fmt: skip
    return Session(client, look)


def _take_stdin() -> int:
    """Standard input's descriptor for the engine; the keyboard takes its place.

    Raises OSError where there is no terminal.
    """
    taken = os.dup(0)
    terminal = os.open("/dev/tty", os.O_RDWR)
    os.dup2(terminal, 0)
    os.close(terminal)
    return taken
