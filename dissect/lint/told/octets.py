"""Octets out of columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Octets = NDArray[np.uint8]
Mask = NDArray[np.bool_]
HEADER = 40
"""Octets of an IPv6 header."""


def whole(octets: Octets) -> list[bytes]:
    """The octets of each, as Python has them."""
    found: list[bytes] = np.ascontiguousarray(octets).view(f"V{octets.shape[1]}").ravel().tolist()
    return found


def same(one: Octets, other: Octets) -> Mask:
    """Whether the octets of each are those of another: word by word, of an even number."""
    size = one.shape[1]
    word = next(f"u{width}" for width in (8, 4, 2) if size % width == 0)
    these, those = (np.ascontiguousarray(octets).view(word) for octets in (one, other))
    mask: Mask = these[:, 0] == those[:, 0]
    for place in range(1, these.shape[1]):
        mask &= these[:, place] == those[:, place]
    return mask
