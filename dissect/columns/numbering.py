"""A number for each different key of those that come chunk by chunk, without an object for each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dissect.columns.hashing import Keys, hashes, together

Numbers = NDArray[np.int64]


class Numbering:
    """Numbers from 0, one for each different key, which is a row of so many 64-bit words.

    Keys are looked for by their hashes, in order.  Of two keys with the same hash, should that
    ever happen, the second is among ``_others``.
    """

    def __init__(self, words: int) -> None:
        self._keys: Keys = np.empty((0, words), np.uint64)
        self._hashes: Keys = np.empty(0, np.uint64)
        self._by_hash: Numbers = np.empty(0, np.int64)
        self._others: dict[bytes, int] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def of(self, keys: Keys) -> Numbers:
        """The number of each; those that are new get the next ones."""
        mixed = hashes(keys)
        found = self._known(mixed)
        new = np.flatnonzero(found < 0)
        if len(new):
            _, first = np.unique(mixed[new], return_index=True)
            self._add(keys[new[first]], mixed[new[first]])
            found[new] = self._known(mixed[new])
        for row in np.flatnonzero((self._keys[found] != keys).any(axis=1)).tolist():
            key = keys[row].tobytes()
            if key not in self._others:
                self._others[key] = self._count
                self._append(keys[row : row + 1])
            found[row] = self._others[key]
        return found

    def _known(self, mixed: Keys) -> Numbers:
        """The numbers by hashes; -1: there is none."""
        if not len(self._hashes):
            return np.full(len(mixed), -1)
        order = together(mixed)  # who looks for many in their order is faster
        place = np.empty(len(mixed), np.int64)
        place[order] = np.searchsorted(self._hashes, mixed[order])
        place[place == len(self._hashes)] = 0
        return np.where(self._hashes[place] == mixed, self._by_hash[place], -1)

    def _add(self, keys: Keys, mixed: Keys) -> None:
        """New keys, and their hashes in order."""
        place = np.searchsorted(self._hashes, mixed)
        self._hashes = np.insert(self._hashes, place, mixed)
        self._by_hash = np.insert(self._by_hash, place, self._count + np.arange(len(keys)))
        self._append(keys)

    def _append(self, keys: Keys) -> None:
        count = self._count + len(keys)
        if count > len(self._keys):
            room = np.empty((max(count, 2 * len(self._keys)), keys.shape[1]), np.uint64)
            room[: self._count] = self._keys[: self._count]
            self._keys = room
        self._keys[self._count : count] = keys
        self._count = count
