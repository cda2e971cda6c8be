"""Layouts for numpy: the same values as the tree reader's own reading of a header."""

from __future__ import annotations

import random

import numpy as np
import pytest

import dissect.columns.readers
import dissect.protocols  # noqa: F401  (declares all headers)
from dissect.columns.layout import converted, gather, layout_for
from dissect.engine.header import headers, plan_of

HEADERS = [header for header in headers() if header.__module__.startswith("dissect.protocols")]


def label(header) -> str:
    return f"{header.__module__.removeprefix('dissect.protocols.')}.{header.__qualname__}"


@pytest.mark.parametrize("header", HEADERS, ids=label)
def test_every_attribute_of_every_header_is_read_as_the_tree_reader_reads_it(header):
    chance = random.Random(label(header))
    plan, layout = plan_of(header), layout_for(header)
    data = chance.randbytes(7 * plan.size + 3)
    at = np.array([0, 1, 3, len(data) - plan.size])
    views = [plan.read(data, place) for place in at.tolist()]
    assert set(layout.items) == set(plan.view._fields)
    for name, item in layout.items.items():
        values = gather(data, item, at)
        found = [v.tobytes() for v in values] if values.ndim == 2 else values.tolist()
        assert found == [getattr(view, name) for view in views], name


def test_numbers_are_in_native_byte_order():
    header = next(h for h in HEADERS if label(h) == "ipv6.IPv6")
    values = gather(bytes(range(40)), layout_for(header).items["plen"], np.array([0]))
    assert values.dtype.isnative
    assert values.tolist() == [0x0405]


def test_reading_past_the_end_is_not_possible():
    header = next(h for h in HEADERS if label(h) == "ipv6.IPv6")
    with pytest.raises(IndexError):
        gather(bytes(40), layout_for(header).items["dst"], np.array([1]))


def test_converting_is_done_once_for_each_different_value():
    asked = []

    def convert(value: int) -> int:
        asked.append(value)
        return 8 * value + 8

    values = np.array([3, 3, 250, 3], np.uint8)
    assert converted(values, convert).tolist() == [32, 32, 2008, 32]
    assert sorted(asked) == [3, 250]


def test_converting_octets():
    values = np.array([[1, 2], [3, 4], [1, 2]], np.uint8)
    assert converted(values, lambda octets: octets[::-1]).tolist() == [[2, 1], [4, 3], [2, 1]]
