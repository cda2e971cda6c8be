"""VRRP of both versions, beside tshark and by hand."""

import pytest
from scapy.layers.inet import IP
from scapy.layers.inet6 import IPv6
from scapy.packet import Raw

from dissect.engine.packet import dissect
from tests.protocols.beside_tshark import (
    LINKTYPE_RAW,
    columns,
    differences,
    names_of,
    needs_tshark,
    summed,
)

VRRP = 112


def message(octets, version=4):
    if version == 6:
        return bytes(IPv6(src="fe80::1", dst="ff02::12", nh=VRRP, hlim=255) / Raw(octets))
    return bytes(IP(src="10.0.0.1", dst="224.0.0.18", proto=VRRP, ttl=255) / Raw(octets))


def head(version, count, kind=0, priority=100, what=1):
    return bytes([version << 4 | what, 5, priority, count, kind, 100, 0x12, 0x34])


ADDRESSES = {4: bytes([10, 0, 0, 9]), 6: bytes.fromhex("fe80") + bytes(14)}
PACKETS = [
    message(head(version, count, kind) + ADDRESSES[ip] * count + tail, ip)
    for version in (2, 3, 4)
    for ip in (4, 6)
    for count in (0, 2)
    for kind in (0, 1, 2, 254)
    for tail in (b"", b"abc\0defg", bytes(24))
]
PACKETS += [message(head(2, 0, what=2, priority=0)), message(head(3, 0, priority=255), 6)]
PACKETS += [message(head(3, 3) + ADDRESSES[4])]


@pytest.mark.tshark
@needs_tshark
def test_fields_and_columns_are_tsharks(tmp_path):
    path = tmp_path / "vrrp.pcap"
    assert [names_of(one) for one in differences(path, PACKETS, "vrrp")] == [set()] * len(PACKETS)
    ours, theirs = columns(path, PACKETS)
    assert ours == theirs


def test_version_2_is_summed_without_a_pseudo_header():
    octets = summed(head(2, 1) + ADDRESSES[4], 6)
    packet = dissect(message(octets), LINKTYPE_RAW, strict=True)
    assert [node.value for node in packet.fields("vrrp.checksum.status")] == [1]


def test_version_3_is_summed_with_a_pseudo_header():
    octets = summed(head(3, 1) + ADDRESSES[4], 6)
    packet = dissect(message(octets), LINKTYPE_RAW, strict=True)
    assert [finding.note.name for finding in packet.findings] == ["vrrp.checksum_bad.expert"]


def test_password_ends_at_a_zero():
    packet = dissect(message(head(2, 0, 1) + b"abc\0defg"), LINKTYPE_RAW, strict=True)
    [password] = packet.fields("vrrp.auth_string")
    assert (password.value, password.length) == ("abc", 8)
