"""What may stand in a mould's holes: columns of texts, made for many packets at once.

A text that isn't ASCII is given as its octets are: ``dissect.export.base.octets_of``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import cache, partial
from operator import add
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from dissect.address.inside import Part, embedded
from dissect.columns.chunk import Rows
from dissect.columns.layout import Item, layout_for
from dissect.engine.header import Header, NodePlan, Place, layout_of, plan_of
from dissect.engine.tree import Field, Node, hex_form
from dissect.engine.values import BYTES, colons, date_text, ipv6_text, seconds_text
from dissect.export.base import octets_of
from dissect.export.json import day
from dissect.moulds.batch import SECOND, Batch, Texts, digits, written
from dissect.protocols.ipv6 import EITHER

MOST_TEXTS = 1 << 16
"""Values whose text a column remembers: all that 16 bits can say."""
FEW = 100
"""Times that are written sooner one by one."""
MOST_PARTS = 3
"""Numbers and addresses inside an address."""


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


@cache
def known(make: Callable[[Any], str]) -> Callable[[Any], str]:
    """What gives the same as ``make``, whose texts all columns remember together."""
    return Remembered(make).__getitem__


def together(make: Callable[[Any], str]) -> Callable[[list[Any]], Texts]:
    """What ``make`` gives for each value; numbers all at once, in a third of the time."""
    if make is str:
        return lambda values: orjson.dumps(values)[1:-1].decode().split(",") if values else []
    form = getattr(make, "__self__", None)
    if isinstance(form, str) and make == form.__mod__:
        line = f"{form}\n"
        return lambda values: (line * len(values) % tuple(values)).splitlines()
    return lambda values: list(map(make, values))


def texts(make: Callable[[Any], str], values: Callable[[Batch], list[Any]]) -> Make:
    """The column of what ``make`` gives for each value."""
    write = together(make)
    return lambda batch: write(values(batch))


@cache
def every(make: Callable[[Any], str]) -> NDArray[np.str_]:
    """What ``make`` gives for each number of 16 bits: it takes longer than to look it up."""
    return np.array(together(make)(list(range(1 << 16))))


def remembered(make: Callable[[Any], str], values: Callable[[Batch], list[Any]]) -> Make:
    """The same where it takes long, and values come again; ``make`` is there but once."""
    return texts(known(make), values)


def numbers(values: Callable[[Batch], list[int]]) -> Make:
    """The column of numbers as such."""
    return texts(str, values)


def seconds(values: Callable[[Batch], Rows | list[Any]]) -> Make:
    """The column of nanoseconds as seconds with nine decimals; the text of None is empty."""

    def make(batch: Batch) -> Texts:
        found = values(batch)
        if isinstance(found, list):
            if None in found:
                return ["" if it is None else seconds_text(it) for it in found]
            found = np.array(found, np.int64)
        if len(found) < FEW or found.min() < 0:
            return list(map(seconds_text, found.tolist()))
        whole, rest = np.divmod(found, SECOND)
        if whole.max() < 10:
            return written(whole + ord("0"), np.full(len(found), ord(".")), *digits(rest))
        return _pointed(whole.tolist(), written(*digits(rest)))

    return make


def _pointed(whole: list[int], decimals: Texts) -> Texts:
    """Whole seconds and their decimals together."""
    starts = {it: f"{it}." for it in set(whole)}
    return list(map(add, map(starts.__getitem__, whole), decimals))


def some(make: Callable[[Any], str], values: Callable[[Batch], list[Any]]) -> Make:
    """The column of those that are there; the text of None, where a shape has none, is empty."""
    return lambda batch: ["" if value is None else make(value) for value in values(batch)]


# --- the frame -----------------------------------------------------------------------------------


def of_frame() -> Columns:
    """What the capture says."""
    for values in (lambda batch: batch.numbers, lambda batch: batch.sizes):
        yield numbers(values)
        yield texts("%x".__mod__, values)
    yield numbers(lambda batch: [8 * size for size in batch.sizes])
    yield _dates
    yield lambda batch: _pointed(*batch.clock())
    yield remembered(_day, lambda batch: batch.clock()[0])
    yield seconds(lambda batch: batch.since_first)
    yield seconds(lambda batch: batch.since_previous)


def _day(whole: int) -> str:
    return day(whole * SECOND)


def _dates(batch: Batch) -> Texts:
    """The moment, of which all but the decimals is the same for a second."""
    whole, decimals = batch.clock()
    dates = map(known(_second), whole)
    return [date.replace(NO_DECIMALS, rest) for date, rest in zip(dates, decimals, strict=True)]


def _second(whole: int) -> str:
    return date_text(whole * SECOND)


NO_DECIMALS = "000000000"

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

    yield texts(shown.kind.show, values) if convert else _shown(shown, at, item)
    yield from _of_words(shown, values)
    if shown.mask:
        yield texts("%X".__mod__, values)
        yield texts(_picture_of(shown, plan.length), values)


def _shown(shown: Field, at: int, item: Item) -> Make:
    """The column of values as a filter takes them."""
    make = shown.kind.show
    if item.code == ">u2" and not item.mask:
        return lambda batch: every(make)[batch.array(at, item)].tolist()
    if make is ipv6_text:
        make = known(make)
    return texts(make, lambda batch: batch.values(at, item))


def _of_words(shown: Field, values: Callable[[Batch], list[Any]]) -> Columns:
    if shown.mask and shown.kind.hex and not (shown.enum or shown.unit):
        yield texts(hex_form(shown.mask).__mod__, values)
    elif shown.kind.text is not shown.kind.show or shown.enum or shown.mask:
        yield remembered(shown.value_text, values)


LOW, LOW_DRAWN = 0xFFF, len("0000 0000 0000 =")
"""The bits of a wide field that are drawn apart, and how long that is."""


@cache
def _picture_of(shown: Field, size: int) -> Callable[[int], str]:
    """What draws the bits of a value; of a wide field from two drawings, which come again."""
    drawn = known(partial(_picture, shown, size))
    if shown.mask & LOW != LOW or shown.mask == LOW:
        return drawn
    return lambda value: drawn(value & ~LOW)[:-LOW_DRAWN] + drawn(value & LOW)[-LOW_DRAWN:]


def _picture(shown: Field, size: int, value: int) -> str:
    """The bits of a value in its octets, as they stand in a line."""
    octets = (value * (shown.mask & -shown.mask)).to_bytes(size, "big")
    return Node(shown, 0, size, value).picture(octets).strip()


def of_field(shown: Field, at: int) -> Columns:
    """A number that is read by itself."""
    size = shown.kind.size
    item = Item(f">u{size}", 0, size, 0, 0)
    yield _shown(shown, at, item)
    yield from _of_words(shown, lambda batch: batch.values(at, item))
    yield lambda batch: batch.hex(at, size)


def of_octets(at: int, size: int) -> Columns:
    """Octets of the heads."""
    yield lambda batch: batch.hex(at, size)
    yield lambda batch: list(map(colons, batch.octets(at, size)))


def of_mac(at: int) -> Columns:
    """A MAC address, in the heads."""
    yield lambda batch: batch.hex(at, 6)
    yield remembered(colons, lambda batch: batch.octets(at, 6))


def of_ipv6(at: int) -> Columns:
    """An address, in the heads."""
    yield texts(known(ipv6_text), lambda batch: batch.octets(at, 16))
    yield lambda batch: batch.hex(at, 16)


def of_address(at: int, item: Item) -> Columns:
    """What is written inside an IPv6 address."""
    for nth in range(MOST_PARTS):
        for make in (_part_shown, _part_octets):
            yield remembered(_of_part(make, nth), lambda batch: batch.values(at, item))


@cache
def _of_part(make: Callable[[bytes, Part], str], nth: int) -> Callable[[bytes], str]:
    """What ``make`` gives of the nth part of an address; empty without one."""

    def text(address: bytes) -> str:
        found = embedded(address)[nth : nth + 1]
        return make(address, found[0]) if found else ""

    return text


def _part_shown(address: bytes, part: Part) -> str:
    return EITHER[part.name].kind.show(part.value)


def _part_octets(address: bytes, part: Part) -> str:
    return address[part.offset :][: part.size].hex()


# --- what is behind the headers ------------------------------------------------------------------


def of_payload(skip: int) -> Columns:
    """Octets from ``skip`` on of the payload that nobody explains, and how many they are."""

    def rest(batch: Batch) -> list[bytes]:
        return [payload[skip:] for payload in batch.payloads] if skip else batch.payloads

    yield lambda batch: [str(len(octets) or "") for octets in rest(batch)]
    yield lambda batch: list(map(colons, rest(batch)))
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
    yield lambda batch: list(map(colons, octets(batch)))
    yield lambda batch: [it.hex() for it in octets(batch)]
