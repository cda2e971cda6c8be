"""A number for each of many keys, as good as random.

Keys are rows of 64-bit words.  To sort by such numbers is much faster than to sort the keys; they
are keyed anew in each process, so that nobody can make packets whose keys collide.
"""

from __future__ import annotations

import secrets

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]

_SECRETS = np.array([secrets.randbits(64) | 1 for _ in range(16)], np.uint64)


def hashes(keys: Keys) -> Keys:
    """A number for each key, (n,) of (n, words), with at most 16 words."""
    mixed = np.zeros(len(keys), np.uint64)
    for word in range(keys.shape[1]):
        mixed ^= keys[:, word]
        mixed *= _SECRETS[word]
        mixed ^= mixed >> np.uint64(29)
    return mixed


PLACES = np.uint64((1 << 24) - 1)
"""The bits of a place, among at most 16 million."""


def together(numbers: Keys) -> NDArray[np.int64]:
    """Places in an order that brings the same hashes together, each in the order that it has.

    It is much faster than a stable sort.  Of a hash it looks at 40 bits, which others may share.
    """
    if len(numbers) > PLACES:
        return np.argsort(numbers, kind="stable")
    places = np.arange(len(numbers), dtype=np.uint64)
    return (np.sort(numbers & ~PLACES | places) & PLACES).astype(np.int64)
