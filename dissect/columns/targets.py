"""The tree reader's tables as arrays, to look up a column of keys in one step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.columns.chunk import Mask
from dissect.engine.tables import FALLBACKS, TABLES, Dissector

Target = Dissector | None
"""None: nobody reads it, it is data."""
Codes = NDArray[np.int16]
KEYS = 65536


class _Table(NamedTuple):
    """For each key a number, 0 for none, and the dissector of each number."""

    codes: Codes
    dissectors: list[Target]


@cache
def _table(name: str) -> _Table:
    entries = {**FALLBACKS.get(name, {}), **TABLES.get(name, {})}
    codes = np.zeros(KEYS, np.int16)
    dissectors: list[Target] = [None]
    for key, entry in entries.items():
        if isinstance(key, int) and 0 <= key < KEYS:
            if entry not in dissectors:
                dissectors.append(entry)
            codes[key] = dissectors.index(entry)
    return _Table(codes, dissectors)


def has(table: str, keys: NDArray[np.int64]) -> Mask:
    """The keys for which a table has a dissector."""
    found: Mask = _table(table).codes.take(keys) != 0
    return found


def mapped(numbers: Mapping[int, int], keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """What a small table has for each key, 0 where it has nothing."""
    found = np.zeros(len(keys), np.int64)
    for key, number in numbers.items():
        found[keys == key] = number
    return found


def targets(
    table: str, keys: NDArray[np.int64] | int
) -> Iterator[tuple[Target, NDArray[np.int64] | None]]:
    """The dissectors for keys, each with the places of those that it is for; None: for all."""
    codes, dissectors = _table(table)
    if isinstance(keys, int):
        yield dissectors[codes[keys]], None
        return
    found = codes.take(keys)
    alike = found == found[0]
    if alike.all():
        yield dissectors[found[0]], None
        return
    places = np.arange(len(found))
    while True:
        yield dissectors[found[0]], places.take(np.flatnonzero(alike))
        others = np.flatnonzero(~alike)
        if not len(others):
            return
        places, found = places.take(others), found.take(others)
        alike = found == found[0]
