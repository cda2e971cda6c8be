"""The kinds of packets that columns can write a line of: what they are given, and their table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.capture.table import NO_TIME
from dissect.columns.chunk import Chunk, Mask, Rows
from dissect.columns.group import Head
from dissect.columns.layout import Item, gather, layout_for
from dissect.engine.header import Header
from dissect.engine.session import Session
from dissect.engine.tables import DISSECTORS, FALLBACKS, Dissector
from dissect.lines.ways import ends_of, harmless
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6

IPV6_HEADER: int = IPv6.__hdr_len__

CARRIERS = frozenset((
    "eth", "ethertype", "vlan", "ieee8021ad", "null", "raw", "sll", "ppp", "pppoes", "mpls", "gre",
    "ip", "ipv6", "ipv6.hopopts", "ipv6.dstopts", "ipv6.routing",
))  # fmt: skip
"""What may stand before: nothing that adds to a line, or changes what is behind it, but for the
ends that extension headers give."""
GIVING_ENDS = frozenset(("ipv6.dstopts", "ipv6.routing"))
IN_UDP = CARRIERS | {"udp", "vxlan", "geneve", "teredo", "gtp", "udpencap"}
"""The same in tunnels through UDP."""

Infos = Iterator[str]
"""The Info column of one row after the other."""


class Places:
    """Where the innermost IP header of each row is, and what it says.

    end, version   where its payload must end in ``data``; 4 or 6
    source, destination  the octets of the addresses, objects
    moved          rows in which these aren't the header's: an extension header has given others
    ends           the two as they are shown; with ``outer`` they are the outermost header's
    """

    def __init__(self, chunk: Chunk, *, outer: bool = False) -> None:
        self._begin(chunk)
        if outer:
            self.ends = self.source.copy(), self.destination.copy()
        seen = np.zeros(len(chunk), np.bool_)
        for part in chunk.parts:
            if part.header in (IPv6, IPv4) and not part.quoted:
                sure = ~chunk.unsure[part.rows]
                rows, at = part.rows[sure], part.at[sure]
                self._enter(part.header, rows, at)
                if outer:
                    rows = rows[~seen[rows]]
                    seen[rows] = True
                    self.ends[0][rows] = self.source[rows]
                    self.ends[1][rows] = self.destination[rows]

    def _begin(self, chunk: Chunk) -> None:
        self.chunk = chunk
        size = len(chunk)
        self.at = np.zeros(size, np.int64)
        self.end = np.zeros(size, np.int64)
        self.version = np.zeros(size, np.int64)
        self.moved = np.zeros(size, np.bool_)
        self.source = np.full(size, None, object)
        self.destination = np.full(size, None, object)
        self.ends = self.source, self.destination
        self._last: dict[type[Header], Rows] = {}

    @classmethod
    def around(cls, chunk: Chunk, header: type[Header], rows: Rows, at: Rows) -> Places:
        """Those of an IP header that stands ``at`` in some rows, innermost or not.

        Or of a link's header, which says nothing of the payload but its ends.
        """
        places = cls.__new__(cls)
        places._begin(chunk)
        places._enter(header, rows, at)
        return places

    def _enter(self, header: type[Header], rows: Rows, at: Rows) -> None:
        head = Head(self.chunk, header, at)
        self.at[rows] = at
        if header is IPv6:
            self.end[rows] = at + IPV6_HEADER + head.plen
            self.version[rows] = 6
        elif header is IPv4:
            self.end[rows] = at + head.len
            self.version[rows] = 4
        self.source[rows] = as_objects(head.src)
        self.destination[rows] = as_objects(head.dst)

    @cached_property
    def usable(self) -> Mask:
        """The rows of which columns say what is in them, and when they came."""
        mask: Mask = ~self.chunk.unsure & (self.chunk.time_ns != NO_TIME)
        return mask

    def of(self, header: type[Header]) -> Rows:
        """Where the last header of a class is in each row, -1 without one."""
        found = self._last.get(header)
        if found is None:
            found = self._last[header] = np.full(len(self.chunk), -1, np.int64)
            for part in self.chunk.parts:
                if part.header is header and not part.quoted:
                    found[part.rows] = part.at
        return found


def as_objects(values: NDArray[Any]) -> NDArray[Any]:
    """An array of (n, size) octets as n objects."""
    return np.ascontiguousarray(values).view(f"V{values.shape[1]}").ravel().astype(object)


@dataclass(slots=True)
class Group:
    """Rows of one kind.

    at, end  where the kind's header begins, and where its packet must end, in the chunk's ``data``
    """

    places: Places
    session: Session
    rows: Rows
    at: Rows
    end: Rows

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def chunk(self) -> Chunk:
        """The chunk that they are rows of."""
        return self.places.chunk

    def of(self, mask: Mask) -> Group:
        """Some of them."""
        return Group(self.places, self.session, self.rows[mask], self.at[mask], self.end[mask])

    def head(self, header: type[Header], skip: int = 0) -> Head:
        """A header in each row, which is surely there."""
        return Head(self.chunk, header, self.at + skip)

    def number(self, size: int, skip: int) -> Rows:
        """A number of so many octets, which are surely there."""
        item = Item(f">u{size}", 0, size, 0, 0)
        return gather(self.chunk.data, item, self.at + skip).astype(np.int64)

    @property
    def whole(self) -> Mask:
        """The rows that are captured to their end."""
        found: Mask = self.end <= self.chunk.limit(self.rows)
        return found

    @property
    def version(self) -> Rows:
        """Of the IP header around it."""
        return self.places.version[self.rows]

    @property
    def source(self) -> list[bytes]:
        """The octets of the source addresses."""
        found: list[bytes] = self.places.source[self.rows].tolist()
        return found

    @property
    def destination(self) -> list[bytes]:
        """The octets of the destination addresses."""
        found: list[bytes] = self.places.destination[self.rows].tolist()
        return found

    @property
    def shown_ends(self) -> tuple[list[bytes], list[bytes]]:
        """The octets of the addresses that the list shows."""
        source, destination = self.places.ends
        return source[self.rows].tolist(), destination[self.rows].tolist()

    @property
    def hops(self) -> Rows:
        """The Hop Limit or Time To Live."""
        skip = np.where(self.version == 6, 7, 8)
        found: Rows = self.chunk.octets[self.places.at[self.rows] + skip].astype(np.int64)
        return found

    @property
    def numbers(self) -> list[int]:
        """The numbers of the packets."""
        found: list[int] = self.chunk.number[self.rows].tolist()
        return found

    @property
    def times(self) -> list[int]:
        """Their times, in nanoseconds."""
        found: list[int] = self.chunk.time_ns[self.rows].tolist()
        return found


class Kind:
    """A kind of packets: those whose innermost protocol it is, with data behind it or nothing.

    name      the protocol in the chain
    header    what it begins with
    quotes    what may be behind it, in an error message; else it is the end, but for data
    over_udp  it is UDP or in UDP, where an announcement may have the row go to the tree reader
    sure      the rows of a group that it can write a line of
    infos     the Info column of such rows; it is asked for the next one when its turn comes, so the
              session then knows all packets before it
    """

    def __init__(
        self, name: str, header: type[Header], *, sure: Callable[[Group], Mask],
        infos: Callable[[Group], Infos], quotes: tuple[str, ...] = (), over_udp: bool = False,
    ) -> None:  # fmt: skip
        self.name = name
        self.header = header
        self.sure = sure
        self.infos = infos
        self.over_udp = over_udp
        self._quotes = frozenset(quotes)

    def in_udp(self) -> Kind:
        """The same in tunnels through UDP."""
        return Kind(
            self.name, self.header, sure=self.sure, infos=self.infos, quotes=tuple(self._quotes),
            over_udp=True,
        )  # fmt: skip

    def protocols(self, group: Group) -> list[str]:
        """The Protocol column of each row."""
        chunk = group.chunk
        chains: list[int] = chunk.chain[group.rows].tolist()
        shown = {chain: self._shown(chunk.chains.protocols(chain)) for chain in set(chains)}
        return [shown[chain] for chain in chains]

    def group(self, places: Places, session: Session, known: Mask | None = None) -> Group:
        """The rows of this kind that a line can be written of; those without a time are rare.

        known  the rows that may be among them; by default all
        """
        chunk = places.chunk
        mine = chunk.chains.where(self, self.ends)[chunk.chain] & places.usable
        if known is not None:
            mine &= known
        rows = np.flatnonzero(mine)
        group = self.begun(places, session, rows)
        if len(rows):
            group = group.of(_moved(group))
            group = group.of(self.sure(group))
        return group

    def begun(self, places: Places, session: Session, rows: Rows) -> Group:
        """Where it begins and must end in rows with such a chain."""
        return Group(places, session, rows, places.of(self.header)[rows], places.end[rows])

    def ends(self, protocols: list[str]) -> bool:
        """Whether a chain ends with it, or with it and a payload that adds nothing to a line."""
        if self.name not in protocols:
            return False
        last = len(protocols) - 1
        at = protocols.index(self.name) if self._quotes else last - protocols[::-1].index(self.name)
        before = protocols[:at]
        innermost = max((n for n, name in enumerate(before) if name in ("ip", "ipv6")), default=-1)
        return (
            (IN_UDP if self.over_udp else CARRIERS).issuperset(before)
            and innermost >= 0
            and self.over_udp == ("udp" in protocols[: at + 1])
            and GIVING_ENDS.isdisjoint(before[:innermost])
            and self._tells(protocols[at + 1 :])
        )

    def _tells(self, behind: list[str]) -> bool:
        """Whether it says all of a packet with these protocols behind it."""
        return self._quotes.issuperset(behind) if self._quotes else _is_payload(behind)

    def _shown(self, protocols: list[str]) -> str:
        last = _read_by(self.name if self._quotes else protocols[-1])
        return (last if last.column else _read_by(self.name)).short


def _is_payload(behind: list[str]) -> bool:
    return not behind or behind == ["data"] or (len(behind) == 1 and _read_by(behind[0]).generic)


@cache
def _read_by(protocol: str) -> Dissector:
    """The dissector of a protocol: of dpkt's header where we have none of our own."""
    own = DISSECTORS.get(protocol)
    if own is not None:
        return own
    generic = (entry for table in FALLBACKS.values() for entry in table.values())
    return next((e for e in generic if e.name == protocol), DISSECTORS["data"])


