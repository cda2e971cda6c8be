"""Datagrams in fragments: which became whole, which overlap or never did, how they are numbered.

Fragments belong together by their addresses and Identification, in IPv4 by their protocol too, on
their link and in the tunnel that they are in.  They wait 60 seconds for each other in IPv6
(RFC 8200, section 4.5), in IPv4 as long as the receiver likes, here 30.  A fragment that comes
once more, octet for octet, does no harm; one that overlaps another has an IPv6 datagram discarded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import numpy as np

from dissect.analysis.analysis import Analysis, Finding, Place, forgotten
from dissect.analysis.datagram import (
    NUMBERS,
    OPEN,
    TIMED_OUT,
    TIMEOUT,
    WHOLE,
    Datagram,
    Piece,
    Sender,
    wrongs,
)
from dissect.analysis.icmp import TIME_EXCEEDED, Message, messages, messages_in, quote_in
from dissect.analysis.options import Options
from dissect.analysis.places import places
from dissect.analysis.table import Column, Ref, Table
from dissect.analysis.words import FIRST, LAST, LINK, SAID
from dissect.engine.session import Table as Bounded
from dissect.engine.values import address_text
from dissect.protocols import icmp

if TYPE_CHECKING:
    from dissect.analysis.loose import Loose
    from dissect.columns.chunk import Rows
    from dissect.columns.seen import Seen
    from dissect.engine.packet import Packet

DATAGRAMS, SOURCES = 20_000, 10_000
"""How many are kept: datagrams, senders."""
HELD = 200_000
"""Fragments of datagrams that aren't whole, of all together."""
EXCEEDED = {"icmpv6": (TIME_EXCEEDED,), "icmp": (icmp.TIME_EXCEEDED,)}
REASSEMBLY = 1
"""The code of Time Exceeded for fragments that waited too long."""
PREDICTABLE = 8
"""Datagrams by which a sender's numbering is a weakness, if it can be guessed."""
MORE = 1
"""Bit of IPv4's flags (RFC 791, section 3.1)."""


class Clock(NamedTuple):
    """What time it has become."""

    at: Place


Event = Piece | Clock | Message


