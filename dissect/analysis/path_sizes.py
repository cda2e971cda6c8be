"""How large packets are, by source and destination: those that are large enough to matter.

Pairs of addresses are told apart by a number that all processes make alike.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from sys import byteorder
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.analysis.analysis import Place
from dissect.analysis.places import places
from dissect.analysis.table import Ref
from dissect.analysis.transports import Transports, transports
from dissect.columns.hashing import groups, ordered
from dissect.columns.layout import Item, gather, layout_for
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.tcp import TCP

if TYPE_CHECKING:
    from dissect.columns.chunk import Mask
    from dissect.columns.seen import Seen
    from dissect.engine.packet import Packet

Numbers = NDArray[np.uint64]

LARGE = {6: 1200, 4: 500}
"""Octets from which on a packet may be one that was made to fit."""
LARGE_SEGMENT = 1200
AGAIN_NS = 200_000_000
"""A segment is not sent again before (RFC 6298 says a second, stacks take less)."""
SYN = 2
MIXERS = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93,
          0xA0761D6478BD642F, 0xE7037ED1A0B428DB)  # fmt: skip
WORD_MASK = (1 << 64) - 1
ENDS = {6: Item("", 8, 32, 0, 0), 4: Item("", 12, 8, 0, 0)}
PORTS_AND_SEQUENCE = Item(">u8", 0, 8, 0, 0)
LENGTH = {6: Item(">u2", 4, 2, 0, 0), 4: Item(">u2", 2, 2, 0, 0)}
ANYWHERE = 0xFFFF
"""Stands for the interface where that doesn't matter."""
MOST = 1_000
"""Segments of a chunk that are sent again."""


class Sizes(NamedTuple):
    """Packets of a chunk: the number of their ends, their octets, packet and time; MSS by ends."""

    at: Place
    numbers: Numbers
    octets: NDArray[np.int64]
    packets: NDArray[np.int64]
    times: NDArray[np.int64]
    mss: dict[int, int]

    def places(self, rows: NDArray[np.int64] | slice) -> Iterator[tuple[int, tuple[int, int, int]]]:
        """Of some of them the octets, and file, packet and time."""
        file = self.at.link.file
        for octets, packet, time in zip(
            self.octets[rows].tolist(), self.packets[rows].tolist(), self.times[rows].tolist(),
            strict=True,
        ):  # fmt: skip
            yield octets, (file, packet, time)


class Large(NamedTuple):
    """A packet that the tree reader has read, and its octets."""

    at: Place
    source: bytes
    destination: bytes
    octets: int


class Again(NamedTuple):
    """A large segment that was sent so many times more, at least 0.2 s apart."""

    at: Place
    source: bytes
    destination: bytes
    size: int
    times: int
    last: Ref


def mixed(words: Numbers) -> Numbers:
    """A number for each row of words, the same in every process."""
    found = np.zeros(len(words), np.uint64)
    for column in range(words.shape[1]):
        found = (found ^ words[:, column]) * np.uint64(MIXERS[column])
        found ^= found >> np.uint64(29)
    return found


def number_of(source: bytes, destination: bytes, interface: int) -> int:
    """The number of two addresses on an interface; ANYWHERE for all of them."""
    octets = (source + destination).ljust(32, b"\0")
    found = 0
    for word, mix in zip((*struct.unpack("=4Q", octets), interface), MIXERS, strict=False):
        found = (found ^ word) * mix & WORD_MASK
        found ^= found >> 29
    return found


def _words(octets: NDArray[np.uint8], interfaces: NDArray[np.int64] | int) -> Numbers:
    padded = np.zeros((len(octets), 40), np.uint8)
    padded[:, : octets.shape[1]] = octets
    words = padded.view(np.uint64)
    words[:, 4] = interfaces
    return words


def sizes_of(seen: Seen, file: int) -> Sizes | None:
    """Those of rows that the columns are sure of, and announced segment sizes."""
    chunk = seen.chunk
    numbers, octets, rows = [], [], []
    for part in seen.parts(IPv6, IPv4):
        version = 6 if part.header is IPv6 else 4
        size = part.head.read(LENGTH[version]).astype(np.int64)
        size += 40 if version == 6 else 0
        large = size >= LARGE[version]
        if large.any():
            ends = part.head.read(ENDS[version])[large]
            numbers.append(mixed(_words(ends, chunk.interface[part.rows[large]])))
            octets.append(size[large])
            rows.append(part.rows[large])
    mss = _announced(seen)
    if not rows and not mss:
        return None
    if not rows:
        none = np.empty(0, np.int64)
        first = places(seen, seen.rows[:1], file)[0]
        return Sizes(first, none.astype(np.uint64), none, none, none, mss)
    row = np.concatenate(rows)
    order = ordered(row)
    row = row[order]
    first = places(seen, row[:1], file)[0]
    return Sizes(first, np.concatenate(numbers)[order], np.concatenate(octets)[order],
                 chunk.number[row], np.maximum(chunk.time_ns[row], 0), mss)  # fmt: skip


