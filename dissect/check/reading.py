"""A capture that expectations are held against: opened as their file says, as often as needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dissect.api import Capture, Packet, open_capture
from dissect.check.several import Numbers
from dissect.filter.passing import passing


@dataclass(frozen=True)
class Reading:
    """How one capture is read."""

    path: str
    preferences: Mapping[str, str] = field(default_factory=dict)

    def open(self) -> Capture:
        """Open it; raises as ``open_capture``."""
        return open_capture(self.path, preferences=self.preferences)

    def packets(self, numbers: Iterable[int]) -> dict[int, Packet]:
        """Some packets, decoded as reading in order decodes them, by their numbers."""
        wanted = set(numbers)
        if not wanted:
            return {}
        with self.open() as capture:
            found = passing(capture, Numbers(wanted), last=max(wanted))
            return {packet.number: packet.decode(detail=True) for packet in found}
