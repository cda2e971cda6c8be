"""The census of IPv6 extension headers and of the options in them, quoted ones left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from dissect.analysis.options import Options
from dissect.analysis.table import COUNTS, Column, Row, Table
from dissect.columns.chunk import Part, Rows
from dissect.columns.seen import Counted, Seen
from dissect.engine.header import Header
from dissect.engine.packet import Packet
from dissect.engine.tree import Layer
from dissect.protocols.ah import AH
from dissect.protocols.codes.ipv6_options import ACTIONS, OPTIONS, ROUTING_TYPES
from dissect.protocols.dstopts import DestinationOptions
from dissect.protocols.esp import ESP
from dissect.protocols.fragment import Fragment
from dissect.protocols.hopopts import HopByHop
from dissect.protocols.routing import Routing

HEADERS: dict[str, type[Header]] = {
    "ipv6.hopopts": HopByHop, "ipv6.dstopts": DestinationOptions, "ipv6.routing": Routing,
    "ipv6.fraghdr": Fragment, "ah": AH, "esp": ESP,
}  # fmt: skip
RARE = ("mipv6", "hip", "shim6")
"""Those that only the tree reader reads."""
WITH_OPTIONS = ("ipv6.hopopts", "ipv6.dstopts")
NAMES = {
    "ipv6.hopopts": "Hop-by-Hop Options", "ipv6.dstopts": "Destination Options",
    "ipv6.routing": "Routing", "ipv6.fraghdr": "Fragment", "ah": "Authentication Header",
    "esp": "Encapsulating Security Payload", "mipv6": "Mobility", "hip": "Host Identity Protocol",
    "shim6": "Shim6",
}  # fmt: skip
NO_TYPE = -1

Key = tuple[str, int]
"""A header and its routing type, or an option's type."""


class Extensions:
    """Headers by protocol and routing type, options by header and type."""

    of_file = False

    def __init__(self, options: Options) -> None:
        self._headers: dict[Key, Counted] = {}
        self._options: Counter[Key] = Counter()

    def update(self, seen: Seen) -> None:
        """Count the rows' headers, and walk through their options."""
        chunk = seen.chunk
        for name, header in HEADERS.items():
            for part in seen.parts(header):
                for kind, mine in _by_kind(part):
                    octets = int(chunk.original[mine].sum())
                    self._add((name, kind), Counted(len(mine), octets))
                if name in WITH_OPTIONS:
                    self._walk(name, chunk.octets, part)

    def _walk(self, name: str, octets: NDArray[np.uint8], part: Part) -> None:
        """Count the options of sound headers, the first of each, then the second …"""
        at = part.at + 2
        end = part.at + 8 + 8 * octets[part.at + 1].astype(np.int64)
        while len(at):
            kinds = octets[at].astype(np.int64)
            counts = np.bincount(kinds)
            for kind in np.flatnonzero(counts).tolist():
                self._options[name, kind] += int(counts[kind])
            alone = kinds == 0  # Pad1 (RFC 8200, section 4.2)
            length = octets[np.where(alone, at, at + 1)].astype(np.int64)
            at = at + np.where(alone, 1, 2 + length)
            more = at < end
            at, end = at[more], end[more]

    def packet(self, packet: Packet) -> None:
        """Count one packet's headers and options."""
        found = [layer for layer in packet.layers if layer.name in NAMES and not layer.quoted]
        for layer in found:
            kind = getattr(layer.header, "type", NO_TYPE) if layer.name == "ipv6.routing" else -1
            self._add((layer.name, kind), Counted(1, packet.original))
        if any(layer.name in WITH_OPTIONS for layer in found):
            packet.decode(detail=True)
            for layer in packet.layers:
                if layer.name in WITH_OPTIONS and not layer.quoted:
                    self._options.update((layer.name, kind) for kind in _options_in(layer))

    def merge(self, other: Extensions) -> None:
        """Add another's counts."""
        for key, counted in other._headers.items():
            self._add(key, counted)
        self._options.update(other._options)

    def _add(self, key: Key, more: Counted) -> None:
        self._headers[key] = self._headers.get(key, Counted()) + more

    def table(self, name: str) -> Table:
        """``extensions`` or ``options``."""
        return self._header_table() if name == "extensions" else self._option_table()

    def _header_table(self) -> Table:
        found = sorted(self._headers.items(), key=lambda item: (-item[1].packets, item[0]))
        rows: list[Row] = [
            (name, NAMES[name], None if kind < 0 else kind,
             None if kind < 0 else ROUTING_TYPES.get(kind), *counted)
            for (name, kind), counted in found
        ]  # fmt: skip
        columns = (
            Column("protocol", "Protocol", "text"), Column("header", "Header", "text"),
            Column("type", "Type", "number"), Column("type_name", "Type's name", "text"),
            Column("headers", "Headers"), COUNTS[1],
        )  # fmt: skip
        return Table("extensions", "Extension headers", columns, rows, len(rows))

    def _option_table(self) -> Table:
        found = sorted(self._options.items(), key=lambda item: (-item[1], item[0]))
        rows: list[Row] = [
            (NAMES[header], kind, OPTIONS.get(kind), ACTIONS[kind >> 6], count)
            for (header, kind), count in found
        ]
        columns = (
            Column("header", "Header", "text"), Column("type", "Type", "number"),
            Column("name", "Option", "text"), Column("unknown", "To those who don't know it",
                                                     "text"),
            Column("options", "Options"),
        )  # fmt: skip
        return Table("options", "IPv6 options", columns, rows, len(rows))


def _options_in(layer: Layer) -> list[int]:
    """The types of the options in a header."""
    if layer.node is None:
        return []
    return [node.value for node in layer.node.walk() if node.field.name == "ipv6.opt.type"]


def _by_kind(part: Part) -> Iterator[tuple[int, Rows]]:
    """The types of Routing headers, and the rows of each; of other headers all."""
    if part.header is not Routing:
        yield NO_TYPE, part.rows
        return
    kinds = part.head.type
    for kind in np.flatnonzero(np.bincount(kinds)).tolist():
        yield kind, part.rows[kinds == kind]
