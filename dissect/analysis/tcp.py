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

from dissect.analysis.analysis import Analysis, Finding, Place, forgotten
from dissect.analysis.options import Options
from dissect.analysis.table import Column, Ref, Row, Table
from dissect.analysis.tcp_runs import (
    NOT_YET,
    Late,
    Run,
    Segments,
    is_kept,
    runs,
    segments_in,
    segments_of,
    step,
)
from dissect.analysis.transports import address_of, port_of
from dissect.columns.chunk import Rows
from dissect.columns.seen import Seen
from dissect.engine.packet import Packet
from dissect.engine.session import Table as Bounded
from dissect.protocols.tcp_flags import ACK, FIN, RST, SYN

MOST = 100_000
"""Connections that are kept."""
SECOND = 1_000_000_000
SOON = 3_000_000
"""Nanoseconds within which a late segment was overtaken rather than sent again, where the round
trip isn't known; tshark's measure."""
LATE = 1000
"""Late segments of a side of which the time is kept; later ones are taken for sent again."""
MANY = 0.05
"""The share of segments sent again that is worth a finding, of at least FEW segments."""
FEW = 20


class Side:
    """What one end sent."""

    def __init__(self, end: bytes) -> None:
        self.end = end
        self.packets = self.octets = self.flags = 0
        self.gaps = self.kept = self.closed = 0
        self.late: list[int] = []
        """Nanoseconds since the highest octet rose, of the first segments that came late."""
        self.more_late = 0
        self.top: int | None = None
        self.top_ns = 0

    def take(self, run: Run) -> None:
        """Count a run."""
        late, gaps, kept, top = run.late, run.gaps, run.kept, run.opening + run.top
        if self.top is not None:
            ahead = step(run.opening, self.top)
            if ahead < 0:  # some of it may be known from chunks before
                late, gaps, kept = self._behind(run, -ahead)
                top = max(top, run.opening - ahead)
            gaps += ahead > 0 and not run.flags & SYN
        self.packets += run.packets
        self.octets += run.octets
        self.flags |= run.flags
        self.gaps += gaps
        self.kept += kept
        self.closed += run.closed
        room = LATE - len(self.late)
        self.late += [one.nanoseconds for one in late[:room]]
        self.more_late += len(late[room:])
        if self.top is None or top != run.opening - step(run.opening, self.top):
            self.top_ns = run.top_ns
        self.top = top & 0xFFFF_FFFF

    def overtaken(self, soon: int) -> int:
        """The late segments that came within ``soon`` nanoseconds: they were not sent again."""
        return sum(time < soon for time in self.late)

    def again(self, soon: int) -> int:
        """The late segments that came later than that."""
        return len(self.late) + self.more_late - self.overtaken(soon)

    def _behind(self, run: Run, seen: int) -> tuple[tuple[Late, ...], int, int]:
        """What comes late, gaps and keep-alives of a run that begins before the highest octet,
        which is ``seen`` octets behind its opening."""
        seq, span, time, flags = run.segments.T
        end = seq + span
        before = np.maximum.accumulate(np.r_[seen, end])[:-1]
        kept = is_kept(seq, span, flags, before)
        rises = np.maximum.accumulate(np.where(end > before, np.arange(len(end)), -1))
        found = []
        for at in np.flatnonzero((span > 0) & (end <= before) & ~kept).tolist():
            rose = int(time[rises[at]]) if rises[at] >= 0 else self.top_ns
            found.append(Late(int(time[at]) - rose, int(span[at])))
        return tuple(found), int(((span > 0) & (seq > before)).sum()), int(kept.sum())


