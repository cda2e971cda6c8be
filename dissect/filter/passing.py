"""The packets of a capture that pass a filter, with as little decoding as is right.

Some fields depend on the packets before: stream numbers, relative sequence numbers, times since a
request, what a port means since SIP announced it.  So the packets of a capture are decoded one
after the other, whether they pass or not.  But columns decide most filters for most packets, and a
packet that doesn't pass and that no other depends on needs no decoding.  Here is decided which way
is taken:

1. Only a plain file has a short way; pipes and compressed files are read in order.  So is all
   where preferences say how to decode, which the columns know nothing of.
2. Decoded are: the packets that the columns don't exclude; fragments, which belong together; and
   what announces streams (SIP, SDP).  They share a session, ``Alone``, which keeps what these
   tell and is told the times of the first and the previous packet.  It notes which of its other
   tables a dissector wants to look into, and has nothing in them.
3. Where one did, and the answer or what is shown may depend on that table (``may_change``), the
   file is read again from its start: now all packets of the protocols that fill the table are
   decoded too, and shown are those from this one on.  All before were right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from dissect.engine.conversation import ANNOUNCED, CLAIMED
from dissect.engine.session import Session, Table
from dissect.filter.masks import Mask, Truth, is_plain

if TYPE_CHECKING:
    from dissect.api import Capture, Packet
    from dissect.columns import Chunk

COLUMNS = "_ws.col"
"""Stands for all columns of the packet list among the fields that are shown."""

ANNOUNCERS = ("sdp",)
"""Protocols that say which packets of other conversations are whose."""

ANNOUNCING = frozenset(("sip",))
"""Families of tables on which it depends what they announce."""

KEPT = frozenset((ANNOUNCED, CLAIMED))
"""Tables that ANNOUNCERS fill; their packets are all decoded."""

OPENING = frozenset(("l2tp",))
"""Families of tables on which it depends how all that a packet carries is read."""

CHANGES: dict[str, frozenset[str]] = {
    "udp": frozenset(("udp.stream", "udp.time_relative", "udp.time_delta")),
    "icmpv6": frozenset((COLUMNS, "icmpv6.resp_to", "icmpv6.resptime")),
    "dns": frozenset((
        "dns.response_in", "dns.response_to", "dns.time", "dns.unsolicited", "dns.retransmission",
        "dns.retransmit_request", "dns.retransmit_request_in", "dns.retransmit_response",
        "dns.retransmit_response_in",
    )),
}  # fmt: skip
"""All fields that depend on what is in a table of the session.  Without an entry, these are the
columns and the fields of the protocol that the table is called after, except plain ones
(``masks.is_plain``)."""

CARRIERS = frozenset(("l2tp",))
"""Tables that say how what is carried begins: all that is behind it depends on them."""

FEEDERS: dict[str, tuple[str, ...]] = {
    "dns": ("dns", "mdns", "llmnr"), "mptcp": ("tcp",), "udp": ("udp", "udplite"),
}  # fmt: skip
"""The protocols whose packets fill the tables of a family (the first word of their names), where
that isn't just the protocol of that name."""


