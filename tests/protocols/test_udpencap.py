"""IPsec in UDP: keepalives, IKE, ESP, and what is none of them."""

import pytest

from making.build import UDP_PROTO, ipv6, udp
from tests.protocols.beside_tshark import columns, differences, names_of, needs_tshark
from tests.protocols.ipv6_packets import decoded, same_without_tree

PORT = 4500


def carried(payload, original=None):
    octets = ipv6(udp(payload, PORT, PORT), UDP_PROTO)
    return octets if original is None else octets[:original]


KEEPALIVE, IKE = carried(b"\xff"), carried(bytes(4) + bytes(range(28)))
ESP = carried(bytes.fromhex("00000100 00000001") + bytes(range(16)))
LONGER = carried(b"\xff" * 9)
"""Begins as a keepalive, but is ESP."""


@pytest.mark.tshark
@needs_tshark
def test_fields_and_columns_are_tsharks(tmp_path):
    packets = [KEEPALIVE, ESP, LONGER]
    for prefix in ("udpencap", "esp"):
        found = differences(tmp_path / "ipsec.pcap", packets, prefix)
        assert [names_of(one) for one in found] == [set()] * 3
    ours, theirs = columns(tmp_path / "ipsec.pcap", packets)
    assert ours == theirs


@pytest.mark.parametrize(
    ("packet", "chain"),
    [
        (KEEPALIVE, "ipv6:udp:udpencap"),
        (IKE, "ipv6:udp:udpencap:data"),
        (ESP, "ipv6:udp:udpencap:esp"),
        (LONGER, "ipv6:udp:udpencap:esp"),
    ],
)
def test_kinds_are_told_apart(packet, chain):
    assert decoded(packet).chain == chain
    same_without_tree(packet)


def test_marker_cut_by_the_capture_is_no_marker():
    packet = decoded(IKE[: 40 + 8 + 2], original=len(IKE))
    assert [finding.note.name for finding in packet.findings] == ["_ws.short"]
