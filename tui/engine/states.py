"""What is known of packets from those before them: a file of blocks, written while it is read.

The job ``trace`` appends; the engine is told where blocks end.  Some 16 octets a packet.
"""

from __future__ import annotations

import os
import pickle
import zlib
from array import array
from bisect import bisect_left
from functools import lru_cache
from typing import Any, NamedTuple

from dissect.engine.session import Settled
from tui.engine.wire import MOST_NOTED

BLOCK = 256
"""Packets."""
MOST = 1 << 30
"""Octets of the file; what is behind them is decoded without knowing the packets before."""


class Block(NamedTuple):
    """Where the states of some packets are in the file; ``number`` counts blocks from 0.

    noted  numbers of those with a warning or an error
    """

    number: int
    packets: int
    start: int
    end: int
    noted: tuple[int, ...] = ()


class States:
    """The states of the first ``count`` packets.

    noted  how many of them have a warning or an error; ``listed`` are their numbers, the first ones
    """

    def __init__(self, descriptor: int) -> None:
        """``descriptor`` of a file that is both written and read."""
        self.descriptor = descriptor
        self.count = self.noted = 0
        self.listed = array("I")
        self.session = Settled(relative_seq=True)
        self._blocks: list[Block] = []
        self._block = lru_cache(maxsize=16)(self._read)

    def __getitem__(self, number: int) -> dict[Any, Any]:
        """The state of a packet by its number, from 1; it is the caller's to change."""
        block, row = divmod(number - 1, BLOCK)
        found: dict[Any, Any] = pickle.loads(self._block(self._blocks[block])[row])
        return found

    def _read(self, block: Block) -> list[bytes]:
        octets = os.pread(self.descriptor, block.end - block.start, block.start)
        found: list[bytes] = pickle.loads(zlib.decompress(octets))
        return found

    def write(
        self, number: int, start: int, states: list[bytes], noted: tuple[int, ...] = ()
    ) -> Block:
        """In the job: write a block of pickled states at a place of the file."""
        octets = zlib.compress(pickle.dumps(states, pickle.HIGHEST_PROTOCOL), 1)
        os.pwrite(self.descriptor, octets, start)
        return Block(number, len(states), start, start + len(octets), noted)

    def told(self, block: Block) -> None:
        """In the engine: a block is there; the last one may come again, with more packets."""
        for before in self._blocks[block.number :]:
            self.noted -= len(before.noted)
        del self._blocks[block.number :]
        self._blocks.append(block)
        self.noted += len(block.noted)
        del self.listed[bisect_left(self.listed, BLOCK * block.number + 1) :]
        self.listed.extend(block.noted[: MOST_NOTED - len(self.listed)])
        self.count = BLOCK * block.number + block.packets