class Tested(Protocol):
    """What packets have to pass: a ``Filter``, or what is asked as one is."""

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields and protocols that it looks at."""

    def __call__(self, packet: Packet) -> bool:
        """Whether a packet passes."""

    def decide(self, chunk: Chunk) -> Truth:
        """Which rows of a chunk pass, and of which that is known."""


class Alone(Session):
    """A session for some packets without those before them.

    fed    families of tables that are complete: all packets that fill them are decoded
    asked  families of other tables that were wanted
    """

    def __init__(self, fed: frozenset[str], **options: Any) -> None:
        super().__init__(**options)
        self.fed = fed
        self.asked: set[str] = set()

    def table(self, name: str) -> Table[Any]:
        """A table of a family that is fed; else an empty one."""
        family = name.partition(".")[0]
        if family in self.fed or name in KEPT:
            return super().table(name)
        self.asked.add(family)
        return Table(1)


class Again(NamedTuple):
    """Read again from the start, feeding these families too; show from that packet on."""

    families: frozenset[str]
    first: int


def may_change(families: Iterable[str], names: Iterable[str] | None) -> frozenset[str]:
    """Those of these families of tables that may change one of these fields; None: any field."""
    if names is None:
        return frozenset(families)
    return frozenset(
        family for family in families if any(_depends(name.lower(), family) for name in names)
    )


def _depends(name: str, family: str) -> bool:
    if family in OPENING:
        return True
    if name.startswith(COLUMNS):
        return family not in CHANGES or COLUMNS in CHANGES[family]
    if name.startswith("_ws."):
        return True  # notes are made on anything
    if family in CARRIERS:
        return True
    if family in CHANGES:
        return name in CHANGES[family]
    return name.partition(".")[0] in (family, *FEEDERS.get(family, ())) and not is_plain(name)


def passing(
    capture: Capture,
    test: Tested,
    *,
    fields: tuple[str, ...] | None = None,
    last: float = float("inf"),
) -> Iterator[Packet]:
    """The packets that pass, as reading all in order would give them, up to a number.

    fields  the names of all that is to be shown of them, COLUMNS for the list's; None: anything
    """
    if capture.records.plain and not capture.preferences:
        yield from _short_way(capture, test, fields, last)
    else:
        yield from _in_order(capture, test, last)


def _in_order(capture: Capture, test: Tested, last: float) -> Iterator[Packet]:
    """All packets are decoded, for those that come later."""
    for packet in capture:
        if test(packet):
            yield packet
        if packet.number >= last:
            return


def _short_way(
    capture: Capture, test: Tested, fields: tuple[str, ...] | None, last: float
) -> Iterator[Packet]:
    """As ``passing``, from a plain file."""
    fed, first = ANNOUNCING, 1
    while True:
        session = capture.session(partial(Alone, fed))
        for found in _tried(capture, test, fields, last, session):
            if isinstance(found, Again):
                fed, first = fed | found.families, found.first
                break
            if found.number >= first:
                yield found
        else:
            return


def _tried(
    capture: Capture, test: Tested, fields: tuple[str, ...] | None, last: float, session: Alone
) -> Iterator[Packet | Again]:
    """Packets that pass, as long as what the session knows is enough."""
    from dissect.columns.read import chunks

    reader = _Reader(capture, test, fields, session)
    for chunk in chunks(capture):
        truth = reader.enter(chunk)
        rows = truth.true | ~truth.known | needed(chunk, session.fed)
        for row in np.flatnonzero(rows).tolist():
            if chunk.number[row] > last:
                return
            found = reader.packet(row)
            if isinstance(found, Again):
                yield found
                return
            if found is not None:
                yield found


class _Reader:
    """Decodes packets of one chunk after another, and says which of them pass."""

    def __init__(
        self, capture: Capture, test: Tested | None, fields: tuple[str, ...] | None, session: Alone
    ) -> None:
        self._capture = capture
        self._test = test
        self._fields = fields
        self._session = session
        from dissect.columns.times import Times

        self._times = Times()

    def enter(self, chunk: Chunk) -> Truth:
        """Go on to the next chunk; hands back what its columns know."""
        self._chunk = chunk
        self._times.enter(chunk)
        everything = np.ones(len(chunk), bool)
        self._truth = Truth(everything, everything)
        if self._test is not None:
            self._truth = self._test.decide(chunk)
        return self._truth

    def packet(self, row: int) -> Packet | Again | None:
        """The packet if it passes; Again where that, or what is shown, may be wrong."""
        session, truth = self._session, self._truth
        packet = self._capture.packet(self._chunk.stretch.record(row), session)
        session.asked.clear()
        session.first_time, session.previous_time = self._times.before(row)
        known = bool(truth.known[row])
        passes = bool(truth.true[row]) if known or self._test is None else self._test(packet)
        packet.decode()
        if session.asked:
            families: frozenset[str] = frozenset()
            if not known and self._test is not None:
                families = may_change(session.asked, self._test.fields)
            if passes:
                families |= may_change(session.asked, self._fields)
            if families:
                return Again(families, packet.number)
        return packet if passes else None


# --- by rows -------------------------------------------------------------------------------------


class Passed(NamedTuple):
    """The rows of a chunk that pass; what was looked up of those that its columns don't tell."""

    chunk: Chunk
    rows: Mask
    seen: dict[int, Any]


