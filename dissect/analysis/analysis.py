"""What all analyses are: a question that is asked of packets in the capture's order.

An analysis has two halves.  ``read`` and ``scan`` make *events* of single packets, small tuples
that know nothing of other packets; those of a chunk come in any order.  ``take`` is handed the
events in the capture's order, and keeps what it has seen, in tables that are bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, NamedTuple, Protocol, TypeVar

import numpy as np

from dissect.analysis.table import Ref
from dissect.engine.session import Table as Bounded

if TYPE_CHECKING:
    from dissect.analysis.loose import Loose
    from dissect.analysis.options import Options
    from dissect.analysis.table import Table
    from dissect.columns.chunk import Rows
    from dissect.columns.seen import Seen
    from dissect.engine.packet import Packet

VLAN_TAGS = frozenset(("vlan", "ieee8021ad"))


class Link(NamedTuple):
    """Where link-local addresses mean something: an interface of a file, and the VLANs there."""

    file: int = 0
    interface: int = 0
    name: str = ""
    vlans: tuple[int, ...] = ()

    def __str__(self) -> str:
        """``eth0``, ``eth0 VLAN 5``; ``2:eth0`` in the second file; empty for the only one."""
        name = self.name or (f"interface {self.interface}" if self.interface else "")
        name = f"{self.file + 1}:{name}" if self.file else name
        return " ".join([*([name] if name else []), *(f"VLAN {vlan}" for vlan in self.vlans)])


class Place(NamedTuple):
    """Which packet an event is about; ``time_ns`` is since 1970, 0 where the file has none."""

    number: int
    time_ns: int
    link: Link

    @property
    def ref(self) -> Ref:
        """For a column of packets."""
        return Ref(self.number, self.link.file)


Level = Literal["error", "warning", "note"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note")
"""What weighs most comes first."""


class Finding(NamedTuple):
    """Something that a person should look at.

    rule     of ``sixscope lint`` that says the same, or empty
    words    a whole sentence; may hold text from packets
    packets  that show it, the first ones
    table    where more is told about it
    """

    level: Level
    rule: str
    words: str
    packets: tuple[Ref, ...]
    table: str


E = TypeVar("E", bound=tuple[Any, ...])


class Analysis(Generic[E]):
    """One question; its events are tuples that begin with their ``Place``.

    protocols  the layers by whose packets it is answered: where the columns are sure of a packet
               ``rows`` chooses by them, other packets are looked at by the tree reader anyway
    looks      it reads all fields of packets that it asks for: they are decoded with their nodes
    builds_on  other analyses that it is made with, behind its options: they see the same packets,
               and it may look at what they know when it makes its tables
    """

    protocols: ClassVar[frozenset[str]] = frozenset()
    looks: ClassVar[bool] = False
    builds_on: ClassVar[tuple[str, ...]] = ()

    def __init__(self, options: Options) -> None:
        self.options = options

    def rows(self, seen: Seen) -> Rows:
        """The rows that are to be read as packets, ascending, of which the columns are sure.

        By default all that have one of the protocols, but for those that only quote it.
        """
        found = [seen.chunk.layers(name) for name in self.protocols]
        rows = np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)
        return rows[seen.mask[rows]]

    def wants(self, names: Set[str]) -> bool:
        """Whether a packet with such layers, of which the columns aren't sure, is one to read."""
        return not self.protocols.isdisjoint(names)

    def read(self, packet: Packet, place: Place) -> Iterable[E]:
        """The events in one packet, which knows nothing of others."""
        return ()

    def alone(self, fragment: Loose) -> Iterable[E]:
        """The events in a packet of which ``read`` would see nothing but such a fragment."""
        return ()

    def scan(self, seen: Seen, file: int) -> Iterable[E]:
        """Events that columns alone tell, of rows that they are sure of."""
        return ()

    def digest(self, events: list[E]) -> list[Any]:
        """Of the events of a chunk, in any order, what is to be taken in, in any order."""
        return events

    def take(self, event: Any) -> None:
        """Take in the next of the events that ``digest`` has made, in the capture's order."""
        raise NotImplementedError

    def table(self, name: str) -> Table:
        """One of its tables, of what has been taken in."""
        raise NotImplementedError

    def findings(self) -> Iterator[Finding]:
        """What a person should look at first."""
        return iter(())


def names_in(packet: Packet) -> Set[str]:
    """The names of a packet's layers, but for those that are quoted."""
    return {layer.name for layer in packet.layers if not layer.quoted}


def link_of(packet: Packet, file: int) -> Link:
    """The link that a packet was captured on."""
    interface = packet.interface
    vlans: tuple[int, ...] = ()
    for layer in packet.layers:
        if layer.name in VLAN_TAGS and not layer.quoted and layer.header is not None:
            vlans += (layer.header.id,)
    if interface is None:
        return Link(file, vlans=vlans)
    return Link(file, interface.id, interface.name, vlans)


def place_of(packet: Packet, file: int) -> Place:
    """Which packet it is."""
    return Place(packet.number, packet.time_ns or 0, link_of(packet, file))


class Spanned:
    """Something on a link, with the numbers of the first and the last packet that tell of it.

    Many are kept, and most are never shown: numbers take less than references.
    """

    __slots__ = ()

    link: Link
    begun: int
    latest: int

    @property
    def first(self) -> Ref:
        """The first packet."""
        return Ref(self.begun, self.link.file)

    @property
    def last(self) -> Ref:
        """The last packet."""
        return Ref(self.latest, self.link.file)


class HasFirst(Protocol):
    """What was first seen in some packet."""

    first: Ref


F = TypeVar("F", bound=HasFirst)


def in_order(table: Bounded[F]) -> list[F]:
    """What a bounded table has, in the order of the first packets."""
    return sorted(table.entries.values(), key=lambda one: (one.first.file, one.first.number))


def forgotten(table: Bounded[Any], things: str) -> list[str]:
    """The remark that a bounded table had to forget some, if it had."""
    if not table.evicted:
        return []
    return [f"{table.evicted:,} {things} were forgotten, the ones seen longest ago: "
            f"at most {table.limit:,} are kept"]  # fmt: skip
