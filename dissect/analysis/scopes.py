"""Addresses by their kind, scope and role, and pairs whose scopes do not fit each other.

A group's scope is its own.  6to4, Teredo, ISATAP and NAT64 addresses count twice: as what they are,
and for the IPv4 address inside them.  What errors quote counts apart and breaks no rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.address.inside import embedded
from dissect.address.multicast import group_of
from dissect.address.special import IPV4, IPV6, Block, block_of
from dissect.analysis.analysis import Analysis, Finding, Level, Place
from dissect.analysis.icmp import places
from dissect.analysis.options import Options
from dissect.analysis.table import Column, Ref, Row, Table
from dissect.analysis.words import FIRST, LAST
from dissect.columns.blocks import narrowest
from dissect.columns.layout import Item, gather
from dissect.columns.sums import Grouped, Sums, grouped
from dissect.engine.values import address_text
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6

if TYPE_CHECKING:
    from dissect.columns.chunk import Rows
    from dissect.columns.seen import Seen
    from dissect.engine.packet import Packet

SIZE = 40
VERSION, QUOTED, FILE = 0, 1, slice(4, 8)
SOURCE, DESTINATION = slice(8, 24), slice(24, 40)
"""Where things are in a key; an IPv4 address is in the first 4 of 16 octets."""
BOTH = {IPv6: Item("", 8, 32, 0, 0), IPv4: Item("", 12, 8, 0, 0)}
EMBEDDING = ("6to4", "teredo", "nat64")
LOOKED_INTO = 65_536
"""Addresses that are searched for others inside them."""
DEPRECATED = {"site-local": "RFC 3879", "ipv4-compatible": "RFC 4291", "orchid": "RFC 7343"}


class Ends(NamedTuple):
    """IP headers of a chunk by their addresses, summed up."""

    at: Place
    sums: Sums


class One(NamedTuple):
    """An IP header."""

    at: Place
    key: bytes
    octets: int


Event = Ends | One


class Pair(NamedTuple):
    """Two kinds of addresses between which something went: the first packets, and an example."""

    source: Block
    destination: Block
    headers: int
    example: tuple[bytes, bytes]
    first: Ref
    last: Ref


class Scopes(Analysis[Event]):
    """Sums by version, quoted or not, source and destination."""

    protocols = frozenset(("ip", "ipv6"))

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._sums = _sums()

    def rows(self, seen: Seen) -> Rows:
        """None: octets tell all."""
        return seen.rows[:0]

    def scan(self, seen: Seen, file: int) -> Iterator[Event]:
        """The IP headers of rows that the columns are sure of."""
        chunk = seen.chunk
        keys, rows = [], []
        for part in chunk.parts:
            if part.header not in BOTH:
                continue
            mine = slice(None) if seen.all else seen.mask[part.rows]
            row, at = part.rows[mine], part.at[mine]
            key = np.zeros((len(row), SIZE), np.uint8)
            octets = gather(chunk.data, BOTH[part.header], at)
            size = octets.shape[1] // 2
            key[:, VERSION] = 6 if size == 16 else 4
            key[:, QUOTED] = part.quoted
            key[:, FILE] = np.frombuffer(file.to_bytes(4), np.uint8)
            key[:, 8 : 8 + size], key[:, 24 : 24 + size] = octets[:, :size], octets[:, size:]
            keys.append(key)
            rows.append(row)
        if keys and len(row := np.concatenate(rows)):
            sums = _sums()
            words = np.concatenate(keys).view(np.uint64)
            sums.add(words, chunk.original[row], chunk.number[row])
            yield Ends(places(seen, row[:1], file)[0], sums)

    def read(self, packet: Packet, place: Place) -> Iterable[Event]:
        """Those of one packet."""
        for layer in packet.layers:
            header = layer.header
            if layer.name in ("ip", "ipv6") and hasattr(header, "src"):
                size = len(header.src)
                key = bytearray(SIZE)
                key[VERSION], key[QUOTED] = 6 if size == 16 else 4, layer.quoted
                key[FILE] = place.link.file.to_bytes(4)
                key[8 : 8 + size], key[24 : 24 + size] = header.src, header.dst
                yield One(place, bytes(key), packet.original)

    def take(self, event: Event) -> None:
        """Add sums, or one header."""
        if isinstance(event, One):
            self._sums.one(event.key, event.octets, event.at.number)
        else:
            self._sums.merge(event.sums)

    # --- tables

    def table(self, name: str) -> Table:
        """``scopes`` or ``scope-mismatches``."""
        remarks = []
        if self._sums.folded:
            remarks.append(f"too many addresses for all to be kept apart: {self._sums.others[0]:,} "
                           "headers are left out")  # fmt: skip
        if name == "scopes":
            rows = self._kinds()
            return Table(name, "Addresses by kind, scope and role", KINDS,
                         rows[: self.options.top], len(rows), remarks)  # fmt: skip
        rows = [
            (rule or None, level, words, pair.source.kind, pair.destination.kind, pair.headers,
             " → ".join(map(address_text, pair.example)), pair.first, pair.last)
            for pair in self._pairs() for rule, level, words in judged(pair)
        ]  # fmt: skip
        return Table(name, "Scopes that do not fit", PAIRS, rows[: self.options.top], len(rows),
                     remarks)  # fmt: skip

    def _kinds(self) -> list[Row]:
        """Each kind, scope and role: headers, different addresses, who is there most."""
        found = self._sums.result()
        octets = found.keys.view(np.uint8)
        rows: list[Row] = []
        for version, blocks in ((6, IPV6), (4, IPV4)):
            for quoted in (0, 1):
                at = (octets[:, VERSION] == version) & (octets[:, QUOTED] == quoted)
                mine = np.flatnonzero(at)
                if not len(mine):
                    continue
                for role, place in (("source", SOURCE), ("destination", DESTINATION)):
                    words = f"quoted {role}" if quoted else role
                    ends = octets[mine][:, place]
                    rows += _by_kind(version, blocks, words, ends, found.take(mine))
        if (octets[:, VERSION] == 6).any():
            rows += self._inside(octets)
        return rows

    def _inside(self, octets: NDArray[np.uint8]) -> Iterator[Row]:
        """The IPv4 addresses inside IPv6 addresses, by what holds them."""
        six = octets[:, VERSION] == 6
        ends = np.concatenate([octets[six][:, SOURCE], octets[six][:, DESTINATION]])
        which = narrowest(np.ascontiguousarray(ends), IPV6)
        holding = np.isin(which, [at for at, one in enumerate(IPV6) if one.kind in EMBEDDING])
        isatap = (ends[:, 8] & 0xFD == 0) & (ends[:, 9] == 0)
        isatap &= (ends[:, 10] == 0x5E) & (ends[:, 11] == 0xFE)
        ends = np.unique(ends[holding | isatap], axis=0)
        found: dict[tuple[str, str], list[bytes]] = {}
        for end in ends[:LOOKED_INTO]:
            address = end.tobytes()
            for part in embedded(address):
                if isinstance(part.value, bytes) and len(part.value) == 4:
                    holder = "isatap" if part.name == "isatap_ipv4" else block_of(address).kind
                    kind = block_of(part.value).kind
                    found.setdefault((holder, kind), []).append(part.value)
        for (holder, kind), inside in sorted(found.items()):
            block = block_of(inside[0])
            yield ("IPv4", kind, block.name, block.scope, f"embedded in {holder}", len(inside),
                   len(set(inside)), None, address_text(inside[0]), None, None)  # fmt: skip

    def _pairs(self) -> list[Pair]:
        """What went from one kind to another, quotes left out, the most first."""
        found = self._sums.result()
        octets = found.keys.view(np.uint8)
        pairs: list[Pair] = []
        for version, blocks in ((6, IPV6), (4, IPV4)):
            mine = np.flatnonzero((octets[:, VERSION] == version) & (octets[:, QUOTED] == 0))
            if not len(mine):
                continue
            kinds = [
                narrowest(np.ascontiguousarray(octets[mine][:, place]), blocks)
                for place in (SOURCE, DESTINATION)
            ]
            both = kinds[0] * len(blocks) + kinds[1]
            for number in np.unique(both).tolist():
                rows = mine[both == number]
                part = found.take(rows)
                size = 16 if version == 6 else 4
                example = _example(octets[rows], part)
                pairs.append(Pair(
                    blocks[number // len(blocks)], blocks[number % len(blocks)],
                    int(part.sums[:, 0].sum()),
                    (example[8 : 8 + size].tobytes(), example[24 : 24 + size].tobytes()),
                    *_refs(octets[rows], part),
                ))  # fmt: skip
        return sorted(pairs, key=lambda pair: (-pair.headers, pair.example))

    def findings(self) -> Iterator[Finding]:
        """Addresses that must not be there, and scopes that don't fit."""
        for pair in self._pairs():
            for rule, level, words in judged(pair):
                if level == "note":
                    continue
                ends = " to ".join(map(address_text, pair.example))
                whole = f"In {pair.headers:,} IP headers {words}, such as from {ends}."
                yield Finding(level, rule, whole, (pair.first, pair.last), "scope-mismatches")


