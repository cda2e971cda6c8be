"""The rows of a chunk that moulds may serve, by their layouts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.capture.table import NO_TIME
from dissect.columns.chunk import Chunk, Mask, Rows
from dissect.engine.header import Header
from dissect.engine.session import Session
from dissect.lines.kinds import Group, Places, only_harmless, size_of
from dissect.lines.sums import verified
from dissect.moulds.kinds import LONGEST_KEPT, Kind, Layer, kinds_of
from dissect.moulds.layout import Layout
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.tcp import TCP
from dissect.protocols.udp import UDP

EPB_OCTETS = 32
"""Of an Enhanced Packet Block without packet and options."""


class Key(NamedTuple):
    """Which layout: the chain of protocols, which of its kinds, interface, offsets of headers."""

    chain: str
    nth: int
    interface: int
    places: tuple[int, ...]
    behind: int


@lru_cache(maxsize=4096)
def layout_of(key: Key) -> Layout:
    """The layout of a key."""
    kind = kinds_of(key.chain.split(":"))[key.nth]
    return Layout(kind, list(key.places), key.behind)


class Family:
    """Rows of a chunk with one layout, and the states of those that have had their turn."""

    def __init__(self, key: Key, groups: list[Group]) -> None:
        self.key = key
        self.layout = layout = layout_of(key)
        self.carries_udp = any(place.layer.name == "udp" for place in layout.places)
        self.rows = groups[-1].rows
        self.states: list[tuple[Any, ...]] = []
        last = groups[-1:] if layout.payload.state is not None else []
        those = [g for g, place in zip(groups, layout.places, strict=True) if place.layer.state]
        told = [state.told(g) for state, g in zip(layout.states, [*those, *last], strict=True)]
        self.turns: Iterator[tuple[Any, ...]] = (
            zip(*told, strict=True) if told else repeat((), len(self.rows))
        )
        """The state of the next row: the session is told of it, when it is its turn."""

    @property
    def told(self) -> Rows:
        """The rows that have had their turn: the first ones, up to an announcement."""
        return self.rows[: len(self.states)]


class Rest(NamedTuple):
    """Rows of one kind, and where the headers of its layers are in them."""

    chain: str
    nth: int
    kind: Kind
    groups: list[Group]

    def of(self, mask: Mask) -> Rest:
        """Some of the rows."""
        return self._replace(groups=[group.of(mask) for group in self.groups])


class Families:
    """Sorts the rows of chunks of one capture."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kinds: dict[int, list[Kind]] = {}

    def of(self, chunk: Chunk) -> list[Family]:
        """The families of a chunk."""
        usable = ~chunk.unsure & (chunk.time_ns != NO_TIME) & _without_options(chunk)
        usable &= chunk.captured == chunk.original
        found = []
        standing = _Standing(chunk, usable)
        usable_rows = np.flatnonzero(usable)
        for chain, rows in _by_value(chunk.chain[usable_rows]):
            if chain not in self._kinds:
                self._kinds[chain] = kinds_of(chunk.chains.protocols(chain))
            layers: tuple[Layer, ...] = ()
            for nth, kind in enumerate(self._kinds[chain]):
                if kind.layers != layers:  # most kinds of a chain have the same
                    layers = kind.layers
                    groups = self._groups(layers, usable_rows[rows], standing)
                if groups:
                    found.append(_surely(Rest(chunk.chains.text(chain), nth, kind, groups)))
        return [
            family
            for rest, mask in zip(found, _right(chunk, found), strict=True)
            if mask.any()
            for family in _laid_out(chunk, rest.of(mask))
        ]

    def _groups(
        self, layers: tuple[Layer, ...], rows: Rows, standing: _Standing
    ) -> list[Group]:  # fmt: skip
        """The rows at each layer; empty where the headers aren't those of the layers."""
        headers = {layer.header for layer in layers}
        at = [(nth, there[rows]) for nth, there in standing.of(headers)]
        at = [(nth, there) for nth, there in at if there.max() >= 0]
        if [standing.parts[nth].header for nth, _ in at] != [layer.header for layer in layers]:
            return []
        places = None
        groups = []
        end = standing.chunk.limit(rows)
        for layer, (nth, there) in zip(layers, at, strict=True):
            if places is None or layer.is_ip:
                places = standing.places(nth)
            groups.append(Group(places, self._session, rows, there, end))
        return groups


