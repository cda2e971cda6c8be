"""Checksums of many packets at once (RFC 1071)."""

from __future__ import annotations

import numpy as np

from dissect.columns.chunk import Mask, Rows
from dissect.lines.kinds import Group


def right(g: Group, protocol: int) -> Mask:
    """The rows whose checksum is right, under the pseudo-header of the IP header around it.

    All rows must be captured to their end.  The ones' complement sum is that of the octets modulo
    65535, each as high or low octet; a packet at an odd place is summed as if it were at an even
    one, which exchanges the octets of its sum.
    """
    if not len(g):
        return np.zeros(0, np.bool_)
    total = sums_of(g.chunk.octets, g.at, g.end)
    size = np.where(g.version == 6, 32, 8)
    ends = g.places.at[g.rows] + np.where(g.version == 6, 8, 12)
    total += sums_of(g.chunk.octets, ends, ends + size)
    total += g.end - g.at + protocol
    found: Mask = total % 0xFFFF == 0
    return found


def sums_of(octets: np.typing.NDArray[np.uint8], start: Rows, end: Rows) -> Rows:
    """The sums of 16-bit words from each start to its end, an odd last octet as a high one."""
    low, high = int(start.min()), int(end.max())
    low -= low & 1
    words = octets[low : high - (high - low & 1)].view(">u2")
    first, last = start - low, end - low
    inner, outer = (first + 1) >> 1, last >> 1  # whole words at even places
    edges = np.empty(2 * len(first), np.int64)
    edges[0::2], edges[1::2] = inner, np.maximum(outer, inner)
    padded = np.append(words, np.zeros(2, words.dtype))
    total = np.add.reduceat(padded, edges, dtype=np.int64)[::2]
    total[outer <= inner] = 0
    odd = first & 1 == 1
    safe = np.minimum(end - 1, len(octets) - 1)
    total[odd] += octets[start[odd]]  # a low octet where it stands
    total[last & 1 == 1] += octets[safe[last & 1 == 1]].astype(np.int64) << 8
    swapped = total % 0xFFFF
    swapped = (swapped << 8 | swapped >> 8) & 0xFFFF
    return np.where(odd, swapped, total)
