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

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dissect.engine.conversation import ANNOUNCED, CLAIMED
from dissect.engine.session import Session, Table
from dissect.filter.filter import Filter
from dissect.filter.masks import Mask, is_plain

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

CHANGES: dict[str, frozenset[str]] = {
    "udp": frozenset(("udp.stream", "udp.time_relative", "udp.time_delta")),
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
    if name.startswith(COLUMNS):
        return family not in CHANGES
    if name.startswith("_ws."):
        return True  # notes are made on anything
    if family in CARRIERS:
        return True
    if family in CHANGES:
        return name in CHANGES[family]
    return name.partition(".")[0] in (family, *FEEDERS.get(family, ())) and not is_plain(name)


def passing(
    capture: Capture,
    test: Filter,
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


def _in_order(capture: Capture, test: Filter, last: float) -> Iterator[Packet]:
    """All packets are decoded, for those that come later."""
    for packet in capture:
        if test(packet):
            yield packet
        if packet.number >= last:
            return


def _short_way(
    capture: Capture, test: Filter, fields: tuple[str, ...] | None, last: float
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
    capture: Capture, test: Filter, fields: tuple[str, ...] | None, last: float, session: Alone
) -> Iterator[Packet | Again]:
    """Packets that pass, as long as what the session knows is enough."""
    from dissect.columns.read import chunks
    from dissect.columns.times import Times

    times = Times()
    for chunk in chunks(capture):
        times.enter(chunk)
        truth = test.decide(chunk)
        rows = truth.true | ~truth.known | needed(chunk, session.fed)
        for row in np.flatnonzero(rows).tolist():
            if chunk.number[row] > last:
                return
            packet = capture.packet(chunk.stretch.record(row), session)
            session.asked.clear()
            session.first_time, session.previous_time = times.before(row)
            known = bool(truth.known[row])
            passes = bool(truth.true[row]) if known else test(packet)
            packet.decode()
            if session.asked:
                families = frozenset() if known else may_change(session.asked, test.fields)
                if passes:
                    families |= may_change(session.asked, fields)
                if families:
                    yield Again(families, packet.number)
                    return
            if passes:
                yield packet


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
