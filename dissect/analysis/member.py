"""A multicast group, its members and who asks for them: what reports and queries tell."""

from __future__ import annotations

from dissect.analysis.analysis import Link, Place, Spanned
from dissect.analysis.membership import Mode, Query, Record
from dissect.analysis.of_link import SECOND, seconds
from dissect.analysis.table import Ref
from dissect.engine.values import address_text

SOURCES = 64
"""Of a member."""
INTERVAL = 125
"""Seconds between general queries, unless they say otherwise (RFC 3810, section 9.2)."""
MILLISECOND = 1_000_000
STATES = frozenset((Mode.IS_INCLUDE, Mode.TO_INCLUDE, Mode.IS_EXCLUDE, Mode.TO_EXCLUDE))
EXCLUDES = frozenset((Mode.IS_EXCLUDE, Mode.TO_EXCLUDE))
CHANGES = frozenset((Mode.ALLOW, Mode.BLOCK))


class Member(Spanned):
    """Somebody who has asked for a group."""

    def __init__(self, link: Link, group: bytes, at: Place) -> None:
        self.link, self.group = link, group
        self.address = self.mac = b""
        self.begun = self.latest = at.number
        self.joined_ns = at.time_ns
        self.left_ns = 0
        self.left: Ref | None = None
        self.is_exclude = False
        self.listens = False
        self.sources: dict[bytes, None] = {}
        self.version = 0
        self.reports = 0

    def apply(self, record: Record) -> bool:
        """Take in what it wants; whether that makes it leave."""
        listened = self.listens
        mode, sources = record.mode, record.sources[:SOURCES]
        if mode in STATES:
            self.is_exclude = mode in EXCLUDES
            self.sources = dict.fromkeys(sources)
        elif mode in CHANGES:
            if (mode == Mode.ALLOW) == self.is_exclude:
                self.sources = {one: None for one in self.sources if one not in sources}
            elif len(self.sources) < SOURCES:
                self.sources |= dict.fromkeys(sources)
        self.listens = self.is_exclude or bool(self.sources)
        return not self.listens and (listened or mode == Mode.TO_INCLUDE)

    @property
    def wants(self) -> str:
        """In words."""
        if not self.listens:
            return "left"
        sources = ", ".join(map(address_text, self.sources))
        if self.is_exclude:
            return f"all but {sources}" if sources else "all"
        return f"only {sources}"


class Group(Spanned):
    """A group on a link."""

    def __init__(self, link: Link, group: bytes, at: Place) -> None:
        self.link, self.group = link, group
        self.begun = self.latest = at.number
        self.versions: set[int] = set()
        self.reports = self.leaves = self.queries = 0
        self.left_ns = 0
        """When a member left, of which nobody knows yet whether it was the last one."""
        self.to_leave: float | None = None

    def ask(self, event: Query) -> None:
        """The querier asks whether anybody is left: until the wait is over, packets still come."""
        self.queries += 1
        self.latest = event.at.number
        wait = seconds(self.left_ns, event.at.time_ns + event.wait * MILLISECOND)
        if wait is not None:
            self.to_leave = max(self.to_leave or 0.0, wait)

    def leave(self, at: Place) -> None:
        """A member leaves."""
        self.leaves += 1
        self.left_ns = at.time_ns


class Querier:
    """Somebody who asks."""

    def __init__(self, event: Query) -> None:
        self.link, self.address = event.at.link, event.querier
        self.first = self.last = event.at.ref
        self.begun_ns = self.asked_ns = event.at.time_ns
        self.general = self.specific = self.gaps = self.late = 0
        self.gap_sum = 0
        self.versions: set[int] = set()
        self.interval = self.robustness = self.wait = 0

    @property
    def period_ns(self) -> int:
        """Between its general queries, as it says itself."""
        return (self.interval or INTERVAL) * SECOND
