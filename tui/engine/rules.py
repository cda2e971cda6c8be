"""Which colour rule a packet's line has: by columns, some rows at once; by the tree where they
don't know.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from dissect.columns.chains import Chains
from dissect.columns.chunk import Chunk
from dissect.columns.read import walked
from dissect.filter import Filter, FilterError, compile_filter

if TYPE_CHECKING:
    from dissect.engine.packet import Packet
    from tui.engine.reader import Reader


@lru_cache(maxsize=8)
def compiled(rules: tuple[str, ...]) -> tuple[Filter | None, ...]:
    """The filters of rules; None for one with a mistake, which the UI tells by itself."""
    return tuple(map(_filter, rules))


def _filter(text: str) -> Filter | None:
    try:
        return compile_filter(text)
    except FilterError:
        return None


def rules_of(reader: Reader, packets: Sequence[Packet], rules: tuple[str, ...]) -> list[int]:
    """For each of some ascending packets the first rule that it passes, -1 for none."""
    tests = compiled(rules)
    if not packets or not tests:
        return [-1] * len(packets)
    chunk = chunk_of(reader, [packet.number for packet in packets])
    found = np.full(len(packets), -1)
    for nth, test in enumerate(tests):
        if test is None:
            continue
        truth = test.decide(chunk)
        passes = truth.true & truth.known
        for row in np.flatnonzero(~truth.known & (found < 0)).tolist():
            passes[row] = test(packets[row])
        found[passes & (found < 0)] = nth
    chosen: list[int] = found.tolist()
    return chosen


def passes(reader: Reader, numbers: Sequence[int], test: Filter) -> list[bool]:
    """Which of some ascending packets pass a filter."""
    truth = test.decide(chunk_of(reader, numbers))
    found = truth.true & truth.known
    unknown = np.flatnonzero(~truth.known)
    packets = reader.packets_of([numbers[row] for row in unknown.tolist()])
    for row, packet in zip(unknown.tolist(), packets, strict=True):
        found[row] = test(packet)
    passed: list[bool] = found.tolist()
    return passed


def chunk_of(reader: Reader, numbers: Sequence[int]) -> Chunk:
    """Some packets, in ascending order, side by side."""
    records = reader.capture.records
    offsets = array("Q", (records.index.offsets[number - 1] for number in numbers))
    chunk = walked(records.stretch(offsets, numbers[0], records.sections), Chains())
    chunk.number[:] = numbers
    return chunk
