"""The pcapng file format (draft-ietf-opsawg-pcapng): sections, interfaces, packets.

A file is a row of sections, each with its own byte order; a section is a row of blocks, which
refer to the section's interfaces by number. What isn't a packet is put down in `Pcapng` by the
first walk that passes it; a later walk only counts interfaces, so as to be just as strict.
"""

from __future__ import annotations

import mmap
from bisect import bisect_right
from collections.abc import Iterator
from struct import Struct
from threading import Lock

import msgspec

from . import blocks
from .blocks import BadBlock, Option
from .header import Order
from .record import (
    LARGEST_PACKET,
    NANOSECONDS,
    DamagedCapture,
    Drops,
    Interface,
    Record,
    largest_packet,
)
from .window import Window, unfinished

LARGEST_BLOCK = 16 << 20  # of those that are read as a whole, besides their packet
READ = {
    blocks.SECTION,
    blocks.INTERFACE,
    blocks.PACKET,
    blocks.OBSOLETE_PACKET,
    blocks.SIMPLE_PACKET,
    blocks.NAMES,
    blocks.STATISTICS,
}


class Section(msgspec.Struct):
    """Section 4.1, "Section Header Block", and the interfaces behind it."""

    offset: int
    order: Order
    comments: tuple[str, ...] = ()
    hardware: str = ""
    os: str = ""
    application: str = ""
    interfaces: list[Interface] = msgspec.field(default_factory=list)


def byte_order(start: bytes) -> Order | None:
    """The byte order of a section that starts so (12 bytes); None: it is none."""
    if int.from_bytes(start[:4], "big") == blocks.SECTION:  # the same in both orders
        if int.from_bytes(start[8:12], "little") == blocks.MAGIC:
            return "<"
        if int.from_bytes(start[8:12], "big") == blocks.MAGIC:
            return ">"
    return None


