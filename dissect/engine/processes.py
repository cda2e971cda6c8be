"""How workers are started."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Iterable
from multiprocessing.context import BaseContext

TASKS = "/proc/self/task"
"""On Linux the threads of this process, libraries' own among them."""

WORTH = 16 << 20
"""Octets of captures for which a process pays."""


def that_pay(paths: Iterable[str]) -> int:
    """How many processes pay for captures of that size: at least one, at most the processors."""
    size = sum(os.path.getsize(path) for path in paths if os.path.isfile(path))
    return max(1, min(os.cpu_count() or 1, size // WORTH))


def workers() -> BaseContext:
    """For processes that work for this one: copies of it, which have all that is imported.

    They are new ones where threads run: a copy has their locks without them, and polars, for one,
    waits for ever.
    """
    alone = sys.platform == "linux" and len(os.listdir(TASKS)) == 1
    return multiprocessing.get_context("fork" if alone else "spawn")
