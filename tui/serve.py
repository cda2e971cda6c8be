"""The terminal UI in a browser, through textual-serve, on this machine only."""

from __future__ import annotations

import os
import shlex
import sys

HOST = "127.0.0.1"
"""Captures are nobody else's business."""


class NotInstalled(Exception):
    """textual-serve is missing; the message says how it is installed."""


def serve(paths: tuple[str, ...], profile: str, port: int) -> int:
    """Serve until interrupted; every visitor has a terminal UI of his own.

    Raises NotInstalled, and OSError if the port is taken.
    """
    try:
        from textual_serve.server import Server
    except ImportError:
        raise NotInstalled("--serve needs textual-serve: pip install 'sixscope[serve]'") from None
    names = [os.path.abspath(path) for path in paths]
    words = [sys.executable, "-m", "dissect", "view"]
    words += ["--profile", profile] if profile else []
    Server(shlex.join([*words, *names]), host=HOST, port=port, title="sixscope").serve()
    return 0