def size_of(header: type[Header]) -> int:
    """Octets of a fixed header."""
    return layout_for(header).size


def _moved(g: Group) -> Mask:
    """The rows whose extension headers change nothing but the ends, which are from now on theirs.

    Headers between IPv6's and this one are meant, not those in a quote.
    """
    chunk, places = g.chunk, g.places
    asked = chunk.chains.having("ipv6.dstopts") | chunk.chains.having("ipv6.routing")
    found = np.ones(len(g), np.bool_)
    between = asked[chunk.chain[g.rows]] & (g.version == 6)
    for nth in np.flatnonzero(between).tolist():
        row, at = int(g.rows[nth]), int(g.at[nth])
        ip = int(places.at[row])
        if at > ip + IPV6_HEADER:
            ends = ends_of(chunk.data[ip + 6 : ip + 7] + chunk.data[ip + 8 : at])
            found[nth] = ends is not None
            if ends is not None and ends != (places.source[row], places.destination[row]):
                places.moved[row] = True
                places.source[row], places.destination[row] = ends
    return found


def only_harmless(g: Group, asked: Mask) -> Mask:
    """The rows in which options between the IP header and this one are of no account.

    asked  the chains of which that is asked; others may have what they want
    """
    found = np.ones(len(g), np.bool_)
    rows = np.flatnonzero(asked[g.chunk.chain[g.rows]])
    begin = g.places.at[g.rows[rows]] + IPV6_HEADER
    spans = zip(begin.tolist(), g.at[rows].tolist(), strict=True)
    found[rows] = [harmless(g.chunk.data[at:end]) for at, end in spans]
    return found
