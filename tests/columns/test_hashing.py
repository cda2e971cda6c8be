"""Keys are brought together in the order that they have, whatever their hashes share."""

from __future__ import annotations

import numpy as np
import pytest

from dissect.columns.hashing import groups, ordered, together


@pytest.mark.parametrize(
    "numbers",
    [
        [5],
        [7, 3, 7, 3, 7],
        [2**63 + 1, 2**63 + 2, 2**63 + 1, 2**63],  # they differ in the lowest bits alone
        list(np.random.default_rng(1).integers(0, 2**64, 1000, np.uint64)),
        list(np.random.default_rng(2).integers(0, 50, 1000, np.uint64)),
    ],
)
def test_hashes_are_sorted_as_a_stable_sort_does(numbers):
    found = together(np.array(numbers, np.uint64))
    assert found.tolist() == sorted(range(len(numbers)), key=lambda place: numbers[place])


def test_groups_hold_the_places_of_each_key_in_order():
    keys = np.array([(1, 2), (3, 4), (1, 2), (1, 4), (3, 4), (1, 2)], np.uint64)
    order, starts = groups(keys)
    found = [part.tolist() for part in np.split(order, starts[1:])]
    assert sorted(found) == [[0, 2, 5], [1, 4], [3]]


@pytest.mark.parametrize("most", [1, 3, 1 << 20, 1 << 62])
@pytest.mark.parametrize("size", [0, 1, 2, 500])
def test_numbers_come_in_their_order_and_equal_ones_as_they_were(most, size):
    numbers = np.random.default_rng(size).integers(0, most, size)
    assert ordered(numbers).tolist() == np.argsort(numbers, kind="stable").tolist()
