"""Paths: which routers are on the way to a destination, by what they say of packets that end there.

A probe is a packet that is sent with few hops.  Time Exceeded quotes it (RFC 4443 section 3.3,
RFC 792), so that its hops and its time are known; from the destination itself comes an echo reply,
or that a port or protocol is not there.  Hops are counted from where the capture was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dissect.analysis.analysis import Analysis, Finding, Link, Place, forgotten
from dissect.analysis.icmp import (
    ECHOES,
    ERRORS,
    TIME_EXCEEDED,
    Message,
    messages,
    messages_in,
    quote_in,
)
from dissect.analysis.options import Options
from dissect.analysis.places import places
from dissect.analysis.table import Column, Ref, Row, RowsOf, Table
from dissect.analysis.words import FIRST, LAST, LINK, SAID, listed
from dissect.columns.layout import Item, gather
from dissect.engine.session import Table as Bounded
from dissect.engine.values import address_text
from dissect.protocols import icmp
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6

if TYPE_CHECKING:
    from dissect.columns.chunk import Rows
    from dissect.columns.seen import Seen
    from dissect.engine.packet import Packet

MOST_HOPS = 32
"""What is sent with more isn't taken for a probe; traceroute begins with 1 and ends at 30."""
PROBES, PATHS, ROUTERS = 100_000, 10_000, 8
"""How many probes and paths are kept, and routers at one hop."""
SECOND = 1_000_000_000
ICMP_PROTOCOLS = (1, 58)
HOPS = {IPv6: Item("u1", 7, 1, 0, 0), IPv4: Item("u1", 8, 1, 0, 0)}
REPLIES = {name: (ECHOES[name][1],) for name in ECHOES}  # type: ignore[index]
WHY = {(6, 1): "no route", (6, 4): "port", (4, 1): "host", (4, 3): "port", (4, 2): "protocol"}


class Probe(NamedTuple):
    """A packet with few hops; ``key`` is by what a quote names it."""

    at: Place
    key: tuple[object, ...]
    hops: int
    quoted: None = None


class Answer(NamedTuple):
    """Who answered a probe, and whether that is on the way (``through``) or its end."""

    at: Place
    key: tuple[object, ...]
    router: bytes
    words: str
    through: bool


class Replies(NamedTuple):
    """Echo replies of a chunk: few of them are to probes."""

    at: Place
    messages: list[Message]


class Hop:
    """What is known of a hop."""

    def __init__(self) -> None:
        self.sent = self.answered = 0
        self.times: list[float] = []
        self.routers: dict[bytes, Ref] = {}
        self.words: dict[str, None] = {}
        self.first: Ref | None = None
        self.last: Ref | None = None


class Path:
    """The hops from a source to a destination."""

    def __init__(self, link: Link, source: bytes, destination: bytes) -> None:
        self.link, self.source, self.destination = link, source, destination
        self.hops: dict[int, Hop] = {}
        self.is_traced = False


Event = Probe | Answer | Replies


