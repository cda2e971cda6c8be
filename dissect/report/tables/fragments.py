"""Fragments of IPv6 and IPv4, and how many datagrams they belong to."""

from __future__ import annotations

from typing import Any

import numpy as np

from dissect.analysis.options import Options
from dissect.analysis.table import COUNTS, Column, Row, Table
from dissect.columns.chunk import Rows, Values
from dissect.columns.layout import Item, gather
from dissect.columns.seen import Counted, Seen
from dissect.engine.packet import Packet
from dissect.protocols.fragment import Fragment
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6

PLACES = ("atomic", "first", "middle", "last")
MOST = 100_000
"""Datagrams that are told apart."""
MORE_IN_IPV4 = 1
"""Bit of the flags (RFC 791, section 3.1)."""
PART_IN_IPV4 = 0x3FFF
"""More fragments follow, or an offset."""
IPV6_ENDS, IPV4_ENDS = Item("", 8, 32, 0, 0), Item("", 12, 8, 0, 0)
"""Both addresses in their headers."""

Key = tuple[str, str]


class Fragments:
    """Fragments by version and place; atomic ones (RFC 6946) are alone."""

    of_file = False

    def __init__(self, options: Options) -> None:
        self._counts: dict[Key, Counted] = {}
        self._datagrams: set[int] = set()

    def update(self, seen: Seen) -> None:
        """Count the rows' fragment headers."""
        chunk = seen.chunk
        outer = np.zeros(len(chunk), np.int64)  # of each row the IPv6 header that was last seen
        for part in seen.parts(IPv6, Fragment, IPv4):
            head, rows = part.head, part.rows
            if part.header is IPv6:
                outer[rows] = part.at
            elif part.header is IPv4:
                some = np.flatnonzero(head.flags_off_word & PART_IN_IPV4)
                ends = head.read(IPV4_ENDS)[some]
                more = head.flags[some] & MORE_IN_IPV4
                idents = head.id[some] | head.p[some].astype(np.int64) << 16
                self._count_all("IPv4", seen, rows[some], head.off[some], more, ends, idents)
            else:
                ends = gather(chunk.data, IPV6_ENDS, outer[rows])
                self._count_all("IPv6", seen, rows, head.offset, head.more, ends, head.ident)

    def _count_all(
        self, version: str, seen: Seen, rows: Rows, offsets: Values, more: Values, ends: Values,
        idents: Values,
    ) -> None:  # fmt: skip
        """Count headers by their offsets and flags; both ends and a number tell datagrams apart."""
        lengths = seen.chunk.original[rows].tolist()
        both = [octets.tobytes() for octets in ends]
        for offset, follows, octets, pair, ident in zip(
            offsets.tolist(), more.tolist(), lengths, both, idents.tolist(), strict=True
        ):
            self._count(version, _place(offset, follows), octets, (pair, ident))

    def packet(self, packet: Packet) -> None:
        """Count one packet's fragment headers."""
        outer: Any = None
        for layer in packet.layers:
            if layer.quoted or layer.header is None:
                continue
            header = layer.header
            if layer.name == "ipv6":
                outer = header
            elif layer.name == "ipv6.fraghdr":
                place = _place(header.offset, header.more)
                ends = outer.src + outer.dst if outer else b""
                self._count("IPv6", place, packet.original, (ends, header.ident))
            elif layer.name == "ip" and hasattr(header, "off"):
                more = header.flags & MORE_IN_IPV4
                if more or header.off:
                    datagram = (header.src + header.dst, header.id | header.p << 16)
                    self._count("IPv4", _place(header.off, more), packet.original, datagram)

    def merge(self, other: Fragments) -> None:
        """Add another's counts."""
        for key, counted in other._counts.items():
            self._add(key, counted)
        self._datagrams |= other._datagrams

    def _count(self, version: str, place: str, octets: int, datagram: object) -> None:
        self._add((version, place), Counted(1, octets))
        if place != "atomic" and len(self._datagrams) < MOST:
            self._datagrams.add(hash(datagram))

    def _add(self, key: Key, more: Counted) -> None:
        self._counts[key] = self._counts.get(key, Counted()) + more

    def table(self, name: str) -> Table:
        """``fragments``."""
        rows: list[Row] = [
            (version, place, *self._counts[version, place])
            for version in ("IPv6", "IPv4") for place in PLACES
            if (version, place) in self._counts
        ]  # fmt: skip
        columns = (Column("version", "Version", "text"), Column("place", "Place", "text"), *COUNTS)
        some = len(self._datagrams)
        words = f"of {some:,} datagrams" if some < MOST else f"of {some:,} datagrams and more"
        return Table("fragments", "Fragments", columns, rows, len(rows), [words] if some else [])


def _place(offset: int, more: int) -> str:
    if offset:
        return "middle" if more else "last"
    return "first" if more else "atomic"
