"""From captures to chunks, one after another."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext

from dissect.api import Capture
from dissect.capture.file import CaptureFile
from dissect.capture.open import open_records
from dissect.capture.stretch import Stretch
from dissect.columns import readers  # noqa: F401  (registers them)
from dissect.columns.chains import Chains
from dissect.columns.chunk import Chunk
from dissect.columns.walk import Walk

PACKETS = 65_536
"""In a chunk, at most."""

Source = str | os.PathLike[str] | CaptureFile | Capture


def chunks(
    source: Source, *, size: int = PACKETS, least: int = 0, octets: int = sys.maxsize
) -> Iterator[Chunk]:
    """The chunks of a capture, by its path (``-`` is standard input) or opened.

    size   packets in each, at most
    least  packets in the first one, where somebody waits for it; then twice as many each time
    octets of the file that are enough in each, though its packets be fewer

    Memory stays flat: a chunk of a plain file is a view of it.  Raises as ``open_records``, and
    DamagedCapture after the last good packet.
    """
    chains = Chains()
    with opened(source) as records:
        for stretch in records.stretches(size, least, octets):
            yield walked(stretch, chains, alone=is_alone(source))


def walked(stretch: Stretch, chains: Chains, *, alone: bool = False) -> Chunk:
    """The chunk of some records, walked through; ``alone``: fragments aren't put together."""
    chunk = Chunk(stretch, chains, alone=alone)
    Walk(chunk).run()
    return chunk


def is_alone(source: Source) -> bool:
    """Whether the fragments of a capture are to be read one by one."""
    return isinstance(source, Capture) and not source.reassemble


def opened(source: Source) -> CaptureFile | nullcontext[CaptureFile]:
    """A capture file; what we open ourselves, we close."""
    if isinstance(source, Capture):
        return nullcontext(source.records)
    return nullcontext(source) if isinstance(source, CaptureFile) else open_records(source)
