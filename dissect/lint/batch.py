"""A chunk of a capture for rules, and what several of them want to know of its columns."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np

from dissect.columns.chunk import Rows
from dissect.columns.hashing import hashes, together
from dissect.lines.sums import words
from dissect.lint.gathered import HEADER, Gathered, Mask
from dissect.lint.nd import DISCOVERY
from dissect.lint.rule import Like
from dissect.lint.told.dialogues import Dialogues
from dissect.lint.told.extensions import Extensions
from dissect.lint.told.gre import Tunnels
from dissect.lint.told.inside import Inside
from dissect.lint.told.links import Links
from dissect.lint.told.messages import Messages
from dissect.lint.told.quotes import Errors
from dissect.lint.told.sums import Sums
from dissect.lint.told.teredo import Teredo
from dissect.protocols.ethernet import IEEE8023, EthernetII
from dissect.protocols.hopopts import HopByHop
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.routing import Routing

USUAL_ALERT = np.array((0, 5, 2, 0, 0, 1, 0), np.uint8)
ALERT_FIRST = np.array((0, 5, 2, 0, 0, 0, 0), np.uint8)
"""Length, Router Alert, and two octets of padding in either form."""
GROUPS = 0x3333
"""The first octets of the MAC addresses of IPv6 groups (RFC 2464, section 7)."""
MLD = (130, 131, 132, 143)


class Summed(NamedTuple):
    """Checksums of IPv4 headers: the rows, and whether each was right."""

    rows: Rows
    right: Mask


class Batch(Gathered):
    """What several rules want to know of rows; each is worked out when it is first asked for."""

    @cached_property
    def messages(self) -> Messages:
        """Messages of Neighbor Discovery and MLD that need no tree."""
        return Messages(self)

    @cached_property
    def heard(self) -> Mask:
        """Rows of these messages."""
        mask = self.none
        mask[self.messages.rows] = True
        return mask

    @cached_property
    def extensions(self) -> Extensions:
        """Extension headers."""
        return Extensions(self)

    @cached_property
    def errors(self) -> Errors:
        """Errors of ICMPv6."""
        return Errors(self)

    @cached_property
    def dialogues(self) -> Dialogues:
        """Messages of DHCPv6 that need no tree."""
        return Dialogues(self)

    @cached_property
    def links(self) -> Links:
        """Packets with link-local addresses that need no tree."""
        return Links(self)

    @cached_property
    def tunnels(self) -> Tunnels:
        """GRE headers."""
        return Tunnels(self)

    @cached_property
    def teredo(self) -> Teredo:
        """Teredo's datagrams."""
        return Teredo(self)

    @cached_property
    def quoting(self) -> Mask:
        """Rows with a packet that an error quotes."""
        mask = self.none
        for part in self.chunk.parts:
            if part.quoted:
                mask[part.rows] = True
        return mask

    @cached_property
    def frames(self) -> Rows:
        """Of each row where the Ethernet header is that its outermost packet came in; or -1."""
        found, inside = np.full(len(self), -1), self.none
        for part in self.parts(EthernetII, IEEE8023, IPv6, IPv4):
            if part.header is IPv6 or part.header is IPv4:
                inside[part.rows] = True
            else:
                outside = ~inside[part.rows]
                found[part.rows[outside]] = part.at[outside]
        return found

    @cached_property
    def stays(self) -> Mask:
        """Rows with a message of the link whose hop limit says that it hasn't left that."""
        far = self.discovery & self.where("ipv6.hlim", lambda hops: hops != 255)
        far |= self.listeners & self.where("ipv6.hlim", lambda hops: hops != 1)
        return (self.discovery | self.listeners) & ~far

    @cached_property
    def odd_locals(self) -> Mask:
        """Rows with a link-local address that has bits between prefix and identifier."""
        mask = self.none
        for part in self.parts(IPv6):
            for local, start in zip(self.locals(part), (10, 26), strict=True):
                at = part.at[local]
                odd = (self.short(at + start) | self.word(at + start + 2)) != 0
                mask[part.rows[local][odd]] = True
        return mask

    @cached_property
    def inside(self) -> Inside:
        """IP packets in others."""
        return Inside(self)

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
    def group_frames(self) -> Mask:
        """Rows whose first frame goes to a group."""
        frame = self.first_frames
        groups: Mask = (self.chunk.octets[np.maximum(frame, 0)] & 1 == 1) & (frame >= 0)
        return groups

    @cached_property
    def wrong_groups(self) -> Mask:
        """Rows with an IPv6 group and another group's MAC address, tunnels not told apart."""
        mask, groups = self.none, self.group_frames
        frame = self.first_frames
        for part in self.chunk.parts:
            if part.header is IPv6:
                mine = groups[part.rows] & (self.octet(part.at + 24) == 0xFF)
                rows, dst = part.rows[mine], part.at[mine] + 24
                wrong = self.short(frame[rows]) != GROUPS
                wrong |= self.word(frame[rows] + 2) != self.word(dst + 12)
                mask[rows[wrong]] = True
        return mask & ~self.chunk.unsure

    @cached_property
    def first_frames(self) -> Rows:
        """Of each row where the first Ethernet header is; -1 without one."""
        found = np.full(len(self), -1)
        for part in reversed([*self.parts(EthernetII, IEEE8023)]):
            found[part.rows] = part.at
        return found

    @cached_property
    def foreign_identifiers(self) -> Mask:
        """Rows of untold discovery with an address made from another MAC than the frame's."""
        mask = self.none
        untold = self.discovery & ~self.heard & ~self.quoting
        frame = self.first_frames
        for part in self.parts(IPv6) if untold.any() else ():
            mine = untold[part.rows] & (frame[part.rows] >= 0)
            rows, src = part.rows[mine], self.octets(part.at[mine] + 8, 16)
            mac = self.octets(frame[rows] + 6, 6)
            made = src[:, [8, 9, 10, 13, 14, 15]] ^ (2, 0, 0, 0, 0, 0)
            wrong = (src[:, 11] == 0xFF) & (src[:, 12] == 0xFE) & (made != mac).any(axis=1)
            mask[rows[wrong]] = True
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
    def sums(self) -> Sums:
        """Checksums of TCP, UDP and ICMPv6 in packets that are captured to their end."""
        return Sums(self)

    def packets(self, mask: Mask) -> Iterator[Like]:
        """Some rows with all their octets: whose source nobody need ask for."""
        rows, chunk = np.flatnonzero(mask), self.chunk
        for row, at, end in zip(
            rows.tolist(), chunk.start[rows].tolist(), chunk.limit(rows).tolist(), strict=True
        ):
            yield Like(row, bytes(chunk.data[at:end]), b"")

    @cached_property
    def led(self) -> Mask:
        """Rows with a Routing header that leads on."""
        mask = self.none
        for part in self.parts(Routing):
            mask[part.rows[part.head.segleft > 0]] = True
        return mask

    @cached_property
    def summed_headers(self) -> Summed:
        """The checksums of IPv4 headers without options; with options they are asked about."""
        found = [Summed(np.empty(0, np.int64), self.none[:0])]
        for part in self.parts(IPv4):
            plain = (part.head.ihl == 5) & (part.at + 20 <= self.chunk.limit(part.rows))
            right = words(self.chunk, part.at[plain], 20) % 0xFFFF == 0
            found.append(Summed(part.rows[plain], right))
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
            words = self.octets(at, HEADER + 24).view("<u8")
            words[:, 0] &= BUT_HOPS
            key = hashes(words)
            order = together(key)
            again = np.flatnonzero(key[order][1:] == key[order][:-1])
            if len(again):
                both = np.union1d(order[again], order[again + 1])
                both = both[np.lexsort((both, key[both]))]
                hops, same = self.chunk.octets[at[both] + 7], key[both][1:] == key[both][:-1]
                fewer = same & (hops[1:] < hops[:-1])
                mask[rows[both[1:][fewer]]] = True
                mask[rows[both[:-1][fewer]]] = True
        return mask


BUT_HOPS = np.uint64(0x00FF_FFFF_FFFF_FFFF)
"""The first eight octets of an IPv6 header as a little-endian number, but for the Hop Limit."""
MIX = np.uint64(0x9E3779B97F4A7C15)
