"""Lines of the packet list."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from dissect.engine.packet import Packet
from dissect.engine.values import address_text
from dissect.export.base import View
from dissect.export.times import TimeColumn
from tui.engine.severity import severity_of
from tui.model.packets import COLUMNS, Look, Row

if TYPE_CHECKING:
    from dissect.filter import Filter
    from tui.engine.server import Engine

MOST = 512
"""Rows in an answer."""
MOST_VALUES = 8
"""Of a field that occurs often in a packet."""


class Columns(NamedTuple):
    """What is needed to write rows of a look."""

    look: Look
    time: TimeColumn
    rules: tuple[Filter, ...]


def call(engine: Engine, numbers: list[int], look: Look) -> list[Row]:
    """The rows of packets; without the rules' colours as long as the engine isn't ready."""
    columns = _columns(look, engine.ready)
    view = TimeColumn(look.time)
    packets = engine.reader.packets_of(numbers[:MOST])
    columns = columns._replace(time=view)
    return [row(packet, columns) for packet in packets]


def row(packet: Packet, columns: Columns) -> Row:
    """The row of a packet that has been decoded in its turn."""
    texts = tuple(text_of(packet, kind, columns.time) for kind in columns.look.columns)
    rule = next((nth for nth, test in enumerate(columns.rules) if test(packet)), -1)
    worst = max((severity_of(found.note) for found in packet.findings), default=0)
    return Row(packet.number, texts, rule, worst)


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


@lru_cache(maxsize=8)
def _columns(look: Look, ready: bool) -> Columns:
    """Prepared; raises ``FilterError`` for a rule that can't be understood."""
    for kind in look.columns:
        if kind not in COLUMNS and not kind:
            raise ValueError("a column without a name")
    rules: tuple[Filter, ...] = ()
    if ready:
        from dissect.filter import compile_filter

        rules = tuple(compile_filter(text) for text in look.rules)
    return Columns(look, TimeColumn(look.time), rules)


def view_of(look: Look) -> View:
    """The same for an exporter."""
    return View(time=look.time)
