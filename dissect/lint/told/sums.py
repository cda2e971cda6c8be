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

    right   whether it is
    left    whether it is wrong, and that of the pseudo-header alone, which a card is to complete
    others  rows with one that can't be verified: it ends elsewhere than the packet around it
    """

    def __init__(self, batch: Batch) -> None:
        self.batch, chunk = batch, batch.chunk
        self.others = batch.none
        columns: list[tuple[Rows, ...]] = [(np.empty(0, np.int64),) * 8]
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
            told = one.part.head.sum
            every = rows, at, ends, one.ip, one.version, numbers, one.ends, told
            columns.append(tuple(column[wanted & fits] for column in every))
        self.rows, at, ends, self.ip, self.version, self.protocol, addresses, told = map(
            np.concatenate, zip(*columns, strict=True)
        )
        pseudo = addresses + ends - at + self.protocol
        self.right: Mask = (sums_of(chunk.octets, at, ends) + pseudo) % 0xFFFF == 0
        self.left: Mask = ~self.right & ((told - pseudo) % 0xFFFF == 0)

    def wrong(self, *headers: type[Header]) -> Mask:
        """The rows with a wrong checksum in one of these headers."""
        mask = self.batch.none
        mine = np.isin(self.protocol, [SUMMED[header] for header in headers])
        mask[self.rows[mine & ~self.right]] = True
        return mask

    def senders(self, mine: Mask) -> Iterator[tuple[Rows, Octets]]:
        """Some of their rows, and the source addresses around them."""
        for version, (start, size) in ENDS.items():
            some = np.flatnonzero(mine & (self.version == version))
            yield self.rows[some], self.batch.octets(self.ip[some] + start, size)
