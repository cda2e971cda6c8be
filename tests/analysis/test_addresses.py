"""Prefixes and addresses: origin, identifiers, life, and what they give away."""

from __future__ import annotations

import pytest

from dissect.analysis.identifiers import Held, temporary, verdict
from making.build import HOST_MAC, OTHER_MAC, ROUTER_LOCAL, ROUTER_MAC, ethernet, ip6, ipv6
from tests.analysis.lab import rows, truth
from tests.analysis.wire import Wire, advertise, prefix, router, solicit

EUI64 = ip6("2001:db8::200:5eff:fe00:5301")  # of HOST_MAC
RANDOM = [ip6(f"2001:db8::{text}") for text in (
    "d3f0:b442:bfdb:388b", "5fb4:24e1:1626:2967", "9cc6:1cbc:de9c:6efc")]  # fmt: skip


@pytest.fixture
def wire(tmp_path):
    return Wire(tmp_path)


def row_of(wire, address):
    (row,) = [row for row in wire.rows("addresses") if row["address"] == address]
    return row


# --- genuine ------------------------------------------------------------------------------------


def test_slaac_prefixes_are_those_of_radvds_configuration():
    made = truth("slaac")
    found = {row["prefix"]: row for row in rows("prefixes", "slaac")}
    assert set(found) == {one["prefix"] for one in made["prefixes"]}
    for one in made["prefixes"]:
        row = found[one["prefix"]]
        names = {"L": "on_link", "A": "autonomous", "R": "router_address"}
        assert row["flags"] == "".join(flag for flag, name in names.items() if one[name])
        assert (row["valid"], row["preferred"]) == (one["valid"], one["preferred"])
        assert row["routers"] == made["router"]["link_local"]
        assert row["state"] == ("preferred" if one["preferred"] else "deprecated")


def test_slaac_the_kernels_temporary_address_is_told_from_the_lasting_ones():
    """use_tempaddr on one host, stable opaque identifiers (RFC 7217) on the other."""
    found = {row["address"]: row for row in rows("addresses", "slaac")}
    for host in truth("slaac")["hosts"].values():
        for address, how in host["addresses"].items():
            row = found[address]
            assert (row["mac"], row["origin"]) == (host["mac"], "slaac")
            assert (row["lasts"] == "temporary") == (how == "temporary")


def test_slaac_verdicts_follow_from_how_the_hosts_were_set_up():
    hosts = truth("slaac")["hosts"]
    found = {row["mac"]: row["verdict"] for row in rows("privacy-verdicts", "slaac")}
    assert found[hosts["changing"]["mac"]] == "mac"
    assert found[hosts["stable"]["mac"]] == "stable"


def test_dhcpv6_servers_lent_addresses_are_told_as_such():
    found = {row["address"]: row for row in rows("addresses", "dhcpv6_servers")}
    lent = {row["address"] for row in rows("dhcpv6-leases", "dhcpv6_servers")
            if row["state"] != "declined"}  # fmt: skip
    assert lent == {address for address, row in found.items() if row["origin"] == "dhcpv6"}
    assert found[truth("dhcpv6_servers")["wide"]["address"]]["state"] == "invalid"  # released


# --- life of addresses --------------------------------------------------------------------------


def test_an_address_is_tentative_until_its_check_is_over(wire):
    option = prefix("2001:db8::", valid=100, preferred=50)
    wire.send(0, router(ROUTER_LOCAL, ROUTER_MAC, option)).send(1, solicit(EUI64)).end(1.5)
    address = "2001:db8::200:5eff:fe00:5301"
    assert row_of(wire, address)["state"] == "tentative"
    for second, state in ((2, "preferred"), (51, "deprecated"), (101, "invalid")):
        wire.end(second)
        assert row_of(wire, address)["state"] == state


def test_an_address_that_somebody_has_is_a_duplicate_and_the_owners(wire):
    wire.send(1, solicit(EUI64)).send(1.1, advertise(EUI64, OTHER_MAC)).end(5)
    assert row_of(wire, "2001:db8::200:5eff:fe00:5301")["mac"] == OTHER_MAC.hex(":")


def test_a_prefix_ends_when_its_lifetimes_do(wire):
    option = prefix("2001:db8::", valid=9000, preferred=50)
    wire.send(0, router(ROUTER_LOCAL, ROUTER_MAC, option)).end(8999)
    assert wire.rows("prefixes")[0]["state"] == "deprecated"
    wire.end(9001)
    assert wire.rows("prefixes")[0]["state"] == "invalid"


def test_a_valid_lifetime_is_not_cut_below_two_hours(wire):
    """RFC 4862, section 5.5.3 e: an advertisement may be forged."""
    long, short = (prefix("2001:db8::", valid=valid, preferred=0) for valid in (86400, 1))
    wire.send(0, router(ROUTER_LOCAL, ROUTER_MAC, long))
    wire.send(10, router(ROUTER_LOCAL, ROUTER_MAC, short)).end(7209)
    assert wire.rows("prefixes")[0]["state"] == "deprecated"
    wire.end(7211)
    assert wire.rows("prefixes")[0]["state"] == "invalid"


