"""A layer of a packet as rules see it: its header, what is around it, its octets and fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from dissect.engine.header import plan_of
from dissect.engine.notes import Finding as NoteMade
from dissect.engine.packet import Packet
from dissect.engine.tree import Layer, Node
from dissect.protocols.ipv4 import IPv4, IPv4Start

if TYPE_CHECKING:
    from dissect.lint.run import Run

S = TypeVar("S")
T = TypeVar("T")
IP = ("ip", "ipv6")
TELLING = (0, 2, 3, 4)
"""Types of Routing headers whose last stop is an address."""
WHOLE, BEGUN = plan_of(IPv4).view, plan_of(IPv4Start).view
"""IPv4's header, and what is read of one that is broken."""


class Context:
    """A packet, its layers, and what each of them stands in.

    layers  given where columns have told what is in the packet: it is not decoded for them, and
            nothing was noted about it
    """

    __slots__ = (
        "packet", "layers", "run", "ips", "links", "parts", "cut", "sure", "findings", "_ats"
    )  # fmt: skip

    def __init__(
        self, packet: Packet, run: Run, *, sure: bool = False, layers: list[Layer] | None = None
    ) -> None:
        self.packet = packet
        self.run = run
        self.sure = sure
        """The columns have told rules about it, too."""
        self.layers: list[Layer] = packet.layers if layers is None else layers
        self.findings: Sequence[NoteMade] = packet.findings if layers is None else ()
        self.cut = packet.original > len(packet.data)
        self.ips: list[int] = []
        """For each layer the place of the innermost IP layer around it, -1 without one."""
        self.links: list[int] = []
        """The same of Ethernet."""
        self.parts: list[bool] = []
        """Whether a layer is in a fragment, and so a part of a datagram."""
        self._ats: list[At | None] = [None] * len(self.layers)
        self._place()

    def _place(self) -> None:
        ip = link = -1
        part = was_quoted = False
        outside = (ip, part)
        source = None
        for place, layer in enumerate(self.layers):
            if layer.quoted is not was_quoted:
                if layer.quoted:
                    outside = (ip, part)
                else:
                    ip, part = outside
                was_quoted = layer.quoted
            if layer.source is not source:
                part, source = False, layer.source
            self.ips.append(ip)
            self.links.append(link)
            self.parts.append(part)
            name = layer.name
            if name == "ipv6":
                ip, part = place, False
            elif name == "ip":
                ip, part = place, _is_part(layer.header)
            elif name == "eth":
                link = place
            elif name == "ipv6.fraghdr" and layer.header is not None:
                part = part or bool(layer.header.offset or layer.header.more)

    def at(self, place: int) -> At:
        """A layer by its place."""
        found = self._ats[place]
        if found is None:
            found = self._ats[place] = At(self, place)
        return found

    def place_of(self, made: NoteMade) -> int:
        """The layer that a note was made on: the innermost of its name around it; -1: none."""
        for place in reversed(range(len(self.layers))):
            layer = self.layers[place]
            if (
                layer.name == made.layer
                and layer.source is made.source
                and layer.offset <= made.offset <= max(layer.end, layer.stop)
            ):
                return place
        return -1

    def close(self) -> None:
        """Let go of the layers, which know their context: no rule keeps them."""
        for at in self._ats:
            if at is not None:
                at.forget()
        self._ats.clear()

    def with_tree(self) -> None:
        """Decode the packet with its tree: the same layers once more."""
        assert self.packet.tree is not None
        self.layers = self.packet.layers
        self.findings = self.packet.findings
        for at in self._ats:
            if at is not None:
                at.enter(self.layers[at.place])


def _is_part(header: Any) -> bool:
    """Whether an IPv4 header is that of a fragment."""
    return type(header) is WHOLE and bool(header.off or header.flags & 1)


