"""TCP connections: how each began and ended, how long its round trip takes, what was sent again.

A connection begins with a SYN that has another sequence number than the one before (RFC 9293,
section 3.5), or with whatever is seen first of it.  The client is who sends that SYN; without one,
who has the higher port.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from dissect.analysis.analysis import Analysis, Finding, Place
from dissect.analysis.options import Options
from dissect.analysis.table import Column, Ref, Row, Table
from dissect.analysis.tcp_connections import Connections
from dissect.analysis.tcp_runs import (
    NOT_YET,
    Numbers,
    Runs,
    Segments,
    runs,
    segments_in,
    segments_of,
)
from dissect.analysis.transports import END, HALF, address_of, port_of
from dissect.columns.chunk import Rows
from dissect.columns.seen import Seen
from dissect.engine.packet import Packet
from dissect.protocols.tcp_flags import FIN, RST, SYN

MOST = 100_000
"""Connections that are kept."""
SECOND = 1_000_000_000
SOON = 3_000_000
"""Nanoseconds within which a late segment was overtaken rather than sent again, where the round
trip isn't known; tshark's measure."""
MANY = 0.05
"""The share of segments sent again that is worth a finding, of at least FEW segments."""
FEW = 20
STATES = (
    "refused", "reset", "unanswered", "closed", "half closed", "open, begun before", "open",
    "half open",
)  # fmt: skip
REFUSED, UNANSWERED = 0, 2


COLUMNS = (
    Column("link", "Link", "text", packet=True), Column("client", "Client", "text"),
    Column("client_port", "Port", "number"), Column("server", "Server", "text"),
    Column("server_port", "Port", "number"), Column("state", "State", "text"),
    Column("packets", "Packets"), Column("client_octets", "Client's data", "octets"),
    Column("server_octets", "Server's data", "octets"),
    Column("answer", "SYN answered after", "seconds"),
    Column("handshake", "Handshake", "seconds"),
    Column("client_again", "Client's sent again"), Column("server_again", "Server's sent again"),
    Column("overtaken", "Overtaken"), Column("gaps", "Missing before"),
    Column("kept", "Keep-alives"), Column("closed", "Closed windows"),
    Column("reset_by", "Reset by", "text"), Column("first", "First", "packet"),
    Column("last", "Last", "packet"),
)  # fmt: skip


class Tcp(Analysis[Any]):
    """Connections in the order of their beginning."""

    protocols = frozenset(("tcp",))

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._known = Connections(MOST)

    def rows(self, seen: Seen) -> Rows:
        """None: the columns tell all."""
        return np.empty(0, np.int64)

    def scan(self, seen: Seen, file: int) -> Iterator[Segments]:
        """The segments that the columns tell of."""
        return segments_of(seen, file)

    def read(self, packet: Packet, place: Place) -> Iterator[Segments]:
        """The segment in a packet."""
        return segments_in(packet, place)

    def digest(self, events: list[Any]) -> list[Runs]:
        """The runs of a chunk's segments, all together."""
        return [runs(events)]

    def take(self, event: Runs) -> None:
        """Put the runs of a chunk to their connections."""
        self._known.take(event)

    def table(self, name: str) -> Table:
        """``tcp-connections``."""
        known = self._known
        found = known.listed()
        files = np.array([link.file for link in known.links], np.int64)
        first, link = (known.rows[name][found] for name in ("first", "link"))
        found = found[np.lexsort((first, files[link]))]
        shown = self._rows(found[: self.options.top])
        remarks = []
        if known.evicted:
            remarks.append(f"{known.evicted:,} connections were forgotten, the ones seen longest "
                           f"ago: at most {known.most:,} are kept")  # fmt: skip
        return Table(name, "TCP connections", COLUMNS, shown, len(found), remarks)

    def _late(self) -> tuple[Numbers, Numbers, Numbers]:
        """Of each connection the round trip; of its sides the segments sent again, or overtaken."""
        known = self._known
        round_trips = _round_trips(known)
        unknown = (round_trips == NOT_YET) | (round_trips == 0)
        soon = np.where(unknown, SOON, round_trips)
        overtaken = known.overtaken(soon)
        return round_trips, known.sides["late"][: len(known)] - overtaken, overtaken

    def _rows(self, found: Numbers) -> list[Row]:
        """The rows of some connections."""
        known = self._known
        round_trips, again, overtaken = self._late()
        rows, sides = known.rows[found], known.sides[found]
        columns = (
            found, rows["link"], _states(known, round_trips)[found], rows["syn_ns"],
            rows["answer_ns"], round_trips[found], rows["reset_by"], rows["first"], rows["last"],
            sides["packets"].sum(axis=1), *sides["octets"].T, *again[found].T,
            overtaken[found].sum(axis=1),
            *(sides[name].sum(axis=1) for name in ("gaps", "kept", "closed")),
        )  # fmt: skip
        values = zip(*(column.tolist() for column in columns), strict=True)
        return [self._row(*one) for one in values]

    def _row(
        self, number: int, at: int, state: int, syn_ns: int, answer_ns: int, round_trip: int,
        reset_by: int, first: int, last: int, *counts: int,
    ) -> Row:  # fmt: skip
        link = self._known.links[at]
        client, server = self._ends(number)
        packets, client_octets, server_octets, *others = counts
        answer = None if NOT_YET in (syn_ns, answer_ns) else (answer_ns - syn_ns) / SECOND
        return (
            str(link) or None, address_of(client), port_of(client), address_of(server),
            port_of(server), STATES[state], packets, client_octets, server_octets, answer,
            None if round_trip == NOT_YET else round_trip / SECOND, *others,
            address_of((client, server)[reset_by - 1]) if reset_by else None,
            Ref(first, link.file), Ref(last, link.file),
        )  # fmt: skip

    def _ends(self, number: int) -> tuple[bytes, bytes]:
        """The client's and the server's."""
        key = self._known.keys[number].tobytes()
        ends = key[:END], key[HALF : HALF + END]
        return ends if self._known.rows["client_low"][number] else ends[::-1]

    def _ref(self, number: int) -> Ref:
        """The first packet of a connection."""
        one = self._known.rows[number]
        return Ref(int(one["first"]), self._known.links[one["link"]].file)

    def findings(self) -> Iterator[Finding]:
        """Servers that refuse or don't answer, and paths that lose segments."""
        found = self._known.listed()
        round_trips, again, _ = self._late()
        states = _states(self._known, round_trips)[found]
        for state, words in ((REFUSED, "refused"), (UNANSWERED, "did not answer")):
            connections = found[states == state].tolist()
            servers = Counter([self._ends(number)[1] for number in connections])
            for server, times in servers.most_common(5):
                where = f"{address_of(server)} port {port_of(server)}"
                many = f"{times:,} connections" if times > 1 else "a connection"
                first = [self._ref(it) for it in connections if self._ends(it)[1] == server][:5]
                yield Finding("warning", "", f"{where} {words} {many}.", tuple(first),
                              "tcp-connections")  # fmt: skip
        packets = self._known.sides["packets"][found]
        many_again = (packets >= FEW) & (again[found] / np.maximum(packets, 1) > MANY)
        for place, side in zip(*(axis.tolist() for axis in many_again.nonzero()), strict=True):
            number = int(found[place])
            ends = self._ends(number)
            words = (
                f"{address_of(ends[side])} sent {again[number, side]:,} of its "
                f"{packets[place, side]:,} segments to {address_of(ends[1 - side])} again."
            )
            yield Finding("note", "", words, (self._ref(number),), "tcp-connections")


def _round_trips(known: Connections) -> Numbers:
    """Nanoseconds from the last SYN to the ACK that ends the handshake; NOT_YET where unknown."""
    rows = known.rows[: len(known)]
    syn_ns, answer_ns, plain_ns = (rows[name] for name in ("syn_ns", "answer_ns", "plain_ns"))
    unknown = (syn_ns == NOT_YET) | (answer_ns == NOT_YET) | (plain_ns < answer_ns)
    return np.where(unknown, NOT_YET, plain_ns - syn_ns)


def _states(known: Connections, round_trips: Numbers) -> Numbers:
    """How far each has come, as far as was seen: where in ``STATES`` that is."""
    sides = known.sides[: len(known)]
    client, server = sides["flags"].T
    either, both = client | server, client & server
    refused = (server & RST != 0) & (server & SYN == 0) & (client & SYN != 0)
    unanswered = (client & SYN != 0) & (sides["packets"][:, 1] == 0)
    begun_before = known.rows["syn_ns"][: len(known)] == NOT_YET
    return np.select(
        (refused, either & RST != 0, unanswered, both & FIN != 0, either & FIN != 0, begun_before,
         round_trips != NOT_YET),
        range(len(STATES) - 1), len(STATES) - 1,
    )  # fmt: skip
