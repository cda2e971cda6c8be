"""Octets out of columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Octets = NDArray[np.uint8]
HEADER = 40
"""Octets of an IPv6 header."""


def whole(octets: Octets) -> list[bytes]:
    """The octets of each, as Python has them."""
    found: list[bytes] = np.ascontiguousarray(octets).view(f"V{octets.shape[1]}").ravel().tolist()
    return found
