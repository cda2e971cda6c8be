"""The protocol hierarchy, and the census of header chains."""

from __future__ import annotations

import numpy as np

from dissect.analysis.options import Options
from dissect.analysis.table import COUNTS, Column, Row, Table
from dissect.columns.seen import Counted, Seen, add_to
from dissect.engine.packet import Packet
from dissect.engine.tree import Layer

MOST = 10_000
"""Chains that are kept apart."""
OTHERS = "(others)"

VARYING = frozenset(("lisp",))
"""Protocols with data that is a part of them in some messages, and follows them in others: no
layers tell which."""

_PATHS: dict[object, str] = {}
"""The path of packets by their chain, or by all of their layers: known for the whole process."""


class Chains:
    """Counts by chain, and by path: the protocols at the top level of the tree.

    A chain names extension headers and what errors quote too, a path doesn't: they are parts of
    the IPv6 or ICMPv6 layer, in our tree as in Wireshark's.  A stack of labels is one ``mpls`` in
    both.  One packet's tree tells the path of all sure rows of its chain.
    """

    of_file = False

    def __init__(self, options: Options) -> None:
        self.options = options
        self.chains: dict[str, Counted] = {}
        self.paths: dict[str, Counted] = {}

    def update(self, seen: Seen) -> None:
        """Count the rows of each chain."""
        chunk = seen.chunk
        chains = seen.of(chunk.chain)
        packets = np.bincount(chains)
        octets = np.bincount(chains, seen.of(chunk.original))
        for number in np.flatnonzero(packets).tolist():
            text = chunk.chains.text(number)
            path = _PATHS.get(text)
            if path is None:
                row = seen.rows[int(np.argmax(chains == number))]
                path = _remembered(text, chunk.packet(int(row)))
            self._add(text, path, Counted(int(packets[number]), int(octets[number])))

    def packet(self, packet: Packet) -> None:
        """Count one packet."""
        key = tuple(
            (layer.name, layer.quoted, layer.listed, _message(layer)) for layer in packet.layers
        )
        path = None if any(layer.name in VARYING for layer in packet.layers) else _PATHS.get(key)
        if path is None:
            path = _remembered(key, packet)
        self._add(packet.chain, path, Counted(1, packet.original))

    def merge(self, other: Chains) -> None:
        """Add another's counts."""
        for mine, theirs in ((self.chains, other.chains), (self.paths, other.paths)):
            for text, counted in theirs.items():
                add_to(mine, text, counted, MOST, OTHERS)

    def _add(self, chain: str, path: str, counted: Counted) -> None:
        add_to(self.chains, chain, counted, MOST, OTHERS)
        add_to(self.paths, path, counted, MOST, OTHERS)

    def table(self, name: str) -> Table:
        """``hierarchy`` or ``chains``."""
        return self._hierarchy() if name == "hierarchy" else self._census()

    def _hierarchy(self) -> Table:
        counts: dict[tuple[str, ...], Counted] = {}
        for text, counted in self.paths.items():
            path = tuple(text.split(":"))
            for end in range(1, len(path) + 1):
                counts[path[:end]] = counts.get(path[:end], Counted()) + counted
        whole = sum(one.packets for one in self.paths.values())
        rows: list[Row] = [
            (
                ":".join(path),
                path[-1],
                len(path),
                *counts[path],
                _share(counts[path].packets, whole),
            )
            for path in sorted(counts, key=lambda path: _place(path, counts))
        ]
        columns = (
            Column("path", "Path", "text"), Column("protocol", "Protocol", "text"),
            Column("depth", "Depth", "number"), *COUNTS, Column("share", "Share", "share"),
        )  # fmt: skip
        return Table("hierarchy", "Protocol hierarchy", columns, rows, len(rows),
                     _remarks(self.paths))  # fmt: skip

    def _census(self) -> Table:
        whole = sum(one.packets for one in self.chains.values())
        found = sorted(self.chains.items(), key=lambda item: (-item[1].packets, item[0]))
        rows: list[Row] = [
            (text or "(nothing)", *counted, _share(counted.packets, whole))
            for text, counted in found[: self.options.top]
        ]
        columns = (Column("chain", "Chain", "text"), *COUNTS, Column("share", "Share", "share"))
        return Table("chains", "Header chains", columns, rows, len(found), _remarks(self.chains))


def _message(layer: Layer) -> int | None:
    """The type of an ICMP message: what ``data`` behind it is a part of depends on it."""
    if layer.name not in ("icmp", "icmpv6") or layer.header is None:
        return None
    kind: int = layer.header.type
    return kind


def _remembered(key: object, packet: Packet) -> str:
    """The path of a packet's protocols, and of all that have the same key."""
    if len(_PATHS) >= MOST:
        _PATHS.clear()
    top = set(map(id, packet.tree.children or ()))
    names = [layer.name for layer in packet.layers if layer.listed and id(layer.node) in top]
    path = _PATHS[key] = ":".join(names)
    return path


def _place(
    path: tuple[str, ...], counts: dict[tuple[str, ...], Counted]
) -> list[tuple[int, str]]:  # fmt: skip
    """Where a path stands: behind what carries it, the most packets first."""
    return [(-counts[path[:end]].packets, path[end - 1]) for end in range(1, len(path) + 1)]


def _share(packets: int, whole: int) -> float:
    return packets / whole if whole else 0.0


def _remarks(counts: dict[str, Counted]) -> list[str]:
    return [f"{OTHERS}: chains behind the first {MOST:,}"] if OTHERS in counts else []