def _announced(seen: Seen) -> dict[int, int]:
    """The maximum segment size in SYN segments, where it is the first option, as is usual."""
    chunk, octets = seen.chunk, seen.chunk.octets
    found = transports(seen, TCP)
    found = found.only(octets[found.at + 13] & SYN != 0)
    found = found.only(found.at + 24 <= chunk.limit(found.rows))
    found = found.only((octets[found.at + 20] == 2) & (octets[found.at + 21] == 4))
    sizes: dict[int, int] = {}
    for version in (6, 4):
        mine = found.only(found.version == version)
        if len(mine.rows):
            ends = gather(chunk.data, ENDS[version], mine.ip)
            announced = gather(chunk.data, Item(">u2", 22, 2, 0, 0), mine.at)
            numbers = mixed(_words(ends, ANYWHERE))
            sizes.update(zip(numbers.tolist(), announced.tolist(), strict=True))
    return sizes


def sizes_in(packet: Packet, place: Place) -> Iterator[Large]:
    """Those of a packet that the tree reader has read; of a fragment, its own."""
    for layer in packet.layers:
        header = layer.header
        if layer.quoted or layer.source is not None or layer.name not in ("ip", "ipv6"):
            continue
        if header is not None and hasattr(header, "src"):
            size = header.plen + 40 if layer.name == "ipv6" else header.len
            if size >= LARGE[6 if layer.name == "ipv6" else 4]:
                yield Large(place, header.src, header.dst, size)


def together(sizes: list[Sizes], alone: list[Large]) -> list[Sizes]:
    """Sizes of one chunk as one, in the order of the packets; none if there are none."""
    if alone:
        octets = b"".join(
            (one.source + one.destination).ljust(32, b"\0")
            + one.at.link.interface.to_bytes(8, byteorder)
            for one in alone
        )
        sizes.append(
            Sizes(
                alone[0].at, mixed(np.frombuffer(octets, np.uint64).reshape(-1, 5)),
                np.array([one.octets for one in alone]), np.array([one.at.number for one in alone]),
                np.array([one.at.time_ns for one in alone]), {},
            )
        )  # fmt: skip
    if len(sizes) < 2:
        return sizes
    packets = np.concatenate([one.packets for one in sizes])
    order = ordered(packets)
    numbers = np.concatenate([one.numbers for one in sizes])[order]
    found, times = (
        np.concatenate(column)[order]
        for column in ([one.octets for one in sizes], [one.times for one in sizes])
    )
    mss = {ends: size for one in sizes for ends, size in one.mss.items()}
    first = min(sizes, key=lambda one: one.at.number).at
    return [Sizes(first, numbers, found, packets[order], times, mss)]


def segments_again(seen: Seen, file: int) -> Iterator[Again]:
    """Large segments that are sent again after a while, within a chunk."""
    chunk = seen.chunk
    found = transports(seen, TCP)
    for version in (6, 4):
        mine = found.only(found.version == version)
        size = gather(chunk.data, LENGTH[version], mine.ip).astype(np.int64)
        size += 40 if version == 6 else 0
        large = size >= LARGE_SEGMENT
        mine, size = mine.only(large), size[large]
        numbers = gather(chunk.data, PORTS_AND_SEQUENCE, mine.at).astype(np.uint64)
        twice = _twice(numbers)
        if twice.any():
            mine, size = mine.only(twice), size[twice]
            ends = _words(gather(chunk.data, ENDS[version], mine.ip), chunk.interface[mine.rows])
            words = np.column_stack([ends, numbers[twice]])
            yield from _repeats(seen, file, mine, size, mixed(words))


def _twice(numbers: Numbers) -> Mask:
    """Which numbers are there more than once."""
    found = np.zeros(len(numbers), np.bool_)
    if len(numbers):
        order, starts = groups(numbers[:, None])
        sizes = np.diff(starts, append=len(order))
        found[order] = np.repeat(sizes > 1, sizes)
    return found


def _repeats(
    seen: Seen, file: int, found: Transports, sizes: NDArray[np.int64], keys: Numbers
) -> Iterator[Again]:
    chunk, rows = seen.chunk, found.rows
    times = chunk.time_ns[rows]
    order = np.lexsort((times, keys))
    keys, when = keys[order], times[order]
    later = (keys[1:] == keys[:-1]) & (when[1:] - when[:-1] >= AGAIN_NS)
    if not later.any():
        return
    again = np.flatnonzero(later)[:MOST]
    first = np.flatnonzero(np.r_[True, keys[again][1:] != keys[again][:-1]])
    for start, stop in zip(first.tolist(), [*first[1:].tolist(), len(again)], strict=True):
        at, last = order[again[start]], order[again[stop - 1] + 1]
        version, ip, size = int(found.version[at]), int(found.ip[at]), int(sizes[at])
        item = layout_for(IPv6 if version == 6 else IPv4).items
        octets = chunk.data[ip : ip + 40]
        source, destination = (
            octets[item[name].offset : item[name].offset + item[name].size]
            for name in ("src", "dst")
        )
        (place,) = places(seen, rows[at : at + 1], file)
        yield Again(place, source, destination, size, stop - start,
                    Ref(int(chunk.number[rows[last]]), file))  # fmt: skip
