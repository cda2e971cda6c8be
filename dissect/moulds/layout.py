"""Packets whose headers stand in the same places: what is free in them, and what makes a shape."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import count, repeat
from random import Random
from typing import Any, NamedTuple

import numpy as np

from dissect.address import embedded
from dissect.columns.chunk import Mask, Rows
from dissect.columns.layout import Item, layout_for
from dissect.columns.targets import has
from dissect.engine.checksum import checksum, ones_sum
from dissect.engine.header import layout_of
from dissect.moulds.batch import Batch, Octets
from dissect.moulds.columns import (
    Columns,
    Make,
    of_address,
    of_carried,
    of_field,
    of_frame,
    of_header,
    of_ipv6,
    of_mac,
    of_octets,
    of_payload,
)
from dissect.moulds.kinds import Kind, Layer
from dissect.moulds.states import moment, number
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.tcp import TCP
from dissect.protocols.tcp_option_data import TS_REPLY, TS_VALUE
from dissect.protocols.udp import TRACEROUTE_PORTS, UDP

VARIED = 3
"""The last octets of an address: another one of the same sort differs in them."""
MAC, IP6 = 6, 16
PRIVATE = 49152, 65536
"""Ports that nobody has registered (RFC 6335, section 6)."""
LEAST_FREE, MANY = 1024, 16
LOOKED_AT = 16
"""Octets of a payload by which somebody may know it."""
WITH_STAMPS = 32
"""Octets of TCP's header where timestamps are all of its options."""
CUT = 36
"""Octets of which a tree shows a few only are more."""


class Place(NamedTuple):
    """Where a layer's header stands, from the frame's first octet; ``ip``: the last IP's."""

    layer: Layer
    at: int
    ip: int

    def item(self, name: str) -> Item:
        """An attribute of the header."""
        return layout_for(self.layer.header).items[name]

    def write(self, head: bytearray, name: str, value: int) -> None:
        """Write a whole number."""
        item = self.item(name)
        first = self.at + item.offset
        head[first : first + item.size] = value.to_bytes(item.size, "big")


