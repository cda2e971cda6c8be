"""Addresses of blocks that have no place on the wire, or none in the Internet (RFC 6890)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from dissect.address.special import IPV6, Block, block_of, blocks_within
from dissect.columns.chunk import Rows
from dissect.engine.packet import Packet
from dissect.lint.addresses import LOOPBACK, MAPPED, UNSPECIFIED, prefixed
from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.gathered import Mask
from dissect.lint.rule import NOTHING, Hit, Hits, Tally, rule, tallies
from dissect.lint.words import ip
from dissect.protocols.ipv6 import IPv6
from dissect.verdict import Level

ENDS = ("src", "dst")
NEVER = (
    ("fec0::/10", b"\xfe\xc0", 10, "site-local"),
    ("::ffff:0:0/96", MAPPED, 96, "IPv4-mapped"),
    ("3ffe::/16", b"\x3f\xfe", 16, "6bone"),
    ("2001:10::/28", b"\x20\x01\0\x10", 28, "ORCHID"),
)
"""Blocks that are given back, or for inside a host: RFC 3879 section 4, 4291 section 2.5.5.2,
3701 section 2, 4843 section 2."""
COMPATIBLE = bytes(12)
FIRST = frozenset((0, *(prefix[0] for _, prefix, *_ in NEVER)))
"""What such addresses begin with."""
NOT_GENERAL = {
    "documentation": "documentation", "discard": "discarding", "dummy": "dummies",
    "benchmarking": "benchmarking", "orchid2": "ORCHIDv2", "unassigned": "nobody yet",
    "reserved": "nobody (reserved)",
}  # fmt: skip
"""Kinds of addresses that are not for general use, and what they are for."""
DIVIDED = frozenset(block.network[:8] for block in IPV6 if block.length > 64)
"""The first octets of addresses whose block is told by the last ones."""


@cache
def _may_be_special() -> Mask:
    """By the first two octets: whether such an address may be one that is not for general use."""
    mask = np.ones(1 << 16, np.bool_)
    for block in sorted(IPV6, key=lambda block: block.length):
        first = int.from_bytes(block.network[:2], "big")
        if block.length <= 16:
            mask[first : first + (1 << 16 - block.length)] = block.kind in NOT_GENERAL
        else:
            mask[first] = True
    return mask


def special(addresses: NDArray[np.uint8], prefix: Rows) -> Iterator[tuple[Block, Rows]]:
    """The blocks that are not for general use, each with the places of its addresses, ascending.

    addresses, prefix  (n, 16) octets, and the first four as a number
    """
    left = np.flatnonzero(_may_be_special()[prefix >> 16])
    while len(left):
        block = block_of(addresses[left[0]].tobytes())
        mine = _are_in(block, addresses, prefix, left)
        for within in blocks_within(block.network, block.length):
            if within is not block:
                mine &= ~_are_in(within, addresses, prefix, left)
        if block.kind in NOT_GENERAL:
            yield block, left[mine]
        left = left[~mine]


def _are_in(block: Block, addresses: NDArray[np.uint8], prefix: Rows, places: Rows) -> Mask:
    """Whether the addresses at some places are in a block."""
    beyond = max(32 - block.length, 0)
    mask: Mask = prefix[places] >> beyond == int.from_bytes(block.network[:4], "big") >> beyond
    if block.length > 32:
        some = np.flatnonzero(mask)
        network = np.unpackbits(np.frombuffer(block.network, np.uint8), count=block.length)
        near = np.unpackbits(addresses[places[some]], axis=1, count=block.length)
        mask[some] = (near == network).all(axis=1)
    return mask


@rule(
    "ADR-005", Level.WARNING,
    "RFC 3879, section 4; RFC 4291, section 2.5.5; RFC 3701, section 2; RFC 4843, section 2",
    "Address of a block that has no place on the wire",
    why="These blocks were given back or are for inside a host: site-local, IPv4-compatible, "
        "IPv4-mapped, the 6bone, ORCHIDs.  Routers drop them, and filters are fooled by them.",
    fix="Renumber; unique local addresses (RFC 4193) have taken site-local's place.",
    on="ipv6", field="ipv6.src",
)  # fmt: skip
def given_back(at: At) -> Hits:
    """Automatic tunnels between IPv4-compatible addresses are TUN's."""
    header = at.header
    if header is None:
        return
    for end in ENDS:
        address = getattr(header, end)
        if address[0] not in FIRST:
            continue
        kind = next((words for _, prefix, length, words in NEVER
                     if prefixed(address, prefix, length)), "")  # fmt: skip
        if not kind and address[:12] == COMPATIBLE and address not in (UNSPECIFIED, LOOPBACK):
            kind = "IPv4-compatible"
        if kind:
            article = "an" if kind[0] in "IO" else "a"
            yield Hit(f"{ip(address)} is {article} {kind} address and must not be on the wire",
                      field=f"ipv6.{end}", key=ip(address))  # fmt: skip


