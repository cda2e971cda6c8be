"""From the command line to the screen: the engine first, then Textual, side by side."""

from __future__ import annotations

import os
import tempfile

from tui.engine.client import Client
from tui.model.packets import Look
from tui.model.session import Session
from tui.model.settings import Settings, load


def start(paths: tuple[str, ...], *, profile: str) -> int:
    """See ``tui.run``."""
    settings = load(profile)
    with tempfile.TemporaryDirectory(prefix="sixscope-") as spool:
        session = begin(paths[0], settings, spool)
        try:
            from tui.app import Sixscope

            app = Sixscope(session, name_of(paths[0]), settings)
            status = app.run() or 0
        finally:
            session.close()
    if app.failure:
        from dissect.cli.main import complain

        complain(f"sixscope: {app.failure}")
    return status


def name_of(path: str) -> str:
    """What the title calls a capture."""
    return "<stdin>" if path == "-" else os.path.basename(path)


def begin(path: str, settings: Settings, spool: str) -> Session:
    """A session with its engine, which has begun to read."""
    stdin = _take_stdin() if path == "-" else None
    client = Client(path, spool=spool, stdin=stdin)
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
