"""Addresses by their kind, scope and role, and pairs whose scopes do not fit each other.

A group's scope is its own.  6to4, Teredo, ISATAP and NAT64 addresses count twice: as what they are,
and for the IPv4 address inside them.  What errors quote counts apart and breaks no rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.address.inside import embedded
from dissect.address.multicast import group_of
from dissect.address.special import IPV4, IPV6, Block, block_of
from dissect.analysis.analysis import Analysis, Finding, Level, Place
from dissect.analysis.options import Options
from dissect.analysis.places import octets_of, places
from dissect.analysis.table import Column, Ref, Row, Table
from dissect.analysis.words import FIRST, LAST
from dissect.columns.blocks import narrowest
from dissect.columns.hashing import groups
from dissect.columns.layout import Item
from dissect.columns.sums import Grouped, Sums
from dissect.engine.values import address_text
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6

if TYPE_CHECKING:
    from dissect.analysis.loose import Loose
    from dissect.columns.chunk import Rows
    from dissect.columns.seen import Seen
    from dissect.engine.packet import Packet

Numbers = NDArray[np.int64]
Octets = NDArray[np.uint8]

SIZE = 40
VERSION, QUOTED, FILE = 0, 1, slice(4, 8)
SOURCE, DESTINATION = slice(8, 24), slice(24, 40)
"""Where things are in a key; an IPv4 address is in the first 4 of 16 octets."""
ENDS = SOURCE, DESTINATION
BLOCKS = {6: IPV6, 4: IPV4}
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
        self._made: list[Pair] | None = None
        self._told: Headers | None = None

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
            row = part.rows[mine]
            key = np.zeros((len(row), SIZE), np.uint8)
            octets = part.head.read(BOTH[part.header])[mine]
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
                key = _key(place, header.src, header.dst, quoted=layer.quoted)
                yield One(place, key, packet.original)

    def alone(self, fragment: Loose) -> Iterator[One]:
        """Its header."""
        key = _key(fragment.at, fragment.source, fragment.destination, quoted=False)
        yield One(fragment.at, key, fragment.original)

    def take(self, event: Event) -> None:
        """Add sums, or one header."""
        self._made = self._told = None
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

    def _headers(self) -> Headers:
        """All of them; both tables are made of these."""
        if self._told is None:
            self._told = headers_of(self._sums.result())
        return self._told

    def _kinds(self) -> list[Row]:
        """Each kind, scope and role: headers, different addresses, who is there most."""
        headers = self._headers()
        rows: list[Row] = []
        for version in BLOCKS:
            for quoted in (0, 1):
                mine = headers.of(version, quoted)
                for side, role in enumerate(("source", "destination") if len(mine.octets) else ()):
                    rows += _by_kind(version, f"quoted {role}" if quoted else role, side, mine)
        rows += self._inside(headers)
        return rows

    def _inside(self, headers: Headers) -> Iterator[Row]:
        """The IPv4 addresses inside IPv6 addresses, by what holds them."""
        holds = np.array([one.kind in EMBEDDING for one in IPV6])
        six = np.flatnonzero(headers.octets[:, VERSION] == 6)
        ends: dict[bytes, int] = {}
        for side, place in enumerate(ENDS):
            each = np.take(headers.octets[:, place], six, axis=0)
            isatap = (each[:, 8] & 0xFD == 0) & (each[:, 9] == 0)
            isatap &= (each[:, 10] == 0x5E) & (each[:, 11] == 0xFE)
            blocks = headers.blocks[six, side]
            mine = np.flatnonzero(isatap | holds[blocks])
            ends.update(zip(octets_of(each[mine]), blocks[mine].tolist(), strict=True))
        found: dict[tuple[str, str], list[bytes]] = {}
        for address in sorted(ends)[:LOOKED_INTO]:
            for part in embedded(address):
                if isinstance(part.value, bytes) and len(part.value) == 4:
                    holder = "isatap" if part.name == "isatap_ipv4" else IPV6[ends[address]].kind
                    kind = block_of(part.value).kind
                    found.setdefault((holder, kind), []).append(part.value)
        for (holder, kind), inside in sorted(found.items()):
            block = block_of(inside[0])
            yield ("IPv4", kind, block.name, block.scope, f"embedded in {holder}", len(inside),
                   len(set(inside)), None, address_text(inside[0]), None, None)  # fmt: skip

    def _pairs(self) -> list[Pair]:
        """What went from one kind to another, quotes left out, the most first."""
        if self._made is None:
            headers = self._headers()
            pairs = [
                pair for version in BLOCKS for pair in _by_pair(version, headers.of(version, 0))
            ]
            self._made = sorted(pairs, key=lambda pair: (-pair.headers, pair.example))
        return self._made

    def findings(self) -> Iterator[Finding]:
        """Addresses that must not be there, and scopes that don't fit."""
        for pair in self._pairs():
            for rule, level, words in judged(pair):
                if level == "note":
                    continue
                ends = " to ".join(map(address_text, pair.example))
                whole = f"In {pair.headers:,} IP headers {words}, such as from {ends}."
                yield Finding(level, rule, whole, (pair.first, pair.last), "scope-mismatches")