class Layout:
    """Where the headers are.

    behind  where the payload begins; ``size``: octets of the heads
    """

    def __init__(self, kind: Kind, ats: list[int], behind: int) -> None:
        self.payload = kind.payload
        self.behind = behind
        self.size = behind + kind.payload.looked
        self.places: list[Place] = []
        for layer, at in zip(kind.layers, ats, strict=True):
            ip = self.places[-1].ip if self.places and not layer.is_ip else at
            self.places.append(Place(layer, at, ip))
        last = self.places[-1]
        self.stamps = last.layer.header is TCP and behind - last.at == WITH_STAMPS
        self.addresses = [behind + at for at in kind.payload.addresses]
        self.macs = [*kind.macs, *(behind + at for at in kind.payload.macs)]
        self.kept = self._kept()
        """The bits that make a shape."""
        self.told = [(p.layer.name, p.at) for p in self.places if p.layer.state is not None]
        """The keys of a packet's states."""
        self.states = [p.layer.state for p in self.places if p.layer.state is not None]
        if kind.payload.state is not None:
            self.told.append((kind.payload.told, behind + kind.payload.told_at))
            self.states.append(kind.payload.state)
        self.columns: list[Make] = list(self._columns())

    def _kept(self) -> Octets:
        kept: Octets = np.full(self.size, 0xFF, np.uint8)
        for layer, at, _ in self.places:
            for name in layer.free:
                place = layout_of(layer.header)[name]
                bits = (1 << (place.width or 8 * place.size)) - 1 << place.shift
                first = at + place.offset
                word = np.frombuffer(bits.to_bytes(place.size, "big"), np.uint8)
                kept[first : first + place.size] &= ~word
        first, last = self.payload.free
        kept[self.behind + first : self.behind + last] = 0
        for at in self.addresses:
            kept[at : at + IP6] = 0
        for at in self.macs:
            kept[at + MAC - VARIED : at + MAC] = 0
        if self.stamps:
            kept[self.behind - 8 : self.behind] = 0
        return kept

    def _columns(self) -> Columns:
        yield from of_frame()
        for at in self.macs:
            yield from of_mac(at)
        for at in self.addresses:
            yield from of_ipv6(at)
        states = 0
        for place in self.places:
            layer, at, _ = place
            yield from of_header(layer.header, at, layer.free)
            if layer.header is IPv6:
                for end in ("src", "dst"):
                    yield from of_address(at, place.item(end))
            if layer.state is not None:
                yield from layer.state.columns(states, at)
                states += 1
            if layer.header is UDP and place is not self.places[-1]:
                yield from of_carried(at + UDP.__hdr_len__, self.behind)
        if self.stamps:
            yield from of_field(TS_VALUE, self.behind - 8)
            yield from of_field(TS_REPLY, self.behind - 4)
            yield from of_octets(self.behind - 12, 12)
            yield from of_octets(self.behind - 10, 10)
        if self.payload.state is not None:
            yield from self.payload.state.columns(states, self.behind)
        yield from self.payload.columns(self.behind)
        for skip in (*self.payload.skips, 0):
            yield from of_payload(skip)

    # --- shapes ------------------------------------------------------------------------------

    def shapes(self, batch: Batch) -> list[Hashable]:
        """What makes the shape of each packet; None: it is to be decoded."""
        masked = batch.heads & self.kept
        ends: list[Any] = []
        for place in self.places:
            if place.layer.is_ip:
                ends += [
                    map(_SORTS.__getitem__, batch.values(place.at, place.item(it)))
                    for it in ("src", "dst")
                ]
            if place.layer.ports:
                ends += [self._keep(batch, masked, place, it) for it in ("sport", "dport", "sum")]
        ends += [map(_SORTS.__getitem__, batch.octets(at, IP6)) for at in self.addresses]
        payloads: Any = batch.payloads
        if self.payload.kept:
            payloads = [payload[self.payload.looked :] for payload in payloads]
        else:
            sizes = {size: self._size(size) for size in set(map(len, payloads))}
            payloads = map(sizes.__getitem__, map(len, payloads))
        heads = masked.view(f"V{self.size}").ravel().tolist()
        states = self._states(batch)
        shapes = zip(heads, payloads, states, *ends, strict=True)
        return [None if shape[2] is None else shape for shape in shapes]

    def _keep(self, batch: Batch, masked: Octets, place: Place, name: str) -> list[bool]:
        """Ports by which somebody may know the payload aren't free, nor is a missing checksum."""
        item = place.item(name)
        values = np.array(batch.values(place.at, item), np.int64)
        kept = values == 0 if name == "sum" else _known(place.layer, values)
        first = place.at + item.offset
        masked[kept, first : first + 2] = batch.heads[kept, first : first + 2]
        found: list[bool] = kept.tolist()
        return found

    def _size(self, size: int) -> Hashable:
        return tuple((min(size - skip, 2), size - skip > CUT) for skip in self.payload.skips)

    def _states(self, batch: Batch) -> Iterator[Hashable]:
        """What the states are like; None: they are for the tree."""
        columns = [
            list(map(kind.shape, column))
            for kind, column in zip(self.states, batch.states, strict=True)
        ]
        if len(columns) == 1:
            return iter(columns[0])
        rows = zip(*columns, strict=True) if columns else repeat((), len(batch))
        return (None if None in shapes else shapes for shapes in rows)

    # --- invented packets --------------------------------------------------------------------

    def invented(self, batch: Batch, row: int, chance: Random) -> Batch:
        """Two packets of the shape of a row that differ in all that is free, and its own."""
        heads: list[bytearray] = []
        payloads: list[bytes] = []
        while len(heads) < 2:
            payload = self._invented_payload(batch.payloads[row], chance)
            head = bytearray(batch.heads[row].tobytes())
            self._invent(head, payload, chance)
            if heads and not self._differ(heads[0], payloads[0], head, payload):
                continue
            heads.append(head)
            payloads.append(bytes(head[self.behind :]) + payload[self.payload.looked :])
        times = np.array([[moment(chance), moment(chance)] for _ in range(3)])
        times[0] = 10**18 + 50_000 * times[0]
        genuine = batch.of([row])
        own = np.stack([genuine.time_ns, genuine.since_first, genuine.since_previous])
        time_ns, since_first, since_previous = np.hstack([times, own])
        return Batch(
            np.vstack([np.frombuffer(b"".join(heads), np.uint8).reshape(2, -1), genuine.heads]),
            payloads + genuine.payloads,
            [*(self.behind + len(payload) for payload in payloads), *genuine.sizes],
            [number(chance), number(chance), *genuine.numbers],
            time_ns, since_first, since_previous,
            [[*(kind.invent(state, chance) for _ in range(2)), state] for kind, (state,) in
             zip(self.states, genuine.states, strict=True)],
        )  # fmt: skip

    def _differ(self, head: bytearray, payload: bytes, other: bytearray, rest: bytes) -> bool:
        """Whether two differ in what is small: hop limits, and sizes that may differ."""
        hops = [place.at + 7 for place in self.places if place.layer.header is IPv6]
        skip = max(self.payload.skips, default=len(payload))
        same_size = len(payload) == len(rest) and len(payload) - skip > 1
        return not same_size and all(head[at] != other[at] for at in hops)

    def _invented_payload(self, payload: bytes, chance: Random) -> bytes:
        if self.payload.kept or not payload:
            return payload
        skip = max(self.payload.skips)
        size = len(payload) - skip
        if size > 1:
            low, high = (CUT + 1, 1400) if size > CUT else (2, CUT + 1)
            size = chance.randrange(low, high)
        start = payload[: min(LOOKED_AT, skip + size)]
        return start + chance.randbytes(skip + size - len(start))

    def _invent(self, head: bytearray, payload: bytes, chance: Random) -> None:
        """Fill the free octets of a head; lengths and checksums are right afterwards."""
        before = bytes(head)
        kept = self.kept.tobytes()
        for at, octet in enumerate(chance.randbytes(len(head))):
            head[at] = head[at] & kept[at] | octet & ~kept[at]
        for at in self.addresses:
            head[at : at + IP6 - VARIED] = before[at : at + IP6 - VARIED]
        for place in self.places:
            layer = place.layer
            for name in (
                ("src", "dst") if layer.is_ip else ("sport", "dport") if layer.ports else ()
            ):
                item = place.item(name)
                first, last = place.at + item.offset, place.at + item.offset + item.size
                if layer.is_ip:
                    head[first : last - VARIED] = before[first : last - VARIED]
                    if before[first] >= 224 and item.size == 4:
                        head[first:last] = before[first:last]
                else:
                    port = int.from_bytes(before[first:last], "big")
                    place.write(head, name, _port(layer, port, chance))
            if layer.length is not None:
                name, less = layer.length
                place.write(head, name, self.behind + len(payload) - place.at - less)
        for place in reversed(self.places):
            if "sum" in place.layer.free:
                self._sum(head, payload, place, before)

    def _sum(self, head: bytearray, payload: bytes, place: Place, before: bytes) -> None:
        at = place.at + place.item("sum").offset
        place.write(head, "sum", 0)
        octets = bytes(head[place.at :]) + payload[self.payload.looked :]
        if place.layer.is_ip:
            place.write(head, "sum", checksum(octets[: 4 * (octets[0] & 15)]))
        elif not place.layer.number:
            place.write(head, "sum", checksum(octets))
        elif any(before[at : at + 2]) or not place.layer.ports:
            first, size = (8, 32) if head[place.ip] >> 4 == 6 else (12, 8)
            pseudo = bytes(head[place.ip + first : place.ip + first + size])
            pseudo += len(octets).to_bytes(4, "big") + place.layer.number.to_bytes(4, "big")
            place.write(head, "sum", checksum(octets, ones_sum(pseudo)))


