"""Trees and text in several processes, exactly as in one.

What a packet's tree says may depend on the packets before it.  All of that passes through
``packet.state``, which is filled when the packet is decoded, with a tree or without.  So this
process decodes the packets in their order without trees, which takes a small part of the time, and
sends each with its state to the workers, many together.  They need no session, and write text to
the command's own output, one batch after the other: whose turn it isn't yet holds some of it back.
Only so many batches are under way that memory stays small.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from io import StringIO
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from dissect.api import Packet
from dissect.capture.record import CaptureError
from dissect.engine.preferences import preferences_of
from dissect.engine.processes import pool
from dissect.engine.session import Settled
from dissect.export.base import Exporter, View

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

    from dissect.api import Capture
    from dissect.moulds.telling import Told
    from dissect.moulds.writing import Writing
    from dissect.show.run import Reading

    Batch = TypeVar("Batch", "Packets", Told)

BATCH = 256
"""Packets that go to a worker together."""
MOULDED = 16_384
"""The same by moulds, which serve many at once."""
AHEAD = 2
"""Batches under way for each worker."""
HELD = 1 << 25
"""Octets that a worker has ready before it is its turn."""
START = "fork" if sys.platform == "linux" else "spawn"
"""A copy has what is imported, and the output, and nothing here waits for another thread."""


class Sent(NamedTuple):
    """A packet on its way: what ``Packet`` is told, and its state as it was, pickled."""

    data: bytes
    options: dict[str, Any]
    state: bytes


class Packets(NamedTuple):
    """Some packets, and the number of the last."""

    sent: list[Sent]
    last: int


class Turn:
    """Which batch is to be written: the first is 0; none any more when one could not be."""

    def __init__(self, context: BaseContext) -> None:
        self._next = context.RawValue("q", 0)
        self._changed = context.Condition()

    def has_come(self, nth: int) -> bool:
        """Whether it is a batch's turn."""
        return bool(self._next.value == nth)

    def wait(self, nth: int) -> None:
        """Until it is a batch's turn; raises BrokenPipeError if it won't be."""
        with self._changed:
            self._changed.wait_for(lambda: self._next.value in (nth, NEVER))
        if not self.has_come(nth):
            raise BrokenPipeError

    def hand_on(self, nth: int) -> None:
        """To a batch."""
        with self._changed:
            self._next.value = nth
            self._changed.notify_all()


NEVER = -1


class Jobs:
    """Workers that write packets in a format."""

    def __init__(self, form: str, exporter: Exporter, reading: Reading, jobs: int) -> None:
        self._make = form, exporter.view, reading
        self._exporter = exporter
        self._jobs = jobs

    def packets(self, packets: Iterable[Packet]) -> Iterator[Future[int]]:
        """Write packets batch by batch; when one is done the number of its last packet is known."""
        return self._done(_batches(packets), _texts)

    def by_moulds(self, capture: Capture) -> Iterator[Future[int]]:
        """The same with all packets of a capture, where moulds can be cast of it.

        This process decodes those that go by their trees, and writes their texts at once.
        """
        from dissect.moulds.telling import Telling
        from dissect.moulds.writing import Writing

        writing = Writing(self._exporter, capture.session(Settled))
        return self._done(Telling(capture, MOULDED, writing.of_tree), _filled)

    def _done(
        self, batches: Iterable[Batch], texts: Callable[[Batch], Iterator[bytes]]
    ) -> Iterator[Future[int]]:
        """Let workers write batches in their order."""
        context = multiprocessing.get_context(START)
        turn = Turn(context)
        stream = self._exporter.stream
        stream.flush()
        waiting: deque[Future[int]] = deque()
        damage: CaptureError | None = None
        begin = _begin, *self._make, turn, stream.fileno()
        with pool(self._jobs, *begin, context=context) as workers:
            try:
                for batch, nth in zip(batches, count(), strict=False):
                    begun, self._exporter.begun = self._exporter.begun, True
                    waiting.append(workers.submit(_write, nth, batch, texts, begun=begun))
                    if len(waiting) >= AHEAD * self._jobs:
                        yield waiting.popleft()
            except CaptureError as found:
                damage = found
            while waiting:
                yield waiting.popleft()
        if damage is not None:
            raise damage


