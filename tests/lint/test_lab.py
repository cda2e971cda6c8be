"""On genuine recordings a rule fires for a true reason only: here they are, all of them."""

from __future__ import annotations

import pytest

from dissect.lint import lint
from tests.captures_list import ROOT

LAB = ROOT / "captures" / "lab"
FOUND: dict[str, dict[str, str]] = {
    "dhcpv6_relays": {"DHC-013": "ISC's client asks for options in a Release"},
    "dhcpv6_servers": {"DHC-013": "so do others in Decline and Confirm"},
    "extension_headers": {
        "FRG-001": "made so, to get a Parameter Problem: 33 octets",
        "FRG-002": "made so, for the same reason: past 65535 octets",
        "FRG-003": "made so: overlapping",
        "ICM-001": "made so: a length that lies, and so a checksum over other octets",
        "IP4-002": "made so: the inner header's checksum is 0",
        "IP6-001": "the same packet as ICM-001's",
        "L4-001": "made so: UDP without checksum",
        "L4-002": "the kernel leaves a home address, from a socket option, out of the sum",
        "RTH-001": "made so: type 0, and Linux quotes it",
        "TUN-005": "made so: a packet in a tunnel of the same ends",
        "EXT-002": "made so: two Destination Options around a Fragment header",
        "RTH-004": "Linux sets the HMAC flag of a draft of Segment Routing",
        "EXT-006": "a socket option of padding alone; long padding before a home address",
        "FRG-004": "made so: atomic",
        "FRG-006": "made so: small",
        "FRG-008": "those above were never completed",
        "NDP-018": "a ping to nobody",
    },
    "groups": {"MLD-004": "the Linux bridge queries a group at ff02::1"},
    "jumbograms": {
        "JMB-001": "made so: both lengths",
        "ICM-001": "the same packet, whose length lies",
        "L4-002": "left to the network card, as CAP-002 says: notes",
    },
    "mobile": {"RAD-007": "osmo-ggsn announces a lifetime of 18 hours"},
    "nat64": {
        "XLT-005": "tayga sets DF in short packets",
        "FRG-006": "tayga cuts 1280 octets once more",
    },
    "siit": {
        "XLT-005": "tayga sets DF in short packets",
        "FRG-006": "tayga cuts 1280 octets once more",
    },
    "nd_tools": {"RAD-012": "radvd, 1.4 s after an advertisement that answered a solicitation"},
    "overlays": {
        "L4-002": "Open vSwitch fills GTP's length in (104 octets) after the checksum",
        "NDP-018": "neighbors that the tunnels' first packets are lost for",
    },
    "routing_bird": {
        "ARP-002": "VRRP moves the address to another router",
        "NDP-016": "and back",
    },
    "routing_frr": {"RAD-011": "two default routers, as configured"},
    "send": {
        "NDP-012": "thc-ipv6 fills half of the MAC address in",
        "NDP-018": "nobody answers it",
    },
    "slaac": {
        "NDP-015": "a real conflict, made for the recording",
        "RAD-002": "radvd's good-bye keeps its preference, with lifetime 0",
    },
    "teredo": {
        "IP6-004": "miredo's bubbles have hop limit 0",
        "TER-002": "seen between the client and its NAT",
    },
}  # fmt: skip
LABORATORY = ["ADR-006", "CAP"]
"""Addresses for documentation, and what captures of several interfaces show, are everywhere."""


@pytest.mark.parametrize("path", sorted(LAB.glob("*.pcapng")), ids=lambda path: path.stem)
def test_rules_fire_on_genuine_traffic_for_these_reasons_only(path):
    found = {one.rule.id for one in lint(path, ignore=LABORATORY).findings}
    assert found == set(FOUND.get(path.stem, {}))
