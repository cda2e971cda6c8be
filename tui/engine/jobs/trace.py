"""Decode all packets in their order, and keep what each needs to know of those before it."""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from dissect.capture.offsets import Offsets
from dissect.engine.session import Session
from tui.engine.severity import WARNING, worst
from tui.engine.states import BLOCK, MOST, Block

if TYPE_CHECKING:
    from dissect.api import Capture
    from dissect.capture.record import Record
    from tui.engine.server import Engine

WAIT = 0.25
"""Seconds until a look for more."""
CALM = 10
"""All that somebody waits for goes first."""
REMEMBERED = 10_000
"""Conversations, requests and so on, of each kind: a part of what commands remember, so that
memory stays small beside a screen that somebody keeps for days."""


def run(engine: Engine) -> Iterator[Block]:
    """A block after the other, for ``States.told``; the last one again when it has grown."""
    os.nice(CALM)
    states, capture = engine.reader.states, engine.reader.capture
    assert states is not None
    session = capture.session(partial(Session, limit=REMEMBERED))
    number, start, kept, noted = 0, 0, list[bytes](), list[int]()
    told = 0
    for record in _records(capture):
        if record is None:
            if kept and told != number:
                told = number
                yield states.write((number - 1) // BLOCK, start, kept, tuple(noted))
            time.sleep(WAIT)
            continue
        packet = capture.packet(record, session)
        packet.decode()
        kept.append(pickle.dumps(packet.state, pickle.HIGHEST_PROTOCOL))
        number += 1
        if packet.findings and worst(packet) >= WARNING:
            noted.append(number)
        if len(kept) == BLOCK:
            block = states.write((number - 1) // BLOCK, start, kept, tuple(noted))
            start, kept, noted, told = block.end, [], [], number
            yield block
            if start >= MOST:
                return


def _records(capture: Capture) -> Iterator[Record | None]:
    """All records, without an index or octets that stay in memory; None: no more at present."""
    records = capture.records
    index, passed, number = records.index, 0, 1
    while True:
        offsets, index.offsets = index.offsets[:], Offsets()
        for first in range(0, len(offsets), BLOCK):
            stretch = records.stretch(offsets[first : first + BLOCK], number, records.sections)
            for row in range(len(stretch.offsets)):
                yield stretch.record(row)
            number += len(stretch.offsets)
            records.forget(passed, stretch.end)
            passed = stretch.end
        if not index.grow(BLOCK) and not index.offsets:
            yield None
