"""Teredo's datagrams, as columns tell of them (RFC 4380, section 5.1.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from dissect.lint.addresses import are_global4
from dissect.lint.heard import TEREDO, Heard
from dissect.lint.nd import ADVERTISE_ROUTER, SOLICIT_ROUTER, options_in
from dissect.lint.rule import Tally
from dissect.lint.told.octets import HEADER, whole
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.udp import UDP
from dissect.verdict import Level

if TYPE_CHECKING:
    from dissect.lint.batch import Batch

UDP_HEADER, AUTHENTICATION, ORIGIN = 8, 13, 8
"""Octets of UDP's header, and of the indications, identifier and value not counted."""
NO_NEXT, ICMPV6 = 59, 58
PREFIX = 0x2001_0000


class Qualifying(Heard, eq=False, gc=False):
    """A router solicitation or advertisement in Teredo.

    outer, ports   of the datagram that it came in
    nonce, origin  the indications before it, as they are there; empty without
    """

    outer: tuple[bytes, bytes] = (b"", b"")
    ports: tuple[int, int] = (0, 0)
    nonce: bytes = b""
    origin: bytes = b""
    layer = "icmpv6"

    @property
    def topic(self) -> int:
        """Teredo."""
        return TEREDO

    @property
    def options(self) -> list[tuple[int, bytes]]:
        """Neighbor Discovery's options."""
        return options_in(self.kind, self.octets)


def one_tunnel(protocols: list[str]) -> bool:
    """Whether Teredo is once among protocols, right behind the first UDP, and carries IPv6."""
    if protocols.count("teredo") != 1:
        return False
    place = protocols.index("teredo")
    return protocols.index("udp") == place - 1 and protocols[place + 1 : place + 2] == ["ipv6"]


class Teredo:
    """Datagrams of Teredo that carry a whole packet and nothing behind it.

    others  rows with other ones
    """

    def __init__(self, batch: Batch) -> None:
        self.batch, chunk, size = batch, batch.chunk, len(batch)
        mine = batch.layers("teredo")
        self.others = mine.copy()
        ip, version, around, udp, inner = (np.full(size, -1) for _ in range(5))
        for part in batch.parts(IPv4, IPv6, UDP) if mine.any() else ():
            rows = part.rows[mine[part.rows]]
            at = part.at[mine[part.rows]]
            if part.header is UDP:
                new = udp[rows] < 0
                udp[rows[new]], around[rows[new]] = at[new], ip[rows[new]]
                continue
            new = (udp[rows] >= 0) & (inner[rows] < 0)
            inner[rows[new]] = at[new]
            first = udp[rows] < 0
            ip[rows[first]] = at[first]
            version[rows[first]] = 6 if part.header is IPv6 else 4
        single = chunk.chains.where("one teredo", one_tunnel)[chunk.chain]
        mine &= single & (chunk.captured == chunk.original)
        rows = np.flatnonzero(mine)
        self.udp, self.inner, self.around, self.version = (
            column[rows] for column in (udp, inner, around, version)
        )
        start = self.udp + UDP_HEADER
        proven = batch.short(start) == 1
        sizes = AUTHENTICATION + batch.octet(start + 2) + batch.octet(start + 3)
        self.nonce = np.where(proven, start + sizes - 9, -1)
        at = np.where(proven, start + sizes, start)
        told = batch.short(at) == 0
        self.origin = np.where(told, at, -1)
        at = np.where(told, at + ORIGIN, at)
        length = batch.short(self.inner + 4)
        self.next = batch.octet(self.inner + 6)
        clean = (at == self.inner) & (self.version > 0)
        clean &= at + HEADER + length == self.udp + batch.short(self.udp + 4)
        clean &= (self.next != NO_NEXT) | (length == 0)
        client = batch.word(self.inner + 8) == PREFIX
        clean &= ~(told & client)
        self.client = client & (self.version == 4)
        self.rows = rows
        self.others[rows[clean]] = False
        keep = np.flatnonzero(clean)
        for name in ("rows", "udp", "inner", "around", "version", "nonce", "origin", "next",
                     "client"):  # fmt: skip
            setattr(self, name, getattr(self, name)[keep])

    def foreign(self) -> Iterator[Tally]:
        """Datagrams that come neither from the server nor from the mapping in their source."""
        batch, mine = self.batch, np.flatnonzero(self.client)
        src = batch.octets(self.inner[mine] + 8, 16)
        sender = batch.octets(self.around[mine] + 12, 4)
        address = ~src[:, 12:]
        same = (sender == address).all(axis=1)
        mapped = same & (batch.short(self.udp[mine]) == batch.short(self.inner[mine] + 18) ^ 0xFFFF)
        wrong = ~mapped & (sender != src[:, 4:8]).any(axis=1)
        sure = are_global4(sender) & ~same
        for rows, level in ((wrong & sure, None), (wrong & ~sure, Level.NOTE)):
            yield Tally(self.rows[mine[rows]], src[rows], level)

    def heard(self) -> Iterator[Qualifying]:
        """Router solicitations and advertisements, for the rules that follow them."""
        batch = self.batch
        kind = batch.octet(self.inner + HEADER)
        mine = (self.next == ICMPV6) & (self.version == 4)
        mine &= (kind == SOLICIT_ROUTER) | (kind == ADVERTISE_ROUTER)
        rows, inner, outer = self.rows[mine], self.inner[mine], self.around[mine] + 12
        data, first = batch.chunk.data, int(batch.chunk.number[0])
        for row, wire, number, src, dst, outer_src, outer_dst, udp, at, nonce, origin, time in zip(
            rows.tolist(), batch.wires(rows), kind[mine].tolist(),
            whole(batch.octets(inner + 8, 16)), whole(batch.octets(inner + 24, 16)),
            whole(batch.octets(outer, 4)), whole(batch.octets(outer + 4, 4)),
            self.udp[mine].tolist(), inner.tolist(), self.nonce[mine].tolist(),
            self.origin[mine].tolist(), batch.times[rows].tolist(), strict=True,
        ):  # fmt: skip
            end = at + HEADER + int.from_bytes(data[at + 4 : at + 6], "big")
            said = Qualifying(number, src, dst, b"", wire, time, first + row,
                              data[at + HEADER : end], None, batch, row)  # fmt: skip
            said.outer = outer_src, outer_dst
            said.ports = (int.from_bytes(data[udp : udp + 2], "big"),
                          int.from_bytes(data[udp + 2 : udp + 4], "big"))  # fmt: skip
            said.nonce = bytes(data[nonce : nonce + 8]) if nonce >= 0 else b""
            said.origin = bytes(data[origin + 2 : origin + 8]) if origin >= 0 else b""
            yield said
