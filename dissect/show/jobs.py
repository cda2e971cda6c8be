"""Trees and text in several processes, exactly as in one.

What a packet's tree says may depend on the packets before it.  All of that passes through
``packet.state``, which is filled when the packet is decoded, with a tree or without.  So this
process decodes the packets in their order without trees, which takes a small part of the time, and
sends each with its state to the workers, some hundred together.  They need no session, and hand
back text, which is written in order.  Only so many batches are under way that memory stays flat.
"""

from __future__ import annotations

import io
import multiprocessing
import pickle
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

from dissect.api import Packet
from dissect.capture.record import CaptureError
from dissect.engine.preferences import preferences_of
from dissect.engine.session import Session, Table
from dissect.export.base import Exporter, View

if TYPE_CHECKING:
    from dissect.show.run import Reading

BATCH = 256
"""Packets that go to a worker together."""
AHEAD = 3
"""Batches under way for each worker."""


class Sent(NamedTuple):
    """A packet on its way: what ``Packet`` is told, and its state as it was, pickled."""

    data: bytes
    options: dict[str, Any]
    state: bytes


class Text(NamedTuple):
    """The text of a batch, and the number of its last packet."""

    written: str
    last: int


class Settled(Session):
    """For packets whose state is known: nothing is left to be asked."""

    def table(self, name: str) -> Table[Any]:
        """There is none; raises LookupError."""
        raise LookupError(f"{name}: not in this packet's state")


class Jobs:
    """Workers that write packets in a format."""

    def __init__(self, form: str, exporter: Exporter, reading: Reading, jobs: int) -> None:
        self._make = form, exporter.view, reading
        self._begun = exporter.begun
        self._jobs = jobs

    def texts(self, packets: Iterable[Packet]) -> Iterator[Text]:
        """The text of packets, batch by batch, without what stands before the first."""
        context = multiprocessing.get_context("spawn")
        waiting: deque[Future[Text]] = deque()
        damage: CaptureError | None = None
        with ProcessPoolExecutor(self._jobs, context, _begin, self._make) as pool:
            try:
                for batch in _batches(packets):
                    waiting.append(pool.submit(_work, batch, begun=self._begun))
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
    stream: io.StringIO
    options: dict[str, Any]


def _begin(form: str, view: View, reading: Reading) -> None:
    from dissect.engine.garbage import calm
    from dissect.show.run import exporter_of

    session = Settled(relative_seq=reading.relative_seq, reassemble=reading.reassemble)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends us
    _Worker.stream = io.StringIO()
    _Worker.exporter = exporter_of(form, _Worker.stream, view)
    _Worker.options = {"session": session, "preferences": preferences_of(reading.preferences)}
    calm()


def _work(batch: list[Sent], *, begun: bool) -> Text:
    stream, exporter = _Worker.stream, _Worker.exporter
    stream.seek(0)
    stream.truncate()
    exporter.begun = begun
    for sent in batch:
        packet = Packet(sent.data, **sent.options, **_Worker.options)
        packet.state.update(pickle.loads(sent.state))
        exporter.packet(packet)
    return Text(stream.getvalue(), batch[-1].options["number"])
