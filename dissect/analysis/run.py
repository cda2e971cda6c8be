"""All analyses that are asked for, side by side: what feeds them.

Packets of a chunk come in any order and their events wait; ``settle`` sorts them and hands them
over.  A datagram in fragments is read in the packet that completes it.

An analysis that raises loses the packet or event at which it does; all else goes on.
"""

from __future__ import annotations

from operator import itemgetter
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from dissect.analysis.analysis import Analysis, names_in, place_of
from dissect.analysis.loose import LAYERS, Loose, loose
from dissect.analysis.names import ANALYSES
from dissect.api import packet_of
from dissect.engine.bugs import STRICT, Bugs
from dissect.engine.session import Session
from dissect.engine.session import Table as Bounded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dissect.analysis.analysis import Finding
    from dissect.analysis.options import Options
    from dissect.analysis.table import Table
    from dissect.capture.record import Record
    from dissect.columns.seen import Seen
    from dissect.engine.packet import Packet

REMEMBERED = 1024
"""Sets of layers of which it is kept who wants packets with them."""
PLACE = itemgetter(0)
"""The ``Place`` of an event: a packet's number comes first in it."""


class Analyses:
    """The analyses that make some tables.

    bugs  where their mistakes are told
    file  the number of the one being read, from 0
    """

    def __init__(self, tables: Iterable[str], options: Options, bugs: Bugs = STRICT) -> None:
        self.bugs = bugs
        self.asked = dict.fromkeys(ANALYSES[name].made_by for name in tables if name in ANALYSES)
        self.by_name: dict[str, Analysis[Any]] = {}
        for name in self.asked:
            self._make(name, options)
        self.file = 0
        self._waiting: dict[str, list[Any]] = {name: [] for name in self.by_name}
        self._session: Session | None = None
        self._readers: Bounded[list[str]] = Bounded(REMEMBERED)

    def _make(self, name: str, options: Options) -> Analysis[Any]:
        """An analysis and, before it, those that it builds on."""
        if name not in self.by_name:
            made_by = resolve_name(name)
            beneath = [self._make(other, options) for other in made_by.builds_on]
            self.by_name[name] = made_by(options, *beneath)
        return self.by_name[name]

    def start(self, file: int) -> None:
        """A file is going to be read; fragments of others are none of its datagrams."""
        self.file = file
        self._session = None

    def update(self, seen: Seen) -> dict[int, list[str]]:
        """Take in rows that the columns are sure of.

        Hands back the rows that are to be read as packets, and who is to read each.
        """
        readers: dict[int, list[str]] = {}
        for name, one in self.by_name.items():
            try:
                self._waiting[name] += one.scan(seen, self.file)
                for row in one.rows(seen).tolist():
                    readers.setdefault(row, []).append(name)
            except Exception as error:
                self.bugs.caught(name, error)
        return readers

    def packet(self, packet: Packet, readers: list[str] | None = None) -> None:
        """Take in a packet; ``readers`` are those who asked for it, None: who wants it.

        Where somebody looks at its fields, it is decoded once.
        """
        if readers is not None and any(self.by_name[name].looks for name in readers):
            packet.decode(detail=True)
        if readers is None:
            readers = self._wanting(frozenset(names_in(packet)))
        place = place_of(packet, self.file) if readers else None
        for name in readers:
            assert place is not None
            try:
                self._waiting[name] += self.by_name[name].read(packet, place)
            except Exception as error:
                self.bugs.caught(name, error, packet.number)

    def _alone(self, fragment: Loose) -> None:
        """Take in a fragment that can't make its datagram whole."""
        for name in self._wanting(frozenset(LAYERS)):
            try:
                self._waiting[name] += self.by_name[name].alone(fragment)
            except Exception as error:
                self.bugs.caught(name, error, fragment.at.number)

    def _wanting(self, names: frozenset[str]) -> list[str]:
        """Who wants a packet with such layers."""
        known = self._readers.get(names)
        if known is None:
            readers = [name for name, one in self.by_name.items() if one.wants(names)]
            known = self._readers.put(names, readers)
        return known

    def fragment(self, record: Record, form: str) -> None:
        """Take in a fragment, of a ``pcap`` or ``pcapng`` file, behind those before it."""
        if self._session is None:
            self._session = Session()
        found = loose(record, form, self.file, self._session.fragments)
        if found is None:
            self.packet(packet_of(record, form, session=self._session).decode())
        else:
            self._alone(found)

    def settle(self) -> None:
        """Hand over what waits, when all packets of a chunk were taken in."""
        for name, events in self._waiting.items():
            if events:
                self._waiting[name] = []
                self._take(name, events)

    def _take(self, name: str, events: list[Any]) -> None:
        """Hand events over to an analysis."""
        one = self.by_name[name]
        try:
            digested = sorted(one.digest(events), key=PLACE)
        except Exception as error:
            self.bugs.caught(name, error, PLACE(events[0]).number)
            return
        for event in digested:
            try:
                one.take(event)
            except Exception as error:
                self.bugs.caught(name, error, PLACE(event).number)

    def table(self, name: str) -> Table:
        """One of the tables."""
        return self.by_name[ANALYSES[name].made_by].table(name)

    def findings(self) -> dict[str, list[Finding]]:
        """Those of all that were asked for, by the analysis."""
        found: dict[str, list[Finding]] = {name: [] for name in self.asked}
        for name, mine in found.items():
            try:
                mine += self.by_name[name].findings()
            except Exception as error:
                self.bugs.caught(name, error)
        return found
