"""The packets that pass a filter, by their numbers, as they are found."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from dissect.filter import Filter
    from tui.engine.server import Engine


BATCH = 2048
LEAST = 2048
"""Packets that are looked at first, so that something is there soon."""


class Passed(NamedTuple):
    """Numbers of packets (32 bits each), and up to which number all have been looked at."""

    numbers: bytes
    upto: int


def run(engine: Engine, text: str, behind: int = 0) -> Iterator[Passed]:
    """Look at all packets behind a number that there are.  Raises ``FilterError``."""
    from dissect.filter import compile_filter

    test = compile_filter(text)
    return _newer(engine, test, behind) if behind else _all(engine, test)


def _all(engine: Engine, test: Filter) -> Iterator[Passed]:
    """Exactly as reading in order has it."""
    from dissect.api import open_capture
    from dissect.capture.record import DamagedCapture
    from dissect.filter.passing import passing_rows

    with open_capture(engine.reader.path) as capture, suppress(DamagedCapture):  # told already
        for found in passing_rows(capture, test, least=LEAST):
            numbers = found.chunk.number[found.rows]
            yield Passed(numbers.astype("u4").tobytes(), int(found.chunk.number[-1]))


def _newer(engine: Engine, test: Filter, behind: int) -> Iterator[Passed]:
    """Of a live capture only what has come since: some packets at once."""
    from tui.engine.rules import passes

    reader = engine.reader
    for first in range(behind + 1, reader.packets + 1, BATCH):
        numbers = range(first, min(first + BATCH, reader.packets + 1))
        rows = passes(reader, numbers, test)
        found = array("I", (number for number, it in zip(numbers, rows, strict=True) if it))
        yield Passed(found.tobytes(), numbers[-1])


def numbers(passed: Passed) -> array[int]:
    """As the UI keeps them."""
    found = array("I")
    found.frombytes(passed.numbers)
    return found
