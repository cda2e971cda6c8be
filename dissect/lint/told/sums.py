"""Checksums of TCP, UDP and ICMPv6, as columns tell of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from dissect.engine.header import Header
from dissect.lines.sums import sums_of
from dissect.protocols import icmpv6
from dissect.protocols.tcp import TCP
from dissect.protocols.udp import UDP

if TYPE_CHECKING:
    from dissect.columns.chunk import Mask, Rows
    from dissect.lint.batch import Batch
    from dissect.lint.told.octets import Octets

SUMMED: dict[type[Header], int] = {TCP: 6, UDP: 17, icmpv6.Head: 58}
"""Headers with a checksum under a pseudo-header, and the protocol's number in that."""
ENDS = {6: (8, 16), 4: (12, 4)}
"""By IP version where a header's source address stands, and its octets."""


class Sums:
    """Checksums: an entry each, but for packets with a Routing header that leads on.

    others  rows with one that can't be verified: it ends elsewhere than the packet around it
    """

    def __init__(self, batch: Batch) -> None:
        self.batch, chunk = batch, batch.chunk
        self.others = batch.none
        columns: list[tuple[Rows, ...]] = [(np.empty(0, np.int64),) * 7]
        for one in batch.carried(*SUMMED):
            rows, at, ends = one.rows, one.at, one.end
            wanted = ~batch.led[rows] & (one.version != 0)
            if one.header is UDP:
                head = one.part.head
                ends = np.minimum(at + head.len, ends)
                wanted &= head.sum != 0
            fits = (ends > at) & (ends <= chunk.limit(rows))
            self.others[rows[wanted & ~fits]] = True
            numbers = np.full(len(rows), SUMMED[one.header])
            every = rows, at, ends, one.ip, one.version, numbers, one.ends
            columns.append(tuple(column[wanted & fits] for column in every))
        self.rows, at, ends, self.ip, self.version, self.protocol, addresses = map(
            np.concatenate, zip(*columns, strict=True)
        )
        total = sums_of(chunk.octets, at, ends) + addresses + ends - at + self.protocol
        self.right: Mask = total % 0xFFFF == 0

    def wrong(self, *headers: type[Header]) -> Mask:
        """The rows with a wrong checksum in one of these headers."""
        mask = self.batch.none
        mine = np.isin(self.protocol, [SUMMED[header] for header in headers])
        mask[self.rows[mine & ~self.right]] = True
        return mask

    def senders(self, header: type[Header]) -> Iterator[tuple[Rows, Octets]]:
        """Rows with a wrong checksum in such a header, and the source addresses around it."""
        mine = np.flatnonzero(~self.right & (self.protocol == SUMMED[header]))
        for version, (start, size) in ENDS.items():
            some = mine[self.version[mine] == version]
            yield self.rows[some], self.batch.octets(self.ip[some] + start, size)
