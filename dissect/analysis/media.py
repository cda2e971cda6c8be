"""RTP streams: what was lost of each, and how unevenly it came (RFC 3550, section 6.4.1).

A datagram is taken for RTP where SDP has announced its source or destination, or where a chunk of
the capture has several between two ends that count up together: one source identifier, one payload
type, sequence numbers one after the other.  The table says which of the two it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.analysis.analysis import Analysis, Finding, Link, Place, forgotten, in_order
from dissect.analysis.options import Options
from dissect.analysis.table import Column, Ref, Row, Table
from dissect.analysis.transports import (
    END,
    HALF,
    INTERFACE,
    address_of,
    end_of,
    links_of,
    places,
    port_of,
    transports,
)
from dissect.columns.chunk import Flag, Mask, Rows
from dissect.columns.hashing import groups, ordered
from dissect.columns.layout import gather, layout_for
from dissect.columns.seen import Seen
from dissect.engine.packet import Packet
from dissect.engine.session import Table as Bounded
from dissect.protocols.codes.rtp import PAYLOAD_TYPES
from dissect.protocols.rtp import RTP
from dissect.protocols.udp import UDP

STREAMS, ENDS, MOST_ENDS = 20_000, 20_000, 32
"""Streams and announced ends that are kept; ends that one description may announce."""
UDP_HEADER, RTP_HEADER = 8, 12
VERSION = 2
SECOND = 1_000_000_000
FEW = 8
"""Packets that must count up together where nothing was announced."""
STEADY = 0.8
"""Of which this share must follow each other by one."""
AUDIO, VIDEO = 8000, 90000
RATES = {
    6: 16000, 10: 44100, 11: 44100, 14: VIDEO, 16: 11025, 17: 22050, 25: VIDEO, 26: VIDEO,
    28: VIDEO, 31: VIDEO, 32: VIDEO, 33: VIDEO, 34: VIDEO,
} | dict.fromkeys((*range(6), 7, 8, 9, 12, 13, 15, 18), AUDIO)  # fmt: skip
"""Clock rates of payload types (RFC 3551, section 6)."""
MAPPED = re.compile(r"rtpmap:(\d{1,3}) ([^/\s]{1,40})/(\d{1,9})")
"""An attribute that gives a payload type its name and clock rate (RFC 8866, section 6.6)."""
MEDIA = b"m="
"""What begins a medium's description (RFC 8866, section 5.14)."""
LOSSY = 0.01
"""The share of lost packets that is worth a finding."""

Numbers = NDArray[np.int64]


class Announced(NamedTuple):
    """Ends that SDP has said something will go to, with names and rates of payload types."""

    at: Place
    ends: tuple[bytes, ...]
    names: dict[int, tuple[str, int]]


class Datagrams(NamedTuple):
    """Datagrams of a chunk that may be RTP.

    keys    (n, 48), as ``transports.key_of`` makes them
    values  (n, 5): number of the packet, time, payload type, sequence number, RTP's timestamp
    ssrc    (n,)
    """

    at: Place
    keys: NDArray[np.uint8]
    values: Numbers
    ssrc: Numbers
    links: dict[int, Link]


class Burst(NamedTuple):
    """Datagrams of one stream in one chunk, in order.

    steady  so many follow each other that this is a stream by its looks
    """

    at: Place
    source: bytes
    destination: bytes
    ssrc: int
    values: Numbers
    steady: bool


