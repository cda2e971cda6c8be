"""The packet some time before or behind another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.engine.server import Engine


def call(engine: Engine, number: int, nanoseconds: int) -> int:
    """The first packet at or behind that time, by halving: times grow in a capture.

    The nearest there is; the packet itself where it has no time.
    """
    records, count = engine.reader.capture.records, engine.reader.packets
    if not 0 < number <= count:
        return number
    now = records[number - 1].time_ns
    if now is None:
        return number
    wanted = now + nanoseconds
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        time = records[middle].time_ns
        if time is not None and time < wanted:
            low = middle + 1
        else:
            high = middle
    return min(low + 1, count)
