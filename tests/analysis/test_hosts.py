"""Hosts: everything about one on one page."""

from __future__ import annotations

from functools import partial

import pytest

from dissect.analysis import traffic
from dissect.analysis.addresses import Addresses
from dissect.analysis.analysis import place_of
from dissect.analysis.dhcp import Dhcp, Dhcpv6
from dissect.analysis.groups import Groups
from dissect.analysis.hosts import Hosts
from dissect.analysis.neighbours import Neighbours
from dissect.analysis.options import Options
from dissect.analysis.routers import Routers
from dissect.analysis.run import Analyses
from dissect.analysis.traffic import Traffic
from dissect.api import open_capture
from dissect.columns import scan
from dissect.report.summary import Plan, Summary
from making.build import HOST_LOCAL, HOST_MAC, OTHER_MAC, ROUTER_MAC, ethernet, ip6, ipv6
from tests.analysis.lab import LAB, rows, truth
from tests.analysis.wire import Wire, advertise, router

FAR = ip6("2001:db8:ffff::1")


@pytest.fixture
def wire(tmp_path):
    return Wire(tmp_path)


def data(src, dst, mac=HOST_MAC, to=ROUTER_MAC):
    return ethernet(ipv6(bytes(100), 59, src, dst), src=mac, dst=to)


def by_mac(found):
    return {row["mac"]: row for row in found}


# --- genuine ------------------------------------------------------------------------------------


def test_slaac_hosts_are_those_of_the_scenario_with_their_addresses():
    made = truth("slaac")
    found = by_mac(rows("hosts", "slaac"))
    assert set(found) == {made["router"]["mac"], *(one["mac"] for one in made["hosts"].values())}
    for host in made["hosts"].values():
        told = set(found[host["mac"]]["addresses"].split(", "))
        assert told == {host["link_local"], *host["addresses"]}
    assert found[made["router"]["mac"]]["roles"] == "router"


def test_slaac_the_timeline_tells_who_lost_the_address():
    made = truth("slaac")
    address = made["duplicate"]["address"]
    hosts = made["hosts"]
    told = {(row["mac"], row["event"]) for row in rows("host-events", "slaac")}
    refused, owner = (hosts[made["duplicate"][who]]["mac"] for who in ("refused", "owner"))
    assert (refused, f"can't have {address}") in told
    assert (owner, f"defends {address} against {refused}") in told
    assert (made["router"]["mac"], "advertises router lifetime: 0") in told


def test_dhcpv6_relays_the_client_has_its_lease_and_the_server_its_role():
    made = truth("dhcpv6_relays")
    found = by_mac(row for row in rows("hosts", "dhcpv6_relays") if row["link"] == "link1")
    client = found[made["client"]["mac"]]
    assert made["lease"] in client["addresses"]
    told = [row["event"] for row in rows("host-events", "dhcpv6_relays")
            if row["mac"] == made["client"]["mac"]]  # fmt: skip
    for text in (made["lease"], made["prefix"]):
        assert f"is lent {text}" in told
        assert f"{text} is released" in told
    servers = [row for row in rows("hosts", "dhcpv6_relays") if row["roles"] == "DHCPv6 server"]
    assert [made["server"] in row["addresses"] for row in servers] == [True]


def test_dhcp_hosts_have_their_names_and_the_server_its_role():
    made = truth("dhcp")
    found = rows("hosts", "dhcp")
    names = {row["mac"]: row["name"] for row in found if row["name"]}
    assert names == {one["mac"]: made["names"][who] for who, one in made["clients"].items()}
    (server,) = [row for row in found if row["roles"] == "DHCP server"]
    assert made["server"] in server["addresses"]


def test_groups_members_leave_what_they_joined():
    made = truth("groups")
    member = made["members"]["modern"]
    (row,) = [row for row in rows("hosts", "groups") if member["ipv4"] in row["addresses"]]
    assert member["link_local"] in row["addresses"]
    told = [it["event"] for it in rows("host-events", "groups") if it["mac"] == row["mac"]]
    assert f"leaves {made['any_source']['ipv6']}" in told


def test_nd_tools_hosts_send_through_the_router():
    made = truth("nd_tools")
    found = by_mac(rows("hosts", "nd_tools"))
    assert found[made["host1"]["mac"]]["routers"] == made["router"]["link_local"]
    assert found[made["host2"]["new_mac"]]["addresses"] == made["host2"]["new_link_local"]


