"""The pcap file format (draft-ietf-opsawg-pcap), and what older programs made of it.

file header (24 bytes)   magic number: byte order, resolution of times, kind of record header
record header (16)       seconds, fraction, captured length, original length
packet data              "captured length" bytes, no padding
record header ...
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from struct import Struct
from typing import TYPE_CHECKING, Literal, NamedTuple

from .header import Fields, Header, Order
from .record import (
    NANOSECONDS,
    DamagedCapture,
    Interface,
    Record,
    UnknownFormat,
    largest_packet,
)
from .window import Window, unfinished

if TYPE_CHECKING:
    from .leaps import Leaps

MANY = 1 << 23
"""Octets of a file in which there are so many records that they are found many at a time."""
RUN = 64
"""Records that are handed over at once where they are found one by one."""


class FileHeader(Header):
    """Section 4, "File Header"."""

    __hdr__ = (
        ("magic", "I", 0xA1B2C3D4),
        ("major", "H", 2),
        ("minor", "H", 4),
        ("zone", "i", 0),  # both unused, and zero
        ("figures", "I", 0),
        ("snaplen", "I", 262_144),
        ("network", "I", 1),  # link type in the low 16 bits, bits of the FCS above
    )


class RecordHeader(Header):
    """Section 5, "Packet Record"."""

    __hdr__: Fields = (
        ("seconds", "I", 0),
        ("fraction", "I", 0),
        ("captured", "I", 0),
        ("original", "I", 0),
    )


class PatchedRecordHeader(RecordHeader):
    """The record header of A. Kuznetzov's patched libpcap (1999, Red Hat 6.1)."""

    __hdr__: Fields = (
        *RecordHeader.__hdr__,
        ("interface", "I", 0),
        ("protocol", "H", 0),
        ("kind", "B", 0),
        ("pad", "B", 0),
    )


class DebugRecordHeader(PatchedRecordHeader):
    """The same patch with fields to debug its SMP kernel (SuSE 6.3)."""

    __hdr__ = (*PatchedRecordHeader.__hdr__, ("debug", "I", 0))


class NokiaRecordHeader(RecordHeader):
    """The record header of Nokia's IPSO; what the last field means is unknown."""

    __hdr__ = (*RecordHeader.__hdr__, ("unknown", "I", 0))


class Variant(NamedTuple):
    """What a magic number stands for."""

    ticks: int = 1_000_000
    records: tuple[type[RecordHeader], ...] = (RecordHeader,)  # likeliest first
    extra: int = 0  # bytes behind the file header


MAGIC = {
    0xA1B2C3D4: Variant(records=(RecordHeader, PatchedRecordHeader, NokiaRecordHeader)),
    0xA1B23C4D: Variant(ticks=NANOSECONDS),
    0xA1B2CD34: Variant(records=(PatchedRecordHeader, DebugRecordHeader)),
    0x1C0001AC: Variant(ticks=NANOSECONDS, extra=4),  # IXIA's lcap by hardware: and its length
    0x1C0001AB: Variant(extra=4),  # IXIA's lcap by software
}

PACKET_PROTOCOLS = {*range(0x18), 0x60, 0x200, 0x400}  # below the Ethertypes, in those days

AIX = {6: 1, 9: 6, 15: 10, 24: 0}
"""Network types in files of AIX: SNMP's interface types (RFC 1573), and what they are elsewhere.

Its tcpdump calls itself 2.2 under the usual magic number, and counts nanoseconds (libpcap,
sf-pcap.c; wiretap/libpcap.c).
"""

NETWORK_RESERVED = 0x03FF_0000
NETWORK_HAS_FCS = 0x0400_0000


def _swap(major: int, minor: int) -> Literal["never", "always", "if larger"]:
    """Whether the captured length is a record's second, not its first.

    So it was before version 2.3; some programs wrote 2.3 with the old order, and DG/UX's
    tcpdump calls itself 543.0 (libpcap, sf-pcap.c).
    """
    if (major, minor) == (2, 3):
        return "if larger"
    return "always" if major == 543 or (major == 2 and minor < 3) else "never"


def byte_order(start: bytes) -> Order | None:
    """The byte order of a pcap file that starts so; None: it is no pcap file."""
    if int.from_bytes(start[:4], "little") in MAGIC:
        return "<"
    return ">" if int.from_bytes(start[:4], "big") in MAGIC else None


def _misfits(kind: type[RecordHeader], window: Window, start: int, interface: Interface) -> int:
    """How much looks wrong in the first records if they have this kind of header.

    Programs with a patched libpcap wrote files that differ only in the record header, under the
    same magic number. So does Wireshark tell them apart (wiretap/libpcap.c), and so do we, from
    no more than what is there already: a pipe may be slow.
    """
    data, position = window.data, start
    wrong = 0
    for _ in range(3):
        if position == len(data):
            break
        there = data[position : position + kind.__hdr_len__]
        header = kind(there.ljust(kind.__hdr_len__, b"\0"))
        wrong += _oddities(header, interface)
        if header.captured > largest_packet(interface.link_type):
            return wrong
        position += kind.__hdr_len__ + header.captured
        if position > len(data):
            return wrong + 1
    return wrong


def _oddities(header: RecordHeader, interface: Interface) -> int:
    """How many fields of a record header have values that are hard to believe."""
    odd = [
        header.fraction >= 1_000_000,
        header.captured > largest_packet(interface.link_type),
        header.captured > interface.snaplen,
        header.original > 128 << 20,
        header.captured > header.original,
    ]
    if isinstance(header, PatchedRecordHeader):
        known = header.protocol >= 0x600 or header.protocol in PACKET_PROTOCOLS
        odd += [header.interface > 10_000, header.kind > 4, not known]
    elif isinstance(header, NokiaRecordHeader):
        odd += [header.unknown & 0x0FFF_00F0 != 0x0FBF_0000]
    return sum(odd)


