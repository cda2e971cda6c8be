"""Checksums of many packets at once (RFC 1071)."""

from __future__ import annotations

from operator import add

import numpy as np
from numpy.typing import NDArray

from dissect.columns.chunk import Chunk, Mask, Rows
from dissect.columns.layout import Item, gather
from dissect.lines.kinds import Group


def right(g: Group, protocol: int) -> Mask:
    """The rows whose checksum is right, under the pseudo-header of the IP header around it.

    All rows must be captured to their end.
    """
    found = verified(g.chunk, g.at, g.end, g.places.at[g.rows], g.version, protocol)
    moved = g.places.moved[g.rows]
    if moved.any():
        some = g.of(moved)
        addresses = np.frombuffer(b"".join(map(add, some.source, some.destination)), np.uint8)
        total = sums_of(g.chunk.octets, some.at, some.end) + some.end - some.at + protocol
        found[moved] = (total + words_in(addresses.reshape(len(some), -1))) % 0xFFFF == 0
    return found


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
    """The sums of 16-bit words in so many octets (a multiple of 4), as ``sums_of`` has them."""
    return words_in(gather(chunk.data, Item("", 0, size, 0, 0), at))


def words_in(*columns: NDArray[np.uint8]) -> Rows:
    """The same of all octets of each row."""
    total = np.zeros(len(columns[0]), np.int64)
    for octets in columns:
        for word in np.ascontiguousarray(octets).view("<u4").T:  # to sum along short rows is slow
            total += word
    return _in_network_order(total)


BLOCK = 1 << 21
"""Octets that are summed at once: numpy makes words of 64 bits of them all."""


def sums_of(octets: NDArray[np.uint8], start: Rows, end: Rows) -> Rows:
    """The sums of 16-bit words from each start to its end, modulo 65535; 0 may stand for 65535.

    An odd last octet is a high one.  Sums of 32-bit words are the same modulo 65535, and in the
    other byte order they are but shifted by 8 bits, so that the machine's own order will do.
    """
    order = np.argsort(start, kind="stable")
    start, end = start[order], end[order]
    total = np.zeros(len(start), np.int64)
    first = 0
    while first < len(start):
        last = int(np.searchsorted(start, start[first] + BLOCK))
        total[first:last] = _block(octets, start[first:last], end[first:last])
        first = last
    even = start & 1 == 0
    total[even] = _in_network_order(total[even])
    found = np.empty_like(total)
    found[order] = total
    return found


def _block(octets: NDArray[np.uint8], start: Rows, end: Rows) -> Rows:
    """The sums of stretches near to each other and in order, in the machine's own order.

    Whole words from the one in which each begins to the one in which it ends, what stands before
    it in its first word taken away, and what is still its own in its last word added.
    """
    low, high = int(start[0]) & ~3, (int(end.max()) + 4) & ~3
    near = octets[low:high]
    if len(near) < high - low:  # the end of all octets
        near = np.append(near, np.zeros(high - low - len(near), np.uint8))
    words = near.view("<u4")
    first, last = (start - low) >> 2, (end - low) >> 2
    total = np.add.reduceat(words, np.stack([first, last], axis=1).ravel(), dtype=np.uint64)[::2]
    total[first == last] = 0  # else it is that word
    sums = total.astype(np.int64) + _before(words[last], end) - _before(words[first], start)
    return sums % 0xFFFF


def _in_network_order(sums: Rows) -> Rows:
    """Sums of little-endian words as those of big-endian ones, modulo 65535."""
    found: Rows = sums * 256 % 0xFFFF
    return found


def _before(words: NDArray[np.uint32], at: Rows) -> Rows:
    """The octets that stand before some places in the words that these are in, as numbers."""
    found: Rows = words.astype(np.int64) & ((1 << 8 * (at & 3)) - 1)
    return found
