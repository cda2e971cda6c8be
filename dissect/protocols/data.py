"""Octets that no dissector explains."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, U32

OCTETS = Field("data.data", "Data", BYTES)
LENGTH = Field("data.len", "Length", U32, generated=True)


@dissector("data", "Data", "Data", column=False)
def data(c: Cursor) -> Result:
    """All that is left, as octets."""
    size = c.captured
    c.title("Data (%d bytes)", size)
    if size > 0:
        c.rest(OCTETS)
        c.put(LENGTH, size, c.start)
    return None
