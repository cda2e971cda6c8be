"""Routers: what they say, when they contradict each other, which are suspicious."""

from __future__ import annotations

import pytest

from dissect.analysis import routers
from making.build import OTHER_MAC, ROUTER_LOCAL, ROUTER_MAC, ip6, nd_option
from tests.analysis.lab import rows, truth
from tests.analysis.wire import ROUTER_FLAG, Wire, advertise, prefix, router

SECOND_ROUTER = ip6("fe80::2")
FIRST, SECOND = "fe80::200:5eff:fe00:53fe", "fe80::2"


@pytest.fixture
def wire(tmp_path):
    return Wire(tmp_path)


def said(found, name):
    """Values of a parameter, one after the other."""
    return [row["value"] for row in found if row["parameter"] == name]


# --- genuine ------------------------------------------------------------------------------------


def test_slaac_radvds_parameters_are_those_that_it_was_given():
    made = truth("slaac")
    given = made["router"]
    (row,) = rows("routers", "slaac")
    assert (row["address"], row["mac"]) == (given["link_local"], given["mac"])
    assert row["preference"] == given["preference"]
    assert (row["managed"], row["other"]) == ("yes", "yes")
    assert (row["hop_limit"], row["mtu"]) == (given["hop_limit"], given["mtu"])
    found = rows("router-parameters", "slaac")
    assert said(found, "reachable time") == [str(given["reachable_ms"])]
    assert said(found, "retrans timer") == [str(given["retrans_ms"])]
    assert said(found, "home agent") == ["yes"]
    assert said(found, "home agent preference") == [str(given["home_agent_preference"])]
    assert said(found, "home agent lifetime") == [str(given["home_agent_lifetime"])]
    assert said(found, "advertisement interval") == [str(given["interval_ms"])]
    for one in made["prefixes"]:
        flags = {"on-link": "on_link", "autonomous": "autonomous",
                 "router's address": "router_address"}  # fmt: skip
        words = [word for word, name in flags.items() if one[name]]
        times = [f"valid {one['valid']} s", f"preferred {one['preferred']} s"]
        assert said(found, f"prefix {one['prefix']}") == [", ".join(words + times)]
    for one in made["routes"]:
        first, _ = said(found, f"route {one['prefix']}")
        assert first == f"{one['preference']}, for {one['lifetime']} s"
    servers = [f"DNS server {address}" for address in made["resolvers"]["addresses"]]
    domains = [f"search domain {domain}" for domain in made["search"]["domains"]]
    for name in servers + domains:
        assert said(found, name) == ["for 600 s", "for 0 s"]  # radvd takes leave


def test_slaac_radvd_says_good_bye_with_a_lifetime_of_zero():
    (row,) = rows("routers", "slaac")
    assert (row["lifetime"], row["default"], row["farewells"]) == (0, "no", 1)
    assert said(rows("router-parameters", "slaac"), "router lifetime") == ["12", "0"]


def test_nd_tools_redirects_are_those_that_were_provoked():
    made = truth("nd_tools")
    found = rows("redirects", "nd_tools")
    assert {row["destination"]: row["target"] for row in found} == {
        destination: one["target"] for destination, one in made["redirects"].items()
    }
    assert {row["router"] for row in found} == {made["router"]["link_local"]}
    (row,) = [row for row in rows("routers", "nd_tools") if row["adverts"]]
    assert row["redirects"] == sum(one["times"] for one in found)
    assert row["max_interval"] == pytest.approx(4, abs=0.1)  # MaxRtrAdvInterval


def test_pref64_the_nat64_prefix_is_that_of_the_scenario():
    made = truth("pref64")
    found = rows("router-parameters", "pref64")
    assert said(found, f"NAT64 prefix {made['pref64']}") == [f"for {made['lifetime']} s"]
    assert said(found, "captive portal") == [made["portal"]]


# --- intervals and history ----------------------------------------------------------------------


