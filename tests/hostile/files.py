"""Capture files that ask for as much as they can of who reads them, by name; all by hand.

``python -m tests.hostile.files`` reads them with every command, and says what that costs.
"""

from __future__ import annotations

import gzip
import os
import resource
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path

import click

from tests.captures_list import ROOT

MIB = 1 << 20
SECTION = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
FRAME = bytes(12) + b"\x86\xdd\x60" + bytes(5) + b"\x3b\x40" + bytes(32)
"""An IPv6 packet with nothing in it, in Ethernet."""
PCAP = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, 1)


def block(kind: int, body: bytes = b"") -> bytes:
    """A block of pcapng (draft-ietf-opsawg-pcapng, section 3.1)."""
    body += bytes(-len(body) % 4)
    size = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + size + body + size


def interface(options: bytes = b"", link_type: int = 1) -> bytes:
    """An Interface Description Block."""
    return block(1, struct.pack("<HHI", link_type, 0, 0) + options)


def option(code: int, value: bytes) -> bytes:
    """An option of a block."""
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def packet(octets: bytes = FRAME, time: int = 0, options: bytes = b"", number: int = 0) -> bytes:
    """An Enhanced Packet Block; ``time`` in units of the interface."""
    time &= (1 << 64) - 1
    head = struct.pack("<IIIII", number, time >> 32, time & 0xFFFFFFFF, len(octets), len(octets))
    return block(6, head + octets + bytes(-len(octets) % 4) + options)


def record(octets: bytes = FRAME, seconds: int = 0, fraction: int = 0, size: int = -1) -> bytes:
    """A packet of a pcap file."""
    size = len(octets) if size < 0 else size
    return struct.pack("<IIII", seconds & 0xFFFFFFFF, fraction & 0xFFFFFFFF, size, size) + octets


def _zipped(parts: Iterator[bytes]) -> Iterator[bytes]:
    yield gzip.compress(b"".join(parts), 9)


def _absurd_block(size: int) -> Iterator[bytes]:
    yield SECTION + interface() + packet() + struct.pack("<III", 6, size, 0) + bytes(1000)


def _absurd_record(size: int) -> Iterator[bytes]:
    yield PCAP + 20 * record() + record(bytes(5000), size=size)


def _interfaces(count: int) -> Iterator[bytes]:
    yield SECTION
    for number in range(count):
        yield interface(option(2, b"eth%d" % number))
    for number in (0, count - 1, count):
        yield packet(number=number)


def _names(count: int) -> Iterator[bytes]:
    yield SECTION + interface()
    for number in range(count):
        pair = struct.pack(">I", number) + b"\x1b]0;%d\x07\0" % number
        yield block(4, option(1, pair) + bytes(4))
    yield packet()


