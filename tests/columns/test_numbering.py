"""Numbers of keys, beside a dictionary of them."""

from __future__ import annotations

import numpy as np
import pytest

from dissect.columns import numbering
from dissect.columns.numbering import Numbering


@pytest.mark.parametrize("bits", [64, 3, 0])
def test_numbers_are_those_of_a_dictionary(monkeypatch, bits):
    """Also where keys have the same hash, of so many bits."""
    hashes = numbering.hashes
    low = np.uint64((1 << bits) - 1)
    monkeypatch.setattr(numbering, "hashes", lambda keys: hashes(keys) & low)
    random = np.random.default_rng(7)
    numbers, known = Numbering(2), {}
    for size in (1, 40, 0, 300, 1):
        keys = random.integers(0, 12, (size, 2)).astype(np.uint64)
        found = numbers.of(keys).tolist()
        for key, number in zip(map(tuple, keys.tolist()), found, strict=True):
            assert known.setdefault(key, number) == number
    assert sorted(known.values()) == list(range(len(numbers)))
