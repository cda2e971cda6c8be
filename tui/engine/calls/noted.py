"""Packets with a warning or an error, as far as all has been decoded."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.engine.server import Engine


def call(engine: Engine, behind: int) -> array[int]:
    """Their numbers, without so many of the first ones."""
    states = engine.reader.states
    return array("I") if states is None else states.listed[behind:]
