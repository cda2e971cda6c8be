"""Who resolves what: questions to DNS and LLMNR, their answers, and names of one IP version only.

A response belongs to the question with its identifier, name and type, from the port that asked.
mDNS is left out: its responses answer nobody in particular (RFC 6762, section 6).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import fmean
from typing import Any, NamedTuple

import numpy as np

from dissect.analysis.analysis import Analysis, Finding, Place, forgotten, in_order
from dissect.analysis.options import Options
from dissect.analysis.places import InTurn, in_turn, octets_of, several
from dissect.analysis.table import Column, Ref, Row, Table
from dissect.analysis.transports import (
    END,
    HALF,
    address_of,
    carried,
    end_of,
    transports,
)
from dissect.columns.chunk import Rows
from dissect.columns.seen import Seen
from dissect.engine.packet import Packet
from dissect.engine.session import Table as Bounded
from dissect.engine.tree import Node
from dissect.protocols.dns.asked import Question, question_of
from dissect.protocols.dns.codes import RCODES, SHORT
from dissect.protocols.udp import UDP

A, AAAA = 1, 28
"""Types of records (RFC 1035 section 3.2.2, RFC 3596 section 2.1)."""
LONGEST = 300
"""Octets of a message that hold its header and a question."""
TIMES = 1000
"""Times of a lookup's answers that are kept."""
MOST, WAITING, NAMES = 50_000, 50_000, 20_000
"""Lookups, open questions and names that are kept."""
SECOND = 1_000_000_000
UDP_HEADER = 8


class Message(NamedTuple):
    """A message from one end to another, as ``transports.end_of`` makes them."""

    at: Place
    source: bytes
    destination: bytes
    question: Question


class Lookup:
    """A client's questions about a name and type; ``latest`` is the last packet and its file."""

    def __init__(self, client: bytes, server: bytes, question: Question, first: Ref) -> None:
        self.client, self.server = client, server
        self.name, self.type = question.name, question.type
        self.asked = self.answered = self.records = 0
        self.codes: dict[int, int] = {}
        self.times: list[float] = []
        self.first = first
        self.latest: tuple[int, int] = first

    @property
    def outcome(self) -> str:
        """What came of it, of the last kind of answer first."""
        if not self.answered:
            return "not answered"
        if self.records:
            return "found"
        if 0 in self.codes:
            return "no record of that type"
        return ", ".join(RCODES.get(code, f"code {code}") for code in self.codes)

    @property
    def row(self) -> Row:
        """Its row."""
        times = self.times
        return (
            address_of(self.client), address_of(self.server), self.name,
            SHORT.get(self.type, f"TYPE{self.type}"), self.asked, self.answered, self.outcome,
            min(times, default=None), fmean(times) if times else None, max(times, default=None),
            self.first, Ref(*self.latest),
        )  # fmt: skip


class Name:
    """What was asked about a name, and what records it has."""

    def __init__(self, name: str, first: Ref) -> None:
        self.name = name
        self.first = first
        self.latest: tuple[int, int] = first
        self.asked: Counter[int] = Counter()
        self.found: Counter[int] = Counter()
        self.answered: Counter[int] = Counter()

    @property
    def versions(self) -> str | None:
        """The IP versions that it is known to have addresses of; None without an answer."""
        found = tuple(bool(self.found[kind]) for kind in (AAAA, A))
        answered = tuple(bool(self.answered[kind]) for kind in (AAAA, A))
        if found == (True, True):
            return "IPv6 and IPv4"
        if any(found):
            only = "IPv6" if found[0] else "IPv4"
            return f"{only} only" if all(answered) else only
        return "none" if any(answered) else None


