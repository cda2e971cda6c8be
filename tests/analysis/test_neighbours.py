"""Neighbours: what became of checks for duplicates, who moved, what was not answered."""

from __future__ import annotations

import pytest

from dissect.analysis import neighbour, neighbours
from dissect.analysis.options import Options
from making.build import HOST_LOCAL, HOST_MAC, OTHER_MAC, ROUTER, ROUTER_MAC, ethernet, ip4, ip6
from tests.analysis.lab import rows, truth
from tests.analysis.wire import (
    OVERRIDE,
    ROUTER_FLAG,
    SOLICITED,
    Wire,
    advertise,
    router,
    solicit,
)

MINE = ip6("2001:db8:0:1::77")


@pytest.fixture
def wire(tmp_path):
    return Wire(tmp_path)


def text(mac):
    return mac.hex(":")


# --- genuine ------------------------------------------------------------------------------------


def test_slaac_addresses_are_at_the_macs_of_their_hosts_and_unique():
    said = truth("slaac")
    found = {row["address"]: row for row in rows("neighbours", "slaac")}
    for host in said["hosts"].values():
        for address in (host["link_local"], *host["addresses"]):
            assert found[address]["mac"] == host["mac"]
    router = found[said["router"]["link_local"]]
    assert (router["mac"], router["kind"]) == (said["router"]["mac"], "router")


def test_slaac_the_address_that_was_taken_on_purpose_is_the_only_conflict():
    said = truth("slaac")
    hosts = said["hosts"]
    checks = rows("address-checks", "slaac")
    conflicts = [row for row in checks if row["outcome"] == "conflict"]
    assert [(row["address"], row["mac"], row["other"]) for row in conflicts] == [(
        said["duplicate"]["address"],
        hosts[said["duplicate"]["refused"]]["mac"],
        hosts[said["duplicate"]["owner"]]["mac"],
    )]  # fmt: skip
    others = {(row["outcome"], row["took"]) for row in checks if row not in conflicts}
    assert others == {("unique", 1.0)}  # the router's retransmission timer is 1000 ms


def test_nd_tools_the_absent_is_unanswered_and_the_proxied_at_the_router():
    said = truth("nd_tools")
    found = {(row["link"], row["address"]): row for row in rows("neighbours", "nd_tools")}
    absent = found["link1", said["absent"]]
    assert (absent["mac"], absent["asked"], absent["unanswered"]) == (None, 1, 1)
    proxied = found["link1", said["proxied"]]
    assert (proxied["mac"], proxied["kind"]) == (said["router"]["mac"], "anycast or proxied")
    assert found["link1", said["host2"]["new_link_local"]]["mac"] == said["host2"]["new_mac"]
    assert {row["mac"] for (link, address), row in found.items() if address == said["far"]} == {
        found["link2", said["far"]]["mac"]
    }


def test_nat64_arp_finds_the_server_and_not_the_absent():
    said = truth("nat64")
    found = {row["address"]: row for row in rows("neighbours", "nat64")}
    assert (found[said["server"]]["kind"], found[said["server"]]["unanswered"]) == ("host", 0)
    absent = found[said["absent"]]
    assert (absent["mac"], absent["asked"] > 0) == (None, True)


def test_dhcp_dhcpcd_probes_the_address_that_it_was_lent():
    said = truth("dhcp")["clients"]["careful"]
    (row,) = [row for row in rows("address-checks", "dhcp") if row["address"] == said["address"]]
    assert (row["mac"], row["probes"], row["outcome"]) == (said["mac"], 3, "unique")


# --- checks for duplicates ----------------------------------------------------------------------


def outcome(wire):
    return [(row["outcome"], row["took"], row["other"]) for row in wire.rows("address-checks")]


def test_a_check_passes_when_the_retransmission_timer_does(wire):
    wire.send(1, solicit(MINE)).end(2)
    assert outcome(wire) == [("unique", 1.0, None)]
    assert wire.rows("neighbours")[0]["mac"] == text(HOST_MAC)


def test_a_router_sets_the_retransmission_timer(wire):
    wire.send(0, router(retrans=4000)).send(1, solicit(MINE)).end(3)
    assert outcome(wire) == [("unknown", None, None)]


def test_a_capture_that_ends_during_a_check_does_not_say_how_it_ends(wire):
    wire.send(1, solicit(MINE)).end(1.9)
    assert outcome(wire) == [("unknown", None, None)]
    assert wire.rows("neighbours")[0]["mac"] is None


def test_an_advertisement_during_a_check_is_a_conflict(wire):
    wire.send(1, solicit(MINE)).send(1.25, advertise(MINE, OTHER_MAC)).end(9)
    assert outcome(wire) == [("conflict", 0.25, text(OTHER_MAC))]
    (finding,) = wire.findings("neighbours")
    assert (finding.level, finding.rule) == ("error", "NDP-015")
    assert text(HOST_MAC) in finding.words
    assert "2001:db8:0:1::77" in finding.words
    assert [ref.number for ref in finding.packets] == [1, 2]


