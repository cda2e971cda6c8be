"""From the typed tree to a function of a chunk of columns: which rows pass, and which are decided.

The third answer is "don't know": of rows that the columns aren't sure of, and of tests that they
can't make.  A row that ``and`` knows to fail one test needs no answer to the others (Kleene's
logic), so that the tree reader sees few rows.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from functools import cache, reduce
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.capture.table import NO_TIME
from dissect.columns import Chunk, Occurrences, readers  # noqa: F401  (they tell what they read)
from dissect.columns.known import NAMES
from dissect.columns.layout import layout_for
from dissect.engine.header import headers
from dissect.filter import types
from dissect.filter.evaluate import sliced
from dissect.filter.names import is_protocol
from dissect.filter.options import RARE, may_have_rare
from dissect.filter.types import Test, Value
from dissect.filter.values import masked

Mask = NDArray[np.bool_]
Array = NDArray[Any]


class Truth(NamedTuple):
    """For each row: is it true, is that known; what isn't known isn't true."""

    true: Mask
    known: Mask

    def __invert__(self) -> Truth:
        return Truth(self.known & ~self.true, self.known)

    def __and__(self, other: Truth) -> Truth:
        false = (self.known & ~self.true) | (other.known & ~other.true)
        return Truth(self.true & other.true, self.known & other.known | false)

    def __or__(self, other: Truth) -> Truth:
        return ~(~self & ~other)

    def __xor__(self, other: Truth) -> Truth:
        known = self.known & other.known
        return Truth((self.true ^ other.true) & known, known)


Decide = Callable[[Chunk], Truth]
Hits = Callable[[Array], Mask]
"""For the values of a field's occurrences: which of them fulfil a test."""


@cache
def is_plain(name: str) -> bool:
    """Whether a field's values, or a protocol's being there, never depend on other packets.

    Those of the headers that the column engine reads, and what the capture file says itself.
    """
    if name.startswith("frame"):
        return name != "frame.protocols"
    return name in NAMES or any(name in names for names in NAMES.values())


def compile_mask(test: Test) -> Decide:
    """A function that decides a test for the rows of a chunk, as far as columns can."""
    return decider(test) or _absent(test)


def decider(test: Test) -> Decide | None:
    """As ``compile_mask``; None for a test of values that the columns can't make."""
    return TESTS[type(test)](test)


def _absent(test: Test) -> Decide:
    """A test that only the tree can make: it fails where its fields surely aren't."""
    fields = list(_needed(test))

    def decide(chunk: Chunk) -> Truth:
        known = np.zeros(len(chunk), bool)
        for field in fields:
            known |= ~_present(chunk, field)
        return Truth(np.zeros(len(chunk), bool), known)

    return decide


def _needed(item: Any) -> Iterator[types.FieldValue]:
    """Fields without which a test is false; functions of several may do without one."""
    if isinstance(item, types.FieldValue):
        yield item
    elif isinstance(item, types.Applied):
        if len(item.arguments) == 1:
            yield from _needed(item.arguments[0])
    elif isinstance(item, (types.Has, types.Slice, types.Negative)):
        yield from _needed(item.of)
    elif isinstance(item, types.Sum):
        yield from _needed(item.first)
        yield from (field for _, operand in item.rest for field in _needed(operand))
    elif isinstance(item, (types.Match, types.Within)):
        yield from _needed(item.left)
    elif isinstance(item, types.Compare):
        yield from _needed(item.left)
        yield from _needed(item.right)


def _present(chunk: Chunk, value: types.FieldValue) -> Mask:
    """Rows in which a field or protocol may be."""
    name = value.field.name
    if is_protocol(name):
        return ~(~_has_layer(chunk, name)).true
    if not _one_length(value) and _is_read(name):
        return np.ones(len(chunk), bool)
    return _rows(chunk, chunk.field(name).rows) | ~_known(chunk, name)


