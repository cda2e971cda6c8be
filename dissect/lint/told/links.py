"""Packets with link-local addresses, as columns tell of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from dissect.lint.heard import LINK_LOCAL, Heard
from dissect.lint.nd import ADVERTISE_ROUTER
from dissect.lint.told.octets import HEADER, whole
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6

if TYPE_CHECKING:
    from dissect.lint.batch import Batch


class Sent(Heard, eq=False, gc=False):
    """A packet with a link-local address.

    hops, flow, nxt  of its header; ``octets`` is what is behind that
    to               the MAC address that the frame was sent to
    """

    hops: int = 0
    flow: int = 0
    nxt: int = 0
    to: bytes = b""
    layer = "ipv6"

    @property
    def topic(self) -> int:
        """Its own."""
        return LINK_LOCAL


class Links:
    """Packets with a link-local address that a router may have sent on."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        chunk = batch.chunk
        whole = chunk.captured == chunk.original
        stays = batch.stays & ~batch.where("icmpv6.type", lambda kind: kind == ADVERTISE_ROUTER)
        seen, columns = batch.none, [(np.empty(0, np.int64),) * 2]
        for part in batch.parts(IPv6, IPv4):
            if part.header is IPv6:
                local = np.logical_or(*batch.locals(part))
                mine = local & ~seen[part.rows] & whole[part.rows] & ~stays[part.rows]
                mine &= ~batch.odd_locals[part.rows]
                columns.append((part.rows[mine], part.at[mine]))
            seen[part.rows] = True
        rows, ip = map(np.concatenate, zip(*columns, strict=True))
        order = np.argsort(rows, kind="stable")
        self.rows, self.ip = rows[order], ip[order]

    def heard(self) -> Iterator[Sent]:
        """All of them, for the rules that follow them."""
        batch, rows, ip = self.batch, self.rows, self.ip
        if not len(rows):
            return
        data, first = batch.chunk.data, int(batch.chunk.number[0])
        frame = batch.frames[rows]
        for row, wire, at, to, framed, time in zip(
            rows.tolist(), batch.wires(rows), ip.tolist(),
            whole(batch.octets(np.maximum(frame, 0), 6)),
            (frame >= 0).tolist(), batch.times[rows].tolist(), strict=True,
        ):  # fmt: skip
            head = bytes(data[at : at + HEADER])
            end = at + HEADER + int.from_bytes(head[4:6], "big")
            sent = Sent(6, head[8:24], head[24:40], b"", wire, time, first + row,
                        data[at + HEADER : end], None, batch, row)  # fmt: skip
            sent.flow = int.from_bytes(head[1:4], "big") & 0xFFFFF
            sent.nxt, sent.hops = head[6], head[7]
            sent.to = to if framed else b""
            yield sent
