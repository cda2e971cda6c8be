"""The functions of the language, as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dissect.engine.tree import Layer, Node
from dissect.filter.types import INTEGER, STRING, Type

Occurrence = Node | Layer
"""A field in a packet; a layer where the name is a protocol's."""


@dataclass(frozen=True, slots=True)
class Function:
    """What a function takes, and what it gives.

    least, most  how many arguments; None: any number
    needs        what the type of the arguments must be able to do (``Type.can``)
    result       the type of its values; None: that of the first argument
    of_fields    works on the occurrences of a field, which is then its only argument;
    of_values    or on the values of each argument
    """

    least: int = 1
    most: int | None = 1
    needs: str = ""
    result: Type | None = None
    of_fields: Callable[[Sequence[Occurrence]], list[Any]] | None = None
    of_values: Callable[[list[list[Any]]], list[Any]] | None = None


def _count(found: Sequence[Occurrence]) -> list[Any]:
    """One number, but none where the field isn't there: that is Wireshark's way."""
    return [len(found)] if found else []


def _lengths(found: Sequence[Occurrence]) -> list[Any]:
    return [_length(occurrence) for occurrence in found]


def _length(occurrence: Occurrence) -> int:
    """Octets of a value; of a protocol those that its own header spans."""
    if isinstance(occurrence, Layer):
        return occurrence.end - occurrence.offset
    value = occurrence.value
    if isinstance(value, str):
        return len(value.encode("utf-8", "surrogatepass"))
    if isinstance(value, bytes):
        return len(value)
    return 0 if value is None else occurrence.field.kind.size


def _strings(found: Sequence[Occurrence]) -> list[Any]:
    return [_string(node).encode() for node in found if isinstance(node, Node)]


def _string(node: Node) -> str:
    """Numbers in decimal, whatever their base on the screen; addresses as they are written."""
    return str(node.value) if isinstance(node.value, int) else node.show


def _extreme(choose: Callable[[list[Any]], Any]) -> Callable[[list[list[Any]]], list[Any]]:
    """One of all values of all arguments."""

    def function(arguments: list[list[Any]]) -> list[Any]:
        values = [value for values in arguments for value in values]
        return [choose(values)] if values else []

    return function


def _each(change: Callable[[Any], Any]) -> Callable[[list[list[Any]]], list[Any]]:
    return lambda arguments: [change(value) for value in arguments[0]]


FUNCTIONS: dict[str, Function] = {
    "count": Function(result=INTEGER, of_fields=_count),
    "len": Function(result=INTEGER, of_fields=_lengths),
    "string": Function(needs="text", result=STRING, of_fields=_strings),
    "lower": Function(needs="string", of_values=_each(bytes.lower)),
    "upper": Function(needs="string", of_values=_each(bytes.upper)),
    "abs": Function(needs="abs", of_values=_each(abs)),
    "max": Function(most=None, needs="compare", of_values=_extreme(max)),
    "min": Function(most=None, needs="compare", of_values=_extreme(min)),
}