def _known(chunk: Chunk, name: str) -> Mask:
    """Rows of which all values of a field are known, or that there are none."""
    known = chunk.known(name)
    return known | ~may_have_rare(chunk) if name.startswith(RARE) else known


def _has_layer(chunk: Chunk, name: str) -> Truth:
    if name == "frame":
        return Truth(np.ones(len(chunk), bool), np.ones(len(chunk), bool))
    return Truth(_rows(chunk, chunk.layers(name)), chunk.known_layers(name))


@cache
def _is_read(name: str) -> bool:
    """Whether some header that the columns may read has this field."""
    return any(name in layout_for(header).readings for header in headers())


def _one_length(value: Value) -> bool:
    """Whether all values take the same number of octets, so that columns can hold them."""
    return value.type.domain is not bytes or value.type.size > 0


def _always(test: types.Always) -> Decide:
    return lambda chunk: Truth(np.ones(len(chunk), bool), np.ones(len(chunk), bool))


def _not(test: types.Not) -> Decide:
    inner = compile_mask(test.test)
    return lambda chunk: ~inner(chunk)


JOIN: dict[str, Callable[[Truth, Truth], Truth]] = {
    "and": Truth.__and__, "or": Truth.__or__, "xor": Truth.__xor__,
}  # fmt: skip


def _joined(test: types.Joined) -> Decide:
    parts, join = [compile_mask(inner) for inner in test.tests], JOIN[test.word]
    return lambda chunk: reduce(join, (part(chunk) for part in parts))


def _has(test: types.Has) -> Decide | None:
    of = test.of
    if isinstance(of, types.FieldValue) and is_protocol(of.field.name) and not of.layers:
        name = of.field.name
        return lambda chunk: _has_layer(chunk, name)
    if isinstance(of, types.Sum):
        return _each(of, lambda values: values != 0, every=False)
    return _each(of, lambda values: np.ones(len(values), bool), every=False)


def _compare(test: types.Compare) -> Decide | None:
    hits = _hits(test.operator, test.right)
    return None if hits is None else _each(test.left, hits, every=test.every)


def _within(test: types.Within) -> Decide | None:
    found: list[Hits] = []
    for low, high in test.elements:
        first = _hits("==" if high is None else ">=", low)
        last = first if high is None else _hits("<=", high)
        if first is None or last is None:
            return None
        found.append(_both(first, last))

    def hits(values: Array) -> Mask:
        return reduce(np.logical_or, (element(values) for element in found))

    return _each(test.left, hits, every=test.every)


def _both(first: Hits, last: Hits) -> Hits:
    return first if first is last else lambda values: first(values) & last(values)


TESTS: dict[type[Test], Callable[[Any], Decide | None]] = {
    types.Always: _always, types.Has: _has, types.Compare: _compare, types.Within: _within,
    types.Match: lambda test: None, types.Not: _not, types.Joined: _joined,
}  # fmt: skip


# --- occurrences of values ----------------------------------------------------------------------


SAME = {"frame.time": "frame.time_epoch"}
"""Fields with the same values here as another that the columns have."""


def _each(value: Value, hits: Hits, *, every: bool) -> Decide | None:
    """A test of a field's values, by row: of any of them, or of every one."""
    if isinstance(value, types.Known):
        return _of_addresses(value, hits, every=every) if value.ask else None
    change: list[Callable[[Array], Array]] = []
    while not isinstance(value, types.FieldValue):
        step = CHANGES.get(type(value), lambda _: None)(value)
        if step is None:
            return None
        inner, how = step
        change.insert(0, how)
        value = inner
    if value.layers or not _one_length(value):
        return None
    name, boolean = value.field.name, value.type.group == "boolean"
    name = SAME.get(name, name)

    def decide(chunk: Chunk) -> Truth:
        found, known = chunk.field(name), _known(chunk, name)
        if name == "frame.time_epoch":
            found = Occurrences(*(column[found.values != NO_TIME] for column in found))
        if not len(found):
            return Truth(np.zeros(len(chunk), bool), known)
        values = found.values != 0 if boolean else found.values
        for how in change:
            values = how(values)
        return _by_row(chunk, found.rows, hits(values), known, every=every)

    return decide


