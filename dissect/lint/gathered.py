"""What a chunk of a capture holds for rules: fields, headers, octets, packets with their layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.address.mac import LINK_LOCAL
from dissect.capture.table import NO_TIME
from dissect.columns.chunk import Chunk, Flag, Occurrences, Part, Rows
from dissect.columns.group import SHORT
from dissect.columns.layout import Item, gather
from dissect.engine.header import Header
from dissect.engine.packet import Packet
from dissect.lines.sums import words, words_in
from dissect.lint.at import At, Context
from dissect.lint.heard import Heard
from dissect.protocols import icmpv6
from dissect.protocols.dstopts import DestinationOptions
from dissect.protocols.ethernet import IEEE8023, EthernetII
from dissect.protocols.hopopts import HopByHop
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.l2tp import sessions as l2tp
from dissect.protocols.tcp import TCP
from dissect.protocols.udp import UDP
from dissect.protocols.vlan import LengthTag, Tag

if TYPE_CHECKING:
    from dissect.api import Capture
    from dissect.lint.run import Run
    from dissect.lint.told.parts import Parts

Mask = NDArray[np.bool_]
HEADER = 40
CARRIED: tuple[type[Header], ...] = (TCP, UDP, icmpv6.Head)
"""Headers of which is told what they stand in."""
OPTIONS = (HopByHop, DestinationOptions)
HOME_ADDRESS, HOME = b"\xc9", 18
"""The option's type, and its octets (RFC 6275, section 6.3)."""
NEXT: dict[type[Header], int] = {IPv6: 6, IPv4: 9}
"""Where headers say what follows."""
WORD = Item(">u4", 0, 4, 0, 0)


class Carried(NamedTuple):
    """Where a header stands in some rows, and what it stands in.

    ip, version, end  the IP header around, and where its payload ends; version 0: there is none
    ends              the sum of the addresses in the pseudo-header
    frame             the Ethernet header in which that came; -1: none, or it came in a tunnel
    """

    part: Part
    rows: Rows
    ip: Rows
    version: Rows
    end: Rows
    ends: Rows
    frame: Rows

    @property
    def header(self) -> type[Header]:
        """The header's class."""
        return self.part.header

    @property
    def at(self) -> Rows:
        """Where it stands."""
        return self.part.at


