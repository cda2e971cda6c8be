"""Packets as templates: grown, wrapped and varied, with lengths and checksums right again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect import dissect

Octets = NDArray[np.uint8]
Numbers = NDArray[np.int64]

LENGTHS = {"ipv6": (4, 40), "ip": (2, 0), "udp": (4, 0), "gtp": (2, 8)}
"""Where a length stands in a layer, and how many octets of the layer it doesn't count."""
SUMS = {"tcp": (16, 6), "udp": (6, 17), "icmpv6": (2, 58), "icmp": (2, 0), "ip": (10, 0)}
"""Where a checksum stands, and the protocol number in its pseudo-header; 0: it has none."""
SMALLEST = 8
"""Octets of the smallest header with a length or a checksum."""
ENDS = {"ipv6": (8, 16), "ip": (12, 4)}
"""Where the addresses stand, and the size of each."""


@dataclass
class Template:
    """A packet and its layers: name and offset, outermost first, without those of a quote."""

    octets: bytes
    layers: list[tuple[str, int]] = field(default_factory=list)

    @classmethod
    def of(cls, octets: bytes, link_type: int = 1) -> Template:
        """Take a packet apart."""
        layers = dissect(octets, link_type).layers
        return cls(
            octets,
            [
                (one.name, one.offset) for one in layers
                if not one.quoted and one.name not in ("frame", "ethertype", "data")
            ],
        )  # fmt: skip

    def before(self, layer: str) -> Template:
        """What stands before the last layer of that name."""
        place = max(index for index, (name, _) in enumerate(self.layers) if name == layer)
        return Template(self.octets[: self.layers[place][1]], self.layers[:place])

    def carrying(self, inner: Template, skip: int = 0) -> Template:
        """Another packet in this one, less its first octets."""
        shift = len(self.octets) - skip
        moved = [(name, at + shift) for name, at in inner.layers if at >= skip]
        return Template(self.octets + inner.octets[skip:], self.layers + moved)

    def with_payload(self, octets: bytes) -> Template:
        """The same with other octets behind TCP or UDP."""
        last = max(i for i, (name, _) in enumerate(self.layers) if name in ("tcp", "udp"))
        head = Template(self.octets, self.layers[: last + 1])
        return Template(self.octets[: head.payload] + octets, head.layers)

    @property
    def payload(self) -> int:
        """Where what the last layer carries begins, TCP or UDP."""
        name, at = self.layers[-1]
        return at + (4 * (self.octets[at + 12] >> 4) if name == "tcp" else 8)

    def copies(self, count: int) -> Octets:
        """So many of it, a row each."""
        return np.tile(np.frombuffer(self.octets, np.uint8), (count, 1))

    def complete(self, rows: Octets) -> None:
        """Write lengths and checksums into copies that have been changed."""
        size = rows.shape[1]
        for name, at in self.layers:
            if name in LENGTHS:
                place, less = LENGTHS[name]
                rows[:, at + place] = (size - at - less) >> 8
                rows[:, at + place + 1] = (size - at - less) & 0xFF
        for index in range(len(self.layers) - 1, -1, -1):
            if self.layers[index][0] in SUMS:
                self._sum(rows, index)

    def _sum(self, rows: Octets, index: int) -> None:
        name, at = self.layers[index]
        place, protocol = SUMS[name]
        rows[:, at + place : at + place + 2] = 0
        end = at + 20 if name == "ip" else rows.shape[1]
        total = _words(rows[:, at:end])
        if protocol:
            outer, start = next(one for one in self.layers[index::-1] if one[0] in ENDS)
            first, size = ENDS[outer]
            total = total + _words(rows[:, start + first : start + first + 2 * size])
            total = total + protocol + (end - at)
        while (total >> 16).any():
            total = (total & 0xFFFF) + (total >> 16)
        total = ~total & 0xFFFF
        if name == "udp":
            total[total == 0] = 0xFFFF
        rows[:, at + place] = total >> 8
        rows[:, at + place + 1] = total & 0xFF

    @property
    def ordinary(self) -> bool:
        """Completing it changes nothing: no length or checksum in it is anything special."""
        if self.layers[-1][1] + SMALLEST > len(self.octets):
            return False
        rows = self.copies(1)
        self.complete(rows)
        return rows.tobytes() == self.octets

    def vary(self, rows: Octets, flow: Numbers, number: Numbers) -> None:
        """Give copies the ends, ports and labels of their flows, and numbers of their own."""
        for name, at in self.layers:
            if name in ENDS:
                first, size = ENDS[name]
                for end, place in ((0, at + first), (1, at + first + size)):
                    if not _multicast(self.octets[place : place + size]):
                        rows[:, place + size - 2] = flow >> 8 * end & 0xFF
                        rows[:, place + size - 1] ^= (flow >> 4 & 0xFF).astype(np.uint8)
            if name == "ipv6":
                rows[:, at + 2] = flow >> 8 & 0xFF
                rows[:, at + 3] = flow & 0xFF
            elif name == "ip":
                rows[:, at + 4] = number >> 8 & 0xFF
                rows[:, at + 5] = number & 0xFF
            elif name == "tcp":
                for shift in range(4):
                    rows[:, at + 7 - shift] = number >> 8 * shift & 0xFF

    def direct(self, rows: Octets, server: int, client: Numbers, up: Any) -> None:
        """Set the ports of the last layer; where it isn't ``up`` to the server, turn it round."""
        outer, start = next(one for one in reversed(self.layers) if one[0] in ENDS)
        first, size = ENDS[outer]
        ends = rows[:, start + first : start + first + 2 * size]
        ends[~up] = np.roll(ends[~up], size, axis=1)
        at = self.layers[-1][1]
        source, destination = np.where(up, client, server), np.where(up, server, client)
        for place, value in ((at, source), (at + 2, destination)):
            rows[:, place] = value >> 8
            rows[:, place + 1] = value & 0xFF


def _multicast(address: bytes) -> bool:
    return address[0] == 0xFF if len(address) == 16 else address[0] >= 224


def _words(rows: Octets) -> Numbers:
    """The sum of the 16-bit words of each row."""
    size = rows.shape[1]
    high = rows[:, 0:size:2].sum(axis=1, dtype=np.int64)
    total: Numbers = (high << 8) + rows[:, 1:size:2].sum(axis=1, dtype=np.int64)
    return total
