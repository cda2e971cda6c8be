"""What the analyses of a link share: how messages reach them, and what a message says.

``OfLink`` is what they are made of.  ICMPv6 is met in columns, other messages in packets, of which
no tree is made before somebody asks for it: most messages say what others have said before, octet
by octet, and ``Reader`` reads those only once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from dissect.analysis.analysis import Analysis, Link, Place
from dissect.analysis.options import Options
from dissect.analysis.table import Column
from dissect.capture.table import NO_TIME
from dissect.columns.layout import gather, layout_for
from dissect.engine.session import Table as Bounded
from dissect.protocols.ethernet import IEEE8023, EthernetII
from dissect.protocols.icmpv6 import Head
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.vlan import LengthTag, ServiceTag, Tag

if TYPE_CHECKING:
    from dissect.columns.chunk import Chunk, Rows
    from dissect.columns.seen import Seen
    from dissect.engine.packet import Packet
    from dissect.engine.tree import Node

SECOND = 1_000_000_000
FOREVER = 0xFFFFFFFF
"""A lifetime that doesn't end."""
LINK = Column("link", "Link", "text", packet=True)
MAC = Column("mac", "MAC", "text")
FIRST, LAST = Column("first", "First", "packet"), Column("last", "Last", "packet")
RULES = Column("rules", "Rules", "text")
"""Ids of the rules that a row breaks."""
ICMPV6 = "icmpv6"
KINDS = (*range(130, 138), 143)
"""Of ICMPv6: Multicast Listener Discovery and Neighbor Discovery."""
REMEMBERED, LONGEST = 4096, 2048
"""Messages whose meaning a reader keeps, and their octets."""


class Tick(NamedTuple):
    """An event that says nothing but that time has passed."""

    at: Place


class Ends(NamedTuple):
    """What an IP header says: addresses, and Hop Limit or Time To Live."""

    src: bytes
    dst: bytes
    hops: int


class Inside:
    """A message and what is around it.

    octets  from its own first one, as far as they were captured
    ip      of the IP header around it; None if there is none
    mac     that sent its frame; empty where there is none, as in a tunnel that carries no frames
    """

    __slots__ = ("name", "octets", "ip", "mac", "place", "_tree")

    def __init__(
        self, name: str, octets: bytes, ip: Ends | None, mac: bytes, place: Place,
        tree: Callable[[], Node],
    ) -> None:  # fmt: skip
        self.name, self.octets, self.ip, self.mac = name, octets, ip, mac
        self.place = place
        self._tree = tree

    @property
    def node(self) -> Node:
        """Its subtree, made when it is asked for."""
        return self._tree()

    @property
    def kind(self) -> int:
        """The type of an ICMPv6 message; -1 of others."""
        return self.octets[0] if self.name == ICMPV6 and self.octets else -1


M = TypeVar("M")


class Reader(Generic[M]):
    """What a message's subtree means, worked out once for messages of the same octets.

    ignored  octets that make no difference, as (offset, end)
    """

    def __init__(self, read: Callable[[Node], M], ignored: tuple[int, int] = (2, 4)) -> None:
        self._read = read
        self._ignored = ignored
        self._known: Bounded[tuple[M]] = Bounded(REMEMBERED)

    def __call__(self, message: Inside) -> M:
        """The meaning; what is in it is not to be changed."""
        start, end = self._ignored
        key = (message.name, message.octets[:start], message.octets[end:])
        known = self._known.get(key)
        if known is not None:
            return known[0]
        meaning = self._read(message.node)
        if len(message.octets) <= LONGEST:
            self._known.put(key, (meaning,))
        return meaning


E = TypeVar("E", bound=tuple[Any, ...])


