"""Tunnels are found with the ends, numbers and addresses that the recordings were set up with."""

from __future__ import annotations

import pytest

from dissect import open_capture
from dissect.analysis import tunnels
from dissect.analysis.analysis import place_of
from dissect.analysis.places import spread
from dissect.analysis.tunnel_columns import carried
from dissect.analysis.tunnel_steps import carried_in
from dissect.columns import chunks
from dissect.columns.seen import Seen
from dissect.engine.checksum import checksum
from tests.analysis.lab import LAB, frames, rows, tables, told, truth
from tests.captures_list import ROOT

KINDS = {
    "sit": "6in4", "6to4": "6to4", "isatap": "ISATAP", "6over4": "6over4", "gre4": "GRE",
    "gre6": "GRE", "ip6ip6": "6in6", "vxlan4": "VXLAN", "vxlan6": "VXLAN",
}  # fmt: skip
OVERHEAD = {  # IPv4 20, IPv6 40, GRE with a key and a checksum 12, UDP 8, VXLAN 8, Ethernet 14
    "sit": 20, "6to4": 20, "isatap": 20, "6over4": 20, "gre4": 20 + 12, "gre6": 40 + 12,
    "ip6ip6": 40, "vxlan4": 20 + 8 + 8 + 14, "vxlan6": 40 + 8 + 8 + 14,
}  # fmt: skip


def of(found, kind, ends, number=None):
    """The row of a tunnel between two ends, in whichever direction."""
    (row,) = [
        row for row in found
        if (row["kind"], {row["a"], row["b"]}, row["number"]) == (kind, set(ends), number)
    ]  # fmt: skip
    return row


@pytest.mark.parametrize("name", KINDS)
def test_tunnels_of_nine_kinds(name):
    known = truth("tunnels")["tunnels"][name]
    number = {"gre": "key 42", "vxl": f"VNI {known.get('vni')}"}.get(name[:3])
    row = of(rows("tunnels", "tunnels"), KINDS[name], known["outer"], number)
    assert any(" → ".join(ends) in row["inside"] for ends in (known["inner"], known["inner"][::-1]))
    assert row["overhead"] == OVERHEAD[name]
    assert min(row["a_to_b"], row["b_to_a"]) >= known["answers"]
    assert row["depth"] == 1


@pytest.mark.parametrize("name", ["6to4", "isatap", "6over4"])
def test_automatic_tunnels_agree_with_the_addresses_inside(name):
    row = of(rows("tunnels", "tunnels"), KINDS[name], truth("tunnels")["tunnels"][name]["outer"])
    assert (row["verdict"], row["rules"]) == ("consistent", None)
    assert row["role_a"] == row["role_b"] is not None


def test_overlays():
    known = truth("overlays")
    found = rows("tunnels", "overlays")
    for name, one in known["overlays"].items():
        kind, number = {
            "vxlan": ("VXLAN", f"VNI {one['key']}"), "gre": ("GRE", f"key {one['key']}"),
            "geneve": ("Geneve", f"VNI {one['key']}"), "erspan": ("GRE / ERSPAN", None),
            "gtpu": ("GTP-U", "TEID 0x00001234"),
        }[one["type"]]  # fmt: skip
        row = of(found, kind, one["ends"], number)
        assert row["a_to_b"] >= max(one["answers"], 1), name
    (label,) = {row["number"] for row in found if row["kind"] == "MPLS"}
    assert label == f"label {', '.join(map(str, known['tags']['mpls']['labels']))}"


def test_teredo_server_relay_and_clients_have_their_names():
    known = truth("teredo")
    roles = {}
    for row in rows("tunnels", "teredo"):
        roles.setdefault(row["a"], set()).add(row["role_a"])
        roles.setdefault(row["b"], set()).add(row["role_b"])
        inside_nat = "192.168." in row["a"] + row["b"]
        to_relay = known["relay"] in (row["a"], row["b"])
        assert row["verdict"] == ("not verifiable" if inside_nat and to_relay else "consistent")
    assert roles[known["server"]] == {"server"}
    assert roles[known["relay"]] == {"relay"}
    assert all(roles[client["nat"]] == {"client"} for client in known["clients"].values())