# --- conversations ------------------------------------------------------------------------------


def test_conversations_are_counted_both_ways(wire):
    wire.send(0, advertise(HOST_LOCAL)).send(1, router())
    wire.send(2, data(HOST_LOCAL, FAR), data(HOST_LOCAL, FAR))
    wire.send(3, data(FAR, HOST_LOCAL, ROUTER_MAC, HOST_MAC))
    host = by_mac(wire.rows("hosts"))[HOST_MAC.hex(":")]
    assert (host["sent"], host["received"]) == (3, 1)
    assert host["routers"] == "fe80::200:5eff:fe00:53fe"
    (row,) = [
        row for row in wire.rows("host-conversations") if row["partner"] == "2001:db8:ffff::1"
    ]
    size = 14 + 40 + 100
    assert (row["sent"], row["sent_octets"]) == (2, 2 * size)
    assert (row["received"], row["received_octets"]) == (1, size)
    assert (row["first"].number, row["last"].number) == (3, 5)


def test_an_answer_that_goes_to_another_mac_is_not_the_hosts(wire):
    wire.send(0, advertise(HOST_LOCAL)).send(1, data(FAR, HOST_LOCAL, ROUTER_MAC, OTHER_MAC))
    assert by_mac(wire.rows("hosts"))[HOST_MAC.hex(":")]["received"] == 0


def test_hosts_of_two_links_are_two(wire):
    tag = (5).to_bytes(2, "big") + b"\x86\xdd"
    frame = advertise(HOST_LOCAL)
    wire.send(0, frame).send(1, frame[:12] + b"\x81\x00" + tag + frame[14:])
    assert [(row["link"], row["sent"]) for row in wire.rows("hosts")] == [(None, 1), ("VLAN 5", 1)]


def test_without_macs_a_host_is_its_address(tmp_path):
    import io

    from dissect.capture.write import PcapWriter

    stream = io.BytesIO()
    writer = PcapWriter(stream, link_type=101)
    for _ in range(2):
        writer.packet(ipv6(b"", 59, FAR, HOST_LOCAL))
    path = tmp_path / "raw.pcap"
    path.write_bytes(stream.getvalue())
    found = rows("hosts", path)
    assert [(row["mac"], row["addresses"], row["sent"]) for row in found] == [
        (None, "2001:db8:ffff::1", 2)
    ]


@pytest.mark.parametrize("name", ["slaac", "overlays", "tunnels"])
def test_traffic_is_the_same_from_columns_and_from_trees(name):
    by_trees = Traffic(Options())
    with open_capture(str(LAB / f"{name}.pcapng"), reassemble=False) as capture:
        for packet in capture:
            for event in by_trees.read(packet, place_of(packet, 0)):
                by_trees.take(event)
    by_columns = Summary(Plan(("hosts",)))
    with open_capture(str(LAB / f"{name}.pcapng"), reassemble=False) as capture:
        scan(capture, partial(Summary, Plan(("hosts",))), into=by_columns)
    by_columns.tables()
    (one,) = [it for it in by_columns.analyses.by_name.values() if isinstance(it, Traffic)]
    assert one.talks() == by_trees.talks()


def test_pairs_that_are_too_many_are_forgotten_and_it_is_said(wire, monkeypatch):
    monkeypatch.setattr(traffic, "MOST", 5)
    wire.send(0, advertise(HOST_LOCAL))
    for number in range(12):
        wire.send(number, data(HOST_LOCAL, FAR[:15] + bytes((number,))))
    (table,) = wire.report("hosts").tables
    names = [column.name for column in table.columns]
    assert dict(zip(names, table.rows[0], strict=True))["partners"] <= 5
    assert "pairs of addresses of the fewest octets were forgotten" in table.remarks[-1]


# --- how it is put together ---------------------------------------------------------------------


def test_analyses_beneath_are_made_once_and_tell_only_when_asked():
    made = Analyses(["hosts", "neighbours"], Options())
    kinds = [type(one) for one in made.by_name.values()]
    assert kinds.count(Neighbours) == 1
    assert set(kinds) >= {Hosts, Addresses, Dhcpv6, Dhcp, Groups, Routers, Traffic}
    hosts = next(one for one in made.by_name.values() if isinstance(one, Hosts))
    assert hosts.addresses.neighbours is hosts.groups.neighbours
    assert len(made.asked) == 2
