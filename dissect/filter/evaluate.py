"""The values of a filter's parts in a packet: fields, slices, sums, functions, constants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice, product
from typing import Any

from dissect.engine.tree import Layer
from dissect.filter import types
from dissect.filter.found import Found, number_layers
from dissect.filter.functions import FUNCTIONS, Occurrence
from dissect.filter.names import is_protocol
from dissect.filter.syntax import Range, Ranges
from dissect.filter.types import Value

Values = list[Any]
Get = Callable[[Found], Values]

PAIRS = 100_000
"""So many pairs of values are combined in sums and searches at most."""


def compile_value(value: Value) -> Get:
    """A function that gives a value's values in a packet."""
    return VALUES[type(value)](value)


def pairs(left: Values, right: Values) -> Iterator[tuple[Any, Any]]:
    """Each with each, up to a limit."""
    return islice(product(left, right), PAIRS)


def occurrences_of(value: types.FieldValue) -> Callable[[Found], Sequence[Occurrence]]:
    """The nodes of a field, the layers of a protocol; in some layers only, if so asked."""
    name, ranges = value.field.name, value.layers
    if not is_protocol(name):
        if not ranges:
            return lambda found: found.nodes(name)
        return lambda found: _in_layers(found.numbered(name), ranges)
    if not ranges:
        return lambda found: found.layers(name)
    return lambda found: _in_layers(
        [item for item in number_layers(found.packet.layers) if item[1].name == name], ranges
    )


def _in_layers(numbered: Sequence[tuple[int, Any]], ranges: Ranges) -> list[Any]:
    """Those whose layer is in one of the ranges; negative numbers count from the last one."""
    if not numbered:
        return []
    last = max(number for number, _ in numbered)
    spans = [_layers(one, last) for one in ranges]
    return [item for number, item in numbered if any(number in span for span in spans)]


def _layers(one: Range, last: int) -> range:
    first = one.start + last + 1 if one.start < 0 else one.start
    if one.length is not None:
        return range(first, first + one.length)
    end = last if one.last is None else one.last
    return range(first, (end + last + 1 if end < 0 else end) + 1)


def _field(value: types.FieldValue) -> Get:
    occurrences = occurrences_of(value)
    if is_protocol(value.field.name):
        return lambda found: [
            _octets(found, layer)[layer.offset : layer.stop]
            for layer in occurrences(found) if isinstance(layer, Layer)
        ]  # fmt: skip
    read = READERS.get(value.type.group) or partial(_plain, value.type.domain)
    return lambda found: [*read(occurrences(found))]


def _plain(domain: type, nodes: Iterable[Any]) -> Iterator[Any]:
    """Values as they are; what is of another kind than the field's first declaration, is not."""
    for node in nodes:
        if isinstance(node.value, domain):
            yield node.value


def _booleans(nodes: Iterable[Any]) -> Iterator[int]:
    for node in nodes:
        if isinstance(node.value, int):
            yield int(node.value != 0)


def _texts(nodes: Iterable[Any]) -> Iterator[bytes]:
    for node in nodes:
        if isinstance(node.value, str):
            yield node.value.encode("utf-8", "surrogatepass")
        elif isinstance(node.value, bytes):
            yield node.value


def _numbers(nodes: Iterable[Any]) -> Iterator[int]:
    for node in nodes:
        if isinstance(node.value, bytes):
            yield int.from_bytes(node.value, "big")


READERS: dict[str, Callable[[Iterable[Any]], Iterator[Any]]] = {
    "boolean": _booleans, "string": _texts, "eui64": _numbers,
}  # fmt: skip
"""Groups of types whose values in the tree are something else here."""


def _constant(value: types.Constant) -> Get:
    values = [value.value]
    return lambda found: values


def _known(value: types.Known) -> Get:
    return lambda found: value.of(found.packet)


def _slice(value: types.Slice) -> Get:
    of, ranges = value.of, value.ranges
    if isinstance(of, types.FieldValue) and is_protocol(of.field.name):
        layers = occurrences_of(of)
        return lambda found: [
            octets for layer in layers(found)
            if (octets := _of_layer(_octets(found, layer), layer, ranges)) is not None
        ]  # fmt: skip
    get = compile_value(of)
    return lambda found: [
        octets for whole in get(found) if (octets := sliced(whole, ranges)) is not None
    ]


def _octets(found: Found, layer: Any) -> bytes:
    """What a layer was read from: the frame, or what was put together from several."""
    octets: bytes = found.packet.data if layer.source is None else layer.source.data
    return octets


def _of_layer(data: bytes, layer: Any, ranges: Ranges) -> bytes | None:
    """Of a protocol's own octets; if those are too few, of all that it carries with them."""
    own = sliced(data[layer.offset : layer.end], ranges)
    return sliced(data[layer.offset : layer.stop], ranges) if own is None else own


def sliced(octets: bytes, ranges: Ranges) -> bytes | None:
    """The octets in all of these ranges; None if one of them isn't all there."""
    size, parts = len(octets), []
    for one in ranges:
        start = one.start + size if one.start < 0 else one.start
        if one.length is not None:
            end = start + one.length
        elif one.last is None:
            end = size
        else:
            end = one.last + 1 + (size if one.last < 0 else 0)
        if not 0 <= start < end <= size:
            return None
        parts.append(octets[start:end])
    return b"".join(parts)


def _applied(value: types.Applied) -> Get:
    function = FUNCTIONS[value.name]
    if function.of_fields is not None:
        field = value.arguments[0]
        assert isinstance(field, types.FieldValue)
        of_fields, occurrences = function.of_fields, occurrences_of(field)
        return lambda found: of_fields(occurrences(found))
    of_values = function.of_values
    assert of_values is not None
    gets = [compile_value(argument) for argument in value.arguments]
    return lambda found: of_values([get(found) for get in gets])


def _negative(value: types.Negative) -> Get:
    get = compile_value(value.of)
    return lambda found: [-one for one in get(found)]


def _sum(value: types.Sum) -> Get:
    first = compile_value(value.first)
    steps = [(OPERATIONS[sign], compile_value(operand)) for sign, operand in value.rest]

    def get(found: Found) -> Values:
        values = first(found)
        for operation, operand in steps:
            if values:
                values = [*_combined(operation, values, operand(found))]
        return values

    return get


def _combined(operation: Callable[[Any, Any], Any], left: Values, right: Values) -> Iterator[Any]:
    """Each with each; what has no result (a division by zero) is left out."""
    for a, b in pairs(left, right):
        try:
            yield operation(a, b)
        except (ZeroDivisionError, OverflowError):
            continue


def _divided(a: Any, b: Any) -> Any:
    """Whole numbers are rounded towards zero, as in C."""
    if isinstance(a, float):
        return a / b
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


def _and(a: Any, b: Any) -> Any:
    if isinstance(a, bytes):
        return bytes(x & y for x, y in zip(a, b, strict=False))
    return a & b


OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": _divided,
    "%": lambda a, b: a - b * _divided(a, b), "&": _and,
}  # fmt: skip

VALUES: dict[type[Value], Callable[[Any], Get]] = {
    types.FieldValue: _field, types.Constant: _constant, types.Known: _known,
    types.Slice: _slice, types.Applied: _applied, types.Negative: _negative, types.Sum: _sum,
}  # fmt: skip
"""Who compiles what."""
