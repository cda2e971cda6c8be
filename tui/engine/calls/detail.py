"""All about one packet: its tree line by line, its octets, its layers, its notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dissect.engine.kinds import field_type
from dissect.engine.notes import EXPERT
from dissect.engine.packet import Packet
from dissect.engine.tree import Field, Node, Source
from dissect.engine.values import IPV4, IPV6, address_text
from tui.engine.meaning import ref_of
from tui.engine.severity import LEVELS, severity_of
from tui.model.packets import Detail, Layer, Line, Octets, Why

if TYPE_CHECKING:
    from dissect.verdict import Finding
    from tui.engine.server import Engine

LINTED = {"note": 2, "warning": 3, "error": 4}
"""How bad a finding is, as the UI counts."""
MOST = 20_000
"""Lines of a tree; what comes after is counted."""


def call(engine: Engine, number: int) -> Detail | None:
    """The packet of a number; None if there is none."""
    packet = engine.reader.packet(number)
    return None if packet is None else detail(packet, linted(packet) if engine.ready else [])


def linted(packet: Packet) -> list[Finding]:
    """What the rules of lint that need no other packet say about it."""
    from dissect.lint import lint_packet

    return lint_packet(packet, strict=False)


def detail(packet: Packet, findings: Sequence[Finding] = ()) -> Detail:
    """A packet taken apart, with findings of lint where they belong."""
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
    for finding in findings:
        insert(lines, finding)
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
    notes += tuple(why(finding) for finding in findings)
    sources = tuple(Octets(source.name, bytes(source.data)) for source in packet.sources)
    return Detail(
        packet.number, packet.chain, tuple(lines), sources, layers, notes, packet.comments
    )


def insert(lines: list[Line], finding: Finding) -> None:
    """Put a finding under the field that it is about, else under the last layer."""
    spot = finding.spot
    places = [
        at for at, line in enumerate(lines) if line.name == spot.field and line.source == 0
    ]  # fmt: skip
    exact = [at for at in places if lines[at].offset == spot.offset]
    layers = [at for at, line in enumerate(lines) if line.kind == "layer"]
    for at in (exact or places or layers)[-1:]:
        under = lines[at]
        text = f"{finding.rule.id}: {finding.message}"
        lines.insert(at + 1, Line(
            under.depth + 1, "", text, under.source, under.offset, under.length, kind="note",
            severity=LINTED[finding.level.word], ref=finding.rule.ref,
        ))  # fmt: skip


def why(finding: Finding) -> Why:
    """A finding among the notes."""
    rule, spot = finding.rule, finding.spot
    return Why(
        rule.id, finding.message, LINTED[finding.level.word], rule.ref, spot.field, 0, spot.offset,
        len(spot.octets), rule.why, rule.fix,
    )  # fmt: skip


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
