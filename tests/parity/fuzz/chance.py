"""Chance that lies now and then."""

from __future__ import annotations

import random
from collections.abc import Sequence

from making.build import counting


class Chance(random.Random):
    """Random numbers, and honest numbers that sometimes are not.

    lies   how probable it is that ``lie`` lies
    """

    def __init__(self, seed: str, lies: float) -> None:
        super().__init__(seed)
        self.lies = lies

    def lie(self, honest: int, most: int = 255) -> int:
        """A length, a count, a code: as it is, or a little off, or anything up to ``most``."""
        return honest if self.random() >= self.lies else self.other(honest, most)

    def other(self, honest: int, most: int = 255) -> int:
        """A lie for sure, or nearly so."""
        near = (honest - 1, honest + 1, honest + 8, honest // 2, 0, most)
        return min(max(self.choice((*near, self.randint(0, most))), 0), most)

    def octets(self, least: int, most: int) -> bytes:
        """Some octets: counting up, all zero, or random ones."""
        size = self.randint(least, most)
        return self.choice((counting, bytes, self.randbytes))(size)

    def some(self, things: Sequence[int], most: int) -> list[int]:
        """Up to ``most`` of them."""
        return [self.choice(things) for _ in range(self.randint(0, most))]

    def maybe(self, octets: bytes, how: float = 0.5) -> bytes:
        """These octets or none."""
        return octets if self.random() < how else b""

    def cut(self, packet: bytes) -> bytes:
        """The packet, or rarely its beginning."""
        return packet if self.random() >= self.lies else packet[: self.randint(15, len(packet))]
