"""Extension headers, as columns tell of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from dissect.lint.rule import Like
from dissect.lint.told.octets import HEADER
from dissect.protocols.dstopts import DestinationOptions
from dissect.protocols.fragment import Fragment
from dissect.protocols.hopopts import HopByHop
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.routing import Routing

if TYPE_CHECKING:
    from dissect.lint.batch import Batch

EXTENSIONS = ("ipv6.dstopts", "ipv6.routing", "ipv6.fraghdr", "ah")
EXTENDING = (HopByHop, DestinationOptions, Routing, Fragment)


class Extensions:
    """The extension headers of packets that have some, but for a usual Router Alert alone.

    others  rows with some of several IPv6 headers, with AH, with a whole packet's Fragment header
    """

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        size = len(batch)
        ip, of, end = (np.full(size, -1) for _ in range(3))
        routed = batch.none
        self.others = batch.layers("ah") | batch.layers("ipv6.fraghdr") & ~batch.quoting
        sure = ~batch.chunk.unsure
        for part in batch.chunk.parts:
            mine = sure[part.rows]
            rows, at = part.rows[mine], part.at[mine]
            if part.header is IPv6:
                ip[rows] = at
            elif part.header in EXTENDING:
                self.others[rows[(of[rows] >= 0) & (of[rows] != ip[rows])]] = True
                of[rows] = ip[rows]
                end[rows] = at + 8
                if part.header is not Fragment:
                    end[rows] += 8 * batch.octet(at + 1)
                routed[rows] |= part.header is Routing
        mine = (of >= 0) & ~self.others & ~(batch.alerts_only & ~batch.layers(*EXTENSIONS))
        self.rows = np.flatnonzero(mine)
        self._where = of[mine], end[mine], routed[mine]

    def likes(self) -> Iterator[Like]:
        """The rows, and what rules about extension headers ask for."""
        data, quoting = self.batch.chunk.data, self.batch.quoting[self.rows]
        at, end, routed = self._where
        for row, quoted, ip, stop, way in zip(
            self.rows.tolist(), quoting.tolist(), at.tolist(), end.tolist(), routed.tolist(),
            strict=True,
        ):  # fmt: skip
            head = data[ip : ip + HEADER]
            about = bytes((quoted, head[6], head[24] == 0xFF, any(head[4:6])))
            octets = about + (head[24:] if way else b"") + data[ip + HEADER : stop]
            yield Like(row, octets, head[8:24])
