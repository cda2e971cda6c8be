"""The packets in which something is found, from the first to the last."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tui.engine.jobs.filter import Passed

if TYPE_CHECKING:
    from dissect.engine.packet import Packet
    from tui.engine.server import Engine

BATCH = 1024
Found = Callable[["Packet"], bool]


def run(engine: Engine, kind: str, wanted: str) -> Iterator[Passed]:
    """Look at all packets.

    kind  ``text`` (in the list's line or in the octets, in any case), ``hex``, ``regex`` (the same
          for an expression) or ``filter``
    """
    if kind == "filter":
        from tui.engine.jobs.filter import run as passing

        yield from passing(engine, wanted)
        return
    found = matcher(kind, wanted)
    reader = engine.reader
    for first in range(1, reader.packets + 1, BATCH):
        numbers = range(first, min(first + BATCH, reader.packets + 1))
        hits = array("I", (it.number for it in reader.packets_of(numbers) if found(it)))
        yield Passed(hits.tobytes(), numbers[-1])


def matcher(kind: str, wanted: str) -> Found:
    """What tells whether a packet has it; raises ValueError and ``re.error`` with a sentence."""
    if kind == "hex":
        octets = bytes.fromhex(wanted.replace(":", " ").replace("0x", " "))
        return lambda packet: octets in packet.data
    pattern = wanted if kind == "regex" else re.escape(wanted)
    text = re.compile(pattern, re.IGNORECASE)
    raw = re.compile(pattern.encode("utf-8", "backslashreplace"), re.IGNORECASE)

    def matches(packet: Packet) -> bool:
        line = f"{packet.source} {packet.destination} {packet.protocol} {packet.info}"
        return bool(raw.search(packet.data) or text.search(line))

    return matches
