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
