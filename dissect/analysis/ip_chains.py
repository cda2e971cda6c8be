"""The chains of headers behind each IP header: which extension headers, in which order.

Here every IP header has a chain of its own, so tunnels count for each of theirs, and what errors
quote counts apart.  Where encryption, a fragment or the capture's end hides the rest, a chain ends
with ``?``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dissect.analysis.analysis import Analysis, Finding, Level, Place, forgotten
from dissect.analysis.loose import LAYERS, Loose
from dissect.analysis.options import Options
from dissect.analysis.places import places
from dissect.analysis.table import Column, Ref, Row, Table
from dissect.analysis.words import FIRST, LAST, SAID
from dissect.engine.notes import MALFORMED, SHORT
from dissect.engine.session import Table as Bounded

if TYPE_CHECKING:
    from dissect.columns.chunk import Rows
    from dissect.columns.seen import Seen
    from dissect.engine.packet import Packet

CHAINS = 10_000
"""How many are kept."""
EXTENSIONS = {
    "ipv6.hopopts": "Hop-by-Hop", "ipv6.dstopts": "Destination", "ipv6.routing": "Routing",
    "ipv6.fraghdr": "Fragment", "ah": "AH", "esp": "ESP", "mipv6": "Mobility", "hip": "HIP",
    "shim6": "Shim6",
}  # fmt: skip
ORDER = ("Hop-by-Hop", "Destination", "Routing", "Fragment", "AH", "ESP", "Destination")
"""RFC 8200, section 4.1; one for the final destination may come last."""
ONCE = ("Routing", "Fragment", "AH", "ESP")
IP = {"ip": "IPv4", "ipv6": "IPv6"}
QUOTING = ("icmp", "icmpv6")
REMEMBERED = 1_024
"""Chains of packets whose meaning is kept."""
HIDDEN, NOTHING, UNKNOWN = "?", "nothing", "unknown"


class Headers(NamedTuple):
    """A chain in packets that have it: ``headers`` are its names, the IP version first."""

    at: Place
    last: Ref
    headers: tuple[str, ...]
    quoted: bool
    packets: int
    octets: int


class Chain:
    """What is known of a chain."""

    def __init__(self, event: Headers) -> None:
        self.headers, self.quoted = event.headers, event.quoted
        self.packets = self.octets = 0
        self.first = self.last = event.at.ref

    @property
    def extensions(self) -> list[str]:
        """Its extension headers."""
        return [name for name in self.headers[1:] if name in EXTENSIONS.values()]

    @property
    def text(self) -> str:
        """As one word after the other."""
        return " > ".join(self.headers)

    @property
    def row(self) -> Row:
        """Its row."""
        rules = [rule for rule, _, _ in wrongs(self.extensions)]
        return (
            self.text, "quoted" if self.quoted else None, len(self.extensions), self.packets,
            self.octets, ", ".join(rules) or None, self.first, self.last,
        )  # fmt: skip


class IpChains(Analysis[Headers]):
    """Chains by IP header, with the rules that their order breaks."""

    protocols = frozenset(IP)

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._chains: Bounded[Chain] = Bounded(CHAINS)

    def rows(self, seen: Seen) -> Rows:
        """None: the columns know the chains."""
        return seen.rows[:0]

    def scan(self, seen: Seen, file: int) -> Iterator[Headers]:
        """The chains of rows that the columns are sure of."""
        chunk, rows = seen.chunk, seen.rows
        if not len(rows):
            return
        chains = chunk.chain[rows]
        packets = np.bincount(chains)
        octets = np.bincount(chains, chunk.original[rows]).astype(np.int64)
        first, last = np.full(len(packets), len(chunk)), np.full(len(packets), -1)
        np.minimum.at(first, chains, rows)
        np.maximum.at(last, chains, rows)
        found = np.flatnonzero(packets)
        for number, place, end in zip(
            found.tolist(), places(seen, first[found], file),
            chunk.number[last[found]].tolist(), strict=True,
        ):  # fmt: skip
            for headers, quoted in chains_in(chunk.chains.protocols(number)):
                yield Headers(place, Ref(end, file), headers, quoted, int(packets[number]),
                              int(octets[number]))  # fmt: skip

    def read(self, packet: Packet, place: Place) -> Iterable[Headers]:
        """Those of one packet."""
        names = tuple([layer.name for layer in packet.layers if layer.listed])
        cut = any(finding.note in (SHORT, MALFORMED) for finding in packet.findings)
        for headers, quoted in _chains_of(names, cut):
            yield Headers(place, place.ref, headers, quoted, 1, packet.original)

    def alone(self, fragment: Loose) -> Iterator[Headers]:
        """Its chain."""
        at = fragment.at
        for headers, quoted in _chains_of(LAYERS, False):
            yield Headers(at, at.ref, headers, quoted, 1, fragment.original)

    def take(self, event: Headers) -> None:
        """Count a chain."""
        key = (event.headers, event.quoted)
        chain = self._chains.get(key) or self._chains.put(key, Chain(event))
        chain.packets += event.packets
        chain.octets += event.octets
        chain.last = max(chain.last, event.last, key=lambda ref: (ref.file, ref.number))

    def _sorted(self) -> list[Chain]:
        chains = self._chains.entries.values()
        return sorted(chains, key=lambda chain: (-chain.packets, chain.headers, chain.quoted))

    def table(self, name: str) -> Table:
        """``ip-chains``."""
        chains = self._sorted()
        rows = [chain.row for chain in chains[: self.options.top]]
        return Table(name, "Header chains by IP header", TABLE, rows, len(chains),
                     forgotten(self._chains, "chains"))  # fmt: skip

    def findings(self) -> Iterator[Finding]:
        """Orders and repetitions that RFC 8200 advises against, headers that nobody knows."""
        told: dict[str, int] = {}
        for chain in self._sorted():
            if chain.quoted:
                continue
            for rule, level, words in wrongs(chain.extensions):
                told[rule] = told.get(rule, 0) + 1
                if told[rule] <= SAID:
                    whole = f"In {chain.packets:,} packets {words}: {chain.text}."
                    yield Finding(level, rule, whole, (chain.first, chain.last), "ip-chains")


@lru_cache(maxsize=REMEMBERED)
def _chains_of(names: tuple[str, ...], cut: bool) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """``chains_in``: many packets have the same layers."""
    return tuple(chains_in(names, cut=cut))


def chains_in(
    protocols: Sequence[str], *, cut: bool = False
) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Each IP header's chain by the layers of a packet, and whether it is quoted.

    cut  the packet is broken off where the layers end
    """
    headers: list[str] = []
    quoted = False
    last = len(protocols) - 1
    for place, name in enumerate(protocols):
        if name in IP:
            if headers:
                yield (*headers, IP[name]), quoted
            headers = [IP[name]]
        elif headers and name in EXTENSIONS:
            headers.append(EXTENSIONS[name])
            if name == "esp":
                yield (*headers, HIDDEN), quoted
                headers = []
        elif headers:
            if name == "data":
                part = headers[-1] == EXTENSIONS["ipv6.fraghdr"]
                name = HIDDEN if part or place < last else UNKNOWN
            yield (*headers, name), quoted
            headers = []
        if name in QUOTING:
            quoted = True
    if headers:
        yield (*headers, HIDDEN if cut or quoted else NOTHING), quoted


def wrongs(extensions: list[str]) -> Iterator[tuple[str, Level, str]]:
    """What is wrong with the order of extension headers (RFC 8200, section 4.1)."""
    if "Hop-by-Hop" in extensions[1:]:
        yield "EXT-001", "error", "Hop-by-Hop Options are not the first header"
    at = 0
    for name in extensions:
        if name not in ORDER:
            continue
        if name not in ORDER[at:]:
            if name != "Hop-by-Hop":
                yield "EXT-002", "warning", "extension headers are not in the recommended order"
            break
        at = ORDER.index(name, at)
    again = [name for name in ONCE if extensions.count(name) > 1]
    if extensions.count("Destination") > 2:
        again.append("Destination")
    if again:
        yield "EXT-003", "warning", f"{again[0]} comes more than once"


TABLE = (
    Column("chain", "Chain", "text"), Column("quoted", "Where", "text"),
    Column("extensions", "Extension headers"), Column("headers", "IP headers"),
    Column("octets", "Octets", "octets"), Column("rules", "Rules", "text"), FIRST, LAST,
)  # fmt: skip
