"""Packets of one layout, and what columns are made of: octets, times, what the session told."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.columns.chunk import Rows
from dissect.columns.layout import Item

Octets = NDArray[np.uint8]
Texts = list[str]

SECOND = 1_000_000_000


@dataclass(slots=True)
class Batch:
    """Packets of one layout.

    heads     (packets, octets): all in front of the payload, and what of it is looked into
    payloads  all behind the last header
    time_ns, since_first, since_previous  nanoseconds
    states    what the session told: of each kind of state a column
    """

    heads: Octets
    payloads: list[bytes]
    sizes: list[int]
    numbers: list[int]
    time_ns: Rows
    since_first: Rows
    since_previous: Rows
    states: list[list[Any]]
    made: dict[Hashable, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.payloads)

    def __reduce__(self) -> tuple[Callable[..., Batch], tuple[Any, ...]]:
        """Numbers of states travel as columns, several times as fast as states one by one."""
        values = [getattr(self, part.name) for part in fields(self) if part.name != "made"]
        return _arrived, (values[:-1], list(map(_apart, self.states)))

    def of(self, rows: list[int]) -> Batch:
        """Some of them."""

        def some(values: list[Any]) -> list[Any]:
            return list(map(values.__getitem__, rows))

        return Batch(
            self.heads[rows], some(self.payloads), some(self.sizes), some(self.numbers),
            self.time_ns[rows], self.since_first[rows], self.since_previous[rows],
            list(map(some, self.states)),
        )  # fmt: skip

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What several columns need, made once."""
        if key not in self.made:
            self.made[key] = make()
        return self.made[key]

    def array(self, at: int, item: Item) -> NDArray[Any]:
        """An item of a header that stands at ``at``: numbers or octets."""
        first = at + item.offset
        octets = np.ascontiguousarray(self.heads[:, first : first + item.size])
        values: NDArray[Any] = octets.view(item.code or f"V{item.size}").ravel()
        return values >> item.shift & item.mask if item.mask else values

    def values(self, at: int, item: Item) -> list[Any]:
        """The same as Python's objects."""
        return self.once((at, item), self.array(at, item).tolist)  # type: ignore[no-any-return]

    def octets(self, at: int, size: int) -> list[bytes]:
        """Octets of the heads."""
        return self.values(at, Item("", 0, size, 0, 0))

    def state(self, nth: int, place: int) -> tuple[Any, ...]:
        """A member of each packet's nth state."""

        def make() -> tuple[Any, ...]:
            return tuple(zip(*self.states[nth], strict=True))

        return self.once(("state", nth), make)[place]  # type: ignore[no-any-return]

    def clock(self) -> tuple[list[int], Texts]:
        """The whole seconds of the times, and the nine decimals."""

        def make() -> tuple[list[int], Texts]:
            whole, rest = np.divmod(self.time_ns, SECOND)
            return whole.tolist(), written(*digits(rest))

        return self.once("clock", make)  # type: ignore[no-any-return]

    def hex(self, at: int, size: int) -> Texts:
        """Octets of the heads in hexadecimal."""
        return self.heads[:, at : at + size].tobytes().hex(" ", -size).split()


def _apart(states: list[Any]) -> tuple[Any, list[Any]]:
    """The type of states, and columns of their members; or no type, and the states."""
    kinds = set(map(type, states))
    kind = kinds.pop() if len(kinds) == 1 else None
    if hasattr(kind, "_fields"):
        return kind, list(zip(*states, strict=True))
    return None, states


def _arrived(values: list[Any], states: list[tuple[Any, list[Any]]]) -> Batch:
    values.append([list(map(kind, *columns)) if kind else columns for kind, columns in states])
    return Batch(*values)


def digits(numbers: Rows) -> Iterator[Rows]:
    """The nine digits of whole numbers below a milliard, as characters."""
    for place in reversed(range(9)):
        higher = numbers // 10**place
        yield higher + ord("0")
        numbers = numbers - 10**place * higher


def written(*characters: Rows) -> Texts:
    """Texts of one length, given their first characters, their second ones …."""
    octets = np.stack(characters, 1).astype(np.uint32)
    found: Texts = octets.view(f"U{len(characters)}").ravel().tolist()
    return found