def passing_rows(
    capture: Capture,
    test: Tested | None,
    look: Callable[[Packet], Any] | None = None,
    fields: tuple[str, ...] = (),
    *,
    last: float = float("inf"),
    least: int = 0,
) -> Iterator[Passed]:
    """As ``passing``, in whole chunks, up to the one with the last number; None: all pass.

    least   packets in the first chunk of a plain file, where somebody waits for it
    look    called with each packet that passes and of whose fields the columns don't know all
    fields  the names of all that it looks at
    """
    if test is None and look is None:
        found = _all_rows(capture)
    elif capture.records.plain and not capture.preferences:
        found = _rows_short_way(capture, test, look, fields, least)
    else:
        found = _rows_in_order(capture, test, look)
    for passed in found:
        yield passed
        if passed.chunk.number[-1] >= last:
            return


def _all_rows(capture: Capture) -> Iterator[Passed]:
    from dissect.columns.read import chunks

    for chunk in chunks(capture):
        yield Passed(chunk, np.ones(len(chunk), bool), {})


def _rows_in_order(
    capture: Capture, test: Tested | None, look: Callable[[Packet], Any] | None
) -> Iterator[Passed]:
    """All packets are decoded, for those that come later."""
    from dissect.columns.read import chunks

    session = capture.session(Session)
    for chunk in chunks(capture):
        passed = Passed(chunk, np.zeros(len(chunk), bool), {})
        for row in range(len(chunk)):
            packet = capture.packet(chunk.stretch.record(row), session)
            if test is None or test(packet):
                passed.rows[row] = True
                if look is not None:
                    passed.seen[row] = look(packet)
            packet.decode()
        yield passed


def _rows_short_way(
    capture: Capture,
    test: Tested | None,
    look: Callable[[Packet], Any] | None,
    fields: tuple[str, ...],
    least: int,
) -> Iterator[Passed]:
    """As ``passing_rows``, from a plain file."""
    fed, done = ANNOUNCING, 0
    while True:
        session = capture.session(partial(Alone, fed))
        for number, found in enumerate(_rows_tried(capture, test, look, fields, session, least)):
            if isinstance(found, Again):
                fed |= found.families
                break
            if number >= done:
                yield found
                done += 1
        else:
            return


def _rows_tried(
    capture: Capture,
    test: Tested | None,
    look: Callable[[Packet], Any] | None,
    fields: tuple[str, ...],
    session: Alone,
    least: int,
) -> Iterator[Passed | Again]:
    """Chunks, as long as what the session knows is enough."""
    from dissect.columns.read import chunks

    reader = _Reader(capture, test, fields, session)
    for chunk in chunks(capture, least=least):
        truth = reader.enter(chunk)
        passed = Passed(chunk, truth.true.copy(), {})
        told = np.ones(len(chunk), bool)
        for name in fields:
            told &= chunk.known(name)
        rows = (truth.true & ~told) | ~truth.known | needed(chunk, session.fed)
        for row in np.flatnonzero(rows).tolist():
            found = reader.packet(row)
            if isinstance(found, Again):
                yield found
                return
            passed.rows[row] = found is not None
            if found is not None and look is not None:
                passed.seen[row] = look(found)
        yield passed


def needed(chunk: Chunk, fed: frozenset[str], *, announced: bool = True) -> Mask:
    """Rows to be decoded for the sake of others.

    announced  False: nothing was, so that a sure row has no layer that the columns don't see
    """
    from dissect.columns.chunk import Flag

    mask: Mask = chunk.flags & Flag.FRAGMENT != 0
    for family in fed:
        for protocol in FEEDERS.get(family, (family,)):
            mask |= ~chunk.known_layers(protocol) if announced else chunk.unsure
            mask[chunk.layers(protocol)] = True
    for protocol in ANNOUNCERS:
        mask[chunk.layers(protocol)] = True
    return mask
