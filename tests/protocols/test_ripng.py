"""RIPng's routes, beside tshark and by hand."""

import pytest
from scapy.layers.inet import UDP
from scapy.layers.inet6 import IPv6
from scapy.packet import Raw

from dissect.engine.packet import dissect
from tests.protocols.beside_tshark import LINKTYPE_RAW, columns, differences, names_of, needs_tshark

PREFIX = bytes.fromhex("20010db8") + bytes(12)


def route(metric=1, length=32, prefix=PREFIX):
    return prefix + bytes([0x12, 0x34, length, metric])


def message(octets):
    return bytes(IPv6(src="fe80::1", dst="ff02::9") / UDP(sport=521, dport=521) / Raw(octets))


PACKETS = [
    message(b"\1\1\0\0" + route(16, 0, bytes(16))),
    message(b"\2\1\0\0" + route() + route(2) + route(255)),
    message(b"\3\2\0\0" + route()),
    message(b"\2\1\0\0"),
    message(b"\2\1\0\0" + route() + b"abc"),
    message(b"\2\1"),
]


@pytest.mark.tshark
@needs_tshark
def test_fields_and_columns_are_tsharks(tmp_path):
    path = tmp_path / "ripng.pcap"
    assert [names_of(one) for one in differences(path, PACKETS, "ripng")] == [set()] * len(PACKETS)
    ours, theirs = columns(path, PACKETS)
    assert ours == theirs


def test_metric_255_names_the_next_hop():
    packet = dissect(message(b"\2\1\0\0" + route(255)), LINKTYPE_RAW, strict=True)
    [entry] = packet.fields("ripng.rte")
    assert entry.line == "Route Table Entry: Next hop: 2001:db8::"


def test_cut_route_keeps_the_whole_ones():
    packet = dissect(message(b"\2\1\0\0" + route() + b"abc"), LINKTYPE_RAW, strict=True)
    assert [node.value for node in packet.fields("ripng.rte.metric")] == [1]
    assert [finding.note.name for finding in packet.findings] == ["_ws.malformed"]
