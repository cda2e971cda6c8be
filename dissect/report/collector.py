"""What the collectors of tables have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from dissect.analysis.table import Table
    from dissect.columns.seen import Seen
    from dissect.engine.packet import Packet


class Collector(Protocol):
    """Collects for some tables.  It is pickled, and made anew for each chunk by some scans.

    of_file  the capture file itself tells all that it needs: it takes all rows by ``update``, and
             no packets
    """

    of_file: bool

    def update(self, seen: Seen) -> None:
        """Take in rows, of which the columns are sure unless ``of_file``."""

    def packet(self, packet: Packet) -> None:
        """Take in a packet that the tree reader reads."""

    def merge(self, other: Self) -> None:
        """Take in what another has collected behind this one."""

    def table(self, name: str) -> Table:
        """One of its tables."""
