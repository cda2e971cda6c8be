"""Pings: which echo requests were answered, and when (RFC 4443 section 4, RFC 792).

A reply belongs to the latest request with its identifier and sequence number between the same two
addresses, by its payload if numbers come again before an answer does.  A group's or an anycast
address is answered by others: then asker, numbers and payload must fit.

Where the capture was made between two hosts, times are those of the way behind it only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from statistics import fmean, median
from typing import NamedTuple
from zlib import crc32

from dissect.analysis.analysis import Analysis, Finding, Link, Place, forgotten
from dissect.analysis.icmp import ECHO, ECHOES, Message, messages, messages_in
from dissect.analysis.options import Options
from dissect.analysis.table import Column, Ref, Row, Table
from dissect.analysis.words import FIRST, LAST, LINK, SAID, SHOWN, few, listed
from dissect.columns.chunk import Rows
from dissect.columns.seen import Seen
from dissect.engine.packet import Packet
from dissect.engine.session import Table as Bounded
from dissect.engine.values import address_text
from dissect.protocols import icmp

PAIRS, WAITING = 20_000, 100_000
"""How many pairs, and requests by their numbers, are kept."""
TIMES = 10_000
"""Round trips of a pair that mean, median and jitter are of."""
AGAIN = 4
"""Requests with the same numbers that are told apart by their payload."""
ANSWERERS = 64
"""Who answered for another is kept of so many."""
SECOND = 1_000_000_000


class Echo(NamedTuple):
    """A request or a reply, from its own sender to whom it goes to; ``payload`` is a sum of it."""

    at: Place
    source: bytes
    destination: bytes
    is_reply: bool
    numbers: bytes
    hops: int
    payload: int


class Request:
    """A request, and who has answered it."""

    __slots__ = ("pair", "echo", "answered_by")

    def __init__(self, pair: Pair, echo: Echo) -> None:
        self.pair = pair
        self.echo = echo
        self.answered_by: set[bytes] = set()


class Pair:
    """What one address has asked another on a link."""

    def __init__(self, link: Link, asker: bytes, asked: bytes, first: Ref) -> None:
        self.link, self.asker, self.asked = link, asker, asked
        self.first = self.last = first
        self.sent = self.received = self.again = self.altered = 0
        self.times: list[float] = []
        self.least = self.most = -1.0
        self.hops: dict[int, Ref] = {}
        self.others: dict[bytes, Ref] = {}
        self.altered_in: tuple[Ref, ...] = ()

    def answered(self, request: Request, reply: Echo) -> None:
        """Count a reply to one of its requests."""
        self.last = reply.at.ref
        if reply.source != self.asked and len(self.others) < ANSWERERS:
            self.others.setdefault(reply.source, reply.at.ref)
        if reply.payload != request.echo.payload:
            self.altered += 1
            self.altered_in = few(self.altered_in, reply.at.ref)
        self.hops.setdefault(reply.hops, reply.at.ref)
        if reply.source in request.answered_by:
            self.again += 1
            return
        if not request.answered_by:
            self.received += 1
        if len(request.answered_by) < ANSWERERS:
            request.answered_by.add(reply.source)
        if reply.at.time_ns and request.echo.at.time_ns:
            took = (reply.at.time_ns - request.echo.at.time_ns) / SECOND
            self.least = took if self.least < 0 else min(took, self.least)
            self.most = max(took, self.most)
            if len(self.times) < TIMES:
                self.times.append(took)

    @property
    def row(self) -> Row:
        """The pair's row."""
        times = self.times
        steps = [abs(later - time) for time, later in pairwise(times)]
        return (
            str(self.link) or None, address_text(self.asker), address_text(self.asked),
            self.sent, self.received, (self.sent - self.received) / self.sent,
            self.again, self.altered, self.least if times else None,
            fmean(times) if times else None, median(times) if times else None,
            self.most if times else None, fmean(steps) if steps else None,
            _hops(self) or None, listed(self.others),
            self.first, self.last,
        )  # fmt: skip


