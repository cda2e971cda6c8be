"""ICMPv6 over time: echoes and their requests, path MTU and who heeds it (RFC 4443, RFC 8201)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.columns.chunk import Rows
from dissect.columns.hashing import hashes
from dissect.engine.packet import Packet
from dissect.engine.session import Table
from dissect.lint.addresses import is_multicast
from dissect.lint.again import Again
from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.gathered import HEADER, Mask
from dissect.lint.rule import NOTHING, Hit, Hits, rule
from dissect.lint.rules.icm import QUOTE, REPLY, REQUEST, SMALLEST_LINK, TOO_BIG, mtu_of
from dissect.lint.told.octets import whole
from dissect.lint.words import ip
from dissect.protocols import icmpv6
from dissect.protocols.ipv6 import IPv6
from dissect.verdict import Level

SECOND = 1_000_000_000
ENDS = 32
"""Octets of a source and a destination."""
LATELY = 64
"""Requests that a reply from somebody else may be for."""
LEADING = ("ipv6.routing", "ipv6.dstopts")
"""Headers that may have another source, or destination, than the IPv6 header."""


@rule(
    "ICM-010", Level.WARNING, "RFC 4443, section 4.2", "Echo Reply that doesn't fit its request",
    why="A reply brings back the request's data, from the address that was asked.  Anything else "
        "is a broken stack, a middlebox, or somebody else.",
    fix="Copy the data; answer from the address that the request was sent to.",
    on="icmpv6", kinds=(REQUEST, REPLY), field="icmpv6.echo.identifier", two_way=True, whole=True,
)  # fmt: skip
class Echoes:
    """Requests by their ends, identifier and sequence number."""

    def __init__(self) -> None:
        self.waiting: Table[tuple[int, int]] = Table(8192)
        """By source, destination, identifier and sequence number: size and a hash of the data."""
        self.lately: Table[bytes] = Table(LATELY)
        """Whom a source asked with an identifier and sequence number."""
        self.to_groups: Table[bool] = Table(1024)
        self.asked = False
        self.again = Again()

    def __call__(self, at: At) -> Hits:
        """What the columns are not sure of, and what has a Routing header: its way's end counts."""
        header, host = at.header, at.ip
        if header is None or host is None or host.header is None or at.part:
            return
        if at.context.sure and not any(
            layer.name in LEADING and not layer.quoted for layer in at.context.layers
        ):
            return
        octets, ends = at.payload, at.packet.ends[-1] if at.packet.ends else (b"", b"")
        if len(octets) >= QUOTE and all(isinstance(end, bytes) for end in ends):
            src, dst = map(bytes, ends)  # type: ignore[arg-type]
            mark, said = octets[4:QUOTE], (len(octets), hash(octets[QUOTE:]))
            if header.type == REQUEST:
                self._ask(src, dst, mark, said)
            else:
                yield from self._answer(src, dst, mark, said, at.number, lambda: at.packet)

    def batch(self, batch: Batch) -> Hits:
        """All that columns know, one after the other."""
        chunk = batch.chunk
        places = np.full(len(batch), -1, np.int64)
        for part in batch.parts(IPv6):
            places[part.rows] = part.at
        other = batch.nested | batch.layers(*LEADING) | (places < 0)
        other |= chunk.original != chunk.captured
        rows, at, kinds = (
            np.concatenate(column) for column in zip(*self._echoes(batch, other), strict=True)
        )
        order = np.argsort(rows, kind="stable")
        rows, at, kinds = rows[order], at[order], kinds[order]
        ip = places[rows]
        ends = ip + HEADER + batch.short(ip + 4)
        data, first = chunk.data, int(chunk.number[0])
        for row, start, end, kind, src, dst, mark in zip(
            rows.tolist(), at.tolist(), ends.tolist(), kinds.tolist(),
            whole(batch.octets(ip + 8, 16)), whole(batch.octets(ip + 24, 16)),
            whole(batch.octets(at + 4, 4)), strict=True,
        ):  # fmt: skip
            said = end - start, hash(data[start + QUOTE : end])
            if kind == REQUEST:
                self._ask(src, dst, mark, said)
            else:
                yield from self._answer(src, dst, mark, said, first + row,
                                        partial(batch.packet, row))  # fmt: skip

    @staticmethod
    def _echoes(batch: Batch, other: Mask) -> Iterator[tuple[Rows, Rows, Rows]]:
        yield (np.empty(0, np.int64),) * 3
        for one in batch.carried(icmpv6.Head):
            kinds = one.part.head.type
            mine = (kinds == REQUEST) | (kinds == REPLY)
            mine &= ~other[one.rows] & (one.end - one.at >= QUOTE)
            yield one.rows[mine], one.at[mine], kinds[mine]

    def _ask(self, src: bytes, dst: bytes, mark: bytes, said: tuple[int, int]) -> None:
        """A request, with its identifier and sequence number, its size, and a hash of the data."""
        self.asked = True
        self.waiting.put(src + dst + mark, said)
        self.lately.put(src + mark, dst)
        if is_multicast(dst):
            self.to_groups.put((src, mark), True)

    def _answer(
        self, src: bytes, dst: bytes, mark: bytes, said: tuple[int, int], number: int,
        packet: Callable[[], Packet],
    ) -> Hits:  # fmt: skip
        asked = self.waiting.get(dst + src + mark)
        if asked == said or (
            asked is None and (not self.asked or self.to_groups.get((dst, mark)) is not None)
        ):
            return NOTHING
        return self._reply(src, dst, mark, said, asked, number, packet)

    def _reply(
        self, src: bytes, dst: bytes, mark: bytes, said: tuple[int, int],
        asked: tuple[int, int] | None, number: int, packet: Callable[[], Packet],
    ) -> Hits:  # fmt: skip
        other = self.lately.get(dst + mark) if asked is None else None
        level = Level.NOTE if asked is None and other is None else None
        ends = src + dst
        if self.again.counted(ends, level, number):
            return
        if other is not None:
            what = f"from {ip(src)}, {ip(other)} was asked"
        elif asked is None:
            what = "no request seen"
        elif asked[0] != said[0]:
            what = f"{said[0] - QUOTE} octets of data, asked with {asked[0] - QUOTE}"
        else:
            what = "other data than the request's"
        ident, sequence = int.from_bytes(mark[:2], "big"), int.from_bytes(mark[2:], "big")
        hit = Hit(f"Echo Reply id {ident} seq {sequence}: {what}", f"{ip(src)} > {ip(dst)}", level,
                  packet=packet, number=number)  # fmt: skip
        yield self.again.first(ends, hit)

    def end(self) -> Hits:
        """The capture over."""
        return self.again.others()


