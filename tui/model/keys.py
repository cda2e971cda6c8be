"""From keys to actions: sequences as in vim, with a number before them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

ANYWHERE = ""


class Key(NamedTuple):
    """A sequence of keys that means an action, in one pane or anywhere."""

    keys: tuple[str, ...]
    action: str
    pane: str = ANYWHERE


class Pressed(NamedTuple):
    """An action that was asked for, with the number typed before it."""

    action: str
    times: int | None = None


def parse(text: str) -> tuple[str, ...]:
    """A sequence as it is written in settings: ``g g``, ``ctrl+d``, ``/``."""
    return tuple(text.split())


def written(keys: tuple[str, ...]) -> str:
    """As a person reads it."""
    return "".join(keys) if all(len(key) == 1 for key in keys) else " ".join(keys)


class Keymap:
    """Takes one key after another.

    pending  what was typed and is not yet an action, for the status line
    """

    def __init__(self, keys: Iterable[Key]) -> None:
        self.keys = tuple(keys)
        self._map = {(key.pane, key.keys): key.action for key in self.keys}
        self._starts = {
            (key.pane, key.keys[:size]) for key in self.keys for size in range(1, len(key.keys))
        }
        self._count = ""
        self._typed: tuple[str, ...] = ()

    @property
    def pending(self) -> str:
        """The number and the keys of an action that isn't complete."""
        return self._count + written(self._typed)

    def clear(self) -> None:
        """Forget what was typed."""
        self._count, self._typed = "", ()

    def feed(self, key: str, pane: str) -> Pressed | None:
        """One more key, pressed in a pane; an action if one is complete."""
        if key == "escape" and self.pending:
            self.clear()
            return None
        if not self._typed and key.isdigit() and len(key) == 1 and (self._count or key != "0"):
            self._count += key
            return None
        typed = (*self._typed, key)
        for where in (pane, ANYWHERE):
            action = self._map.get((where, typed))
            if action is not None:
                count = int(self._count) if self._count else None
                self.clear()
                return Pressed(action, count)
        if any((where, typed) in self._starts for where in (pane, ANYWHERE)):
            self._typed = typed
            return None
        self.clear()
        return None

    def of(self, action: str) -> list[str]:
        """The keys of an action, as a person reads them."""
        return [written(key.keys) for key in self.keys if key.action == action]
