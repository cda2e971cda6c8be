"""What can be expected: a file for each key of ``[[expect]]``.

A clause names the filters whose packets it wants to see, is shown all chunks of a capture, and
then says what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dissect.check.failure import Failure
from dissect.check.reading import Reading
from dissect.check.several import Row
from dissect.engine.packet import Packet
from dissect.filter import Filter


class Clause:
    """One key of an expectation, while it is held against one capture.

    tests   the filters that it asks for; without any it sees no chunks
    looked  those of whose packets it wants values of ``names``
    names   fields
    """

    tests: tuple[Filter, ...] = ()
    looked: tuple[Filter, ...] = ()
    names: tuple[str, ...] = ()

    def look(self, packet: Packet) -> dict[str, Any]:
        """The values of ``names`` in a packet."""
        return {}

    def update(self, row: Row) -> None:
        """Take in a chunk."""

    def failures(self, reading: Reading) -> Iterator[Failure]:
        """What is wrong, when all chunks were seen."""
        raise NotImplementedError
