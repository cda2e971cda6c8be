"""The names that a filter may use, with their types."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

from dissect.engine.header import headers, plan_of
from dissect.engine.kinds import field_type
from dissect.engine.tables import DISSECTORS, FALLBACKS
from dissect.engine.tree import FIELDS, Field
from dissect.filter.known import known_names
from dissect.filter.types import BY_NAME, PROTOCOL, FieldValue, Type, Value


def lookup(name: str) -> Value | None:
    """A field, a protocol or a name of ours; None for any other word."""
    known = known_names().get(name)
    if known is not None:
        return known
    field = FIELDS.get(name)
    return None if field is None else FieldValue(type_of(field), name, field)


def type_of(field: Field) -> Type:
    """The type of a field's values."""
    if field.kind is None:
        _settle()
    return PROTOCOL if is_protocol(field.name) else BY_NAME[field_type(field)]


def is_protocol(name: str) -> bool:
    """True for what is found among a packet's layers."""
    return name in DISSECTORS or name in _generic()


def alike(word: str, names: Iterable[str] = ()) -> tuple[str, ...]:
    """Up to three of these names that are like a word; of all fields, if none are given."""
    by_lower = {name.lower(): name for name in names or (*FIELDS, *known_names())}
    close = get_close_matches(word.lower()[:80], by_lower, n=3, cutoff=0.75)
    return tuple(by_lower[name] for name in close)


@cache
def _settle() -> None:
    """Some fields get their types from the layout of a header, when it is first looked at."""
    for header in headers():
        plan_of(header)


@cache
def _generic() -> frozenset[str]:
    """Protocols that only a generic reader knows."""
    return frozenset(entry.name for table in FALLBACKS.values() for entry in table.values())
