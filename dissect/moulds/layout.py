"""Packets whose headers stand in the same places: what is free in them, and what makes a shape."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import lru_cache
from random import Random
from typing import Any

import numpy as np

from dissect.address import embedded
from dissect.columns.chunk import Mask, Rows
from dissect.columns.layout import layout_for
from dissect.columns.targets import has
from dissect.engine.checksum import checksum, ones_sum
from dissect.engine.header import Header, layout_of
from dissect.moulds.columns import (
    Batch,
    Columns,
    Make,
    Octets,
    of_address,
    of_field,
    of_frame,
    of_header,
    of_octets,
    of_payload,
)
from dissect.moulds.kinds import Carrier, Payload
from dissect.moulds.states import moment, number
from dissect.protocols.ipv6 import EITHER, IPv6
from dissect.protocols.tcp import TCP
from dissect.protocols.tcp_option_data import TS_REPLY, TS_VALUE
from dissect.protocols.udp import TRACEROUTE_PORTS as TRACEROUTE

FREE = ("flow", "plen", "hlim", "src", "dst")
"""Attributes of IPv6's header; of the addresses only what is inside them makes a shape."""
VARIED = 3
"""The last octets of an address: another one of the same sort differs in them."""
PRIVATE = 49152, 65536
"""Ports that nobody has registered (RFC 6335, section 6)."""
LEAST_FREE, MANY = 1024, 16
LOOKED_AT = 16
"""Octets of a payload by which somebody may know it."""
STAMPS = 20, 32
"""The octets of TCP's header in which timestamps are, where these are all of its options."""
CUT = 36
"""Octets of which a tree shows a few only are more."""


