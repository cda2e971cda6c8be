"""The order of packets by a column: numbers and addresses by value, protocols by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from dissect.columns.chunk import Chunk
    from tui.engine.server import Engine

PIECE = 1 << 18
"""Numbers that are sent together."""
ADDRESSES = {"source": "src", "destination": "dst"}
LAST = np.iinfo(np.int64).max

Keys = NDArray[Any]


def run(engine: Engine, kind: str, backwards: bool, numbers: bytes | None) -> Iterator[bytes]:
    """Packet numbers (32 bits each) in the order of a column, without a value at the end.

    numbers  only these, 32 bits each; None: all that there are
    """
    from dissect.api import open_capture
    from dissect.columns import chunks

    parts: list[Keys] = []
    count = engine.reader.packets
    with open_capture(engine.reader.path) as capture:
        for chunk in chunks(capture):
            parts.append(keys(chunk, kind))
            if chunk.number[-1] >= count:
                break
    found = np.concatenate(parts)[:count] if parts else np.empty(0, np.int64)
    wanted = np.arange(1, len(found) + 1, dtype="u4")
    if numbers is not None:
        wanted = np.sort(np.frombuffer(numbers, "u4"))
    order = ordered(found[wanted - 1], backwards)
    result = wanted[order]
    for first in range(0, len(result), PIECE):
        yield result[first : first + PIECE].tobytes()


def ordered(values: Keys, backwards: bool) -> Keys:
    """Places in ascending order of values, or descending; equal ones as they stand."""
    if values.dtype.kind == "O":
        values = np.unique(values, return_inverse=True)[1]
    missing = values == LAST
    if backwards:
        last = values[~missing].max(initial=0)
        values = np.where(missing, LAST, last - values)
    return np.argsort(values, kind="stable")


def keys(chunk: Chunk, kind: str) -> Keys:
    """What the packets of a chunk are sorted by."""
    if kind == "number":
        return chunk.number
    if kind == "time":
        return chunk.time_ns
    if kind == "length":
        return chunk.original
    if kind in ADDRESSES:
        chunk.resolve()
        octets = np.ascontiguousarray(chunk.column(ADDRESSES[kind]))
        return np.array([bytes(it) for it in octets], object)
    if kind == "protocol":
        chunk.resolve()
        names = {
            chain: (chunk.chains.protocols(chain) or [""])[-1]
            for chain in np.unique(chunk.chain).tolist()
        }
        return np.array([names[chain] for chain in chunk.chain.tolist()], object)
    return _field(chunk, kind)


def _field(chunk: Chunk, name: str) -> Keys:
    """The first value of a field, a number or the first octets of what it is."""
    found = chunk.field(name, 1)
    values = found.values
    if values.ndim == 2:
        padded = np.zeros((len(values), 8), np.uint8)
        padded[:, : min(8, values.shape[1])] = values[:, :8]
        values = padded.view(">u8").ravel() >> np.uint64(1)
    made = np.full(len(chunk), LAST)
    made[found.rows] = values.astype(np.int64)
    return made
