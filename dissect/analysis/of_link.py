"""What the analyses of a link are made of: ``OfLink``, and the columns that their tables share.

ICMPv6 and DHCPv6 are met in columns (``discoveries``), other messages in packets, of which no tree
is made before somebody asks for it: most messages say what others have said before, octet by octet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar

import numpy as np

from dissect.analysis.analysis import Analysis, Link, Place
from dissect.analysis.discoveries import DHCPV6, KINDS, Kind, discoveries, in_columns
from dissect.analysis.inside import ICMPV6, Inside, messages
from dissect.analysis.options import Options
from dissect.analysis.places import Several, spread
from dissect.analysis.table import Column
from dissect.capture.table import NO_TIME

if TYPE_CHECKING:
    from dissect.columns.chunk import Rows
    from dissect.columns.seen import Seen
    from dissect.engine.packet import Packet

SECOND = 1_000_000_000
FOREVER = 0xFFFFFFFF
"""A lifetime that doesn't end."""
LINK = Column("link", "Link", "text", packet=True)
MAC = Column("mac", "MAC", "text")
FIRST, LAST = Column("first", "First", "packet"), Column("last", "Last", "packet")
RULES = Column("rules", "Rules", "text")
"""Ids of the rules that a row breaks."""


class Tick(NamedTuple):
    """An event that says nothing but that time has passed."""

    at: Place


E = TypeVar("E", bound=tuple[Any, ...])


class OfLink(Analysis[E | Tick]):
    """An analysis of messages on links; it knows how far time has gone in each file.

    kinds  of the messages that it hears of those that are met in columns
    """

    protocols: ClassVar[frozenset[str]] = frozenset((ICMPV6,))
    kinds: ClassVar[tuple[Kind, ...]] = KINDS

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._now: dict[int, int] = {}

    def hear(self, message: Inside) -> Iterable[E]:
        """The events in a message."""
        raise NotImplementedError

    def learn(self, event: E) -> None:
        """Take in the next event, in the capture's order."""
        raise NotImplementedError

    def now(self, link: Link) -> int:
        """The latest time that is known in a link's file; 0 if none is."""
        return self._now.get(link.file, 0)

    def rows(self, seen: Seen) -> Rows:
        """Those with messages that ``scan`` doesn't see."""
        mine = np.zeros(len(seen.chunk), np.bool_)
        for name in self.protocols - {ICMPV6}:
            mine[seen.chunk.layers(name)] = True
        if DHCPV6 in self.protocols:
            mine[in_columns(seen)] = False
        return np.flatnonzero(mine & seen.mask)

    def read(self, packet: Packet, place: Place) -> Iterator[E | Tick]:
        """What all its messages say."""
        for message in messages(packet, place, self.protocols):
            yield from self.hear(message)

    def overhear(self, seen: Seen, file: int) -> Iterator[E]:
        """What is said in columns, message by message unless somebody knows better."""
        for message in discoveries(seen, file, self.kinds):
            yield from self.hear(message)

    def scan(self, seen: Seen, file: int) -> Iterator[E | Tick]:
        """What is said in columns, and the time of the last packet."""
        yield from self.overhear(seen, file)
        last = _last_place(seen, file)
        if last is not None:
            yield Tick(last)

    def digest(self, events: list[E | Tick]) -> list[E | Tick]:
        """Set the clock."""
        self.pass_time(events)
        return spread(events)

    def pass_time(self, events: list[Any]) -> None:
        """Set the clock by the events of a chunk, which are all of one file."""
        file = events[0][0].link.file
        times = (
            max(event.where[1]) if isinstance(event, Several) else event[0].time_ns
            for event in events
        )
        self._now[file] = max(self._now.get(file, 0), *times)

    def take(self, event: Any) -> None:
        """Learn from it."""
        if not isinstance(event, Tick):
            self.learn(event)


def _last_place(seen: Seen, file: int) -> Place | None:
    """Of the last of some packets; None if it has no time."""
    if not len(seen.rows):
        return None
    row = seen.rows[-1]
    time = int(seen.chunk.time_ns[row])
    return None if time == NO_TIME else Place(int(seen.chunk.number[row]), time, Link(file))


# --- values of tables --------------------------------------------------------------------------


def link_text(link: Link) -> str | None:
    """For a column of links."""
    return str(link) or None


def seconds(start_ns: int, end_ns: int) -> float | None:
    """From one time to the other; None where one of them isn't known."""
    return (end_ns - start_ns) / SECOND if start_ns and end_ns else None