class Datagrams(Analysis[Event]):
    """Fragments put to their datagrams, without their octets."""

    protocols = frozenset(("ip", "ipv6.fraghdr", "icmp", "icmpv6"))

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._datagrams: Bounded[Datagram] = Bounded(DATAGRAMS)
        self._done: Bounded[Datagram] = Bounded(DATAGRAMS)
        self._senders: Bounded[Sender] = Bounded(SOURCES)
        self._reused: list[tuple[Datagram, Ref]] = []
        self._held = self._now = 0
        self._finished = False

    def rows(self, seen: Seen) -> Rows:
        """Atomic fragments: the columns are sure of no others."""
        rows = seen.chunk.layers("ipv6.fraghdr")
        return rows[seen.mask[rows]]

    def scan(self, seen: Seen, file: int) -> Iterator[Event]:
        """What time it has become, and what receivers say that they gave up."""
        if len(seen.rows):
            latest = int(seen.rows[np.argmax(seen.chunk.time_ns[seen.rows])])
            yield Clock(places(seen, np.array([latest]), file)[0])
        yield from filter(_gave_up, messages(seen, file, EXCEEDED))

    def read(self, packet: Packet, place: Place) -> Iterable[Event]:
        """The fragments in a packet, outermost first, and the same messages."""
        yield from _pieces(packet, place)
        yield from filter(_gave_up, messages_in(packet, place, EXCEEDED))

    def alone(self, fragment: Loose) -> Iterator[Piece]:
        """The piece that it is."""
        at, _, _, _, source, destination, size, protocol, number, start, last, octets = fragment
        yield Piece(at, 6, source, destination, protocol, number, 1, start, start + len(octets),
                    last, crc32(octets), size)  # fmt: skip

    def take(self, event: Event) -> None:
        """Put a fragment to its datagram."""
        self._now = max(self._now, event.at.time_ns)
        if isinstance(event, Message):
            self._give_up(event)
            return
        if isinstance(event, Clock):
            return
        sender = self._senders.get((event.version, event.source)) or self._senders.put(
            (event.version, event.source), Sender(event.version, event.source, event.at.ref)
        )
        sender.last = event.at.ref
        if event.atomic:
            sender.atomic += 1
            sender.number(event)
            return
        datagram = self._datagrams.get(event.key)
        if datagram is not None and not datagram.fits(event):
            self._end(datagram, event)
            datagram = None
        if datagram is None:
            if len(self._datagrams.entries) >= DATAGRAMS:
                self._count(next(iter(self._datagrams.entries.values())))
            datagram = self._datagrams.put(event.key, Datagram(event))
            sender.datagrams += 1
            sender.number(event)
        self._held += datagram.add(event)
        while self._held > HELD and len(self._datagrams.entries) > 1:
            _, oldest = self._datagrams.entries.popitem(last=False)
            self._datagrams.evicted += 1
            self._count(oldest)

    def _end(self, datagram: Datagram, following: Piece) -> None:
        """Another datagram has the same numbers: this one is over."""
        soon = following.at.time_ns - datagram.begun <= TIMEOUT[following.version]
        if datagram.state == WHOLE and soon and following.version == 6:
            datagram.rules.setdefault("FRG-009")
            if len(self._reused) < SAID:
                self._reused.append((datagram, following.at.ref))
        elif datagram.state == OPEN:
            datagram.state = OPEN if soon else TIMED_OUT
            datagram.rules.setdefault("FRG-008")
        self._count(datagram)
        self._done.put(len(self._done.entries) + self._done.evicted, datagram)

    def _count(self, datagram: Datagram) -> None:
        """Count a datagram for its sender, and let go of its fragments."""
        head = datagram.head
        sender = self._senders.get((head.version, head.source))
        if sender is not None:
            sender.states[datagram.state] += 1
            if datagram.length is not None and len(sender.sizes) < NUMBERS:
                sender.sizes.append(datagram.length)
        self._held -= len(datagram.pieces)
        datagram.pieces = {}
        datagram.starts = []

    def _give_up(self, message: Message) -> None:
        """A receiver gave up a datagram."""
        quote = quote_in(message)
        if quote is None or not quote.part:
            return
        protocol = quote.protocol if quote.version == 4 else 0
        ends = quote.source, quote.destination
        datagram = self._datagrams.get(
            (message.at.link, 1, *ends, quote.identification, protocol)
        )  # fmt: skip
        if datagram is not None:
            datagram.given_up = message.at.ref
            if datagram.state == OPEN:
                datagram.state = TIMED_OUT

    def _finish(self) -> None:
        if self._finished:
            return
        self._finished = True
        for datagram in self._datagrams.entries.values():
            waited = self._now - datagram.begun
            if (
                datagram.state == OPEN
                and datagram.begun
                and waited > TIMEOUT[datagram.head.version]
            ):
                datagram.state = TIMED_OUT
            if datagram.state in (TIMED_OUT, OPEN):
                datagram.rules.setdefault("FRG-008")
            self._count(datagram)

    def table(self, name: str) -> Table:
        """``datagrams`` or ``identifications``."""
        self._finish()
        if name == "identifications":
            senders = self._senders.entries.values()
            rows = [sender.row for sender in islice(senders, self.options.top)]
            return Table(name, "Identifications", SENDERS, rows, len(senders),
                         forgotten(self._senders, "senders"))  # fmt: skip
        found = self._all()
        remarks = forgotten(self._datagrams, "datagrams") + forgotten(self._done, "datagrams")
        rows = [datagram.row for datagram in found[: self.options.top]]
        return Table(name, "Datagrams in fragments", TABLE, rows, len(found), remarks)

    def _all(self) -> list[Datagram]:
        found = [*self._done.entries.values(), *self._datagrams.entries.values()]
        return sorted(found, key=lambda datagram: (datagram.first.file, datagram.first.number))

    def findings(self) -> Iterator[Finding]:
        """Overlaps, contradictions, what never became whole, numbers that can be guessed."""
        self._finish()
        told: Counter[str] = Counter()
        for datagram in self._all():
            head = datagram.head
            words = f"{address_text(head.source)} to {address_text(head.destination)}"
            refs = (datagram.first, datagram.last)
            for rule, level, text in wrongs(datagram):
                told[rule] += 1
                if told[rule] <= SAID:
                    whole = f"The datagram 0x{head.number:x} from {words} {text}."
                    yield Finding(level, rule, whole, refs, "datagrams")
        for datagram, ref in self._reused:
            head = datagram.head
            words = (
                f"{address_text(head.source)} numbered two datagrams to "
                f"{address_text(head.destination)} 0x{head.number:x} within a minute."
            )
            yield Finding("warning", "FRG-009", words, (datagram.first, ref), "datagrams")
        guessed = 0
        for sender in self._senders.entries.values():
            pattern = sender.pattern
            if pattern in (None, "random") or sender.version != 6:
                continue
            if len(sender.numbers) >= PREDICTABLE and guessed < SAID:
                guessed += 1
                words = (
                    f"{address_text(sender.source)} numbers its datagrams so that the next number "
                    f"can be guessed ({pattern})."
                )
                yield Finding("note", "FRG-009", words, (sender.first, sender.last),
                              "identifications")  # fmt: skip


