"""What a capture file holds: records, the interfaces they were seen on, and what can go wrong.

CaptureError            a capture can't be read, or not to its end
├── UnknownFormat       not a capture file that we know
└── DamagedCapture      a capture file, but broken at a byte that we name
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

NANOSECONDS = 1_000_000_000  # in a second


class Interface(Struct, frozen=True):
    """Where packets were captured: one of a pcapng file's, or the only one of a pcap file."""

    id: int  # 0-based position over the whole file, as Wireshark's frame.interface_id
    link_type: int  # LINKTYPE_ value as written in the file
    snaplen: int  # 0: no limit
    name: str = ""
    description: str = ""
    ticks: int = 1_000_000  # of its clock, in a second
    offset_s: int = 0  # seconds to add to its times
    filter: str = ""
    os: str = ""
    hardware: str = ""
    fcs_length: int | None = None  # bits of frame check sequence behind each packet
    section: int = 0


class Record(Struct):
    """One captured packet with all that the file says about it."""

    number: int  # 1-based
    time_ns: int | None  # since 1970; None: the file doesn't say
    captured: int
    original: int
    interface: Interface
    data: bytes
    offset: int  # of the record in the (decompressed) file
    comments: tuple[str, ...] = ()
    flags: int | None = None  # pcapng's epb_flags
    drops: int | None = None  # packets lost between this one and the one before it

    @property
    def link_type(self) -> int:
        """Of the interface: what the first header is."""
        return self.interface.link_type


class Drops(NamedTuple):
    """Counters of one interface; None: not counted."""

    received: int | None
    dropped: int | None


class CaptureError(Exception):
    """A capture file can't be read from `offset` on, because of `reason`."""

    def __init__(self, path: str, offset: int | None, reason: str) -> None:
        super().__init__(path, offset, reason)
        self.path = path
        self.offset = offset
        self.reason = reason

    def __str__(self) -> str:
        where = "" if self.offset is None else f" byte {self.offset}:"
        return f"{self.path}:{where} {self.reason}"


class UnknownFormat(CaptureError):
    """The file isn't a capture that we know how to read."""


class DamagedCapture(CaptureError):
    """The record at `offset` and all behind it are lost."""


class CutCapture(DamagedCapture):
    """The file ends within a record: damage, unless the file is still being written."""


# A longer packet is taken for damage, before any memory is set aside for it. The limits are
# Wireshark's (wiretap/wtap.h), which lets those link types exceed 256 KiB that really do.
LARGEST_PACKET = 262_144
LARGEST_BY_LINK_TYPE = {
    186: 128 << 20,  # USB, BSD
    189: 128 << 20,  # USB, Linux
    220: 128 << 20,  # USB, Linux, memory-mapped
    231: 128 << 20,  # D-Bus
    249: 128 << 20,  # USBPcap
    266: 128 << 20,  # USB, Darwin
    279: 32 << 20,  # Elektrobit high-speed capture and replay
}


def largest_packet(link_type: int) -> int:
    """The number of captured bytes past which a packet of this link type is not believed."""
    return LARGEST_BY_LINK_TYPE.get(link_type, LARGEST_PACKET)
