"""What sessions tell of packets, for the columns: in the packets' order, one by one.

Each kind of state says what of it is more than a number (``shape``), how one with other numbers is
invented, and what columns its numbers make.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from operator import attrgetter
from random import Random
from types import ModuleType
from typing import Any

import numpy as np

from dissect.columns.chunk import Rows
from dissect.columns.layout import layout_for
from dissect.engine.conversation import key_between
from dissect.engine.header import Header
from dissect.engine.values import DOUBLE
from dissect.lines import links
from dissect.lines.kinds import Group
from dissect.lines.transport import learned
from dissect.moulds.batch import Batch
from dissect.moulds.columns import Columns, numbers, remembered, seconds, some
from dissect.protocols import arp, esp, icmp, tcp, udp
from dissect.protocols.dns.transactions import Matched, follow
from dissect.protocols.ethernet import EthernetII
from dissect.protocols.icmpv6 import Head, echo
from dissect.protocols.tcp_flags import ACK, FIN, SYN
from dissect.protocols.tcp_stream import Seen
from dissect.protocols.udp import Known

LATE = 10**13
"""Nanoseconds, more than any packet of a test waits."""


def number(chance: Random) -> int:
    """One that comes nowhere else."""
    return chance.randrange(10**7, 10**8)


def moment(chance: Random) -> int:
    """Nanoseconds that come nowhere else."""
    return chance.randrange(10**9, LATE)


@dataclass(frozen=True)
class State:
    """A kind of state.

    told     of one row after the other
    shape    what of it is more than a number; None: such packets go by their trees
    invent   the same shape with other numbers
    columns  of the numbers: ``nth`` of the states, of a header at ``at``
    """

    told: Callable[[Group], Iterator[Any]]
    shape: Callable[[Any], Hashable]
    invent: Callable[[Any, Random], Any]
    columns: Callable[[int, int], Columns]


def of(nth: int, take: Callable[[Any], Any]) -> Callable[[Batch], list[Any]]:
    """A number of each packet's nth state."""
    return lambda batch: list(map(take, batch.states[nth]))


def times(nth: int, take: Callable[[Any], tuple[int, int] | None]) -> Columns:
    """The columns of two times that ``take`` gives of each packet's nth state."""

    def both(batch: Batch) -> list[Rows] | list[list[int | None]]:
        found = list(map(take, batch.states[nth]))
        if None in found:
            return [[it and it[place] for it in found] for place in range(2)]
        every = chain.from_iterable(found)  # type: ignore[arg-type]
        return list(np.fromiter(every, np.int64, 2 * len(found)).reshape(-1, 2).T)

    for place in range(2):
        yield seconds(partial(_nth, both, ("times", nth), place))


def _nth(make: Callable[[Batch], list[Any]], key: Hashable, place: int, batch: Batch) -> Any:
    return batch.once(key, lambda: make(batch))[place]


# --- TCP -----------------------------------------------------------------------------------------


def _invent_seen(seen: Seen, chance: Random) -> Seen:
    return seen._replace(
        stream=number(chance), times=(moment(chance), moment(chance)),
        base=chance.getrandbits(32), ack_base=chance.getrandbits(32),
        completeness=number(chance),
    )  # fmt: skip


def _of_seen(nth: int, at: int) -> Columns:
    items = layout_for(tcp.TCP).items

    def member(name: str) -> Callable[[Batch], Any]:
        place = Seen._fields.index(name)
        return lambda batch: batch.state(nth, place)

    def relative(batch: Batch) -> list[list[int]]:
        """Sequence number, the next one, acknowledgment number, window."""
        flags = batch.array(at, items["flags"])
        seq, ack = (batch.array(at, items[name]).astype(np.int64) for name in ("seq", "ack"))
        base, ack_base = (np.array(member(name)(batch), np.int64) for name in ("base", "ack_base"))
        seq = seq - base & 0xFFFFFFFF
        octets = np.array(list(map(len, batch.payloads)), np.int64)
        follows = seq + octets + (flags & FIN != 0) + (flags & SYN != 0) & 0xFFFFFFFF
        ack = np.where(flags & ACK != 0, ack - ack_base & 0xFFFFFFFF, ack)
        windows = map(tcp.scaled, batch.values(at, items["win"]), flags.tolist(), batch.states[nth])
        return [seq.tolist(), follows.tolist(), ack.tolist(), list(windows)]

    def column(place: int) -> Callable[[Batch], Any]:
        return lambda batch: batch.once(("tcp", at), lambda: relative(batch))[place]

    for place in range(4):
        yield numbers(column(place))
    yield numbers(member("stream"))
    yield remembered(tcp.completeness_words, member("completeness"))
    yield numbers(member("completeness"))
    yield from times(nth, attrgetter("times"))


SEEN = State(
    learned, lambda seen: (seen.shift, seen.closes, seen.ace),
    _invent_seen, _of_seen,
)  # fmt: skip

# --- UDP -----------------------------------------------------------------------------------------

UDP_HEADER = udp.UDP.__hdr_len__


def _known(g: Group) -> Iterator[Known]:
    """Without an announcement, whose datagrams go by their trees."""
    head = g.head(udp.UDP)
    empty = (head.len == UDP_HEADER).tolist()
    for source, destination, sport, dport, now, nothing in zip(
        g.source, g.destination, head.sport.tolist(), head.dport.tolist(), g.times, empty,
        strict=True,
    ):  # fmt: skip
        key = key_between(source, sport, destination, dport)
        yield udp.look(g.session, key, (source, sport), now, b"", mention=nothing)


def _of_known(nth: int, at: int) -> Columns:
    yield numbers(of(nth, lambda known: known.number))
    yield from times(nth, attrgetter("times"))


