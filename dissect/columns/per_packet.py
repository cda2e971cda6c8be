"""One value for each packet: ends, ports, types …, from the headers that have them.

Where a packet has several, in tunnels, it is the innermost one's, as the packet list shows it;
of ``outer_`` columns the outermost one's.  What an error message quotes is none of its packet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dissect.columns.layout import layout_for
from dissect.engine.header import Header, plan_of
from dissect.engine.packet import Packet
from dissect.protocols import icmp, icmpv6
from dissect.protocols.ethernet import IEEE8023, EthernetII
from dissect.protocols.fragment import Fragment
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.sctp import SCTP
from dissect.protocols.tcp import TCP
from dissect.protocols.udp import UDP, UDPLite
from dissect.protocols.vlan import LengthTag, OuterTag, ServiceTag, Tag

if TYPE_CHECKING:
    from dissect.columns.chunk import Chunk

Values = NDArray[Any]

MISSING = -1
MAPPED = bytes(10) + b"\xff\xff"
"""What is before an IPv4 address to make it one of IPv6 (RFC 4291, section 2.5.5.2)."""


@dataclass(frozen=True)
class Column:
    """A value by packet.

    sources  the attribute of each header that has it
    size     octets of an address, all zero without one; 0: a number, MISSING without one
    outer    of the outermost header, not the innermost
    then     what to do to a number, an array's or one
    """

    sources: dict[type[Header], str]
    size: int = 0
    outer: bool = False
    then: Callable[[Any], Any] | None = None


IP_SOURCES = {IPv6: "src", IPv4: "src"}
IP_DESTINATIONS = {IPv6: "dst", IPv4: "dst"}
VERSIONS = {IPv6: "version", IPv4: "version"}
TAGS: tuple[type[Header], ...] = (Tag, LengthTag, ServiceTag, OuterTag)
TRANSPORTS: tuple[type[Header], ...] = (TCP, UDP, UDPLite, SCTP)

COLUMNS = {
    "link_src": Column({EthernetII: "src", IEEE8023: "src"}, 6),
    "link_dst": Column({EthernetII: "dst", IEEE8023: "dst"}, 6),
    "ethertype": Column({EthernetII: "type"}, outer=True),
    "vlan": Column(dict.fromkeys(TAGS, "id"), outer=True),
    "version": Column(VERSIONS),
    "outer_version": Column(VERSIONS, outer=True),
    "src": Column(IP_SOURCES, 16),
    "dst": Column(IP_DESTINATIONS, 16),
    "outer_src": Column(IP_SOURCES, 16, outer=True),
    "outer_dst": Column(IP_DESTINATIONS, 16, outer=True),
    "next": Column({IPv6: "nxt", IPv4: "p"}),
    "hops": Column({IPv6: "hlim", IPv4: "ttl"}),
    "flow": Column({IPv6: "flow"}),
    "dscp": Column({IPv6: "tclass", IPv4: "tos"}, then=lambda value: value >> 2),
    "fragment_id": Column({Fragment: "ident", IPv4: "id"}),
    "fragment_offset": Column({Fragment: "offset", IPv4: "off"}, then=lambda units: 8 * units),
    "more_fragments": Column({Fragment: "more", IPv4: "flags"}, then=lambda bits: bits & 1),
    "sport": Column(dict.fromkeys(TRANSPORTS, "sport")),
    "dport": Column(dict.fromkeys(TRANSPORTS, "dport")),
    "tcp_flags": Column({TCP: "flags"}),
    "icmp_type": Column({icmpv6.Head: "type", icmp.Head: "type"}),
    "icmp_code": Column({icmpv6.Head: "code", icmp.Head: "code"}),
}
"""The columns by name: MAC and IP addresses (IPv4's as ``::ffff:a.b.c.d``), the type behind the
addresses, the outermost VLAN's number, IP version, Next Header or Protocol, Hop Limit or Time To
Live, Flow Label, DSCP; of fragments identification, offset in octets and whether more follow;
ports, flags of TCP, type and code of ICMP and ICMPv6.  ``depth`` counts the IP headers that are in
other packets."""

DEPTH = "depth"


def column(chunk: Chunk, name: str) -> Values:
    """A column of a chunk; see ``COLUMNS``."""
    if name == DEPTH:
        return _depth(chunk)
    wanted = COLUMNS[name]
    shape = (len(chunk), wanted.size) if wanted.size else len(chunk)
    values: Values = np.full(shape, 0 if wanted.size else MISSING, "u1" if wanted.size else "i8")
    unsure = chunk.unsure
    parts = [part for part in chunk.parts if part.header in wanted.sources and not part.quoted]
    for part in reversed(parts) if wanted.outer else parts:
        sure = ~unsure[part.rows]
        item = layout_for(part.header).items[wanted.sources[part.header]]
        found = part.head.read(item)[sure]
        rows = part.rows[sure]
        if wanted.size:
            values[rows] = _mapped(found, wanted.size)
        else:
            values[rows] = found if wanted.then is None else wanted.then(found.astype(np.int64))
    for row, views in chunk.resolved.items():
        value = value_of(wanted, views)
        if value is not None:
            values[row] = np.frombuffer(value, np.uint8) if wanted.size else value
    return values


def there(chunk: Chunk, name: str) -> Values:
    """Mask of the rows that have a value in a column."""
    wanted = COLUMNS[name]
    mask: Values = np.zeros(len(chunk), np.bool_)
    for part in chunk.parts:
        if part.header in wanted.sources and not part.quoted:
            mask[part.rows] = True
    mask &= ~chunk.unsure
    for row, views in chunk.resolved.items():
        mask[row] = value_of(wanted, views) is not None
    return mask


def _mapped(addresses: Values, size: int) -> Values:
    if addresses.shape[1] == size:
        return addresses
    start = np.frombuffer(MAPPED, np.uint8)
    return np.hstack([np.tile(start, (len(addresses), 1)), addresses])


def _depth(chunk: Chunk) -> Values:
    headers = np.zeros(len(chunk), np.int64)
    for part in chunk.parts:
        if part.header in VERSIONS and not part.quoted:
            headers[part.rows] += 1
    for row in np.flatnonzero(chunk.unsure).tolist():
        headers[row] = depth_of(chunk.resolved.get(row, ())) + 1
    return np.maximum(headers - 1, 0)


# --- the same from a tree ------------------------------------------------------------------------

VIEWS = {plan_of(header).view: header for wanted in COLUMNS.values() for header in wanted.sources}
"""The headers by the named tuples that the tree reader makes of them."""

Views = tuple[Any, ...]


def views_of(packet: Packet) -> Views:
    """The headers that columns are made of, as the tree reader read them, outermost first."""
    return tuple(
        layer.header for layer in packet.layers
        if not layer.quoted and type(layer.header) in VIEWS
    )  # fmt: skip


def value_of(wanted: Column, views: Views) -> Any:
    """A column's value in one packet; None without one."""
    for view in views if wanted.outer else reversed(views):
        attribute = wanted.sources.get(VIEWS[type(view)])
        if attribute is not None:
            value = getattr(view, attribute)
            if wanted.size:
                return value if len(value) == wanted.size else MAPPED + value
            return value if wanted.then is None else wanted.then(value)
    return None


def is_fragment(views: Views) -> bool:
    """Whether one of them says that this is a part of a datagram."""
    parts = (COLUMNS["fragment_offset"], COLUMNS["more_fragments"])
    return any(value_of(wanted, (view,)) for view in views for wanted in parts)


def depth_of(views: Views) -> int:
    """How many IP headers there are, less one."""
    return sum(VIEWS[type(view)] in VERSIONS for view in views) - 1
