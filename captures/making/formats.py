"""The capture file formats: pcap's variants, and pcapng's blocks and options."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

from dissect.capture import blocks
from dissect.capture.header import Order
from dissect.capture.pcap import FileHeader, PatchedRecordHeader
from dissect.capture.write import PcapngWriter, PcapWriter
from making.build import (
    BEGIN,
    HOST,
    HOST4,
    MILLISECOND,
    UDP_PROTO,
    counting,
    ethernet,
    icmpv6_packet,
    ipv6,
    udp,
)

FRAMES = tuple(
    ethernet(icmpv6_packet(128, 0, struct.pack(">HH", 0x6006, number) + counting(16)))
    for number in range(1, 4)
)
NANOSECOND_STEP = MILLISECOND + 1


def pcap(order: Order, *, nanoseconds: bool) -> Callable[[Path], None]:
    """A plain pcap file of three packets."""

    def write(path: Path) -> None:
        with path.open("wb") as stream:
            file = PcapWriter(stream, nanoseconds=nanoseconds, order=order)
            for index, frame in enumerate(FRAMES):
                file.packet(frame, BEGIN + index * NANOSECOND_STEP)

    return write


def snaplen(path: Path) -> None:
    """Packets cut by a snap length of 68, within several layers."""
    with path.open("wb") as stream:
        file = PcapWriter(stream, snaplen=68, nanoseconds=False)
        for index, size in enumerate((8, 40, 61, 68)):
            whole = ethernet(ipv6(udp(counting(100), 40000, 9), UDP_PROTO))
            file.packet(whole[:size], BEGIN + index * MILLISECOND, len(whole))


def kuznetzov(path: Path) -> None:
    """The record headers of a patched libpcap of 1999."""
    with path.open("wb") as stream:
        stream.write(bytes(FileHeader.ordered("<")(magic=0xA1B2CD34)))
        for index, frame in enumerate(FRAMES):
            seconds, rest = divmod(BEGIN + index * MILLISECOND, 1_000_000_000)
            record = PatchedRecordHeader.ordered("<")(
                seconds=seconds, fraction=rest // 1000, captured=len(frame), original=len(frame),
                interface=2, protocol=0x86DD, kind=4,
            )  # fmt: skip
            stream.write(bytes(record) + frame)


def aix(path: Path) -> None:
    """AIX's: interface types for link types, nanoseconds, and the original length first."""
    with path.open("wb") as stream:
        head = FileHeader.ordered(">")(minor=2, network=6)
        stream.write(bytes(head))
        for index, frame in enumerate(FRAMES):
            seconds, rest = divmod(BEGIN + index * NANOSECOND_STEP, 1_000_000_000)
            lengths = len(frame), len(frame) - index
            stream.write(struct.pack(">IIII", seconds, rest, *lengths) + frame[: lengths[1]])


def all_blocks(path: Path) -> None:
    """Every kind of block, and the options that say something about packets."""
    with path.open("wb") as stream:
        file = PcapngWriter(stream, comment="Every kind of block", hardware="paper", os="none")
        ethernet_number = file.interface(1, name="eth0", description="nanoseconds", snaplen=256)
        micro = file.interface(1, name="eth1", ticks=1_000_000)
        binary = file.interface(1, name="eth2", ticks=1 << 20, offset_s=1_767_225_600)
        names = b"".join(
            (
                file.pair(1, HOST4 + b"host.example\0"),
                file.pair(2, HOST + b"host.example\0"),
                file.pair(0, b""),
            )
        )
        file.block(blocks.NameResolution, names)
        time = BEGIN
        for number in (ethernet_number, micro, binary):
            file.packet(FRAMES[number], time + number, number, comment=f"On interface {number}")
            time += NANOSECOND_STEP
        file.packet(FRAMES[0], time, flags=1)
        file.packet(FRAMES[1], time + 1, flags=2, comment="Sent, says the flags word")
        file.packet(FRAMES[2][:60], time + 2, original=len(FRAMES[2]))
        file.block(blocks.SimplePacket, FRAMES[0], original=len(FRAMES[0]))
        high, low = divmod(time + 3, 1 << 32)
        size = len(FRAMES[1])
        file.block(blocks.ObsoletePacket, FRAMES[1], interface=0, drops=6, high=high, low=low,
                   captured=size, original=size)  # fmt: skip
        file.block(blocks.BlockHeader, b"nobody knows it", type=0x80006006)
        counters = [(4, file.number(8, 8)), (5, file.number(6, 8))]
        file.block(blocks.InterfaceStatistics, b"", counters, interface=0, high=high, low=low)


def two_sections(path: Path) -> None:
    """A section in each byte order, as appending one file to another makes them."""
    with path.open("wb") as stream:
        for number, order in enumerate(("<", ">")):
            file = PcapngWriter(stream, comment=f"Section {number + 1}", order=order)
            file.interface(1, name=f"section{number + 1}")
            for index, frame in enumerate(FRAMES):
                file.packet(frame, BEGIN + (3 * number + index) * MILLISECOND)


FILES = {
    "pcap_microseconds.pcap": pcap("<", nanoseconds=False),
    "pcap_nanoseconds.pcap": pcap("<", nanoseconds=True),
    "pcap_big_endian.pcap": pcap(">", nanoseconds=False),
    "pcap_kuznetzov.pcap": kuznetzov,
    "pcap_aix.pcap": aix,
    "pcap_snaplen.pcap": snaplen,
    "pcapng_blocks.pcapng": all_blocks,
    "pcapng_sections.pcapng": two_sections,
}
