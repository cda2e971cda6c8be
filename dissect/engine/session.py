"""What is remembered from packet to packet while a capture is read in order.

Stream numbers, times since the previous packet of a conversation, requests waiting for their
replies.  Every table is bounded: the entries used longest ago are forgotten first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from dissect.engine.reassembly import Reassembly

V = TypeVar("V")


class Table(Generic[V]):
    """A bounded mapping; counts what it had to forget."""

    __slots__ = ("limit", "entries", "evicted", "count")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.entries: OrderedDict[Hashable, V] = OrderedDict()
        self.evicted = 0
        self.count = 0
        """Entries made so far; the next stream number."""

    def get(self, key: Hashable) -> V | None:
        """The entry for a key, now the most recently used, or None."""
        entry = self.entries.get(key)
        if entry is not None:
            self.entries.move_to_end(key)
        return entry

    def put(self, key: Hashable, value: V) -> V:
        """Store an entry, forgetting the oldest past the limit."""
        entries, size = self.entries, len(self.entries)
        entries[key] = value
        if len(entries) == size:
            entries.move_to_end(key)
            return value
        self.count += 1
        if size >= self.limit:
            entries.popitem(last=False)
            self.evicted += 1
        return value

    def pop(self, key: Hashable) -> V | None:
        """Remove an entry and hand it back, or None."""
        return self.entries.pop(key, None)


class Session:
    """State over one capture.

    relative_seq  show TCP sequence numbers from the first one
    reassemble    put fragments together
    """

    def __init__(
        self, *, relative_seq: bool = False, reassemble: bool = True, limit: int = 200_000
    ) -> None:
        self.relative_seq = relative_seq
        self.fragments = Reassembly() if reassemble else None
        self.limit = limit
        self.tables: dict[str, Table[Any]] = {}
        self.first_time: int | None = None
        self.previous_time: int | None = None

    def table(self, name: str) -> Table[Any]:
        """The table of that name, made when first asked for."""
        table = self.tables.get(name)
        if table is None:
            table = self.tables[name] = Table(self.limit)
        return table

    def entry(self, name: str, key: Hashable, make: Callable[[int], V]) -> V:
        """The entry for a key; a new one is made with its number (0, 1, 2 … per table)."""
        table: Table[V] = self.table(name)
        known = table.get(key)
        return table.put(key, make(table.count)) if known is None else known


class Settled(Session):
    """For packets whose state is known: nothing is left to be asked."""

    def table(self, name: str) -> Table[Any]:
        """There is none; raises LookupError."""
        raise LookupError(f"{name}: not in this packet's state")