class Lookups(Analysis[Message]):
    """Lookups by client, server, name and type; names by the versions that they have."""

    protocols = frozenset(("dns", "llmnr"))

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._lookups: Bounded[Lookup] = Bounded(MOST)
        self._names: Bounded[Name] = Bounded(NAMES)
        self._waiting: Bounded[tuple[Lookup, int]] = Bounded(WAITING)

    def rows(self, seen: Seen) -> Rows:
        """None: the columns tell where messages are."""
        return np.empty(0, np.int64)

    def scan(self, seen: Seen, file: int) -> Iterator[Message]:
        """Messages in UDP datagrams that the columns are sure of."""
        chunk = seen.chunk
        mine = np.zeros(len(chunk), np.bool_)
        for name in self.protocols:
            mine[chunk.layers(name)] = True
        if not mine.any():
            return
        found = transports(seen, UDP).of(mine)
        data, stops = chunk.data, np.minimum(found.stop, chunk.limit(found.rows))
        stops = np.minimum(stops, found.at + UDP_HEADER + LONGEST)
        keys = octets_of(found.keys(chunk))
        questions = [
            question_of(data[at + UDP_HEADER : stop])
            for at, stop in zip(found.at.tolist(), stops.tolist(), strict=True)
        ]
        there = [number for number, question in enumerate(questions) if question is not None]
        ends = [keys[number] for number in there]
        yield from several(
            seen, found.rows[there], file, Message, [key[:END] for key in ends],
            [key[HALF : HALF + END] for key in ends], [questions[number] for number in there],
        )  # fmt: skip

    def read(self, packet: Packet, place: Place) -> Iterator[Message]:
        """The messages of a packet, of which TCP may carry several."""
        ends: tuple[bytes, bytes] | None = None
        packet.decode(detail=True)
        for ip, layer in carried(packet, ("udp", "tcp", *self.protocols)):
            if layer.name in ("udp", "tcp"):
                ends = end_of(ip.src, layer.header.sport), end_of(ip.dst, layer.header.dport)
            elif ends is not None and layer.node is not None:
                question = _question(layer.node)
                if question is not None:
                    yield Message(place, *ends, question)

    def digest(self, events: list[Message]) -> list[InTurn]:
        """All of a chunk as one."""
        return in_turn(events, Message)

    def take(self, event: InTurn) -> None:
        """Count questions, and find those that responses answer."""
        lookups, names, waiting = self._lookups, self._names, self._waiting
        for number, time_ns, link, source, destination, asked in event.rows:
            latest = (number, link.file)
            identifier, is_response, code, answers, text, kind = asked
            client, server = (destination, source) if is_response else (source, destination)
            lower = text.lower()
            name = names.get(lower)
            if name is None:
                name = names.put(lower, Name(text, Ref(*latest)))
            name.latest = latest
            numbers = (client, server, identifier, lower, kind)
            if not is_response:
                key = (client[:16], server[:16], lower, kind)
                lookup = lookups.get(key)
                if lookup is None:
                    lookup = lookups.put(key, Lookup(client, server, asked, Ref(*latest)))
                lookup.asked += 1
                lookup.latest = latest
                name.asked[kind] += 1
                waiting.put(numbers, (lookup, time_ns))
                continue
            name.answered[kind] += 1
            name.found[kind] += answers > 0
            question = waiting.pop(numbers)
            if question is not None:
                lookup, asked_ns = question
                lookup.answered += 1
                lookup.records += answers
                lookup.codes[code] = lookup.codes.get(code, 0) + 1
                lookup.latest = latest
                if len(lookup.times) < TIMES:
                    lookup.times.append((time_ns - asked_ns) / SECOND)

    def table(self, name: str) -> Table:
        """``lookups`` or ``names``."""
        if name == "names":
            return self._table_of_names()
        found = in_order(self._lookups)
        rows = [one.row for one in found[: self.options.top]]
        columns = (
            Column("client", "Client", "text"), Column("server", "Server", "text"),
            Column("name", "Name", "text", packet=True), Column("type", "Type", "text"),
            Column("asked", "Asked"), Column("answered", "Answered"),
            Column("outcome", "Outcome", "text"), Column("min", "Least", "seconds"),
            Column("mean", "Mean", "seconds"), Column("max", "Most", "seconds"),
            Column("first", "First", "packet"), Column("last", "Last", "packet"),
        )  # fmt: skip
        return Table(name, "Lookups", columns, rows, len(found),
                     forgotten(self._lookups, "lookups"))  # fmt: skip

    def _table_of_names(self) -> Table:
        found = in_order(self._names)
        rows: list[Row] = [
            (
                one.name, one.versions, one.asked[AAAA], one.answered[AAAA], one.found[AAAA],
                one.asked[A], one.answered[A], one.found[A], one.first, Ref(*one.latest),
            )
            for one in found[: self.options.top]
        ]  # fmt: skip
        columns = (
            Column("name", "Name", "text", packet=True),
            Column("versions", "Has addresses of", "text"),
            Column("aaaa_asked", "AAAA asked"), Column("aaaa_answered", "AAAA answered"),
            Column("aaaa_found", "AAAA found"), Column("a_asked", "A asked"),
            Column("a_answered", "A answered"), Column("a_found", "A found"),
            Column("first", "First", "packet"), Column("last", "Last", "packet"),
        )  # fmt: skip
        return Table("names", "Names", columns, rows, len(found), forgotten(self._names, "names"))

    def findings(self) -> Iterator[Finding]:
        """Servers that don't answer, and names without IPv6."""
        silent: Counter[bytes] = Counter()
        packets: dict[bytes, list[Ref]] = {}
        answering = {one.server[:16] for one in self._lookups.entries.values() if one.answered}
        for one in self._lookups.entries.values():
            if one.server[:16] not in answering:
                server = one.server[:16]
                silent[server] += one.asked
                packets.setdefault(server, []).append(one.first)
        for server, times in silent.most_common(5):
            words = f"{address_of(server)} answered none of {times:,} questions about names."
            yield Finding("warning", "", words, tuple(packets[server][:5]), "lookups")
        lacking = [one for one in self._names.entries.values() if one.versions == "IPv4 only"]
        if lacking:
            names = ", ".join(one.name for one in lacking[:3])
            words = f"{len(lacking):,} names have no IPv6 address: {names}"
            words += " and others." if len(lacking) > 3 else "."
            yield Finding("note", "", words, tuple(one.first for one in lacking[:5]), "names")


def _question(message: Node) -> Question | None:
    """The first question in a message's subtree."""
    wanted = ("dns.id", "dns.flags.response", "dns.flags.rcode", "dns.count.answers",
              "dns.qry.name", "dns.qry.type")  # fmt: skip
    values: dict[str, Any] = {}
    for node in message.walk():
        if node.name in wanted:
            values.setdefault(node.name, node.value)
    if not {"dns.id", "dns.qry.name", "dns.qry.type"} <= values.keys():
        return None
    return Question(
        values["dns.id"], bool(values.get("dns.flags.response")),
        values.get("dns.flags.rcode") or 0, values.get("dns.count.answers") or 0,
        values["dns.qry.name"], values["dns.qry.type"],
    )  # fmt: skip
