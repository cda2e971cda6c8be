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

from dissect.analysis.analysis import Analysis, Finding, Link, Place, Spanned, forgotten
from dissect.analysis.icmp import ECHOES, Echo, echoes, echoes_in
from dissect.analysis.options import Options
from dissect.analysis.places import InTurn, in_turn
from dissect.analysis.table import Column, Ref, Row, Table
from dissect.analysis.words import FIRST, LAST, LINK, SAID, SHOWN, few, listed
from dissect.columns.chunk import Rows
from dissect.columns.seen import Seen
from dissect.engine.packet import Packet
from dissect.engine.session import Table as Bounded
from dissect.engine.values import address_text

PAIRS, WAITING = 20_000, 100_000
"""How many pairs, and requests by their numbers, are kept."""
TIMES = 10_000
"""Round trips of a pair that mean, median and jitter are of."""
AGAIN = 4
"""Requests with the same numbers that are told apart by their payload."""
ANSWERERS = 64
"""Who answered for another is kept of so many."""
SECOND = 1_000_000_000


class Request:
    """A request, and who has answered it."""

    __slots__ = ("pair", "time_ns", "payload", "answered_by")

    def __init__(self, pair: Pair, time_ns: int, payload: int) -> None:
        self.pair = pair
        self.time_ns, self.payload = time_ns, payload
        self.answered_by: set[bytes] | None = None


class Replies:
    """What came back to one address from another, or from others in its place."""

    def __init__(self) -> None:
        self.received = self.again = self.altered = 0
        self.times: list[float] = []
        self.least = self.most = -1.0
        self.hops: dict[int, Ref] = {}
        self.others: dict[bytes, Ref] = {}
        self.altered_in: tuple[Ref, ...] = ()


NO_REPLIES = Replies()


class Pair(Spanned):
    """What one address has asked another on a link; most are never answered."""

    replies = NO_REPLIES

    def __init__(self, link: Link, asker: bytes, asked: bytes, number: int) -> None:
        self.link, self.asker, self.asked = link, asker, asked
        self.begun = self.latest = number
        self.sent = 0

    def answered(self, request: Request, reply: Echo) -> None:
        """Count a reply to one of its requests."""
        at = reply.at
        self.latest = at.number
        if self.replies is NO_REPLIES:
            self.replies = Replies()
        known = self.replies
        if reply.source != self.asked and len(known.others) < ANSWERERS:
            known.others.setdefault(reply.source, at.ref)
        if reply.payload != request.payload:
            known.altered += 1
            known.altered_in = few(known.altered_in, at.ref)
        known.hops.setdefault(reply.hops, at.ref)
        if request.answered_by is None:
            request.answered_by = set()
            known.received += 1
        elif reply.source in request.answered_by:
            known.again += 1
            return
        if len(request.answered_by) < ANSWERERS:
            request.answered_by.add(reply.source)
        if at.time_ns and request.time_ns:
            took = (at.time_ns - request.time_ns) / SECOND
            known.least = took if known.least < 0 else min(took, known.least)
            known.most = max(took, known.most)
            if len(known.times) < TIMES:
                known.times.append(took)

    @property
    def row(self) -> Row:
        """The pair's row."""
        known = self.replies
        times = known.times
        steps = [abs(later - time) for time, later in pairwise(times)]
        return (
            str(self.link) or None, address_text(self.asker), address_text(self.asked),
            self.sent, known.received, (self.sent - known.received) / self.sent,
            known.again, known.altered, known.least if times else None,
            fmean(times) if times else None, median(times) if times else None,
            known.most if times else None, fmean(steps) if steps else None,
            _hops(self) or None, listed(known.others),
            self.first, self.last,
        )  # fmt: skip


