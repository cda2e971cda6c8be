"""A chunk of a capture for rules, and what several of them want to know of its columns."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.columns.chunk import Chunk, Occurrences

Mask = NDArray[np.bool_]


class Batch:
    """Rows of packets; what is said of fields is of rows that the columns are sure of."""

    def __init__(self, chunk: Chunk) -> None:
        self.chunk = chunk
        self._fields: dict[str, Occurrences] = {}

    def __len__(self) -> int:
        return len(self.chunk)

    @cached_property
    def none(self) -> Mask:
        """No row."""
        return np.zeros(len(self), np.bool_)

    def field(self, name: str) -> Occurrences:
        """The occurrences of a field, quoted ones too."""
        found = self._fields.get(name)
        if found is None:
            found = self._fields[name] = self.chunk.field(name)
        return found

    def where(self, name: str, test: Any) -> Mask:
        """The rows with an occurrence whose value passes a test of arrays."""
        found = self.field(name)
        mask = self.none.copy()
        if len(found):
            mask[found.rows[test(found.values)]] = True
        return mask

    def layers(self, *protocols: str) -> Mask:
        """The rows that have a layer of one of these names."""
        mask = self.none.copy()
        for protocol in protocols:
            mask[self.chunk.layers(protocol)] = True
        return mask
