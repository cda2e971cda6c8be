"""Addresses and prefixes that a capture has, most frequent first, for who types a filter."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from dissect.columns.per_packet import MAPPED
from dissect.engine.values import address_text, mac_text
from tui.engine.rules import chunk_of

if TYPE_CHECKING:
    from tui.engine.reader import Reader

PLACES, ROW = 64, 128
"""At how many places so many packets in a row are looked at: some milliseconds, and few pages of
the file in memory."""
MOST = 64


class Seen:
    """What was found in a sample of the packets there were then.

    ipv6, ipv4, ether  addresses; prefixes  of 64 bits, as filters have them
    looked_at          how many there were
    """

    def __init__(self) -> None:
        self.ipv6: list[str] = []
        self.ipv4: list[str] = []
        self.ether: list[str] = []
        self.prefixes: list[str] = []
        self.looked_at = 0

    def due(self, packets: int) -> bool:
        """Whether there are so many more that another look is worth it."""
        return packets > 0 and (not self.looked_at or packets > 16 * self.looked_at)

    def look(self, reader: Reader) -> None:
        """Look at packets from all over the capture."""
        count = self.looked_at = reader.packets
        apart = max(ROW, count // PLACES)
        starts = range(1, count + 1, apart)
        rows = (range(start, min(start + ROW, count + 1)) for start in starts)
        self._count(reader, list(chain.from_iterable(rows)))
        reader.capture.records.forget(0, reader.position)  # the sample is from everywhere

    def _count(self, reader: Reader, numbers: list[int]) -> None:
        chunk = chunk_of(reader, numbers)
        both = np.concatenate([chunk.column("src"), chunk.column("dst")])
        octets = [bytes(it) for it in both if it.any()]
        six = Counter(it for it in octets if it[:12] != MAPPED)
        four = Counter(it[12:] for it in octets if it[:12] == MAPPED)
        networks = Counter(it[:8] + bytes(8) for it in six.elements() if it[0] & 0xE0 == 0x20)
        self.ipv6 = [address_text(it) for it, _ in six.most_common(MOST)]
        self.ipv4 = [address_text(it) for it, _ in four.most_common(MOST)]
        self.prefixes = [f"{address_text(it)}/64" for it, _ in networks.most_common(MOST)]
        links = np.concatenate([chunk.column("link_src"), chunk.column("link_dst")])
        macs = Counter(bytes(it) for it in links if it.any())
        self.ether = [mac_text(it) for it, _ in macs.most_common(MOST)]
