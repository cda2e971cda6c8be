"""Writing captures, by the same structs that they are read with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, Literal

from . import blocks
from .blocks import Option
from .header import Header, Order
from .pcap import FileHeader, RecordHeader
from .record import LARGEST_PACKET, NANOSECONDS


class PcapWriter:
    """A pcap file, written packet by packet; the stream stays the caller's to close."""

    def __init__(
        self,
        stream: BinaryIO,
        link_type: int = 1,
        *,
        snaplen: int = LARGEST_PACKET,
        nanoseconds: bool = True,
        order: Order = "<",
    ) -> None:
        self._stream = stream
        self._record = RecordHeader.ordered(order)
        self._ticks = NANOSECONDS if nanoseconds else 1_000_000
        header = FileHeader.ordered(order)(
            magic=0xA1B23C4D if nanoseconds else 0xA1B2C3D4, snaplen=snaplen, network=link_type
        )
        stream.write(bytes(header))

    def packet(self, data: bytes, time_ns: int = 0, original: int | None = None) -> None:
        """Append a packet; `original` is its length if it was longer than `data`."""
        seconds, rest = divmod(time_ns, NANOSECONDS)
        header = self._record(
            seconds=seconds,
            fraction=rest * self._ticks // NANOSECONDS,
            captured=len(data),
            original=len(data) if original is None else original,
        )
        self._stream.write(bytes(header) + data)


class PcapngWriter:
    """A pcapng file, written block by block; the stream stays the caller's to close."""

    def __init__(
        self,
        stream: BinaryIO,
        *,
        comment: str = "",
        hardware: str = "",
        os: str = "",
        application: str = "sixscope",
        order: Order = "<",
    ) -> None:
        self._stream = stream
        self._order: Order = order
        self._clocks: list[tuple[int, int]] = []  # ticks and offset of each interface
        options = (
            (Option.COMMENT, comment.encode()),
            (Option.HARDWARE, hardware.encode()),
            (Option.OS, os.encode()),
            (Option.APPLICATION, application.encode()),
        )
        self.block(blocks.SectionHeader, options=[option for option in options if option[1]])

    def interface(
        self,
        link_type: int = 1,
        *,
        name: str = "",
        description: str = "",
        snaplen: int = 0,
        ticks: int = NANOSECONDS,
        offset_s: int = 0,
        fcs_length: int | None = None,
    ) -> int:
        """Describe an interface; its number is for `packet`."""
        options = [(Option.IF_TSRESOL, bytes([_resolution(ticks)]))]
        if name:
            options.append((Option.IF_NAME, name.encode()))
        if description:
            options.append((Option.IF_DESCRIPTION, description.encode()))
        if offset_s:
            options.append((Option.IF_TSOFFSET, self.number(offset_s, 8)))
        if fcs_length is not None:
            options.append((Option.IF_FCSLEN, bytes([fcs_length])))
        self.block(
            blocks.InterfaceDescription, options=options, link_type=link_type, snaplen=snaplen
        )
        self._clocks.append((ticks, offset_s))
        return len(self._clocks) - 1

    def packet(
        self,
        data: bytes,
        time_ns: int = 0,
        interface: int = 0,
        original: int | None = None,
        comment: str | None = None,
        flags: int | None = None,
    ) -> None:
        """Append a packet; `original` is its length if it was longer than `data`."""
        options = []
        if comment is not None:
            options.append((Option.COMMENT, comment.encode()))
        if flags is not None:
            options.append((Option.FLAGS, self.number(flags, 4)))
        ticks, offset_s = self._clocks[interface]
        time = (time_ns - offset_s * NANOSECONDS) * ticks // NANOSECONDS
        self.block(
            blocks.EnhancedPacket,
            data,
            options,
            interface=interface,
            high=time >> 32,
            low=time & 0xFFFF_FFFF,
            captured=len(data),
            original=len(data) if original is None else original,
        )

    def block(
        self,
        kind: type[Header],
        body: bytes = b"",
        options: Sequence[tuple[int, bytes]] = (),
        **fields: int,
    ) -> None:
        """Append any block: its struct with these fields, what follows it, options."""
        tail = _padded(body) + self._options(options)
        length = kind.__hdr_len__ + len(tail) + 4
        header = kind.ordered(self._order)(length=length, **fields)
        self._stream.write(bytes(header) + tail + self.number(length, 4))

    def number(self, value: int, size: int) -> bytes:
        """A number in the file's byte order, as options have them."""
        order: Literal["little", "big"] = "little" if self._order == "<" else "big"
        return value.to_bytes(size, order, signed=value < 0)

    def pair(self, code: int, value: bytes) -> bytes:
        """An option, or a record of the name resolution block."""
        header = blocks.Pair.ordered(self._order)(code=code, length=len(value))
        return bytes(header) + _padded(value)

    def _options(self, options: Sequence[tuple[int, bytes]]) -> bytes:
        if not options:
            return b""
        pairs = (self.pair(code, value) for code, value in options)
        return b"".join(pairs) + self.pair(Option.END, b"")


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) & 3)


def _resolution(ticks: int) -> int:
    """if_tsresol of a clock: an exponent of 10, or of 2 with the highest bit set."""
    exponent = len(str(ticks)) - 1
    if ticks == 10**exponent:
        return exponent
    exponent = ticks.bit_length() - 1
    if ticks == 1 << exponent:
        return 0x80 | exponent
    raise ValueError(f"{ticks} ticks in a second: not a power of 10, nor of 2")
