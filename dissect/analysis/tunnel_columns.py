"""The steps of tunnels in whole chunks: all packets of a tunnel with the same addresses inside are
one event.

Rows are told apart by their chain, by ports and numbers, and by the addresses of three headers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.analysis.places import places, several
from dissect.analysis.single_steps import Outer, is_single, single_steps
from dissect.analysis.tunnel_steps import (
    BELOW,
    GRE_CHECKSUM,
    GRE_KEY,
    Carried,
    Head,
    Parts,
    is_tunnel,
    parts_of,
    segments,
    steps_of,
)  # fmt: skip
from dissect.columns.hashing import groups
from dissect.columns.layout import Data, Item, gather
from dissect.protocols.geneve import Geneve
from dissect.protocols.gtp import Gtp
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.mpls import Label
from dissect.protocols.udp import UDP
from dissect.protocols.vxlan import Network

if TYPE_CHECKING:
    from dissect.columns.chunk import Mask, Rows
    from dissect.columns.seen import Seen

DEEP = 3
"""IP headers of a packet by whose addresses packets are told apart."""
LONG = 128
"""Octets behind the last header that are looked at."""
GRE = 47
PORTS = Item(">u4", 0, 4, 0, 0)
MAC_WORDS = Item(">u8", 0, 8, 0, 0), Item(">u8", 4, 8, 0, 0)
NUMBERS = {Network: "vni", Geneve: "vni", Gtp: "teid", Label: "label"}


def carried(seen: Seen, file: int) -> Iterator[Carried]:
    """The steps in rows that the columns are sure of, put together."""
    chunk = seen.chunk
    by_chain = chunk.chains.where(("tunnel",), is_tunnel)
    rows = np.flatnonzero(by_chain[chunk.chain] & seen.mask)
    if not len(rows):
        return
    place = np.full(len(chunk), -1)
    place[rows] = np.arange(len(rows))
    starts, versions = _headers(seen, place, len(rows))
    order, first = groups(_keys(seen, rows, place, starts, versions))
    in_order, shown = rows[order], order[first]
    ends = np.r_[first[1:], len(rows)]
    found = Alike(
        rows[shown], starts[shown], versions[shown],
        np.maximum.reduceat(_size(seen, starts[order, 0], versions[order, 0]), first),
        chunk.number[in_order[ends - 1]], ends - first,
        np.add.reduceat(chunk.original[in_order], first),
    )  # fmt: skip
    chains, depths = chunk.chain[found.rows], (found.starts >= 0).sum(axis=1)
    for chain in np.flatnonzero(np.bincount(chains)).tolist():
        parts = parts_of(chunk.chains.protocols(chain))
        mine = (chains == chain) & (depths > 0)
        single = mine & (depths == len(parts.behind)) & is_single(parts)
        yield from _single(seen, file, parts, found.only(single))
        yield from _nested(seen, file, parts, found.only(mine & ~single))


class Alike(NamedTuple):
    """Packets that are alike, a row each: the first one and its IP headers, and all together.

    sizes   of the outermost packet, the largest
    latest  numbers of the last packets
    """

    rows: Rows
    starts: Rows
    versions: Rows
    sizes: Rows
    latest: Rows
    packets: Rows
    octets: Rows

    def only(self, mask: Mask) -> Alike:
        """Some of them."""
        mine = np.flatnonzero(mask)
        return Alike(*(np.take(column, mine, axis=0) for column in self))


def _single(seen: Seen, file: int, parts: Parts, found: Alike) -> Iterator[Carried]:
    """Those that are in one tunnel, read in columns."""
    count, chunk = len(found.rows), seen.chunk
    if not count:
        return iter(())
    depth = len(parts.behind)
    starts = found.starts[:, :depth]
    stops = starts[:, 1] if depth > 1 else chunk.limit(found.rows)
    outer = Outer(chunk.start[found.rows], starts, found.versions[0, :depth].tolist(),
                  np.minimum(stops, starts[:, 0] + LONG), found.sizes)  # fmt: skip
    steps = list(zip(single_steps(chunk.data, parts, outer), strict=True))
    return several(
        seen, found.rows, file, Carried, found.latest.tolist(), steps, found.packets.tolist(),
        found.octets.tolist(), [1] * count, [0] * count,
    )  # fmt: skip


def _nested(seen: Seen, file: int, parts: Parts, found: Alike) -> Iterator[Carried]:
    """Those that are in tunnels of any kind."""
    chunk, data = seen.chunk, seen.chunk.data
    columns = (chunk.start[found.rows], chunk.limit(found.rows), *found[1:])
    for at, start, limit, where, versions, size, *counts in zip(
        places(seen, found.rows, file), *(column.tolist() for column in columns), strict=True
    ):  # fmt: skip
        heads = _heads(data, where, versions, size, limit)
        steps = tuple(steps_of(parts, data[start : where[0]], heads))
        if steps:
            latest, packets, octets = counts
            yield Carried(at, latest, steps, packets, octets)


def _heads(
    data: Data, where: list[int], versions: list[int], size: int, limit: int
) -> list[Head]:  # fmt: skip
    heads = []
    for at, following, version in zip(where, [*where[1:], -1], versions, strict=True):
        if at < 0:
            break
        octets = data[at : following if following >= 0 else min(at + LONG, limit)]
        if version == 6:
            ends = octets[8:24], octets[24:40]
        else:
            ends = octets[12:16], octets[16:20]
        heads.append(Head(*ends, size - (at - where[0]), octets))
    return heads


def _headers(seen: Seen, place: Rows, count: int) -> tuple[Rows, Rows]:
    """Where the IP headers of each row are, outermost first, and their versions; -1: none."""
    rows, at, version = [], [], []
    for part in seen.parts(IPv6, IPv4):
        mine = place[part.rows]
        found = mine >= 0
        rows.append(mine[found])
        at.append(part.at[found])
        version.append(np.full(int(found.sum()), 6 if part.header is IPv6 else 4))
    row, start, kind = np.concatenate(rows), np.concatenate(at), np.concatenate(version)
    order = np.lexsort((start, row))
    row, start, kind = row[order], start[order], kind[order]
    begin = np.flatnonzero(np.r_[True, row[1:] != row[:-1]])
    rank = np.arange(len(row)) - np.repeat(begin, np.diff(np.r_[begin, len(row)]))
    width = max(int(rank.max(initial=0)) + 1, DEEP)
    starts, versions = np.full((count, width), -1), np.zeros((count, width), np.int64)
    starts[row, rank], versions[row, rank] = start, kind
    return starts, versions


def _keys(
    seen: Seen, rows: Rows, place: Rows, starts: Rows, versions: Rows
) -> NDArray[np.uint64]:  # fmt: skip
    """What packets are told apart by: chain, ports, number, MAC addresses below, and addresses."""
    chunk = seen.chunk
    keys = np.zeros((len(rows), 4 + 4 * DEEP), np.uint64)
    keys[:, 0] = chunk.chain[rows]
    for part in seen.parts(UDP, *NUMBERS):
        mine = place[part.rows]
        found = (mine >= 0) & (keys[mine, 1] == 0)
        if part.header is UDP:
            keys[mine[found], 1] = part.head.read(PORTS)[found]
        else:
            found = mine >= 0
            number = getattr(part.head, NUMBERS[part.header])
            keys[mine[found], 2] += number[found].astype(np.uint64)
    _gre(seen, starts, versions, keys)
    below = chunk.chains.where(
        ("below",), lambda names: any(n in BELOW for n in segments(names)[0])
    )
    on_link = below[chunk.chain[rows]]
    for item in MAC_WORDS:
        keys[on_link, 3] = keys[on_link, 3] * np.uint64(31) + gather(
            chunk.data, item, chunk.start[rows[on_link]]
        )
    for depth in range(DEEP):
        for version, offset, size in ((6, 8, 32), (4, 12, 8)):
            mine = versions[:, depth] == version
            if mine.any():
                octets = gather(chunk.data, Item("", offset, size, 0, 0), starts[mine, depth])
                words = np.zeros((len(octets), 32), np.uint8)
                words[:, :size] = octets
                keys[mine, 4 + 4 * depth : 8 + 4 * depth] = words.view(np.uint64)
    return keys


def _gre(seen: Seen, starts: Rows, versions: Rows, keys: NDArray[np.uint64]) -> None:
    """The keys of GRE right behind the outermost header."""
    octets = seen.chunk.octets
    start, four = starts[:, 0], versions[:, 0] == 4
    safe = np.maximum(start, 0)
    mine: Mask = (start >= 0) & (octets[safe + np.where(four, 9, 6)] == GRE)
    if mine.any():
        at = start[mine] + np.where(four[mine], 4 * (octets[start[mine]] & 15).astype(np.int64), 40)
        flags = gather(seen.chunk.data, Item(">u2", 0, 2, 0, 0), at).astype(np.int64)
        at = at + np.where(flags & GRE_CHECKSUM, 8, 4)
        key = gather(seen.chunk.data, Item(">u4", 0, 4, 0, 0),
                     np.minimum(at, len(seen.chunk.data) - 4))  # fmt: skip
        keys[mine, 2] = np.where(flags & GRE_KEY, key, 0)


def _size(seen: Seen, at: Rows, versions: Rows) -> Rows:
    """Octets of the outermost IP packets."""
    safe = np.maximum(at, 0)
    data = seen.chunk.data
    six = gather(data, Item(">u2", 4, 2, 0, 0), safe).astype(np.int64) + 40
    four = gather(data, Item(">u2", 2, 2, 0, 0), safe).astype(np.int64)
    found: Rows = np.where(at < 0, 0, np.where(versions == 6, six, four))
    return found
