"""All about one packet: its tree line by line, its octets, its layers, its notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dissect.engine.notes import EXPERT
from dissect.engine.packet import Packet
from dissect.engine.tree import Field, Node, Source
from dissect.engine.values import IPV4, IPV6, address_text
from dissect.export.kinds import field_type
from tui.engine.meaning import ref_of
from tui.engine.severity import LEVELS, severity_of
from tui.model.packets import Detail, Layer, Line, Octets, Why

if TYPE_CHECKING:
    from tui.engine.server import Engine

MOST = 20_000
"""Lines of a tree; what comes after is counted."""


def call(engine: Engine, number: int) -> Detail | None:
    """The packet of a number; None if there is none."""
    packet = engine.reader.packet(number)
    return None if packet is None else detail(packet)


def detail(packet: Packet) -> Detail:
    """A packet taken apart."""
    tree = packet.with_fields()
    places: dict[int, int] = {id(source): at for at, source in enumerate(packet.reassembled, 1)}

    def place(source: Source | None) -> int:
        return 0 if source is None else places.get(id(source), 0)

    lines: list[Line] = []
    left = 0
    for line in _lines(tree.children or [], packet.data, 0, 0, places):
        if len(lines) < MOST:
            lines.append(line)
        else:
            left += 1
    if left:
        lines.append(Line(0, "", f"… {left:,} more lines", 0, 0, 0))
    layers = tuple(
        Layer(layer.name, layer.title, place(layer.source), layer.offset, layer.end)
        for layer in packet.layers if layer.name != "frame"
    )  # fmt: skip
    notes = tuple(
        Why(found.note.name, found.text, severity_of(found.note), found.note.ref, found.layer,
            place(found.source), found.offset, found.length)
        for found in packet.findings
    )  # fmt: skip
    sources = tuple(Octets(source.name, bytes(source.data)) for source in packet.sources)
    return Detail(
        packet.number, packet.chain, tuple(lines), sources, layers, notes, packet.comments
    )


def _lines(
    nodes: list[Node], data: bytes, depth: int, source: int, places: dict[int, int],
    layer: str = "",
) -> Iterator[Line]:  # fmt: skip
    """What a person sees, in order."""
    for node in nodes:
        field = node.field
        if field.hidden:
            continue
        inner, at = node.within(data), source
        if node.source is not None:
            at = places.get(id(node.source), source)
        if node.is_layer:
            layer = field.name
        yield Line(
            depth, field.name, node.line, at, node.offset, node.length, value=_value(node),
            mask=field.mask, bits=node.picture(inner), kind=_kind(node), severity=_severity(node),
            ref=ref_of(field.name, layer), address=_address(node),
        )  # fmt: skip
        if node.children:
            yield from _lines(node.children, inner, depth + 1, at, places, layer)


def _kind(node: Node) -> str:
    if node.is_layer:
        return "layer"
    if node.field is EXPERT:
        return "note"
    if node.field.own:
        return "own"
    return "generated" if node.field.generated else "field"


def _severity(node: Node) -> int:
    if node.field is not EXPERT:
        return 0
    for child in node.children or ():
        if child.name == "_ws.expert.severity":
            return next((LEVELS[it] for it in LEVELS if it == child.value), 0)
    return 0


def _address(node: Node) -> bytes:
    value = node.value
    fits = node.field.kind in (IPV4, IPV6) or (isinstance(value, bytes) and len(value) == 6)
    return value if fits and isinstance(value, bytes) else b""


def _value(node: Node) -> str:
    """The value as a filter has it; empty where the name is all that can be asked for."""
    value, name = node.value, node.field.name
    if value is None or not name or node.is_layer:
        return ""
    return filter_value(node.field, value)


def filter_value(field: Field, value: object) -> str:
    """A value in the words of a filter."""
    kind = field_type(field)
    if kind == "FT_STRING" or isinstance(value, str):
        quoted = str(value).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}"'
    if isinstance(value, bytes):
        if kind in ("FT_IPv4", "FT_IPv6", "FT_ETHER") and len(value) in (4, 6, 16):
            return address_text(value)
        return value.hex(":")
    return field.kind.show(value)
