"""Decode preferences: what a capture doesn't say, and its reader may know.

A protocol declares one beside its notes, and asks for it while it reads::

    PAYLOAD = Preference("mpls.payload", "auto", one_of("auto", "ethernet"), "What follows …")
    …
    if c.preference(PAYLOAD) == "ethernet":

Set by name: ``sixscope show -o mpls.payload:ethernet``, ``dissect(octets, preferences={…})``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct


class PreferenceError(ValueError):
    """A name that no preference has, or a value that it can't have; told in one line."""


PREFERENCES: dict[str, Preference] = {}
"""Every preference that some protocol declares, by name."""


class Preference(Struct, frozen=True):
    """Something that can be set.

    default  its value unless it is set
    parse    makes a value of the words given; raises ValueError, which says what is expected
    text     what it is for
    """

    name: str
    default: Any
    parse: Callable[[str], Any]
    text: str

    def __post_init__(self) -> None:
        PREFERENCES[self.name] = self


def one_of(*choices: str) -> Callable[[str], str]:
    """A parser for one of some words."""

    def parse(words: str) -> str:
        if words not in choices:
            raise ValueError(f"expected {', '.join(choices[:-1])} or {choices[-1]}")
        return words

    return parse


def preferences_of(given: Mapping[str, str]) -> dict[str, Any]:
    """The values of preferences given as words.

    Raises PreferenceError.
    """
    values = {}
    for name, words in given.items():
        preference = PREFERENCES.get(name)
        if preference is None:
            known = ", ".join(sorted(PREFERENCES))
            raise PreferenceError(f"no preference is called {name} (there are: {known})")
        try:
            values[name] = preference.parse(words)
        except ValueError as error:
            raise PreferenceError(f"{name}: {words!r}: {error}") from None
    return values
