"""What the collectors of tables have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, Self, TypeVar

if TYPE_CHECKING:
    from dissect.engine.packet import Packet
    from dissect.report.seen import Seen
    from dissect.report.table import Table

T = TypeVar("T")
Layers = Literal["all", "outer", "inner"]


@dataclass(frozen=True)
class Options:
    """How tables are made.

    top     rows of a table at most; None: all
    layers  which of a packet's IP headers (or Ethernet's) have endpoints: all, as in tshark, the
            outermost or the innermost one
    prefix  bits of IPv6 addresses that tell endpoints apart
    names   whether MAC addresses and the like are given names
    notes   all packets are read by the tree reader, for its notes
    """

    top: int | None = None
    layers: Layers = "all"
    prefix: int = 128
    names: bool = True
    notes: bool = False

    def of_packet(self, found: list[T]) -> list[T]:
        """Of a packet's headers, outermost first, those that count."""
        if self.layers == "all":
            return found
        return found[:1] if self.layers == "outer" else found[-1:]


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
