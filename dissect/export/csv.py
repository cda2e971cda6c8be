"""``-T csv``: the packet list as Wireshark exports it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from dissect.engine.packet import Packet
from dissect.export.base import Exporter, View
from dissect.export.columns import TITLES, Columns, Texts
from dissect.export.sanitise import no_formula

if TYPE_CHECKING:
    from dissect.api import Capture


def cell(text: str) -> str:
    """A quoted cell that no spreadsheet takes for a formula."""
    return '"' + no_formula(text).replace('"', '""') + '"'


def row(texts: Texts) -> str:
    """A packet's row; a negative time is a number of ours and no formula."""
    number, time, *rest = texts
    return f'"{number}","{time}",{",".join(map(cell, rest))}\n'


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
        """A row."""
        self.write(row(self._columns.texts(packet)))

    @property
    def by_columns(self) -> bool:
        """Always."""
        return True

    def rows(self, capture: Capture) -> Iterator[str]:
        """A row for each packet."""
        from dissect.lines import Listing

        return map(row, Listing(capture, self.view))
