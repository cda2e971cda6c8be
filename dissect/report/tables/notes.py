"""What the tree reader has remarked, by the names of the notes."""

from __future__ import annotations

from collections import Counter

from dissect.analysis.options import Options
from dissect.analysis.table import Column, Row, Table
from dissect.columns.seen import Seen
from dissect.engine.notes import NOTES
from dissect.engine.packet import Packet


class Notes:
    """Notes by name: the packets that have them, and how often.

    Where the columns are sure, no tree is read and nothing is remarked, unless ``options.notes``
    asks for all packets.
    """

    of_file = False

    def __init__(self, options: Options) -> None:
        self._all = options.notes
        self._packets: Counter[str] = Counter()
        self._times: Counter[str] = Counter()
        self._read = 0
        self._of = 0

    def update(self, seen: Seen) -> None:
        """Read no packets, or all of them."""
        rows = seen.rows
        self._of += len(rows)
        if self._all:
            for row in rows.tolist():
                self._take(seen.chunk.packet(row))

    def packet(self, packet: Packet) -> None:
        """Count one packet's notes."""
        self._of += 1
        self._take(packet)

    def _take(self, packet: Packet) -> None:
        names = [finding.note.name for finding in packet.findings]
        self._read += 1
        self._times.update(names)
        self._packets.update(set(names))

    def merge(self, other: Notes) -> None:
        """Add another's counts."""
        self._packets.update(other._packets)
        self._times.update(other._times)
        self._read += other._read
        self._of += other._of

    def table(self, name: str) -> Table:
        """``notes``."""
        found = sorted(self._packets.items(), key=lambda item: (-item[1], item[0]))
        rows: list[Row] = [
            (name, NOTES[name].severity.name.lower(), NOTES[name].text, packets, self._times[name])
            for name, packets in found
        ]
        columns = (
            Column("name", "Note", "text"), Column("severity", "Severity", "text"),
            Column("text", "What it says", "text"), Column("packets", "Packets"),
            Column("times", "Times"),
        )  # fmt: skip
        remarks = [f"of the {self._read:,} packets that the tree reader has read"]
        if self._read < self._of:
            remarks[0] += f", out of {self._of:,}; --notes reads all"
        return Table("notes", "Notes", columns, rows, len(rows), remarks)
