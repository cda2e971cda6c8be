"""Whether a filter can be understood, and where not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.model.packets import Checked

if TYPE_CHECKING:
    from tui.engine.server import Engine


def call(engine: Engine, text: str) -> Checked:
    """What is wrong with a filter; an empty one is right."""
    from dissect.filter import FilterError, compile_filter

    if not text.strip():
        return Checked(text)
    try:
        compile_filter(text)
    except FilterError as error:
        return Checked(text, error.message, error.start, error.end, error.suggestions)
    return Checked(text)