def _repeated(part: bytes, count: int, begin: bytes = SECTION + interface()) -> Iterator[bytes]:
    yield begin
    for _ in range(count // 100):
        yield part * 100
    yield part * (count % 100)


def _times() -> Iterator[bytes]:
    """Every resolution and offset with the least and largest times."""
    yield SECTION
    kinds = [(power, offset) for power in (0, 6, 9, 127, 128, 192, 255)
             for offset in (0, -1, 1 << 62, -(1 << 63))]  # fmt: skip
    for power, offset in kinds:
        yield interface(option(9, bytes([power])) + option(14, struct.pack("<q", offset)))
    for number in range(len(kinds)):
        for time in (0, 1, 1 << 31, (1 << 63) - 1, 1 << 63, -1):
            yield packet(time=time, number=number)


def _pcap_times() -> Iterator[bytes]:
    yield PCAP
    for seconds in (0, 1, (1 << 31) - 1, 1 << 31, -1):
        for fraction in (0, 999_999, 1_000_000, (1 << 31) - 1, -1):
            yield record(seconds=seconds, fraction=fraction)


Parts = Callable[[], Iterator[bytes]]

SMALL: dict[str, Parts] = {
    "block-of-4-gib": lambda: _absurd_block(0xFFFFFFFC),
    "block-of-2-gib": lambda: _absurd_block(1 << 31),
    "block-of-nothing": lambda: _absurd_block(0),
    "block-of-8": lambda: _absurd_block(8),
    "packet-of-4-gib": lambda: _absurd_record(0xFFFFFFFF),
    "packet-of-2-gib": lambda: _absurd_record(1 << 31),
    "times": _times,
    "pcap-times": _pcap_times,
    "interfaces": lambda: _interfaces(1000),
    "names": lambda: _names(1000),
    "empty-packets": lambda: _repeated(record(b""), 200, PCAP),
    "empty-blocks": lambda: _repeated(block(0x0BAD, bytes(4)), 1000),
    "sections": lambda: _repeated(SECTION + interface() + packet(), 200, b""),
    "comments": lambda: _repeated(packet(options=option(1, b"\x1b]0;x\x07" * 9) * 9), 60),
    "no-packets": lambda: iter((SECTION,)),
}
"""Quickly read."""

LARGE: dict[str, Parts] = {
    "a-million-interfaces": lambda: _interfaces(1_000_000),
    "a-million-names": lambda: _names(1_000_000),
    "empty-packets": lambda: _repeated(record(b""), 10_000_000, PCAP),
    "empty-blocks": lambda: _repeated(block(0x0BAD, bytes(4)), 10_000_000),
    "sections": lambda: _repeated(SECTION + interface() + packet(), 500_000, b""),
    "comments-of-60-kb": lambda: _repeated(packet(options=option(1, b"x" * 60_000)), 3000),
    "zipped-packet-of-a-gib": lambda: _zipped(_repeated(bytes(MIB), 1000,
                                                        PCAP + record(b"", size=1000 * MIB))),
    "zipped-block-of-a-gib": lambda: _zipped(_repeated(
        bytes(MIB), 1000, SECTION + interface() + struct.pack("<II", 6, 1000 * MIB + 12))),
    "zipped-options-of-a-gib": lambda: _zipped(_repeated(
        bytes(MIB), 1000, SECTION + struct.pack("<II", 1, 1000 * MIB + 20) + bytes(8))),
    "zipped-packets": lambda: _zipped(_repeated(record(), 10_000_000, PCAP)),
}  # fmt: skip
"""Hundreds of megabytes, in memory if they aren't careful."""


def written(folder: Path, name: str, parts: Iterator[bytes]) -> Path:
    """A file of that name."""
    path = folder / f"{name}.pcapng"
    with path.open("wb") as stream:
        stream.writelines(parts)
    return path


def _written_apart(folder: Path, name: str, parts: Parts) -> Path:
    """The same by another process: what it takes would count as that of those started here."""
    writer = get_context("fork").Process(target=lambda: written(folder, name, parts()))
    writer.start()
    writer.join()
    return folder / f"{name}.pcapng"


COMMANDS: dict[str, tuple[str, ...]] = {
    "show": ("show",), "json": ("show", "-T", "json"), "report": ("report",), "lint": ("lint",),
    "export": ("export", "--format", "csv"),
}  # fmt: skip


def cost(*words: str) -> tuple[float, int, int]:
    """Seconds of a processor, MiB and status of a command whose output nobody wants."""
    with open(os.devnull, "w") as nowhere:
        process = subprocess.Popen(
            [sys.executable, "-m", "dissect", *words], cwd=ROOT, stdout=nowhere, stderr=nowhere
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = status
    return used.ru_utime + used.ru_stime, used.ru_maxrss >> 10, os.waitstatus_to_exitcode(status)


@click.command()
@click.argument("names", nargs=-1)
def main(names: tuple[str, ...]) -> None:
    """Measure some of them, or all."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for name, parts in {**SMALL, **LARGE}.items():
        if names and name not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = _written_apart(Path(folder), name, parts)
            click.echo(f"{name:26} {path.stat().st_size:12,}", nl=False)
            for command, words in COMMANDS.items():
                more = ("-",) if command == "export" else ()
                seconds, memory, status = cost(*words, str(path), *more)
                click.echo(f"  {command} {seconds:.1f} s {memory} MiB ({status})", nl=False)
            click.echo()


if __name__ == "__main__":
    main()
