"""How often Python looks for garbage, in programs of ours; a library leaves that to its user."""

from __future__ import annotations

import gc

ALLOCATED, YOUNG, MIDDLE = 20_000, 20, 20


def calm() -> None:
    """Trees and tables have no cycles: looking for them often is in vain."""
    gc.freeze()
    gc.set_threshold(ALLOCATED, YOUNG, MIDDLE)
