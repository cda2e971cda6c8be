"""What may stand in a mould's holes: columns of texts, made for many packets at once.

A text that isn't ASCII is given as its octets are: ``dissect.export.base.octets_of``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.address import embedded
from dissect.columns.chunk import Rows
from dissect.columns.layout import Item, layout_for
from dissect.engine.header import Header, NodePlan, Place, layout_of, plan_of
from dissect.engine.tree import Field, Node
from dissect.engine.values import BYTES, date_text, ipv6_text, seconds_text
from dissect.export.base import octets_of
from dissect.export.json import day

Octets = NDArray[np.uint8]
Texts = list[str]

MOST_TEXTS = 40_000
"""Values whose text a column remembers."""
SECOND = 1_000_000_000
MOST_PARTS = 3
"""Numbers and addresses inside an address."""


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
    time_ns: list[int]
    since_first: list[int]
    since_previous: list[int]
    states: list[list[Any]]
    made: dict[Hashable, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.payloads)

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
            whole, rest = np.divmod(np.array(self.time_ns, np.int64), SECOND)
            return whole.tolist(), _decimals(rest)

        return self.once("clock", make)  # type: ignore[no-any-return]

    def hex(self, at: int, size: int) -> Texts:
        """Octets of the heads in hexadecimal."""
        text: str = self.once("hex", lambda: self.heads.tobytes().hex())
        first, last = 2 * at, 2 * (at + size)
        return [text[i + first : i + last] for i in range(0, len(text), 2 * self.heads.shape[1])]


Make = Callable[[Batch], Texts]
Columns = Iterator[Make]


class Remembered(dict[Any, str]):
    """Texts of values; begins anew when there are too many."""

    def __init__(self, make: Callable[[Any], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: Any) -> str:
        if len(self) >= MOST_TEXTS:
            self.clear()
        text = self[value] = octets_of(self._make(value))
        return text


ADDRESSES = Remembered(ipv6_text)
"""Of all columns."""


def texts(make: Callable[[Any], str], values: Callable[[Batch], list[Any]]) -> Make:
    """The column of what ``make`` gives for each value."""
    return lambda batch: list(map(make, values(batch)))


def remembered(make: Callable[[Any], str], values: Callable[[Batch], list[Any]]) -> Make:
    """The same where it takes long, and values come again."""
    return texts(Remembered(make).__getitem__, values)


def numbers(values: Callable[[Batch], list[int]]) -> Make:
    """The column of numbers as such."""
    return texts(str, values)


def seconds(values: Callable[[Batch], list[Any]]) -> Make:
    """The column of nanoseconds as seconds with nine decimals; the text of None is empty."""

    def make(batch: Batch) -> Texts:
        found = values(batch)
        if None in found or min(found) < 0:
            return ["" if it is None else seconds_text(it) for it in found]
        whole, rest = np.divmod(np.array(found, np.int64), SECOND)
        return [
            f"{before}.{decimals}"
            for before, decimals in zip(whole.tolist(), _decimals(rest), strict=True)
        ]

    return make


def _decimals(numbers: Rows) -> Texts:
    """Whole numbers below a milliard, as nine digits."""
    digits = np.empty((len(numbers), 9), np.uint32)
    for place in reversed(range(9)):
        higher = numbers // 10
        digits[:, place] = numbers - 10 * higher + ord("0")
        numbers = higher
    found: Texts = digits.view("U9").ravel().tolist()
    return found


def some(make: Callable[[Any], str], values: Callable[[Batch], list[Any]]) -> Make:
    """The column of those that are there; the text of None, where a shape has none, is empty."""
    return lambda batch: ["" if value is None else make(value) for value in values(batch)]


# --- the frame -----------------------------------------------------------------------------------


def of_frame() -> Columns:
    """What the capture says."""
    for values in (lambda batch: batch.numbers, lambda batch: batch.sizes):
        yield numbers(values)
        yield texts(lambda number: f"{number:x}", values)
    yield lambda batch: [str(8 * size) for size in batch.sizes]
    yield _dates
    yield seconds(lambda batch: batch.time_ns)
    yield remembered(lambda whole: day(whole * SECOND), lambda batch: batch.clock()[0])
    yield seconds(lambda batch: batch.since_first)
    yield seconds(lambda batch: batch.since_previous)


def _dates(batch: Batch) -> Texts:
    """The moment, of which all but the decimals is the same for a second."""
    dates = {
        whole: octets_of(date_text(whole * SECOND)).split(NO_DECIMALS)
        for whole in set(batch.clock()[0])
    }
    return [
        f"{dates[whole][0]}.{rest}{dates[whole][1]}"
        for whole, rest in zip(*batch.clock(), strict=True)
    ]


NO_DECIMALS = ".000000000"

# --- headers -------------------------------------------------------------------------------------


def of_header(header: type[Header], at: int, free: Collection[str]) -> Columns:
    """The free attributes of a header at ``at``, by its fields, and the octets that they are in."""
    names, items = list(layout_of(header)), layout_for(header).items
    places = [layout_of(header)[name] for name in free]
    pending = list(plan_of(header).nodes)
    while pending:
        plan = pending.pop(0)
        pending[:0] = plan.inner
        if names[plan.item] in free:
            yield from _of_field(plan, at, items[names[plan.item]])
        if any(_meets(plan, place) for place in places):
            yield partial(Batch.hex, at=at + plan.offset, size=plan.length)


def _meets(plan: NodePlan, place: Place) -> bool:
    return plan.offset < place.offset + place.size and place.offset < plan.offset + plan.length


def _of_field(plan: NodePlan, at: int, item: Item) -> Columns:
    shown, convert = plan.field, plan.convert

    def values(batch: Batch) -> list[Any]:
        found = batch.values(at, item)
        return found if convert is None else list(map(convert, found))

    yield from _of_values(shown, values)
    if shown.mask:
        yield texts(lambda value: f"{value:X}", values)
        yield remembered(lambda value: _picture(shown, plan.length, value), values)


def _of_values(shown: Field, values: Callable[[Batch], list[Any]]) -> Columns:
    yield texts(ADDRESSES.__getitem__ if shown.kind.show is ipv6_text else shown.kind.show, values)
    if shown.kind.text is not shown.kind.show or shown.enum or shown.mask:
        yield remembered(shown.value_text, values)


def _picture(shown: Field, size: int, value: int) -> str:
    """The bits of a value in its octets, as they stand in a line."""
    octets = (value * (shown.mask & -shown.mask)).to_bytes(size, "big")
    return Node(shown, 0, size, value).picture(octets).strip()


def of_field(shown: Field, at: int) -> Columns:
    """A number that is read by itself."""
    size = shown.kind.size
    item = Item(f">u{size}", 0, size, 0, 0)
    yield from _of_values(shown, lambda batch: batch.values(at, item))
    yield lambda batch: batch.hex(at, size)


def of_octets(at: int, size: int) -> Columns:
    """Octets of the heads."""
    yield lambda batch: batch.hex(at, size)
    yield lambda batch: [octets.hex(":") for octets in batch.octets(at, size)]


def of_ipv6(at: int) -> Columns:
    """An address, in the heads."""
    yield texts(ADDRESSES.__getitem__, lambda batch: batch.octets(at, 16))
    yield lambda batch: batch.hex(at, 16)


def of_address(at: int, item: Item, parts: dict[str, Field]) -> Columns:
    """What is written inside an IPv6 address."""
    for nth in range(MOST_PARTS):
        for make in (_part_shown, _part_octets):
            yield remembered(
                partial(make, nth=nth, parts=parts), lambda batch: batch.values(at, item)
            )


def _part_shown(address: bytes, nth: int, parts: dict[str, Field]) -> str:
    found = embedded(address)[nth : nth + 1]
    return parts[found[0].name].kind.show(found[0].value) if found else ""


def _part_octets(address: bytes, nth: int, parts: dict[str, Field]) -> str:
    found = embedded(address)[nth : nth + 1]
    return address[found[0].offset :][: found[0].size].hex() if found else ""


# --- what is behind the headers ------------------------------------------------------------------


def of_payload(skip: int) -> Columns:
    """Octets from ``skip`` on of the payload that nobody explains, and how many they are."""

    def rest(batch: Batch) -> list[bytes]:
        return [payload[skip:] for payload in batch.payloads] if skip else batch.payloads

    yield lambda batch: [str(len(octets) or "") for octets in rest(batch)]
    yield lambda batch: [octets.hex(":") for octets in rest(batch)]
    yield lambda batch: [octets.hex() for octets in rest(batch)]
    yield lambda batch: [octets_of(BYTES.text(octets)) for octets in rest(batch)]


def of_carried(at: int, behind: int) -> Columns:
    """Octets of the frame from ``at`` on, of which the payload is a part."""

    def octets(batch: Batch) -> list[bytes]:
        return batch.once(  # type: ignore[no-any-return]
            ("carried", at), lambda: [
                head[at:behind].tobytes() + payload
                for head, payload in zip(batch.heads, batch.payloads, strict=True)
            ],
        )  # fmt: skip

    yield lambda batch: [str(len(it)) for it in octets(batch)]
    yield lambda batch: [it.hex(":") for it in octets(batch)]
    yield lambda batch: [it.hex() for it in octets(batch)]
