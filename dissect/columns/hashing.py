"""A number for each of many keys, as good as random.

Keys are rows of 64-bit words.  To sort by such numbers is much faster than to sort the keys; they
are keyed anew in each process, so that nobody can make packets whose keys collide.
"""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]

_SECRETS = np.frombuffer(os.urandom(16 * 8), np.uint64) | np.uint64(1)


def hashes(keys: Keys) -> Keys:
    """A number for each key, (n,) of (n, words), with at most 16 words."""
    mixed = np.zeros(len(keys), np.uint64)
    for word in range(keys.shape[1]):
        mixed ^= keys[:, word]
        mixed *= _SECRETS[word]
        mixed ^= mixed >> np.uint64(29)
    return mixed


def together(numbers: Keys) -> NDArray[np.int64]:
    """A stable argsort of hashes, much faster: their low bits give way to where each was."""
    low = np.uint64((1 << max(len(numbers) - 1, 1).bit_length()) - 1)
    places = np.arange(len(numbers), dtype=np.uint64)
    order = (np.sort(numbers & ~low | places) & low).astype(np.int64)
    found = numbers[order]
    if (found[1:] < found[:-1]).any():  # some differ in the low bits alone
        return np.argsort(numbers, kind="stable")
    return order


def ordered(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """A stable argsort of numbers from 0, much faster if they are not too large for that.

    Each is sorted with where it was in the bits below it.
    """
    bits = max(len(numbers) - 1, 1).bit_length()
    if len(numbers) and int(numbers.max()) >> 63 - bits:
        return np.argsort(numbers, kind="stable")
    found: NDArray[np.int64] = np.sort(numbers << bits | np.arange(len(numbers)))
    return found & (1 << bits) - 1


def groups(
    keys: Keys, numbers: Keys | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # fmt: skip
    """Rows in an order that has the same keys together, each in its order, and where each begins.

    There is at least one key; ``numbers`` are the keys' hashes, where they are known already.
    """
    order = together(hashes(keys) if numbers is None else numbers)
    new = np.zeros(len(keys), np.bool_)
    new[0] = True
    for word in np.take(keys, order, axis=0).T:
        new[1:] |= word[1:] != word[:-1]
    return order, np.flatnonzero(new)


def numbered(keys: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A number for each key, from 0, the same for the same ones; and a row that has each."""
    if not len(keys):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    order, starts = groups(keys)
    numbers = np.empty(len(keys), np.int64)
    numbers[order] = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(keys)))
    return numbers, order[starts]
