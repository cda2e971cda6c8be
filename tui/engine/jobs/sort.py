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
QUOTING = ("icmp", "icmpv6")
MISSING = np.iinfo(np.int64).max

Keys = NDArray[np.int64]
"""What packets are sorted by, a row each: the first column counts most, MISSING goes last."""


def run(engine: Engine, kind: str, backwards: bool, numbers: bytes | None) -> Iterator[bytes]:
    """Packet numbers (32 bits each) in the order of a column, without a value at the end.

    numbers  only these, 32 bits each; None: all that there are
    """
    from dissect.api import open_capture
    from dissect.columns import chunks

    maker = Maker(kind)
    parts: list[Keys] = []
    count = engine.reader.packets
    with open_capture(engine.reader.path) as capture:
        for chunk in chunks(capture):
            parts.append(maker.keys(chunk))
            if chunk.number[-1] >= count:
                break
    found = maker.ranked(np.concatenate(parts)[:count])
    wanted = np.arange(1, len(found) + 1, dtype="u4")
    if numbers is not None:
        wanted = np.sort(np.frombuffer(numbers, "u4"))
    result = wanted[ordered(found[wanted - 1], backwards)]
    for first in range(0, len(result), PIECE):
        yield result[first : first + PIECE].tobytes()


def ordered(keys: Keys, backwards: bool) -> NDArray[np.intp]:
    """Places in ascending order, or descending; equal ones as they stand."""
    if backwards:
        keys = np.where(keys == MISSING, MISSING, ~keys)
    return np.lexsort(keys.T[::-1])


class Maker:
    """Makes keys for a column, a chunk after the other."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._names: dict[str, int] = {}

    def keys(self, chunk: Chunk) -> Keys:
        """For the packets of a chunk."""
        kind = self.kind
        if kind in ADDRESSES:
            chunk.resolve()
            halves = np.ascontiguousarray(chunk.column(ADDRESSES[kind])).view(">u8")
            return _signed(halves)
        if kind == "protocol":
            chunk.resolve()
            names = np.zeros(int(chunk.chain.max(initial=0)) + 1, np.int64)
            for chain in np.unique(chunk.chain).tolist():
                name = shown(chunk.chains.protocols(chain))
                names[chain] = self._names.setdefault(name, len(self._names))
            return names[chunk.chain][:, None]
        columns = {"number": "number", "time": "time_ns", "length": "original"}
        if kind in columns:
            values: Any = getattr(chunk, columns[kind])
            return np.array(values, np.int64)[:, None]
        return _field(chunk, kind)

    def ranked(self, keys: Keys) -> Keys:
        """Numbers of names become their places in the alphabet."""
        if self.kind != "protocol" or not self._names:
            return keys
        rank = np.argsort(np.argsort(np.array(list(self._names))))
        return rank[keys].astype(np.int64)


def shown(protocols: list[str]) -> str:
    """The Protocol column of a chain: what an error message quotes is not its packet's."""
    from dissect.engine.tables import DISSECTORS

    ends = [at for at, name in enumerate(protocols) if name in QUOTING]
    for name in reversed(protocols[: ends[0] + 1] if ends else protocols):
        entry = DISSECTORS.get(name)
        if entry is None:
            return name.upper()
        if entry.column:
            return entry.short
    return ""


def _signed(values: NDArray[Any]) -> Keys:
    """Numbers of 64 bits without a sign, as ones with it in the same order."""
    found: Keys = (values.astype(np.uint64) ^ np.uint64(1 << 63)).view(np.int64)
    return found


def _field(chunk: Chunk, name: str) -> Keys:
    """The first value of a field, a number or the first sixteen octets of what it is."""
    found = chunk.field(name, 1)
    values = found.values
    if values.ndim == 2:
        padded = np.zeros((len(values), 16), np.uint8)
        padded[:, : min(16, values.shape[1])] = values[:, :16]
        values = _signed(padded.view(">u8"))
    else:
        values = values.astype(np.int64)[:, None]
    made = np.full((len(chunk), values.shape[1] if values.ndim == 2 else 1), MISSING)
    made[found.rows] = values
    return made
