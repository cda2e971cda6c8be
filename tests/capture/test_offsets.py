"""Places in a file, told by distances."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dissect.capture.offsets import FAR, PIECE, Offsets

GAPS = st.one_of(st.integers(1, 300), st.integers(FAR - 2, FAR + 2), st.just(1 << 40))


@given(st.lists(st.lists(GAPS, max_size=5), max_size=5))
def test_places_however_far_apart_come_back(gaps):
    offsets, expected, place = Offsets(), [], 0
    for some in gaps:
        added = []
        for gap in some:
            place += gap
            added.append(place)
        offsets.extend(added)
        expected += added
    assert len(offsets) == len(expected)
    assert list(offsets) == expected
    assert offsets[1:4] == array("Q", expected[1:4])
    assert not expected or offsets[-1] == expected[-1]


def test_more_places_than_one_piece_has():
    offsets = Offsets()
    expected = range(24, 24 + 100 * (2 * PIECE + 3), 100)
    offsets.extend(expected)
    assert list(offsets[:]) == list(expected)
    with pytest.raises(IndexError):
        offsets[len(expected)]


def test_what_raises_in_the_middle_has_added_those_before():
    def places():
        yield from (24, 140)
        raise ValueError("damage")

    offsets = Offsets()
    with pytest.raises(ValueError, match="damage"):
        offsets.extend(places())
    assert list(offsets) == [24, 140]
