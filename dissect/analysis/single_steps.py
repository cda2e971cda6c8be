"""The steps of packets that are in one tunnel each, many at once, out of columns.

All have the same layers, and ports and numbers are right behind their outer header, or before it
where they are carried on a link.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from dissect.analysis.places import octets_of, tuples
from dissect.analysis.transports import ADDRESSES
from dissect.analysis.tunnel_steps import (
    CARRIERS,
    GRE_CHECKSUM,
    GRE_KEY,
    Ends,
    Parts,
    Step,
    kind_of,
    on_link,
)
from dissect.columns.chunk import Rows
from dissect.columns.layout import Data, Item, gather
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.udp import UDP

WHOLE = 8
"""Octets of a carrier that has a number."""
SHORT, WORD = Item(">u2", 0, 2, 0, 0), Item(">u4", 0, 4, 0, 0)


class Number(NamedTuple):
    """Where the word with a carrier's number is, the bits behind it there, and its text."""

    ahead: int
    shift: int
    text: Callable[[int], str]


SPI, VNI = Number(0, 0, "SPI 0x{:08x}".format), Number(4, 8, "VNI {}".format)
NUMBERS = {
    "esp": SPI, "udpencap": SPI, "vxlan": VNI, "geneve": VNI,
    "gtp": Number(4, 0, "TEID 0x{:08x}".format), "gre": Number(4, 0, "key {}".format),
}  # fmt: skip


class Outer(NamedTuple):
    """Packets with the same layers.

    frames    where they begin
    starts    (n, headers) where their IP headers are
    versions  of those headers
    stops     where what belongs to the outermost ends
    sizes     of the outermost packet
    """

    frames: Rows
    starts: Rows
    versions: list[int]
    stops: Rows
    sizes: Rows


def is_single(parts: Parts) -> bool:
    """Whether packets with such layers are in one tunnel, and their steps are read here."""
    if parts.below or not parts.behind:
        return len(parts.behind) == 1 and not parts.behind[0].opaque
    return len(parts.behind) == 2 - parts.behind[-1].opaque and parts.behind[0].is_near


def single_steps(data: Data, parts: Parts, found: Outer) -> Iterator[Step]:
    """The step of each packet."""
    if parts.below:
        return _on_links(data, parts, found)
    part, (outer, *inside) = parts.behind[0], found.starts.T
    ends = _ends(data, outer, found.versions[0])
    inner: Sequence[Ends | None] = [None] * len(outer)
    overhead = np.zeros_like(outer)
    if inside:
        inner, overhead = _ends(data, inside[0], found.versions[1]), inside[0] - outer
    ports, numbers = [(0, 0)] * len(outer), [""] * len(outer)
    at = outer + IPv6.__hdr_len__
    if found.versions[0] == 4:
        at = outer + 4 * (np.frombuffer(data, np.uint8)[outer] & 15).astype(np.int64)
    if part.has_udp:
        both = (gather(data, SHORT, at + ahead).tolist() for ahead in (0, 2))
        ports, at = list(zip(*both, strict=True)), at + UDP.__hdr_len__
    if part.carriers:
        numbers = _numbers(data, part.carriers[0], at, found.stops)
    kinds = [part.kind] * len(outer) if part.kind else list(map(kind_of, ends, inner))
    return tuples(Step, kinds, ends, ports, numbers, inner, overhead.tolist(), found.sizes.tolist())


def _on_links(data: Data, parts: Parts, found: Outer) -> Iterator[Step]:
    """The step of each packet that is carried on a link."""
    name, inside = parts.below[0], found.starts[:, 0]
    below = [data[a:b] for a, b in zip(found.frames.tolist(), inside.tolist(), strict=True)]
    macs = [(b"", b"")] * len(below)
    if parts.before[0] == "eth":
        macs = [(octets[6:12], octets[:6]) for octets in below]
    numbers, overhead = zip(*(on_link(name, octets[12:]) for octets in below), strict=True)
    ports, sizes = [(0, 0)] * len(below), found.sizes + np.array(overhead)
    inner = _ends(data, inside, found.versions[0])
    kinds = [CARRIERS[name]] * len(below)
    return tuples(Step, kinds, macs, ports, numbers, inner, overhead, sizes.tolist())


def _ends(data: Data, at: Rows, version: int) -> list[Ends]:
    """The addresses of IP headers."""
    both = gather(data, ADDRESSES[version], at)
    half = both.shape[1] // 2
    sides = (octets_of(np.ascontiguousarray(side)) for side in (both[:, :half], both[:, half:]))
    return list(zip(*sides, strict=True))


def _numbers(data: Data, carrier: str, at: Rows, stops: Rows) -> list[str]:
    """What carriers say of their tunnels; those that are too short say nothing."""
    number = NUMBERS.get(carrier)
    if number is None:
        return [""] * len(at)
    there = at + WHOLE <= stops
    if carrier == "gre":
        flags = gather(data, SHORT, np.where(there, at, 0))
        there &= flags & GRE_KEY != 0
        at = at + np.where(flags & GRE_CHECKSUM, 4, 0)
    words = gather(data, WORD, np.where(there, at + number.ahead, 0)) >> number.shift
    texts = map(number.text, words.tolist())
    return [text if said else "" for text, said in zip(texts, there.tolist(), strict=True)]