def test_a_prefix_for_ever_has_no_end(wire):
    option = prefix("2001:db8::", valid=0xFFFFFFFF, preferred=0xFFFFFFFF)
    wire.send(0, router(ROUTER_LOCAL, ROUTER_MAC, option)).end(10**6)
    (row,) = wire.rows("prefixes")
    assert (row["valid_until"], row["state"]) == (None, "preferred")


def test_the_longest_prefix_holds_an_address(wire):
    options = [prefix("2001:db8::", length=length) for length in (32, 64, 48)]
    wire.send(0, router(ROUTER_LOCAL, ROUTER_MAC, *options)).send(1, advertise(EUI64)).end(2)
    assert row_of(wire, "2001:db8::200:5eff:fe00:5301")["prefix"] == "2001:db8::/64"


def test_a_link_local_prefix_is_ignored(wire):
    wire.send(0, router(ROUTER_LOCAL, ROUTER_MAC, prefix("fe80::")))
    assert wire.rows("prefixes") == []


def test_prefixes_from_beyond_the_link_are_ignored(wire):
    wire.send(0, router(ROUTER_LOCAL, ROUTER_MAC, prefix("2001:db8::"), hop_limit=64))
    assert wire.rows("prefixes") == []


# --- whose --------------------------------------------------------------------------------------


def data(src, mac, dst=RANDOM[0]):
    return ethernet(ipv6(b"", 59, src, dst), src=mac)


def test_a_source_that_nobody_proved_is_told_as_such(wire):
    wire.send(0, data(RANDOM[1], HOST_MAC))
    row = row_of(wire, "2001:db8::5fb4:24e1:1626:2967")
    assert (row["mac"], row["proved"], row["packets"]) == (HOST_MAC.hex(":"), "no", 1)


def test_what_is_behind_a_router_is_not_of_the_link(wire):
    wire.send(0, router()).send(1, data(RANDOM[1], ROUTER_MAC))
    assert {row["address"] for row in wire.rows("addresses")} == {"fe80::200:5eff:fe00:53fe"}


def test_beside_an_address_that_is_proved_others_are_behind_it(wire):
    wire.send(0, advertise(RANDOM[0])).send(1, data(RANDOM[1], HOST_MAC))
    assert [row["address"] for row in wire.rows("addresses")] == ["2001:db8::d3f0:b442:bfdb:388b"]


def test_a_mac_with_very_many_sources_is_a_routers(wire):
    for number in range(20):
        wire.send(number, data(RANDOM[1][:15] + bytes((number,)), HOST_MAC))
    assert wire.rows("addresses") == []


def test_unproved_sources_are_bounded_and_the_largest_are_kept(wire, monkeypatch):
    monkeypatch.setattr("dissect.analysis.addresses.UNPROVED", 3)
    for number in range(10):
        mac = HOST_MAC[:5] + bytes((number,))
        wire.send(number, *[data(RANDOM[1][:15] + bytes((number,)), mac)] * (1 + number % 7))
    (table,) = wire.report("addresses").tables
    assert sorted(row[9] for row in table.rows) == [5, 6, 7]
    assert "7 addresses that are only seen as sources" in table.remarks[0]


def test_ff_fe_of_another_mac_is_not_the_hosts(wire):
    wire.send(0, advertise(EUI64, OTHER_MAC))
    assert row_of(wire, "2001:db8::200:5eff:fe00:5301")["identifier"] == "eui64-other"


# --- what they give away ------------------------------------------------------------------------


def held(*addresses, kind="random", lent=False):
    return [Held(address, kind, (0, number), lent) for number, address in enumerate(addresses)]


def test_of_several_random_ones_the_first_is_taken_for_the_lasting_one():
    assert list(temporary(held(*RANDOM)).values()) == ["stable", "temporary", "temporary"]


def test_beside_one_that_lasts_all_random_ones_are_taken_for_temporary():
    several = [*held(EUI64, kind="eui64"), *held(*RANDOM[:2])]
    assert list(temporary(several).values()) == ["temporary", "temporary"]


OTHER_PREFIX = ip6("2001:db8:1::")[:8] + RANDOM[0][8:]


@pytest.mark.parametrize(
    ("several", "word"),
    [
        (held(EUI64, kind="eui64"), "mac"),
        (held(RANDOM[0], OTHER_PREFIX), "constant"),
        (held(RANDOM[0], lent=True), "lent"),
        (held(ip6("2001:db8::1"), kind="low-byte"), "by-hand"),
        (held(*RANDOM), "temporary"),
        (held(RANDOM[0]), "stable"),
    ],
)
def test_verdicts(several, word):
    assert verdict(several).word == word


def test_link_local_addresses_give_nothing_away_beyond_the_link():
    assert verdict(held(ip6("fe80::200:5eff:fe00:5301"), kind="eui64")) is None


def test_hosts_with_their_mac_in_addresses_are_one_finding(wire):
    wire.send(0, advertise(EUI64)).send(
        1, advertise(ip6("2001:db8::200:5eff:fe00:5302"), OTHER_MAC)
    )
    (found,) = wire.findings("addresses")
    assert found.words.startswith("2 hosts have their MAC address in addresses")