class Ping(Analysis[Echo]):
    """Requests, replies and the time between them, by pair of addresses."""

    protocols = frozenset(ECHOES)

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._pairs: Bounded[Pair] = Bounded(PAIRS)
        self._waiting: Bounded[tuple[Request, ...]] = Bounded(WAITING)
        self._askers: Bounded[Request] = Bounded(WAITING)
        """The latest request by all but who was asked."""
        self._unasked: tuple[Ref, ...] = ()
        self._unasked_count = 0

    def rows(self, seen: Seen) -> Rows:
        """None: the columns tell all."""
        return seen.rows[:0]

    def scan(self, seen: Seen, file: int) -> Iterable[Echo]:
        """The echoes in rows that the columns are sure of."""
        return echoes(seen, file)

    def read(self, packet: Packet, place: Place) -> Iterable[Echo]:
        """Each echo message that is not quoted."""
        return echoes_in(packet, place)

    def digest(self, events: list[Echo]) -> list[InTurn]:
        """All of a chunk as one."""
        return in_turn(events, Echo)

    def take(self, event: InTurn) -> None:
        """Count requests, and look for those that replies answer."""
        pairs, waiting = self._pairs, self._waiting
        for row in event.rows:
            number, time_ns, link, source, destination, is_reply, numbers, _, payload = row
            if is_reply:
                found = self._request((link, destination, source, numbers), payload)
                if found is not None:
                    found.pair.answered(found, Echo(Place(number, time_ns, link), *row[3:]))
                    continue
                self._unasked_count += 1
                if len(self._unasked) < SHOWN:
                    self._unasked = few(self._unasked, Ref(number, link.file))
                continue
            ends = (link, source, destination)
            pair = pairs.get(ends)
            if pair is None:
                pair = pairs.put(ends, Pair(*ends, number))
            pair.sent += 1
            pair.latest = number
            request = Request(pair, time_ns, payload)
            key = (*ends, numbers)
            known = waiting.entries.get(key)
            waiting.put(key, (*known[-AGAIN + 1 :], request) if known else (request,))
            self._askers.put((link, source, numbers, payload), request)

    def _request(self, key: tuple[Link, bytes, bytes, bytes], payload: int) -> Request | None:
        """What a reply answers, by link, asker, asked and numbers, or by its payload."""
        found = self._waiting.get(key)
        if found is None:
            link, asker, _, numbers = key
            return self._askers.get((link, asker, numbers, payload))
        fitting = [request for request in found if request.payload == payload]
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
        pairs = self._pairs.entries.values()
        answered = [pair for pair in pairs if pair.replies is not NO_REPLIES]
        for pair in [pair for pair in answered if pair.replies.altered][:SAID]:
            words = f"{pair.replies.altered:,} replies to {_asked(pair)} bring back other octets."
            yield Finding("error", "", words, pair.replies.altered_in, "pings")
        for pair in [pair for pair in answered if pair.replies.again][:SAID]:
            words = f"{pair.replies.again:,} replies to {_asked(pair)} came more than once."
            yield Finding("warning", "", words, (pair.first, pair.last), "pings")
        silent = (pair for pair in pairs if pair.sent > 2 and pair.replies is NO_REPLIES)
        for pair in islice(silent, SAID):
            words = f"No reply was seen to any of {pair.sent:,} {_asked(pair)}."
            yield Finding("warning", "", words, (pair.first, pair.last), "pings")
        several = [pair for pair in answered if len(pair.replies.hops) > 1]
        for pair in [pair for pair in several if not pair.replies.others][:SAID]:
            words = (
                f"Replies to {_asked(pair)} came with the hop limits {_hops(pair)}: by different "
                "ways, or from different hosts."
            )
            yield Finding("note", "", words, tuple(pair.replies.hops.values())[:SHOWN], "pings")


def _asked(pair: Pair) -> str:
    return f"echo requests from {address_text(pair.asker)} to {address_text(pair.asked)}"


def _hops(pair: Pair) -> str:
    return ", ".join(map(str, sorted(pair.replies.hops)))