def _by_row(chunk: Chunk, rows: Array, hits: Mask, known: Mask, *, every: bool) -> Truth:
    if every:
        true = _rows(chunk, rows) & ~_rows(chunk, rows[~hits])
    else:
        true = _rows(chunk, rows[hits])
    return Truth(true & known, known)


def _rows(chunk: Chunk, rows: Array) -> Mask:
    """A mask of these rows."""
    mask = np.zeros(len(chunk), bool)
    mask[rows] = True
    return mask


def _of_addresses(value: types.Known, hits: Hits, *, every: bool) -> Decide:
    """What is known about addresses, asked once for each that there is."""

    def decide(chunk: Chunk) -> Truth:
        rows, found, known = [], [], np.ones(len(chunk), bool)
        for name in value.fields:
            occurrences = chunk.field(name)
            words = _asked(value, occurrences.values)
            there = words != b""
            rows.append(occurrences.rows[there])
            found.append(hits(words[there]))
            known &= chunk.known(name)
        return _by_row(chunk, np.concatenate(rows), np.concatenate(found), known, every=every)

    return decide


def _asked(value: types.Known, addresses: Array) -> Array:
    """The word for each of these addresses, as octets."""
    assert value.ask is not None
    if not len(addresses):
        return np.zeros(0, "S1")
    flat = np.ascontiguousarray(addresses).view(f"V{addresses.shape[1]}").ravel()
    each, places = np.unique(flat, return_inverse=True)
    return np.array([value.ask(bytes(one)).encode() for one in each])[places]


def _masked_values(value: types.Sum) -> tuple[Value, Callable[[Array], Array]] | None:
    """Numbers of which some bits are taken; of other sums the columns know nothing."""
    if len(value.rest) != 1 or value.type.group != "integer":
        return None
    sign, operand = value.rest[0]
    if sign != "&" or not isinstance(operand, types.Constant) or not 0 <= operand.value < 1 << 63:
        return None
    bits = operand.value
    return value.first, lambda values: values.astype(np.int64) & bits


def _sliced_values(value: types.Slice) -> tuple[Value, Callable[[Array], Array]] | None:
    """Some octets of addresses; where they aren't all there, the tree is asked."""
    size = value.of.type.size
    if value.of.type.domain is not bytes or not size:
        return None
    places = sliced(bytes(range(size)), value.ranges)
    return None if places is None else (value.of, lambda values: values[:, list(places)])


CHANGES: dict[type[Value], Callable[[Any], tuple[Value, Callable[[Array], Array]] | None]] = {
    types.Sum: _masked_values, types.Slice: _sliced_values,
}  # fmt: skip
"""What can be done with all occurrences of a field at once."""

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def _hits(sign: str, constant: Value) -> Hits | None:
    """A comparison with a constant; None where it isn't one, or no comparison of numbers."""
    compare = OPERATORS.get(sign)
    if compare is None or not isinstance(constant, types.Constant):
        return None
    value, bits = constant.value, constant.bits
    if not isinstance(value, bytes):
        return lambda values: np.asarray(compare(values, value), bool)
    if constant.type.group in ("string", "protocol"):
        return lambda values: np.asarray(compare(values, np.bytes_(value)), bool)
    mask = None if bits is None else np.frombuffer(masked(b"\xff" * len(value), bits), np.uint8)

    def hits(values: Array) -> Mask:
        """Octets of one length are ordered as text is."""
        if values.shape[1] != len(value):
            answer = compare(values.shape[1], len(value))  # the shorter is the lesser
            return np.full(len(values), answer)
        if mask is not None:
            values = values & mask
        text = np.ascontiguousarray(values).view(f"S{len(value)}").ravel()
        return np.asarray(compare(text, np.array([value], f"S{len(value)}")), bool)

    return hits
