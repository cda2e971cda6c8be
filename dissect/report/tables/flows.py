"""IP and transport endpoints and conversations, ports, kinds of addresses: all from one sum.

Every IP header that isn't quoted counts, with the ports of the transport header behind it; as in
tshark, a packet in a tunnel counts for its inner and its outer addresses.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.address.special import IPV4, IPV6
from dissect.analysis.options import Options
from dissect.analysis.table import COUNTS, Column, Row, Table, Value
from dissect.columns.blocks import narrowest
from dissect.columns.hashing import Keys, numbered
from dissect.columns.layout import Item
from dissect.columns.seen import Seen
from dissect.columns.sums import MOST, Grouped, Sums
from dissect.engine.header import Header
from dissect.engine.packet import Packet
from dissect.engine.tables import lookup
from dissect.engine.values import ipv4_text, ipv6_text
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.sctp import SCTP
from dissect.protocols.tcp import TCP
from dissect.protocols.udp import UDP, UDPLite
from dissect.report.ends import Ends, conversations, endpoints, one_a_row, told_apart
from dissect.report.names import ENDS

KINDS: dict[type[Header], int] = {TCP: 6, UDP: 17, UDPLite: 136, SCTP: 132}
TRANSPORTS = {"tcp": (6,), "udp": (17, 136), "sctp": (132,)}
"""Numbers of the transport protocols in each table."""
NUMBERS = {"tcp": 6, "udp": 17, "udplite": 136, "sctp": 132}
"""By the names of layers."""

SIZE = 40
VERSION, KIND, FOLDED, PORTS = 0, 1, 2, slice(4, 8)
"""Where things are in a key, before both addresses.  An IPv4 address is in the first 4 of 16
octets; what is folded is 1 where ports were not kept apart."""
END = 32
"""Octets of an end with a port: at 0 the version, at 8 the address, at 24 the port."""
IPV6_ENDS, IPV4_ENDS, PORT_ENDS = Item("", 8, 32, 0, 0), Item("", 12, 8, 0, 0), Item("", 0, 4, 0, 0)
"""Both addresses in their headers, both ports at the beginning of theirs."""

ADDRESS, PORT = Column("address", "Address", "text"), Column("port", "Port", "number")

Octets = NDArray[np.uint8]


class Flows:
    """Sums by IP addresses and, where there are any, transport and ports."""

    of_file = False

    def __init__(self, options: Options, most: int = MOST) -> None:
        self.options = options
        self._sums = Sums(SIZE // 8, most=most, coarser=_without_ports)
        self._told: dict[tuple[str, int], Ends] = {}
        self._told_of: Grouped | None = None

    def update(self, seen: Seen) -> None:
        """Count the rows' headers."""
        chunk = seen.chunk
        latest = np.full(len(chunk), -1)  # of each row the IP header that was last seen
        blocks, ports, count = [], [], 0
        for part in seen.parts(IPv6, IPv4, *KINDS):
            if part.header in KINDS:
                place, found = latest[part.rows], part.head.read(PORT_ENDS)
                if len(place) and place.min() < 0:
                    place, found = place[place >= 0], found[place >= 0]
                ports.append((place, KINDS[part.header], found))
            else:
                latest[part.rows] = np.arange(count, count + len(part.rows))
                blocks.append(part)
                count += len(part.rows)
        if count:
            keys = np.zeros((count, SIZE), np.uint8)
            begin = 0
            for part in blocks:
                mine = slice(begin, begin + len(part.rows))
                begin = mine.stop
                if part.header is IPv6:
                    keys[mine, VERSION] = 6
                    keys[mine, 8:40] = part.head.read(IPV6_ENDS)
                else:
                    keys[mine, VERSION] = 4
                    both = part.head.read(IPV4_ENDS)
                    keys[mine, 8:12], keys[mine, 24:28] = both[:, :4], both[:, 4:]
            for place, kind, found in ports:
                keys[place, KIND] = kind
                keys.view(np.uint32)[place, PORTS.start // 4] = found.view(np.uint32)[:, 0]
            rows = np.concatenate([part.rows for part in blocks])
            at = np.concatenate([part.at for part in blocks])
            chosen = one_a_row(rows, at, self.options.layers)
            if chosen is not None:
                keys, rows = keys[chosen], rows[chosen]
            self._sums.add(keys.view(np.uint64), chunk.original[rows], chunk.time_ns[rows])

    def packet(self, packet: Packet) -> None:
        """Count one packet's headers."""
        found: list[bytearray] = []
        for layer in packet.layers:
            header = layer.header
            if layer.quoted or header is None:
                continue
            if layer.name in NUMBERS and found:
                found[-1][KIND] = NUMBERS[layer.name]
                found[-1][PORTS] = header.sport.to_bytes(2) + header.dport.to_bytes(2)
            elif layer.name in ("ip", "ipv6") and hasattr(header, "src"):
                found.append(_key(header))
        for key in self.options.of_packet(found):
            self._sums.one(bytes(key), packet.original, packet.time_ns)

    def merge(self, other: Flows) -> None:
        """Add another's sums."""
        self._sums.merge(other._sums)

    def table(self, name: str) -> Table:
        """Any of its tables."""
        if name == "ports":
            return self._ports()
        if name == "kinds":
            return self._kinds()
        what, _, end = name.partition("-")
        make = endpoints if what == "endpoints" else conversations
        return make(name, self._ends(end, self.options.prefix), self.options)

    def _ends(self, end: str, bits: int) -> Ends:
        """The ends that tables are about, with so many bits of IPv6 addresses; told apart once."""
        found = self._sums.result()
        if found is not self._told_of:
            self._told_of, self._told = found, {}
        if (end, bits) not in self._told:
            tell = self._with_ports if end in TRANSPORTS else self._addresses
            self._told[end, bits] = tell(end, bits, found)
        return self._told[end, bits]

    def _addresses(self, end: str, bits: int, found: Grouped) -> Ends:
        """The addresses of a version."""
        version = int(end[-1])
        rows = found.take(np.flatnonzero(found.keys.view(np.uint8)[:, VERSION] == version))
        each = told_apart(_addresses(rows.keys, bits))
        show = self._shown6 if version == 6 else self._shown4
        return Ends(*each, rows, (ADDRESS,), show, ENDS[end], self._remarks())

    def _with_ports(self, end: str, bits: int, found: Grouped) -> Ends:
        """Addresses and ports of a transport protocol."""
        remarks = self._remarks()
        octets = found.keys.view(np.uint8)
        carried = np.isin(octets[:, KIND], TRANSPORTS[end])
        lost = carried & (octets[:, FOLDED] != 0)
        if lost.any():
            packets, folded = found.sums[lost].sum(axis=0).tolist()
            remarks.append(f"ports not kept apart: of {packets:,} packets, {folded:,} octets")
        rows = found.take(np.flatnonzero(carried & ~lost))
        keys = rows.keys.view(np.uint8)
        ends = np.zeros((len(keys), 2, END), np.uint8)
        ends[:, :, 0] = keys[:, VERSION : VERSION + 1]
        ends[:, :, 8:24] = _addresses(rows.keys, bits)
        ends[:, :, 24:26] = keys[:, PORTS].reshape(-1, 2, 2)
        each = told_apart(ends)
        return Ends(*each, rows, (ADDRESS, PORT), self._shown_port, ENDS[end], remarks)

    def _shown6(self, key: bytes) -> tuple[Value, ...]:
        bits = self.options.prefix
        rolled = bits < 128 and key[0] != 0xFF
        return (ipv6_text(key) + (f"/{bits}" if rolled else ""),)

    def _shown4(self, key: bytes) -> tuple[Value, ...]:
        return (ipv4_text(key[:4]),)

    def _shown_port(self, key: bytes) -> tuple[Value, ...]:
        shown = self._shown6 if key[0] == 6 else self._shown4
        return (*shown(key[8:24]), int.from_bytes(key[24:26]))

    def _ports(self) -> Table:
        """By the lower port of each direction of a conversation."""
        found = self._sums.result()
        octets = found.keys.view(np.uint8)
        mine = np.flatnonzero((octets[:, KIND] != 0) & (octets[:, FOLDED] == 0))
        ports = octets[mine, PORTS].view(">u2").astype(np.uint64)
        lower = np.minimum(ports[:, 0], ports[:, 1])
        keys = octets[mine, KIND].astype(np.uint64) << np.uint64(16) | lower
        numbers, first = numbered(keys[:, None])
        sums = [np.bincount(numbers, column[mine], len(first)) for column in found.sums.T]
        by_port = np.stack([*sums, np.bincount(numbers, minlength=len(first))], axis=1)
        order = np.lexsort((keys[first], -sums[1]))[: self.options.top]
        rows: list[Row] = []
        for key, (packets, sent, flows) in zip(
            keys[first[order]].tolist(), by_port[order].astype(np.int64).tolist(),
            strict=True,
        ):  # fmt: skip
            kind, port = key >> 16, key & 0xFFFF
            carrier = next(name for name, number in NUMBERS.items() if number == kind)
            rows.append((carrier, port, _service(carrier, port), packets, sent, flows))
        columns = (
            Column("transport", "Transport", "text"), Column("port", "Port", "number"),
            Column("service", "Read as", "text"), *COUNTS,
            Column("flows", "Flows (one-way)"),
        )  # fmt: skip
        return Table("ports", "Ports", columns, rows, len(first), self._remarks())

    def _kinds(self) -> Table:
        """Each address once, by the narrowest block that it is in."""
        rows: list[Row] = []
        for version, blocks in ((6, IPV6), (4, IPV4)):
            ends = self._ends(f"ipv{version}", 128)
            which = narrowest(ends.each, blocks)
            counts = np.bincount(which, minlength=len(blocks))
            sums = np.stack(
                [np.bincount(which, column, len(blocks)) for column in ends.traffic.T], axis=1
            ).astype(np.int64)
            for place in sorted(np.flatnonzero(counts).tolist(), key=lambda at: -counts[at]):
                block = blocks[place]
                rows.append((f"IPv{version}", block.kind, block.name, block.scope,
                             int(counts[place]), *sums[place].tolist()))  # fmt: skip
        columns = (
            Column("version", "Version", "text"), Column("kind", "Kind", "text"),
            Column("name", "What it is", "text"), Column("scope", "Scope", "text"),
            Column("addresses", "Addresses"), Column("sent", "Sent"),
            Column("sent_octets", "Sent octets", "octets"), Column("received", "Received"),
            Column("received_octets", "Received octets", "octets"),
        )  # fmt: skip
        return Table("kinds", "Kinds of addresses", columns, rows, len(rows), self._remarks())

    def _remarks(self) -> list[str]:
        sums = self._sums
        if not sums.folded:
            return []
        packets, octets = sums.others.tolist()
        words = "too many for all to be kept apart"
        return [
            f"{words}: {packets:,} packets, {octets:,} octets are left out" if packets else words
        ]


def _key(header: Any) -> bytearray:
    """The key of an IP header without its transport."""
    key = bytearray(SIZE)
    size = len(header.src)
    key[VERSION] = 6 if size == 16 else 4
    key[8 : 8 + size], key[24 : 24 + size] = header.src, header.dst
    return key


def _addresses(keys: Keys, bits: int) -> Octets:
    """Both addresses of keys, (n, 2, 16): of IPv6's the first bits only, but of groups all."""
    addresses = np.ascontiguousarray(keys[:, 1:]).view(np.uint8).reshape(-1, 2, 16)
    if bits == 128:
        return addresses
    mask = np.frombuffer((((1 << bits) - 1) << (128 - bits)).to_bytes(16), np.uint8)
    version = keys.view(np.uint8)[:, VERSION, None]
    rolled = (version == 6) & (addresses[:, :, 0] != 0xFF)
    return np.where(rolled[:, :, None], addresses & mask, addresses)


def _without_ports(keys: Keys) -> Keys:
    """Keys of which only addresses and transport are left."""
    octets = keys.copy().view(np.uint8)
    octets[:, PORTS] = 0
    octets[octets[:, KIND] != 0, FOLDED] = 1
    return octets.view(np.uint64)


def _service(carrier: str, port: int) -> str | None:
    """The protocol that we read at a port."""
    found = lookup("tcp_port" if carrier == "tcp" else f"{carrier.removesuffix('lite')}_port", port)
    return None if found is None else found.short
