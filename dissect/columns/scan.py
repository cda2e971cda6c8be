"""Map and reduce over a capture: its chunks go to consumers in several processes.

Splitting is by the records' places, which one pass in this process finds; what a worker hands
back is its consumer, so results are small or already reduced.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, Self, TypeVar

from dissect.capture.file import CaptureFile
from dissect.capture.open import open_records
from dissect.capture.pcapng import Section
from dissect.capture.record import DamagedCapture
from dissect.capture.stretch import Stretch
from dissect.columns.chains import Chains
from dissect.columns.chunk import Chunk
from dissect.columns.read import PACKETS, Source, is_alone, opened, walked
from dissect.engine.garbage import calm
from dissect.engine.processes import pool

if TYPE_CHECKING:
    from concurrent.futures import Future


class Consumer(Protocol):
    """What is made of chunks.  It is pickled: numbers of chains mean nothing elsewhere."""

    def update(self, chunk: Chunk) -> None:
        """Take in a chunk."""

    def merge(self, other: Self) -> None:
        """Take in what another made of the chunks behind ours."""


C = TypeVar("C", bound=Consumer)
Progress = Callable[[int, int], None]
"""Told how many packets were taken in, and the byte of the file at which the last one begins."""


class Scanned(NamedTuple, Generic[C]):
    """The consumer of all packets, up to the damage if there is any."""

    result: C
    damage: DamagedCapture | None


def scan(
    source: Source, factory: Callable[[], C], *, into: C | None = None, jobs: int = 1,
    size: int = PACKETS, progress: Progress | None = None,
) -> Scanned[C]:  # fmt: skip
    """Feed a whole capture to consumers, and merge them in the capture's order.

    factory  makes a consumer; with several jobs it must be picklable, as a class is
    into     the consumer that takes all in, as if the capture were behind what it has seen
    jobs     processes; pipes and compressed files are read in this one
    progress  called after each chunk

    Raises as ``open_records``.
    """
    alone = is_alone(source)
    with opened(source) as records:
        made = factory() if into is None else into
        try:
            if jobs > 1 and records.plain:
                for stretch, other in _in_processes(records, factory, jobs, size, alone):
                    made.merge(other)
                    _tell(progress, stretch)
            else:
                chains = Chains()
                for stretch in records.stretches(size):
                    made.update(walked(stretch, chains, alone=alone))
                    _tell(progress, stretch)
        except DamagedCapture as damage:
            return Scanned(made, damage)
    return Scanned(made, None)


def _tell(progress: Progress | None, stretch: Stretch) -> None:
    if progress is not None and stretch.offsets:
        progress(stretch.first + len(stretch.offsets) - 1, stretch.end)


def each(
    source: Source, factory: Callable[[], C], *, jobs: int = 1, size: int = PACKETS
) -> Iterator[C]:  # fmt: skip
    """As ``scan``, a consumer for every chunk, in the capture's order; raises DamagedCapture."""
    alone = is_alone(source)
    with opened(source) as records:
        if jobs > 1 and records.plain:
            for _, made in _in_processes(records, factory, jobs, size, alone):
                yield made
            return
        chains = Chains()
        for stretch in records.stretches(size):
            made = factory()
            made.update(walked(stretch, chains, alone=alone))
            yield made


class _Task(NamedTuple):
    """A stretch, to be found again by another process."""

    offsets: array[int]
    first: int
    sections: list[Section]


def _in_processes(
    records: CaptureFile, factory: Callable[[], C], jobs: int, size: int, alone: bool
) -> Iterator[tuple[Stretch, C]]:
    """The consumers of all stretches, in order; only so many are under way as there is work for."""
    damage: DamagedCapture | None = None
    with pool(jobs, _begin, records.path, factory, alone) as workers:
        waiting: deque[tuple[Stretch, Future[C]]] = deque()
        try:
            for stretch in records.stretches(size):
                task = _Task(stretch.offsets, stretch.first, records.sections)
                waiting.append((stretch, workers.submit(_work, task)))  # type: ignore[arg-type]
                if len(waiting) > 2 * jobs:
                    first, future = waiting.popleft()
                    yield first, future.result()
        except DamagedCapture as found:
            damage = found
        for first, future in waiting:
            yield first, future.result()
    if damage is not None:
        raise damage


class _Worker:
    """What a process keeps between tasks."""

    records: CaptureFile
    factory: Callable[[], Consumer]
    chains: Chains
    alone: bool


def _begin(path: str, factory: Callable[[], Consumer], alone: bool) -> None:
    _Worker.alone = alone
    _Worker.records = open_records(path)
    _Worker.factory = staticmethod(factory)
    _Worker.chains = Chains()
    calm()


def _work(task: _Task) -> Consumer:
    stretch = _Worker.records.stretch(*task)
    consumer = _Worker.factory()
    consumer.update(walked(stretch, _Worker.chains, alone=_Worker.alone))
    _Worker.records.forget(task.offsets[0], task.offsets[-1])
    return consumer
