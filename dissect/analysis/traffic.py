"""Who sends to whom on a link: MACs, source and destination of the outermost IP header.

It is read from columns and kept as columns, for it sees every packet; when there are too many
pairs, those of the fewest octets are forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.analysis.analysis import Analysis, Link, Place, Spanned
from dissect.analysis.options import Options
from dissect.analysis.places import octets_of, tuples
from dissect.columns.hashing import Keys, groups
from dissect.columns.layout import Item
from dissect.protocols.ethernet import IEEE8023, EthernetII
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.vlan import LengthTag, ServiceTag, Tag

if TYPE_CHECKING:
    from dissect.analysis.loose import Loose
    from dissect.columns.chunk import Rows
    from dissect.columns.seen import Seen
    from dissect.engine.packet import Packet

Numbers = NDArray[np.int64]
Octets = NDArray[np.uint8]

MOST = 1 << 14
"""Pairs that are kept."""
LONG = (1 << 31) - 1
SIZE = 56
RECEIVER, MAC, VERSION = slice(0, 6), slice(6, 12), 12
FILE, INTERFACE, OUTER, INNER = slice(16, 18), slice(18, 20), slice(20, 22), slice(22, 24)
WHERE, SOURCE, DESTINATION = slice(16, 24), slice(24, 40), slice(40, 56)
"""Where things are in a key.  An IPv4 address is in the first 4 of 16 octets; of VLANs there are
two at most, each its number and 1, 0 where there is none."""
VLAN_ID = Item(">u2", 0, 2, 0, 0xFFF)


class Batch(NamedTuple):
    """Pairs, each once, with what was sent.

    keys     (n, 7) words, as octets of ``SIZE``
    sums     (n, 2) packets and octets
    numbers  (n, 2) of the first and the last packet
    names    of interfaces, by their number
    """

    at: Place
    keys: Keys
    sums: Numbers
    numbers: Numbers
    names: dict[int, str]


class Single(NamedTuple):
    """One packet: its key, its octets, its interface's name; None where there is no interface."""

    at: Place
    key: bytes
    octets: int
    name: str | None


Event = Batch | Single


class _Talk(NamedTuple):
    link: Link
    mac: bytes
    receiver: bytes
    source: bytes
    destination: bytes
    packets: int
    octets: int
    begun: int
    latest: int


class Talk(_Talk, Spanned):
    """What somebody sent to somebody; MACs are empty where frames have none."""

    __slots__ = ()


