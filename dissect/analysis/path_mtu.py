"""Path MTUs: who said that packets are too large, for whom, and whether senders heeded it.

Packet Too Big (RFC 8201) and IPv4's Fragmentation Needed (RFC 1191) name an MTU for what they
quote.  What a sender sends later tells whether it obeys; large segments that are sent again and
again without such a message hint at a router whose messages are lost (a black hole, RFC 2923).
A message about a packet that nobody sent hints at a forger (RFC 8021).

Sizes are those of IP packets; what a host hands to its interface to be cut there is larger than
anything on the wire, and tells nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dissect.analysis.analysis import Analysis, Finding, Place, forgotten
from dissect.analysis.icmp import TOO_BIG, Message, Quote, messages, messages_in, quote_in
from dissect.analysis.options import Options
from dissect.analysis.path_sizes import (
    ANYWHERE,
    LARGE,
    Again,
    Large,
    Sizes,
    number_of,
    segments_again,
    sizes_in,
    sizes_of,
    together,
)
from dissect.analysis.table import Column, Ref, Row, Table
from dissect.analysis.words import FIRST, LAST, LINK, SAID, few, listed
from dissect.engine.session import Table as Bounded
from dissect.engine.values import address_text
from dissect.protocols.icmp import FRAGMENTATION_NEEDED, UNREACHABLE

if TYPE_CHECKING:
    from dissect.analysis.loose import Loose
    from dissect.columns.chunk import Rows
    from dissect.columns.seen import Seen
    from dissect.engine.packet import Packet

PATHS, MSS, RECENT, REPORTERS = 10_000, 200_000, 3, 16
"""How many are kept: paths, announced segment sizes, chunks of sizes, reporters of a path."""
GRACE = SECOND = 1_000_000_000
"""So long packets may be on their way that were sent before their sender heard of the MTU."""
LEAST = {6: 1280, 4: 68}
"""Smaller ones there are not (RFC 8200, section 5; RFC 791)."""
OFFLOADED = 9_216
"""Packets larger than any common link's."""
TYPES = {"icmpv6": (TOO_BIG,), "icmp": (UNREACHABLE,)}


class Report(NamedTuple):
    """A message that a packet is too large."""

    at: Place
    reporter: bytes
    mtu: int
    quote: Quote


class Path:
    """What was said of packets from a source to a destination, and what was sent."""

    def __init__(self, at: Place, version: int, source: bytes, destination: bytes) -> None:
        self.at, self.version = at, version
        self.source, self.destination = source, destination
        self.number = number_of(source, destination, at.link.interface)
        self.reports = 0
        self.mtu: int | None = None
        self.reporters: dict[bytes, Ref] = {}
        self.quoted = 0
        self.quote_seen: bool | None = None
        self.before = self.after = self.large_after = self.fitting = 0
        self.ignored: tuple[Ref, ...] = ()
        self.again = 0
        self.waiting: list[tuple[int, tuple[int, int, int]]] = []
        """Packets behind a report, in their order: sizes, and file, number and time.  They are
        held against the MTU that was known when they were sent, so against that of no report
        behind them, and all reports of a chunk come when its sizes are known."""
        self.hints: dict[str, tuple[str, tuple[Ref, ...]]] = {}
        self.first = self.last = at.ref

    def report(self, report: Report) -> None:
        """Take in a message."""
        self.reports += 1
        self.last = report.at.ref
        self.quoted = max(self.quoted, report.quote.length)
        if len(self.reporters) < REPORTERS:
            self.reporters.setdefault(report.reporter, report.at.ref)
        if report.mtu and (self.mtu is None or report.mtu < self.mtu):
            self.mtu = report.mtu
            self.at = report.at
        if report.mtu and report.mtu < LEAST[self.version]:
            rule = "ICM-007" if self.version == 6 else ""
            self.hint(f"its MTU is below {LEAST[self.version]:,}", rule, report.at.ref)
        if report.mtu >= report.quote.length:
            rule = "ICM-008" if self.version == 6 else ""
            self.hint("the packet quoted was not too large", rule, report.at.ref)

    def hint(self, words: str, rule: str, ref: Ref) -> None:
        """Note that something is odd."""
        _, known = self.hints.get(words, (rule, ()))
        self.hints[words] = rule, few(known, ref)

    def judge(self, before: tuple[int, int] | None = None) -> None:
        """Hold packets that wait, or those before a file and number, against the MTU."""
        waiting = self.waiting
        count = len(waiting)
        if before is not None:
            count = bisect_left(waiting, before, key=lambda one: one[1][:2])
        for size, (file, number, time_ns) in waiting[:count]:
            self.after = max(self.after, size)
            if self.mtu is None:
                continue
            if size <= self.mtu:
                self.fitting += 1
            elif not self.at.time_ns or time_ns - self.at.time_ns > GRACE:
                self.large_after += 1
                self.ignored = few(self.ignored, Ref(number, file))
        del waiting[:count]

    @property
    def effect(self) -> str:
        """Whether the sender heeded it, as far as that was seen."""
        if not self.reports:
            return "no report seen"
        if self.after > OFFLOADED:
            return "unknown: segments are cut by the interface"
        if self.large_after:
            return "ignored"
        return "obeyed" if self.fitting else "unknown"

    def row(self, mss: int | None) -> Row:
        """Its row."""
        hints = ", ".join(self.hints)
        return (
            str(self.at.link) or None, address_text(self.source), address_text(self.destination),
            self.reports, self.mtu, listed(self.reporters), self.quoted or None, mss,
            self.before or None, self.after or None, self.effect, self.again or None,
            hints or None, ", ".join(self.rules) or None, self.first, self.last,
        )  # fmt: skip

    @property
    def rules(self) -> list[str]:
        """Those that are broken."""
        found = {rule for rule, _ in self.hints.values() if rule}
        return sorted(
            found | ({"ICM-011"} if self.version == 6 and self.effect == "ignored" else set())
        )


