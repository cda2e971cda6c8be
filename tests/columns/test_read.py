"""Chunks from files, pipes and compressed files, and scans over processes."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import threading
from collections import Counter

import numpy as np
import pytest

from dissect import open_capture
from dissect.capture import open_records
from dissect.capture.record import DamagedCapture, UnknownFormat
from dissect.capture.write import PcapWriter
from dissect.columns import Chains, chunks, scan
from tests.captures_list import OURS, ROOT, name

TOUR = ROOT / "captures" / "tour.pcapng"
SECTIONS = ROOT / "captures" / "pcapng_sections.pcapng"


class Packets:
    """A consumer: number, chain and time of every packet, in their order."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, str, int]] = []

    def update(self, chunk) -> None:
        chunk.resolve()
        for row in range(len(chunk)):
            text = chunk.chains.text(int(chunk.chain[row]))
            self.seen.append((int(chunk.number[row]), text, int(chunk.time_ns[row])))

    def merge(self, other) -> None:
        self.seen += other.seen


def packets(path) -> list[tuple[int, str, int]]:
    return scan(path, Packets).result.seen


def from_trees(path) -> list[tuple[int, str]]:
    with open_capture(path) as capture:
        return [(packet.number, packet.chain) for packet in capture[:]]


@pytest.mark.parametrize("path", OURS[::4], ids=name)
def test_chunks_of_any_size_have_the_same_packets(path):
    whole = packets(path)
    assert [(number, chain) for number, chain, _ in whole] == from_trees(path)
    assert scan(path, Packets, size=7).result.seen == whole


def test_a_compressed_capture_and_a_pipe_give_the_same(tmp_path):
    path = tmp_path / "tour.gz"
    path.write_bytes(gzip.compress(TOUR.read_bytes()))
    assert packets(path) == packets(TOUR)
    read, write = os.pipe()
    octets = TOUR.read_bytes()

    def feed() -> None:
        with open(write, "wb") as pipe:
            pipe.write(octets)

    feeder = threading.Thread(target=feed)
    feeder.start()
    with open(read, "rb") as pipe, open_records(pipe) as records:
        assert packets(records) == packets(TOUR)
    feeder.join()


def test_a_stream_is_read_in_pieces_whose_packets_stay_at_hand(tmp_path, monkeypatch):
    monkeypatch.setattr("dissect.capture.file.HELD", 1)
    stream = io.BytesIO()
    writer = PcapWriter(stream)
    for number in range(8000):
        writer.packet(bytes(12) + b"\x86\xdd" + bytes((number & 0xFF,)) * (number % 90), number)
    path = tmp_path / "some.gz"
    path.write_bytes(gzip.compress(stream.getvalue()))
    held = list(chunks(path, size=3000))
    assert len(held) > 5
    assert sum(map(len, held)) == 8000
    for chunk in held:
        for row in range(0, len(chunk), 17):
            packet = chunk.packet(row)
            assert packet.number == chunk.number[row]
            assert packet.data[14:] == bytes((packet.number - 1 & 0xFF,)) * (
                (packet.number - 1) % 90
            )


def test_sections_of_different_byte_order_in_a_stream(tmp_path):
    path = tmp_path / "sections.gz"
    path.write_bytes(gzip.compress(SECTIONS.read_bytes()))
    assert packets(path) == packets(SECTIONS)


@pytest.mark.parametrize("compressed", [False, True])
def test_damage_is_told_after_all_packets_before_it(tmp_path, compressed):
    octets = TOUR.read_bytes()[:-5000]
    path = tmp_path / "cut"
    path.write_bytes(gzip.compress(octets) if compressed else octets)
    good = 0
    with pytest.raises(DamagedCapture):
        for chunk in chunks(path, size=4):
            good += len(chunk)
    with open_records(path) as records, pytest.raises(DamagedCapture):
        for _ in records:
            good -= 1
    assert good == 0
    scanned = scan(path, Packets)
    assert scanned.damage is not None
    assert scanned.result.seen == packets(TOUR)[: len(scanned.result.seen)] != []