class OfLink(Analysis[E | Tick]):
    """An analysis of messages on links; it knows how far time has gone in each file."""

    protocols: ClassVar[frozenset[str]] = frozenset((ICMPV6,))

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._now: dict[int, int] = {}

    def hear(self, message: Inside) -> Iterable[E]:
        """The events in a message."""
        raise NotImplementedError

    def learn(self, event: E) -> None:
        """Take in the next event, in the capture's order."""
        raise NotImplementedError

    def now(self, link: Link) -> int:
        """The latest time that is known in a link's file; 0 if none is."""
        return self._now.get(link.file, 0)

    def rows(self, seen: Seen) -> Rows:
        """Those with other protocols than ICMPv6, which ``scan`` sees."""
        found = [seen.chunk.layers(name) for name in self.protocols - {ICMPV6}]
        rows = np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)
        return rows[seen.mask[rows]]

    def read(self, packet: Packet, place: Place) -> Iterator[E | Tick]:
        """What all its messages say."""
        for message in messages(packet, place, self.protocols):
            yield from self.hear(message)

    def scan(self, seen: Seen, file: int) -> Iterator[E | Tick]:
        """What ICMPv6 says, and the time of the last packet."""
        if ICMPV6 in self.protocols:
            for message in discoveries(seen, file):
                yield from self.hear(message)
        last = _last_place(seen, file)
        if last is not None:
            yield Tick(last)

    def take(self, event: E | Tick) -> None:
        """Set the clock, then learn from it."""
        at = event[0]
        self._now[at.link.file] = max(self.now(at.link), at.time_ns)
        if not isinstance(event, Tick):
            self.learn(event)


# --- packets -----------------------------------------------------------------------------------


def messages(packet: Packet, place: Place, names: Collection[str]) -> Iterator[Inside]:
    """The layers of some names that are not quoted, nor part of another, outermost first."""
    packet.decode()
    ip: Ends | None = None
    mac = b""
    for number, layer in enumerate(packet.layers):
        header = layer.header
        if layer.quoted:
            continue
        if layer.name == "eth":
            ip, mac = None, getattr(header, "src", b"")
        elif layer.name == "sll":
            sender = _tree_of(packet, number).find("sll.src.eth")
            ip, mac = None, sender.value if sender else b""
        elif layer.name in ("ipv6", "ip") and header is not None:
            mac = mac if ip is None else b""
            hops = header.hlim if layer.name == "ipv6" else header.ttl
            ip = Ends(header.src, header.dst, hops)
        elif layer.name in names and not layer.nested:
            data = packet.data if layer.source is None else layer.source.data
            octets = data[layer.offset : max(layer.stop, layer.end)]

            def tree(number: int = number) -> Node:
                return _tree_of(packet, number)

            yield Inside(layer.name, octets, ip, mac, place, tree)


def _tree_of(packet: Packet, number: int) -> Node:
    """The subtree of a layer by its place among all."""
    node = packet.decode(detail=True).layers[number].node
    assert node is not None
    return node


def values(node: Node) -> dict[str, Any]:
    """Of each field below a node its first value, by display-filter name."""
    found: dict[str, Any] = {}
    for one in node.walk():
        if one.value is not None:
            found.setdefault(one.field.name, one.value)
    return found


# --- columns -----------------------------------------------------------------------------------

NONE, OTHER = -1, -2
"""Instead of where a header stands: there is none; there is one of IPv4."""
_FOUND: WeakKeyDictionary[Seen, tuple[int, list[Inside]]] = WeakKeyDictionary()
"""Several analyses ask for the same."""


def discoveries(seen: Seen, file: int) -> list[Inside]:
    """The ICMPv6 messages of ``KINDS`` in rows that the columns are sure of."""
    known = _FOUND.get(seen)
    if known is None or known[0] != file:
        known = _FOUND[seen] = (file, list(_discoveries(seen, file)))
    return known[1]


