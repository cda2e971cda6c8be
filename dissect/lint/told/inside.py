"""IP packets, in tunnels and outside, as columns tell of them by their addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dissect.lint.addresses import SIX_TO_FOUR, are_global4
from dissect.lint.told.octets import Mask, Octets, same
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6

if TYPE_CHECKING:
    from dissect.columns.chunk import Part, Rows
    from dissect.lint.batch import Batch

IPV6_IN = 41
RELAY6 = bytes.fromhex("2002c0586301")
GROUP_6OVER4 = 239


class Inside:
    """Packets, and those around them.

    odd    rows with addresses that tunnels have, or with a packet in several
    deep   rows with a packet in several tunnels
    loops  rows with a packet in a tunnel of which it has the ends, and the source among these
    """

    def __init__(self, batch: Batch) -> None:
        size = len(batch)
        self.odd, self.deep = batch.none, batch.none
        self.loops: list[tuple[Rows, Octets]] = []
        self._ends = np.zeros((size, 32), np.uint8)
        self._depth, self._width = np.zeros((2, size), np.int64)
        self._direct = batch.none
        any_nested = batch.nested.any()
        for part in batch.parts(IPv6, IPv4):
            head, rows = part.head, part.rows
            if any_nested:
                self._enter(part)
            self._depth[rows] += 1
            if part.header is IPv6:
                self._direct[rows] = False
                for prefix, address in zip(batch.prefixes(part), (head.src, head.dst), strict=True):
                    sixes = np.flatnonzero(prefix >> 16 == 0x2002)
                    some = address[sixes]
                    odd = ~are_global4(some[:, 2:6]) | (some[:, :6] == tuple(RELAY6)).all(axis=1)
                    self.odd[rows[sixes[odd]]] = True
            else:
                self._direct[rows] = head.p == IPV6_IN
                for address in (head.src, head.dst):
                    relay = (address[:, 0] == 192) & (address[:, 1] == 88)
                    self.odd[rows[relay]] = True

    def _enter(self, part: Part) -> None:
        """Headers, and what is around them, if something is."""
        head, rows = part.head, part.rows
        inside = np.flatnonzero(self._depth[rows])
        inner, around = rows[inside], self._ends[rows[inside]]
        own = np.hstack([head.src, head.dst])
        width, mine = own.shape[1], own[inside]
        loop = (self._width[inner] == width) & same(around[:, :width], mine)
        self._ends[rows, :width], self._width[rows] = own, width
        if not len(inside):
            return
        deep = self._depth[inner] > 1  # several tunnels are rare
        self.deep[inner[deep]] = self.odd[inner[deep]] = True
        self.loops.append((inner[loop], mine[loop, : width // 2]))
        if part.header is IPv6:
            self.odd[inner[self._direct[inner] & _odd_in_four(mine, around)]] = True


def _odd_in_four(own: Octets, around: Octets) -> Mask:
    """IPv6 packets right in IPv4 that rules about the addresses of both may speak of."""
    first = around[:, 0]
    wrong = (own[:, 0] == 0xFF) | (own[:, :10] == 0).all(axis=1)
    wrong |= (first == 0) | (first == 127) | (first >= 224) | (around[:, 4] == GROUP_6OVER4)
    fits, misfits = np.zeros(len(own), np.bool_), np.zeros(len(own), np.bool_)
    for address, carrier in ((own[:, :16], around[:, :4]), (own[:, 16:], around[:, 4:8])):
        embedded = (address[:, 2:6] == carrier).all(axis=1)
        made = (address[:, 0] == SIX_TO_FOUR[0]) & (address[:, 1] == SIX_TO_FOUR[1])
        fits |= made & embedded
        misfits |= made & ~embedded
        isatap = (address[:, 10] == 0x5E) & (address[:, 11] == 0xFE)
        wrong |= isatap & (address[:, 12:] != carrier).any(axis=1)
    found: Mask = wrong | fits & misfits
    return found
