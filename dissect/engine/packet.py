"""A packet: captured octets, and what the dissectors made of them, worked out when asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dissect.engine import walk
from dissect.engine.instances import in_layer, numbered, split
from dissect.engine.notes import Finding
from dissect.engine.preferences import preferences_of
from dissect.engine.session import Session
from dissect.engine.tree import Layer, Node, Source, formatted
from dissect.engine.values import address_text

RESULTS = frozenset(("layers", "findings", "protocol", "info_parts", "ends", "reassembled"))
"""What decoding gives a packet."""

ON_DEMAND: dict[str, Callable[[Packet], None]] = {}
"""By the beginning of their names: fields that no dissector makes, and what adds them to a tree
when somebody asks for one."""

NO_PREFERENCES: Mapping[str, Any] = {}

LONGEST_INFO = 4095
"""Characters; a packet of 62 KB may have a word for each octet."""


class Packet:
    """One packet of a capture.

    number       from 1
    time_ns      nanoseconds since 1970, None where the capture has no time for it
    ticks        of the capture's clock, in a second
    data         the octets captured; ``original`` says how many there were on the wire
    link_type    LINKTYPE_ number of the interface, or the protocol that the octets begin with
    interface    the capture's interface (``dissect.capture.Interface``) where the file says it
    preferences  values by name, as ``preferences_of`` makes them
    layers       the protocols found, outermost first
    findings     notes made about it
    reassembled  what was put together from other packets and this one, and decoded in it
    """

    __slots__ = (
        "number", "time_ns", "ticks", "data", "original", "link_type", "interface", "comments",
        "flags", "drops", "session", "preferences", "state", "layers", "findings", "protocol",
        "info_parts", "ends", "reassembled", "strict", "_root", "_walked", "_added",
    )  # fmt: skip

    def __init__(
        self,
        data: bytes,
        link_type: int | str = 1,
        *,
        original: int | None = None,
        number: int = 1,
        time_ns: int | None = None,
        ticks: int = 1_000_000,
        interface: Any = None,
        comments: tuple[str, ...] = (),
        flags: int | None = None,
        drops: int | None = None,
        session: Session | None = None,
        preferences: Mapping[str, Any] = NO_PREFERENCES,
        strict: bool = False,
    ) -> None:
        self.number = number
        self.time_ns = time_ns
        self.ticks = ticks
        self.data = data
        self.original = len(data) if original is None else max(original, len(data))
        self.link_type = link_type
        self.interface = interface
        self.comments = comments
        self.flags = flags
        self.drops = drops
        self.session = session
        self.preferences = preferences
        self.strict = strict
        self.state: dict[Any, Any] = {}
        self._root: Node | None = None
        self._walked = False
        self._added: frozenset[str] = frozenset()

    def __getattr__(self, name: str) -> Any:
        """Decode when a result is first asked for: those slots are empty until then."""
        if name in RESULTS and not self._walked:
            return getattr(self.decode(), name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __repr__(self) -> str:
        return f"<Packet {self.number} {self.chain}>"

    def _clear(self) -> None:
        self.layers: list[Layer] = []
        self.findings: list[Finding] = []
        self.protocol = ""
        self.info_parts: list[tuple[Any, ...]] = []
        self.ends: list[tuple[bytes | str, bytes | str]] = []
        self.reassembled: list[Source] = []

    def decode(self, *, detail: bool = False) -> Packet:
        """Run the dissectors, with nodes if ``detail``; does nothing when that is done already."""
        if not self._walked or (detail and self._root is None):
            self._clear()
            self._walked = True
            self._root = walk.run(self, detail=detail)
        return self

    @property
    def tree(self) -> Node:
        """The root of the tree, whose children are the layers' subtrees."""
        self.decode(detail=True)
        assert self._root is not None
        return self._root

    @property
    def sources(self) -> list[Source]:
        """All octets that nodes stand in: the frame, and what was reassembled."""
        return [Source("Frame", self.data), *self.reassembled]

    @property
    def info(self) -> str:
        """The Info column, as far as Wireshark shows one."""
        return "".join(map(formatted, self.info_parts))[:LONGEST_INFO]

    @property
    def source(self) -> str:
        """The innermost source address, as the Source column shows it; empty without one."""
        return address_text(self.ends[-1][0]) if self.ends else ""

    @property
    def destination(self) -> str:
        """The innermost destination address."""
        return address_text(self.ends[-1][1]) if self.ends else ""

    @property
    def chain(self) -> str:
        """The protocols from the outermost to the innermost, quoted ones included, with colons."""
        return ":".join(layer.name for layer in self.layers if layer.listed)

    def layer(self, name: str, instance: int = 1) -> Layer | None:
        """The nth layer of that name, not counting quoted ones; None if there is none."""
        self.decode()
        for layer in self.layers:
            if layer.name == name and not layer.quoted:
                instance -= 1
                if not instance:
                    return layer
        return None

    def with_fields(self, name: str | None = None) -> Node:
        """The tree, with all that is only added on demand, or what a field of a name is among."""
        root = self.tree
        for start, add in ON_DEMAND.items():
            if start not in self._added and (name is None or name.startswith(start)):
                self._added |= {start}
                add(self)
        return root

    def fields(self, name: str) -> list[Node]:
        """All nodes with that display-filter name, in the tree's order.

        ``ipv6.src#2``: those in the second layer of their protocol, ``#-1`` in the innermost.
        Raises ValueError where no layer's number stands behind the ``#``.
        """
        name, number = split(name)
        root = self.with_fields(name)
        if number:
            return in_layer([it for it in numbered(self) if it[0].field.name == name], number)
        return [node for node in root.walk() if node.field.name == name]

    def __getitem__(self, name: str) -> Any:
        """The typed value of the first field of that name; raises KeyError without one."""
        for node in self.fields(name):
            return node.value
        raise KeyError(name)

    def __contains__(self, name: str) -> bool:
        """True if a layer or a field of that name is there."""
        self.decode()
        return any(layer.name == name for layer in self.layers) or bool(self.fields(name))


def dissect(
    data: bytes,
    link_type: int | str = 1,
    *,
    preferences: Mapping[str, str] = NO_PREFERENCES,
    **options: Any,
) -> Packet:
    """Decode one packet given as octets; options as for ``Packet``.  Never raises on any octets.

    preferences  decode preferences as words; raises PreferenceError for what is none
    With ``strict=True`` (tests) a dissector's own mistakes raise instead of becoming a note.
    """
    values = preferences_of(preferences)
    return Packet(bytes(data), link_type, preferences=values, **options).decode(detail=True)