def _discoveries(seen: Seen, file: int) -> Iterator[Inside]:
    chunk = seen.chunk
    kinds = layout_for(Head).items["type"]
    ip, frame = np.full(len(chunk), NONE), np.full(len(chunk), NONE)
    found = []
    for part in seen.parts(EthernetII, IEEE8023, IPv6, IPv4, Head):
        rows = part.rows
        if part.header in (EthernetII, IEEE8023):
            frame[rows], ip[rows] = part.at, NONE
        elif part.header in (IPv6, IPv4):
            frame[rows] = np.where(ip[rows] == NONE, frame[rows], NONE)
            ip[rows] = part.at if part.header is IPv6 else OTHER
        else:
            on = np.isin(gather(chunk.data, kinds, part.at), KINDS) & (ip[rows] >= 0)
            rows = rows[on]
            found.append((rows, part.at[on], ip[rows], frame[rows]))
    if not found:
        return
    rows, at, ip_at, frame_at = (np.concatenate(column) for column in zip(*found, strict=True))
    items = layout_for(IPv6).items
    sources, destinations, hops, sizes = (
        gather(chunk.data, items[name], ip_at) for name in ("src", "dst", "hlim", "plen")
    )
    sender = layout_for(EthernetII).items["src"]
    macs = gather(chunk.data, sender, np.maximum(frame_at, 0))
    limits = chunk.limit(rows)
    stops = np.where(sizes > 0, np.minimum(ip_at + 40 + sizes, limits), limits)
    places = _places(seen, file, rows)
    columns = (rows, at, stops, frame_at, hops)
    for row, start, stop, framed, hop, source, destination, mac, place in zip(
        *(column.tolist() for column in columns), sources, destinations, macs, places,
        strict=True,
    ):  # fmt: skip
        ends = Ends(source.tobytes(), destination.tobytes(), hop)
        octets = chunk.data[start:stop]
        yield Inside(ICMPV6, octets, ends, mac.tobytes() if framed >= 0 else b"", place,
                     _Lazily(chunk, row, start))  # fmt: skip


class _Lazily:
    """The subtree of an ICMPv6 message that a row has at some place."""

    __slots__ = ("chunk", "row", "at")

    def __init__(self, chunk: Chunk, row: int, at: int) -> None:
        self.chunk, self.row, self.at = chunk, row, at

    def __call__(self) -> Node:
        offset = self.at - int(self.chunk.start[self.row])
        packet = self.chunk.packet(self.row).decode(detail=True)
        return next(
            layer.node for layer in packet.layers
            if layer.name == ICMPV6 and layer.offset == offset and layer.node is not None
        )  # fmt: skip


def _places(seen: Seen, file: int, rows: Rows) -> Iterator[Place]:
    """Of each row."""
    chunk = seen.chunk
    tags: dict[int, tuple[int, ...]] = {}
    for part in seen.parts(Tag, LengthTag, ServiceTag):
        vlans = gather(chunk.data, layout_for(part.header).items["id"], part.at)
        for row, vlan in zip(part.rows.tolist(), vlans.tolist(), strict=True):
            tags[row] = (*tags.get(row, ()), vlan)
    links: dict[tuple[int, tuple[int, ...]], Link] = {}
    times = np.where(chunk.time_ns[rows] == NO_TIME, 0, chunk.time_ns[rows])
    for row, number, time, interface in zip(
        rows.tolist(), chunk.number[rows].tolist(), times.tolist(),
        chunk.interface[rows].tolist(), strict=True,
    ):  # fmt: skip
        key = (interface, tags.get(row, ()))
        link = links.get(key)
        if link is None:
            link = links[key] = link_at(chunk, interface, file, key[1])
        yield Place(number, time, link)


def link_at(chunk: Chunk, interface: int, file: int, vlans: tuple[int, ...]) -> Link:
    """A link by the number of its interface; as ``link_of`` a packet."""
    if chunk.stretch.form.name != "pcapng":
        return Link(file, vlans=vlans)
    one = chunk.stretch.interfaces[interface]
    return Link(file, one.id, one.name, vlans)


def _last_place(seen: Seen, file: int) -> Place | None:
    """Of the last of some packets; None if it has no time."""
    if not len(seen.rows):
        return None
    row = seen.rows[-1]
    time = int(seen.chunk.time_ns[row])
    return None if time == NO_TIME else Place(int(seen.chunk.number[row]), time, Link(file))


# --- values of tables --------------------------------------------------------------------------


def link_text(link: Link) -> str | None:
    """For a column of links."""
    return str(link) or None


def seconds(start_ns: int, end_ns: int) -> float | None:
    """From one time to the other; None where one of them isn't known."""
    return (end_ns - start_ns) / SECOND if start_ns and end_ns else None
