"""Sums of many stretches at once, beside RFC 1071's, section 1, added up word by word."""

from __future__ import annotations

import numpy as np
import pytest

from dissect.lines.sums import BLOCK, sums_of


def by_words(octets: bytes) -> int:
    octets += b"\0" * (len(octets) & 1)
    return sum(int.from_bytes(octets[n : n + 2], "big") for n in range(0, len(octets), 2)) % 0xFFFF


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 8, 100, 4099])
def test_sums_of_any_stretches(size):
    chance = np.random.default_rng(size)
    octets = chance.integers(0, 256, size).astype(np.uint8)
    start = chance.integers(0, size + 1, 300)
    end = start + (chance.random(300) * (size + 1 - start)).astype(np.int64)
    found = sums_of(octets, start, end)
    wanted = [by_words(octets[a:b].tobytes()) for a, b in zip(start, end, strict=True)]
    assert (found % 0xFFFF).tolist() == wanted


def test_stretches_in_several_blocks():
    octets = (np.arange(3 * BLOCK + 5) % 251).astype(np.uint8)
    start = np.array([BLOCK - 3, 7, 3 * BLOCK, 2 * BLOCK + 1])
    end = np.array([BLOCK + 100, 7, 3 * BLOCK + 5, 2 * BLOCK + 64])
    wanted = [by_words(octets[a:b].tobytes()) for a, b in zip(start, end, strict=True)]
    assert (sums_of(octets, start, end) % 0xFFFF).tolist() == wanted


def test_no_stretches():
    assert not len(sums_of(np.zeros(4, np.uint8), np.zeros(0, np.int64), np.zeros(0, np.int64)))
