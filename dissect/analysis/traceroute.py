"""Paths: which routers are on the way to a destination, by what they say of packets that end there.

A probe is a packet that is sent with few hops.  Time Exceeded quotes it (RFC 4443 section 3.3,
RFC 792), so that its hops and its time are known; from the destination itself comes an echo reply,
or that a port or protocol is not there.  Hops are counted from where the capture was made.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from statistics import fmean
from typing import TYPE_CHECKING, Any

from dissect.analysis.analysis import Analysis, Finding, Link, Place, Spanned, forgotten
from dissect.analysis.icmp import Echo, echoes
from dissect.analysis.options import Options
from dissect.analysis.places import InTurn, Several, in_turn
from dissect.analysis.probes import (
    MOST_HOPS,
    Answer,
    Probe,
    answers,
    answers_in,
    probes,
    probes_in,
    replied,
)
from dissect.analysis.table import Column, Ref, Row, RowsOf, Table
from dissect.analysis.words import FIRST, LAST, LINK, SAID, listed
from dissect.engine.session import Table as Bounded
from dissect.engine.values import address_text

if TYPE_CHECKING:
    from dissect.columns.chunk import Rows
    from dissect.columns.seen import Seen
    from dissect.engine.packet import Packet

PROBES, PATHS, ROUTERS = 100_000, 10_000, 8
"""How many probes and paths are kept, and routers at one hop."""
SECOND = 1_000_000_000


class Heard:
    """What came back from a hop."""

    def __init__(self) -> None:
        self.count = 0
        self.times: list[float] = []
        self.routers: dict[bytes, Ref] = {}
        self.words: dict[str, None] = {}


NOTHING = Heard()


class Hop(Spanned):
    """What is known of a hop; from most nothing comes back."""

    heard = NOTHING

    def __init__(self, link: Link, begun: int) -> None:
        self.link, self.begun, self.sent = link, begun, 0


class Path:
    """The hops from a source to a destination."""

    def __init__(self, link: Link, source: bytes, destination: bytes) -> None:
        self.link, self.source, self.destination = link, source, destination
        self.hops: dict[int, Hop] = {}
        self.is_traced = False


Event = Probe | Answer | Echo


class Traceroute(Analysis[Event]):
    """Probes, and what came back."""

    protocols = frozenset(("icmpv6", "icmp", "ipv6", "ip"))

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._probes: Bounded[tuple[int, int, Path, object]] = Bounded(PROBES)
        """By link and key the time of each, its hops, its path, and the last part of its key."""
        self._paths: Bounded[Path] = Bounded(PATHS)
        self._numbers: set[object] = set()
        """The last parts of probes' keys."""

    def rows(self, seen: Seen) -> Rows:
        """None: octets tell all."""
        return seen.rows[:0]

    def scan(self, seen: Seen, file: int) -> Iterator[Event]:
        """Packets with few hops, and the messages that may be about them."""
        yield from probes(seen, file)
        yield from answers(seen, file)
        yield from echoes(seen, file)

    def read(self, packet: Packet, place: Place) -> Iterator[Event]:
        """The same of one packet."""
        yield from probes_in(packet, place)
        yield from answers_in(packet, place)

    def digest(self, events: list[Any]) -> list[InTurn]:
        """The probes, and of what came back what has the numbers of a probe: few messages.

        Of each its number, time, link, and key; then its hops, or the answer as it is.
        """
        of_kind: dict[type, list[Any]] = {Probe: [], Answer: [], Echo: []}
        for event in events:
            of_kind[event.kind if isinstance(event, Several) else type(event)].append(event)
        rows = [row for turn in in_turn(of_kind[Probe], Probe) for row in turn.rows]
        self._numbers.update([key[-1] for _, _, _, key, _ in rows])
        found: list[Answer] = []
        known = self._numbers
        for one in of_kind[Answer]:
            if isinstance(one, Several):
                keys = enumerate(one.values[0])
                found += one.only([number for number, key in keys if key[-1] in known]).each
            elif one.key[-1] in known:
                found.append(one)
        for several in of_kind[Echo]:
            echo = enumerate(zip(several.values[2], several.values[3], strict=True))
            mine = [number for number, (reply, numbers) in echo if reply and numbers in known]
            found += map(replied, several.only(mine).each)
        if len(self._numbers) > 4 * PROBES:
            self._numbers = {numbers for *_, numbers in self._probes.entries.values()}
        rows += [(*one.at, one.key, one) for one in found]
        rows.sort(key=itemgetter(0))
        return [InTurn(Place(*rows[0][:3]), rows)] if rows else []

    def take(self, events: InTurn) -> None:
        """Remember probes, and look for those that are answered."""
        paths, probes = self._paths, self._probes
        for number, time, link, key, what in events.rows:
            if isinstance(what, Answer):
                self._answered(what)
                continue
            ends = (link, key[0], key[1])
            path = paths.get(ends) or paths.put(ends, Path(*ends))
            hop = path.hops.get(what)
            if hop is None:
                hop = path.hops[what] = Hop(link, number)
            hop.sent += 1
            hop.latest = number
            probes.put((link, key), (time, what, path, key[-1]))

    def _answered(self, answer: Answer) -> None:
        found = self._probes.get((answer.at.link, answer.key))
        if found is None:
            return
        sent, number, path, _ = found
        path.is_traced |= answer.through
        hop = path.hops[number]
        if hop.heard is NOTHING:
            hop.heard = Heard()
        heard, hop.latest = hop.heard, answer.at.number
        heard.count += 1
        heard.words.setdefault(answer.words)
        if len(heard.routers) < ROUTERS:
            heard.routers.setdefault(answer.router, answer.at.ref)
        if answer.at.time_ns and sent and len(heard.times) < ROUTERS * MOST_HOPS:
            heard.times.append((answer.at.time_ns - sent) / SECOND)

    def _traced(self) -> list[Path]:
        return [path for path in self._paths.entries.values() if path.is_traced]

    def table(self, name: str) -> Table:
        """``paths``: a row for each hop."""

        def row(found: tuple[Path, int, Hop]) -> Row:
            path, number, hop = found
            heard, times = hop.heard, hop.heard.times
            return (
                str(path.link) or None, address_text(path.source), address_text(path.destination),
                number, listed(heard.routers), ", ".join(heard.words) or None, hop.sent,
                heard.count, min(times, default=None), fmean(times) if times else None,
                max(times, default=None), hop.first, hop.last,
            )  # fmt: skip

        hops = ((path, *hop) for path in self._traced() for hop in sorted(path.hops.items()))
        rows = RowsOf(hops, row)
        remarks = forgotten(self._paths, "paths") + forgotten(self._probes, "probes")
        return Table(name, "Paths", COLUMNS, rows[: self.options.top], len(rows), remarks)

    def findings(self) -> Iterator[Finding]:
        """Routers that are on a path twice."""
        told = 0
        for path in self._traced():
            at: dict[bytes, tuple[int, Ref]] = {}
            for number, hop in sorted(path.hops.items()):
                for router, ref in hop.heard.routers.items():
                    if router in at and router != path.destination and told < SAID:
                        told += 1
                        before, first = at[router]
                        words = (
                            f"{address_text(router)} answers at hops {before} and {number} from "
                            f"{address_text(path.source)} to {address_text(path.destination)}: "
                            "packets go in a circle there, or their way has changed."
                        )
                        yield Finding("warning", "", words, (first, ref), "paths")
                    at[router] = number, ref


COLUMNS = (
    LINK, Column("source", "From", "text"), Column("destination", "To", "text"),
    Column("hop", "Hop", "number"), Column("routers", "Who answers", "text"),
    Column("answer", "Answer", "text"), Column("sent", "Probes"), Column("answered", "Answered"),
    Column("min", "Least", "seconds"), Column("mean", "Mean", "seconds"),
    Column("max", "Most", "seconds"), FIRST, LAST,
)  # fmt: skip
