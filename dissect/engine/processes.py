"""How workers are started."""

from __future__ import annotations

import multiprocessing
import sys
import threading
from multiprocessing.context import BaseContext


def workers() -> BaseContext:
    """For processes that work for this one: copies of it, which have all that is imported.

    They are new ones where threads run, whose locks a copy would never see given back, and on
    systems whose libraries have threads of their own.
    """
    alone = sys.platform == "linux" and threading.active_count() == 1
    return multiprocessing.get_context("fork" if alone else "spawn")