KNOWN = State(
    _known, lambda known: (known.times is None,),
    lambda known, chance: Known(
        number(chance), known.times and (moment(chance), moment(chance)), known.protocol
    ),
    _of_known,
)  # fmt: skip

QUOTED = 8
"""Octets of an error message in front of the packet that it quotes."""


def _mentioned(g: Group) -> Iterator[Known]:
    """Datagrams quoted behind IPv6."""
    data = g.chunk.data
    for at, now in zip((g.at + QUOTED).tolist(), g.times, strict=True):
        source, destination = data[at + 8 : at + 24], data[at + 24 : at + 40]
        sport, dport = (int.from_bytes(data[at + n : at + n + 2], "big") for n in (40, 42))
        key = key_between(source, sport, destination, dport)
        yield udp.look(g.session, key, (source, sport), now, b"", mention=True)


MENTIONED = State(_mentioned, KNOWN.shape, KNOWN.invent, _of_known)

# --- what UDP carries ----------------------------------------------------------------------------


def matched(protocol: str) -> State:
    """Messages of DNS, in UDP."""

    def told(g: Group) -> Iterator[Matched]:
        head = g.head(udp.UDP)
        responses = (g.number(1, UDP_HEADER + 2) >= 0x80).tolist()
        for source, destination, sport, dport, identifier, response, frame, now in zip(
            g.source, g.destination, head.sport.tolist(), head.dport.tolist(),
            g.number(2, UDP_HEADER).tolist(), responses, g.numbers, g.times, strict=True,
        ):  # fmt: skip
            key = protocol, key_between(source, sport, destination, dport), identifier
            yield follow(g.session, key, frame, now, response=response)

    return State(
        told, lambda it: (it.original > 0, it.request > 0),
        lambda it, chance: Matched(
            it.original and number(chance), it.request and number(chance), moment(chance),
        ),
        _of_matched,
    )  # fmt: skip


def _of_matched(nth: int, at: int) -> Columns:
    yield some(str, of(nth, lambda it: it.original or None))
    yield some(str, of(nth, lambda it: it.request or None))
    yield seconds(of(nth, lambda it: it.nanoseconds if it.request else None))


def _passed(g: Group) -> Iterator[tuple[int, int] | None]:
    """The packet before of the same SPI, unless this one is the next in sequence."""
    head = g.head(esp.ESP, UDP_HEADER)
    for spi, sequence, frame in zip(
        head.spi.tolist(), head.sequence.tolist(), g.numbers, strict=True
    ):  # fmt: skip
        before = esp.pass_by(g.session, spi, sequence, frame)
        in_turn = before is not None and sequence == before[0] + 1 & 0xFFFFFFFF
        yield None if in_turn else before


PASSED = State(
    _passed, lambda before: None if before else (), lambda before, chance: before,
    lambda nth, at: iter(()),
)  # fmt: skip

# --- pings ---------------------------------------------------------------------------------------


def _pings(protocol: ModuleType, head: type[Header], request: int) -> Callable[[Group], Any]:
    """The request that each reply answers, as a protocol's ``asked`` and ``answered`` have it."""

    def told(g: Group) -> Iterator[Any]:
        heads, size = g.head(head), head.__hdr_len__
        for source, destination, kind, total, identifier, sequence, frame, now in zip(
            g.source, g.destination, heads.type.tolist(), heads.sum.tolist(),
            g.number(2, size).tolist(), g.number(2, size + 2).tolist(), g.numbers, g.times,
            strict=True,
        ):  # fmt: skip
            key = protocol.exchange(source, destination, kind, total, identifier, sequence)
            if kind == request:
                protocol.asked(g.session, key, frame, now)
                yield None
            else:
                yield protocol.answered(g.session, key)

    return told


def _of_answered(nth: int, at: int) -> Columns:
    yield some(str, of(nth, lambda request: request and request[0]))

    def waited(batch: Batch) -> list[float | None]:
        return [
            (now - request[1]) / 1_000_000 if request else None
            for now, request in zip(batch.time_ns.tolist(), batch.states[nth], strict=True)
        ]

    yield some(DOUBLE.show, waited)
    yield some("{:.3f}".format, waited)


ANSWERED = State(
    _pings(echo, Head, echo.REQUEST),
    lambda request: (request is not None,) if not request or request[1] else None,
    lambda request, chance: request and (number(chance), moment(chance)), _of_answered,
)  # fmt: skip
ANSWERED_IPV4 = State(
    _pings(icmp, icmp.Head, icmp.ECHO), lambda request: (request is not None,),
    ANSWERED.invent, _of_answered,
)  # fmt: skip

# --- ARP -----------------------------------------------------------------------------------------


def _heard(g: Group) -> Iterator[list[arp.Earlier]]:
    """Who had the addresses of ARP's messages before, with other hardware."""
    data, size = g.chunk.data, EthernetII.__hdr_len__
    for at, frame, now in zip((g.at + size).tolist(), g.numbers, g.times, strict=True):
        message, _ = links.read(data[at : at + links.MESSAGE])
        yield arp.check(g.session, message, frame, now)


def _of_heard(nth: int, at: int) -> Columns:
    for place in range(MOST_USERS):
        for take in (attrgetter("frame"), attrgetter("seconds")):
            yield some(str, partial(_of_earlier, nth, place, take))


def _of_earlier(nth: int, place: int, take: Callable[[Any], int], batch: Batch) -> list[int | None]:
    return [take(found[place]) if place < len(found) else None for found in batch.states[nth]]


MOST_USERS = 2
"""Of addresses in a message."""
HEARD = State(
    _heard, lambda found: tuple([(it.address, it.user, it.hardware) for it in found]),
    lambda found, chance: [
        it._replace(frame=number(chance), seconds=number(chance)) for it in found
    ],
    _of_heard,
)  # fmt: skip
