"""A packet as an export writes it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.engine.server import Engine


def call(engine: Engine, number: int, form: str) -> str:
    """The packet as ``sixscope show -T`` with that form has it; empty if there is none."""
    from dissect.export.base import View
    from dissect.show.run import exporter_of

    packet = engine.reader.packet(number)
    if packet is None:
        return ""
    page = io.StringIO()
    exporter = exporter_of(form, page, View(own=True))
    exporter.start()
    exporter.packet(packet)
    exporter.end()
    return page.getvalue()
