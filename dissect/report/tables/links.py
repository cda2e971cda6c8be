"""Ethernet endpoints and conversations."""

from __future__ import annotations

from typing import Any

import numpy as np

from dissect.analysis.options import Options
from dissect.analysis.table import Column, Table, Value
from dissect.columns.layout import Item
from dissect.columns.seen import Seen
from dissect.columns.sums import Sums
from dissect.engine.packet import Packet
from dissect.export.names import mac_name
from dissect.protocols.ethernet import IEEE8023, EthernetII
from dissect.report.ends import Ends, conversations, endpoints, one_a_row, told_apart

ADDRESSES = Item("", 0, 12, 0, 0)
"""Both addresses as they begin an Ethernet frame."""


class Links:
    """Sums by source and destination; a key is the addresses as in a frame, and zeros."""

    of_file = False

    def __init__(self, options: Options) -> None:
        self.options = options
        self._sums = Sums(2)

    def update(self, seen: Seen) -> None:
        """Count the rows' frames."""
        chunk = seen.chunk
        found = [
            (part.rows, part.at, part.head.read(ADDRESSES))
            for part in seen.parts(EthernetII, IEEE8023)
        ]
        if found:
            rows, at, both = (np.concatenate(column) for column in zip(*found, strict=True))
            chosen = one_a_row(rows, at, self.options.layers)
            if chosen is not None:
                rows, both = rows[chosen], both[chosen]
            keys = np.zeros((len(rows), 16), np.uint8)
            keys[:, :12] = both
            self._sums.add(keys.view(np.uint64), chunk.original[rows], chunk.time_ns[rows])

    def packet(self, packet: Packet) -> None:
        """Count one packet's frames."""
        found = [
            layer.header for layer in packet.layers
            if layer.name == "eth" and not layer.quoted and layer.header is not None
        ]  # fmt: skip
        for header in self.options.of_packet(found):
            self._sums.one(_key(header), packet.original, packet.time_ns)

    def merge(self, other: Links) -> None:
        """Add another's sums."""
        self._sums.merge(other._sums)

    def table(self, name: str) -> Table:
        """``endpoints-eth`` or ``conversations-eth``."""
        found = self._sums.result()
        octets = found.keys.view(np.uint8)
        columns = (Column("address", "Address", "text"), Column("name", "Name", "text"))
        remarks = ["too many for all to be kept apart"] if self._sums.folded else []
        each = told_apart(octets[:, :12].reshape(-1, 2, 6)[:, ::-1])
        ends = Ends(*each, found, columns, self._shown, "Ethernet", remarks)
        make = endpoints if name.startswith("endpoints") else conversations
        return make(name, ends, self.options)

    def _shown(self, address: bytes) -> tuple[Value, ...]:
        """The address, and a name if it has one."""
        text = address.hex(":")
        name = mac_name(address) if self.options.names else text
        return text, None if name == text else name


def _key(header: Any) -> bytes:
    return bytes(header.dst) + bytes(header.src) + bytes(4)