def test_two_who_check_the_same_address_both_fail(wire):
    wire.send(1, solicit(MINE)).send(1.5, solicit(MINE, OTHER_MAC)).end(9)
    assert outcome(wire) == [
        ("conflict", 0.5, text(OTHER_MAC)), ("conflict", 0.0, text(HOST_MAC))
    ]  # fmt: skip


@pytest.mark.parametrize("mac", [HOST_MAC, OTHER_MAC])
def test_a_probe_that_comes_back_is_no_conflict(wire, mac):
    """Known by its MAC or, where a bridge changed that, by its nonce (RFC 7527)."""
    wire.send(1, solicit(MINE, nonce=b"abcdef")).send(1.1, solicit(MINE, mac, nonce=b"abcdef"))
    wire.end(9)
    assert {row["outcome"] for row in wire.rows("address-checks")} == {"unique"}


def test_several_probes_are_one_check_and_the_last_one_counts(wire):
    wire.send(1, solicit(MINE)).send(2, solicit(MINE)).send(3, solicit(MINE)).end(9)
    (row,) = wire.rows("address-checks")
    assert (row["probes"], row["outcome"], row["took"]) == (3, "unique", 3.0)


def test_an_optimistic_address_is_used_during_its_check(wire):
    """RFC 4429: without the override flag; that is no conflict, and no proxy either."""
    wire.send(1, solicit(MINE)).send(1.1, advertise(MINE, flags=0)).end(9)
    (row,) = wire.rows("address-checks")
    assert (row["outcome"], row["optimistic"]) == ("unique", 1)
    assert wire.rows("neighbours")[0]["kind"] == "host"


def test_a_capture_that_starts_after_the_probe_tells_no_check(wire):
    wire.send(1, advertise(MINE)).end(9)
    assert wire.rows("address-checks") == []
    assert wire.rows("neighbours")[0]["check"] is None


def arp(operation, mac, sender, target, target_mac=bytes(6)):
    head = b"\0\1\x08\0\6\4" + operation.to_bytes(2, "big")
    octets = head + mac + ip4(sender) + target_mac + ip4(target)
    return ethernet(octets, 0x0806, mac, b"\xff" * 6)


def test_arp_probes_are_checks_that_pass_after_two_seconds(wire):
    for second in (1, 2, 3):
        wire.send(second, arp(1, HOST_MAC, "0.0.0.0", "192.0.2.9"))
    wire.send(5, arp(1, HOST_MAC, "192.0.2.9", "192.0.2.9")).end(6)
    (row,) = wire.rows("address-checks")
    assert (row["probes"], row["outcome"], row["took"]) == (3, "unique", 4.0)
    assert wire.rows("neighbours")[0]["mac"] == text(HOST_MAC)


def test_an_arp_reply_to_a_probe_is_a_conflict(wire):
    wire.send(1, arp(1, HOST_MAC, "0.0.0.0", "192.0.2.9"))
    wire.send(1.5, arp(2, OTHER_MAC, "192.0.2.9", "0.0.0.0", HOST_MAC)).end(9)
    assert outcome(wire) == [("conflict", 0.5, text(OTHER_MAC))]
    assert wire.findings("neighbours")[0].rule == "ARP-002"


@pytest.mark.parametrize("hardware", [1, 6], ids=["Ethernet", "IEEE 802"])
def test_arp_for_another_protocol_asks_for_no_ipv4_address(wire, hardware):
    """RFC 826: whose the addresses are is in the protocol's type."""
    frame = arp(1, HOST_MAC, "192.0.2.1", "192.0.2.9")
    for second, protocol in enumerate((0x0800, 0x0801), 1):
        kinds = hardware.to_bytes(2, "big") + protocol.to_bytes(2, "big")
        wire.send(second, frame[:14] + kinds + frame[18:])
    found = {row["address"]: row["asked"] for row in wire.end(9).rows("neighbours")}
    assert found == {"192.0.2.1": 0, "192.0.2.9": 1}


@pytest.mark.parametrize("tags", ["", "8100 0005", "88a8 0007 8100 0005", "88a8 0007 88a8 0005"])
def test_arp_is_heard_behind_tags(wire, tags):
    frame = arp(2, HOST_MAC, "192.0.2.9", "192.0.2.1", OTHER_MAC)
    wire.send(1, frame[:12] + bytes.fromhex(tags) + frame[12:]).end(9)
    (row,) = wire.rows("neighbours")
    assert (row["address"], row["mac"]) == ("192.0.2.9", text(HOST_MAC))


# --- who is where -------------------------------------------------------------------------------


def test_an_address_that_moves_once_is_noted(wire):
    wire.send(1, advertise(MINE)).send(90, advertise(MINE, OTHER_MAC)).end(99)
    (row,) = wire.rows("neighbours")
    assert (row["mac"], row["macs"], row["moves"]) == (text(OTHER_MAC), 2, 1)
    (finding,) = wire.findings("neighbours")
    assert finding.level == "note"
    assert finding.packets[0].number == 2
    assert [row["event"] for row in wire.rows("neighbour-events")] == ["moved"]


