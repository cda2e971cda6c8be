"""Many records found at once are those that a single walk finds, whatever they hold."""

from __future__ import annotations

import io
import random
import struct

import pytest

from dissect.capture import DamagedCapture, leaps, open_records, pcap
from dissect.capture.pcap import FileHeader

SECONDS = 1_700_000_000


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Few walks of few records, in small files, from the first record on."""
    small = {"WALKS": 16, "FEWEST": 4, "RECORDS": 10, "SAMPLE": 5, "PAUSE": 1}
    for name, value in small.items():
        monkeypatch.setattr(leaps, name, value)
    monkeypatch.setattr(pcap, "MANY", 0)


@pytest.fixture
def leapt(monkeypatch):
    """How many records each leap found."""
    counts = []
    leap = leaps._leap

    def counted(*arguments):
        found = leap(*arguments)
        counts.append(len(found.places))
        return found

    monkeypatch.setattr(leaps, "_leap", counted)
    return counts


def record(data: bytes, order: str = "<", second: int = 0) -> bytes:
    return struct.pack(f"{order}IIII", SECONDS + second, 5, len(data), len(data)) + data


def some_bytes(chance: random.Random, order: str) -> bytes:
    """Octets of a packet: noise, zeros, or what looks like records."""
    kind = chance.randrange(4)
    if kind == 0:
        return chance.randbytes(chance.randrange(200))
    if kind == 1:
        return bytes(chance.randrange(200))
    if kind == 2:
        return record(bytes(chance.randrange(40)), order) * chance.randrange(1, 6)
    return chance.randbytes(7) + record(b"x" * 30, order, 3) * 4 + chance.randbytes(3)


def built(packets: list[bytes], order: str) -> tuple[bytes, list[int]]:
    """A file, and where its records begin."""
    content, places = bytes(FileHeader.ordered(order)()), []
    for number, data in enumerate(packets):
        places.append(len(content))
        content += record(data, order, number // 100)
    return content, places


def offsets(content: bytes) -> tuple[list[int], str]:
    """Where records are found, and what damage there is."""
    found: list[int] = []
    with open_records(io.BytesIO(content)) as capture:
        try:
            for stretch in capture.stretches(70):
                found += stretch.offsets
        except DamagedCapture as damage:
            return found, str(damage)
    return found, ""


@pytest.mark.parametrize("order", ["<", ">"])
def test_equal_sizes_are_found_in_leaps(order, leapt):
    content, places = built([bytes(range(100))] * 2000, order)
    assert offsets(content) == (places, "")
    assert sum(leapt) > 1900


@pytest.mark.parametrize("seed", range(40))
def test_packets_full_of_what_looks_like_records_lead_nobody_astray(seed):
    chance = random.Random(seed)
    order = chance.choice("<>")
    packets = [some_bytes(chance, order) for _ in range(1200)]
    content, places = built(packets, order)
    assert offsets(content) == (places, "")


@pytest.mark.parametrize("seed", range(20))
def test_damage_is_told_where_it_is(seed):
    chance = random.Random(seed)
    content, places = built([some_bytes(chance, "<") for _ in range(1000)], "<")
    number = chance.randrange(1000)
    broken = bytearray(content)
    struct.pack_into("<I", broken, places[number] + 8, 0x7FFF_FFFF)
    found, damage = offsets(bytes(broken))
    assert found == places[:number]
    assert f"byte {places[number]}" in damage


@pytest.mark.parametrize("seed", range(20))
def test_a_file_that_ends_in_a_record_keeps_those_before(seed):
    chance = random.Random(seed)
    content, places = built([some_bytes(chance, "<") for _ in range(1000)], "<")
    end = chance.randrange(places[10], len(content) - 1)
    found, damage = offsets(content[:end])
    whole = [at for at, after in zip(places, [*places[1:], len(content)], strict=True)
             if after <= end]  # fmt: skip
    assert found == whole
    assert bool(damage) == (end not in places)


def test_what_never_hangs_together_is_tried_less_and_less(leapt):
    """Each packet holds records of its own, from which other walks would go on for ever."""
    fake = record(b"y" * 20) * 8
    content, places = built([fake] * 3000, "<")
    assert offsets(content) == (places, "")
    assert len(leapt) < 300
