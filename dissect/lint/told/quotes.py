"""ICMPv6's errors and what they quote, as columns tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dissect.lint.told.octets import HEADER
from dissect.protocols import icmpv6

if TYPE_CHECKING:
    from dissect.columns.chunk import Rows
    from dissect.lint.batch import Batch


class Errors:
    """Errors of ICMPv6: what they are in, and what they quote.

    source, to  the ends of the IPv6 header around; src, dst  of the packet that is quoted
    sound       quotes a whole IPv6 header, and is in an IPv6 packet
    plain       so, and the source that is quoted is one node's, without another among options
    """

    def __init__(self, batch: Batch) -> None:
        columns: list[tuple[Rows, ...]] = [(np.empty(0, np.int64),) * 5]
        for one in batch.carried(icmpv6.Head):
            kind = batch.octet(one.at)
            mine = (kind >= 1) & (kind <= 4)
            columns.append(tuple(c[mine] for c in (one.rows, one.at, one.ip, one.version, one.end)))
        rows, at, ip, version, end = map(np.concatenate, zip(*columns, strict=True))
        order = np.argsort(rows, kind="stable")
        self.rows, at, self.ip, version, end = (
            column[order] for column in (rows, at, ip, version, end)
        )
        stop = np.minimum(end, batch.chunk.limit(self.rows))
        fits = at + 8 + HEADER <= stop
        quote = np.where(fits, at + 8, self.ip)
        self.sound = fits & (version == 6) & (batch.octet(quote) >> 4 == 6)
        around = np.where(version == 6, self.ip, quote)
        self.source, self.to = batch.octets(around + 8, 16), batch.octets(around + 24, 16)
        self.src, self.dst = batch.octets(quote + 8, 16), batch.octets(quote + 24, 16)
        nobody = ~self.src[:, :15].any(axis=1) & (self.src[:, 15] < 2)
        self.plain = self.sound & (self.src[:, 0] != 0xFF) & ~nobody
        optional = np.flatnonzero(self.plain & batch.layers("ipv6.dstopts")[self.rows])
        for place in optional.tolist():
            octets = batch.chunk.data[quote[place] : stop[place]]
            self.plain[place] = self.to[place].tobytes() not in octets
