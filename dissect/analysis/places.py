"""Which packets the rows of a chunk are, with the links that they were captured on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from dissect.analysis.analysis import Link, Place
from dissect.protocols.vlan import LengthTag, ServiceTag, Tag

if TYPE_CHECKING:
    from dissect.columns.chunk import Rows
    from dissect.columns.seen import Seen

T = TypeVar("T", bound=tuple[Any, ...])
Numbers = NDArray[np.int64]
_LINKS: WeakKeyDictionary[Seen, tuple[int, list[Link], Numbers]] = WeakKeyDictionary()
"""All analyses ask for the same."""


class Several(NamedTuple):
    """Events of a chunk, side by side: what becomes many tuples when they are taken in.

    at      the place of the first one
    kind    what all are: named tuples that begin with their place
    where   of each the packet's number, time and link
    values  of each what follows its place
    """

    at: Place
    kind: type[tuple[Any, ...]]
    where: tuple[list[Any], ...]
    values: tuple[list[Any], ...]

    def only(self, which: list[int]) -> Several:
        """Some of them."""
        where, values = (
            tuple([column[number] for number in which] for column in columns)
            for columns in (self.where, self.values)
        )
        return self._replace(where=where, values=values)

    @property
    def each(self) -> Iterator[Any]:
        """Each as it is by itself."""
        return tuples(self.kind, tuples(Place, *self.where), *self.values)


def several(
    seen: Seen, rows: Rows, file: int, kind: type[tuple[Any, ...]], *values: list[Any]
) -> Iterator[Any]:
    """Events about some rows, as one ``Several``; none if there are no rows."""
    if len(rows):
        (first,) = places(seen, rows[:1], file)
        yield Several(first, kind, _where(seen, rows, file), values)


def spread(events: Iterable[Any]) -> list[Any]:
    """Events, ``Several`` being as many as they are."""
    found: list[Any] = []
    for event in events:
        found += event.each if isinstance(event, Several) else (event,)
    return found


class InTurn(NamedTuple):
    """Events of a chunk one after the other: number, time and link of each, then its values."""

    at: Place
    rows: list[tuple[Any, ...]]


def in_turn(events: Iterable[Any], kind: type[tuple[Any, ...]]) -> list[Any]:
    """The events of a kind as one ``InTurn``, in the capture's order; none if there are none."""
    rows: list[tuple[Any, ...]] = []
    for event in events:
        if isinstance(event, Several):
            rows += zip(*event.where, *event.values, strict=True)
        elif isinstance(event, kind):
            at, *values = event
            rows.append((*at, *values))
    rows.sort(key=itemgetter(0))
    return [InTurn(Place(*rows[0][:3]), rows)] if rows else []


def tuples(kind: type[T], *columns: Iterable[Any]) -> Iterator[T]:
    """Named tuples out of their columns: the fastest way there is."""
    return map(partial(tuple.__new__, kind), zip(*columns, strict=True))


def octets_of(values: NDArray[np.uint8], there: NDArray[np.bool_] | None = None) -> list[bytes]:
    """The octets of each row of (n, size); where there are none, none."""
    found: list[bytes] = values.view(f"V{values.shape[1]}")[:, 0].tolist()
    if there is None or there.all():
        return found
    return [one if is_there else b"" for one, is_there in zip(found, there.tolist(), strict=True)]


def places(seen: Seen, rows: Rows, file: int) -> list[Place]:
    """Which packets some rows are; their time is 0 where the file has none."""
    return list(tuples(Place, *_where(seen, rows, file)))


def _where(seen: Seen, rows: Rows, file: int) -> tuple[list[int], list[int], list[Link]]:
    """The values of places."""
    chunk = seen.chunk
    links, which = links_of(seen, file)
    if len(links) == 1:
        link = links * len(rows)
    else:
        link = list(map(links.__getitem__, which[rows].tolist()))
    return chunk.number[rows].tolist(), np.maximum(chunk.time_ns[rows], 0).tolist(), link


def links_of(seen: Seen, file: int) -> tuple[list[Link], Numbers]:
    """The links of all rows, and of each row which of them it is; as ``link_of`` a packet."""
    known = _LINKS.get(seen)
    if known is None or known[0] != file:
        known = _LINKS[seen] = (file, *_links_of(seen, file))
    return known[1:]


def _links_of(seen: Seen, file: int) -> tuple[list[Link], Numbers]:
    chunk = seen.chunk
    named = chunk.stretch.form.name == "pcapng"
    links = [
        Link(file, one.id, one.name) if named else Link(file) for one in chunk.stretch.interfaces
    ]
    which = chunk.interface.astype(np.int64)
    for part in seen.parts(Tag, LengthTag, ServiceTag):
        tags = part.head.id.astype(np.int64)
        both, inverse = np.unique(which[part.rows] << 12 | tags, return_inverse=True)
        which[part.rows] = len(links) + inverse
        links += [
            links[one >> 12]._replace(vlans=(*links[one >> 12].vlans, one & 0xFFF))
            for one in both.tolist()
        ]
    return links, which
