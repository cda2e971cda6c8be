"""A chunk of a capture for rules, and what several of them want to know of its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.columns.chunk import Chunk, Occurrences, Part, Rows
from dissect.columns.group import Head
from dissect.engine.header import Header
from dissect.lines.sums import sums_of
from dissect.lint.nd import DISCOVERY
from dissect.protocols import icmpv6
from dissect.protocols.hopopts import HopByHop
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.tcp import TCP
from dissect.protocols.udp import UDP

Mask = NDArray[np.bool_]

SUMMED: dict[type[Header], int] = {TCP: 6, UDP: 17, icmpv6.Head: 58}
"""Headers with a checksum under a pseudo-header, and the protocol's number in that."""
HEADER = 40
USUAL_ALERT = np.array((0, 5, 2, 0, 0, 1, 0), np.uint8)
ALERT_FIRST = np.array((0, 5, 2, 0, 0, 0, 0), np.uint8)
"""Length, Router Alert, and two octets of padding in either form."""
MLD = (130, 131, 132, 143)


class Summed(NamedTuple):
    """Checksums that were verified: the rows, and whether each was right."""

    rows: Rows
    right: Mask


class Batch:
    """Rows of packets; what is said of fields is of rows that the columns are sure of."""

    def __init__(self, chunk: Chunk) -> None:
        self.chunk = chunk
        self._fields: dict[str, Occurrences] = {}

    def __len__(self) -> int:
        return len(self.chunk)

    @property
    def none(self) -> Mask:
        """A mask of no row, to be filled."""
        return np.zeros(len(self), np.bool_)

    def field(self, name: str) -> Occurrences:
        """The occurrences of a field, quoted ones too."""
        found = self._fields.get(name)
        if found is None:
            found = self._fields[name] = self.chunk.field(name)
        return found

    def where(self, name: str, test: Callable[[Any], Any]) -> Mask:
        """The rows with an occurrence whose value passes a test of arrays."""
        found = self.field(name)
        mask = self.none
        if len(found):
            mask[found.rows[test(found.values)]] = True
        return mask

    def layers(self, *protocols: str) -> Mask:
        """The rows that have a layer of one of these names."""
        mask = self.none
        for protocol in protocols:
            mask[self.chunk.layers(protocol)] = True
        return mask

    def parts(self, *headers: type[Header]) -> Iterator[Part]:
        """Where headers stand that no error quotes, in rows that are sure."""
        unsure = self.chunk.unsure
        for part in self.chunk.parts:
            if part.header in headers and not part.quoted:
                sure = ~unsure[part.rows]
                yield Part(part.header, part.rows[sure], part.at[sure], part.quoted)

    def head(self, part: Part) -> Head:
        """The headers of a part."""
        return Head(self.chunk, part.header, part.at)

    @cached_property
    def nested(self) -> Mask:
        """Rows with an IP header inside another one."""
        count = np.zeros(len(self), np.int64)
        for part in self.parts(IPv6, IPv4):
            count[part.rows] += 1
        mask: Mask = count > 1
        return mask

    @cached_property
    def discovery(self) -> Mask:
        """Rows with a message of Neighbor Discovery."""
        return self.where("icmpv6.type", lambda kind: np.isin(kind, tuple(DISCOVERY)))

    @cached_property
    def listeners(self) -> Mask:
        """Rows with a message of Multicast Listener Discovery."""
        return self.where("icmpv6.type", lambda kind: np.isin(kind, MLD))

    @cached_property
    def wrong_groups(self) -> Mask:
        """Rows with an IPv6 group and another group's MAC address, tunnels not told apart."""
        mask = self.none
        frames, packets = self.field("eth.dst"), self.field("ipv6.dst")
        if not len(frames) or not len(packets):
            return mask
        place = np.searchsorted(frames.rows, packets.rows)
        near = np.minimum(place, len(frames) - 1)
        there = frames.rows[near] == packets.rows
        frame = frames.values[near]
        groups = there & (packets.values[:, 0] == 0xFF) & (frame[:, 0] & 1 == 1)
        wrong = (frame[:, 0] != 0x33) | (frame[:, 1] != 0x33)
        wrong |= (frame[:, 2:] != packets.values[:, 12:]).any(axis=1)
        mask[packets.rows[groups & wrong]] = True
        return mask

    @cached_property
    def foreign_identifiers(self) -> Mask:
        """Rows whose source address was made from another MAC address than the frame's."""
        mask = self.none
        frames = self.chunk.field("eth.src", 1)
        for part in self.parts(IPv6):
            src = self.head(part).src
            made = np.flatnonzero((src[:, 11] == 0xFF) & (src[:, 12] == 0xFE))
            rows = part.rows[made]
            if not len(rows) or not len(frames):
                continue
            place = np.minimum(np.searchsorted(frames.rows, rows), len(frames) - 1)
            mac, identifier = frames.values[place], src[made]
            same = (identifier[:, 8] ^ 2 == mac[:, 0]) & (identifier[:, 9:11] == mac[:, 1:3]).all(1)
            same &= (identifier[:, 13:16] == mac[:, 3:6]).all(axis=1)
            mask[rows[~same]] = True
        return mask

    @cached_property
    def alerts_only(self) -> Mask:
        """Rows whose only Hop-by-Hop Options are a Router Alert for MLD and its padding."""
        mask, seen = self.none, self.none
        for part in self.parts(HopByHop):
            at = part.at[part.at + 8 <= self.chunk.limit(part.rows)]
            rows = part.rows[part.at + 8 <= self.chunk.limit(part.rows)]
            octets = self.chunk.octets[at[:, None] + np.arange(1, 8)]
            usual = (octets == USUAL_ALERT).all(axis=1) | (octets == ALERT_FIRST).all(axis=1)
            mask[rows[usual & ~seen[rows]]] = True
            mask[rows[seen[rows]]] = False
            seen[part.rows] = True
        return mask

    @cached_property
    def summed(self) -> Summed:
        """The checksums of TCP, UDP and ICMPv6 in packets that are captured to their end."""
        size, chunk = len(self), self.chunk
        place, end, version = (np.zeros(size, np.int64) for _ in range(3))
        found: list[tuple[Rows, ...]] = []
        for part in self.parts(IPv6, IPv4, *SUMMED):
            head, rows = self.head(part), part.rows
            if part.header is IPv6:
                place[rows], version[rows] = part.at, 6
                end[rows] = part.at + HEADER + head.plen
                continue
            if part.header is IPv4:
                place[rows], version[rows] = part.at, 4
                end[rows] = part.at + head.len
                continue
            ends = end[rows]
            if part.header is UDP:
                ends = np.where(head.sum == 0, 0, np.minimum(part.at + head.len, ends))
            protocol = np.full(len(rows), SUMMED[part.header])
            wanted = (ends > part.at) & (ends <= chunk.limit(rows)) & (version[rows] != 0)
            columns = (rows, part.at, ends, place[rows], version[rows], protocol)
            found.append(tuple(column[wanted] for column in columns))
        if not any(len(columns[0]) for columns in found):
            return Summed(np.empty(0, np.int64), np.zeros(0, np.bool_))
        rows, at, ends, ip, version, protocol = map(np.concatenate, zip(*found, strict=True))
        total = sums_of(chunk.octets, at, ends) + ends - at + protocol
        for number, skip, width in ((6, 8, 32), (4, 12, 8)):
            mine = version == number
            octets = chunk.octets[(ip[mine] + skip)[:, None] + np.arange(width)]
            total[mine] += octets.view(">u2").sum(axis=1, dtype=np.int64)
        return Summed(rows, total % 0xFFFF == 0)

    @cached_property
    def wrong_sums(self) -> Mask:
        """Rows with a checksum that is wrong, or that another address may be summed in."""
        mask = self.layers("ipv6.routing", "ipv6.dstopts")
        rows, right = self.summed
        mask[rows[~right]] = True
        return mask

    @cached_property
    def summed_headers(self) -> Summed:
        """The checksums of IPv4 headers without options; with options they are asked about."""
        found = [Summed(np.empty(0, np.int64), np.zeros(0, np.bool_))]
        for part in self.parts(IPv4):
            plain = (self.head(part).ihl == 5) & (part.at + 20 <= self.chunk.limit(part.rows))
            octets = self.chunk.octets[part.at[plain][:, None] + np.arange(20)]
            total = octets.view(">u2").sum(axis=1, dtype=np.int64)
            found.append(Summed(part.rows[plain], total % 0xFFFF == 0))
        return Summed(*map(np.concatenate, zip(*found, strict=True)))

    @cached_property
    def returning(self) -> Mask:
        """Rows with a packet that came before in this chunk, but for its Hop Limit.

        It is told by addresses, flow label, length and the first octets behind the header.
        """
        mask = self.none
        for part in self.parts(IPv6):
            room = part.at + HEADER + 24 <= self.chunk.limit(part.rows)
            rows, at = part.rows[room], part.at[room]
            if len(rows) < 2:
                continue
            words = at[:, None] + _SAME[None, :]
            octets = self.chunk.octets[words].view("<u8")
            key = np.zeros(len(rows), np.uint64)
            for column in range(octets.shape[1]):
                key = (key ^ octets[:, column]) * MIX
                key ^= key >> np.uint64(29)
            order = np.argsort(key, kind="stable")
            again = key[order][1:] == key[order][:-1]
            hops = self.chunk.octets[at + 7]
            fewer = hops[order][1:] < hops[order][:-1]
            both = again & fewer
            mask[rows[order[1:][both]]] = True
            mask[rows[order[:-1][both]]] = True
        return mask


_SAME = np.concatenate([np.arange(0, 7), [6], np.arange(8, HEADER + 24)])
"""The octets of a packet that stay the same from hop to hop, whole words of them."""
MIX = np.uint64(0x9E3779B97F4A7C15)
