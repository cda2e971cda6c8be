"""From a chunk of packets to a frame with the columns that are wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dissect.columns import Chunk
from dissect.engine.packet import Packet
from dissect.table import fields
from dissect.table.schema import COLUMNS, Some

NOTHING: Mapping[int, list[list[Any]]] = {}


class Build:
    """Makes frames of these columns, and of these fields behind them; picklable.

    Raises ValueError for a field that doesn't exist, KeyError for such a column.
    """

    def __init__(self, names: Sequence[str] = tuple(COLUMNS), more: Sequence[str] = ()) -> None:
        fields.check(more)
        self.names = tuple(names)
        self.fields = tuple(dict.fromkeys(more))
        self.by_tree = any(COLUMNS[name].by_tree for name in names)

    @property
    def schema(self) -> dict[str, Any]:
        """The types by name."""
        own = {name: COLUMNS[name].dtype for name in self.names}
        return own | {name: pl.List(fields.dtype_of(name)) for name in self.fields}

    def only(self, names: Sequence[str]) -> Build:
        """The same with no other columns than these."""
        return Build(
            [name for name in self.names if name in names],
            [name for name in self.fields if name in names],
        )

    def look(self, packet: Packet) -> list[list[Any]]:
        """The values of the fields in a packet."""
        return fields.values_of(packet, self.fields)

    def __call__(
        self, chunk: Chunk, rows: NDArray[np.bool_] | None = None,
        seen: Mapping[int, list[list[Any]]] = NOTHING,
    ) -> pl.DataFrame:  # fmt: skip
        """The frame of some rows of a chunk; ``seen``: what ``look`` found in packets by row."""
        if self.by_tree:
            chunk.resolve(rows)
        some = Some(chunk, np.arange(len(chunk)) if rows is None else np.flatnonzero(rows))
        made = {name: COLUMNS[name].make(some) for name in self.names}
        for at, name in enumerate(self.fields):
            there = {row: values[at] for row, values in seen.items()}
            made[name] = fields.column(some, name, there)
        return pl.DataFrame(made, schema=self.schema)