class At:
    """A layer, with its packet.

    header  the named tuple of its fixed header; None where it could not be read
    name    the layer's
    """

    __slots__ = ("context", "place", "layer", "header", "name", "_payload", "_made")

    def __init__(self, context: Context, place: int) -> None:
        self.context = context
        self.place = place
        self.enter(context.layers[place])

    def enter(self, layer: Layer) -> None:
        """Stand for a layer: another one, of the same place, when the packet got its tree."""
        self.layer = layer
        self.name = layer.name
        self.header: Any = None if type(layer.header) is BEGUN else layer.header
        self._payload: bytes | None = None
        self._made: tuple[Callable[[At], Any], Any] | None = None

    def once(self, make: Callable[[At], T]) -> T:
        """What is made of the layer, and kept for the next rule that asks for the same."""
        if self._made is None or self._made[0] is not make:
            self._made = make, make(self)
        found: T = self._made[1]
        return found

    def forget(self) -> None:
        """Let go of what was made, which may know the layer."""
        self._made = None

    @property
    def at(self) -> At:
        """Itself: the layer of a message that was made of it."""
        return self

    @property
    def packet(self) -> Packet:
        """The packet."""
        return self.context.packet

    @property
    def number(self) -> int:
        """The packet's."""
        return self.context.packet.number

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

    @property
    def wire(self) -> tuple[int, int]:
        """The link that it is on: the capture's interface, and the VLAN, 0 without a tag."""
        vlan = 0
        for layer in self.context.layers[: self.place]:
            if layer.name == "vlan" and layer.header is not None:
                vlan = layer.header.id
                break
        return id(self.packet.interface), vlan

    # --- around it -----------------------------------------------------------------------------

    @property
    def ip(self) -> At | None:
        """The innermost IP layer around it."""
        place = self.context.ips[self.place]
        return None if place < 0 else self.context.at(place)

    @property
    def link(self) -> At | None:
        """The innermost Ethernet layer around it, if it isn't in a tunnel inside that."""
        place = self.context.links[self.place]
        return None if place < 0 else self.context.at(place)

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
            context.at(place)
            for place in range(ip + 1, self.place)
            if context.layers[place].nested and context.ips[place] == ip
            and context.layers[place].listed
        ]  # fmt: skip

    @property
    def way_unknown(self) -> bool:
        """Whether a Routing header leads on, of a type that doesn't say where to."""
        return any(
            one.name == "ipv6.routing" and one.header is not None and one.header.segleft
            and one.header.type not in TELLING
            for one in self.chain
        )  # fmt: skip

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
                found.append(context.at(place))
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
                return context.at(place)
        return None

    @property
    def quote(self) -> At | None:
        """Of an error message: the IP header of the packet that it quotes."""
        for place in range(self.place + 1, len(self.context.layers)):
            layer = self.context.layers[place]
            if layer.quoted and layer.name in IP:
                return self.context.at(place)
            if not layer.quoted and layer.title:
                return None
        return None

    @property
    def before(self) -> At | None:
        """The layer before it."""
        return self.context.at(self.place - 1) if self.place else None

    @property
    def after(self) -> At | None:
        """The layer behind it."""
        if self.place + 1 < len(self.context.layers):
            return self.context.at(self.place + 1)
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
        if self._payload is None:
            layer = self.layer
            self._payload = self.data[layer.offset : max(layer.stop, layer.end)]
        return self._payload

    def notes(self, *names: str) -> Iterator[NoteMade]:
        """The notes of these names that were made on this layer."""
        for made in self.context.findings:
            if made.note.name in names and self.context.place_of(made) == self.place:
                yield made

    def noted(self, *names: str) -> bool:
        """Whether there is such a note."""
        return bool(self.context.findings) and any(True for _ in self.notes(*names))

    @property
    def node(self) -> Node | None:
        """The root of the layer's subtree; the packet is decoded again where there is no tree."""
        if self.layer.node is None:
            self.context.with_tree()
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
