"""What an entry of the list is, and conditions that several of its parts use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from dissect.crosscheck.compare import Row
from dissect.engine.packet import Packet
from dissect.engine.tree import Node

Kind = Literal["different", "missing", "extra"]

Condition = Callable[[Packet, Row | None, Row | None], bool]
"""Of our packet, our field (None: missing) and tshark's (None: extra)."""

DIFFERENT: frozenset[Kind] = frozenset({"different"})

EXTRA: frozenset[Kind] = frozenset({"extra"})

MISSING: frozenset[Kind] = frozenset({"missing"})

UNEQUAL: frozenset[Kind] = frozenset({"missing", "extra"})

MORE_HERE: frozenset[Kind] = frozenset({"different", "extra"})

MORE_THERE: frozenset[Kind] = frozenset({"different", "missing"})

ANY: frozenset[Kind] = frozenset({"different", "missing", "extra"})


@dataclass(frozen=True)
class Known:
    """One mistake of tshark's.

    field    the field's name, with ``*`` and ``?``
    kinds    how the disagreement looks
    when     the packets and fields that it is about
    reason   what tshark does, and what we do instead
    ref      the RFC and section that decides it; empty where none is needed: we show
             more, or an octet not twice
    capture  a file with a packet that shows it
    """

    field: str
    kinds: frozenset[Kind]
    when: Condition
    reason: str
    ref: str
    capture: str


def always(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """No further condition."""
    return True


def chain(theirs: str, ours: str) -> Condition:
    """The chains are the same once what tshark's has (a pattern) is put right."""
    return lambda packet, here, there: (
        here is not None and there is not None and re.sub(theirs, ours, there.show) == here.show
    )


def noted(*names: str) -> Condition:
    """A packet about which we made one of these notes."""
    wanted = frozenset(names)
    return lambda packet, ours, theirs: any(f.note.name in wanted for f in packet.findings)


def behind_end(protocol: str) -> Condition:
    """A field at or behind where a protocol's decode met the end that a length gives."""

    def stands_behind(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
        row = ours or theirs
        ends = [
            finding.offset
            for finding in packet.findings
            if finding.note.name == "_ws.malformed" and finding.layer == protocol
        ]
        return row is not None and any(not row.length or row.offset >= end for end in ends)

    return stands_behind


def from_on(starts: Callable[[Packet], Iterable[int]]) -> Condition:
    """A field at or behind the first of these offsets, or one that has no octets."""

    def stands_behind(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
        row, first = ours or theirs, min(starts(packet), default=None)
        return row is not None and first is not None and (not row.length or row.offset >= first)

    return stands_behind


def from_note(*names: str) -> Condition:
    """A field at or behind what one of these notes is about, or one that has no octets."""
    wanted = frozenset(names)
    return from_on(lambda packet: [f.offset for f in packet.findings if f.note.name in wanted])


def from_broken(protocol: str, *notes: str, body: bool = False) -> Condition:
    """A field in or behind the smallest part of a protocol's message that one of these notes is
    about, by default that it isn't whole; or one that has no octets.

    body  in or behind the largest such part that isn't all of the message
    """
    wanted = frozenset(notes or NOT_WHOLE)
    part = largest_part if body else smallest_part

    def starts(packet: Packet) -> Iterator[int]:
        for finding in packet.findings:
            if finding.layer == protocol and finding.note.name in wanted:
                yield part(packet, protocol, finding.offset)

    return from_on(starts)


NOT_WHOLE = "_ws.malformed", "_ws.short"


def smallest_part(packet: Packet, protocol: str, place: int) -> int:
    """Where the last subtree begins that a place is in or at the end of."""
    layers = [layer.node for layer in packet.layers if layer.name == protocol and layer.node]
    nodes = [node for layer in layers for node in (layer, *layer.walk())]
    return max((node.offset for node in nodes if _holds(node, place)), default=0)


def largest_part(packet: Packet, protocol: str, place: int) -> int:
    """Where the last subtree of a layer begins that a place is in or at the end of."""
    layers = [layer.node for layer in packet.layers if layer.name == protocol and layer.node]
    nodes = [node for layer in layers for node in layer.children or ()]
    return max((node.offset for node in nodes if _holds(node, place)), default=0)


def _holds(node: Node, place: int) -> bool:
    return bool(node.children) and node.offset <= place <= node.offset + node.length


def from_layer(*names: str) -> Condition:
    """A field in or behind one of these layers, or one that has no octets."""
    return from_on(lambda packet: [it.offset for it in packet.layers if it.name in names])


def header_cut(name: str, size: int) -> Condition:
    """The packet has a header of this protocol that is less than its fixed ``size``."""
    return lambda packet, ours, theirs: any(
        layer.name == name and layer.stop - layer.offset < size for layer in packet.layers
    )


def has(*names: str) -> Condition:
    """A packet with one of these fields."""
    return lambda packet, ours, theirs: any(map(packet.fields, names))


def compact(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet has a Compact Routing header."""
    return any(node.value in (5, 6) for node in packet.fields("ipv6.routing.type"))


def packet_values(packet: Packet, name: str) -> list[object]:
    """The values of a field of ours."""
    return [node.value for node in packet.fields(name)]


def blanks(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Theirs is ours with spaces for line ends and tabs."""
    if ours is None or theirs is None:
        return False
    return theirs[:3] == ours[:3] and theirs.show == with_blanks(ours.show)


def with_blanks(words: str) -> str:
    """A text as XML reads it from an attribute into which line ends and tabs are written raw."""
    for blank in ("\\r\\n", "\\r", "\\n", "\\t"):
        words = words.replace(blank, " ")
    return words


def shifted(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The same value, of no octets, at another place."""
    return (
        ours is not None
        and theirs is not None
        and (ours.length, ours.show) == (theirs.length, theirs.show) == (0, theirs.show)
    )


def quoted_fragment(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet quotes a fragment."""
    return any(
        layer.name == "ipv6.fraghdr"
        or (layer.name == "ip" and (layer.header.off or layer.header.flags & 1))
        for layer in packet.layers
        if layer.quoted and layer.header is not None
    )
