"""Words that may stand at the caret of a filter: names, operators, values, or what joins tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from dissect.engine.tree import FIELDS, Field
from dissect.filter.names import lookup
from dissect.filter.types import FieldValue, Known, Type, Value
from tui.model.packets import Completion

if TYPE_CHECKING:
    from tui.engine.server import Engine

MOST = 60
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[\w.:/#-]+|&&|\|\||\^\^|[=!~<>]=+|[^\s\w]')
COMPARES = {
    "==": "equals", "!=": "differs", ">": "is greater", "<": "is less", ">=": "is at least",
    "<=": "is at most", "in": "is one of {…}", "contains": "has in it", "matches": "fits a pattern",
}  # fmt: skip
WORDS = {"eq", "ne", "gt", "lt", "ge", "le", "~", "===", "!==", "any_eq", "all_eq"}
JOINS = {"and": "both", "or": "one of them", "xor": "not both"}
OPENS = {"", "and", "or", "xor", "not", "&&", "||", "^^", "!", "("}

Found = Iterator[tuple[str, str]]
"""Words, and what is said about each."""


class Place(NamedTuple):
    """The word at the caret, and the tokens before it."""

    before: list[str]
    word: str
    start: int
    end: int


def call(engine: Engine, text: str, caret: int) -> tuple[str, list[Completion]]:
    """The text again, and what would replace the word at the caret."""
    place = place_of(text, caret)
    wanted = place.word.lower()
    found = []
    for word, about in _fitting(engine, place):
        if word.lower() == wanted:
            continue  # it is there already
        if not word.lower().startswith(wanted) and not any(
            part.startswith(wanted) for part in about.lower().split() if word[:1].isdigit()
        ):
            continue
        found.append(Completion(word, about, place.start, place.end))
        if len(found) == MOST:
            break
    return text, found


def place_of(text: str, caret: int) -> Place:
    """Where the caret is."""
    start, end, before = caret, caret, []
    for found in TOKEN.finditer(text):
        if found.end() < caret:
            before.append(found[0])
        elif found.start() < caret and (found[0][0].isalnum() or found[0][0] in '"_'):
            start, end = found.start(), found.end()
        elif found.end() == caret:
            before.append(found[0])
    return Place(before, text[start:caret], start, end)


def _fitting(engine: Engine, place: Place) -> Found:
    """By what stands before."""
    before = [token.lower() for token in place.before]
    last = before[-1] if before else ""
    compared = _compared(place.before)
    if compared is not None:
        yield from values(engine, compared)
    elif last in OPENS:
        yield from names()
        if last != "not":
            yield "not", "the opposite"
    elif lookup(place.before[-1]) is not None and (len(before) < 2 or before[-2] in OPENS):
        yield from operators(lookup(place.before[-1]))
        yield from JOINS.items()
    else:
        yield from JOINS.items()


def _compared(before: list[str]) -> Value | None:
    """The field whose value is wanted: before an operator, or before a set that is open."""
    tokens = list(before)
    if "{" in tokens and "}" not in tokens[len(tokens) - tokens[::-1].index("{") :]:
        if tokens[-1] not in ("{", ",", ".."):
            return None
        tokens = tokens[: len(tokens) - tokens[::-1].index("{") - 1]
        return lookup(tokens[-2]) if len(tokens) > 1 and tokens[-1].lower() == "in" else None
    if len(tokens) > 1 and (tokens[-1].lower() in COMPARES or tokens[-1].lower() in WORDS):
        return lookup(tokens[-2])
    return None


def names() -> Found:
    """Protocols, then fields."""
    from dissect.filter.known import known_names

    every = sorted((*FIELDS, *known_names()), key=lambda name: (name.count("."), name))
    for name in every:
        yield name, FIELDS[name].label if name in FIELDS else "what is known of addresses"


def operators(value: Value | None) -> Found:
    """Those that the type has."""
    can = value.type.can if value is not None else frozenset()
    for word, about in COMPARES.items():
        needed = word if word in ("contains", "matches") else "compare"
        if needed in can:
            yield word, about


def values(engine: Engine, value: Value) -> Found:
    """Those that have a name, that are known, or were seen in this capture."""
    if isinstance(value, Known):
        for word in sorted(value.words):
            yield f'"{word}"', ""
    elif isinstance(value, FieldValue):
        yield from _named(value.field)
        yield from _seen(engine, value.type)


def _named(field: Field) -> Found:
    enum = field.enum
    if isinstance(enum, tuple):
        yield "1", enum[1]
        yield "0", enum[0]
    elif isinstance(enum, Mapping):
        for number, name in sorted(enum.items()):
            yield str(number), name


def _seen(engine: Engine, kind: Type) -> Found:
    seen = engine.seen
    if kind.name == "an IPv6 address":
        for prefix in seen.prefixes:
            yield prefix, "prefix in this capture"
    listed = {
        "an IPv6 address": seen.ipv6, "an IPv4 address": seen.ipv4,
        "an Ethernet address": seen.ether,
    }  # fmt: skip
    for address in listed.get(kind.name, ()):
        yield address, "in this capture"