@rule(
    "ICM-011", Level.WARNING, "RFC 8201, sections 4 and 5.2", "Packet Too Big that nobody heeds",
    why="The sender goes on with packets that don't fit: they are lost, and connections hang.",
    fix="Let ICMPv6 type 2 through to the sender, and let its stack cache the path MTU.",
    on=("icmpv6", "ipv6"), kinds=(TOO_BIG,), field="ipv6.plen", two_way=True,
)  # fmt: skip
class TooBig:
    """The MTU of paths that were told."""

    def __init__(self) -> None:
        self.told: Table[tuple[int, int]] = Table(256)
        """By source and destination: the MTU, and when it was told."""

    def __call__(self, at: At) -> Hits:
        """Messages; and packets that the columns are not sure of."""
        header = at.header
        if at.name == "icmpv6":
            mtu, quote = mtu_of(at), at.quote
            if (mtu is not None and mtu >= SMALLEST_LINK and quote is not None
                    and quote.header is not None and quote.name == "ipv6"):  # fmt: skip
                key = quote.header.src + quote.header.dst
                before = self.told.get(key)
                if before is None or mtu < before[0]:
                    self.told.put(key, (mtu, at.time))
        elif header is not None and not at.context.sure and self.told.entries:
            known = self.told.entries.get(header.src + header.dst)
            size = HEADER + header.plen
            if known is not None and size > known[0] and at.time > known[1] + SECOND:
                yield self._hit(header.src + header.dst, known[0], size, at.packet)

    def _hit(self, ends: bytes, mtu: int, size: int, packet: Packet) -> Hit:
        src, dst = ends[:16], ends[16:]
        return Hit(f"{ip(src)} ignored Packet Too Big ({mtu}) for {ip(dst)}: {size} octets",
                   key=f"{ip(src)} > {ip(dst)}", packet=packet)  # fmt: skip

    def batch(self, batch: Batch) -> Hits:
        """Long packets on these paths."""
        if not self.told.entries:
            return
        least = min(mtu for mtu, _ in self.told.entries.values())
        paths: Any = self.told.entries
        wanted = _by_ends(np.frombuffer(b"".join(paths), np.uint8))
        for part in batch.parts(IPv6):
            sizes = part.head.plen.astype(np.int64) + HEADER
            long = np.flatnonzero(sizes > least)
            ends = batch.octets(part.at[long] + 8, ENDS)
            for place in np.flatnonzero(np.isin(_by_ends(ends), wanted)).tolist():
                both, row = ends[place].tobytes(), int(part.rows[long[place]])
                size, known = int(sizes[long[place]]), self.told.entries.get(both)
                if known is not None and size > known[0] and (
                    batch.chunk.time_ns[row] > known[1] + SECOND
                ):  # fmt: skip
                    yield self._hit(both, known[0], size, batch.packet(row))


def _by_ends(octets: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Numbers to tell pairs of addresses apart by."""
    return hashes(octets.reshape(-1, ENDS).view(np.uint64))