def _known(layer: Layer, ports: Rows) -> Mask:
    first, last = TRACEROUTE_PORTS[0], TRACEROUTE_PORTS[-1]
    return (ports < LEAST_FREE) | has(layer.ports, ports) | ((ports >= first) & (ports <= last))


def _port(layer: Layer, found: int, chance: Random) -> int:
    """The port that is there, if it isn't free, or one that nobody knows."""
    if _known(layer, np.array([found])).any():
        return found
    ports = np.array([chance.randrange(*PRIVATE) for _ in range(MANY)])
    return int(ports[~_known(layer, ports)][0])


class _Sorts(dict[bytes, int]):
    """Of each address a number for what of it is more than its octets; no number comes again."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers: dict[Hashable, int] = {}
        self._next = count()

    def __missing__(self, address: bytes) -> int:
        if len(self) >= MOST_ADDRESSES:
            self.clear()
            self._numbers.clear()
        number = self[address] = self._numbers.setdefault(_sort(address), next(self._next))
        return number


MOST_ADDRESSES = 65536
_SORTS = _Sorts()


def _sort(address: bytes) -> Hashable:
    """What of an address is more than its octets."""
    if len(address) == 4:
        return address if address[0] >= 224 else b""
    parts = tuple(
        (part.name, part.offset, address[part.offset : 16 - VARIED][: part.size])
        for part in embedded(address)
    )
    return parts, address[0] == 0xFF, not any(address)