def test_an_address_at_two_macs_in_turn_is_an_error(wire):
    for second, mac in enumerate((HOST_MAC, OTHER_MAC) * 3):
        wire.send(second, advertise(MINE, mac))
    (row,) = wire.rows("neighbours")
    assert (row["moves"], row["rules"]) == (5, "NDP-016")
    (finding,) = wire.findings("neighbours")
    assert (finding.level, finding.rule) == ("error", "NDP-016")
    uses = {row["mac"]: row["messages"] for row in wire.rows("neighbour-macs")}
    assert uses == {text(HOST_MAC): 3, text(OTHER_MAC): 3}


def test_a_virtual_router_may_move(wire):
    virtual = bytes.fromhex("00005e000201")
    for second, mac in enumerate((ROUTER_MAC, virtual) * 3):
        wire.send(second, advertise(MINE, mac))
    assert wire.findings("neighbours") == []
    assert wire.rows("neighbours")[0]["kind"] == "virtual router"


def test_anycast_stays_where_it_was_first_found(wire):
    wire.send(1, advertise(MINE, flags=SOLICITED))
    wire.send(1.1, advertise(MINE, OTHER_MAC, flags=SOLICITED))
    (row,) = wire.rows("neighbours")
    assert (row["mac"], row["macs"], row["moves"]) == (text(HOST_MAC), 2, 0)
    assert row["kind"] == "anycast or proxied"
    assert wire.findings("neighbours") == []


def test_a_router_that_is_none_any_more(wire):
    wire.send(1, advertise(MINE, flags=ROUTER_FLAG | OVERRIDE)).send(2, advertise(MINE))
    assert [row["event"] for row in wire.rows("neighbour-events")] == ["is no router any more"]


def test_messages_from_beyond_the_link_are_not_believed(wire):
    wire.send(1, advertise(MINE)).send(2, solicit(ROUTER, OTHER_MAC, MINE, hops=64))
    (table,) = wire.report("neighbours").tables
    assert len(table.rows) == 1
    assert table.rows[0][2] == text(HOST_MAC)
    assert any("1 Neighbor Discovery messages were not believed" in it for it in table.remarks)


def test_an_answer_in_time_answers_all_questions(wire):
    for second in (1, 2, 3):
        wire.send(second, solicit(MINE, src=HOST_LOCAL))
    wire.send(3.5, advertise(MINE, OTHER_MAC, SOLICITED, option=False, dst=HOST_LOCAL)).end(20)
    row = next(row for row in wire.rows("neighbours") if row["address"] == "2001:db8:0:1::77")
    assert (row["asked"], row["unanswered"], row["mac"]) == (3, 0, text(OTHER_MAC))


def test_questions_without_an_answer_are_counted_unless_the_capture_ends(wire):
    for second in (1, 2, 3, 19):
        wire.send(second, solicit(MINE, src=HOST_LOCAL))
    wire.end(20)
    row = next(row for row in wire.rows("neighbours") if row["address"] == "2001:db8:0:1::77")
    assert (row["asked"], row["unanswered"]) == (4, 3)
    (finding,) = wire.findings("neighbours")
    assert (finding.level, finding.rule) == ("note", "NDP-018")
    assert "fe80::200:5eff:fe00:5301 asked 3 times" in finding.words


def test_asking_for_everybody_is_a_scan(wire):
    for number in range(60):
        wire.send(number / 10, solicit(MINE[:15] + bytes((number,)), src=HOST_LOCAL))
    wire.end(99)
    (finding,) = wire.findings("neighbours")
    assert finding.level == "warning"
    assert "60 addresses" in finding.words


def test_spoofed_neighbours_are_forgotten_and_it_is_said(wire, monkeypatch):
    monkeypatch.setattr(neighbours, "NEIGHBOURS", 10)
    for number in range(25):
        wire.send(number, advertise(MINE[:15] + bytes((number,))))
    (table,) = wire.report("neighbours").tables
    assert len(table.rows) == 10
    assert table.remarks == ["15 addresses were forgotten, the ones seen longest ago: "
                             "at most 10 are kept"]  # fmt: skip


def test_macs_and_checks_of_one_address_are_bounded():
    one = neighbours.Neighbours(Options())
    from dissect.analysis.analysis import Link, Place
    from dissect.analysis.heard import Heard

    for number in range(100):
        at = Place(number + 1, 1_000_000_000 * (100 * number + 1), Link())
        mac = bytes((2, 0, 0, 0, 0, number))
        for event in one.digest([Heard(at, what, MINE, mac) for what in ("probes", "tells")]):
            one.take(event)
    (entry,) = one.entries.entries.values()
    assert len(entry.macs) == neighbour.MACS
    assert len(entry.checks) == neighbour.CHECKS
