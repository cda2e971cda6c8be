"""How workers are started, and how they end."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable
from multiprocessing.context import BaseContext
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

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


def pool(
    jobs: int, begin: Callable[..., object] | None = None, *given: Any,
    context: BaseContext | None = None,
) -> ProcessPoolExecutor:  # fmt: skip
    """So many workers; each first calls ``begin``, if any, and ends when this process has ended.

    Python's own wait for work for ever when this one is killed.
    """
    from concurrent.futures import ProcessPoolExecutor  # seldom needed

    return ProcessPoolExecutor(jobs, context or workers(), _begin, (begin, given))


def _begin(begin: Callable[..., object] | None, given: tuple[Any, ...]) -> None:
    Thread(target=_end_with_the_first, daemon=True).start()
    if begin is not None:
        begin(*given)


def _end_with_the_first() -> None:
    first = multiprocessing.parent_process()
    assert first is not None
    first.join()
    os._exit(1)
