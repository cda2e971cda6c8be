"""Pings: which echo requests were answered, and when (RFC 4443 section 4, RFC 792).

A reply belongs to the latest request with its identifier and sequence number between the same two
addresses; a group's or an anycast address is answered by others, so the asked address is left out
of what must match when nobody of that name answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from statistics import fmean, median
from typing import Any, NamedTuple

from dissect.analysis.analysis import Analysis, Place, forgotten
from dissect.analysis.options import Options
from dissect.analysis.table import Column, Ref, Row, Table
from dissect.engine.packet import Packet
from dissect.engine.session import Table as Bounded
from dissect.engine.values import address_text

ECHO = {
    "icmpv6": (128, 129, "icmpv6.echo.identifier", "icmpv6.echo.sequence_number"),
    "icmp": (8, 0, "icmp.ident", "icmp.seq"),
}
"""By protocol: the types of a request and a reply, and the fields that tell them apart."""
PAIRS, WAITING = 20_000, 100_000
"""How many pairs, and requests that wait for a reply, are kept."""
TIMES = 10_000
"""Round trips of a pair that the median is of."""
SECOND = 1_000_000_000


class Echo(NamedTuple):
    """A request or a reply, from its own sender to whom it goes to."""

    at: Place
    source: bytes
    destination: bytes
    is_reply: bool
    identifier: int
    sequence: int
    hops: int


class Pair:
    """What one address has asked another."""

    def __init__(self, asker: bytes, asked: bytes, first: Ref) -> None:
        self.asker, self.asked = asker, asked
        self.first = self.last = first
        self.sent = self.received = self.again = 0
        self.times: list[float] = []
        self.hops: set[int] = set()

    @property
    def row(self) -> Row:
        """The pair's row."""
        times = self.times
        steps = [abs(later - time) for time, later in pairwise(times)]
        return (
            address_text(self.asker), address_text(self.asked), self.sent, self.received,
            (self.sent - min(self.sent, self.received)) / self.sent if self.sent else None,
            self.again, min(times, default=None), fmean(times) if times else None,
            median(times) if times else None, max(times, default=None),
            fmean(steps) if steps else None,
            ", ".join(map(str, sorted(self.hops))) or None, self.first, self.last,
        )  # fmt: skip


class Ping(Analysis[Echo]):
    """Requests, replies and the time between them, by pair of addresses."""

    protocols = frozenset(ECHO)

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._pairs: Bounded[Pair] = Bounded(PAIRS)
        self._waiting: Bounded[tuple[Pair, int]] = Bounded(WAITING)

    def read(self, packet: Packet, place: Place) -> Iterator[Echo]:
        """Each echo message that is not quoted; a tunnel may hold one in its innermost packet."""
        packet.decode(detail=True)
        outer: Any = None
        for layer in packet.layers:
            header = layer.header
            if layer.quoted or header is None:
                continue
            if layer.name in ("ipv6", "ip"):
                outer = header
            elif layer.name in ECHO and outer is not None and header.type in ECHO[layer.name][:2]:
                _, reply, *names = ECHO[layer.name]
                found = [layer.node and layer.node.find(name) for name in names]
                if None not in found:
                    hops = outer.hlim if layer.name == "icmpv6" else outer.ttl
                    number, sequence = (node.value for node in found if node)
                    is_reply = header.type == reply
                    yield Echo(place, outer.src, outer.dst, is_reply, number, sequence, hops)

    def take(self, event: Echo) -> None:
        """Count a request, or look for the one that a reply answers."""
        numbers = (event.identifier, event.sequence)
        if not event.is_reply:
            ends = (event.source, event.destination)
            pair = self._pairs.get(ends) or self._pairs.put(ends, Pair(*ends, event.at.ref))
            pair.sent += 1
            pair.last = event.at.ref
            self._waiting.put((*ends, *numbers), (pair, event.at.time_ns))
            return
        waiting = self._waiting.get((event.destination, event.source, *numbers))
        if waiting is None:
            return
        pair, asked_ns = waiting
        pair.received += 1
        pair.hops.add(event.hops)
        pair.last = event.at.ref
        if len(pair.times) < TIMES:
            pair.times.append((event.at.time_ns - asked_ns) / SECOND)

    def table(self, name: str) -> Table:
        """``pings``."""
        rows = [pair.row for pair in self._pairs.entries.values()]
        columns = (
            Column("source", "Who asks", "text"), Column("destination", "Whom", "text"),
            Column("sent", "Sent"), Column("received", "Received"), Column("loss", "Loss", "share"),
            Column("duplicates", "Duplicates"), Column("min", "Least", "seconds"),
            Column("mean", "Mean", "seconds"), Column("median", "Median", "seconds"),
            Column("max", "Most", "seconds"), Column("jitter", "Jitter", "seconds"),
            Column("hops", "Hop limits", "text"), Column("first", "First", "packet"),
            Column("last", "Last", "packet"),
        )  # fmt: skip
        remarks = forgotten(self._pairs, "pairs")
        return Table(name, "Pings", columns, rows[: self.options.top], len(rows), remarks)
