"""``-T text``: one line a packet, as tshark prints it by default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from dissect.engine.notes import Severity
from dissect.engine.packet import Packet
from dissect.export.base import Exporter, View
from dissect.export.columns import Columns
from dissect.export.hexdump import hexdumps

if TYPE_CHECKING:
    from dissect.api import Capture

RED, YELLOW, CYAN, DIM, RESET = "\x1b[31m", "\x1b[33m", "\x1b[36m", "\x1b[2m", "\x1b[0m"

LINE = "%5s %10s %12s → %-12s %s %s %s\n"
"""Of the columns' texts.  tshark counts octets, not characters; they differ only beyond ASCII."""

COLORED = f"{DIM}%5s %10s %12s → %-12s {RESET}{CYAN}%s{RESET} %s %s%s{RESET}"


class Text(Exporter):
    """The packet list."""

    needs_tree = False

    def __init__(self, stream: TextIO, view: View) -> None:
        super().__init__(stream, view)
        self._columns = Columns(view)

    @property
    def by_columns(self) -> bool:
        """Colours tell of findings, which columns don't know."""
        return not (self.view.color or self.view.hexdump)

    def rows(self, capture: Capture) -> Iterator[str]:
        """A line for each packet."""
        from dissect.lines import Listing

        return map(LINE.__mod__, Listing(capture, self.view))

    def packet(self, packet: Packet) -> None:
        """A line, with ``-x`` followed by the octets."""
        line = summary(self._columns, packet, self.view.color)
        self.write(f"{line}\n\n{hexdumps(packet)}\n" if self.view.hexdump else line + "\n")


def summary(columns: Columns, packet: Packet, color: bool) -> str:
    """The line of one packet."""
    texts = columns.texts(packet)
    if not color:
        return LINE[:-1] % texts
    return COLORED % (*texts[:-1], mood(packet), texts[-1])


def mood(packet: Packet) -> str:
    """The colour of a packet's worst finding."""
    worst = max((finding.note.severity for finding in packet.findings), default=Severity.COMMENT)
    if worst >= Severity.ERROR:
        return RED
    return YELLOW if worst >= Severity.WARNING else ""