def _key(place: Place, source: bytes, destination: bytes, *, quoted: bool) -> bytes:
    """An IP header's."""
    size = len(source)
    key = bytearray(SIZE)
    key[VERSION], key[QUOTED] = 6 if size == 16 else 4, quoted
    key[FILE] = place.link.file.to_bytes(4)
    key[8 : 8 + size], key[24 : 24 + size] = source, destination
    return bytes(key)


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


class Headers(NamedTuple):
    """IP headers by their addresses.

    octets          the keys
    packets, sizes  how many there are of each, and their packets' octets
    first, last     what sorts the first and the last packet of each
    blocks          (n, 2) the place in ``BLOCKS`` that the source is in, and the destination
    """

    octets: Octets
    packets: Numbers
    sizes: Numbers
    first: Numbers
    last: Numbers
    blocks: Numbers

    def of(self, version: int, quoted: int) -> Headers:
        """Some of them."""
        rows = np.flatnonzero(
            (self.octets[:, VERSION] == version) & (self.octets[:, QUOTED] == quoted)
        )
        return Headers._make(np.take(column, rows, axis=0) for column in self)

    def refs(self, rows: Numbers) -> tuple[Ref, Ref]:
        """The first and last packet of some."""
        ends = int(self.first[rows].min()), int(self.last[rows].max())
        first, last = (Ref(end & (1 << FILE_SHIFT) - 1, end >> FILE_SHIFT) for end in ends)
        return first, last


FILE_SHIFT = 40
"""Bits of a packet's number, before that of its file."""


def headers_of(found: Grouped) -> Headers:
    """Headers by their sums."""
    octets = found.keys.view(np.uint8)
    blocks = np.zeros((len(octets), 2), np.int64)
    for version, known in BLOCKS.items():
        mine = np.flatnonzero(octets[:, VERSION] == version)
        for side, place in enumerate(ENDS):
            blocks[mine, side] = narrowest(np.take(octets[:, place], mine, axis=0), known)
    files = np.ascontiguousarray(octets[:, FILE]).view(">u4")[:, 0].astype(np.int64) << FILE_SHIFT
    packets, sizes = found.sums.T
    return Headers(octets, packets, sizes, files + found.first, files + found.last, blocks)


def _by_kind(version: int, role: str, side: int, headers: Headers) -> Iterator[Row]:
    """The kinds of some ends; groups by their scope, too."""
    ends = np.ascontiguousarray(headers.octets[:, ENDS[side]])
    which, blocks = headers.blocks[:, side], BLOCKS[version]
    scopes = np.where((version == 6) & (ends[:, 0] == 0xFF), ends[:, 1] & 15, 0).astype(np.int64)
    kinds = which * 16 + scopes
    for kind in np.unique(kinds).tolist():
        rows = np.flatnonzero(kinds == kind)
        packets = headers.packets[rows]
        order, starts = groups(np.take(ends, rows, axis=0).view(np.uint64))
        by_address = np.add.reduceat(packets[order], starts)
        most = rows[order[starts[by_address == by_address.max()]]]
        top = min(ends[row].tobytes() for row in most)[: 16 if version == 6 else 4]
        block = blocks[kind >> 4]
        scope = block.scope
        if block.kind.startswith("multicast") and version == 6:
            scope = group_of(top).scope_name
        yield (f"IPv{version}", block.kind, block.name, scope, role, int(packets.sum()),
               len(starts), int(headers.sizes[rows].sum()), address_text(top),
               *headers.refs(rows))  # fmt: skip


def _by_pair(version: int, headers: Headers) -> Iterator[Pair]:
    """The pairs of kinds, each with its first packet as an example; of several the lowest."""
    blocks = BLOCKS[version]
    both = headers.blocks[:, 0] * len(blocks) + headers.blocks[:, 1]
    size = 16 if version == 6 else 4
    for number in np.unique(both).tolist():
        rows = np.flatnonzero(both == number)
        first = headers.first[rows]
        keys = (headers.octets[row].tobytes() for row in rows[first == first.min()])
        example = min(keys)
        yield Pair(
            blocks[number // len(blocks)], blocks[number % len(blocks)],
            int(headers.packets[rows].sum()), (example[8 : 8 + size], example[24 : 24 + size]),
            *headers.refs(rows),
        )  # fmt: skip


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
