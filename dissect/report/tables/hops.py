"""Hop Limits of IPv6 and Times To Live of IPv4, in all headers that are not quoted."""

from __future__ import annotations

import numpy as np

from dissect.analysis.options import Options
from dissect.analysis.table import Column, Row, Table
from dissect.columns.seen import Seen
from dissect.engine.packet import Packet
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6

FIELDS = {"ipv6": (IPv6, "hlim"), "ip": (IPv4, "ttl")}
"""By protocol the header and its attribute."""


class Hops:
    """Headers by their hop limit."""

    of_file = False

    def __init__(self, options: Options) -> None:
        self._counts = {name: np.zeros(256, np.int64) for name in FIELDS}

    def update(self, seen: Seen) -> None:
        """Count the rows' headers."""
        for name, (header, attribute) in FIELDS.items():
            for part in seen.parts(header):
                limits = getattr(part.head, attribute)
                self._counts[name] += np.bincount(limits, minlength=256)

    def packet(self, packet: Packet) -> None:
        """Count one packet's headers."""
        for layer in packet.layers:
            if layer.name in FIELDS and not layer.quoted:
                value = getattr(layer.header, FIELDS[layer.name][1], None)
                if value is not None:
                    self._counts[layer.name][value] += 1

    def merge(self, other: Hops) -> None:
        """Add another's counts."""
        for name, counts in other._counts.items():
            self._counts[name] += counts

    def table(self, name: str) -> Table:
        """``hops``."""
        rows: list[Row] = [
            ("IPv6" if protocol == "ipv6" else "IPv4", limit, int(counts[limit]),
             int(counts[limit]) / int(counts.sum()))
            for protocol, counts in self._counts.items()
            for limit in np.flatnonzero(counts).tolist()[::-1]
        ]  # fmt: skip
        columns = (
            Column("version", "Version", "text"), Column("limit", "Hop limit", "number"),
            Column("headers", "Headers"), Column("share", "Share", "share"),
        )  # fmt: skip
        return Table("hops", "Hop limits", columns, rows, len(rows))
