"""``-T text``: one line a packet, as tshark prints it by default."""

from __future__ import annotations

from typing import TextIO

from dissect.engine.notes import Severity
from dissect.engine.packet import Packet
from dissect.export.base import Exporter, View
from dissect.export.columns import Columns
from dissect.export.hexdump import hexdumps

RED, YELLOW, CYAN, DIM, RESET = "\x1b[31m", "\x1b[33m", "\x1b[36m", "\x1b[2m", "\x1b[0m"


class Text(Exporter):
    """The packet list."""

    needs_tree = False

    def __init__(self, stream: TextIO, view: View) -> None:
        super().__init__(stream, view)
        self._columns = Columns(view)

    def packet(self, packet: Packet) -> None:
        """A line, with ``-x`` followed by the octets."""
        line = summary(self._columns, packet, self.view.color)
        self.write(f"{line}\n\n{hexdumps(packet)}\n" if self.view.hexdump else line + "\n")


def summary(columns: Columns, packet: Packet, color: bool) -> str:
    """The line of one packet."""
    number, time, source, destination, protocol, length, info = columns.texts(packet)
    # tshark counts octets, not characters; they differ only beyond ASCII
    line = f"{number:>5} {time:>10} {source:>12} → {destination:<12} "
    if not color:
        return f"{line}{protocol} {length} {info}"
    return f"{DIM}{line}{RESET}{CYAN}{protocol}{RESET} {length} {mood(packet)}{info}{RESET}"


def mood(packet: Packet) -> str:
    """The colour of a packet's worst finding."""
    worst = max((finding.note.severity for finding in packet.findings), default=Severity.COMMENT)
    if worst >= Severity.ERROR:
        return RED
    return YELLOW if worst >= Severity.WARNING else ""
