"""``response``: every request has its reply, in time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from dissect.capture.table import NO_TIME
from dissect.check.clauses import Clause
from dissect.check.clauses.values import FieldRead, found_in
from dissect.check.failure import Examples, Failure, packets_text
from dissect.check.number import duration_text
from dissect.check.reading import Reading
from dissect.check.several import Row, both, by_time
from dissect.columns import Occurrences
from dissect.engine.packet import Packet
from dissect.filter import Filter

WAITING = 200_000
"""Requests without a reply that are remembered."""

Key = tuple[Any, ...]
"""The first value of each field of a key; None where a packet has none."""


class Request(NamedTuple):
    """A request that waits for its reply."""

    number: int
    time: int


class Response(Clause):
    """``response``: the requests among the packets that pass ``about``, each with its reply.

    key     pairs of fields, of the request and of the reply, whose first values are the same
    within  the deadline in nanoseconds
    """

    def __init__(
        self, about: Filter, request: Filter, reply: Filter,
        key: tuple[tuple[FieldRead, FieldRead], ...], within: int | None,
    ) -> None:  # fmt: skip
        self.request, self.reply = request, reply
        self.tests = (both(about, request), reply)
        self.key = key
        self.within = within
        self._reads = {field.text: field for pair in key for field in pair}
        self.names = tuple(self._reads)
        self.looked = self.tests if key else ()
        self.requests = 0
        self.broken = Examples()
        self._waiting: OrderedDict[Key, list[Request]] = OrderedDict()
        self._held = 0
        self._end = NO_TIME

    def look(self, packet: Packet) -> dict[str, Any]:
        """The first values of all fields of the key in a packet."""
        found = found_in(packet, self._reads.values())
        return {text: next(iter(read.get(found)), None) for text, read in self._reads.items()}

    def update(self, row: Row) -> None:
        """Go through requests and replies as they come."""
        request, reply = map(row.passing, self.tests)
        places = by_time(row, np.flatnonzero(request | reply))
        values = _Values(row, self._reads) if places else None
        for place in places:
            number, time = int(row.number[place]), int(row.time_ns[place])
            assert values is not None
            if reply[place]:
                key = tuple(values.of(place, field) for _, field in self.key)
                for waiting in self._take(key):
                    self._answered(waiting, number, time)
            if request[place]:
                self.requests += 1
                key = tuple(values.of(place, field) for field, _ in self.key)
                self._waiting.setdefault(key, []).append(Request(number, time))
                self._held += 1
                if self._held > WAITING:
                    for lost in self._take(next(iter(self._waiting))):
                        self.broken.add(lost.number, f"no reply while {WAITING:,} others came")
        if len(row.time_ns):
            self._end = max(self._end, int(row.time_ns.max()))

    def _take(self, key: Key) -> list[Request]:
        """The requests that wait with a key, which do so no longer."""
        found = self._waiting.pop(key, [])
        self._held -= len(found)
        return found

    def _answered(self, request: Request, number: int, time: int) -> None:
        took = time - request.time
        if self.within is None or NO_TIME in (time, request.time) or took <= self.within:
            return
        self.broken.add(
            request.number, f"its reply, packet {number}, came {duration_text(took)} later"
        )

    def failures(self, reading: Reading) -> Iterator[Failure]:
        """Requests without a reply, and late ones; that there was none at all."""
        left = [request for waiting in self._waiting.values() for request in waiting]
        for request in sorted(left):
            self.broken.add(request.number, self._unanswered(request))
        names = " and ".join(
            request.text if request.text == reply.text else f"{request.text} as {reply.text}"
            for request, reply in self.key
        )
        same = f" with the same {names}" if names else ""
        limit = "" if self.within is None else f" within {duration_text(self.within)}"
        expected = f"{self.request.text} is answered by {self.reply.text}{same}{limit}"
        if not self.requests:
            yield Failure("response", expected, "no request")
        if self.broken.total:
            shown = tuple(sorted(self.broken.shown, key=lambda one: one.number))
            requests = packets_text(self.requests).replace("packet", "request")
            are = "is" if self.broken.total == 1 else "are"
            yield Failure(
                "response", expected, f"{self.broken.total:,} of {requests} {are} not", shown,
                self.broken.total,
            )  # fmt: skip

    def _unanswered(self, request: Request) -> str:
        left = self._end - request.time
        timed = NO_TIME not in (request.time, self._end)
        if self.within is not None and timed and left < self.within:
            return f"no reply; the capture ends {duration_text(left)} later"
        return "no reply"


class _Values:
    """The values of fields in the rows of a chunk: what was looked up, or what columns tell."""

    def __init__(self, row: Row, reads: dict[str, FieldRead]) -> None:
        self._seen = row.seen
        self._columns: dict[str, Occurrences] = {
            name: row.chunk.field(name) for name in reads
        }  # fmt: skip
        self._make = {
            name: MAKE.get(field.value.type.group, _plain) for name, field in reads.items()
        }

    def of(self, place: int, field: FieldRead) -> Any:
        seen = self._seen.get(place)
        if seen is not None:
            return seen[field.text]
        found = self._columns[field.text]
        first = int(np.searchsorted(found.rows, place))
        if first == len(found) or found.rows[first] != place:
            return None
        return self._make[field.text](found.values[first])


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, np.ndarray) else value.item()


MAKE: dict[str, Callable[[Any], Any]] = {
    "boolean": lambda value: int(value != 0),
    "eui64": lambda value: int.from_bytes(bytes(value), "big"),
}
"""Groups of types whose values filters have in another form than columns."""
