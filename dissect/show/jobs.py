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
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
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
MOULDED = 2048
"""The same by moulds, which serve many at once."""
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
        with ProcessPoolExecutor(self._jobs, context, _begin, self._make) as pool:
            try:
                for batch in batches:
                    waiting.append(pool.submit(work, batch, begun=self._begun))
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
    writing: Writing | None = None


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
    exporter = _anew(begun)
    for sent in batch:
        exporter.packet(_received(sent))
    return Text(_Worker.stream.getvalue(), batch[-1].options["number"])


def _fill(told: Told, *, begun: bool) -> Text:
    from dissect.moulds.writing import Writing

    exporter = _anew(begun)
    if _Worker.writing is None:
        _Worker.writing = Writing(exporter, _Worker.options["session"])
    for element in _Worker.writing.texts(told, _received):
        exporter.put(element)
    return Text(_Worker.stream.getvalue(), told.last)


def _anew(begun: bool) -> Exporter:
    """The exporter with an empty stream."""
    _Worker.stream.seek(0)
    _Worker.stream.truncate()
    _Worker.exporter.begun = begun
    return _Worker.exporter


def _received(sent: Sent) -> Packet:
    packet = Packet(sent.data, **sent.options, **_Worker.options)
    packet.state.update(pickle.loads(sent.state))
    return packet
