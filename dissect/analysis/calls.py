"""SIP calls: who called whom, how long until it was answered, how it ended (RFC 3261)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from dissect.analysis.analysis import Analysis, Finding, Place, forgotten, in_order
from dissect.analysis.discoveries import is_alone, tree_at
from dissect.analysis.inside import Inside, Reader, messages
from dissect.analysis.options import Options
from dissect.analysis.places import places
from dissect.analysis.table import Column, Row, Table
from dissect.analysis.transports import transports
from dissect.columns.chunk import Mask, Rows
from dissect.columns.seen import Seen
from dissect.engine.packet import Packet
from dissect.engine.session import Table as Bounded
from dissect.engine.tree import Node
from dissect.protocols.udp import UDP

SIP = "sip"
MOST = 20_000
"""Calls that are kept."""
SECOND = 1_000_000_000
RINGING, ANSWERED, FAILED = 180, 200, 300
FIELDS = {
    "sip.Call-ID": "call", "sip.from.addr": "caller", "sip.to.addr": "called",
    "sip.Method": "method", "sip.Status-Code": "code", "sip.CSeq.method": "of",
    "sdp.mime.type": "codecs",
}  # fmt: skip


def _said(message: Node) -> dict[str, list[Any]]:
    """The values of ``FIELDS`` in a message's subtree."""
    found: dict[str, list[Any]] = {}
    for node in message.walk():
        name = FIELDS.get(node.name)
        if name is not None:
            found.setdefault(name, []).append(node.value)
    return found


SAID = Reader(_said, ignored=(0, 0))


def _alone(seen: Seen) -> Mask:
    """The rows with such a message over UDP and nothing else."""
    chunk = seen.chunk
    by_chain = chunk.chains.where((SIP, "alone"), lambda protocols: is_alone(protocols, SIP))
    mask: Mask = by_chain[chunk.chain] & seen.mask
    return mask


class Message(NamedTuple):
    """A request (``code`` is 0) or a response to one of that method."""

    at: Place
    call: str
    caller: str
    called: str
    method: str
    code: int
    codecs: tuple[str, ...]


class Call:
    """A dialogue that an INVITE began."""

    def __init__(self, message: Message) -> None:
        self.call, self.caller, self.called = message.call, message.caller, message.called
        self.first = self.last = message.at.ref
        self.asked_ns = message.at.time_ns
        self.rang_ns = self.answered_ns = self.ended_ns = 0
        self.messages = 0
        self.code = 0
        self.ended_by = ""
        self.codecs: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """How far it has come."""
        if self.ended_by:
            return {"BYE": "ended", "CANCEL": "cancelled"}[self.ended_by]
        if self.code >= FAILED:
            return f"failed ({self.code})"
        if self.answered_ns:
            return "answered"
        return "ringing" if self.rang_ns else "calling"

    def take(self, message: Message) -> None:
        """Follow it."""
        self.messages += 1
        self.last = message.at.ref
        now = message.at.time_ns
        if message.codecs and not self.answered_ns:
            self.codecs = message.codecs
        if not message.code:
            if message.method in ("BYE", "CANCEL") and not self.ended_by:
                self.ended_by, self.ended_ns = message.method, now
        elif message.method == "INVITE":
            if message.code == RINGING:
                self.rang_ns = self.rang_ns or now
            elif ANSWERED <= message.code < FAILED:
                self.answered_ns = self.answered_ns or now
            if message.code >= ANSWERED and not self.code:
                self.code = message.code

    def _since_asked(self, then: int) -> float | None:
        return (then - self.asked_ns) / SECOND if then else None

    @property
    def row(self) -> Row:
        """Its row."""
        lasted = None
        if self.answered_ns and self.ended_ns:
            lasted = (self.ended_ns - self.answered_ns) / SECOND
        return (
            self.call, self.caller, self.called, self.state, self._since_asked(self.rang_ns),
            self._since_asked(self.answered_ns), lasted, ", ".join(self.codecs) or None,
            self.messages, self.first, self.last,
        )  # fmt: skip


class Calls(Analysis[Message]):
    """Calls in the order of their beginning."""

    protocols = frozenset((SIP,))

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._calls: Bounded[Call] = Bounded(MOST)

    def rows(self, seen: Seen) -> Rows:
        """Those whose message isn't alone in its packet."""
        mine = np.zeros(len(seen.chunk), np.bool_)
        mine[seen.chunk.layers(SIP)] = True
        return np.flatnonzero(mine & seen.mask & ~_alone(seen))

    def scan(self, seen: Seen, file: int) -> Iterator[Message]:
        """The messages that are alone in theirs."""
        chunk = seen.chunk
        found = transports(seen, UDP).of(_alone(seen))
        begin = found.at + UDP.__hdr_len__
        stop = np.minimum(found.stop, chunk.limit(found.rows))
        for place, row, start, end in zip(
            places(seen, found.rows, file), found.rows.tolist(), begin.tolist(), stop.tolist(),
            strict=True,
        ):  # fmt: skip
            octets = chunk.data[start:end]
            tree = partial(tree_at, chunk, row, start, SIP)
            message = Inside(SIP, octets, None, b"", place, tree)
            yield from self._messages(place, [message])

    def read(self, packet: Packet, place: Place) -> Iterator[Message]:
        """The message of a packet."""
        return self._messages(place, messages(packet, place, self.protocols))

    def _messages(self, place: Place, inside: Iterable[Inside]) -> Iterator[Message]:
        found: dict[str, list[Any]] = {}
        for message in inside:
            for name, values in SAID(message).items():
                found.setdefault(name, []).extend(values)
        if "call" in found and ("method" in found or "code" in found):
            first = {name: values[0] for name, values in found.items()}
            method = first.get("of") if "code" in first else first["method"]
            yield Message(
                place, str(first["call"]), str(first.get("caller", "")),
                str(first.get("called", "")), str(method or ""), int(first.get("code", 0)),
                tuple(dict.fromkeys(map(str, found.get("codecs", ()))))[:16],
            )  # fmt: skip

    def take(self, event: Message) -> None:
        """Begin a call with an INVITE, or follow the one that is known."""
        known = self._calls.get(event.call)
        if known is None:
            if event.method != "INVITE" or event.code:
                return
            known = self._calls.put(event.call, Call(event))
        known.take(event)

    def table(self, name: str) -> Table:
        """``sip-calls``."""
        found = in_order(self._calls)
        rows = [one.row for one in found[: self.options.top]]
        columns = (
            Column("call", "Call", "text", packet=True),
            Column("caller", "Caller", "text", packet=True),
            Column("called", "Called", "text", packet=True), Column("state", "State", "text"),
            Column("ringing", "Rang after", "seconds"),
            Column("answered", "Answered after", "seconds"),
            Column("lasted", "Lasted", "seconds"),
            Column("codecs", "Codecs", "text", packet=True), Column("messages", "Messages"),
            Column("first", "First", "packet"), Column("last", "Last", "packet"),
        )  # fmt: skip
        return Table(name, "SIP calls", columns, rows, len(found), forgotten(self._calls, "calls"))

    def findings(self) -> Iterator[Finding]:
        """Calls that failed."""
        failed = [one for one in in_order(self._calls) if one.state.startswith("failed")]
        if failed:
            words = f"{len(failed):,} calls failed, the first with status {failed[0].code}."
            yield Finding("note", "", words, tuple(one.first for one in failed[:5]), "sip-calls")
