"""``-T summary``: what is in a capture, in a screenful, instead of its packets."""

from __future__ import annotations

from collections import Counter
from typing import TextIO

from dissect.engine.packet import Packet
from dissect.engine.values import date_text, seconds_text
from dissect.export.base import Exporter, View
from dissect.export.sanitise import visible

MOST = 20
"""Rows of each table."""


class Summary(Exporter):
    """Counts packets, and prints the counts at the end."""

    needs_tree = False

    def __init__(self, stream: TextIO, view: View) -> None:
        super().__init__(stream, view)
        self._packets = 0
        self._octets = 0
        self._times: tuple[int, int] | None = None
        self._interfaces: Counter[str] = Counter()
        self._chains: Counter[str] = Counter()
        self._notes: Counter[str] = Counter()

    def packet(self, packet: Packet) -> None:
        """Count one packet."""
        packet.decode()
        self._packets += 1
        self._octets += packet.original
        when = packet.time_ns
        if when is not None:
            first, last = self._times or (when, when)
            self._times = min(first, when), max(last, when)
        interface = packet.interface
        if interface is not None:
            name = f"{interface.id} {interface.name}".rstrip()
            self._interfaces[f"{name} (link type {interface.link_type})"] += 1
        outside = [layer.name for layer in packet.layers[1:] if not layer.quoted]
        self._chains[":".join(name for name in outside if name != "ethertype")] += 1
        self._notes.update({finding.note.name for finding in packet.findings})

    def end(self) -> None:
        """Print it."""
        self.write(f"{self._packets:,} packets, {self._octets:,} octets")
        if self._times is not None:
            first, last = self._times
            self.write(f", {seconds_text(last - first)} seconds from {date_text(first)}")
        self.write("\n")
        self._table("Interfaces", self._interfaces)
        self._table("Protocols", self._chains)
        self._table("Notes (packets)", self._notes)

    def _table(self, title: str, counts: Counter[str]) -> None:
        if not counts:
            return
        self.write(f"\n{title}\n")
        for name, count in sorted(counts.items(), key=lambda row: (-row[1], row[0]))[:MOST]:
            self.write(f"  {count:9,}  {visible(name)}\n")
        if len(counts) > MOST:
            self.write(f"             and {len(counts) - MOST:,} more\n")
