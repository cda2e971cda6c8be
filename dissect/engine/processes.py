"""How workers are started."""

from __future__ import annotations

import multiprocessing
import os
import sys
from multiprocessing.context import BaseContext

TASKS = "/proc/self/task"
"""On Linux the threads of this process, libraries' own among them."""


def workers() -> BaseContext:
    """For processes that work for this one: copies of it, which have all that is imported.

    They are new ones where threads run: a copy has their locks without them, and polars, for one,
    waits for ever.
    """
    alone = sys.platform == "linux" and len(os.listdir(TASKS)) == 1
    return multiprocessing.get_context("fork" if alone else "spawn")
