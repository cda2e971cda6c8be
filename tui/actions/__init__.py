"""What keys, the command line and the palette can do: one file a family, found by itself.

    @action("mark", "Mark the packet, or take the mark away", "m", group="Packets", pane="packets")
    def mark(main: Main, count: int | None) -> None:
        ...

The help, the palette, the ``:`` line and the settings know an action from here; nothing else is to
be done for it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, NamedTuple

from tui.model.keys import ANYWHERE, Key, parse
from tui.model.settings import SettingsError

if TYPE_CHECKING:
    from tui.screens.main import Main

Run = Callable[["Main", "int | None"], None]


class Action(NamedTuple):
    """Something that can be done.

    keys   sequences that do it, as ``keys.parse`` reads them
    pane   id of the widget that has to have the focus; empty: any
    group  heading in the help
    """

    name: str
    title: str
    keys: tuple[str, ...]
    group: str
    pane: str
    run: Run


ACTIONS: dict[str, Action] = {}


def action(
    name: str, title: str, *keys: str, group: str, pane: str = ANYWHERE
) -> Callable[[Run], Run]:
    """Declare an action; a name that exists already is a mistake."""

    def declare(run: Run) -> Run:
        if name in ACTIONS:
            raise ValueError(f"two actions are called {name}")
        ACTIONS[name] = Action(name, title, keys, group, pane, run)
        return run

    return declare


def load() -> dict[str, Action]:
    """All actions, by name."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return ACTIONS


def check(actions: dict[str, Action], changed: dict[str, tuple[str, ...]]) -> None:
    """Raises SettingsError for keys of an action that doesn't exist."""
    for name in changed:
        if name not in actions:
            raise SettingsError(f"[keys]: no action {name!r}; ? shows their names")


def keys_of(actions: dict[str, Action], changed: dict[str, tuple[str, ...]]) -> list[Key]:
    """The key map: an action's own keys, or those that settings give it instead.

    Own keys that are in the way of those give way.
    """
    wanted = [parse(keys) for sequences in changed.values() for keys in sequences]
    found = []
    for action in actions.values():
        for text in changed.get(action.name, action.keys):
            keys = parse(text)
            if action.name in changed or not any(_clash(keys, other) for other in wanted):
                found.append(Key(keys, action.name, action.pane))
    return found


def _clash(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one of them begins with the other."""
    size = min(len(one), len(other))
    return one[:size] == other[:size]