class Stream:
    """One source's packets from one end to another."""

    def __init__(self, burst: Burst, announced: bool) -> None:
        self.source, self.destination, self.ssrc = burst.source, burst.destination, burst.ssrc
        self.announced = announced
        self.link = burst.at.link
        self.first = self.last = burst.at.ref
        self.first_ns = self.last_ns = 0
        self.packets = self.late = 0
        self.base = self.highest = 0
        self.type = -1
        self.name, self.rate = "", 0
        self.jitter = self.jitter_sum = self.most_jitter = 0.0
        self.most_gap = 0.0
        self._transit: float | None = None

    @property
    def lost(self) -> int:
        """What is missing between the first sequence number and the highest."""
        return self.highest - self.base + 1 - self.packets

    def take(self, burst: Burst, names: dict[int, tuple[str, int]]) -> None:
        """Count packets; payload types have these names and rates."""
        file = burst.at.link.file
        for number, time, kind, sequence, stamp in burst.values.tolist():
            if not self.packets:
                self.base = self.highest = sequence
                self.first_ns, self.first = time, Ref(number, file)
            else:
                step = (sequence - self.highest + 0x8000 & 0xFFFF) - 0x8000
                self.highest = max(self.highest, self.highest + step)
                self.late += step <= 0
                self.most_gap = max(self.most_gap, (time - self.last_ns) / SECOND)
            if kind != self.type:
                self.type = kind
                plain = PAYLOAD_TYPES.get(kind, f"type {kind}"), RATES.get(kind, 0)
                self.name, self.rate = names.get(kind, plain)
                self._transit = None
            if self.rate:
                self._wait(time, stamp)
            self.packets += 1
            self.last_ns, self.last = time, Ref(number, file)

    def _wait(self, time: int, stamp: int) -> None:
        """Follow the jitter, in seconds (RFC 3550, appendix A.8)."""
        transit = time / SECOND - stamp / self.rate
        if self._transit is not None:
            step = abs(transit - self._transit)
            wrap = 2**32 / self.rate
            step = min(step, abs(step - wrap))
            self.jitter += (step - self.jitter) / 16
            self.jitter_sum += self.jitter
            self.most_jitter = max(self.most_jitter, self.jitter)
        self._transit = transit

    @property
    def row(self) -> Row:
        """Its row."""
        whole = self.packets + max(self.lost, 0)
        return (
            str(self.link) or None, address_of(self.source), port_of(self.source),
            address_of(self.destination), port_of(self.destination), f"0x{self.ssrc:08x}",
            self.name, self.packets, self.lost, max(self.lost, 0) / whole, self.late,
            (self.last_ns - self.first_ns) / SECOND,
            self.jitter_sum / (self.packets - 1) if self.rate and self.packets > 1 else None,
            self.most_jitter if self.rate else None, self.most_gap,
            "announced" if self.announced else "by its looks", self.first, self.last,
        )  # fmt: skip


COLUMNS = (
    Column("link", "Link", "text", packet=True), Column("source", "Source", "text"),
    Column("source_port", "Port", "number"), Column("destination", "Destination", "text"),
    Column("destination_port", "Port", "number"), Column("ssrc", "SSRC", "text"),
    Column("payload", "Payload", "text", packet=True), Column("packets", "Packets"),
    Column("lost", "Lost", "number"), Column("loss", "Loss", "share"),
    Column("late", "Out of order"), Column("duration", "Duration", "seconds"),
    Column("jitter", "Mean jitter", "seconds"), Column("max_jitter", "Most jitter", "seconds"),
    Column("max_gap", "Longest gap", "seconds"), Column("known", "Known", "text"),
    Column("first", "First", "packet"), Column("last", "Last", "packet"),
)  # fmt: skip


