"""Layers of one protocol are counted as tshark's display filter counts them."""

import subprocess

import pytest

from dissect import open_capture
from dissect.engine.instances import split
from tests.captures_list import ROOT
from tests.protocols.beside_tshark import needs_tshark

CAPTURES = ROOT / "captures"
LAB = "lab/overlays.pcapng"
CASES = [
    ("ipv6_tunnels.pcapng", "ipv6.src"),
    ("ipv6_tunnels.pcapng", "ip.version"),
    ("ipv6_tunnels.pcapng", "ipv6.dstopts.nxt"),
    ("icmpv6_errors.pcapng", "ipv6.src"),
    ("icmpv6_errors.pcapng", "udp.port"),
    ("icmpv6_errors.pcapng", "icmpv6.type"),
    ("icmpv6_errors.pcapng", "ipv6.opt"),
    ("icmp.pcapng", "ip.src"),
    ("icmp.pcapng", "udp.srcport"),
    ("ipv6_extension_headers.pcapng", "ipv6.opt"),
    ("vlan.pcapng", "vlan.id"),
    (LAB, "eth.src"),
    (LAB, "mpls.label"),
    ("lab/dhcpv6_relays.pcapng", "dhcpv6.msgtype"),
    ("lab/teredo.pcapng", "ipv6.dst"),
]


@pytest.mark.tshark
@needs_tshark
@pytest.mark.parametrize(("name", "field"), CASES)
def test_numbers_are_those_of_tsharks_layer_operator(name, field):
    path = CAPTURES / name
    with open_capture(path) as capture:
        packets = [packet.decode(detail=True) for packet in capture]
    for number in (1, 2, 3):
        wanted = f"{field}#{number}"
        out = subprocess.run(
            ["tshark", "-n", "-r", path, "-o", "ip.defragment:FALSE", "-o",
             "ipv6.defragment:FALSE", "--enable-heuristic", "teredo_udp", "-Y", wanted,
             "-T", "fields", "-e", "frame.number"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        ours = [str(packet.number) for packet in packets if wanted in packet]
        assert (wanted, ours) == (wanted, out.split())


def test_negative_numbers_count_from_the_innermost():
    with open_capture(CAPTURES / "ipv6_tunnels.pcapng") as capture:
        packet = next(iter(capture))
    first, second = packet.fields("ipv6.src")
    assert packet.fields("ipv6.src#-1") == packet.fields("ipv6.src#2") == [second]
    assert packet.fields("ipv6.src#-2") == [first]
    assert packet.fields("ipv6.src#-3") == []
    assert packet["ipv6.src#1"] == first.value
    with pytest.raises(KeyError):
        packet["ipv6.src#3"]


@pytest.mark.parametrize("name", ["ipv6.src#", "ipv6.src#0", "ipv6.src#x", "ipv6.src#1#2", "a#--1"])
def test_number_that_no_layer_can_have_is_refused(name):
    with pytest.raises(ValueError, match="a layer's number"):
        split(name)