def _sums() -> Sums:
    return Sums(SIZE // 8)


def judged(pair: Pair) -> Iterator[tuple[str, Level, str]]:
    """What is wrong with a pair of kinds: rule, weight and words."""
    source, destination = pair.source.kind, pair.destination.kind
    six = len(pair.example[0]) == 16
    group = pair.destination.scope == "multicast" or destination == "broadcast"
    if pair.source.scope == "multicast":
        yield "ADR-001" if six else "", "error", "a group is the source"
    if destination == "unspecified":
        yield "ADR-002" if six else "", "error", "the unspecified address is the destination"
    if six and source == "unspecified" and not group:
        yield "ADR-002", "warning", "the unspecified address sends to a single host"
    if "loopback" in (source, destination) and source != destination:
        yield "ADR-003" if six else "", "error", "a loopback address has left its host"
    for kind in sorted({source, destination} & set(DEPRECATED)):
        words = f"{kind} addresses are used, which {DEPRECATED[kind]} has done away with"
        yield "ADR-005", "warning", words
    if six and "ipv4-mapped" in (source, destination):
        yield "ADR-005", "warning", "IPv4-mapped addresses are on the wire"
    local, wide = ("link-local",), ("global", "unique-local", "documentation", "6to4", "teredo")
    if source in local and destination in wide:
        yield "ADR-004" if six else "", "note", (
            "a link-local address sends to one of a wider scope, which must be on the same link"
        )  # fmt: skip
    elif source in wide and destination in local:
        yield "", "note", "an address of a wider scope sends to a link-local one"
    if {source, destination} == {"unique-local", "global"}:
        yield "ADR-009", "note", "unique local and global addresses speak to each other"
    if six and group and pair.destination.kind == "multicast":
        scope = group_of(pair.example[1]).scope
        if scope in (0, 1, 15):
            yield "ADR-007", "warning", f"a group has scope {scope}"


def _by_kind(
    version: int, blocks: tuple[Block, ...], role: str, ends: NDArray[np.uint8], sums: Grouped
) -> Iterator[Row]:  # fmt: skip
    """The kinds of some ends; groups by their scope, too."""
    ends = np.ascontiguousarray(ends)
    which = narrowest(ends, blocks).astype(np.int64)
    scopes = np.where((version == 6) & (ends[:, 0] == 0xFF), ends[:, 1] & 15, 0).astype(np.int64)
    kinds = which * 16 + scopes
    octets = sums.keys.view(np.uint8)
    for kind in np.unique(kinds).tolist():
        mine = np.flatnonzero(kinds == kind)
        block = blocks[kind >> 4]
        part = sums.take(mine)
        different = _by_address(ends[mine], part)
        size = 16 if version == 6 else 4
        most = different.sums[:, 0] == different.sums[:, 0].max()
        top = min(key.tobytes() for key in different.keys[most])[:size]
        scope = block.scope
        if block.kind.startswith("multicast") and version == 6:
            scope = group_of(top).scope_name
        yield (f"IPv{version}", block.kind, block.name, scope, role, int(part.sums[:, 0].sum()),
               len(different), int(part.sums[:, 1].sum()), address_text(top),
               *_refs(octets[mine], part))  # fmt: skip


FILE_SHIFT = 40
"""Bits of a packet's number, before that of its file."""


def _order(keys: NDArray[np.uint8], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """What packets of several files are sorted by."""
    files = np.ascontiguousarray(keys[:, FILE]).view(">u4")[:, 0].astype(np.int64)
    return (files << FILE_SHIFT) + numbers


def _example(keys: NDArray[np.uint8], sums: Grouped) -> NDArray[np.uint8]:
    """The key of the first packet; of several in one, the lowest."""
    order = _order(keys, sums.first)
    first = keys[order == order.min()]
    return np.frombuffer(min(key.tobytes() for key in first), np.uint8)


def _refs(keys: NDArray[np.uint8], sums: Grouped) -> tuple[Ref, Ref]:
    """The first and last packet of some sums."""
    ends = int(_order(keys, sums.first).min()), int(_order(keys, sums.last).max())
    first, last = (Ref(end & (1 << FILE_SHIFT) - 1, end >> FILE_SHIFT) for end in ends)
    return first, last


def _by_address(ends: NDArray[np.uint8], sums: Grouped) -> Grouped:
    """Sums by one of the two addresses."""
    return grouped(replace(sums, keys=np.ascontiguousarray(ends).view(np.uint64)))


KINDS = (
    Column("version", "Version", "text"), Column("kind", "Kind", "text"),
    Column("name", "What it is", "text"), Column("scope", "Scope", "text"),
    Column("role", "Role", "text"), Column("headers", "IP headers"),
    Column("addresses", "Addresses"), Column("octets", "Octets", "octets"),
    Column("top", "The most", "text"), FIRST, LAST,
)  # fmt: skip
PAIRS = (
    Column("rule", "Rule", "text"), Column("level", "Weight", "text"),
    Column("words", "What", "text"), Column("source", "Source", "text"),
    Column("destination", "Destination", "text"), Column("headers", "IP headers"),
    Column("example", "Such as", "text"), FIRST, LAST,
)  # fmt: skip
