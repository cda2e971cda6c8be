"""Packet lengths on the wire, in the classes of tshark's ``-z plen,tree``."""

from __future__ import annotations

import numpy as np

from dissect.analysis.options import Options
from dissect.analysis.table import Column, Row, Table
from dissect.columns.seen import Seen

EDGES = (0, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120)
"""The least length of each class."""
NEVER = np.iinfo(np.int64).max


class Lengths:
    """Of each class: packets, octets, shortest and longest."""

    of_file = True

    def __init__(self, options: Options) -> None:
        size = len(EDGES)
        self.packets = np.zeros(size, np.int64)
        self.octets = np.zeros(size, np.int64)
        self.least = np.full(size, NEVER)
        self.most = np.full(size, -1)

    def update(self, seen: Seen) -> None:
        """Count the rows."""
        lengths, counts = np.unique(seen.of(seen.chunk.original), return_counts=True)
        classes = np.searchsorted(EDGES, lengths, "right") - 1
        np.add.at(self.packets, classes, counts)
        np.add.at(self.octets, classes, counts * lengths)
        np.minimum.at(self.least, classes, lengths)
        np.maximum.at(self.most, classes, lengths)

    def merge(self, other: Lengths) -> None:
        """Add another's counts."""
        self.packets += other.packets
        self.octets += other.octets
        self.least = np.minimum(self.least, other.least)
        self.most = np.maximum(self.most, other.most)

    def table(self, name: str) -> Table:
        """``lengths``."""
        whole = int(self.packets.sum())
        rows: list[Row] = []
        for place, low in enumerate(EDGES):
            packets, octets = int(self.packets[place]), int(self.octets[place])
            words = f"{low}-{EDGES[place + 1] - 1}" if place + 1 < len(EDGES) else f"{low}-"
            some = packets > 0
            rows.append((
                words, packets, octets, octets / packets if some else None,
                int(self.least[place]) if some else None, int(self.most[place]) if some else None,
                packets / whole if whole else 0.0,
            ))  # fmt: skip
        columns = (
            Column("length", "Octets a packet", "text"), Column("packets", "Packets"),
            Column("octets", "Octets", "octets"), Column("average", "Average", "rate"),
            Column("shortest", "Shortest", "number"), Column("longest", "Longest", "number"),
            Column("share", "Share", "share"),
        )  # fmt: skip
        return Table("lengths", "Packet lengths", columns, rows, len(rows))
