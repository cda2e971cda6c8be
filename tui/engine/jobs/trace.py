"""Decode all packets in their order, and keep what each needs to know of those before it."""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dissect.engine.session import Session
from tui.engine.reader import FORGET
from tui.engine.severity import WARNING, worst
from tui.engine.states import BLOCK, MOST, Block

if TYPE_CHECKING:
    from tui.engine.server import Engine

WAIT = 0.25
"""Seconds until a look for more."""
CALM = 10
"""All that somebody waits for goes first."""


def run(engine: Engine) -> Iterator[Block]:
    """A block after the other, for ``States.told``; the last one again when it has grown."""
    os.nice(CALM)
    states, capture = engine.reader.states, engine.reader.capture
    assert states is not None
    index = capture.records.index
    session = capture.session(Session)
    number, start, kept, noted = 0, 0, list[bytes](), list[int]()
    told = forgotten = 0
    while start < MOST:
        if number == len(index) and not index.grow(BLOCK) and number == len(index):
            if kept and told != number:
                told = number
                yield states.write((number - 1) // BLOCK, start, kept, tuple(noted))
            time.sleep(WAIT)
            continue
        packet = capture.packet(capture.records[number], session)
        packet.decode()
        kept.append(pickle.dumps(packet.state, pickle.HIGHEST_PROTOCOL))
        number += 1
        if packet.findings and worst(packet) >= WARNING:
            noted.append(number)
        if len(kept) == BLOCK:
            block = states.write((number - 1) // BLOCK, start, kept, tuple(noted))
            start, kept, noted, told = block.end, [], [], number
            yield block
            if index.offsets[number - 1] - forgotten > FORGET:  # so that memory stays flat
                capture.records.forget(forgotten, index.offsets[number - 1])
                forgotten = index.offsets[number - 1]