class Ping(Analysis[Echo]):
    """Requests, replies and the time between them, by pair of addresses."""

    protocols = frozenset(ECHOES)

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._pairs: Bounded[Pair] = Bounded(PAIRS)
        self._waiting: Bounded[list[Request]] = Bounded(WAITING)
        self._askers: Bounded[Request] = Bounded(WAITING)
        """The latest request by all but who was asked."""
        self._unasked: tuple[Ref, ...] = ()
        self._unasked_count = 0

    def rows(self, seen: Seen) -> Rows:
        """None: the columns tell all."""
        return seen.rows[:0]

    def scan(self, seen: Seen, file: int) -> Iterator[Echo]:
        """The echoes in rows that the columns are sure of."""
        return map(_echo, messages(seen, file, ECHOES))

    def read(self, packet: Packet, place: Place) -> Iterable[Echo]:
        """Each echo message that is not quoted; a tunnel may hold one in its innermost packet."""
        found = messages_in(packet, place, ECHOES)
        return [_echo(message) for message in found if len(message.octets) >= 8]

    def take(self, event: Echo) -> None:
        """Count a request, or look for the one that a reply answers."""
        link = event.at.link
        if event.is_reply:
            request = self._request(event)
            if request is not None:
                request.pair.answered(request, event)
            else:
                self._unasked_count += 1
                self._unasked = few(self._unasked, event.at.ref)
            return
        ends = (link, event.source, event.destination)
        pair = self._pairs.get(ends) or self._pairs.put(ends, Pair(*ends, event.at.ref))
        pair.sent += 1
        pair.last = event.at.ref
        request = Request(pair, event)
        key = (*ends, event.numbers)
        self._waiting.put(key, [*(self._waiting.get(key) or ())[-AGAIN + 1 :], request])
        self._askers.put((link, event.source, event.numbers, event.payload), request)

    def _request(self, reply: Echo) -> Request | None:
        link, asker = reply.at.link, reply.destination
        found = self._waiting.get((link, asker, reply.source, reply.numbers))
        if found is None:
            return self._askers.get((link, asker, reply.numbers, reply.payload))
        fitting = [request for request in found if request.echo.payload == reply.payload]
        return (fitting or found)[-1]

    def table(self, name: str) -> Table:
        """``pings``."""
        pairs = self._pairs.entries
        rows = [pair.row for pair in islice(pairs.values(), self.options.top)]
        columns = (
            LINK, Column("source", "Who asks", "text"), Column("destination", "Whom", "text"),
            Column("sent", "Sent"), Column("received", "Received"), Column("loss", "Loss", "share"),
            Column("duplicates", "Duplicates"), Column("altered", "Altered"),
            Column("min", "Least", "seconds"),
            Column("mean", "Mean", "seconds"), Column("median", "Median", "seconds"),
            Column("max", "Most", "seconds"), Column("jitter", "Jitter", "seconds"),
            Column("hops", "Hop limits", "text"), Column("others", "Others who answer", "text"),
            FIRST, LAST,
        )  # fmt: skip
        remarks = forgotten(self._pairs, "pairs") + forgotten(self._waiting, "requests")
        if self._unasked_count:
            first = ", ".join(map(str, self._unasked))
            remarks.append(
                f"{self._unasked_count:,} replies to requests that were not seen, first {first}"
            )
        return Table(name, "Pings", columns, rows, len(pairs), remarks)

    def findings(self) -> Iterator[Finding]:
        """Payloads that came back otherwise, replies that came twice, ways that changed."""
        pairs = list(self._pairs.entries.values())
        for pair in [pair for pair in pairs if pair.altered][:SAID]:
            words = f"{pair.altered:,} replies to {_asked(pair)} bring back other octets."
            yield Finding("error", "", words, pair.altered_in, "pings")
        for pair in [pair for pair in pairs if pair.again][:SAID]:
            words = f"{pair.again:,} replies to {_asked(pair)} came more than once."
            yield Finding("warning", "", words, (pair.first, pair.last), "pings")
        for pair in [pair for pair in pairs if pair.sent > 2 and not pair.received][:SAID]:
            words = f"No reply was seen to any of {pair.sent:,} {_asked(pair)}."
            yield Finding("warning", "", words, (pair.first, pair.last), "pings")
        for pair in [pair for pair in pairs if len(pair.hops) > 1 and not pair.others][:SAID]:
            words = (
                f"Replies to {_asked(pair)} came with the hop limits {_hops(pair)}: by different "
                "ways, or from different hosts."
            )
            yield Finding("note", "", words, tuple(pair.hops.values())[:SHOWN], "pings")


def _echo(message: Message) -> Echo:
    octets = message.octets
    is_reply = octets[0] in (icmp.ECHO_REPLY, ECHO + 1)
    return Echo(message.at, message.source, message.destination, is_reply, octets[4:8],
                message.hops, crc32(octets[8:]))  # fmt: skip


def _asked(pair: Pair) -> str:
    return f"echo requests from {address_text(pair.asker)} to {address_text(pair.asked)}"


def _hops(pair: Pair) -> str:
    return ", ".join(map(str, sorted(pair.hops)))
