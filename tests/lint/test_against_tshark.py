"""Where tshark has an expert info for what a rule is about, both say so of the same packets."""

from __future__ import annotations

import subprocess
from functools import cache

import pytest
from lxml import etree

from dissect.api import open_capture
from dissect.lint import lint_packet
from tests.captures_list import ROOT

SAME = {
    "ETH-003": ("eth.src_not_group",),
    "ETH-004": ("ipv6.bogus_ipv6_version", "ip.bogus_ip_version"),
    "IP4-001": ("ip.bogus_header_length", "ip.bogus_ip_length"),
    "IP4-002": ("ip.checksum_bad.expert",),
    "IP6-001": ("ipv6.plen_exceeds_framing",),
    "IP6-002": ("ipv6.plen_zero", "ipv6.opt.jumbo.missing"),
    "EXT-001": ("ipv6.hopopts.not_first",),
    "JMB-001": ("ipv6.opt.jumbo.prohibited", "ipv6.opt.jumbo.truncated"),
    "RTH-001": ("ipv6.routing.deprecated",),
    "ICM-001": ("icmpv6.checksum_bad.expert",),
    "L4-001": ("udp.checksum.zero",),
    "L4-002": ("udp.checksum.bad", "tcp.checksum_bad.expert"),
    "GRE-003": ("gre.checksum.incorrect",),
}  # fmt: skip
"""Rules, and Wireshark's names of the same remark."""

DIFFERENT = {
    (
        "JMB-001",
        2,
    ): "tshark misses an option whose length is below 65536 (crosscheck/known/ipv6.py)",
    ("RTH-001", 2): "tshark says nothing of type 1, Nimrod's",
    ("GRE-003", 9): "a header past the end of the packet, not a checksum",
}
"""Packets of a rule's file of which only one of both says so, and why."""


@cache
def experts(area: str) -> dict[int, set[str]]:
    """tshark's expert infos by packet."""
    command = [
        "tshark", "-n", "-T", "pdml", "-r", str(path_of(area)),
        *(word for name in ("ip", "tcp", "udp") for word in ("-o", f"{name}.check_checksum:TRUE")),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, check=True)
    found: dict[int, set[str]] = {}
    packets = etree.fromstring(done.stdout, etree.XMLParser(huge_tree=True)).iter("packet")
    for number, packet in enumerate(packets, 1):
        names = packet.xpath(".//field[@name='_ws.expert']/field/@name")
        found[number] = set(names)
    return found


def path_of(area: str):
    return ROOT / "captures" / "lint" / f"{area}.pcapng"


@pytest.mark.tshark
@pytest.mark.parametrize("rule", SAME)
def test_rule_and_expert_info_are_of_the_same_packets(rule):
    area = rule.partition("-")[0].lower()
    with open_capture(path_of(area), reassemble=False) as capture:
        ours = {packet.number for packet in capture if lint_packet(packet, select=[rule])}
    theirs = {number for number, names in experts(area).items() if names & set(SAME[rule])}
    explained = {number for one, number in DIFFERENT if one == rule}
    assert ours ^ theirs == explained