class Traceroute(Analysis[Event]):
    """Probes, and what came back."""

    protocols = frozenset(("icmpv6", "icmp", "ipv6", "ip"))

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._probes: Bounded[tuple[Probe, Path]] = Bounded(PROBES)
        self._paths: Bounded[Path] = Bounded(PATHS)
        self._numbers: set[object] = set()
        """The last parts of probes' keys."""

    def rows(self, seen: Seen) -> Rows:
        """None: octets tell all."""
        return seen.rows[:0]

    def scan(self, seen: Seen, file: int) -> Iterator[Event]:
        """Packets with few hops, and the messages that may be about them."""
        yield from _probes(seen, file)
        for message in messages(seen, file, ERRORS):
            answer = _answer(message)
            if answer is not None:
                yield answer
        replies = list(messages(seen, file, REPLIES))
        if replies:
            yield Replies(replies[0].at, replies)

    def read(self, packet: Packet, place: Place) -> Iterable[Probe | Answer]:
        """The same of one packet."""
        for layer in packet.layers:
            header = layer.header
            if layer.name not in ("ip", "ipv6") or layer.quoted or not hasattr(header, "src"):
                continue
            hops = header.hlim if layer.name == "ipv6" else header.ttl
            if 0 < hops <= MOST_HOPS and not _is_group(header.dst):
                data = packet.data if layer.source is None else layer.source.data
                key = _key_of(data[layer.offset : layer.offset + 128])
                if key is not None:
                    yield Probe(place, key, hops)
        for types in (ERRORS, REPLIES):
            for message in messages_in(packet, place, types):
                answer = _answer(message)
                if answer is not None:
                    yield answer

    def digest(self, events: list[Event]) -> list[Event]:
        """Of the replies those that have the numbers of a probe."""
        found: list[Event] = []
        replies = [event for event in events if isinstance(event, Replies)]
        for event in events:
            if not isinstance(event, Replies):
                found.append(event)
                if isinstance(event, Probe):
                    self._numbers.add(event.key[-1])
        for message in (message for event in replies for message in event.messages):
            if message.octets[4:8] in self._numbers:
                answer = _answer(message)
                if answer is not None:
                    found.append(answer)
        if len(self._numbers) > 4 * PROBES:
            self._numbers = {probe.key[-1] for probe, _ in self._probes.entries.values()}
        return found

    def take(self, event: Event) -> None:
        """Remember a probe, or look for the one that is answered."""
        assert not isinstance(event, Replies)
        link = event.at.link
        key = (link, *event.key)
        if isinstance(event, Probe):
            ends = (link, *event.key[:2])
            path = self._paths.get(ends) or self._paths.put(ends, Path(*ends))  # type: ignore[arg-type]
            hop = path.hops.setdefault(event.hops, Hop())
            hop.sent += 1
            hop.first = hop.first or event.at.ref
            hop.last = event.at.ref
            self._probes.put(key, (event, path))
            return
        found = self._probes.get(key)
        if found is None:
            return
        probe, path = found
        path.is_traced |= event.through
        hop = path.hops[probe.hops]
        hop.answered += 1
        hop.last = event.at.ref
        hop.words.setdefault(event.words)
        if len(hop.routers) < ROUTERS:
            hop.routers.setdefault(event.router, event.at.ref)
        if event.at.time_ns and probe.at.time_ns and len(hop.times) < ROUTERS * MOST_HOPS:
            hop.times.append((event.at.time_ns - probe.at.time_ns) / SECOND)

    def _traced(self) -> list[Path]:
        return [path for path in self._paths.entries.values() if path.is_traced]

    def table(self, name: str) -> Table:
        """``paths``: a row for each hop."""

        def row(found: tuple[Path, int, Hop]) -> Row:
            path, number, hop = found
            return (
                str(path.link) or None, address_text(path.source), address_text(path.destination),
                number, listed(hop.routers), ", ".join(hop.words) or None, hop.sent, hop.answered,
                min(hop.times, default=None), fmean(hop.times) if hop.times else None,
                max(hop.times, default=None), hop.first, hop.last,
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
                for router, ref in hop.routers.items():
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


def _probes(seen: Seen, file: int) -> Iterator[Probe]:
    """The packets with few hops."""
    chunk = seen.chunk
    for part in seen.parts(IPv6, IPv4):
        hops = gather(chunk.data, HOPS[part.header], part.at)
        few = (hops <= MOST_HOPS) & (hops > 0)
        if not few.any():
            continue
        rows, at = part.rows[few], part.at[few]
        first = chunk.octets[at + (24 if part.header is IPv6 else 16)]
        alone = (first != 0xFF) if part.header is IPv6 else (first < 224)
        rows, at, hops = rows[alone], at[alone], hops[few][alone]
        stops = np.minimum(at + 128, chunk.limit(rows)).tolist()
        for place, start, stop, count in zip(
            places(seen, rows, file), at.tolist(), stops, hops.tolist(), strict=True
        ):
            key = _key_of(chunk.data[start:stop])
            if key is not None:
                yield Probe(place, key, count)


def _key_of(octets: bytes) -> tuple[object, ...] | None:
    """By what a packet is named in a quote, from its octets."""
    at = Place(0, 0, Link())
    quote = quote_in(Message(at, 0, b"", b"", 0, bytes(8) + octets))
    if quote is None or quote.behind or len(quote.transport) < 8:
        return None
    return _key(quote.source, quote.final, quote.protocol, quote.transport)


def _key(source: bytes, destination: bytes, protocol: int, transport: bytes) -> tuple[object, ...]:
    """Of an echo the identifier and sequence number, else the first eight octets."""
    numbers = transport[4:8] if protocol in ICMP_PROTOCOLS else transport[:8]
    return source, destination, protocol, numbers


def _answer(message: Message) -> Answer | None:
    """Whom an error or a reply answers."""
    kind, code = message.octets[:2]
    six = message.version == 6
    if kind == (129 if six else icmp.ECHO_REPLY):
        key = (message.destination, message.source, 58 if six else 1, message.octets[4:8])
        return Answer(message.at, key, message.source, "reply", through=False)
    quote = quote_in(message)
    if quote is None or quote.behind or len(quote.transport) < 8:
        return None
    through = kind == (TIME_EXCEEDED if six else icmp.TIME_EXCEEDED)
    words = "time exceeded" if through else _reason(message.version, kind, code)
    named = _key(quote.source, quote.final, quote.protocol, quote.transport)
    return Answer(message.at, named, message.source, words, through and not code)


def _reason(version: int, kind: int, code: int) -> str:
    if kind == (1 if version == 6 else icmp.UNREACHABLE):
        return f"{WHY.get((version, code), f'code {code}')} unreachable"
    return "too big" if kind == 2 and version == 6 else "parameter problem"


def _is_group(address: bytes) -> bool:
    return address[0] == 0xFF if len(address) == 16 else address[0] >= 224
