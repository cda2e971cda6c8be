"""Hits that come again and again, as when two routers disagree with every message."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from dissect.lint.found import MOST_KEYS, OTHERS
from dissect.lint.rule import Hit
from dissect.verdict import Level


class Again:
    """The first hit of each key and level is told at once, the others are counted, and then told.

    Of more keys than there are findings for, only levels are told apart.
    """

    def __init__(self) -> None:
        self._told: dict[Hashable, dict[Level | None, Hit]] = {}

    def _of(self, key: Hashable) -> dict[Level | None, Hit]:
        """The hits that stand for those with a key."""
        found = self._told.get(key)
        if found is None:
            place = key if len(self._told) < MOST_KEYS else OTHERS
            found = self._told.setdefault(place, {})
        return found

    def counted(self, key: Hashable, level: Level | None, number: int) -> bool:
        """Count a hit in a packet; whether that is all there is to do, as one like it was told."""
        known = self._of(key).get(level)
        if known is None:
            return False
        known.count, known.number = known.count + 1, number
        return True

    def first(self, key: Hashable, hit: Hit) -> Hit:
        """Remember a hit that is the first of its key and level, and hand it back."""
        self._of(key)[hit.level] = Hit("", hit.key, hit.level, count=0)
        return hit

    def others(self) -> Iterator[Hit]:
        """What was counted."""
        return (hit for hits in self._told.values() for hit in hits.values() if hit.count)
