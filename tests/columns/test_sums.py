"""Sums by key are what counting them one by one gives, in whatever parts they come."""

from __future__ import annotations

import numpy as np
import pytest

from dissect.capture.table import NO_TIME
from dissect.columns import sums
from dissect.columns.sums import NEVER, Grouped, Sums, grouped, merged

Counts = dict[tuple[int, ...], list[int]]


def counted(keys, octets, times) -> Counts:
    """Packets, octets, first and last time of each key."""
    found: Counts = {}
    for key, size, time in zip(keys.tolist(), octets.tolist(), times.tolist(), strict=True):
        row = found.setdefault(tuple(key), [0, 0, NEVER, NO_TIME])
        row[0] += 1
        row[1] += size
        if time != NO_TIME:
            row[2], row[3] = min(row[2], time), max(row[3], time)
    return found


def told(rows: Grouped) -> Counts:
    keys = list(map(tuple, rows.keys.tolist()))
    assert len(set(keys)) == len(keys)
    columns = zip(keys, rows.sums.tolist(), rows.first.tolist(), rows.last.tolist(), strict=True)
    return {key: [*row, first, last] for key, row, first, last in columns}


def packets(seed: int, count: int = 3000):
    """Keys that come again, in order of time, out of it, and without any."""
    chance = np.random.default_rng(seed)
    keys = chance.integers(0, 9, (count, 3)).astype(np.uint64)
    times = np.arange(count) if seed % 2 else chance.integers(0, 10**6, count)
    if seed % 3 == 0:
        times[chance.random(count) < 0.3] = NO_TIME
    return keys, chance.integers(0, 1500, count), times


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr(sums, "PIECE", 100)


@pytest.mark.parametrize("seed", range(12))
def test_in_parts_as_one_by_one(seed):
    keys, octets, times = packets(seed)
    found = Sums(3, most=1000)
    for part in np.array_split(np.arange(len(keys)), 7):
        found.add(keys[part], octets[part], times[part])
    found.add(keys[:0], octets[:0], times[:0])
    assert told(found.result()) == counted(keys, octets, times)
    assert not found.folded


def test_parts_of_another_process_are_in_another_order():
    keys, octets, times = packets(1)
    half = len(keys) // 2
    parts = []
    for rows in (slice(half), slice(half, None)):
        one = Sums(3)
        one.add(keys[rows], octets[rows], times[rows])
        part = one.result()
        parts.append(part.take(np.arange(len(part))[::-1]))
    pieces = merged(parts)
    assert len(pieces) > 1
    whole = Grouped(*(np.concatenate(column) for column in zip(*map(columns, pieces), strict=True)))
    assert told(whole) == counted(keys, octets, times)


def columns(rows: Grouped):
    return rows.keys, rows.sums, rows.first, rows.last


def test_what_is_grouped_can_be_grouped_again():
    keys, octets, times = packets(2)
    one = Sums(3)
    one.add(keys, octets, times)
    assert told(grouped(one.result())) == counted(keys, octets, times)