class Rtp(Analysis[Any]):
    """Streams in the order of their beginning."""

    protocols = frozenset(("sdp", "sip"))
    looks = True

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._streams: Bounded[Stream] = Bounded(STREAMS)
        self._announced: Bounded[dict[int, tuple[str, int]]] = Bounded(ENDS)

    def rows(self, seen: Seen) -> Rows:
        """What announces streams."""
        rows = seen.chunk.layers("sdp")
        return rows[seen.mask[rows]]

    def scan(self, seen: Seen, file: int) -> Iterator[Datagrams]:
        """Datagrams that no port has told from RTP and that begin as it does."""
        chunk = seen.chunk
        found = transports(seen, UDP).of(chunk.flags & Flag.OPEN != 0)
        begin = found.at + UDP_HEADER
        limit = np.minimum(found.stop, chunk.limit(found.rows))
        found = found.only(begin + RTP_HEADER <= limit)
        found = found.only(chunk.octets[found.at + UDP_HEADER] >> 6 == VERSION)
        if not len(found.rows):
            return
        rows, at = found.rows, found.at + UDP_HEADER
        items = layout_for(RTP).items
        kind, sequence, stamp, ssrc = (
            gather(chunk.data, items[name], at).astype(np.int64)
            for name in ("type", "seq", "timestamp", "ssrc")
        )
        values = np.stack((chunk.number[rows], chunk.time_ns[rows], kind, sequence, stamp), 1)
        (first,) = places(chunk, rows[:1], file)
        yield Datagrams(first, found.keys(chunk), values, ssrc, links_of(chunk, file))

    def read(self, packet: Packet, place: Place) -> Iterator[Announced]:
        """The ends that a description announces."""
        if not any(MEDIA in source.data for source in packet.sources):
            return
        general = b""
        ends: list[bytes] = []
        names: dict[int, tuple[str, int]] = {}
        for node in packet.tree.walk():
            match node.name:
                case "sdp.connection_info.address":
                    address = _address(str(node.value))
                    if ends:
                        ends[-1] = end_of(address or bytes(16), port_of(ends[-1]))
                    else:
                        general = address
                case "sdp.media.port":
                    ends.append(end_of(general or bytes(16), node.value))
                case "sdp.media_attr":
                    if found := MAPPED.match(str(node.value)):
                        names[int(found[1])] = found[2], int(found[3])
        if ends:
            yield Announced(place, tuple(ends[:MOST_ENDS]), names)

    def digest(self, events: list[Any]) -> list[Any]:
        """The bursts of a chunk's datagrams, and what was announced."""
        found = [one for one in events if isinstance(one, Datagrams)]
        others = [one for one in events if not isinstance(one, Datagrams)]
        return [*others, *bursts(found)] if found else others

    def take(self, event: Announced | Burst) -> None:
        """Learn of ends, or count a stream's packets."""
        if isinstance(event, Announced):
            for end in event.ends:
                known = self._announced.get(end) or {}
                self._announced.put(end, known | event.names)
            return
        key = (event.at.link, event.source, event.destination, event.ssrc)
        names = self._announced.get(event.destination)
        if names is None:
            names = self._announced.get(event.source)
        stream = self._streams.get(key)
        if stream is None:
            if names is None and not event.steady:
                return
            stream = self._streams.put(key, Stream(event, names is not None))
        stream.take(event, names or {})

    def table(self, name: str) -> Table:
        """``rtp-streams``."""
        found = in_order(self._streams)
        rows = [one.row for one in found[: self.options.top]]
        return Table(name, "RTP streams", COLUMNS, rows, len(found),
                     forgotten(self._streams, "streams"))  # fmt: skip

    def findings(self) -> Iterator[Finding]:
        """Streams of which much is lost."""
        for one in in_order(self._streams):
            if one.lost > 0 and one.lost / (one.packets + one.lost) >= LOSSY:
                words = (
                    f"The stream from {address_of(one.source)} to {address_of(one.destination)} "
                    f"lost {one.lost:,} of {one.packets + one.lost:,} packets."
                )
                yield Finding("warning", "", words, (one.first, one.last), "rtp-streams")


def bursts(found: list[Datagrams]) -> Iterator[Burst]:
    """The datagrams of a chunk by their ends and source identifier."""
    keys = np.concatenate([one.keys for one in found])
    values = np.concatenate([one.values for one in found])
    ssrc = np.concatenate([one.ssrc for one in found])
    links = {number: link for one in found for number, link in one.links.items()}
    by_number = ordered(values[:, 0])
    words = np.concatenate([keys.view(np.uint64), ssrc[:, None].astype(np.uint64)], axis=1)
    order, starts = groups(words[by_number])
    order = by_number[order]
    values, stops = values[order], np.r_[starts[1:], len(order)]
    steady = _are_steady(values, starts, stops - starts)
    for key, source, start, stop, is_steady in zip(
        np.ascontiguousarray(keys[order[starts]]).view(f"V{2 * HALF}")[:, 0].tolist(),
        ssrc[order[starts]].tolist(), starts.tolist(), stops.tolist(), steady.tolist(),
        strict=True,
    ):  # fmt: skip
        mine = values[start:stop]
        link = links[int.from_bytes(key[END : END + INTERFACE])]
        at = Place(int(mine[0, 0]), int(max(mine[0, 1], 0)), link)
        yield Burst(at, key[:END], key[HALF : HALF + END], source, mine, is_steady)


def _are_steady(values: Numbers, starts: Numbers, sizes: Numbers) -> Mask:
    """Which bursts are of one payload type, and count up in sequence numbers and timestamps."""
    first = np.zeros(len(values), np.bool_)
    first[starts] = True
    before = np.r_[values[:1], values[:-1]]
    follows = ~first & (values[:, 3] - before[:, 3] & 0xFFFF == 1)
    others = ~first & (values[:, 2] != before[:, 2])
    later = ~first & (values[:, 4] != before[:, 4])
    following, other, later_ones = (
        np.add.reduceat(mask, starts, dtype=np.int64) for mask in (follows, others, later)
    )
    enough = (sizes >= FEW) & (following >= STEADY * (sizes - 1))
    mask: Mask = enough & (other == 0) & (later_ones > 0)
    return mask


def _address(text: str) -> bytes:
    """An address's octets, nothing for a name."""
    try:
        return ip_address(text).packed
    except ValueError:
        return b""
