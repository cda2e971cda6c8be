"""Messages of DHCPv6, as columns tell of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from dissect.lint.dhcpv6 import RELAY, Said
from dissect.lint.told.octets import whole
from dissect.protocols.udp import UDP

if TYPE_CHECKING:
    from dissect.lint.batch import Batch

RELAYED = b"\0\x09"
"""A Relay Message option's code, or what looks like it."""


class Dialogues:
    """Messages of DHCPv6, but for those that hold others."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        chunk, size = batch.chunk, len(batch)
        mine = batch.layers("dhcpv6") & ~batch.quoting & (chunk.captured == chunk.original)
        found = np.zeros((4, size), np.int64)
        if mine.any():
            for one in batch.carried(UDP):  # the last one carries the message
                some = np.flatnonzero(mine[one.rows])
                rows, at = one.rows[some], one.at[some]
                end = np.minimum(at + batch.short(at + 4), one.end[some])
                found[0, rows], found[1, rows] = at, end
                found[2, rows], found[3, rows] = one.ip[some], one.frame[some]
                mine[rows[one.version[some] != 6]] = False
        rows = np.flatnonzero(mine)
        at, end, ip, frame = found[:, rows]
        kind = batch.octet(at + 8)
        sound = (at + 8 < end) & ~np.isin(kind, tuple(RELAY))
        for place, (first, last) in enumerate(zip(at.tolist(), end.tolist(), strict=True)):
            sound[place] &= RELAYED not in chunk.data[first:last]
        self.rows = rows[sound]
        self._where = at[sound], end[sound], ip[sound], frame[sound]

    @cached_property
    def told(self) -> list[Said]:
        """All of them."""
        batch, rows = self.batch, self.rows
        at, end, ip, frame = self._where
        data, first, found = batch.chunk.data, int(batch.chunk.number[0]), []
        for row, wire, src, dst, mac, framed, time, start, stop in zip(
            rows.tolist(), batch.wires(rows), whole(batch.octets(ip + 8, 16)),
            whole(batch.octets(ip + 24, 16)),
            whole(batch.octets(np.maximum(frame, 0) + 6, 6)), (frame >= 0).tolist(),
            batch.times[rows].tolist(), at.tolist(), end.tolist(), strict=True,
        ):  # fmt: skip
            said = Said(0, src, dst, mac if framed else b"", wire, time, first + row,
                        data[start + 8 : stop], None, batch, row)  # fmt: skip
            said.port = int.from_bytes(data[start + 2 : start + 4], "big")
            found.append(said)
        return found

    def heard(self) -> list[Said]:
        """All of them, for the rules that follow them."""
        return self.told
