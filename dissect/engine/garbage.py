"""How memory is looked after in programs of ours; a library leaves that to its user."""

from __future__ import annotations

import atexit
import gc

ALLOCATED, YOUNG, MIDDLE = 200_000, 50, 50
MUCH = 2_000_000
"""More than all that a report keeps of a capture, whose tables are bounded."""
KEPT = 16 << 20
"""Octets: as much as the arrays take that are made anew for each chunk of a capture."""


def calm(kept: int = KEPT) -> None:
    """Trees and tables have no cycles: looking for them often is in vain, and so it is at the end.

    What is left then goes with the process.  Freed arrays wait for the next ones: the C library
    hands large ones back to the system until it has seen how large they can be (glibc's mallopt(3),
    M_MMAP_THRESHOLD), and each page would be had, and filled with zeros, again.

    kept  0 for programs that stay, and read chunks now and then
    """
    bytes(kept)
    gc.freeze()
    gc.set_threshold(ALLOCATED, YOUNG, MIDDLE)
    atexit.register(gc.freeze)


def hoard() -> None:
    """Look for cycles only where something must be wrong: what is made is kept, and has none."""
    gc.set_threshold(MUCH, YOUNG, MIDDLE)
