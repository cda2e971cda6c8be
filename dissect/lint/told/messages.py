"""Messages of Neighbor Discovery and MLD's reports, as columns tell of them.

Left out are messages in packets that are cut or behind other extension headers than MLD's Router
Alert, redirects and queries.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from dissect.lint.nd import BODY, SOURCE_LINK, Message
from dissect.lint.told.extensions import EXTENSIONS
from dissect.lint.told.octets import HEADER, Octets, whole
from dissect.protocols import icmpv6

if TYPE_CHECKING:
    from dissect.columns.chunk import Mask, Rows
    from dissect.lint.batch import Batch

ALERT = 8
"""Octets of Hop-by-Hop Options with a Router Alert."""
FIRST, LAST = 133, 136
"""Neighbor Discovery but redirects."""
REPORTS = (131, 132, 143)


class Messages:
    """ICMPv6 messages: an entry each, ascending by row.

    rows, at, end  where they are
    ip             where the IPv6 header is
    frame          where the Ethernet header is that they came in; -1: none, or it is a tunnel's
    """

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        chunk = batch.chunk
        whole = (chunk.captured == chunk.original) & ~batch.layers(*EXTENSIONS)
        columns: list[tuple[Rows, ...]] = []
        for one in batch.carried(icmpv6.Head):
            kind = batch.octet(one.at)
            discovery = (kind >= FIRST) & (kind <= LAST) & (one.at == one.ip + HEADER)
            report = np.isin(kind, REPORTS) & batch.alerts_only[one.rows]
            report &= one.at == one.ip + HEADER + ALERT
            mine = (discovery | report) & (one.version == 6) & whole[one.rows]
            columns.append(tuple(c[mine] for c in (one.rows, one.at, one.ip, one.frame, kind)))
        if not columns:
            columns.append((np.empty(0, np.int64),) * 5)
        order = np.argsort(np.concatenate([rows for rows, *_ in columns]), kind="stable")
        self.rows, self.at, self.ip, self.frame, self.kind = (
            np.concatenate(column)[order] for column in zip(*columns, strict=True)
        )
        self.end: Rows = self.ip + HEADER + batch.short(self.ip + 4)

    def __len__(self) -> int:
        return len(self.rows)

    def octets(self, at: Rows, size: int) -> Octets:
        """Some octets of each, (n, size)."""
        return self.batch.octets(at, size)

    @cached_property
    def src(self) -> Octets:
        """Source addresses."""
        return self.octets(self.ip + 8, 16)

    @cached_property
    def dst(self) -> Octets:
        """Destination addresses."""
        return self.octets(self.ip + 24, 16)

    @cached_property
    def mac(self) -> Octets:
        """Source MAC addresses; of those without a frame of their own this means nothing."""
        return self.octets(np.maximum(self.frame, 0) + 6, 6)

    @cached_property
    def hops(self) -> Rows:
        """Hop limits."""
        return self.batch.octet(self.ip + 7)

    @cached_property
    def unspecified(self) -> Mask:
        """From ``::``."""
        mask: Mask = (self.src == 0).all(axis=1)
        return mask

    @cached_property
    def is_discovery(self) -> Mask:
        """Those of Neighbor Discovery."""
        mask: Mask = np.logical_and(self.kind >= FIRST, self.kind <= LAST)
        return mask

    @cached_property
    def targets(self) -> Octets:
        """Target addresses, or MLD's groups, of the messages that have one; others mean nothing."""
        return self.octets(np.minimum(self.at + 8, np.maximum(self.end - 16, self.at)), 16)

    def having(self, kind: int) -> Mask:
        """The messages that have an option of a type."""
        return self.options.having(self.options.kind == kind)

    @cached_property
    def options(self) -> Options:
        """Neighbor Discovery's options, one after the other."""
        return Options(self)

    def heard(self) -> Iterator[Message]:
        """All of them, for the rules that follow them."""
        batch, rows = self.batch, self.rows
        data, first = batch.chunk.data, int(batch.chunk.number[0])
        for row, wire, kind, src, dst, mac, framed, time, at, end, linked in zip(
            rows.tolist(), batch.wires(rows), self.kind.tolist(), whole(self.src), whole(self.dst),
            whole(self.mac), (self.frame >= 0).tolist(), batch.times[rows].tolist(),
            self.at.tolist(), self.end.tolist(), self.having(SOURCE_LINK).tolist(), strict=True,
        ):  # fmt: skip
            octets = data[at:end]
            yield Message(kind, src, dst, mac if framed else b"", wire, time, first + row, octets,
                          None, batch, row, octets[8:24] if end - at >= 24 else b"",
                          linked)  # fmt: skip


class Options:
    """Options of Neighbor Discovery, which all fit: the columns would not be sure otherwise.

    of    for each the place of its message
    at    where it begins
    kind, units  type and length
    """

    def __init__(self, messages: Messages) -> None:
        batch = messages.batch
        of = np.flatnonzero(messages.is_discovery)
        bodies = np.zeros(256, np.int64)
        bodies[list(BODY)] = list(BODY.values())
        at, end = messages.at[of] + bodies[messages.kind[of]], messages.end[of]
        found: list[tuple[Rows, Rows]] = [(of[:0], at[:0])]
        while True:
            more = at < end
            of, at, end = of[more], at[more], end[more]
            if not len(of):
                break
            found.append((of, at))
            at = at + np.maximum(8 * batch.octet(at + 1), 8)
        self.of: Rows
        self.at: Rows
        self.of, self.at = map(np.concatenate, zip(*found, strict=True))
        self.kind = batch.octet(self.at)
        self.units = batch.octet(self.at + 1)
        self._batch, self._size = batch, len(messages)

    @cached_property
    def link_layer(self) -> Octets:
        """The six octets behind type and length: of link-layer options the MAC address."""
        return self._batch.octets(self.at + 2, 6)

    def having(self, mine: Mask) -> Mask:
        """The messages that have one of some options."""
        mask = np.zeros(self._size, np.bool_)
        mask[self.of[mine]] = True
        return mask
