"""Some packets of a capture as a new one: their records and blocks as they are, octet by octet.

In the same format nothing is rewritten.  Of a pcapng file all blocks that aren't packets come
along (interfaces with all their options, names, statistics, secrets, what nobody knows), up to
the last one that was read; only the length that a section may say of itself becomes "not known".
In the other format packets are written anew: pcap can hold neither comments nor several link
types.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from .pcap import NETWORK_HAS_FCS
from .pcapng import LAYOUTS, byte_order
from .record import LARGEST_PACKET, CaptureError, Interface, Record
from .write import PcapngWriter, PcapWriter

if TYPE_CHECKING:
    from .file import CaptureFile, Octets
    from .stretch import Stretch

Mask = NDArray[np.bool_]

PIECE = 1 << 20
"""Octets that are copied at once."""
NANOSECONDS_BEYOND = 1_000_000
"""A clock that ticks more often in a second needs pcap's nanoseconds."""
SECTION_LENGTH = slice(16, 24)
"""Where a section header block says how long its section is."""


class Copier(Protocol):
    """Writes the packets of a capture that are wanted."""

    def take(self, stretch: Stretch, wanted: Mask) -> None:
        """Write some packets of the next stretch."""

    def finish(self, *, read_all: bool) -> None:
        """Write what stands behind the last packet, if all have been read."""


def copier(records: CaptureFile, stream: BinaryIO, form: str) -> Copier:
    """What copies packets of a capture to a stream, as ``pcap`` or ``pcapng``.

    Must be made before the capture is read.
    """
    if form == records.format:
        return _AsIs(records, stream)
    return _ToPcapng(records, stream) if form == "pcapng" else _ToPcap(records, stream)


# --- the same format -----------------------------------------------------------------------------


class _AsIs:
    """Copies records, and what stands between them."""

    def __init__(self, records: CaptureFile, stream: BinaryIO) -> None:
        self._records = records
        self._octets: Octets = records.kept()
        self._stream = stream
        self._done = 0  # in the file: all before has been seen

    def take(self, stretch: Stretch, wanted: Mask) -> None:
        """Copy runs of packets at once, from one that isn't wanted or another block to the next."""
        starts, ends = stretch.spans()
        apart = np.flatnonzero((starts[1:] != ends[:-1]) | (wanted[1:] != wanted[:-1])) + 1
        for first, behind in zip([0, *apart.tolist()], [*apart.tolist(), len(starts)], strict=True):
            start, end = int(starts[first]), int(ends[behind - 1])
            self._between(start)
            if wanted[first]:
                self._copy(start, end)
            self._done = end

    def finish(self, *, read_all: bool) -> None:
        """Copy the blocks behind the last packet, up to damage or the end."""
        damage = self._records.damage
        if damage is not None and damage.offset is not None:
            self._between(damage.offset)
        elif read_all:
            self._between(self._end())

    def _end(self) -> int:
        """Where the file ends."""
        at = self._done
        while size := len(self._octets(at, at + PIECE)):
            at += size
        return at

    def _between(self, end: int) -> None:
        """Copy what stands before the next packet."""
        if self._records.format == "pcap":
            if not self._done:
                self._copy(0, end)
            return
        at = self._done
        while at + 12 <= end:
            head = self._octets(at, at + 12)
            order = byte_order(head)
            if order is not None:
                self._order = order
            _, length = LAYOUTS[self._order].block(head)
            length = length + 3 & ~3
            if order is None:
                self._copy(at, at + length)
            else:
                block = bytearray(self._octets(at, at + length))
                block[SECTION_LENGTH] = b"\xff" * 8
                self._stream.write(block)
            at += length

    def _copy(self, start: int, end: int) -> None:
        for at in range(start, end, PIECE):
            self._stream.write(self._octets(at, min(at + PIECE, end)))


# --- the other format ----------------------------------------------------------------------------


def _chosen(stretch: Stretch, wanted: Mask) -> Iterator[Record]:
    return map(stretch.record, np.flatnonzero(wanted).tolist())


class _ToPcapng:
    """One section with the interface that a pcap file has."""

    def __init__(self, records: CaptureFile, stream: BinaryIO) -> None:
        interface = records.interfaces[0]
        self._writer = PcapngWriter(stream, order="<" if records.byte_order == "little" else ">")
        self._writer.interface(
            interface.link_type, snaplen=interface.snaplen, ticks=interface.ticks,
            fcs_length=interface.fcs_length,
        )  # fmt: skip

    def take(self, stretch: Stretch, wanted: Mask) -> None:
        for record in _chosen(stretch, wanted):
            self._writer.packet(record.data, record.time_ns or 0, original=record.original)

    def finish(self, *, read_all: bool) -> None:
        """Nothing comes behind."""


class _ToPcap:
    """The file header says the link type, so it is written with the first packet."""

    def __init__(self, records: CaptureFile, stream: BinaryIO) -> None:
        self._records = records
        self._stream = stream
        self._writer: PcapWriter | None = None
        self._network = 0

    def take(self, stretch: Stretch, wanted: Mask) -> None:
        for record in _chosen(stretch, wanted):
            network = _network(record.interface)
            writer = self._writer or self._begin(network)
            if network != self._network:
                raise CaptureError(
                    self._records.path, record.offset,
                    f"packet {record.number} is of link type {record.link_type}, others of "
                    f"{self._network & 0xFFFF}: a pcap file has only one; filter, or write pcapng",
                )  # fmt: skip
            time = record.time_ns or 0
            if not 0 <= time < 1_000_000_000 << 32:
                reason = f"packet {record.number}: pcap has no such time; write pcapng"
                raise CaptureError(self._records.path, record.offset, reason)
            writer.packet(record.data, time, record.original)

    def finish(self, *, read_all: bool) -> None:
        """A file without packets has its header all the same."""
        if self._writer is None:
            interfaces = self._records.interfaces
            self._begin(_network(interfaces[0]) if interfaces else 1)

    def _begin(self, network: int) -> PcapWriter:
        interfaces = self._records.interfaces
        snaplens = {interface.snaplen or LARGEST_PACKET for interface in interfaces}
        self._network = network
        self._writer = PcapWriter(
            self._stream, network, snaplen=max(snaplens, default=LARGEST_PACKET),
            nanoseconds=any(one.ticks > NANOSECONDS_BEYOND for one in interfaces),
            order="<" if self._records.byte_order == "little" else ">",
        )  # fmt: skip
        return self._writer


def _network(interface: Interface) -> int:
    """The link type as pcap's file header has it, with the length of the FCS."""
    if interface.fcs_length is None or interface.fcs_length % 16:
        return interface.link_type
    return interface.link_type | NETWORK_HAS_FCS | (interface.fcs_length // 16 & 0xF) << 28
