"""What an address says about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.engine.server import Engine


def call(engine: Engine, octets: bytes) -> list[tuple[str, str]]:
    """Labels and lines, as ``sixscope addr`` tells them."""
    from dissect.address.explain import explain
    from dissect.address.sheet import Options
    from dissect.address.text import canonical, read
    from dissect.engine.values import mac_text

    text = mac_text(octets) if len(octets) == 6 else canonical(octets)
    told: list[tuple[str, str]] = []
    for fact in explain(read(text), Options()):
        if fact.label:
            told += [(fact.label if not nth else "", line) for nth, line in enumerate(fact.lines)]
    return told
