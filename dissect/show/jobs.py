"""Trees and text in several processes, exactly as in one.

What a packet's tree says may depend on the packets before it.  All of that passes through
``packet.state``, which is filled when the packet is decoded, with a tree or without.  So this
process decodes the packets in their order without trees, which takes a small part of the time, and
sends each with its state to the workers, some hundred together.  They need no session, and leave
text in files, which is written in order.  Only so many batches are under way that memory and files
stay small.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import shutil
import signal
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from io import StringIO
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from dissect.api import Packet
from dissect.capture.record import CaptureError
from dissect.engine.preferences import preferences_of
from dissect.engine.session import Settled
from dissect.export.base import Exporter, View

if TYPE_CHECKING:
    from dissect.api import Capture
    from dissect.moulds.telling import Told
    from dissect.moulds.writing import Writing
    from dissect.show.run import Reading

T = TypeVar("T")

BATCH = 256
"""Packets that go to a worker together."""
MOULDED = 8192
"""The same by moulds, which serve many at once."""
AHEAD = 2
"""Batches under way for each worker."""
PIECE = 1 << 18
"""Octets that are copied at once."""


class Sent(NamedTuple):
    """A packet on its way: what ``Packet`` is told, and its state as it was, pickled."""

    data: bytes
    options: dict[str, Any]
    state: bytes


class Text(NamedTuple):
    """The text of a batch, a file, and the number of its last packet."""

    path: str
    last: int

    def add_to(self, exporter: Exporter) -> None:
        """Write it behind what an exporter wrote, and have done with the file."""
        exporter.stream.flush()
        with open(self.path, "rb") as octets:
            shutil.copyfileobj(octets, exporter.stream.buffer, PIECE)
        os.unlink(self.path)
        exporter.begun = True


class Jobs:
    """Workers that write packets in a format."""

    def __init__(self, form: str, exporter: Exporter, reading: Reading, jobs: int) -> None:
        self._make = form, exporter.view, reading
        self._begun = exporter.begun
        self._jobs = jobs

    def texts(self, packets: Iterable[Packet]) -> Iterator[Text]:
        """The text of packets, batch by batch, without what stands before the first."""
        return self._done(_batches(packets), _work)

    def by_moulds(self, capture: Capture) -> Iterator[Text]:
        """The text of all packets of a capture, where moulds can be cast of it."""
        from dissect.moulds.telling import Telling

        return self._done(Telling(capture, MOULDED, _sent), _fill)

    def _done(self, batches: Iterable[T], work: Callable[..., Text]) -> Iterator[Text]:
        """What workers make of batches, in their order."""
        context = multiprocessing.get_context("spawn")
        waiting: deque[Future[Text]] = deque()
        damage: CaptureError | None = None
        with (
            tempfile.TemporaryDirectory(prefix="sixscope-") as folder,
            ProcessPoolExecutor(self._jobs, context, _begin, self._make) as pool,
        ):
            try:
                for batch, nth in zip(batches, count(), strict=False):
                    path = os.path.join(folder, str(nth))
                    waiting.append(pool.submit(work, batch, path, begun=self._begun))
                    self._begun = True
                    if len(waiting) >= AHEAD * self._jobs:
                        yield waiting.popleft().result()
            except CaptureError as found:
                damage = found
            while waiting:
                yield waiting.popleft().result()
        if damage is not None:
            raise damage


def _batches(packets: Iterable[Packet]) -> Iterator[list[Sent]]:
    """Packets with their state, as it is when each has just been decoded."""
    batch: list[Sent] = []
    damage: CaptureError | None = None
    try:
        for packet in packets:
            batch.append(_sent(packet))
            if len(batch) == BATCH:
                yield batch
                batch = []
    except CaptureError as found:
        damage = found
    if batch:
        yield batch
    if damage is not None:
        raise damage


def _sent(packet: Packet) -> Sent:
    packet.decode()
    options = {
        "link_type": packet.link_type, "original": packet.original, "number": packet.number,
        "time_ns": packet.time_ns, "interface": packet.interface, "comments": packet.comments,
        "flags": packet.flags, "drops": packet.drops,
    }  # fmt: skip
    return Sent(packet.data, options, pickle.dumps(packet.state, pickle.HIGHEST_PROTOCOL))


class _Worker:
    """What a process keeps between batches."""

    exporter: Exporter
    options: dict[str, Any]
    writing: Writing | None = None


def _begin(form: str, view: View, reading: Reading) -> None:
    from dissect.engine.garbage import calm
    from dissect.show.run import exporter_of

    session = Settled(relative_seq=reading.relative_seq, reassemble=reading.reassemble)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends us
    _Worker.exporter = exporter_of(form, StringIO(), view)
    _Worker.options = {"session": session, "preferences": preferences_of(reading.preferences)}
    calm()


def _work(batch: list[Sent], path: str, *, begun: bool) -> Text:
    with _exporting(path, begun) as exporter:
        for sent in batch:
            exporter.packet(_received(sent))
    return Text(path, batch[-1].options["number"])


def _fill(told: Told, path: str, *, begun: bool) -> Text:
    from dissect.moulds.writing import Writing

    with _exporting(path, begun) as exporter:
        if _Worker.writing is None:
            _Worker.writing = Writing(exporter, _Worker.options["session"])
        exporter.stream.flush()
        exporter.stream.buffer.writelines(exporter.blocks(_Worker.writing.texts(told, _received)))
    return Text(path, told.last)


@contextmanager
def _exporting(path: str, begun: bool) -> Iterator[Exporter]:
    """The exporter, writing to a file as the command does."""
    exporter = _Worker.exporter
    with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
        exporter.stream, exporter.write, exporter.begun = stream, stream.write, begun
        yield exporter


def _received(sent: Sent) -> Packet:
    packet = Packet(sent.data, **sent.options, **_Worker.options)
    packet.state.update(pickle.loads(sent.state))
    return packet