def test_intervals_are_between_advertisements_to_all(wire):
    for second in (0, 3, 10):
        wire.send(second, router())
    wire.send(11, router(dst=ip6("fe80::9")))  # somebody had asked
    (row,) = wire.rows("routers")
    assert (row["min_interval"], row["mean_interval"], row["max_interval"]) == (3.0, 5.0, 7.0)
    assert row["adverts"] == 4


def test_a_parameter_that_changes_has_a_history(wire):
    wire.send(0, router(hops=64)).send(5, router(hops=64)).send(9, router(hops=32))
    found = [row for row in wire.rows("router-parameters") if row["parameter"] == "hop limit"]
    assert [(row["value"], row["times"], row["first"].number) for row in found] == [
        ("64", 2, 1), ("32", 1, 3)
    ]  # fmt: skip


def test_lifetimes_that_count_down_are_one_value(wire):
    for second in (0, 100, 250):
        option = prefix("2001:db8::", valid=3600 - second, preferred=1800 - second)
        wire.send(second, router(ROUTER_LOCAL, ROUTER_MAC, option))
    found = said(wire.rows("router-parameters"), "prefix 2001:db8::/64")
    assert found == ["on-link, autonomous, valid 3350 s, preferred 1550 s"]


def test_a_default_router_is_one_until_its_lifetime_ends(wire):
    wire.send(0, router(lifetime=10)).end(9)
    assert wire.rows("routers")[0]["default"] == "yes"
    wire.end(11)
    assert wire.rows("routers")[0]["default"] == "no"


def test_advertisements_from_beyond_the_link_are_not_believed(wire):
    wire.send(0, router(hop_limit=64))
    (table,) = wire.report("routers").tables
    assert table.rows == []
    assert "1 advertisements were not believed" in table.remarks[0]


# --- disagreements (RFC 4861, section 6.2.7) ----------------------------------------------------


def both(wire, mine, theirs):
    """Two routers, one second apart."""
    wire.send(0, router(ROUTER_LOCAL, ROUTER_MAC, *mine[1], **mine[0]))
    wire.send(1, router(SECOND_ROUTER, OTHER_MAC, *theirs[1], **theirs[0]))
    return [
        (row["parameter"], row["a"], row["a_value"], row["b"], row["b_value"])
        for row in wire.rows("router-disagreements")
    ]


@pytest.mark.parametrize(
    ("name", "mine", "theirs", "values"),
    [
        ("hop limit", {"hops": 64}, {"hops": 32}, ("32", "64")),
        ("managed", {"flags": 0x80}, {"flags": 0}, ("no", "yes")),
        ("other configuration", {"flags": 0x40}, {"flags": 0}, ("no", "yes")),
        ("reachable time", {"reachable": 30000}, {"reachable": 1}, ("1", "30000")),
        ("retrans timer", {"retrans": 1000}, {"retrans": 2000}, ("2000", "1000")),
    ],
)
def test_routers_that_disagree_on_a_field(wire, name, mine, theirs, values):
    assert both(wire, (mine, ()), (theirs, ())) == [(name, SECOND, values[0], FIRST, values[1])]
    found = [it for it in wire.findings("router-disagreements") if it.rule == "RAD-010"]
    assert len(found) == 1
    assert f"disagree on {name}" in found[0].words
    assert [ref.number for ref in found[0].packets] == [1, 2]


@pytest.mark.parametrize("field", ["hops", "reachable", "retrans"])
def test_zero_is_unspecified_and_contradicts_nobody(wire, field):
    assert both(wire, ({field: 77}, ()), ({field: 0}, ())) == []


def test_routers_that_disagree_on_the_mtu(wire):
    mine, theirs = (nd_option(5, bytes(2) + size.to_bytes(4, "big")) for size in (1500, 1480))
    assert both(wire, ({}, (mine,)), ({}, (theirs,))) == [("mtu", SECOND, "1480", FIRST, "1500")]


def test_a_router_that_leaves_an_option_out_contradicts_nobody(wire):
    mtu = nd_option(5, bytes(2) + (1480).to_bytes(4, "big"))
    assert both(wire, ({}, (mtu, prefix("2001:db8::"))), ({}, (prefix("2001:db8:1::"),))) == []


