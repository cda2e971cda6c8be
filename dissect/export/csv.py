"""``-T csv``: the packet list as Wireshark exports it."""

from __future__ import annotations

from typing import TextIO

from dissect.engine.packet import Packet
from dissect.export.base import Exporter, View
from dissect.export.columns import TITLES, Columns
from dissect.export.sanitise import no_formula


def cell(text: str) -> str:
    """A quoted cell that no spreadsheet takes for a formula."""
    return '"' + no_formula(text).replace('"', '""') + '"'


class Csv(Exporter):
    """One row a packet, below a row of titles."""

    needs_tree = False

    def __init__(self, stream: TextIO, view: View) -> None:
        super().__init__(stream, view)
        self._columns = Columns(view)

    def start(self) -> None:
        """The titles."""
        self.write(",".join(map(cell, TITLES)) + "\n")

    def packet(self, packet: Packet) -> None:
        """A row; a negative time is a number of ours and no formula."""
        number, time, *rest = self._columns.texts(packet)
        self.write(f'"{number}","{time}",{",".join(map(cell, rest))}\n')