@rule(
    "ADR-006", Level.NOTE, "RFC 6890; RFC 3849; RFC 9637; RFC 6666; RFC 5180; RFC 7343",
    "Address that is not for general use",
    why="Addresses for documentation, benchmarks or discarding, and those that nobody was given, "
        "are filtered in the Internet.  In a laboratory they are where they belong.",
    fix="Use addresses that you were assigned, or unique local ones.",
    on="ipv6", field="ipv6.src",
)  # fmt: skip
class NotGeneral:
    """One finding a block, however many packets: a laboratory is full of them."""

    def __init__(self) -> None:
        self.found: dict[Block, Hit] = {}
        self.first: dict[Block, int] = {}
        """By what is found in a chunk, and the number of its first packet."""

    def __call__(self, at: At) -> Hits:
        """What the columns are not sure of."""
        header, number, packet = at.header, at.number, at.packet
        if header is not None and not at.context.sure:
            for end, address in (("src", header.src), ("dst", header.dst)):
                if not _may_be_special()[address[0] << 8 | address[1]]:
                    continue
                block = block_of(address if address[:8] in DIVIDED else address[:8] + bytes(8))
                if block.kind in NOT_GENERAL:
                    self._add(block, address, end, number, number, 1, lambda: packet)
        return NOTHING

    def _add(self, block: Block, address: bytes, end: str, first: int, last: int, count: int,
             packet: Callable[[], Packet]) -> None:  # fmt: skip
        known = self.found.get(block)
        if known is not None:
            count, last = known.count + count, max(known.number, last)
        if known is None or first < self.first[block]:
            text = f"{ip(address)} is for {NOT_GENERAL[block.kind]}, not for general use"
            known = Hit(text, f"{ip(block.network)}/{block.length}", field=f"ipv6.{end}",
                        packet=packet)  # fmt: skip
            self.found[block], self.first[block] = known, first
        known.count, known.number = count, last

    def batch(self, batch: Batch) -> Hits:
        """All others, block by block."""
        numbers = batch.chunk.number
        for part in batch.parts(IPv6):
            for end, prefix in zip(ENDS, batch.prefixes(part), strict=True):
                addresses = getattr(part.head, end)
                for block, places in special(addresses, prefix):
                    rows = part.rows[places]
                    first = int(rows.argmin())
                    self._add(block, addresses[places[first]].tobytes(), end,
                              int(numbers[rows[first]]), int(numbers[rows.max()]), len(places),
                              partial(batch.packet, int(rows[first])))  # fmt: skip
        yield from self.end()

    def end(self) -> Hits:
        """What was found since."""
        found, self.found, self.first = self.found, {}, {}
        yield from found.values()


@tallies("ADR-005")
def blocks(batch: Batch) -> Iterator[Tally]:
    """By their first octets."""
    for part, address in batch.addresses(IPv6):
        first, second = address[:, 0], address[:, 1]
        wrong = (first == 0xFE) & (second & 0xC0 == 0xC0) | (first == 0x3F) & (second == 0xFE)
        wrong |= (first == 0x20) & (second == 1) & (address[:, 2] == 0) & (
            address[:, 3] & 0xF0 == 0x10)  # fmt: skip
        zeros = np.flatnonzero((first == 0) & (second == 0))
        if len(zeros):
            some = address[zeros]
            compatible = ~some[:, :12].any(axis=1)
            compatible &= some[:, 12:15].any(axis=1) | (some[:, 15] > 1)
            mapped = (some[:, :12] == tuple(MAPPED)).all(axis=1)
            wrong[zeros[compatible | mapped]] = True
        yield Tally(part.rows[wrong], address[wrong])
