"""Which packets of a chunk may have a twin in the other IP version: a sieve over columns.

Most captures know no translator, and there the sieve lets next to nothing through.  It lets pass
what has a known prefix, what looks like a packet of the other version in the same chunk, what is
at the edges of a chunk, and the first packets of captures that have one version only: their twins
may be in another file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.analysis.translated import Side
from dissect.analysis.translation_map import Mapping, Prefix
from dissect.columns.group import anywhere
from dissect.columns.hashing import hashes
from dissect.columns.layout import Item
from dissect.protocols import icmp, icmpv6
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.tcp import TCP
from dissect.protocols.udp import UDP

if TYPE_CHECKING:
    from dissect.columns.chunk import Mask, Rows
    from dissect.columns.seen import Seen

FIRST = 10_000
"""Packets of a capture of one IP version that are compared; all, if prefixes are given."""
EDGE = 256
"""Packets at the edges of a chunk, whose twins may be beyond."""
RARE = 1 / 64
"""A share of one version below which a chunk counts as having the other alone."""
PART = 20
"""Bits of a look by which it is first looked for among others."""
WORD = Item(">u8", 0, 8, 0, 0)
SAME = {TCP: (4, 24), UDP: (8, 16), icmp.Head: (6, 14), icmpv6.Head: (6, 14)}
"""Of a transport the places of eight octets that a translator leaves as they are."""


class Spans(NamedTuple):
    """Rows, where their IP packets begin, where they end, and their addresses."""

    rows: NDArray[np.int64]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    source: NDArray[np.uint8]
    destination: NDArray[np.uint8]

    def of(self, mask: Mask) -> Spans:
        """Some of them."""
        return Spans(
            self.rows[mask], self.start[mask], self.stop[mask], self.source[mask],
            self.destination[mask],
        )  # fmt: skip


class Candidates:
    """The sieve; what it learns from a chunk it forgets with it, so that all are judged alike.

    left_out  some packets are not compared
    """

    def __init__(self, given: tuple[Prefix, ...]) -> None:
        self._given = given
        self.left_out = False

    def of(self, seen: Seen) -> Iterator[Spans]:
        """The rows of each version that may have a twin."""
        six, four = _alone(seen)
        if not len(six.rows) and not len(four.rows):
            return
        known = Mapping(self._given)
        wanted4 = np.zeros(len(four.rows), np.bool_)
        wanted6 = wanted4[:0]
        less, more = sorted((len(six.rows), len(four.rows)))
        both = less > RARE * (less + more)
        if both or (less and len(seen.rows) < FIRST):
            wanted6, wanted4 = _alike(seen, six, four, known)
        of_prefix = known.mask(six.source) | known.mask(six.destination)
        wanted6 = of_prefix | wanted6 if len(wanted6) else of_prefix
        if of_prefix.any() and len(four.rows):
            wanted4 |= _joined(six.of(of_prefix), four, known)
        if not both:
            wanted6 |= self._first(seen, six.rows)
            wanted4 |= self._first(seen, four.rows)
        elif len(seen.chunk) > 4 * EDGE:
            for rows, wanted in ((six.rows, wanted6), (four.rows, wanted4)):
                wanted |= (rows < EDGE) | (rows >= len(seen.chunk) - EDGE)
        yield six.of(wanted6)
        yield four.of(wanted4)

    def _first(self, seen: Seen, rows: Rows) -> Mask:
        if self._given:
            return np.ones(len(rows), np.bool_)
        mask: Mask = seen.chunk.number[rows] <= FIRST
        self.left_out |= not bool(mask.all())
        return mask


def may_be_translated(side: Side) -> bool:
    """Whether a packet is none to a group or on its link only (RFC 7915, section 1.1)."""
    if side.version == 4:
        return side.destination[0] < GROUPS
    return side.destination[0] != 0xFF and not any(
        end[0] == 0xFE and end[1] & 0xC0 == 0x80 for end in (side.source, side.destination)
    )


def _joined(six: Spans, four: Spans, known: Mapping) -> Mask:
    """The IPv4 packets of addresses that are inside IPv6 packets' addresses."""
    ends = np.concatenate([six.source, six.destination])
    inside: set[int] = set()
    for octets in np.unique(ends, axis=0)[:MOST]:
        prefix = known.known(octets.tobytes())
        ipv4 = prefix.ipv4(octets.tobytes()) if prefix else None
        if ipv4 is not None:
            inside.add(int.from_bytes(ipv4))
    found = np.zeros(len(four.rows), np.bool_)
    for addresses in (four.source, four.destination):
        found |= np.isin(addresses.view(">u4").ravel().astype(np.int64), list(inside))
    return found


GROUPS = 224
"""The first octet of the first IPv4 group."""
MOST = 4096
"""Addresses of a chunk that are looked into, and pairs that prefixes are learned from."""


