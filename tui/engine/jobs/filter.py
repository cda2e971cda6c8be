"""The packets that pass a filter, by their numbers, as they are found."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tui.engine.server import Engine


class Passed(NamedTuple):
    """Numbers of packets (32 bits each), and up to which number all have been looked at."""

    numbers: bytes
    upto: int


def run(engine: Engine, text: str, behind: int = 0) -> Iterator[Passed]:
    """Look at all packets behind a number that there are.  Raises ``FilterError``."""
    from dissect.api import open_capture
    from dissect.capture.record import DamagedCapture
    from dissect.filter import compile_filter
    from dissect.filter.passing import passing_rows

    test = compile_filter(text)
    with open_capture(engine.reader.path) as capture:
        try:
            for found in passing_rows(capture, test):
                numbers = found.chunk.number[found.rows]
                upto = int(found.chunk.number[-1])
                if upto > behind:
                    yield Passed(numbers[numbers > behind].astype("u4").tobytes(), upto)
        except DamagedCapture:
            return  # the same that the index tells of


def numbers(passed: Passed) -> array[int]:
    """As the UI keeps them."""
    found = array("I")
    found.frombytes(passed.numbers)
    return found
