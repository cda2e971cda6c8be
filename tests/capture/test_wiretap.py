"""Wireshark reads the same: numbers of packets by capinfos, times and lengths by tshark."""

from __future__ import annotations

import io
import os
import random
import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from dissect.capture import CaptureError, PcapngWriter, PcapWriter, open_records

CAPTURES = Path(__file__).parents[2].parent / "shared" / "captures"
pytestmark = [
    pytest.mark.tshark,
    pytest.mark.skipif(
        not shutil.which("tshark") and os.environ.get("CI") != "true",
        reason="tshark and capinfos aren't installed",
    ),
]


def captures() -> list[Path]:
    if not CAPTURES.is_dir():
        pytest.skip(f"no captures in {CAPTURES}")
    return sorted(path for path in CAPTURES.rglob("*") if ".pcap" in path.suffix)


def theirs(paths: list[Path]) -> dict[Path, int]:
    """Packets that capinfos reads from each file, up to the damage if there is any."""
    done = subprocess.run(
        ["capinfos", "-t", "-c", "-T", "-r", "-M", *paths],
        capture_output=True,
        text=True,
        check=False,
    )
    found = {}
    for line in done.stdout.splitlines():
        path, kind, packets = line.split("\t")
        if kind.endswith(("pcap", "pcapng")):  # it knows many more formats
            found[Path(path)] = int(packets)
    for packets, path in re.findall(r'after reading (\d+) packets from "(.*)"', done.stderr):
        found[Path(path)] = int(packets)
    return found


def ours(path: Path) -> int:
    """Packets that we read from a file, up to the damage if there is any."""
    packets = 0
    try:
        with open_records(path) as capture:
            for _ in capture:
                packets += 1
            assert len(capture) == packets
    except CaptureError:
        pass
    return packets


def test_every_capture_has_as_many_packets_as_capinfos_says():
    paths = captures()
    expected = theirs(paths)
    assert len(expected) == len(paths) > 900
    assert {path: ours(path) for path in paths} == expected


def fields(path: Path) -> list[list[str]]:
    names = ["frame.time_epoch", "frame.cap_len", "frame.len", "frame.interface_id"]
    command = ["tshark", "-n", "-r", path, "-T", "fields", *(f"-e{name}" for name in names)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [line.split("\t") for line in done.stdout.splitlines()]


def our_fields(path: Path) -> list[list[str]]:
    found = []
    with open_records(path) as capture:
        try:
            for r in capture:
                time = "" if r.time_ns is None else f"{Decimal(r.time_ns) / 10**9:.9f}"
                found.append([time, str(r.captured), str(r.original), str(r.interface.id)])
        except CaptureError:
            pass
    return found


def merged(directory: Path, paths: list[Path], form: str) -> Path:
    """All packets in one file, by mergecap, since each tshark takes a second to start."""
    target = directory / f"merged.{form}"
    subprocess.run(["mergecap", "-a", "-F", form, "-I", "none", "-w", target, *paths], check=True)
    return target


def test_times_lengths_and_interfaces_are_those_of_tshark(tmp_path: Path):
    paths = [path for path in captures() if "truncated" not in path.name]
    sample = random.Random(1).sample(paths, 60)
    path = merged(tmp_path, sample, "pcapng")
    expected = fields(path)
    assert len(expected) > 500
    assert our_fields(path) == expected


@pytest.mark.parametrize("form", ["pcap", "nsecpcap", "modpcap", "rh6_1pcap", "suse6_3pcap"])
def test_what_editcap_writes_we_read_as_tshark_does(form, tmp_path: Path):
    path = tmp_path / form
    source = tmp_path / "source"
    noise = random.Random(5)  # zeros would look like headers
    with source.open("wb") as stream:
        writer = PcapWriter(stream)
        for number in range(100):
            time = number * 10**9 + 123_456_789
            writer.packet(noise.randbytes(60 + number), time, original=1000)
    subprocess.run(["editcap", "-F", form, source, path], check=True)
    assert our_fields(path) == [[*row[:3], "0"] for row in fields(path)]
    assert len(our_fields(path)) == 100


@pytest.mark.parametrize(
    ("ticks", "offset_s"),
    [(1, 0), (1000, 0), (10**9, 1_700_000_000), (10**9, -3), (1 << 20, 0), (1 << 30, 7)],
)
def test_every_clock_tells_tshark_and_us_the_same(ticks, offset_s, tmp_path: Path):
    path = tmp_path / "x.pcapng"
    noise = random.Random(3)
    with path.open("wb") as stream:
        writer = PcapngWriter(stream)
        writer.interface(ticks=ticks, offset_s=offset_s)
        for _ in range(50):
            writer.packet(b"", max(offset_s, 0) * 10**9 + noise.randrange(1 << 33))
    assert [row[0] for row in our_fields(path)] == [row[0] for row in fields(path)]


def mutated(form: str, noise: random.Random) -> bytes:
    """A small capture with one number in it changed, or cut."""
    stream = io.BytesIO()
    writer: PcapWriter | PcapngWriter = PcapWriter(stream)
    if form == "pcapng":
        stream.seek(0)
        writer = PcapngWriter(stream, comment="a comment")
        writer.interface(1, name="one", snaplen=100)
        writer.interface(1, name="two")
    for number in range(6):
        writer.packet(noise.randbytes(noise.randrange(70)), number * 10**9)
    if isinstance(writer, PcapngWriter):
        writer.packet(b"commented", 1, 1, comment="here", flags=1)
    content = bytearray(stream.getvalue())
    place = noise.randrange(4 if form == "pcapng" else 24, len(content))
    content[place] = noise.choice([0, 1, 3, 4, 0x7F, 0x80, 0xFF, noise.randrange(256)])
    if noise.random() < 0.2:
        del content[noise.randrange(40, len(content)) :]
    return bytes(content)


@pytest.mark.parametrize("form", ["pcap", "pcapng"])
def test_damaged_files_give_as_many_packets_as_capinfos_reads(form, tmp_path: Path):
    noise = random.Random(4)
    paths = []
    for number in range(500):
        path = tmp_path / str(number)
        path.write_bytes(mutated(form, noise))
        paths.append(path)
    expected = theirs(paths)
    assert len(expected) > 350  # capinfos doesn't open those that are broken at the start
    different = {path.name: (ours(path), expected[path]) for path in expected}
    assert {name: both for name, both in different.items() if both[0] != both[1]} == {}
