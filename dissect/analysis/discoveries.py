"""Messages out of columns: Neighbor Discovery, Multicast Listener Discovery, and DHCPv6."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from dissect.analysis.inside import ICMPV6, Ends, Inside
from dissect.analysis.places import octets_of, places, tuples
from dissect.columns.layout import gather, layout_for
from dissect.protocols.ethernet import IEEE8023, EthernetII
from dissect.protocols.icmpv6 import Head
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.udp import UDP

if TYPE_CHECKING:
    from dissect.columns.chunk import Chunk, Mask, Rows, Values
    from dissect.columns.seen import Seen
    from dissect.engine.tree import Node

KINDS = (*range(130, 138), 143)
"""Types of the ICMPv6 messages."""
DHCPV6 = "dhcpv6"
Kind = int | str
"""Such a type, or ``DHCPV6``."""
OVER_UDP = -1
NONE, OTHER = -1, -2
"""Instead of where a header stands: there is none; there is one of IPv4."""
_FOUND: WeakKeyDictionary[Seen, Discoveries] = WeakKeyDictionary()
_HEARD: WeakKeyDictionary[Seen, tuple[int, dict[Kind, list[Inside]]]] = WeakKeyDictionary()
"""Several analyses ask for the same."""


class Discoveries(NamedTuple):
    """Messages side by side, in no particular order.

    kinds      types of ICMPv6 messages, ``OVER_UDP`` of DHCPv6
    at, stops  where each begins and ends in ``chunk.data``
    ip, frame  where the header of IPv6 and of the frame are; ``NONE``: no frame is around it
    """

    rows: Rows
    kinds: Rows
    at: Rows
    stops: Rows
    ip: Rows
    frame: Rows

    def only(self, mask: Mask | Rows) -> Discoveries:
        """Some of them."""
        return Discoveries._make(column[mask] for column in self)

    def macs(self, chunk: Chunk) -> Values:
        """Of each the MAC address that sent its frame, (n, 6); where there is no frame, octets."""
        sender = layout_for(EthernetII).items["src"]
        return gather(chunk.data, sender, np.maximum(self.frame, 0))

    def ip_values(self, chunk: Chunk, name: str) -> Values:
        """Of each a value of the header of IPv6."""
        return gather(chunk.data, layout_for(IPv6).items[name], self.ip)


def discoveries(seen: Seen, file: int, kinds: Collection[Kind] = KINDS) -> Iterator[Inside]:
    """The messages of some kinds in rows that the columns are sure of."""
    known = _HEARD.get(seen)
    if known is None or known[0] != file:
        known = _HEARD[seen] = (file, {})
    for kind in kinds:
        if kind not in known[1]:
            found = in_sight(seen)
            number = OVER_UDP if kind == DHCPV6 else kind
            known[1][kind] = messages_of(seen, file, found.only(found.kinds == number))
        yield from known[1][kind]


def in_columns(seen: Seen) -> Rows:
    """The rows whose DHCPv6 message is among the discoveries."""
    chunk = seen.chunk
    return np.flatnonzero(chunk.chains.where((DHCPV6, "met"), _is_met)[chunk.chain] & seen.mask)


def _is_met(protocols: list[str]) -> bool:
    """Whether these are those of a DHCPv6 message over IPv6 in Ethernet."""
    versions = [name for name in protocols if name in ("ip", "ipv6")]
    return is_alone(protocols, DHCPV6) and protocols[0] == "eth" and versions[-1] == "ipv6"


def is_alone(protocols: list[str], name: str) -> bool:
    """Whether these end with a message over UDP that nothing quotes, and there is no other UDP."""
    alone = protocols[-2:] == ["udp", name] and protocols.count("udp") == 1
    return alone and not {"icmp", ICMPV6} & set(protocols)


def in_sight(seen: Seen) -> Discoveries:
    """All such messages in rows that the columns are sure of."""
    found = _FOUND.get(seen)
    if found is None:
        found = _FOUND[seen] = _in_sight(seen)
    return found


def _in_sight(seen: Seen) -> Discoveries:
    chunk = seen.chunk
    ip, frame = np.full(len(chunk), NONE), np.full(len(chunk), NONE)
    dhcpv6 = np.zeros(len(chunk), np.bool_)
    dhcpv6[in_columns(seen)] = True
    wanted = dhcpv6.copy()
    for part in seen.parts(Head):
        wanted[part.rows[np.isin(part.head.type, KINDS)]] = True
    found = [(np.empty(0, np.int64),) * 5]
    for part in seen.only(wanted).parts(EthernetII, IEEE8023, IPv6, IPv4, Head, UDP):
        rows = part.rows
        if part.header in (EthernetII, IEEE8023):
            frame[rows], ip[rows] = part.at, NONE
        elif part.header in (IPv6, IPv4):
            frame[rows] = np.where(ip[rows] == NONE, frame[rows], NONE)
            ip[rows] = part.at if part.header is IPv6 else OTHER
        else:
            if part.header is UDP:
                on, kinds = dhcpv6[rows], np.full(len(rows), OVER_UDP)
            else:
                kinds = part.head.type.astype(np.int64)
                on = np.isin(kinds, KINDS)
            on &= ip[rows] >= 0
            rows = rows[on]
            found.append((rows, kinds[on], part.at[on], ip[rows], frame[rows]))
    rows, kinds, at, ip, frame = (np.concatenate(column) for column in zip(*found, strict=True))
    sizes = gather(chunk.data, layout_for(IPv6).items["plen"], ip).astype(np.int64)
    limits = chunk.limit(rows)
    stops = np.where(sizes > 0, np.minimum(ip + 40 + sizes, limits), limits)
    is_udp = kinds == OVER_UDP
    octets = gather(chunk.data, layout_for(UDP).items["len"], at[is_udp])
    stops[is_udp] = np.minimum(at[is_udp] + octets, stops[is_udp])
    at[is_udp] += UDP.__hdr_len__
    return Discoveries(rows, kinds, at, stops, ip, frame)


def messages_of(seen: Seen, file: int, found: Discoveries) -> list[Inside]:
    """Some of the messages, each by itself."""
    chunk = seen.chunk
    sources, destinations = (octets_of(found.ip_values(chunk, name)) for name in ("src", "dst"))
    ends = tuples(Ends, sources, destinations, found.ip_values(chunk, "hlim").tolist())
    macs = octets_of(found.macs(chunk), found.frame >= 0)
    columns = (found.rows, found.kinds, found.at, found.stops)
    messages = []
    for row, kind, start, stop, ip, mac, place in zip(
        *(column.tolist() for column in columns), ends, macs, places(seen, found.rows, file),
        strict=True,
    ):  # fmt: skip
        name = DHCPV6 if kind == OVER_UDP else ICMPV6
        tree = partial(tree_at, chunk, row, start, name)
        messages.append(Inside(name, chunk.data[start:stop], ip, mac, place, tree))
    return messages


def tree_at(chunk: Chunk, row: int, at: int, name: str) -> Node:
    """The subtree of a message that a row has at some place, made anew."""
    offset = at - int(chunk.start[row])
    packet = chunk.packet(row).decode(detail=True)
    return next(
        layer.node for layer in packet.layers
        if layer.name == name and layer.offset == offset and layer.node is not None
    )  # fmt: skip
