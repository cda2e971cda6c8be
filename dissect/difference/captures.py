"""Two captures side by side: ``sixscope diff``.

Each packet is by itself, as it is in its capture: nothing is put together, and what depends on
other packets is not compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from typing import NamedTuple

from dissect.api import Capture
from dissect.difference.decoded import Choice, Decoded, decoded
from dissect.filter import Filter
from dissect.filter.passing import passing


class Octets(NamedTuple):
    """The key of a packet whose octets tell all."""

    link_type: int
    original: int
    digest: bytes


class CaptureSide:
    """The packets of a capture, or those that pass a filter.

    Raises as reading does, in the constructor.
    """

    def __init__(self, capture: Capture, choice: Choice, test: Filter | None = None) -> None:
        self._capture = capture
        self._choice = choice
        records = capture.records
        if test is None:
            self._places = range(len(records))
        else:
            self._places = [packet.number - 1 for packet in passing(capture, test)]  # type: ignore[assignment]
        self.keys: list[Hashable] = []
        for place in self._places:
            record = records[place]
            digest = hashlib.blake2b(record.data, digest_size=16).digest()
            self.keys.append(Octets(record.link_type, record.original, digest))

    def packet(self, place: int) -> Decoded:
        """One of the packets, decoded."""
        return decoded(self._capture[self._places[place]], self._choice)