def test_routers_that_disagree_on_the_lifetimes_of_a_prefix(wire):
    mine = prefix("2001:db8::", valid=7200, preferred=3600)
    theirs = prefix("2001:db8::", valid=600, preferred=300)
    ((name, *_),) = both(wire, ({}, (mine,)), ({}, (theirs,)))
    assert name == "prefix 2001:db8::/64"


def test_lifetimes_that_end_at_the_same_time_are_no_disagreement(wire):
    mine = prefix("2001:db8::", valid=7201, preferred=3601)
    theirs = prefix("2001:db8::", valid=7200, preferred=3600)
    assert both(wire, ({}, (mine,)), ({}, (theirs,))) == []


def test_a_router_that_is_long_silent_is_not_compared(wire):
    wire.send(0, router(hops=64)).send(4000, router(SECOND_ROUTER, OTHER_MAC, hops=32))
    assert wire.rows("router-disagreements") == []


# --- suspicious ---------------------------------------------------------------------------------


def words(wire, level):
    return [it.words for it in wire.findings("routers") if it.level == level]


def test_two_default_routers_are_noted(wire):
    wire.send(0, router()).send(1, router(SECOND_ROUTER, OTHER_MAC))
    assert words(wire, "note") == [f"A link has 2 default routers: {FIRST}, {SECOND}."]


def test_a_farewell_from_another_mac_is_suspicious(wire):
    wire.send(0, router()).send(1, router(ROUTER_LOCAL, OTHER_MAC, lifetime=0))
    (found,) = words(wire, "warning")
    assert OTHER_MAC.hex(":") in found
    assert wire.rows("routers")[0]["rules"] == "RAD-011"


def test_an_advertisement_without_the_router_flag_takes_a_router_away(wire):
    wire.send(0, router()).send(1, advertise(ROUTER_LOCAL, ROUTER_MAC))
    (row,) = wire.rows("routers")
    assert (row["default"], row["farewells"]) == ("no", 1)


def test_a_router_that_only_its_neighbour_advertisements_tell(wire):
    wire.send(0, advertise(ROUTER_LOCAL, ROUTER_MAC, ROUTER_FLAG))
    (row,) = wire.rows("routers")
    assert (row["address"], row["adverts"], row["default"]) == (FIRST, 0, "no")


def test_a_router_with_a_global_address_is_an_error(wire):
    wire.send(0, router(ip6("2001:db8::1")))
    (found,) = [it for it in wire.findings("routers") if it.level == "error"]
    assert found.rule == "RAD-001"


def test_a_host_that_shares_its_6to4_connection(wire):
    wire.send(0, router(ROUTER_LOCAL, ROUTER_MAC, prefix("2002:c000:201::")))
    (found,) = words(wire, "warning")
    assert "6to4 prefix 2002:c000:201::/64" in found


def test_a_flood_of_routers_is_bounded_and_told(wire, monkeypatch):
    monkeypatch.setattr(routers, "ROUTERS", 5)
    for number in range(20):
        wire.send(number / 10, router(ip6(f"fe80::{number + 1:x}"), bytes((2, 0, 0, 0, 0, number))))
    report = wire.report("routers")
    assert len(report.tables[0].rows) == 5
    assert "15 routers were forgotten" in report.tables[0].remarks[0]
    assert any("floods the link" in it.words for it in report.findings)


def test_values_of_one_router_are_bounded(wire, monkeypatch):
    monkeypatch.setattr("dissect.analysis.router.PARAMETERS", 20)
    monkeypatch.setattr("dissect.analysis.router.PERIODS", 30)
    for number in range(40):
        option = prefix(f"2001:db8:{number:x}::")
        wire.send(number, router(ROUTER_LOCAL, ROUTER_MAC, option, hops=number))
    (table,) = wire.report("router-parameters").tables
    assert len(table.rows) == 30
    assert "values were forgotten" in table.remarks[0]
