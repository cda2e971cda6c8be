"""Lines of the packet list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dissect.engine.packet import Packet
from dissect.engine.values import address_text
from dissect.export.times import TimeColumn
from tui.engine.severity import worst
from tui.model.packets import Look, Row

if TYPE_CHECKING:
    from tui.engine.server import Engine

MOST = 512
"""Rows in an answer."""
MOST_VALUES = 8
"""Of a field that occurs often in a packet."""


def call(engine: Engine, numbers: list[int], look: Look) -> list[Row]:
    """The rows of packets; without the rules' colours as long as the engine isn't ready."""
    packets = engine.reader.packets_of(sorted(numbers[:MOST]))
    rules = [-1] * len(packets)
    if engine.ready:
        from tui.engine.rules import rules_of

        rules = rules_of(engine.reader, packets, look.rules)
    time = TimeColumn(look.time)
    sure = engine.reader.sure
    return [
        row(packet, look, time, rule)._replace(sure=packet.number <= sure)
        for packet, rule in zip(packets, rules, strict=True)
    ]


def row(packet: Packet, look: Look, time: TimeColumn, rule: int = -1) -> Row:
    """The row of a packet that has been decoded in its turn."""
    texts = tuple(text_of(packet, kind, time) for kind in look.columns)
    return Row(packet.number, texts, rule, worst(packet))


def text_of(packet: Packet, kind: str, time: TimeColumn) -> str:
    """What a column says of a packet."""
    if kind == "number":
        return str(packet.number)
    if kind == "time":
        return time.text(packet)
    if kind == "source":
        return packet.source
    if kind == "destination":
        return packet.destination
    if kind == "protocol":
        return packet.protocol
    if kind == "length":
        return str(packet.original)
    if kind == "info":
        return packet.info
    nodes = packet.fields(kind)[:MOST_VALUES]
    return ",".join(
        address_text(node.value) if isinstance(node.value, bytes) and node.length in (4, 6, 16)
        else node.show for node in nodes
    )  # fmt: skip