class _Layouts:
    """What the walk and the reading of packets need, compiled for one byte order."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.block = blocks.BlockHeader.layout(order).unpack_from
        self.length = Struct(f"{order}I").unpack_from
        self.enhanced = blocks.EnhancedPacket.layout(order).unpack_from
        self.enhanced_size = Struct(f"{order}8xI8xI").unpack_from  # interface, captured
        self.obsolete = blocks.ObsoletePacket.layout(order).unpack_from
        self.obsolete_size = Struct(f"{order}8xH10xI").unpack_from
        self.simple = blocks.SimplePacket.layout(order).unpack_from


OVERHEAD, MOST_HELD = 256, 1 << 29
"""Octets that a section, an interface or names cost beside their texts, and that all may cost:
enough for a million."""

LAYOUTS: dict[Order, _Layouts] = {"<": _Layouts("<"), ">": _Layouts(">")}


class Pcapng:
    """A pcapng file's reader: `scan` finds its packets, `record` reads one."""

    name = "pcapng"

    def __init__(self, path: str, order: Order) -> None:
        self.path = path
        self.order = order  # of the first section
        self.sections: list[Section] = []
        self.interfaces: list[Interface] = []  # of all sections
        self.names: dict[str, str] = {}
        self.drops: dict[int, Drops] = {}  # by interface
        self.secrets = 0  # decryption secrets blocks, which nobody here reads
        self._lock = Lock()
        self._starts: list[int] = []  # of sections
        self._noted = -1  # offset of the last block put down
        self._held = 0

    def scan(self, window: Window) -> PcapngScan:
        """A walk over all packets from the start of the file."""
        return PcapngScan(self, window)

    def record(self, window: Window, position: int, number: int) -> Record:
        """The packet in the block at a position that the scan gave."""
        data, offset = window.data, window.base + position
        section = self.sections[-1]
        if offset < section.offset:
            section = self.sections[bisect_right(self._starts, offset) - 1]
        layouts = LAYOUTS[section.order]
        kind, length = layouts.block(data, position)
        drops: int | None = None
        if kind == blocks.PACKET:
            _, _, index, high, low, captured, original = layouts.enhanced(data, position)
            start = position + 28
        elif kind == blocks.OBSOLETE_PACKET:
            _, _, index, drops, high, low, captured, original = layouts.obsolete(data, position)
            drops = None if drops == 0xFFFF else drops
            start = position + 28
        else:
            (_, _, original), index = layouts.simple(data, position), 0
            captured = min(original, section.interfaces[0].snaplen or original)
            start = position + 12
        interface, stop = section.interfaces[index], start + captured
        record = Record(
            number,
            None,
            captured,
            original,
            interface,
            data[start:stop],
            offset,
            drops=drops,
        )
        if kind != blocks.SIMPLE_PACKET:  # which has neither time nor options
            ticks = (high << 32 | low) * NANOSECONDS // interface.ticks
            record.time_ns = ticks + interface.offset_s * NANOSECONDS
            stop, end = stop + (-captured & 3), position + (length + 3 & ~3) - 4
            if stop < end:
                _add_options(record, data[stop:end], section.order)
        return record

    def _hold(self, body: bytes) -> None:
        """Count what a block costs that is put down; raises BadBlock when all are too much."""
        self._held += len(body) + OVERHEAD
        if self._held > MOST_HELD:
            raise BadBlock(f"more than {MOST_HELD >> 20} MiB of sections, interfaces and names")

    def note(self, offset: int, kind: int, body: bytes, section: Section) -> None:
        """Put down a block that isn't a packet, once. `body` is all between the lengths."""
        with self._lock:
            if offset <= self._noted:
                return
            if kind == blocks.STATISTICS:
                self._note_statistics(body, section)
            elif kind == blocks.NAMES:
                self._hold(body)
                self.names |= blocks.names(body, section.order)
            elif kind == blocks.SECRETS:
                self.secrets += 1
            self._noted = offset

    def section(self, offset: int, body: bytes, order: Order) -> Section:
        """The section whose header block is at `offset`, noted the first time."""
        with self._lock:
            index = bisect_right(self._starts, offset) - 1
            if index >= 0 and self._starts[index] == offset:
                return self.sections[index]
            size = blocks.SectionHeader.__hdr_len__ - 8
            _, _, _, major, minor, _ = blocks.SectionHeader.layout(order).unpack(
                bytes(8) + body[:size]
            )
            if (major, minor) not in ((1, 0), (1, 2)):
                raise BadBlock(f"unknown section version {major}.{minor}")
            self._hold(body)
            found = blocks.options(body[size:], order)
            section = Section(
                offset,
                order,
                comments=blocks.texts(found, Option.COMMENT),
                hardware=blocks.text(found, Option.HARDWARE),
                os=blocks.text(found, Option.OS),
                application=blocks.text(found, Option.APPLICATION),
            )
            self.sections.append(section)
            self._starts.append(offset)
            return section

    def take_over(self, sections: list[Section]) -> None:
        """Note what another reader of the file has noted, as far as it is more."""
        with self._lock:
            self.sections[:] = sections
            self._starts[:] = [section.offset for section in sections]
            self.interfaces[:] = [one for section in sections for one in section.interfaces]

    def interface(self, index: int, body: bytes, section: Section) -> Interface:
        """The section's interface of that number, noted the first time."""
        with self._lock:
            if index == len(section.interfaces):
                self._hold(body)
                interface = self._read_interface(body, section.order)
                section.interfaces.append(interface)
                self.interfaces.append(interface)
            return section.interfaces[index]

    def _read_interface(self, body: bytes, order: Order) -> Interface:
        """Section 4.2, "Interface Description Block"."""
        header = blocks.InterfaceDescription.ordered(order)(bytes(8) + body[:8])
        found = blocks.options(body[8:], order)
        if b"" in found.get(Option.IF_FILTER, ()):
            raise BadBlock("interface filter option of length 0")
        filters = [value for value in found.get(Option.IF_FILTER, ()) if value[0] == 0]
        return Interface(
            id=len(self.interfaces),
            link_type=header.link_type,
            snaplen=header.snaplen,
            name=blocks.text(found, Option.IF_NAME),
            description=blocks.text(found, Option.IF_DESCRIPTION),
            ticks=_ticks(blocks.number(found, Option.IF_TSRESOL, 1, order)),
            offset_s=blocks.number(found, Option.IF_TSOFFSET, 8, order, signed=True) or 0,
            filter=filters[0][1:].decode("utf-8", "replace") if filters else "",
            os=blocks.text(found, Option.IF_OS),
            hardware=blocks.text(found, Option.IF_HARDWARE),
            fcs_length=blocks.number(found, Option.IF_FCSLEN, 1, order),
            section=len(self.sections) - 1,
        )

    def _note_statistics(self, body: bytes, section: Section) -> None:
        """Section 4.6, "Interface Statistics Block": the last word counts."""
        found = blocks.options(body[12:], section.order)
        (index,) = LAYOUTS[section.order].length(body)
        if index < len(section.interfaces):
            self.drops[section.interfaces[index].id] = Drops(
                blocks.number(found, Option.IF_RECEIVED, 8, section.order),
                blocks.number(found, Option.IF_DROPPED, 8, section.order),
            )


