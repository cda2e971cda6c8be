"""Who wants to know of a change."""

from __future__ import annotations

from collections.abc import Callable


class Signal:
    """Calls back, in the order in which they asked, all who want to know."""

    __slots__ = ("_listeners",)

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def connect(self, listener: Callable[[], None]) -> None:
        """From now on call this."""
        self._listeners.append(listener)

    def emit(self) -> None:
        """It happened."""
        for listener in list(self._listeners):
            listener()
