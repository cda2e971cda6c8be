"""A message and what is around it, and what messages of the same octets mean, read once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from dissect.engine.session import Table as Bounded

if TYPE_CHECKING:
    from dissect.analysis.analysis import Place
    from dissect.engine.packet import Packet
    from dissect.engine.tree import Node

ICMPV6 = "icmpv6"
REMEMBERED, LONGEST = 4096, 2048
"""Messages whose meaning a reader keeps, and their octets."""


class Ends(NamedTuple):
    """What an IP header says: addresses, and Hop Limit or Time To Live."""

    src: bytes
    dst: bytes
    hops: int


class Inside:
    """A message and what is around it.

    octets  from its own first one, as far as they were captured
    ip      of the IP header around it; None if there is none
    kind    the type of an ICMPv6 message; -1 of others
    mac     that sent its frame; empty where there is none, as in a tunnel that carries no frames
    """

    __slots__ = ("name", "octets", "ip", "mac", "place", "kind", "_tree")

    def __init__(
        self, name: str, octets: bytes, ip: Ends | None, mac: bytes, place: Place,
        tree: Callable[[], Node],
    ) -> None:  # fmt: skip
        self.name, self.octets, self.ip, self.mac = name, octets, ip, mac
        self.place = place
        self.kind = octets[0] if name == ICMPV6 and octets else -1
        self._tree = tree

    @property
    def node(self) -> Node:
        """Its subtree, made when it is asked for."""
        return self._tree()


M = TypeVar("M")


class Reader(Generic[M]):
    """What a message's subtree means, worked out once for messages of the same octets.

    ignored   octets that make no difference, as (offset, end)
    ordinary  tells it by the octets of ordinary messages, None of others: many say something new
    """

    def __init__(
        self, read: Callable[[Node], M], ignored: tuple[int, int] = (2, 4),
        ordinary: Callable[[bytes], M | None] | None = None,
    ) -> None:  # fmt: skip
        self._read = read
        self._ordinary = ordinary
        self._ignored = ignored
        self._known: Bounded[tuple[M]] = Bounded(REMEMBERED)

    def __call__(self, message: Inside) -> M:
        """The meaning; what is in it is not to be changed."""
        known = self.recall(message.name, message.octets)
        if known is not None:
            return known[0]
        told = self._ordinary(message.octets) if self._ordinary is not None else None
        meaning = self._read(message.node) if told is None else told
        if len(message.octets) <= LONGEST:
            self._known.put(self._key(message.name, message.octets), (meaning,))
        return meaning

    def recall(self, name: str, octets: bytes) -> tuple[M] | None:
        """The meaning of such a message if it was worked out before."""
        return self._known.get(self._key(name, octets))

    def _key(self, name: str, octets: bytes) -> tuple[str, bytes, bytes]:
        start, end = self._ignored
        return name, octets[:start], octets[end:]


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
        elif layer.name in ("ipv6", "ip") and hasattr(header, "dst"):  # else it is cut off
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
