"""What the engine's process begins with; see ``tui.engine.client``."""

from __future__ import annotations

import gc
import sys
from multiprocessing.connection import Connection


def main() -> None:
    """Serve until the other side is gone; arguments: descriptor, path, spool, standard input."""
    gc.disable()  # what is imported stays
    from tui.engine.server import Engine

    descriptor, path, spool, stdin = sys.argv[1:]
    Engine(Connection(int(descriptor)), path, spool, int(stdin) if stdin else None).serve()
