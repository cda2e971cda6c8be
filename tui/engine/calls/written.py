"""A packet as an export writes it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.engine.server import Engine


def call(engine: Engine, number: int, form: str) -> str:
    """The packet as ``sixscope show -T`` with that form has it; empty if there is none."""
    from tui.engine.exports import exporter

    packet = engine.reader.packet(number)
    if packet is None:
        return ""
    page = io.StringIO()
    made = exporter(form, page)
    made.begin()
    made.packet(packet)
    made.end()
    return page.getvalue()