@pytest.mark.parametrize(
    ("capture", "number", "rule"),
    # what those cases are for stands in the captures' comments
    [("transition_tunnels", 6, "TUN-006"), ("transition_tunnels", 8, "TUN-007"),
     ("transition_tunnels", 13, "TUN-009"), ("transition_tunnels", 26, "TUN-011"),
     ("transition_tunnels", 29, "TUN-011"), ("transition_tunnels", 3, "TUN-008"),
     ("teredo", 18, "TER-002"), ("teredo", 19, "TER-002"), ("teredo", 20, "TER-002")],
)  # fmt: skip
def test_outer_ends_that_contradict_the_addresses_inside(capture, number, rule):
    _, findings = tables(("tunnels",), ROOT / "captures" / f"{capture}.pcapng")
    assert any(
        finding.rule == rule and number in {ref.number for ref in finding.packets}
        for finding in findings
    )


def test_deep_nesting_is_told():
    found, findings = tables(("nestings",), ROOT / "captures" / "ipv6_tunnels.pcapng")
    deepest = max(row["depth"] for row in found[0])
    assert deepest == 12  # tunnels in one packet, says the captures' list
    assert [finding.packets[0].number for finding in findings if finding.rule == "TUN-003"] == [6]


def test_outer_fragments_tell_what_fits_inside(tmp_path):
    packet = next(
        one for one in frames("tunnels") if one[14] >> 4 == 4 and one[23] == 41 and len(one) > 1000
    )
    ip, payload = packet[14:34], packet[34:]
    first, rest = 800, len(payload) - 800
    pieces = [
        packet[:14] + head + ip[12:] + octets
        for head, octets in (
            (headed(ip, 20 + first, 0x2000), payload[:first]),
            (headed(ip, 20 + rest, first // 8), payload[first:]),
        )
    ]
    (row,), findings, _ = told("tunnels", tmp_path, *pieces)
    assert (row["mtu"], row["mtu_by"], row["fragments"]) == (800, "by outer fragments", 2)
    assert row["overhead"] == 20
    assert "fragments" in findings[0].words


def headed(ip, total, fragment):
    """The first 12 octets of an IPv4 header of another length, for a fragment."""
    head = ip[:2] + total.to_bytes(2) + ip[4:6] + fragment.to_bytes(2) + ip[8:10]
    return head + checksum(head + b"\0\0" + ip[12:20]).to_bytes(2)


def test_errors_tell_what_fits_inside(tmp_path):
    # the first echo through 6in4, and an error about it from a router with an MTU of 1400
    packet = next(one for one in frames("tunnels") if one[14] >> 4 == 4 and one[23] == 41)
    router = bytes((192, 0, 2, 99))
    quote = packet[14:42]
    head = b"\x45\0" + (28 + len(quote)).to_bytes(2) + b"\0\0\0\0\x40\x01\0\0" + router
    error = packet[:14] + head + packet[26:30] + b"\x03\x04\0\0\0\0\x05\x78" + quote
    (row,), _, _ = told("tunnels", tmp_path, packet, error)
    assert (row["mtu"], row["mtu_by"]) == (1400 - 20, "reported in 2")


@pytest.mark.parametrize("name", ["tunnels", "overlays", "teredo", "vpn", "mobile"])
def test_columns_and_trees_see_the_same_steps(name):
    (chunk,) = chunks(str(LAB / f"{name}.pcapng"))
    counted, by_trees = {}, {}
    for event in spread(carried(Seen(chunk, ~chunk.unsure), 0)):
        add(counted, event)
    with open_capture(LAB / f"{name}.pcapng", reassemble=False) as capture:
        for packet in capture:
            if not chunk.unsure[packet.number - 1]:
                for event in carried_in(packet, place_of(packet, 0)):
                    add(by_trees, event)
    assert counted
    assert counted == by_trees


def add(found, event):
    steps = tuple(step._replace(size=0) for step in event.steps)
    packets, octets, most = found.get(steps, (0, 0, 0))
    size = max(most, *(step.size for step in event.steps))
    found[steps] = packets + event.packets, octets + event.octets, size


def test_tables_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(tunnels, "TUNNELS", 20)
    packet = next(one for one in frames("tunnels") if one[14] >> 4 == 4 and one[23] == 41)
    many = [packet[:26] + number.to_bytes(4) + packet[30:] for number in range(1, 60)]
    found, _, table = told("tunnels", tmp_path, *many)
    assert len(found) == 20
    assert table.remarks == [
        "39 tunnels were forgotten, the ones seen longest ago: at most 20 are kept"
    ]
