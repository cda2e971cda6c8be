"""Checksums of many packets at once (RFC 1071)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dissect.columns.chunk import Chunk, Mask, Rows
from dissect.columns.layout import Item, gather
from dissect.lines.kinds import Group


def right(g: Group, protocol: int) -> Mask:
    """The rows whose checksum is right, under the pseudo-header of the IP header around it.

    All rows must be captured to their end.
    """
    return verified(g.chunk, g.at, g.end, g.places.at[g.rows], g.version, protocol)


def verified(
    chunk: Chunk, at: Rows, end: Rows, ip: Rows, version: Rows, protocol: Rows | int
) -> Mask:  # fmt: skip
    """The same of what begins and ends there, behind IP headers of some version."""
    if not len(at):
        return np.zeros(0, np.bool_)
    total = sums_of(chunk.octets, at, end)
    for number, skip, size in ((6, 8, 32), (4, 12, 8)):
        mine = version == number
        if mine.any():
            total[mine] += words(chunk, ip[mine] + skip, size)
    total += end - at + protocol
    found: Mask = total % 0xFFFF == 0
    return found


def words(chunk: Chunk, at: Rows, size: int) -> Rows:
    """The sums of 16-bit words in so many octets."""
    octets = np.ascontiguousarray(gather(chunk.data, Item("", 0, size, 0, 0), at))
    found: Rows = octets.view(">u2").sum(axis=1, dtype=np.int64)
    return found


BLOCK = 1 << 23
"""Octets whose running sum is in memory at once."""


def sums_of(octets: NDArray[np.uint8], start: Rows, end: Rows) -> Rows:
    """The sums of 16-bit words from each start to its end, modulo 65535; 0 may stand for 65535.

    An odd last octet is a high one.  Sums of 32-bit words are the same modulo 65535, and in the
    other byte order they are but shifted by 8 bits, so that the machine's own order will do.
    """
    found = np.zeros(len(start), np.int64)
    order = np.argsort(start, kind="stable")
    first = 0
    while first < len(order):
        low = int(start[order[first]])
        last = int(np.searchsorted(start[order], low + BLOCK))
        rows = order[first:last]
        found[rows] = _block(octets, start[rows], end[rows])
        first = last
    return found


def _block(octets: NDArray[np.uint8], start: Rows, end: Rows) -> Rows:
    """The same of stretches that are near to each other."""
    low, high = int(start.min()) & ~3, int(end.max()) & ~3
    words = octets[low:high].view("<u4")
    running = np.zeros(len(words) + 1, np.uint64)
    np.cumsum(words, dtype=np.uint64, out=running[1:])
    inner, outer = (start + 3) & ~3, end & ~3
    whole = inner < outer
    first, last = np.where(whole, inner, low) - low >> 2, np.where(whole, outer, low) - low >> 2
    total = ((running[last] - running[first]) % 0xFFFF).astype(np.int64)
    edge = np.minimum(inner, end)
    for step in range(3):  # octets before the first whole word, and behind the last one
        for at, stop in ((start + step, edge), (np.maximum(outer, inner) + step, end)):
            mine = at < stop
            total[mine] += octets[at[mine]].astype(np.int64) << (8 * (at[mine] & 1))
    total %= 0xFFFF
    even = start & 1 == 0
    total[even] = total[even] * 256 % 0xFFFF  # from the machine's order to the network's
    found: Rows = total
    return found
