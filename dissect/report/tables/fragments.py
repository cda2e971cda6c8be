"""Fragments of IPv6 and IPv4, and how many datagrams they belong to."""

from __future__ import annotations

from typing import Any

from dissect.analysis.options import Options
from dissect.analysis.table import COUNTS, Column, Row, Table
from dissect.columns.seen import Counted, Seen
from dissect.engine.packet import Packet
from dissect.protocols.fragment import Fragment

PLACES = ("atomic", "first", "middle", "last")
MOST = 100_000
"""Datagrams that are told apart."""
MORE_IN_IPV4 = 1
"""Bit of the flags (RFC 791, section 3.1)."""

Key = tuple[str, str]


class Fragments:
    """Fragments by version and place.

    The columns are sure of no fragment but atomic ones (RFC 6946), which are alone.
    """

    of_file = False

    def __init__(self, options: Options) -> None:
        self._counts: dict[Key, Counted] = {}
        self._datagrams: set[int] = set()

    def update(self, seen: Seen) -> None:
        """Count atomic fragments."""
        for part in seen.parts(Fragment):
            octets = int(seen.chunk.original[part.rows].sum())
            if len(part.rows):
                self._add(("IPv6", "atomic"), Counted(len(part.rows), octets))

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
                self._count("IPv6", place, packet, (outer and (outer.src, outer.dst), header.ident))
            elif layer.name == "ip" and hasattr(header, "off"):
                more = header.flags & MORE_IN_IPV4
                if more or header.off:
                    datagram = (header.src, header.dst, header.p, header.id)
                    self._count("IPv4", _place(header.off, more), packet, datagram)

    def merge(self, other: Fragments) -> None:
        """Add another's counts."""
        for key, counted in other._counts.items():
            self._add(key, counted)
        self._datagrams |= other._datagrams

    def _count(self, version: str, place: str, packet: Packet, datagram: object) -> None:
        self._add((version, place), Counted(1, packet.original))
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
