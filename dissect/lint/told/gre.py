"""GRE's headers, as columns tell of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from dissect.lint.heard import GRE, Heard
from dissect.lint.told.octets import HEADER
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6

if TYPE_CHECKING:
    from dissect.lint.batch import Batch

KEY, SEQUENCE = 0x2000, 0x1000
"""GRE's flags that a usual header may have."""
NIBBLES = {0x0800: 4, 0x86DD: 6}
"""What IP begins with, by GRE's protocol type."""
CARRIES_GRE = 47


class Numbered(Heard, eq=False, gc=False):
    """A GRE header with a sequence number, between the tunnel's ends; its flags are its type."""

    layer = "gre"

    @property
    def topic(self) -> int:
        """GRE."""
        return GRE

    @property
    def key(self) -> bytes:
        """The tunnel's key; empty without."""
        return self.octets[-8:-4] if self.kind & KEY else b""

    @property
    def sequence(self) -> int:
        """The last field."""
        return int.from_bytes(self.octets[-4:], "big")


class Tunnels:
    """GRE headers with no more than a key and a number, one in a packet.

    others  rows with other ones
    """

    def __init__(self, batch: Batch) -> None:
        self.batch, chunk = batch, batch.chunk
        self.others = batch.layers("gre")
        size = len(batch)
        places, found = np.zeros(size, np.int64), np.zeros((3, size), np.int64)
        for part in batch.parts(IPv6, IPv4) if self.others.any() else ():
            head = part.head
            if part.header is IPv6:
                carries, behind = head.nxt == CARRIES_GRE, part.at + HEADER
            else:
                carries, behind = head.p == CARRIES_GRE, part.at + 4 * head.ihl.astype(np.int64)
            rows, at = part.rows[carries], behind[carries]
            flags, kind = batch.short(at), batch.short(at + 2)
            inner = at + 4 + 4 * (flags >> 13 & 1) + 4 * (flags >> 12 & 1)
            nibble = np.select([kind == one for one in NIBBLES], [*NIBBLES.values()], 0)
            clean = (flags & ~(KEY | SEQUENCE) == 0) & (inner < chunk.limit(rows))
            clean &= (nibble == 0) | (batch.octet(inner) >> 4 == nibble)
            places[rows] += 1
            self.others[rows] = ~clean | (places[rows] > 1)
            found[0, rows], found[1, rows] = part.at[carries], at
            found[2, rows] = np.where(flags & SEQUENCE, inner, 0)
        several = chunk.chains.where("gre again", lambda names: names.count("gre") > 1)
        self.others |= several[chunk.chain]
        self.rows = np.flatnonzero(~self.others & (found[2] > 0))
        self._where = found[:, self.rows]

    def heard(self) -> Iterator[Numbered]:
        """Those with a number, for the rules that follow them."""
        batch, rows = self.batch, self.rows
        data, first = batch.chunk.data, int(batch.chunk.number[0])
        for row, wire, time, ip, start, stop in zip(
            rows.tolist(), batch.wires(rows), batch.times[rows].tolist(), *self._where.tolist(),
            strict=True,
        ):  # fmt: skip
            flags = int.from_bytes(data[start : start + 2], "big")
            at, size = (ip + 8, 16) if data[ip] >> 4 == 6 else (ip + 12, 4)
            ends = bytes(data[at : at + size]), bytes(data[at + size : at + 2 * size])
            yield Numbered(flags, *ends, b"", wire, time, first + row,
                           data[start:stop], None, batch, row)  # fmt: skip