Event = Report | Sizes | Large | Again


class PathMtu(Analysis[Event]):
    """Reports by source and destination, and the sizes of what was sent."""

    protocols = frozenset(("ip", "ipv6"))

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._paths: Bounded[Path] = Bounded(PATHS)
        self._by_number: dict[int, Path] = {}
        self._recent: deque[Sizes] = deque(maxlen=RECENT)
        self._mss: dict[int, int] = {}

    def rows(self, seen: Seen) -> Rows:
        """None: octets tell all."""
        return seen.rows[:0]

    def scan(self, seen: Seen, file: int) -> Iterator[Event]:
        """Reports, the sizes of large packets, large segments that are sent again."""
        yield from filter(None, map(_report, messages(seen, file, TYPES)))
        sizes = sizes_of(seen, file)
        if sizes is not None:
            yield sizes
        yield from segments_again(seen, file)

    def read(self, packet: Packet, place: Place) -> Iterable[Event]:
        """The same of one packet."""
        yield from filter(None, map(_report, messages_in(packet, place, TYPES)))
        yield from sizes_in(packet, place)

    def alone(self, fragment: Loose) -> Iterator[Large]:
        """Its size."""
        if fragment.size >= LARGE[6]:
            at, source, destination = fragment.at, fragment.source, fragment.destination
            yield Large(at, source, destination, fragment.size)

    def digest(self, events: list[Event]) -> list[Event]:
        """All sizes of a chunk together."""
        sizes = [event for event in events if isinstance(event, Sizes)]
        alone = [event for event in events if isinstance(event, Large)]
        others = [event for event in events if not isinstance(event, Sizes | Large)]
        return [*together(sizes, alone), *others]

    def take(self, event: Report | Sizes | Again) -> None:
        """Take in a report, sizes, or a segment that came again."""
        if isinstance(event, Sizes):
            self._sizes(event)
            return
        if isinstance(event, Again):
            path = self._path(event.at, event.source, event.destination)
            path.again += event.times
            path.before = max(path.before, event.size)
            path.last = event.last
            return
        quote, here = event.quote, (event.at.link.file, event.at.number)
        path = self._path(event.at, quote.source, quote.destination)
        path.judge(here)
        watched = path.reports > 0
        path.report(event)
        known = None
        for sizes in self._recent:
            mine = np.flatnonzero(sizes.numbers == np.uint64(path.number))
            for size, place in sizes.places(mine):
                if place[:2] < here:
                    path.before = max(path.before, size)
                    known = bool(known) or size == quote.length
                elif not watched:
                    path.waiting.append((size, place))
        if path.quote_seen is None and known is not None:
            path.quote_seen = known
            if not known:
                path.hint("the packet quoted was not seen", "", event.at.ref)

    def _path(self, at: Place, source: bytes, destination: bytes) -> Path:
        key = (at.link, source, destination)
        path = self._paths.get(key)
        if path is None:
            version = 6 if len(source) == 16 else 4
            path = self._paths.put(key, Path(at, version, source, destination))
            self._by_number[path.number] = path
            if len(self._by_number) > 2 * PATHS:
                self._by_number = {one.number: one for one in self._paths.entries.values()}
        return path

    def _sizes(self, event: Sizes) -> None:
        """What was sent, to those of whose paths something is known."""
        if event.mss and len(self._mss) < MSS:
            self._mss.update(event.mss)
        self._judge()
        known = np.fromiter(self._by_number, np.uint64, len(self._by_number))
        mine = np.flatnonzero(np.isin(event.numbers, known))
        for number, (size, place) in zip(
            event.numbers[mine].tolist(), event.places(mine), strict=True
        ):
            path = self._by_number[number]
            if path.reports:
                path.waiting.append((size, place))
        if len(event.numbers):
            self._recent.append(event)

    def _judge(self) -> None:
        """No report comes before a packet that waits any more."""
        for path in self._paths.entries.values():
            if path.waiting:
                path.judge()

    def _kept(self) -> list[Path]:
        self._judge()
        return [path for path in self._paths.entries.values() if path.reports or path.again > 1]

    def table(self, name: str) -> Table:
        """``path-mtus``."""
        paths = self._kept()
        rows = [
            path.row(self._mss.get(number_of(path.destination, path.source, ANYWHERE)))
            for path in paths[: self.options.top]
        ]
        return Table(name, "Path MTUs", TABLE, rows, len(paths), forgotten(self._paths, "paths"))

    def findings(self) -> Iterator[Finding]:
        """Senders that don't obey, black holes, messages that may be forged."""
        told = {"ignored": 0, "hole": 0, "forged": 0}
        for path in self._kept():
            ends = f"{address_text(path.source)} to {address_text(path.destination)}"
            if path.effect == "ignored" and told["ignored"] < SAID:
                told["ignored"] += 1
                words = (
                    f"Packets from {ends} are still larger than the path MTU of {path.mtu:,} that "
                    f"was reported: {path.large_after:,} of up to {path.after:,} octets."
                )
                rule = "ICM-011" if path.version == 6 else ""
                packets = (path.first, *path.ignored)[:4]
                yield Finding("warning", rule, words, packets, "path-mtus")
            if not path.reports and told["hole"] < SAID:
                told["hole"] += 1
                words = (
                    f"Segments of up to {path.before:,} octets from {ends} are sent again and "
                    "again without a report that they are too large: maybe it is lost on its way."
                )
                yield Finding("note", "", words, (path.first, path.last), "path-mtus")
            for hint, (rule, packets) in path.hints.items():
                if told["forged"] < SAID:
                    told["forged"] += 1
                    words = f"A report about packets from {ends} may be forged: {hint}."
                    yield Finding("warning", rule, words, packets, "path-mtus")


def _report(message: Message) -> Report | None:
    if message.version == 4 and message.octets[1] != FRAGMENTATION_NEEDED:
        return None
    quote = quote_in(message)
    if quote is None or len(message.octets) < 8:
        return None
    value = int.from_bytes(message.octets[4:8])
    mtu = value if message.version == 6 else value & 0xFFFF
    return Report(message.at, message.source, mtu, quote)


TABLE = (
    LINK, Column("source", "From", "text"), Column("destination", "To", "text"),
    Column("reports", "Reports"), Column("mtu", "MTU", "number"),
    Column("reporters", "By whom", "text"), Column("quoted", "Largest quoted", "number"),
    Column("mss", "MSS of the other", "number"), Column("before", "Largest before", "number"),
    Column("after", "Largest after", "number"), Column("effect", "Effect", "text"),
    Column("again", "Segments again"), Column("hint", "Odd", "text"),
    Column("rules", "Rules", "text"), FIRST, LAST,
)  # fmt: skip
