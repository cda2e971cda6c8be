"""What a filter means, in lines: the typed tree, and what decides each of its tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dissect.filter import types
from dissect.filter.masks import decider, is_plain
from dissect.filter.names import is_protocol
from dissect.filter.predicate import fields_of
from dissect.filter.types import Test, Value

if TYPE_CHECKING:
    from dissect.filter.filter import Filter

WORDS = {"==": "equals", "!=": "differs from", "<": "is less than", "<=": "is at most",
         ">": "is greater than", ">=": "is at least", "contains": "contains"}  # fmt: skip


def explained(wanted: Filter) -> str:
    """A line for each test, with who decides it; then what that means for reading."""
    rows = list(_rows(wanted.test, 0))
    width = max(len(words) for words, _ in rows)
    lines = [f"{words:<{width}}  {by}".rstrip() for words, by in rows]
    deep = sorted(name for name in wanted.fields if not is_plain(name))
    lines.append("")
    if any(by.startswith("columns") for _, by in rows):
        lines.append("Where the columns are not sure of a packet, its tree is asked.")
    if deep:
        lines.append(f"May depend on the packets before: {', '.join(deep)}.")
    return "\n".join(lines).rstrip()


def _rows(test: Test, depth: int) -> Iterator[tuple[str, str]]:
    """The words for a test and for the tests in it, and what decides each."""
    indent = "  " * depth
    if isinstance(test, types.Joined):
        words = {"and": "all of these", "or": "any of these", "xor": "an odd number of these"}
        yield f"{indent}{words[test.word]}", ""
        for inner in test.tests:
            yield from _rows(inner, depth + 1)
    elif isinstance(test, types.Not):
        yield f"{indent}not", ""
        yield from _rows(test.test, depth + 1)
    else:
        yield f"{indent}{_words(test)}", _decides(test)


def _words(test: Test) -> str:
    if isinstance(test, types.Has):
        if isinstance(test.of, types.Sum):
            return f"{_value(test.of)} is not zero"
        return f"{_value(test.of)} is there"
    if isinstance(test, types.Compare):
        which, right = _every(test.every), test.right.text
        if not isinstance(test.right, types.Constant):
            right = f"{which} {_value(test.right)}"
        return f"{which} {_value(test.left)} {WORDS[test.operator]} {right}"
    if isinstance(test, types.Match):
        return f"{_every(test.every)} {_value(test.left)} matches {test.pattern.pattern!r}"
    if isinstance(test, types.Within):
        elements = ", ".join(
            low.text if high is None else f"{low.text} to {high.text}"
            for low, high in test.elements
        )
        return f"{_every(test.every)} {_value(test.left)} is one of {elements}"
    return "every packet"


def _every(every: bool) -> str:
    return "every" if every else "any"


def _value(value: Value) -> str:
    return f"{value.text} ({value.type.name.removeprefix('a ').removeprefix('an ')})"


def _decides(test: Test) -> str:
    if decider(test) is not None:
        plain = all(is_plain(value.field.name) for value in fields_of(test))
        return "columns" if plain else "columns where it is not there, else tree"
    if all(is_protocol(value.field.name) for value in fields_of(test)):
        return "layers"
    return "tree"