def _batches(packets: Iterable[Packet]) -> Iterator[Packets]:
    """Packets with their state, as it is when each has just been decoded."""
    batch: list[Sent] = []
    last = 0
    damage: CaptureError | None = None
    try:
        for packet in packets:
            batch.append(_sent(packet))
            last = packet.number
            if len(batch) == BATCH:
                yield Packets(batch, last)
                batch = []
    except CaptureError as found:
        damage = found
    if batch:
        yield Packets(batch, last)
    if damage is not None:
        raise damage


def _sent(packet: Packet) -> Sent:
    packet.decode()
    options = {
        "link_type": packet.link_type, "original": packet.original, "number": packet.number,
        "time_ns": packet.time_ns, "ticks": packet.ticks, "interface": packet.interface,
        "comments": packet.comments, "flags": packet.flags, "drops": packet.drops,
    }  # fmt: skip
    return Sent(packet.data, options, pickle.dumps(packet.state, pickle.HIGHEST_PROTOCOL))


class _Worker:
    """What a process keeps between batches."""

    exporter: Exporter
    options: dict[str, Any]
    turn: Turn
    output: int
    writing: Writing | None = None


def _begin(form: str, view: View, reading: Reading, turn: Turn, output: int) -> None:
    from dissect.engine.garbage import calm
    from dissect.show.run import exporter_of

    session = Settled(relative_seq=reading.relative_seq, reassemble=reading.reassemble)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends us, when all is whole
    _Worker.exporter = exporter_of(form, StringIO(), view)
    _Worker.options = {"session": session, "preferences": preferences_of(reading.preferences)}
    _Worker.turn, _Worker.output = turn, output
    calm()


def _write(
    nth: int, batch: Batch, texts: Callable[[Batch], Iterator[bytes]], *, begun: bool
) -> int:  # fmt: skip
    """Write a batch when it is its turn; hands back the number of its last packet."""
    turn = _Worker.turn
    _Worker.exporter.begun = begun
    try:
        _write_in_turn(nth, texts(batch))
    except BaseException:
        turn.wait(nth)  # those before are written all the same
        turn.hand_on(NEVER)
        raise
    turn.hand_on(nth + 1)
    return batch.last


def _write_in_turn(nth: int, texts: Iterator[bytes]) -> None:
    turn, held, size = _Worker.turn, [], 0
    with open(_Worker.output, "wb", closefd=False) as output:
        for text in texts:
            held.append(text)
            size += len(text)
            if size > HELD:
                turn.wait(nth)
            if turn.has_come(nth):
                output.writelines(held)
                held, size = [], 0
        turn.wait(nth)
        output.writelines(held)


def _texts(batch: Packets) -> Iterator[bytes]:
    """The text of packets by their trees."""
    exporter = _Worker.exporter
    exporter.stream = stream = StringIO(newline="\n")
    exporter.write = stream.write
    for sent in batch.sent:
        exporter.packet(_received(sent))
    yield stream.getvalue().encode("utf-8", "backslashreplace")


def _filled(told: Told) -> Iterator[bytes]:
    """The text of packets by moulds."""
    from dissect.moulds.writing import Writing

    if _Worker.writing is None:
        _Worker.writing = Writing(_Worker.exporter, _Worker.options["session"])
    writing = _Worker.writing
    return _Worker.exporter.blocks(writing.texts(told))


def _received(sent: Sent) -> Packet:
    packet = Packet(sent.data, **sent.options, **_Worker.options)
    packet.state.update(pickle.loads(sent.state))
    return packet