def _ticks(resolution: int | None) -> int:
    """if_tsresol: a negative power of 10, or with the highest bit set of 2."""
    if resolution is None:
        return 1_000_000
    return 1 << (resolution & 0x7F) if resolution & 0x80 else int(10**resolution)


def _add_options(record: Record, data: bytes, order: Order) -> None:
    """Section 4.3, options of an "Enhanced Packet Block"."""
    found = blocks.packet_options(data, order)
    record.comments = blocks.texts(found, Option.COMMENT)
    record.flags = blocks.number(found, Option.FLAGS, 4, order)
    if Option.DROPS in found:
        record.drops = blocks.number(found, Option.DROPS, 8, order)


class PcapngScan:
    """Finds the blocks that hold packets, each one only once it is there as a whole."""

    def __init__(self, pcapng: Pcapng, window: Window) -> None:
        self.position = 0  # in the file: how far it has got
        self._pcapng = pcapng
        self._window = window
        self._section: Section | None = None
        self._layouts = LAYOUTS[pcapng.order]
        self._limits: list[int] = []  # the largest packet of each interface so far
        self._snaplen = 0  # of the first one
        self._largest = LARGEST_BLOCK + LARGEST_PACKET

    def __iter__(self) -> Iterator[int]:
        """Positions in the window, from where the last walk stopped."""
        window = self._window
        position = self.position - window.base
        try:
            while True:
                data, need = window.data, 12
                end = len(data)
                while position + 12 <= end:
                    kind, need = self._head(data, position)
                    if kind not in READ:
                        position = self._skip(position, kind, need)
                        data = window.data
                        end = len(data)
                    elif position + need > end:
                        break
                    else:
                        self._check_length(data, position + need - 4, need)
                        if self._read(data, position, kind, need):
                            yield position
                        position += need
                    need = 12
                position = window.more(position, need)
                if len(window.data) - position < need:
                    self.position = window.base + position
                    if window.fault or position < len(window.data):
                        raise unfinished(self._pcapng.path, window, self.position)
                    return
        except BadBlock as bad:
            raise self._damaged(window.base + position, bad) from None

    def _head(self, data: bytes | mmap.mmap, position: int) -> tuple[int, int]:
        """Type and length of a block; some programs don't round the length up to 4 bytes."""
        kind, length = self._layouts.block(data, position)
        if kind == blocks.SECTION:
            order = byte_order(data[position : position + 12])
            if order is None:
                raise BadBlock("unknown byte-order magic")
            self._layouts = LAYOUTS[order]  # its own length is in it already
            _, length = self._layouts.block(data, position)
        elif self._section is None:
            raise BadBlock("a block before the first section header")
        length = length + 3 & ~3
        if length < blocks.SHORTEST.get(kind, 12):
            raise BadBlock(f"{length} bytes are too few for a block of type {kind:#x}")
        if length > self._largest and kind in READ:
            raise BadBlock(f"a block of {length} bytes is larger than the maximum")
        return kind, length

    def _check_length(self, data: bytes | mmap.mmap, position: int, length: int) -> None:
        """The length behind a block repeats the one before it."""
        (again,) = self._layouts.length(data, position)
        if again + 3 & ~3 != length:
            raise BadBlock(f"total lengths of a block don't match (first {length}, then {again})")

    def _read(self, data: bytes | mmap.mmap, position: int, kind: int, length: int) -> bool:
        """Check a packet (True), or note another block (False)."""
        if kind == blocks.PACKET:
            index, captured = self._layouts.enhanced_size(data, position)
            used = self._check_packet(index, captured, 28, length)
        elif kind == blocks.OBSOLETE_PACKET:
            index, captured = self._layouts.obsolete_size(data, position)
            used = self._check_packet(index, captured, 28, length)
        elif kind == blocks.SIMPLE_PACKET:
            _, _, captured = self._layouts.simple(data, position)
            captured = min(captured, self._snaplen or captured)
            if self._check_packet(0, captured, 12, length) + 4 < length:
                raise BadBlock(f"a block of {length} bytes is too long for its simple packet")
            return True
        else:
            self._note(position, kind, data[position + 8 : position + length - 4])
            return False
        if used + 4 < length:
            options = data[position + used : position + length - 4]
            blocks.packet_options(options, self._layouts.order)
        return True

    def _check_packet(self, index: int, captured: int, start: int, length: int) -> int:
        """Where a packet ends within its block, if there's such an interface and room for it."""
        if index >= len(self._limits):
            raise BadBlock(f"interface {index}, the section has only {len(self._limits)}")
        if captured > self._limits[index]:
            maximum = self._limits[index]
            raise BadBlock(f"{captured}-byte packet, bigger than the maximum of {maximum}")
        used = start + captured + (-captured & 3)
        if used + 4 > length:
            raise BadBlock(f"a block of {length} bytes is too short for a {captured}-byte packet")
        return used

    def _note(self, position: int, kind: int, body: bytes) -> None:
        """Take in a block that isn't a packet."""
        offset, order = self._window.base + position, self._layouts.order
        if kind == blocks.SECTION:
            self._section = self._pcapng.section(offset, body, order)
            self._limits, self._snaplen = [], 0
        elif self._section is not None:
            if kind == blocks.INTERFACE:
                index = len(self._limits)
                interface = self._pcapng.interface(index, body, self._section)
                self._limits.append(largest_packet(interface.link_type))
                self._snaplen = self._section.interfaces[0].snaplen
                self._largest = max(self._largest, LARGEST_BLOCK + self._limits[-1])
            else:
                self._pcapng.note(offset, kind, body, self._section)

    def _skip(self, position: int, kind: int, length: int) -> int:
        """Pass over a block of any length without holding it."""
        window = self._window
        self.position = window.base + position
        after = window.more(window.skip(position, length - 4), 4)
        if len(window.data) - after < 4:
            raise unfinished(self._pcapng.path, window, self.position)
        try:
            self._check_length(window.data, after, length)
        except BadBlock as bad:
            raise self._damaged(self.position, bad) from None
        if self._section is not None:
            self._pcapng.note(self.position, kind, b"", self._section)
        return after + 4

    def _damaged(self, offset: int, bad: BadBlock) -> DamagedCapture:
        self.position = offset
        return DamagedCapture(self._pcapng.path, offset, f"pcapng: {bad}")
