"""A fixed header's layout for numpy, from the same declaration that the tree reader reads it by.

``__hdr__`` gives a structured dtype, ``__bit_fields__`` shifts and masks, ``names`` Wireshark's
names of the values.  A header is gathered from many packets in one step, out of a view of the
octets as if one began at each.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.engine.header import F, Header, Place, layout_of, place_of, plan_of
from dissect.engine.tree import Field

Data = bytes | mmap.mmap
Values = NDArray[Any]
Places = NDArray[np.int64]

SIZES = {"B": "u1", "H": "u2", "I": "u4", "L": "u4", "Q": "u8",
         "b": "i1", "h": "i2", "i": "i4", "q": "i8"}  # fmt: skip
"""numpy's codes for the numbers of ``__hdr__``; all else is octets."""


class Item(NamedTuple):
    """How one value is read: an item of the header, and its bits if it is a part of one."""

    code: str
    offset: int
    size: int
    shift: int
    mask: int

    @property
    def octets(self) -> bool:
        """Not a number."""
        return not self.code


class Reading(NamedTuple):
    """A named value of a header."""

    item: Item
    convert: Callable[[Any], Any] | None


def _item(place: Place, order: str) -> Item:
    code = SIZES.get(place.code, "")
    mask = (1 << place.width) - 1
    return Item(order + code if code else "", place.offset, place.size, place.shift, mask)


class Layout:
    """How a header's values are read.

    size      its octets
    items     by attribute, as the header's named tuple has them
    readings  by field name, in the tree's order where a name comes again; left out are fields of
              text and of no value, which are worked out only when a tree is made
    """

    __slots__ = ("size", "items", "readings")

    def __init__(self, header: type[Header]) -> None:
        order = getattr(header, "__byte_order__", ">")
        places = layout_of(header)
        self.size: int = plan_of(header).size  # the plan settles the fields' kinds, too
        self.items = {name: _item(place, order) for name, place in places.items()}
        self.readings: dict[str, tuple[Reading, ...]] = {}
        for f in header.names:
            for field, place in _fields(f, places):
                if field.kind.reader in ("uint", "int", "bytes"):
                    reading = Reading(_item(place, order), field.convert)
                    known = self.readings.get(field.name, ())
                    self.readings[field.name] = (*known, reading)


_LAYOUTS: dict[type[Header], Layout] = {}


def layout_for(header: type[Header]) -> Layout:
    """The layout of a header class, worked out at its first use."""
    layout = _LAYOUTS.get(header)
    if layout is None:
        layout = _LAYOUTS[header] = Layout(header)
    return layout


def _fields(f: Field, layout: dict[str, Place]) -> Iterator[tuple[Field, Place]]:
    """A field, those inside it, and its aliases, in the tree's order."""
    assert isinstance(f, F)
    place = place_of(f, layout)
    yield f, place
    for bit in f.bits:
        yield from _fields(bit, layout)
    for alias in f.also:
        yield alias, place


def gather(data: Data, item: Item, at: Places) -> Values:
    """The values of an item in the headers at these places, which must have it all.

    Numbers are in native byte order, octets an array of (n, size).
    """
    code = item.code or f"V{item.size}"
    first = max(len(data) - item.offset - item.size + 1, 0)
    if not len(at):
        values: Values = np.empty(0, code)
    else:
        everywhere: Values = np.ndarray((first,), code, data, item.offset, (1,))
        values = everywhere[at]
    return _read(values, item)


def taken(headers: NDArray[np.uint8], item: Item) -> Values:
    """The same out of whole headers, (n, size) octets one after the other.

    To gather a header costs no more than a single value of it, and what is taken out of those that
    lie side by side costs next to nothing.
    """
    count, size = headers.shape
    code = item.code or f"V{item.size}"
    values: Values = np.ndarray((count,), code, headers, item.offset, (size,))
    return _read(values.copy() if item.octets else values, item)


def _read(values: Values, item: Item) -> Values:
    if item.octets:
        return values.view(np.uint8).reshape(-1, item.size)
    values = values.astype(values.dtype.newbyteorder("="), copy=False)
    if item.mask:
        values = values >> item.shift & item.mask if item.shift else values & item.mask
    return values


def converted(values: Values, convert: Callable[[Any], Any] | None) -> Values:
    """The values as the tree shows them; each different one is converted once."""
    if convert is None or not len(values):
        return values
    if values.ndim == 1:
        different, where = np.unique(values, return_inverse=True)
        return np.array([convert(value) for value in different.tolist()])[where]
    different, where = np.unique(values, axis=0, return_inverse=True)
    shown = [np.frombuffer(convert(value.tobytes()), np.uint8) for value in different]
    return np.array(shown)[where.reshape(-1)]