class Traffic(Analysis[Event]):
    """Pairs by link, MAC and addresses; other analyses build on it."""

    protocols = frozenset(("ipv6", "ip"))

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.forgotten = 0
        self._batches: list[Batch] = []
        self._singles: list[Single] = []
        self._pending = 0
        self._names: dict[tuple[int, int], str] = {}
        self._talks: list[Talk] | None = None

    def rows(self, seen: Seen) -> Rows:
        """None: the columns tell all."""
        return np.empty(0, np.int64)

    def scan(self, seen: Seen, file: int) -> Iterable[Batch]:
        """All pairs of a chunk, together."""
        chunk = seen.chunk
        if not len(chunk):
            return []
        words = _words(seen, file)
        order, starts = groups(words.T)
        ends = np.append(starts[1:], len(order)) - 1
        there = words.view(np.uint8)[VERSION // 8, VERSION % 8 :: 8][order[starts]] != 0
        starts, ends = starts[there], ends[there]
        if not len(starts):
            return []
        chosen, octets = order[starts], chunk.original[order]
        totals = np.cumsum(octets)
        sums = ends - starts + 1, totals[ends] - totals[starts] + octets[starts]
        numbers = chunk.number[chosen], chunk.number[order[ends]]
        is_named = chunk.stretch.form.name == "pcapng"
        names = {one.id: one.name for one in chunk.stretch.interfaces} if is_named else {}
        return [Batch(
            Place(int(numbers[0].min()), 0, Link(file)), np.take(words, chosen, axis=1).T,
            np.stack(sums, axis=1), np.stack(numbers, axis=1), names,
        )]  # fmt: skip

    def read(self, packet: Packet, place: Place) -> Iterator[Single]:
        """The outermost pair of a packet."""
        macs = b""
        for layer in packet.layers:
            header = layer.header
            if layer.quoted or header is None:
                continue
            if layer.name == "eth" and not macs:
                macs = header.dst + header.src
            elif layer.name in ("ipv6", "ip") and hasattr(header, "dst"):
                name = None if packet.interface is None else place.link.name
                yield _single(place, name, packet.original, macs, header.src, header.dst)
                return

    def alone(self, fragment: Loose) -> Iterator[Single]:
        """Its pair."""
        at, name, original, macs, source, destination, *_ = fragment
        yield _single(at, name, original, macs, source, destination)

    def take(self, event: Event) -> None:
        """Put it to the others."""
        self._talks = None
        link = event.at.link
        if isinstance(event, Single):
            if event.name is not None:
                self._names[link.file, link.interface] = event.name
            self._singles.append(event)
            self._pending += 1
        else:
            self._names |= {(link.file, number): name for number, name in event.names.items()}
            self._batches.append(event)
            self._pending += len(event.keys)
        if self._pending > 2 * MOST:
            self._settle()

    def _settle(self) -> None:
        """Put the same pairs together; when there are too many, keep the largest."""
        if self._singles:
            self._batches.append(_together(self._singles))
            self._singles = []
        if not self._batches:
            return
        batches = self._batches
        whole = _grouped(Batch(
            batches[0].at, np.concatenate([one.keys for one in batches]),
            np.concatenate([one.sums for one in batches]),
            np.concatenate([one.numbers for one in batches]), {},
        ))  # fmt: skip
        if len(whole.keys) > MOST:
            octets = np.minimum(whole.sums[:, 1], LONG)  # of as many, those that came first
            weight = octets << 32 | LONG - (whole.numbers[:, 0] & LONG)
            largest = np.argpartition(-weight, MOST)[:MOST]
            self.forgotten += len(whole.keys) - MOST
            whole = whole._replace(
                keys=whole.keys[largest], sums=whole.sums[largest], numbers=whole.numbers[largest]
            )  # fmt: skip
        self._batches, self._pending = [whole], 0

    def talks(self) -> list[Talk]:
        """All pairs, in the order of their first packets."""
        if self._talks is None:
            self._settle()
            self._talks = [talk for batch in self._batches for talk in self._told(batch)]
        return self._talks

    def _told(self, batch: Batch) -> Iterator[Talk]:
        """The pairs of a batch, in the order of their first packets."""
        octets = np.ascontiguousarray(batch.keys).view(np.uint8)
        files = np.ascontiguousarray(octets[:, FILE]).view(">u2")[:, 0]
        order = np.lexsort((batch.numbers[:, 0], files))
        octets = octets[order]
        where, mac, receiver, source, destination = (
            octets_of(np.ascontiguousarray(octets[:, part]))
            for part in (WHERE, MAC, RECEIVER, SOURCE, DESTINATION)
        )
        links = {one: self._link(one) for one in set(where)}
        for number in np.flatnonzero(octets[:, VERSION] != 6).tolist():
            source[number], destination[number] = source[number][:4], destination[number][:4]
        for number in np.flatnonzero(~octets[:, :12].any(axis=1)).tolist():
            mac[number] = receiver[number] = b""
        numbers = (*batch.sums[order].T, *batch.numbers[order].T)
        return tuples(
            Talk, map(links.__getitem__, where), mac, receiver, source, destination,
            *(column.tolist() for column in numbers),
        )  # fmt: skip

    def _link(self, where: bytes) -> Link:
        """The link that a key's WHERE tells."""
        file, interface, *tags = (int.from_bytes(where[at : at + 2]) for at in range(0, 8, 2))
        name = self._names.get((file, interface), "")
        number = interface if (file, interface) in self._names else 0
        return Link(file, number, name, tuple(tag - 1 for tag in tags if tag))


def _words(seen: Seen, file: int) -> Keys:
    """The keys of all rows, word by word (7, n); VERSION is 0 in rows without an IP header."""
    chunk = seen.chunk
    words = np.zeros((SIZE // 8, len(chunk)), np.uint64)
    halves, shorts, octets = (words.view(size) for size in (np.uint32, np.uint16, np.uint8))
    where, source, destination = (part.start // 8 for part in (WHERE, SOURCE, DESTINATION))
    shorts[where, ::4] = np.frombuffer(file.to_bytes(2), np.uint16)
    shorts[where, 1::4] = chunk.interface.astype(">u2").view(np.uint16)
    for part in reversed([*seen.parts(Tag, LengthTag, ServiceTag)]):  # the outermost at last
        rows = 4 * part.rows
        shorts[where, rows + 3] = shorts[where, rows + 2]
        tags = part.head.read(VLAN_ID).astype(np.uint16) + 1
        shorts[where, rows + 2] = tags.astype(">u2").view(np.uint16)
    for part in reversed([*seen.parts(EthernetII, IEEE8023)]):
        words[0, part.rows] = part.head.read(_raw(8, 0))
        halves[1, 2 * part.rows] = part.head.read(_raw(4, 8))
    for part in reversed([*seen.parts(IPv6, IPv4)]):
        rows = part.rows
        octets[VERSION // 8, 8 * rows + VERSION % 8] = 6 if part.header is IPv6 else 4
        if part.header is IPv6:
            for word in range(4):
                words[source + word, rows] = part.head.read(_raw(8, 8 + 8 * word))
        else:
            words[source:, rows] = 0
            halves[source, 2 * rows] = part.head.read(_raw(4, 12))
            halves[destination, 2 * rows] = part.head.read(_raw(4, 16))
    return words


def _raw(size: int, offset: int) -> Item:
    """Octets as a number that lies in memory as they do."""
    return Item(f"=u{size}", offset, size, 0, 0)


def _single(
    place: Place, name: str | None, octets: int, macs: bytes, src: bytes, dst: bytes
) -> Single:
    """One packet's."""
    link = place.link
    key = bytearray(SIZE)
    key[: len(macs)], key[VERSION] = macs, 6 if len(src) == 16 else 4
    key[FILE], key[INTERFACE] = link.file.to_bytes(2), (link.interface & 0xFFFF).to_bytes(2)
    for part, vlan in zip((OUTER, INNER), link.vlans, strict=False):
        key[part] = (vlan + 1).to_bytes(2)
    key[24 : 24 + len(src)], key[40 : 40 + len(dst)] = src, dst
    return Single(place, bytes(key), octets, name)


def _together(singles: list[Single]) -> Batch:
    """Single packets as a batch."""
    keys = np.frombuffer(b"".join([one.key for one in singles]), np.uint64)
    sums = np.array([(1, one.octets) for one in singles], np.int64)
    numbers = np.array([one.at.number for one in singles], np.int64)
    numbers = np.repeat(numbers[:, None], 2, axis=1)  # as the first and as the last
    return Batch(singles[0].at, keys.reshape(len(singles), -1), sums, numbers, {})


def _grouped(batch: Batch) -> Batch:
    """The same pairs put together."""
    order, starts = groups(batch.keys)
    sums = [np.add.reduceat(column[order], starts) for column in batch.sums.T]
    return batch._replace(
        keys=batch.keys[order[starts]],
        sums=np.stack(sums, axis=1),
        numbers=_span(batch.numbers[order], starts),
    )


def _span(values: Numbers, starts: Rows) -> Numbers:
    """The least of the first and the most of the last."""
    first, last = values.T
    return np.stack([np.minimum.reduceat(first, starts), np.maximum.reduceat(last, starts)], axis=1)
