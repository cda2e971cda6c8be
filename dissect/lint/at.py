"""A layer of a packet as rules see it: its header, what is around it, its octets and fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from dissect.engine.header import plan_of
from dissect.engine.notes import Finding as NoteMade
from dissect.engine.packet import Packet
from dissect.engine.tree import Layer, Node
from dissect.protocols.ipv4 import IPv4, IPv4Start

if TYPE_CHECKING:
    from dissect.lint.run import Run

S = TypeVar("S")
IP = ("ip", "ipv6")
LINKS = ("eth",)
WHOLE, BEGUN = plan_of(IPv4).view, plan_of(IPv4Start).view
"""IPv4's header, and what is read of one that is broken."""


class Context:
    """A packet, its layers, and what each of them stands in."""

    __slots__ = ("packet", "layers", "run", "ips", "links", "parts", "cut", "sure")

    def __init__(self, packet: Packet, run: Run, *, sure: bool = False) -> None:
        self.packet = packet
        self.run = run
        self.sure = sure
        """The columns have told rules about it, too."""
        self.layers: list[Layer] = packet.layers
        self.cut = packet.original > len(packet.data)
        self.ips: list[int] = []
        """For each layer the place of the innermost IP layer around it, -1 without one."""
        self.links: list[int] = []
        """The same of Ethernet."""
        self.parts: list[bool] = []
        """Whether a layer is in a fragment, and so a part of a datagram."""
        ip = link = -1
        part = False
        outside = (ip, part)
        for place, layer in enumerate(self.layers):
            if layer.quoted and place and not self.layers[place - 1].quoted:
                outside = (ip, part)
            elif not layer.quoted and place and self.layers[place - 1].quoted:
                ip, part = outside
            if layer.source is not None and self.layers[place - 1].source is not layer.source:
                part = False
            self.ips.append(ip)
            self.links.append(link)
            self.parts.append(part)
            name = layer.name
            if name in IP:
                ip, part = place, name == "ip" and _is_part(layer.header)
            elif name in LINKS:
                link = place
            elif name == "ipv6.fraghdr" and layer.header is not None:
                part = part or bool(layer.header.offset or layer.header.more)


def _is_part(header: Any) -> bool:
    """Whether an IPv4 header is that of a fragment."""
    return type(header) is WHOLE and bool(header.off or header.flags & 1)