class Pcap:
    """A pcap file's reader: `scan` finds its records, `record` reads one."""

    name = "pcap"

    def __init__(self, path: str, window: Window, order: Order) -> None:
        self.path = path
        self.order = order
        header, variant = self._file_header(window)
        has_fcs = header.network & NETWORK_HAS_FCS
        link_type = header.network & 0xFFFF
        if (header.major, header.minor) == (2, 2) and link_type in AIX:
            link_type, variant = AIX[link_type], Variant(ticks=NANOSECONDS, extra=variant.extra)
        self.interface = Interface(
            id=0,
            link_type=link_type,
            snaplen=header.snaplen,
            ticks=variant.ticks,
            fcs_length=16 * (header.network >> 28) if has_fcs else None,
        )
        self.interfaces = [self.interface]
        self.first = FileHeader.__hdr_len__ + variant.extra
        self.swap = _swap(header.major, header.minor)
        kinds = variant.records if self.swap == "never" else variant.records[:1]
        ordered = [kind.ordered(order) for kind in kinds]
        likeliest = min(
            ordered, key=lambda kind: _misfits(kind, window, self.first, self.interface)
        )
        self.head: int = likeliest.__hdr_len__
        self._fields = RecordHeader.layout(order).unpack_from
        self._nanoseconds = NANOSECONDS // variant.ticks

    def _file_header(self, window: Window) -> tuple[FileHeader, Variant]:
        """The file header, if it makes sense."""
        variant = MAGIC[int.from_bytes(window.data[:4], "little" if self.order == "<" else "big")]
        size = FileHeader.__hdr_len__ + variant.extra
        window.more(0, size)
        if len(window.data) < size:
            reason = f"pcap: the file header has {size} bytes, the file only {len(window.data)}"
            raise UnknownFormat(self.path, 0, reason)
        header = FileHeader.ordered(self.order)(window.data[: FileHeader.__hdr_len__])
        if header.major < 2:
            raise UnknownFormat(self.path, 4, f"pcap: major version {header.major} unsupported")
        if header.network & NETWORK_RESERVED:
            reason = f"pcap: reserved bits set in the network type 0x{header.network:08x}"
            raise UnknownFormat(self.path, 20, reason)
        return header, variant

    def scan(self, window: Window) -> PcapScan:
        """A walk over all records from the first one on."""
        return PcapScan(self, window)

    def lengths(self, data: bytes | mmap.mmap, position: int) -> tuple[int, int]:
        """Captured and original length of the record at `position`."""
        _, _, captured, original = self._fields(data, position)
        if self.swap == "always" or (self.swap == "if larger" and captured > original):
            return original, captured
        return captured, original

    def record(self, window: Window, position: int, number: int) -> Record:
        """The record at a position that the scan gave."""
        data = window.data
        seconds, fraction, captured, original = self._fields(data, position)
        if self.swap != "never":
            captured, original = self.lengths(data, position)
        start = position + self.head
        return Record(
            number,
            seconds * NANOSECONDS + fraction * self._nanoseconds,
            captured,
            original,
            self.interface,
            data[start : start + captured],
            window.base + position,
        )


class PcapScan:
    """Finds where records begin, each one only once it is there as a whole."""

    def __init__(self, pcap: Pcap, window: Window) -> None:
        self.position = pcap.first  # in the file: how far it has got
        self._pcap = pcap
        self._window = window

    def __iter__(self) -> Iterator[int]:
        """Positions in the window, from where the last walk stopped."""
        for run in self.runs():
            yield from run

    def runs(self) -> Iterator[Sequence[int]]:
        """The same, those that are found together at once."""
        pcap, window, head = self._pcap, self._window, self._pcap.head
        limit = largest_packet(pcap.interface.link_type)
        swapped = pcap.swap != "never"
        captured_at = Struct(f"{pcap.order}8xI").unpack_from
        position = self.position - window.base
        leaps = self._leaps(position)
        while True:
            data = window.data
            end, need = len(data), head
            last = end - head
            run: list[int] = []
            while position <= last:
                if len(run) == RUN or (leaps is not None and position >= leaps.goal):
                    yield run
                    run = []
                if leaps is not None and position >= leaps.goal:
                    places, position = leaps(data, position)
                    yield places
                    continue
                (captured,) = captured_at(data, position)
                if swapped:
                    captured, _ = pcap.lengths(data, position)
                if captured > limit:
                    yield run
                    self.position = window.base + position
                    reason = f"pcap: {captured}-byte packet, bigger than the maximum of {limit}"
                    raise DamagedCapture(pcap.path, self.position, reason)
                after = position + head + captured
                if after > end:
                    need = head + captured
                    break
                run.append(position)
                position = after
            yield run
            position = window.more(position, need)
            if len(window.data) - position < need:
                self.position = window.base + position
                if window.fault or position < len(window.data):
                    raise unfinished(pcap.path, window, self.position)
                return

    def _leaps(self, start: int) -> Leaps | None:
        """What finds many records at once, where there are many, and lengths mean what they say."""
        pcap = self._pcap
        if pcap.swap != "never" or len(self._window.data) < MANY:
            return None
        from .leaps import Leaps, Records  # numpy takes 0.1 s to import

        limit = largest_packet(pcap.interface.link_type)
        return Leaps(Records(pcap.order, pcap.head, limit, pcap.interface.ticks), start)
