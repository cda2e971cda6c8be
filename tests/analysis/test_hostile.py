"""Broken messages: whatever the octets, analyses tell what they can and never raise."""

from __future__ import annotations

import random

import pytest

from dissect.analysis.names import ANALYSES
from dissect.api import open_capture
from dissect.capture.write import PcapWriter
from dissect.report.summary import Plan, report
from tests.analysis.lab import LAB

TABLES = tuple(ANALYSES)
CAPTURES = [
    LAB / "slaac.pcapng", LAB / "groups.pcapng", LAB / "dhcpv6_relays.pcapng",
    LAB.parent / "dhcp.pcapng", LAB.parent / "arp.pcapng", LAB.parent / "igmp.pcapng",
    LAB.parent / "icmpv6_nd_options.pcapng", LAB.parent / "icmpv6_mld.pcapng",
]  # fmt: skip


def broken(octets, chance):
    """A packet with some octets changed, or cut off."""
    changed = bytearray(octets)
    for _ in range(chance.randint(0, 4)):
        changed[chance.randrange(12, len(changed))] = chance.choice((0, 1, 127, 255))
    return bytes(changed[: chance.choice((len(changed), chance.randint(14, len(changed))))])


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_broken_packets_raise_nothing(path, tmp_path):
    chance = random.Random(path.stem)
    with open_capture(str(path)) as capture:
        packets = [(packet.data, packet.time_ns or 0) for packet in capture]
    out = tmp_path / "broken.pcap"
    with out.open("wb") as stream:
        writer = PcapWriter(stream)
        for _ in range(2):
            for octets, time_ns in packets:
                cut = broken(octets, chance)
                writer.packet(cut, time_ns, chance.choice((len(cut), len(octets))))
    found = report([str(out)], Plan(TABLES))
    assert not found.failures
    assert [table.name for table in found.tables] == list(TABLES)


@pytest.mark.parametrize("name", ["icmpv6_nd_options", "ipv4_header", "dhcpv6_broken"])
def test_every_message_cut_off_at_each_octet(name, tmp_path):
    with open_capture(str(LAB.parent / f"{name}.pcapng")) as capture:
        packets = [packet.data for packet in capture][::7]
    out = tmp_path / "cut.pcap"
    with out.open("wb") as stream:
        writer = PcapWriter(stream)
        for octets in packets:
            for size in range(14, len(octets), 3):
                writer.packet(octets[:size], original=len(octets))
    assert not report([str(out)], Plan(TABLES)).failures