def _gave_up(message: Message) -> bool:
    return message.octets[1] == REASSEMBLY


def _pieces(packet: Packet, place: Place) -> Iterator[Piece]:
    """The fragments in a packet; those of IPv6 begin behind their header."""
    depth, ip, offset = 0, None, 0
    for layer in packet.layers:
        header = layer.header
        if layer.quoted or header is None:
            continue
        data = packet.data if layer.source is None else layer.source.data
        if layer.name == "ipv6":
            depth, ip, offset = depth + 1, header, layer.offset
        elif layer.name == "ipv6.fraghdr" and ip is not None:
            start, stop = 8 * header.offset, offset + 40 + ip.plen
            octets = data[layer.end : min(layer.stop, stop)]
            end = start + max(stop - layer.end, 0)
            yield Piece(place, 6, ip.src, ip.dst, header.nxt, header.ident, depth, start, end,
                        not header.more, crc32(octets), stop - offset)  # fmt: skip
        elif layer.name == "ip" and hasattr(header, "off"):
            depth, ip = depth + 1, None
            more = header.flags & MORE
            if more or header.off:
                start, size = 8 * header.off, header.len - 4 * header.ihl
                octets = data[layer.offset + 4 * header.ihl : layer.stop]
                yield Piece(place, 4, header.src, header.dst, header.p, header.id, depth, start,
                            start + max(size, 0), not more, crc32(octets[: max(size, 0)]),
                            header.len)  # fmt: skip


TABLE = (
    LINK, Column("version", "Version", "text"), Column("source", "From", "text"),
    Column("destination", "To", "text"), Column("protocol", "Protocol", "number"),
    Column("identification", "Identification", "text"), Column("depth", "Depth", "number"),
    Column("state", "State", "text"), Column("fragments", "Fragments"),
    Column("duplicates", "Duplicates"), Column("have", "Octets seen", "octets"),
    Column("length", "Octets", "octets"), Column("largest", "Largest packet", "number"),
    Column("took", "Took", "seconds"), Column("rules", "Rules", "text"), FIRST, LAST,
)  # fmt: skip
SENDERS = (
    Column("version", "Version", "text"), Column("source", "From", "text"),
    Column("datagrams", "Datagrams"), Column("whole", "Whole"),
    Column("overlapping", "Overlapping"), Column("timed_out", "Timed out"),
    Column("open", "Not seen whole"), Column("atomic", "Atomic"),
    Column("pattern", "Numbers", "text"), Column("min", "Least octets", "octets"),
    Column("median", "Median", "octets"), Column("max", "Most octets", "octets"), FIRST, LAST,
)  # fmt: skip