class _Standing:
    """Where in usable rows of a chunk a part's header stands, -1 without it; worked out once."""

    def __init__(self, chunk: Chunk, usable: Mask) -> None:
        self.chunk = chunk
        self._usable = usable
        self.parts = [part for part in chunk.parts if not part.quoted]
        self._there: dict[int, Rows] = {}
        self._places: dict[int, Places] = {}

    def of(self, headers: set[type[Header]]) -> Iterator[tuple[int, Rows]]:
        """The numbers of the parts that are one of some headers, in the order of each packet."""
        for nth, part in enumerate(self.parts):
            if part.header in headers:
                if nth not in self._there:
                    there = self._there[nth] = np.full(len(self.chunk), -1, np.int64)
                    there[part.rows] = part.at
                yield nth, self._there[nth]

    def places(self, nth: int) -> Places:
        """The places of an IP header that is a part."""
        if nth not in self._places:
            part = self.parts[nth]
            whole = self._usable[part.rows]
            self._places[nth] = Places.around(
                self.chunk, part.header, part.rows[whole], part.at[whole]
            )
        return self._places[nth]


def _by_value(values: NDArray[Any]) -> Iterator[tuple[int, Rows]]:
    """Each value that comes, and where it does."""
    order = np.argsort(values, kind="stable")
    different, first = np.unique(values[order], return_index=True)
    return zip(different.tolist(), np.split(order, first[1:]), strict=False)


def _laid_out(chunk: Chunk, rest: Rest) -> Iterator[Family]:
    """Rows by their layouts."""
    rows = rest.groups[-1].rows
    start = chunk.start[rows]
    behind = rest.groups[-1].at + _header_size(rest.groups[-1], rest.kind)
    ats = [*(group.at for group in rest.groups), behind]
    offsets = np.stack([chunk.interface[rows], *(at - start for at in ats)], 1)
    alike = (offsets == offsets[0]).all()
    for offset in offsets[:1] if alike else np.unique(offsets, axis=0):
        interface, *places, after = offset.tolist()
        key = Key(rest.chain, rest.nth, interface, tuple(places), after)
        mine = rest if alike else rest.of((offsets == offset).all(axis=1))
        yield Family(key, mine.groups)


def _surely(rest: Rest) -> Rest:
    """The rows that a mould can give the text of, if their checksums are right."""
    kind, last = rest.kind, rest.groups[-1]
    mask = np.ones(len(last), np.bool_)
    for group, layer in zip(rest.groups, kind.layers, strict=True):
        mask &= group.at >= 0
        if not layer.is_link:
            mask &= group.places.end[group.rows] == group.end
    if kind.payload.kept:
        mask &= last.end - last.at <= LONGEST_KEPT
    if kind.options:
        mask &= only_harmless(last, np.ones(len(last.chunk.chains), np.bool_))
    rest = rest.of(mask)
    mask = kind.payload.sure(rest.groups[-1])
    for group, layer in zip(rest.groups, kind.layers, strict=True):
        mask &= layer.sure(group)
    return rest.of(mask)


def _right(chunk: Chunk, found: list[Rest]) -> Iterator[Mask]:
    """Of each the rows whose checksums are right or missing; all are summed up at once."""
    checked = [
        (group, layer.number)
        for rest in found for group, layer in zip(rest.groups, rest.kind.layers, strict=True)
        if layer.number
    ]  # fmt: skip
    mask = _verified(chunk, checked) if checked else np.ones(0, np.bool_)
    first = 0
    for rest in found:
        right = np.ones(len(rest.groups[-1]), np.bool_)
        for group, layer in zip(rest.groups, rest.kind.layers, strict=True):
            if layer.number:
                mine = mask[first : first + len(group)]
                first += len(group)
                right &= mine | (group.head(UDP).sum == 0) if layer.header is UDP else mine
        yield right


def _verified(chunk: Chunk, checked: list[tuple[Group, int]]) -> Mask:
    """The same of all rows of groups, each with its protocol's number."""
    at, end, ip, version = (np.concatenate(column) for column in zip(*(
        (g.at, g.end, g.places.at[g.rows], g.version) for g, _ in checked
    ), strict=True))  # fmt: skip
    numbers = np.repeat([number for _, number in checked], [len(g) for g, _ in checked])
    return verified(chunk, at, end, ip, version, numbers)


def _header_size(group: Group, kind: Kind) -> Rows:
    """Octets of the last layer's header in each row."""
    if kind.layers[-1].header is TCP:
        return 4 * group.head(TCP).off.astype(np.int64)
    if kind.layers[-1].header is IPv4:
        return 4 * group.head(IPv4).ihl.astype(np.int64)
    return np.full(len(group), size_of(kind.layers[-1].header))


def _without_options(chunk: Chunk) -> Mask:
    """The rows of which the file says nothing but time and length: no comments, no flags."""
    if chunk.stretch.form.name != "pcapng":
        return np.ones(len(chunk), np.bool_)
    starts, ends = chunk.stretch.spans()
    found: Mask = ends - starts == EPB_OCTETS + (chunk.captured + 3 & ~3)
    return found
