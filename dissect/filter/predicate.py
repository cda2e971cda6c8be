"""From the typed tree to a function of a packet: closures within closures.

Lists of values are compared as wholes, by their least, their greatest or as sets, so that a packet
with ten thousand options costs no hundred million comparisons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import starmap
from typing import Any

from dissect.engine.packet import Packet
from dissect.filter import types
from dissect.filter.evaluate import Get, Values, compile_value, occurrences_of, pairs
from dissect.filter.found import Found
from dissect.filter.names import is_protocol
from dissect.filter.types import Test, Value
from dissect.filter.values import masked

Ask = Callable[[Found], bool]


def compile_test(test: Test) -> Ask:
    """A function that says whether a test is true of a packet."""
    return TESTS[type(test)](test)


def fields_of(item: Any) -> Iterator[types.FieldValue]:
    """All fields and protocols of a test or value."""
    if isinstance(item, types.FieldValue):
        yield item
    elif isinstance(item, (Test, Value)):
        for name in item.__dataclass_fields__:
            yield from fields_of(getattr(item, name))
    elif isinstance(item, tuple):
        for inner in item:
            yield from fields_of(inner)


# --- comparing lists of values ------------------------------------------------------------------

Compare = tuple[Callable[[Values], Any], Callable[[Values, Any], bool]]
"""What to make of the values on the right, and how that compares with those on the left."""

COMPARE: dict[tuple[str, bool], Compare] = {
    ("==", False): (frozenset, lambda left, right: not right.isdisjoint(left)),
    ("==", True): (frozenset, lambda left, right: len(right) == 1 and right.issuperset(left)),
    ("!=", False): (frozenset, lambda left, right: len(right) > 1 or not right.issuperset(left)),
    ("!=", True): (frozenset, lambda left, right: right.isdisjoint(left)),
    ("<", False): (max, lambda left, right: min(left) < right),
    ("<", True): (min, lambda left, right: max(left) < right),
    ("<=", False): (max, lambda left, right: min(left) <= right),
    ("<=", True): (min, lambda left, right: max(left) <= right),
    (">", False): (min, lambda left, right: max(left) > right),
    (">", True): (max, lambda left, right: min(left) > right),
    (">=", False): (min, lambda left, right: max(left) >= right),
    (">=", True): (max, lambda left, right: min(left) >= right),
    ("contains", False): (list, lambda left, right: any(starmap(_holds, pairs(left, right)))),
    ("contains", True): (list, lambda left, right: all(starmap(_holds, pairs(left, right)))),
}
"""By operator, and whether all pairs must fulfil it."""


BY_LENGTH = frozenset(("bytes", "protocol"))
"""Groups of types whose values are ordered by their length, and then by their octets."""

NOTHING = Found(Packet(b""), frozenset())
"""Asked for the value of a constant, which is the same in all packets."""


def _holds(octets: bytes, part: bytes) -> bool:
    return part in octets and part != b""


def _by_length(octets: bytes) -> tuple[int, bytes]:
    return len(octets), octets


def _compare(test: types.Compare) -> Ask:
    prepare, holds = COMPARE[test.operator, test.every]
    left, right = compile_value(test.left), compile_value(test.right)
    if test.operator[0] in "<>" and test.left.type.group in BY_LENGTH:
        left, right = _changed(left, _by_length), _changed(right, _by_length)
    if isinstance(test.right, types.Constant):
        if test.right.bits is not None:
            left = _changed(left, _at_side(test.right))
        fixed = prepare(right(NOTHING))
        return lambda found: bool(values := left(found)) and holds(values, fixed)

    def ask(found: Found) -> bool:
        values = left(found)
        others = right(found) if values else None
        return bool(others) and holds(values, prepare(others or []))

    return ask


def _changed(get: Get, change: Callable[[Any], Any]) -> Get:
    return lambda found: [change(value) for value in get(found)]


def _at_side(value: Value) -> Callable[[Any], Any]:
    """What is done to a value to compare it with that one: bits behind its prefix are set to 0."""
    bits = value.bits if isinstance(value, types.Constant) else None
    return (lambda address: address) if bits is None else lambda address: masked(address, bits)


def _match(test: types.Match) -> Ask:
    get, search = compile_value(test.left), test.pattern.search
    choose = all if test.every else any

    def ask(found: Found) -> bool:
        values = get(found)
        return bool(values) and choose(map(search, values))

    return ask


def _within(test: types.Within) -> Ask:
    get = compile_value(test.left)
    if test.left.type.group in BY_LENGTH:
        get = _changed(get, _by_length)
        checks = [_element(low, high, _by_length) for low, high in test.elements]
    else:
        checks = [_element(low, high) for low, high in test.elements]
    choose = all if test.every else any

    def ask(found: Found) -> bool:
        values = get(found)
        return bool(values) and choose(any(check(found, value) for check in checks)
                                       for value in values)  # fmt: skip

    return ask


def _element(
    low: Value, high: Value | None, rank: Callable[[Any], Any] | None = None
) -> Callable[[Found, Any], bool]:
    """Whether a value is one of a set: equal to one of these, or between those."""
    first, last = (compile_value(end or low) for end in (low, high))
    if rank is not None:
        first, last = _changed(first, rank), _changed(last, rank)
    above, below = _at_side(low), _at_side(high or low)
    if high is None:
        return lambda found, value: above(value) in first(found)

    def inside(found: Found, value: Any) -> bool:
        lows, highs = first(found), last(found)
        return bool(lows and highs) and min(lows) <= above(value) and below(value) <= max(highs)

    return inside


def _has(test: types.Has) -> Ask:
    value = test.of
    if isinstance(value, types.FieldValue) and not value.layers:
        name = value.field.name
        if is_protocol(name):
            return lambda found: found.has_layer(name)
        return lambda found: bool(found.nodes(name))
    if isinstance(value, types.FieldValue):
        occurrences = occurrences_of(value)
        return lambda found: bool(occurrences(found))
    get = compile_value(value)
    if isinstance(value, types.Sum):
        return lambda found: any(map(_is_not_zero, get(found)))
    return lambda found: bool(get(found))


def _is_not_zero(value: Any) -> bool:
    return any(value) if isinstance(value, bytes) else bool(value)


def _not(test: types.Not) -> Ask:
    ask = compile_test(test.test)
    return lambda found: not ask(found)


def _joined(test: types.Joined) -> Ask:
    cheap_first = sorted(test.tests, key=lambda inner: any(map(_needs_tree, fields_of(inner))))
    asks = [compile_test(inner) for inner in cheap_first]
    if test.word == "and":
        return lambda found: all(ask(found) for ask in asks)
    if test.word == "or":
        return lambda found: any(ask(found) for ask in asks)
    return lambda found: sum(ask(found) for ask in asks) % 2 == 1


def _needs_tree(value: types.FieldValue) -> bool:
    return not is_protocol(value.field.name)


TESTS: dict[type[Test], Callable[[Any], Ask]] = {
    types.Always: lambda test: lambda found: True,
    types.Has: _has, types.Compare: _compare, types.Match: _match, types.Within: _within,
    types.Not: _not, types.Joined: _joined,
}  # fmt: skip
