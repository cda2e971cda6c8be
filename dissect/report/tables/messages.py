"""ICMPv6 and ICMP messages by type and code, but for those that errors quote."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dissect.analysis.options import Options
from dissect.analysis.table import COUNTS, Column, Row, Table
from dissect.columns.seen import Counted, Seen
from dissect.engine.header import Header
from dissect.engine.packet import Packet
from dissect.engine.tree import FIELDS
from dissect.protocols import icmp, icmpv6
from dissect.protocols.codes.icmp import CODES
from dissect.protocols.icmpv6.messages import MESSAGES

HEADS: dict[str, type[Header]] = {"icmpv6": icmpv6.Head, "icmp": icmp.Head}


class Messages:
    """Counts by type and code, ``256 * type + code``."""

    of_file = False

    def __init__(self, options: Options) -> None:
        self._counts: dict[str, dict[int, Counted]] = {name: {} for name in HEADS}

    def update(self, seen: Seen) -> None:
        """Count the rows' messages."""
        for name, head in HEADS.items():
            for part in seen.parts(head):
                keys = part.head.type.astype(np.int64) << 8 | part.head.code
                packets = np.bincount(keys)
                octets = np.bincount(keys, seen.chunk.original[part.rows])
                for key in np.flatnonzero(packets).tolist():
                    self._add(name, key, Counted(int(packets[key]), int(octets[key])))

    def packet(self, packet: Packet) -> None:
        """Count one packet's messages."""
        for layer in packet.layers:
            if layer.name in HEADS and not layer.quoted and layer.header is not None:
                key = layer.header.type << 8 | layer.header.code
                self._add(layer.name, key, Counted(1, packet.original))

    def merge(self, other: Messages) -> None:
        """Add another's counts."""
        for name, counts in other._counts.items():
            for key, counted in counts.items():
                self._add(name, key, counted)

    def _add(self, name: str, key: int, more: Counted) -> None:
        counts = self._counts[name]
        counts[key] = counts.get(key, Counted()) + more

    def table(self, name: str) -> Table:
        """``icmpv6`` or ``icmp``."""
        rows: list[Row] = [
            (
                key >> 8,
                key & 255,
                _type_name(name, key >> 8),
                _code_name(name, key >> 8, key & 255),
                *counted,
            )
            for key, counted in sorted(self._counts[name].items())
        ]
        columns = (
            Column("type", "Type", "number"), Column("code", "Code", "number"),
            Column("name", "Message", "text"), Column("meaning", "Code's meaning", "text"),
            *COUNTS,
        )  # fmt: skip
        title = "ICMPv6 messages" if name == "icmpv6" else "ICMP messages"
        return Table(name, title, columns, rows, len(rows))


def _type_name(name: str, kind: int) -> str | None:
    return FIELDS[f"{name}.type"].value_name(kind)


def _code_name(name: str, kind: int, code: int) -> str | None:
    codes: Mapping[int, str] | None = CODES.get(kind)
    if name == "icmpv6":
        message = MESSAGES.get(kind)
        codes = None if message is None else message.codes
    return (codes or {}).get(code)
