"""Which block of special-purpose addresses each of many addresses is in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dissect.address.special import Block


def narrowest(addresses: NDArray[np.uint8], blocks: tuple[Block, ...]) -> NDArray[np.int64]:
    """Of each address (16 octets) the place of the narrowest block that it is in."""
    high, low = (addresses.view(">u8")[:, word].astype(np.uint64) for word in (0, 1))
    found = np.zeros(len(addresses), np.int64)
    for place in sorted(range(len(blocks)), key=lambda at: blocks[at].length):
        block = blocks[place]
        network = int.from_bytes(block.network.ljust(16, b"\0"))
        mask = ((1 << block.length) - 1) << (128 - block.length)
        inside = np.ones(len(addresses), np.bool_)
        for words, shift in ((high, 64), (low, 0)):
            part = np.uint64(mask >> shift & 0xFFFF_FFFF_FFFF_FFFF)
            if part:
                inside &= words & part == np.uint64(network >> shift & 0xFFFF_FFFF_FFFF_FFFF)
        found[inside] = place
    return found