class Connection:
    """Two sides; ``sides[0]`` is the client's."""

    def __init__(self, client: bytes, server: bytes, link: str, first: Place) -> None:
        self.sides = (Side(client), Side(server))
        self.link = link
        self.first, self.last = first, first.number
        self.opening: int | None = None
        self.syn_ns = self.answer_ns = self.plain_ns = NOT_YET
        self.ended_by = ""

    @property
    def round_trip(self) -> int | None:
        """Nanoseconds from the last SYN to the ACK that ends the handshake."""
        if NOT_YET in (self.syn_ns, self.answer_ns) or self.plain_ns < self.answer_ns:
            return None
        return self.plain_ns - self.syn_ns

    @property
    def state(self) -> str:
        """How far it has come, as far as was seen."""
        client, server = self.sides
        if server.flags & RST and not server.flags & SYN and client.flags & SYN:
            return "refused"
        if (client.flags | server.flags) & RST:
            return "reset"
        if client.flags & SYN and not server.packets:
            return "unanswered"
        if client.flags & server.flags & FIN:
            return "closed"
        if (client.flags | server.flags) & FIN:
            return "half closed"
        if self.syn_ns == NOT_YET:
            return "open, begun before"
        return "open" if self.round_trip is not None else "half open"

    def take(self, run: Run) -> None:
        """Count a run, and what it says about the handshake."""
        is_client = run.source == self.sides[0].end
        side = self.sides[0 if is_client else 1]
        if run.flags & SYN and run.syn_ns != NOT_YET:
            if is_client:
                self.syn_ns, self.opening = run.syn_ns, run.opening
            elif self.answer_ns == NOT_YET:
                self.answer_ns = run.syn_ns
        if is_client and self.plain_ns == NOT_YET and run.flags & ACK:
            self.plain_ns = run.plain_ns
        side.take(run)
        if run.flags & RST and not self.ended_by:
            self.ended_by = address_of(run.source)
        self.last = max(self.last, run.last)

    @property
    def row(self) -> Row:
        """Its row."""
        client, server = self.sides
        round_trip, answer = self.round_trip, None
        soon = round_trip or SOON
        if NOT_YET not in (self.syn_ns, self.answer_ns):
            answer = (self.answer_ns - self.syn_ns) / SECOND
        return (
            self.link or None, address_of(client.end), port_of(client.end),
            address_of(server.end), port_of(server.end), self.state,
            client.packets + server.packets, client.octets, server.octets, answer,
            None if round_trip is None else round_trip / SECOND,
            client.again(soon), server.again(soon),
            client.overtaken(soon) + server.overtaken(soon),
            client.gaps + server.gaps, client.kept + server.kept, client.closed + server.closed,
            self.ended_by or None, self.first.ref, Ref(self.last, self.first.link.file),
        )  # fmt: skip


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
        self._open: Bounded[Connection] = Bounded(MOST)
        self._done: list[Connection] = []

    def rows(self, seen: Seen) -> Rows:
        """None: the columns tell all."""
        return np.empty(0, np.int64)

    def scan(self, seen: Seen, file: int) -> Iterator[Segments]:
        """The segments that the columns tell of."""
        return segments_of(seen, file)

    def read(self, packet: Packet, place: Place) -> Iterator[Segments]:
        """The segment in a packet."""
        return segments_in(packet, place)

    def digest(self, events: list[Any]) -> list[Run]:
        """The runs of a chunk's segments."""
        return list(runs(events))

    def take(self, event: Run) -> None:
        """Find the connection of a run, or begin one."""
        link = event.at.link
        ends = sorted((event.source, event.destination))
        key = (link.file, link.interface, *ends)
        known = self._open.get(key)
        opens = event.flags & SYN and event.syn_ns != NOT_YET and not _is_answer(event, known)
        if known is None or (opens and _is_another(event, known)):
            if known is not None and len(self._done) < MOST:
                self._done.append(known)
            known = self._open.put(key, _begun(event, bool(opens)))
        known.take(event)

    def table(self, name: str) -> Table:
        """``tcp-connections``."""
        found = [*self._done, *self._open.entries.values()]
        found.sort(key=lambda one: (one.first.link.file, one.first.number))
        rows = [one.row for one in found[: self.options.top]]
        return Table(name, "TCP connections", COLUMNS, rows, len(found),
                     forgotten(self._open, "connections"))  # fmt: skip

    def findings(self) -> Iterator[Finding]:
        """Servers that refuse or don't answer, and paths that lose segments."""
        found = [*self._done, *self._open.entries.values()]
        for state, words in (("refused", "refused"), ("unanswered", "did not answer")):
            servers: Counter[bytes] = Counter()
            first: dict[bytes, list[Ref]] = {}
            for one in found:
                if one.state == state:
                    server = one.sides[1].end
                    servers[server] += 1
                    first.setdefault(server, []).append(one.first.ref)
            for server, times in servers.most_common(5):
                where = f"{address_of(server)} port {port_of(server)}"
                many = f"{times:,} connections" if times > 1 else "a connection"
                yield Finding("warning", "", f"{where} {words} {many}.",
                              tuple(first[server][:5]), "tcp-connections")  # fmt: skip
        for one in found:
            for side, other in (one.sides, one.sides[::-1]):
                again = side.again(one.round_trip or SOON)
                if side.packets >= FEW and again / side.packets > MANY:
                    words = (
                        f"{address_of(side.end)} sent {again:,} of its {side.packets:,} "
                        f"segments to {address_of(other.end)} again."
                    )
                    yield Finding("note", "", words, (one.first.ref,), "tcp-connections")


def _begun(run: Run, by_client: bool) -> Connection:
    """A connection whose first run this is."""
    client, server = run.source, run.destination
    answers = run.flags & (SYN | ACK) == SYN | ACK and run.syn_ns != NOT_YET and not by_client
    if answers or (not by_client and port_of(client) < port_of(server)):
        client, server = server, client
    return Connection(client, server, str(run.at.link), run.at)


def _is_answer(run: Run, known: Connection | None) -> bool:
    """Whether its SYN is the server's."""
    if known is not None:
        return run.source == known.sides[1].end
    return bool(run.flags & ACK) and run.packets == 1


def _is_another(run: Run, known: Connection) -> bool:
    """Whether a client's SYN begins another connection than the one that is known."""
    return (known.opening is not None and known.opening != run.opening) or known.opening is None