class Gathered:
    """Rows of packets; what is said of fields is of rows that the columns are sure of."""

    def __init__(self, chunk: Chunk, capture: Capture, run: Run, fragments: Parts) -> None:
        self.chunk = chunk
        self.capture = capture
        self.run = run
        self._fragments = fragments
        self._fields: dict[str, Occurrences] = {}
        self._prefixes: dict[int, tuple[Rows, Rows]] = {}

    def __len__(self) -> int:
        return len(self.chunk)

    def close(self) -> None:
        """Let go of all: what was made of it knows it, and would stay for long."""
        self.__dict__.clear()

    @property
    def none(self) -> Mask:
        """A mask of no row, to be filled."""
        return np.zeros(len(self), np.bool_)

    def field(self, name: str) -> Occurrences:
        """The occurrences of a field, quoted ones too."""
        found = self._fields.get(name)
        if found is None:
            found = self._fields[name] = self.chunk.field(name)
        return found

    def where(self, name: str, test: Callable[[Any], Any]) -> Mask:
        """The rows with an occurrence whose value passes a test of arrays."""
        found = self.field(name)
        mask = self.none
        if len(found):
            mask[found.rows[test(found.values)]] = True
        return mask

    def layers(self, *protocols: str) -> Mask:
        """The rows that have a layer of one of these names."""
        chains = self.chunk.chains
        having = np.zeros(len(chains), np.bool_)
        for protocol in protocols:
            having |= chains.having(protocol)
        mask: Mask = having[self.chunk.chain] & self.sure if having.any() else self.none
        return mask

    @cached_property
    def sure(self) -> Mask:
        """Rows that the columns are sure of."""
        return ~self.chunk.unsure

    @cached_property
    def _parts(self) -> list[Part]:
        """Where headers stand that no error quotes, in rows that are sure."""
        sure, found = self.sure, []
        for part in self.chunk.parts:
            if not part.quoted:
                mine = sure[part.rows]
                found.append(part if mine.all() else part.of(mine))
        return found

    def parts(self, *headers: type[Header]) -> Iterator[Part]:
        """Where some headers stand that no error quotes, in rows that are sure."""
        return (part for part in self._parts if part.header in headers)

    def carried(self, *headers: type[Header]) -> Iterator[Carried]:
        """Where headers of ``CARRIED`` stand, each with the IP and Ethernet headers around it."""
        return (one for one in self._carried if one.header in headers)

    @cached_property
    def _carried(self) -> list[Carried]:
        size, found = len(self), []
        ip, version, end, ends = (np.zeros(size, np.int64) for _ in range(4))
        link, frame = np.full(size, -1), np.full(size, -1)
        for part in self.parts(EthernetII, IEEE8023, IPv6, IPv4, *OPTIONS, *CARRIED):
            rows, at = part.rows, part.at
            if part.header in CARRIED:
                around = ip[rows], version[rows], end[rows], ends[rows]
                found.append(Carried(part, rows, *around, frame[rows]))
            elif part.header in OPTIONS:
                homes = [*self._homes(part)]
                if homes:
                    some, home = np.array(homes).T
                    ends[some] += words(self.chunk, home, 16) - words(self.chunk, ip[some] + 8, 16)
            elif part.header is EthernetII or part.header is IEEE8023:
                link[rows] = at
            else:
                head = part.head
                if part.header is IPv6:
                    version[rows], end[rows] = 6, at + HEADER + head.plen
                else:
                    version[rows], end[rows] = 4, at + head.len
                ends[rows] = words_in(head.src, head.dst)
                ip[rows] = at
                frame[rows] = link[rows]
                link[rows] = -1  # an IP header inside this one didn't come from there
        return found

    def _homes(self, part: Part) -> Iterator[tuple[int, int]]:
        """Rows with a home address among their options, and where it stands: it is the source."""
        data, sizes = self.chunk.data, 8 * self.octet(part.at + 1) + 8
        long = np.flatnonzero(sizes > HOME)
        for row, at, size in zip(
            part.rows[long].tolist(), part.at[long].tolist(), sizes[long].tolist(), strict=True
        ):
            options = data[at : at + size]
            place = 2 if HOME_ADDRESS in options else size
            while place < size - 1:
                kind = options[place]
                if kind == HOME_ADDRESS[0]:
                    yield row, at + place + 2
                place += 2 + options[place + 1] if kind else 1

    def octets(self, at: Rows, size: int) -> NDArray[np.uint8]:
        """Some octets from each of some places on, (n, size); others at the end of all."""
        last = max(len(self.chunk.octets) - size, 0)
        return gather(self.chunk.data, Item("", 0, size, 0, 0), np.minimum(at, last))

    def octet(self, at: Rows) -> Rows:
        """The octet at each of some places; another one behind the end of all."""
        octets = self.chunk.octets
        return octets[np.minimum(at, len(octets) - 1)].astype(np.int64)

    def short(self, at: Rows) -> Rows:
        """The number in two octets."""
        last = max(len(self.chunk.octets) - 2, 0)
        return gather(self.chunk.data, SHORT, np.minimum(at, last)).astype(np.int64)

    def word(self, at: Rows) -> Rows:
        """The number in four octets."""
        last = max(len(self.chunk.octets) - 4, 0)
        return gather(self.chunk.data, WORD, np.minimum(at, last)).astype(np.int64)

    @cached_property
    def fragments(self) -> Mask:
        """Rows with a part of a datagram."""
        mask: Mask = self.chunk.flags & Flag.FRAGMENT != 0
        return mask

    @cached_property
    def times(self) -> Rows:
        """Times in nanoseconds; 0 without one."""
        times = self.chunk.time_ns
        return np.where(times == NO_TIME, 0, times)

    def wires(self, rows: Rows) -> Iterable[tuple[int, int]]:
        """The links that some rows are on, as ``At.wire``."""
        stretch = self.chunk.stretch
        if stretch.form.name != "pcapng":
            if not self._tags:
                return repeat((id(None), 0), len(rows))
            return [(id(None), self._tags.get(row, 0)) for row in rows.tolist()]
        interfaces = [id(one) for one in stretch.interfaces]
        return [
            (interfaces[on], self._tags.get(row, 0))
            for row, on in zip(rows.tolist(), self.chunk.interface[rows].tolist(), strict=True)
        ]

    @cached_property
    def _tags(self) -> dict[int, int]:
        """The outermost VLAN of the rows that have one."""
        found: dict[int, int] = {}
        for part in self.parts(Tag, LengthTag):
            for row, number in zip(part.rows.tolist(), part.head.id.tolist(), strict=True):
                found.setdefault(row, number)
        return found

    def packet(self, row: int) -> Packet:
        """A packet for the tree reader."""
        fragment = self._fragments.get(row)
        session = self.run.sessions if self.told_before[row] else None
        return fragment or self.capture.packet(self.chunk.stretch.record(row), session)

    @cached_property
    def told_before(self) -> Mask:
        """Rows with L2TP: its messages tell how data behind them are to be read.

        The columns are sure of none of them.
        """
        mask, unsure = self.none, self.chunk.unsure
        for part in self.chunk.parts if unsure.any() else ():
            mine = unsure[part.rows]
            rows, at = part.rows[mine], part.at[mine]
            if part.header is UDP:
                mask[rows[self.short(at) == l2tp.PORT]] = True
                mask[rows[self.short(at + 2) == l2tp.PORT]] = True
            elif part.header in NEXT:
                mask[rows[self.octet(at + NEXT[part.header]) == l2tp.IP_PROTO]] = True
        return mask

    def context(self, row: int, *, tree: bool = False) -> Context:
        """A packet with its layers, of which the columns have told rules too."""
        packet = self.packet(row)
        if tree:
            assert packet.tree is not None  # decoded with it at once
        return Context(packet, self.run, sure=True)

    def layer_of(self, said: Heard) -> At:
        """The layer of a message: the first one of that name outside of quotes."""
        context = self.context(said.row, tree=True)
        return next(
            context.at(place) for place, layer in enumerate(context.layers)
            if layer.name == said.layer and layer.title and not layer.quoted
        )  # fmt: skip

    def addresses(self, header: type[Header]) -> Iterator[tuple[Part, NDArray[np.uint8]]]:
        """Source addresses of headers, and destination addresses, each with its part."""
        for part in self.parts(header):
            head = part.head
            yield part, head.src
            yield part, head.dst

    def locals(self, part: Part) -> tuple[Mask, Mask]:
        """Whether IPv6 headers' source and destination are link-local."""
        src, dst = self.prefixes(part)
        return src >> 22 == LINK_LOCAL, dst >> 22 == LINK_LOCAL

    def prefixes(self, part: Part) -> tuple[Rows, Rows]:
        """The first four octets of IPv6 headers' source and destination, as numbers."""
        found = self._prefixes.get(id(part))
        if found is None:
            head = part.head
            found = self._prefixes[id(part)] = _beginning(head.src), _beginning(head.dst)
        return found

    @property
    def whole(self) -> Mask:
        """Rows that are sure and no fragments."""
        mask: Mask = self.chunk.flags & (Flag.UNSURE | Flag.FRAGMENT) == 0
        return mask


def _beginning(addresses: NDArray[np.uint8]) -> Rows:
    """The first four octets of IPv6 addresses as numbers."""
    return np.ndarray((len(addresses),), ">u4", addresses, 0, (16,)).astype(np.int64)
