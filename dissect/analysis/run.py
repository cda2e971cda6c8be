"""All analyses that are asked for, side by side: what feeds them, in one process or several.

Packets of a chunk come in any order and their events wait; ``settle`` sorts them and hands them
over.  A process that works for another doesn't settle: what it found is pickled, waits on, and
``merge`` takes it in where its chunk's turn is.

Fragments wait too, as records: only who sees all of them can put them together.  A datagram is
then read in the packet that completes it.
"""

from __future__ import annotations

from operator import itemgetter
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from dissect.analysis.analysis import Analysis, names_in, place_of
from dissect.analysis.names import ANALYSES
from dissect.api import packet_of
from dissect.engine.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dissect.analysis.analysis import Finding
    from dissect.analysis.options import Options
    from dissect.analysis.table import Table
    from dissect.capture.record import Record
    from dissect.columns.seen import Seen
    from dissect.engine.packet import Packet

PLACE = itemgetter(0)
"""The ``Place`` of an event: a packet's number comes first in it."""


class Analyses:
    """The analyses that make some tables; ``file`` is the number of the one being read."""

    def __init__(self, tables: Iterable[str], options: Options, file: int = 0) -> None:
        self.asked = dict.fromkeys(ANALYSES[name].made_by for name in tables if name in ANALYSES)
        self.by_name: dict[str, Analysis[Any]] = {}
        for name in self.asked:
            self._make(name, options)
        self.file = file
        self._waiting: dict[str, list[Any]] = {name: [] for name in self.by_name}
        self._fragments: list[tuple[Record, str]] = []
        self._session: Session | None = None

    def _make(self, name: str, options: Options) -> Analysis[Any]:
        """An analysis and, before it, those that it builds on."""
        if name not in self.by_name:
            made_by = resolve_name(name)
            beneath = [self._make(other, options) for other in made_by.builds_on]
            self.by_name[name] = made_by(options, *beneath)
        return self.by_name[name]

    def start(self, file: int) -> None:
        """A file is going to be read; fragments of others are none of its datagrams."""
        self.settle()
        self.file = file
        self._session = None

    def update(self, seen: Seen) -> dict[int, list[str]]:
        """Take in rows that the columns are sure of.

        Hands back the rows that are to be read as packets, and who is to read each.
        """
        self.settle()
        readers: dict[int, list[str]] = {}
        for name, one in self.by_name.items():
            self._waiting[name] += one.scan(seen, self.file)
            for row in one.rows(seen).tolist():
                readers.setdefault(row, []).append(name)
        return readers

    def packet(self, packet: Packet, readers: list[str] | None = None) -> None:
        """Take in a packet; ``readers`` are those who asked for it, None: who wants it.

        Where somebody looks at its fields, it is decoded once.
        """
        if readers is not None and any(self.by_name[name].looks for name in readers):
            packet.decode(detail=True)
        if readers is None:
            found = names_in(packet)
            readers = [name for name, one in self.by_name.items() if one.wants(found)]
        place = place_of(packet, self.file) if readers else None
        for name in readers:
            assert place is not None
            self._waiting[name] += self.by_name[name].read(packet, place)

    def fragment(self, record: Record, form: str) -> None:
        """Take in a fragment, of a ``pcap`` or ``pcapng`` file."""
        self._fragments.append((record, form))

    def settle(self) -> None:
        """Hand over what waits."""
        if self._fragments:
            if self._session is None:
                self._session = Session()
            for record, form in self._fragments:
                self.packet(packet_of(record, form, session=self._session).decode())
            self._fragments = []
        for name, events in self._waiting.items():
            if events:
                one = self.by_name[name]
                for event in sorted(one.digest(events), key=PLACE):
                    one.take(event)
                self._waiting[name] = []

    def merge(self, other: Analyses) -> None:
        """Take in what another found in the chunk behind ours."""
        self.settle()
        self._waiting, self._fragments = other._waiting, other._fragments

    def table(self, name: str) -> Table:
        """One of the tables."""
        self.settle()
        return self.by_name[ANALYSES[name].made_by].table(name)

    def findings(self) -> list[Finding]:
        """Those of all that were asked for."""
        self.settle()
        return [finding for name in self.asked for finding in self.by_name[name].findings()]
