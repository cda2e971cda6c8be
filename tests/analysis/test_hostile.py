"""Any packets, whole and broken, in any order, give tables: nothing raises."""

from __future__ import annotations

import io
import random

import pytest

from dissect.analysis.names import ANALYSES
from dissect.capture.write import PcapWriter
from dissect.columns import scan
from dissect.report.summary import Plan, Summary
from tests.captures_list import OURS, name
from tests.test_hostile import different_packets

PLAN = Plan(tuple(ANALYSES))
GROUPS = 12
"""Captures are taken together in so many groups: a pass costs more than its packets."""


def read(packets: list[bytes]) -> Summary:
    stream = io.BytesIO()
    writer = PcapWriter(stream, link_type=1)
    for number, octets in enumerate(packets):
        cut = 40 * (number % 5 == 0)  # as by a snap length
        writer.packet(octets, number * 10**8, len(octets) + cut)
    stream.seek(0)
    return scan(stream, lambda: Summary(PLAN), size=500).result


def broken(octets: bytes, chance: random.Random) -> bytes:
    changed = bytearray(octets)
    for _ in range(chance.choice((0, 1, 1, 2, 6))):
        if changed:
            at = chance.randrange(min(len(changed), 300))
            changed[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    if chance.random() < 0.2:
        del changed[chance.randrange(len(changed) + 1) :]
    return bytes(changed)


@pytest.mark.parametrize("group", range(GROUPS))
def test_broken_packets_give_tables(group):
    chance = random.Random(group)
    packets = [
        broken(octets, chance)
        for path in OURS[group::GROUPS]
        for octets, link_type in different_packets(path) if link_type == 1 and len(octets) < 3000
        for _ in range(3)
    ]  # fmt: skip
    chance.shuffle(packets)
    found = read(packets)
    for table in found.tables():
        assert all(len(row) == len(table.columns) for row in table.rows)
    assert all(finding.words for those in found.findings().values() for finding in those)


@pytest.mark.sweep
@pytest.mark.parametrize("path", OURS, ids=name)
def test_every_packet_of_our_captures_gives_tables(path):
    packets = [octets for octets, link_type in different_packets(path, most=5000) if link_type == 1]
    assert read(packets).tables()
