"""Messages as columns tell them: Neighbor Discovery, MLD's reports and DHCPv6, most of them.

Rules that follow messages hear them from here, in order, without a tree; rules about one message
decide by these columns which are suspicious.  Left out, and asked about as trees, are messages in
packets that are cut or behind other extension headers than MLD's Router Alert, and rare types.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dissect.lint.dhcpv6 import RELAY, Said
from dissect.lint.heard import GRE, LINK_LOCAL, Heard
from dissect.lint.nd import ADVERTISE_ROUTER, BODY, Message
from dissect.protocols import icmpv6
from dissect.protocols.dstopts import DestinationOptions
from dissect.protocols.fragment import Fragment
from dissect.protocols.hopopts import HopByHop
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.routing import Routing
from dissect.protocols.udp import UDP

if TYPE_CHECKING:
    from dissect.columns.chunk import Mask, Rows
    from dissect.lint.batch import Batch

Octets = NDArray[np.uint8]
HEADER, ALERT = 40, 8
"""Octets of an IPv6 header, and of Hop-by-Hop Options with a Router Alert."""
FIRST, LAST = 133, 136
"""Neighbor Discovery but redirects."""
REPORTS = (131, 132, 143)
EXTENSIONS = ("ipv6.dstopts", "ipv6.routing", "ipv6.fraghdr", "ah")
RELAYED = b"\0\x09"
"""A Relay Message option's code, or what looks like it."""
EXTENDING = (HopByHop, DestinationOptions, Routing, Fragment)


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
        return ~self.src.any(axis=1)

    @cached_property
    def is_discovery(self) -> Mask:
        """Those of Neighbor Discovery."""
        mask: Mask = (self.kind >= FIRST) & (self.kind <= LAST)
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
        data, first, wire = batch.chunk.data, int(batch.chunk.number[0]), batch.wire
        for row, kind, src, dst, mac, framed, time, at, end in zip(
            rows.tolist(), self.kind.tolist(), whole(self.src), whole(self.dst), whole(self.mac),
            (self.frame >= 0).tolist(), batch.times[rows].tolist(), self.at.tolist(),
            self.end.tolist(), strict=True,
        ):  # fmt: skip
            yield Message(
                kind, src, dst, mac if framed else b"", wire(row), time, first + row,
                bytes(data[at:end]), None, batch, row,
            )  # fmt: skip


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

    def keys(self) -> Iterator[tuple[int, bytes]]:
        """The rows, and what rules about extension headers ask for."""
        data, quoting = self.batch.chunk.data, self.batch.quoting[self.rows]
        at, end, routed = self._where
        for row, quoted, ip, stop, way in zip(
            self.rows.tolist(), quoting.tolist(), at.tolist(), end.tolist(), routed.tolist(),
            strict=True,
        ):  # fmt: skip
            head = bytes(data[ip : ip + HEADER])
            about = bytes((quoted, head[6], head[24] == 0xFF, any(head[4:6])))
            yield row, about + (head[24:] if way else b"") + data[ip + HEADER : stop]


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
            columns.append(
                tuple(c[mine] for c in (one.rows, one.at, one.ip, one.version, one.end))
            )
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
        self.plain &= ~batch.layers("ipv6.dstopts")[self.rows]


class Dialogues:
    """Messages of DHCPv6, but for those that hold others."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        chunk, size = batch.chunk, len(batch)
        mine = batch.layers("dhcpv6") & ~batch.quoting & (chunk.captured == chunk.original)
        found = np.zeros((4, size), np.int64)
        if mine.any():
            for one in batch.carried(UDP):  # the last one carries the message
                rows, at = one.rows, one.at
                end = np.minimum(at + batch.short(at + 4), one.end)
                found[0, rows], found[1, rows] = at, end
                found[2, rows], found[3, rows] = one.ip, one.frame
                mine[rows[one.version != 6]] = False
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
        for row, src, dst, mac, framed, time, start, stop in zip(
            rows.tolist(), whole(batch.octets(ip + 8, 16)), whole(batch.octets(ip + 24, 16)),
            whole(batch.octets(np.maximum(frame, 0) + 6, 6)), (frame >= 0).tolist(),
            batch.times[rows].tolist(), at.tolist(), end.tolist(), strict=True,
        ):  # fmt: skip
            said = Said(src, dst, mac if framed else b"", batch.wire(row), time, first + row,
                        bytes(data[start + 8 : stop]), None, batch, row)  # fmt: skip
            said.port = int.from_bytes(data[start + 2 : start + 4], "big")
            found.append(said)
        return found

    def heard(self) -> list[Said]:
        """All of them, for the rules that follow them."""
        return self.told


class Sent(Heard):
    """A packet with a link-local address.

    hops, flow, nxt  of its header; ``octets`` is what is behind that
    to               the MAC address that the frame was sent to
    """

    __slots__ = ("hops", "flow", "nxt", "to")
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
                head = batch.head(part)
                local = np.zeros(len(part.rows), np.bool_)
                for address in (head.src, head.dst):
                    local |= (address[:, 0] == 0xFE) & (address[:, 1] & 0xC0 == 0x80)
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
        data, first, wire = batch.chunk.data, int(batch.chunk.number[0]), batch.wire
        frame = batch.frames[rows]
        for row, at, to, framed, time in zip(
            rows.tolist(), ip.tolist(), whole(batch.octets(np.maximum(frame, 0), 6)),
            (frame >= 0).tolist(), batch.times[rows].tolist(), strict=True,
        ):  # fmt: skip
            head = bytes(data[at : at + HEADER])
            end = at + HEADER + int.from_bytes(head[4:6], "big")
            sent = Sent(6, head[8:24], head[24:40], b"", wire(row), time, first + row,
                        bytes(data[at + HEADER : end]), None, batch, row)  # fmt: skip
            sent.flow = int.from_bytes(head[1:4], "big") & 0xFFFFF
            sent.nxt, sent.hops = head[6], head[7]
            sent.to = to if framed else b""
            yield sent


KEY, SEQUENCE = 0x2000, 0x1000
"""GRE's flags that a usual header may have."""
NIBBLES = {0x0800: 4, 0x86DD: 6}
"""What IP begins with, by GRE's protocol type."""
CARRIES_GRE = 47


class Numbered(Heard):
    """A GRE header with a sequence number, between the tunnel's ends; its flags are its type."""

    __slots__ = ()
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
            head = batch.head(part)
            if part.header is IPv6:
                carries, skip = head.nxt == CARRIES_GRE, HEADER
            else:
                carries, skip = head.p == CARRIES_GRE, 4 * head.ihl.astype(np.int64)
            rows, at = part.rows[carries], (part.at + skip)[carries]
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
        data, first, wire = batch.chunk.data, int(batch.chunk.number[0]), batch.wire
        for row, time, ip, start, stop in zip(
            rows.tolist(), batch.times[rows].tolist(), *self._where.tolist(), strict=True
        ):
            flags = int.from_bytes(data[start : start + 2], "big")
            at, size = (ip + 8, 16) if data[ip] >> 4 == 6 else (ip + 12, 4)
            ends = bytes(data[at : at + size]), bytes(data[at + size : at + 2 * size])
            yield Numbered(flags, *ends, b"", wire(row), time, first + row,
                           bytes(data[start:stop]), None, batch, row)  # fmt: skip


def whole(octets: Octets) -> list[bytes]:
    """The octets of each, as Python has them."""
    found: list[bytes] = np.ascontiguousarray(octets).view(f"V{octets.shape[1]}").ravel().tolist()
    return found


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


