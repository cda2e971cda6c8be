"""Which packets of a capture are shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dissect.api import Capture, Packet
    from dissect.filter import Filter

Ranges = list[tuple[int, float]]
"""Packet numbers: (first, last) of each range."""


def parse_ranges(text: str) -> Ranges:
    """``10-20,30,40-`` as ranges; raises ValueError with a sentence for what isn't a range."""
    ranges = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        try:
            low = int(first)
            high = float("inf") if dash and not last else int(last) if dash else low
        except ValueError:
            raise ValueError(f"{part!r} is no number and no range such as 10-20") from None
        if low < 1 or high < low:
            raise ValueError(f"{part!r}: packets are numbered from 1 upwards")
        ranges.append((low, high))
    return ranges


class Selection:
    """Which packets to show.

    count   at most so many
    wanted  the filter that they have to pass
    fields  all that is shown of them, where that is known
    """

    def __init__(
        self, ranges: Ranges | None, count: int | None, wanted: Filter | None = None,
        fields: tuple[str, ...] | None = None,
    ) -> None:  # fmt: skip
        self._ranges = ranges
        self._last = max(high for _, high in ranges) if ranges else float("inf")
        self.count = count
        self._wanted = wanted
        self._fields = fields

    @property
    def from_first(self) -> bool:
        """Whether it is all packets from the first on, up to a count."""
        return not self._ranges and self._wanted is None

    def of(self, capture: Capture) -> Iterator[Packet]:
        """Those to be shown; the others are decoded too, for what later ones refer to."""
        shown = 0
        for packet in self._passing(capture):
            if self._ranges and not any(low <= packet.number <= high for low, high in self._ranges):
                packet.decode()
            else:
                yield packet
                shown += 1
            if shown == self.count or packet.number >= self._last:
                return

    def _passing(self, capture: Capture) -> Iterator[Packet]:
        if self._wanted is None:
            return iter(capture)
        from dissect.filter.passing import passing

        return passing(capture, self._wanted, fields=self._fields, last=self._last)
