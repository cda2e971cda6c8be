"""Who sends to whom on a link: MACs, source and destination of the outermost IP header.

It is read from columns and kept as columns, for it sees every packet; when there are too many
pairs, those of the fewest octets are forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.analysis.analysis import Analysis, Link, Place
from dissect.analysis.options import Options
from dissect.analysis.table import Ref
from dissect.capture.table import NO_TIME
from dissect.columns.hashing import Keys, hashes
from dissect.columns.layout import Item, gather
from dissect.protocols.ethernet import IEEE8023, EthernetII
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.vlan import LengthTag, ServiceTag, Tag

if TYPE_CHECKING:
    from dissect.columns.chunk import Rows
    from dissect.columns.seen import Seen
    from dissect.engine.packet import Packet

Numbers = NDArray[np.int64]
Octets = NDArray[np.uint8]

MOST = 1 << 14
"""Pairs that are kept."""
SIZE = 56
RECEIVER, MAC, VERSION = slice(0, 6), slice(6, 12), 12
FILE, INTERFACE, OUTER, INNER = slice(16, 18), slice(18, 20), slice(20, 22), slice(22, 24)
WHERE, SOURCE, DESTINATION = slice(16, 24), slice(24, 40), slice(40, 56)
"""Where things are in a key.  An IPv4 address is in the first 4 of 16 octets; of VLANs there are
two at most, each its number and 1, 0 where there is none."""
BOTH_MACS = Item("", 0, 12, 0, 0)
"""The receiver's, then the sender's, as they begin an Ethernet frame."""
VLAN_ID = Item(">u2", 0, 2, 0, 0xFFF)
ENDS = {IPv6: (6, 16, Item("", 8, 32, 0, 0)), IPv4: (4, 4, Item("", 12, 8, 0, 0))}
"""Of an IP header: version, size of an address, and where both are."""


class Batch(NamedTuple):
    """Pairs, each once, with what was sent.

    keys     (n, 7) words, as octets of ``SIZE``
    sums     (n, 2) packets and octets
    times    (n, 2) of the first and the last packet, 0 where the file has none
    numbers  (n, 2) of both packets
    names    of interfaces, by their number
    """

    at: Place
    keys: Keys
    sums: Numbers
    times: Numbers
    numbers: Numbers
    names: dict[int, str]


class Talk(NamedTuple):
    """What somebody sent to somebody; MACs are empty where frames have none."""

    link: Link
    mac: bytes
    receiver: bytes
    source: bytes
    destination: bytes
    packets: int
    octets: int
    first_ns: int
    last_ns: int
    first: Ref
    last: Ref


class Traffic(Analysis[Batch]):
    """Pairs by link, MAC and addresses; other analyses build on it."""

    protocols = frozenset(("ipv6", "ip"))

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.forgotten = 0
        self._batches: list[Batch] = []
        self._pending = 0
        self._names: dict[tuple[int, int], str] = {}
        self._talks: list[Talk] | None = None
        self._links: dict[bytes, Link] = {}

    def rows(self, seen: Seen) -> Rows:
        """None: the columns tell all."""
        return np.empty(0, np.int64)

    def scan(self, seen: Seen, file: int) -> Iterable[Batch]:
        """All pairs of a chunk, together."""
        chunk = seen.chunk
        keys = np.zeros((len(chunk), SIZE), np.uint8)
        tags = [*seen.parts(Tag, LengthTag, ServiceTag)]
        for part in reversed(tags):  # the outermost is written at last
            keys[part.rows, INNER] = keys[part.rows, OUTER]
            vlans = gather(chunk.data, VLAN_ID, part.at).astype(np.uint16) + 1
            keys[part.rows, OUTER] = vlans.astype(">u2")[:, None].view(np.uint8)
        for part in reversed([*seen.parts(EthernetII, IEEE8023)]):
            keys[part.rows, :12] = gather(chunk.data, BOTH_MACS, part.at)
        for part in reversed([*seen.parts(IPv6, IPv4)]):
            version, size, item = ENDS[part.header]
            ends = gather(chunk.data, item, part.at)
            keys[part.rows, VERSION] = version
            keys[part.rows, SOURCE] = keys[part.rows, DESTINATION] = 0
            keys[part.rows, 24 : 24 + size] = ends[:, :size]
            keys[part.rows, 40 : 40 + size] = ends[:, size:]
        rows = np.flatnonzero(keys[:, VERSION])
        if not len(rows):
            return []
        keys = keys[rows]
        keys[:, FILE] = np.frombuffer(file.to_bytes(2, "big"), np.uint8)
        keys[:, INTERFACE] = chunk.interface[rows].astype(">u2")[:, None].view(np.uint8)
        sums = np.ones((len(rows), 2), np.int64)
        sums[:, 1] = chunk.original[rows]
        times = np.where(chunk.time_ns[rows] == NO_TIME, 0, chunk.time_ns[rows])
        numbers = chunk.number[rows]
        is_named = chunk.stretch.form.name == "pcapng"
        names = {one.id: one.name for one in chunk.stretch.interfaces} if is_named else {}
        place = Place(int(numbers[0]), int(times[0]), Link(file))
        return [_grouped(Batch(place, keys.view(np.uint64), sums, _twice(times), _twice(numbers),
                               names))]  # fmt: skip

    def read(self, packet: Packet, place: Place) -> Iterator[Batch]:
        """The outermost pair of a packet."""
        macs = b""
        for layer in packet.layers:
            header = layer.header
            if layer.quoted or header is None:
                continue
            if layer.name == "eth" and not macs:
                macs = header.dst + header.src
            elif layer.name in ("ipv6", "ip") and hasattr(header, "dst"):
                yield _single(packet, place, macs, header.src, header.dst)
                return

    def take(self, event: Batch) -> None:
        """Put it to the others."""
        self._talks = None
        file = event.at.link.file
        self._names |= {(file, number): name for number, name in event.names.items()}
        self._batches.append(event)
        self._pending += len(event.keys)
        if self._pending > 2 * MOST or len(self._batches) > 1000:
            self._settle()

    def _settle(self) -> None:
        """Put the same pairs together; when there are too many, keep the largest."""
        if not self._batches:
            return
        batches = self._batches
        whole = _grouped(Batch(
            batches[0].at, np.concatenate([one.keys for one in batches]),
            np.concatenate([one.sums for one in batches]),
            np.concatenate([one.times for one in batches]),
            np.concatenate([one.numbers for one in batches]), {},
        ))  # fmt: skip
        if len(whole.keys) > MOST:
            largest = np.argpartition(-whole.sums[:, 1], MOST)[:MOST]
            self.forgotten += len(whole.keys) - MOST
            whole = whole._replace(
                keys=whole.keys[largest], sums=whole.sums[largest], times=whole.times[largest],
                numbers=whole.numbers[largest],
            )  # fmt: skip
        self._batches, self._pending = [whole], 0

    def talks(self) -> list[Talk]:
        """All pairs, in the order of their first packets."""
        if self._talks is None:
            self._settle()
            self._links = {}
            found = [
                self._talk(key.tobytes(), *values)
                for batch in self._batches
                for key, *values in zip(
                    batch.keys, batch.sums.tolist(), batch.times.tolist(),
                    batch.numbers.tolist(), strict=True,
                )
            ]  # fmt: skip
            self._talks = sorted(found, key=lambda talk: (talk.first.file, talk.first.number))
        return self._talks

    def _talk(
        self, key: bytes, sums: list[int], times: list[int], numbers: list[int]
    ) -> Talk:  # fmt: skip
        link = self._links.get(key[WHERE]) or self._link(key)
        file = link.file
        size = 16 if key[VERSION] == 6 else 4
        mac, receiver = (key[part] if any(key[:12]) else b"" for part in (MAC, RECEIVER))
        (packets, octets), (first_ns, last_ns) = sums, times
        first, last = numbers
        return Talk(link, mac, receiver, key[SOURCE][:size], key[DESTINATION][:size], packets,
                    octets, first_ns, last_ns, Ref(first, file), Ref(last, file))  # fmt: skip

    def _link(self, key: bytes) -> Link:
        file, interface = (int.from_bytes(key[part]) for part in (FILE, INTERFACE))
        tags = (int.from_bytes(key[part]) for part in (OUTER, INNER))
        name = self._names.get((file, interface), "")
        number = interface if (file, interface) in self._names else 0
        link = Link(file, number, name, tuple(tag - 1 for tag in tags if tag))
        self._links[key[WHERE]] = link
        return link


def _single(packet: Packet, place: Place, macs: bytes, src: bytes, dst: bytes) -> Batch:
    """One packet's."""
    link = place.link
    key = bytearray(SIZE)
    key[: len(macs)], key[VERSION] = macs, 6 if len(src) == 16 else 4
    key[FILE], key[INTERFACE] = link.file.to_bytes(2), (link.interface & 0xFFFF).to_bytes(2)
    for part, vlan in zip((OUTER, INNER), link.vlans, strict=False):
        key[part] = (vlan + 1).to_bytes(2)
    key[24 : 24 + len(src)], key[40 : 40 + len(dst)] = src, dst
    words = np.frombuffer(bytes(key), np.uint64).reshape(1, -1)
    names = {link.interface: link.name} if packet.interface is not None else {}
    return Batch(
        place, words, np.array([[1, packet.original]]), _twice(np.array([place.time_ns])),
        _twice(np.array([place.number])), names,
    )  # fmt: skip


def _twice(values: Numbers) -> Numbers:
    """As the first and as the last."""
    return np.repeat(values[:, None], 2, axis=1)


def _grouped(batch: Batch) -> Batch:
    """The same pairs put together."""
    order = np.argsort(hashes(batch.keys))
    keys = batch.keys[order]
    new = np.ones(len(keys), np.bool_)
    new[1:] = (keys[1:] != keys[:-1]).any(axis=1)
    starts = np.flatnonzero(new)
    times, numbers = batch.times[order], batch.numbers[order]
    return batch._replace(
        keys=keys[starts],
        sums=np.add.reduceat(batch.sums[order], starts, axis=0),
        times=_span(times, starts),
        numbers=_span(numbers, starts),
    )


def _span(values: Numbers, starts: Rows) -> Numbers:
    """The least of the first and the most of the last."""
    return np.stack(
        [np.minimum.reduceat(values[:, 0], starts), np.maximum.reduceat(values[:, 1], starts)],
        axis=1,
    )