@pytest.mark.parametrize("count", [49, 50, 51, 100, 128, 300])
@pytest.mark.parametrize("size", [1, 50, 64, 1000])
def test_octets_of_a_chunk_are_bounded_too(tmp_path, count, size):
    """Fifty records of 1,016 octets begin in fifty thousand, one behind the other."""
    path = tmp_path / "long.pcap"
    with path.open("wb") as stream:
        writer = PcapWriter(stream, link_type=1)
        for number in range(count):
            writer.packet(bytes(1000), number)
    sizes = [len(chunk) for chunk in chunks(path, size=size, octets=50_000)]
    assert sum(sizes) == count
    assert max(sizes) <= min(size, 50)
    assert sizes[:-1] == [min(size, 50)] * (len(sizes) - 1)
    assert sum(map(len, chunks(path, size=size))) == count


class Resident:
    """A consumer that looks at all octets: how much of files is in memory, in KiB, by process."""

    def __init__(self) -> None:
        self.seen: dict[int, list[int]] = {}

    def update(self, chunk) -> None:
        for row in range(len(chunk)):
            chunk.octets[chunk.start[row] : chunk.start[row] + chunk.captured[row] : 4096].sum()
        with open("/proc/self/status", encoding="ascii") as status:
            (line,) = (line for line in status if line.startswith("RssFile"))
        self.seen.setdefault(os.getpid(), []).append(int(line.split()[1]))

    def merge(self, other) -> None:
        for process, sizes in other.seen.items():
            self.seen.setdefault(process, []).extend(sizes)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what is in memory")
@pytest.mark.parametrize("jobs", [1, 2])
def test_no_process_keeps_what_it_has_read(tmp_path, jobs):
    path = tmp_path / "long.pcap"
    with path.open("wb") as stream:
        writer = PcapWriter(stream, link_type=1)
        for number in range(400):
            writer.packet(bytes(200_000), number)
    seen = scan(path, Resident, size=10, jobs=jobs).result.seen
    assert sum(map(len, seen.values())) == 40
    for sizes in seen.values():
        assert sizes[-1] - sizes[0] < 20_000  # of 80,000, or of the half that each reads


def test_no_capture():
    with pytest.raises(UnknownFormat):
        next(chunks(ROOT / "README.md"))


def test_a_chunk_is_good_when_its_file_is_closed():
    (chunk,) = chunks(ROOT / "captures" / "ipv6_header.pcapng")
    assert len(chunk.field("ipv6.hlim"))
    assert chunk.packet(0).chain


@pytest.mark.parametrize("path", [TOUR, SECTIONS, ROOT / "captures" / "pcap_big_endian.pcap"])
def test_several_processes_give_the_same_in_the_same_order(path):
    assert scan(path, Packets, jobs=2, size=5).result.seen == packets(path)


def test_several_processes_tell_damage_too(tmp_path):
    path = tmp_path / "cut.pcapng"
    path.write_bytes(TOUR.read_bytes()[:-5000])
    scanned = scan(path, Packets, jobs=2, size=8)
    assert scanned.damage is not None
    assert scanned.result.seen == scan(path, Packets).result.seen


def test_numbers_of_chains_can_be_translated():
    ours, theirs = Chains(), Chains()
    ours.number("eth:arp")
    numbers = theirs.step(theirs.step(np.zeros(3, np.int32), "eth"), "ip")
    assert [ours.text(number) for number in ours.translate(theirs)[numbers]] == 3 * ["eth:ip"]


def test_chains_that_grow_past_what_was_foreseen():
    chains = Chains()
    parents = np.array([chains.number(f"p{index}") for index in range(1000)], np.int32)
    assert [chains.text(n) for n in chains.step(parents, "x")] == [f"p{i}:x" for i in range(1000)]
    assert Counter(chains.step(parents, "x").tolist()).most_common(1)[0][1] == 1


def test_show_starts_without_numpy():
    code = "import sys, dissect.cli.main, dissect.cli.show; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