class At:
    """A layer, with its packet."""

    __slots__ = ("context", "place")

    def __init__(self, context: Context, place: int) -> None:
        self.context = context
        self.place = place

    @property
    def layer(self) -> Layer:
        """The layer itself; another one, of the same place, when the packet got its tree."""
        return self.context.layers[self.place]

    @property
    def packet(self) -> Packet:
        """The packet."""
        return self.context.packet

    @property
    def header(self) -> Any:
        """The named tuple of the layer's fixed header; None where it could not be read."""
        header = self.layer.header
        return None if type(header) is BEGUN else header

    @property
    def name(self) -> str:
        """The layer's name."""
        return self.layer.name

    @property
    def quoted(self) -> bool:
        """Whether it stands in an error message."""
        return self.layer.quoted

    @property
    def part(self) -> bool:
        """Whether it stands in a fragment that was not put together with others."""
        return self.context.parts[self.place]

    @property
    def time(self) -> int:
        """The packet's time in nanoseconds; 0 without one."""
        return self.packet.time_ns or 0

    # --- around it -----------------------------------------------------------------------------

    @property
    def ip(self) -> At | None:
        """The innermost IP layer around it."""
        place = self.context.ips[self.place]
        return None if place < 0 else At(self.context, place)

    @property
    def link(self) -> At | None:
        """The innermost Ethernet layer around it, if it isn't in a tunnel inside that."""
        place = self.context.links[self.place]
        return None if place < 0 else At(self.context, place)

    @property
    def mac(self) -> bytes:
        """The MAC address from which the packet around came; empty on other links and in tunnels.

        An IP layer inside another one didn't come from there.
        """
        link = self.context.links[self.place]
        ip = self.place if self.name in IP else self.context.ips[self.place]
        if link < 0 or (ip >= 0 and self.context.ips[ip] > link):
            return b""
        header = self.context.layers[link].header
        return bytes(header.src) if header is not None else b""

    @property
    def chain(self) -> list[At]:
        """The extension headers between the IP header around and this layer, in order."""
        context = self.context
        ip = context.ips[self.place]
        return [
            At(context, place)
            for place in range(ip + 1, self.place)
            if context.layers[place].nested and context.ips[place] == ip
            and context.layers[place].listed
        ]  # fmt: skip

    @property
    def extensions(self) -> list[At]:
        """Of an IPv6 header: the extension headers behind it, in order."""
        context, found = self.context, []
        for place in range(self.place + 1, len(context.layers)):
            layer = context.layers[place]
            if context.ips[place] != self.place or layer.quoted != self.quoted:
                break
            if not layer.nested:
                break
            if layer.title:
                found.append(At(context, place))
        return found

    @property
    def carried(self) -> At | None:
        """Of an IP header: what it carries, behind the extension headers."""
        context = self.context
        for place in range(self.place + 1, len(context.layers)):
            if context.ips[place] != self.place:
                return None
            layer = context.layers[place]
            if not layer.nested and layer.title:
                return At(context, place)
        return None

    @property
    def quote(self) -> At | None:
        """Of an error message: the IP header of the packet that it quotes."""
        for place in range(self.place + 1, len(self.context.layers)):
            layer = self.context.layers[place]
            if layer.quoted and layer.name in IP:
                return At(self.context, place)
            if not layer.quoted and layer.title:
                return None
        return None

    @property
    def before(self) -> At | None:
        """The layer before it."""
        return At(self.context, self.place - 1) if self.place else None

    @property
    def after(self) -> At | None:
        """The layer behind it."""
        if self.place + 1 < len(self.context.layers):
            return At(self.context, self.place + 1)
        return None

    @property
    def depth(self) -> int:
        """How many IP layers are around it."""
        number, place = 0, self.context.ips[self.place]
        while place >= 0:
            number, place = number + 1, self.context.ips[place]
        return number

    # --- octets and fields ---------------------------------------------------------------------

    @property
    def data(self) -> bytes:
        """The octets that the layer's offsets are into."""
        source = self.layer.source
        return self.packet.data if source is None else source.data

    @property
    def octets(self) -> bytes:
        """Its own octets, as far as they are captured and were read."""
        return self.data[self.layer.offset : self.layer.end]

    @property
    def payload(self) -> bytes:
        """All octets from where it begins to where it and what it carries must end."""
        return self.data[self.layer.offset : max(self.layer.stop, self.layer.end)]

    def notes(self, *names: str) -> Iterator[NoteMade]:
        """The notes of these names that were made on this layer."""
        layer = self.layer
        for made in self.packet.findings:
            if (
                made.note.name in names
                and made.layer == layer.name
                and made.source is layer.source
                and layer.offset <= made.offset <= max(layer.end, layer.stop)
            ):
                yield made

    def noted(self, *names: str) -> bool:
        """Whether there is such a note."""
        return bool(self.packet.findings) and any(True for _ in self.notes(*names))

    @property
    def node(self) -> Node | None:
        """The root of the layer's subtree; the packet is decoded again where there is no tree."""
        if self.layer.node is None and self.packet.tree:
            self.context.layers = self.packet.layers  # the same once more
        return self.layer.node

    def nodes(self, name: str) -> list[Node]:
        """The nodes of that name in the layer's subtree, extension headers' included."""
        node = self.node
        if node is None:
            return []
        return [one for one in node.walk() if one.field.name == name and self._owns(one)]

    def _owns(self, node: Node) -> bool:
        return node.offset >= self.layer.offset

    def value(self, name: str, default: Any = None) -> Any:
        """The value of the first node of that name."""
        for node in self.nodes(name):
            return node.value
        return default

    # --- memory --------------------------------------------------------------------------------

    def state(self, kind: type[S]) -> S:
        """What rules of this capture remember together, made when first asked for."""
        return self.context.run.state(kind)