def _alone(seen: Seen) -> tuple[Spans, Spans]:
    """Rows with a single IP header that a translator may pass on, by its version."""
    chunk = seen.chunk
    parts = {version: list(seen.parts(header)) for version, header in ((6, IPv6), (4, IPv4))}
    every = [part.rows for part in (*parts[6], *parts[4])] or [seen.rows[:0]]
    count = np.bincount(np.concatenate(every), minlength=len(chunk))
    found: list[Spans] = []
    for version, size in ((6, 16), (4, 4)):
        nothing = seen.rows[:0], seen.rows[:0], seen.rows[:0], *(2 * [np.empty((0, size), "u1")])
        columns: list[tuple[NDArray[Any], ...]] = [nothing]
        for part in parts[version]:
            source, destination = part.head.src, part.head.dst
            mine = np.flatnonzero((count[part.rows] == 1) & _may_be_on(source, destination))
            octets = 40 + part.head.plen.astype(np.int64) if version == 6 else part.head.len
            rows, at = part.rows[mine], part.at[mine]
            stop = np.minimum(at + octets[mine], chunk.limit(rows))
            ends = (np.take(each, mine, axis=0) for each in (source, destination))
            columns.append((rows, at, stop, *ends))
        found.append(Spans(*map(np.concatenate, zip(*columns, strict=True))))
    return found[0], found[1]


def _may_be_on(source: NDArray[np.uint8], destination: NDArray[np.uint8]) -> Mask:
    """Which packets are none to groups, nor such as stay on their link (RFC 7915, section 1.1)."""
    if source.shape[1] == 4:
        return destination[:, 0] < GROUPS
    mask: Mask = destination[:, 0] == 0xFF
    for address in (source, destination):
        mask |= (address[:, 0] == 0xFE) & (address[:, 1] & 0xC0 == 0x80)
    return ~mask


def _alike(seen: Seen, six: Spans, four: Spans, known: Mapping) -> tuple[Mask, Mask]:
    """Packets of either version that are like one of the other; learn prefixes from them."""
    one, other = _looks(seen, six, 6), _looks(seen, four, 4)
    like6, like4 = _among(one, other), _among(other, one)
    data = seen.chunk.data
    by_look: dict[int, list[tuple[bytes, bytes]]] = {}
    for look, at in zip(
        other[like4][:MOST].tolist(), four.start[like4][:MOST].tolist(), strict=True
    ):
        by_look.setdefault(look, []).append((data[at + 12 : at + 16], data[at + 16 : at + 20]))
    for look, at in zip(one[like6][:MOST].tolist(), six.start[like6][:MOST].tolist(), strict=True):
        ends = data[at + 8 : at + 24], data[at + 24 : at + 40]
        for theirs in by_look.get(look, ())[:4]:
            for address, ipv4 in zip(ends, theirs, strict=True):
                prefix = known.learn(address, ipv4)
                if prefix is not None and not known.known(address):
                    known.add(prefix)
    return like6, like4


def _among(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> Mask:
    """Which looks are among others, 0 left out; for most of them a part of the bits tells."""
    there = np.zeros(1 << PART, np.bool_)
    there[other >> np.uint64(64 - PART)] = True
    found: Mask = there[one >> np.uint64(64 - PART)] & (one != 0)
    found[found] = np.isin(one[found], other)
    return found


def _looks(seen: Seen, spans: Spans, version: int) -> NDArray[np.uint64]:
    """A number of what a translator leaves as it is; 0 where there is nothing behind the header."""
    chunk = seen.chunk
    rows, start, stop, *_ = spans
    place = np.full(len(chunk), -1)
    place[rows] = np.arange(len(rows))
    keys = np.zeros((len(rows), 3), np.uint64)
    others = ~np.isin(chunk.octets[start + PROTOCOL[version]], KNOWN)
    at = start[others]
    at = at + (40 if version == 6 else 4 * (chunk.octets[at] & 15).astype(np.int64))
    keys[others, 0] = np.maximum(stop[others] - at, 0)
    for word in (1, 2):
        keys[others, word] = _word(seen, at + 8 * (word - 1), stop[others])
    for part in seen.parts(*SAME):
        mine = place[part.rows]
        at, mine = part.at[mine >= 0], mine[mine >= 0]
        left = stop[mine] - at
        number = (1 if part.header in (icmp.Head, icmpv6.Head) else
                  6 if part.header is TCP else 17)  # fmt: skip
        keys[mine, 0] = (number << 32) + left
        if number == 1:
            kinds = chunk.octets[at]
            errors = np.isin(kinds, (1, 2, 3, 4, 11, 12))  # 3 is an error in both
            keys[mine[errors]] = 1, 0, 0
            at, mine, left = at[~errors], mine[~errors], left[~errors]
        for word, offset in enumerate(SAME[part.header], 1):
            keys[mine, word] = _word(seen, at + offset, stop[mine])
    found = hashes(keys)
    found[keys[:, 0] == 0] = 0
    return found


PROTOCOL = {6: 6, 4: 9}
"""Where a header tells what follows."""
KNOWN = (1, 6, 17, 58)


def _word(seen: Seen, at: Rows, stop: Rows) -> NDArray[np.uint64]:
    """Eight octets of each row, as far as they are before its end."""
    values: NDArray[np.uint64] = anywhere(seen.chunk.data, WORD, at).astype(np.uint64)
    left = stop - at
    values[left <= 0] = 0
    short = np.flatnonzero((left > 0) & (left < 8))
    values[short] >>= (64 - 8 * left[short]).astype(np.uint64)
    return values