class Layout:
    """Where the headers are, all offsets from the frame's first octet.

    ip, at   the IPv6 header and the carrier's
    payload_at  what it carries; ``size``: octets of the heads
    """

    def __init__(self, carrier: Carrier, payload: Payload, ip: int, at: int, behind: int) -> None:
        self.carrier, self.payload = carrier, payload
        self.ip, self.at, self.payload_at = ip, at, behind
        self.size = behind + payload.looked
        self.columns: list[Make] = list(self._columns())
        self.kept: Octets = np.full(self.size, 0xFF, np.uint8)
        """The bits that make a shape."""
        self.stamps = carrier.header is TCP and behind - at == STAMPS[1]
        for header, place, free in ((IPv6, ip, FREE), (carrier.header, at, carrier.free)):
            self._free(header, place, free)
        first, last = payload.free
        self.kept[behind + first : behind + last] = 0
        if self.stamps:
            self.kept[at + 24 : at + 32] = 0
        self.told: list[tuple[str, int]] = []
        """The keys of a packet's states."""
        if carrier.state is not None:
            self.told.append((carrier.name, at))
        if payload.state is not None:
            self.told.append((payload.protocols[-1], behind))
        self.states = [it.state for it in (carrier, payload) if it.state is not None]

    def _free(self, header: type[Header], at: int, free: tuple[str, ...]) -> None:
        for name in free:
            place = layout_of(header)[name]
            width = place.width or 8 * place.size
            bits = (1 << width) - 1 << place.shift
            first = at + place.offset
            word = np.frombuffer(bits.to_bytes(place.size, "big"), np.uint8)
            self.kept[first : first + place.size] &= ~word

    def _columns(self) -> Columns:
        yield from of_frame()
        yield from of_header(IPv6, self.ip, FREE)
        items = layout_for(IPv6).items
        for end in ("src", "dst"):
            yield from of_address(self.ip, items[end], EITHER)
        carrier, payload, at, behind = self.carrier, self.payload, self.at, self.payload_at
        yield from of_header(carrier.header, at, carrier.free)
        if carrier.header is TCP and behind - at == STAMPS[1]:
            yield from of_field(TS_VALUE, at + 24)
            yield from of_field(TS_REPLY, at + 28)
            yield from of_octets(at + 20, 12)
            yield from of_octets(at + 22, 10)
        states = [it.state for it in (carrier, payload) if it.state is not None]
        for nth, state in enumerate(states):
            yield from state.columns(nth, at)
        yield from payload.columns(behind)
        for skip in (*payload.skips, 0):
            yield from of_payload(skip)

    # --- shapes ------------------------------------------------------------------------------

    def shapes(self, batch: Batch) -> list[Hashable]:
        """What makes the shape of each packet; None: it is to be decoded."""
        masked = batch.heads & self.kept
        if self.carrier.ports:
            self._keep_ports(batch, masked)
        heads = masked.view(f"V{self.size}").ravel().tolist()
        items = layout_for(IPv6).items
        ends = (map(_sort, batch.values(self.ip, items[end])) for end in ("src", "dst"))
        payloads = batch.payloads if self.payload.kept else map(self._size, batch.payloads)
        states = map(self._state, batch.states)
        return [
            None if state is None else (head, payload, state, *ends)
            for head, payload, state, *ends in zip(heads, payloads, states, *ends, strict=True)
        ]

    def _keep_ports(self, batch: Batch, masked: Octets) -> None:
        """Ports by which somebody may know the payload aren't free."""
        for name in ("sport", "dport"):
            item = layout_for(self.carrier.header).items[name]
            kept = self._known(np.array(batch.values(self.at, item), np.int64))
            first = self.at + item.offset
            masked[kept, first : first + 2] = batch.heads[kept, first : first + 2]

    def _known(self, ports: Rows) -> Mask:
        return (
            (ports < LEAST_FREE)
            | has(self.carrier.ports, ports)
            | ((ports >= TRACEROUTE.start) & (ports < TRACEROUTE.stop))
        )

    def _size(self, payload: bytes) -> Hashable:
        return tuple(
            (min(len(payload) - skip, 2), len(payload) - skip > CUT) for skip in self.payload.skips
        )

    def _state(self, states: tuple[Any, ...]) -> Hashable:
        shapes = tuple(
            [kind.shape(state) for kind, state in zip(self.states, states, strict=True)]
        )
        return None if None in shapes else shapes

    # --- invented packets --------------------------------------------------------------------

    def invented(self, batch: Batch, row: int, chance: Random, count: int = 2) -> Batch:
        """Packets of the shape of a row, with numbers that come nowhere else."""
        heads, payloads = [], []
        for _ in range(count):
            payload = self._invented_payload(batch.payloads[row], chance)
            head = bytearray(batch.heads[row].tobytes())
            self._invent(head, payload, chance)
            heads.append(head)
            payloads.append(bytes(head[self.payload_at :]) + payload[self.payload.looked :])
        drawn = [[moment(chance) for _ in range(count)] for _ in range(3)]
        return Batch(
            np.frombuffer(b"".join(heads), np.uint8).reshape(count, -1), payloads,
            [self.payload_at + len(payload) for payload in payloads],
            [number(chance) for _ in range(count)],
            [10**18 + 50_000 * time for time in drawn[0]], *drawn[1:],
            [tuple(kind.invent(state, chance) for kind, state in
                   zip(self.states, batch.states[row], strict=True)) for _ in range(count)],
        )  # fmt: skip

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
        """Fill the free octets of a head."""
        carrier, behind = self.carrier, self.payload_at
        ports = {}
        for name in ("sport", "dport") if carrier.ports else ():
            ports[name] = self._port(head, self.at + layout_for(carrier.header).items[name].offset, chance)
        kept = self.kept.tobytes()
        ends = [self.ip + layout_for(IPv6).items[end].offset for end in ("src", "dst")]
        addresses = {at: head[at : at + 16 - VARIED] for at in ends}
        for place, octet in enumerate(chance.randbytes(len(head))):
            head[place] = head[place] & kept[place] | octet & ~kept[place]
        for at, start in addresses.items():
            head[at : at + len(start)] = start
        for name, port in ports.items():
            _write(head, carrier.header, self.at, name, port)
        _write(head, IPv6, self.ip, "plen", behind + len(payload) - self.ip - 40)
        if "len" in carrier.free:
            _write(head, carrier.header, self.at, "len", behind + len(payload) - self.at)
        _write(head, carrier.header, self.at, "sum", 0)
        octets = bytes(head[self.at :]) + payload[self.payload.looked :]
        pseudo = bytes(head[ends[0] : ends[0] + 32]) + len(octets).to_bytes(4, "big")
        total = ones_sum(pseudo + carrier.number.to_bytes(4, "big"))
        _write(head, carrier.header, self.at, "sum", checksum(octets, total))

    def _port(self, head: bytearray, at: int, chance: Random) -> int:
        """The port that is there, if it isn't free, or one that nobody knows."""
        found = int.from_bytes(head[at : at + 2], "big")
        if self._known(np.array([found])).any():
            return found
        ports = np.array([chance.randrange(*PRIVATE) for _ in range(MANY)])
        return int(ports[~self._known(ports)][0])


def _write(head: bytearray, header: type[Header], at: int, name: str, value: int) -> None:
    place = layout_for(header).items[name]
    first = at + place.offset
    head[first : first + place.size] = value.to_bytes(place.size, "big")


@lru_cache(maxsize=65536)
def _sort(address: bytes) -> Hashable:
    """What of an address is more than its octets."""
    parts = tuple(
        (part.name, part.offset, address[part.offset : 16 - VARIED][: part.size])
        for part in embedded(address)
    )
    return parts, address[0] == 0xFF, not any(address)
