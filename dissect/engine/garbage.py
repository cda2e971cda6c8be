"""How often Python looks for garbage, in programs of ours; a library leaves that to its user."""

from __future__ import annotations

import atexit
import gc

ALLOCATED, YOUNG, MIDDLE = 200_000, 50, 50


def calm() -> None:
    """Trees and tables have no cycles: looking for them often is in vain, and so it is at the end.

    What is left then goes with the process.
    """
    gc.freeze()
    gc.set_threshold(ALLOCATED, YOUNG, MIDDLE)
    atexit.register(gc.freeze)
