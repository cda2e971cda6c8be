"""Multicast groups: who listens to what, who asks, how long it takes to leave."""

from __future__ import annotations

import pytest

from dissect.analysis import groups, member
from dissect.protocols.icmpv6.mld import Query, Record, Report, Version1
from making.build import (
    ALL_NODES,
    HOST_LOCAL,
    HOST_MAC,
    ICMPV6,
    OTHER_MAC,
    ROUTER_LOCAL,
    ROUTER_MAC,
    ethernet,
    icmpv6,
    ip6,
    ipv6,
    multicast_mac,
    option,
    padded_options,
)
from tests.analysis.lab import rows, truth
from tests.analysis.wire import NOBODY, Wire, solicit

GROUP = ip6("ff15::6006")
A, B, C = (ip6(f"2001:db8::{letter}") for letter in "abc")
IS_IN, IS_EX, TO_IN, TO_EX, ALLOW, BLOCK = range(1, 7)
OTHER_LOCAL = ip6("fe80::200:5eff:fe00:5302")


@pytest.fixture
def wire(tmp_path):
    return Wire(tmp_path)


def mld(kind, body, src=HOST_LOCAL, mac=HOST_MAC, dst=ALL_NODES):
    """In a frame, behind a Router Alert."""
    message = padded_options(ICMPV6, option(5, bytes(2))) + icmpv6(kind, 0, body, src, dst)
    return ethernet(ipv6(message, 0, src, dst, hlim=1), src=mac, dst=multicast_mac(dst))


def report(*records, **ends):
    """A report of version 2: (type, sources...) of one group."""
    octets = b"".join(
        bytes(Record(type=kind, sources=len(sources), group=GROUP)) + b"".join(sources)
        for kind, *sources in records
    )
    return mld(143, bytes(Report(records=len(records))) + octets, **ends)


def query(group=NOBODY, src=ROUTER_LOCAL, mac=ROUTER_MAC, **fields):
    return mld(130, bytes(Query(group=group, **fields)), src, mac)


def old(kind, src=HOST_LOCAL, mac=HOST_MAC, group=GROUP, delay=0):
    """A message of version 1."""
    return mld(kind, bytes(Version1(group=group, delay=delay)), src, mac)


def wants(wire):
    return [row["wants"] for row in wire.rows("group-members")]


# --- genuine ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("family", "speaks"), [("ipv6", "mld"), ("ipv4", "igmp")])
@pytest.mark.parametrize("name", ["modern", "old"])
def test_groups_members_joined_and_left_what_the_script_did(name, family, speaks):
    made = truth("groups")
    member = made["members"][name]
    address = member["link_local" if family == "ipv6" else "ipv4"]
    version = f"{speaks.upper()} {member[speaks]}"
    found = {
        row["group"]: row for row in rows("group-members", "groups") if row["member"] == address
    }
    for group in (made["any_source"][family], made["chosen"][family]["group"]):
        assert (found[group]["wants"], found[group]["version"]) == ("left", version)
        assert found[group]["left"] > found[group]["joined"]
    of_group = {(row["link"], row["group"]): row for row in rows("groups", "groups")}
    port = "port0" if name == "modern" else "port1"
    for group in (made["any_source"][family], made["chosen"][family]["group"]):
        row = of_group[port, group]
        assert (row["members"], row["seen"], row["leaves"]) == (0, 1, 1)
        assert 0.5 <= row["leave_latency"] < 2  # at least one last-member interval of 0.5 s


def test_groups_sources_are_those_that_were_chosen_until_they_were_left():
    """Read from the reports themselves, up to the one that drops the blocked source."""
    from dissect.analysis.analysis import place_of
    from dissect.analysis.groups import Groups
    from dissect.analysis.neighbours import Neighbours
    from dissect.analysis.options import Options
    from dissect.api import open_capture
    from tests.analysis.lab import LAB

    made = truth("groups")
    options = Options()
    analysis = Groups(options, Neighbours(options))
    seen = {}
    with open_capture(str(LAB / "groups.pcapng")) as capture:
        for packet in capture:
            for event in analysis.read(packet, place_of(packet, 0)):
                analysis.take(event)
            for member in analysis.members.entries.values():
                seen.setdefault((len(member.group), member.group), set()).add(member.wants)
    for size, family in ((16, "ipv6"), (4, "ipv4")):
        sources = made["chosen"][family]["sources"]
        group = next(group for at, group in seen if at == size and text(group) ==
                     made["chosen"][family]["group"])  # fmt: skip
        assert f"only {', '.join(sources)}" in seen[size, group]
        assert f"only {', '.join(sources[1:])}" in seen[size, group]
        group = next(group for at, group in seen if at == size and text(group) ==
                     made["any_source"][family])  # fmt: skip
        assert f"all but {made['blocked'][family]}" in seen[size, group]


def text(address):
    from dissect.engine.values import address_text

    return address_text(address)


def test_groups_queriers_are_the_bridges_with_their_interval():
    made = truth("groups")
    found = {row["querier"]: row for row in rows("queriers", "groups")}
    modern = found[made["queriers"]["modern"]["link_local"]]
    assert (modern["version"], modern["elected"]) == ("MLD 2", "yes")
    assert modern["interval"] == made["query_seconds"]
    assert modern["wait"] == 0.5  # mcast_query_response_interval
    assert found[made["queriers"]["old"]["link_local"]]["version"] == "MLD 1"


def test_slaac_solicited_node_groups_are_those_of_the_addresses():
    made = truth("slaac")["hosts"]["changing"]
    found = [row for row in rows("group-members", "slaac") if row["mac"] == made["mac"]]
    served = {address for row in found if row["serves"] for address in row["serves"].split(", ")}
    assert served == {made["link_local"], *made["addresses"]}


# --- version 2 ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([(IS_EX,)], "all"),
        ([(TO_EX, A)], "all but 2001:db8::a"),
        ([(IS_IN, A, B)], "only 2001:db8::a, 2001:db8::b"),
        ([(TO_IN,)], "left"),
        ([(ALLOW, A), (ALLOW, B)], "only 2001:db8::a, 2001:db8::b"),
        ([(ALLOW, A, B), (BLOCK, A)], "only 2001:db8::b"),
        ([(ALLOW, A), (BLOCK, A)], "left"),
        ([(TO_EX,), (BLOCK, A)], "all but 2001:db8::a"),
        ([(TO_EX, A, B), (ALLOW, A)], "all but 2001:db8::b"),
        ([(TO_EX, A), (TO_IN, B)], "only 2001:db8::b"),
    ],
)
def test_records_say_which_sources_are_wanted(wire, records, said):
    """RFC 3810, sections 4.2 and 5.2.12."""
    wire.send(1, report(*records))
    assert wants(wire) == [said]


def test_reports_from_nobody_are_their_macs(wire):
    wire.send(1, report((TO_EX,), src=NOBODY)).send(2, report((TO_EX,)))
    (row,) = wire.rows("group-members")
    assert (row["member"], row["reports"]) == ("fe80::200:5eff:fe00:5301", 2)


def test_leaving_takes_until_the_last_query_may_be_answered(wire):
    wire.send(1, report((TO_EX,))).send(5, report((TO_IN,)))
    wire.send(5.1, query(GROUP, code=1000)).send(6.1, query(GROUP, code=1000))
    (row,) = wire.rows("groups")
    assert (row["leaves"], row["members"], row["queries"]) == (1, 0, 2)
    assert row["leave_latency"] == pytest.approx(2.1)


def test_a_group_that_somebody_answers_for_is_not_left(wire):
    wire.send(1, report((TO_EX,)), report((TO_EX,), src=OTHER_LOCAL, mac=OTHER_MAC))
    wire.send(5, report((TO_IN,))).send(5.1, query(GROUP, code=1000))
    wire.send(5.2, report((IS_EX,), src=OTHER_LOCAL, mac=OTHER_MAC))
    wire.send(90, query(GROUP, code=1000))
    (row,) = wire.rows("groups")
    assert (row["members"], row["seen"]) == (1, 2)
    assert row["leave_latency"] == pytest.approx(1.1)


def test_who_comes_back_has_not_left(wire):
    wire.send(1, report((TO_EX,))).send(2, report((TO_IN,))).send(3, report((TO_EX,)))
    (row,) = wire.rows("group-members")
    assert (row["wants"], row["left"]) == ("all", None)


# --- version 1 ----------------------------------------------------------------------------------


def test_suppressed_reports_are_not_counted_and_it_is_said(wire):
    """Two may listen, but the second keeps silent when it hears the first (RFC 2710, 4)."""
    wire.send(0, old(130, ROUTER_LOCAL, ROUTER_MAC, NOBODY, 10000)).send(1, old(131))
    wire.send(2, old(132)).send(2.1, old(130, ROUTER_LOCAL, ROUTER_MAC, delay=1000))
    wire.send(2.5, old(131, OTHER_LOCAL, OTHER_MAC))
    (table,) = wire.report("groups").tables
    names = [column.name for column in table.columns]
    row = dict(zip(names, table.rows[0], strict=True))
    assert (row["version"], row["members"], row["seen"], row["leaves"]) == ("MLD 1", 1, 2, 1)
    assert "keeps silent when it hears another's report" in table.remarks[0]


def test_versions_on_one_link_are_noted(wire):
    wire.send(0, query()).send(1, old(130, OTHER_LOCAL, OTHER_MAC, NOBODY, 10000))
    (found,) = [it for it in wire.findings("queriers") if it.rule == "MLD-009"]
    assert "MLD versions 1 and 2" in found.words


# --- queriers -----------------------------------------------------------------------------------

LOW, HIGH = ip6("fe80::1"), ip6("fe80::2")


def test_the_lowest_address_is_elected(wire):
    wire.send(0, query(src=HIGH, mac=OTHER_MAC)).send(1, query(src=LOW))
    assert {row["querier"]: row["elected"] for row in wire.rows("queriers")} == {
        "fe80::1": "yes", "fe80::2": "no"
    }  # fmt: skip
    assert wire.findings("queriers") == []  # the higher one has not asked again


def test_a_querier_that_should_keep_silent(wire):
    for second in range(0, 60, 10):
        wire.send(second, query(src=LOW, interval=10))
        wire.send(second + 1, query(src=HIGH, mac=OTHER_MAC, interval=10))
    found = [it for it in wire.findings("queriers") if it.rule == "MLD-008"]
    assert [it.words.split()[0] for it in found] == ["fe80::2"]
    (row,) = [row for row in wire.rows("queriers") if row["querier"] == "fe80::1"]
    assert (row["general"], row["mean_interval"], row["interval"]) == (6, 10.0, 10)


def test_a_querier_takes_over_from_one_that_is_silent(wire):
    for second in (0, 10, 20):
        wire.send(second, query(src=LOW, interval=10))
    wire.send(300, query(src=HIGH, mac=OTHER_MAC, interval=10))
    assert wire.findings("queriers") == []


# --- others -------------------------------------------------------------------------------------


def test_an_address_whose_group_is_not_joined(wire):
    wire.send(0, report((TO_EX,)))  # of another group: its reports are seen
    wire.send(1, solicit(ip6("2001:db8::77"))).end(9)
    (found,) = wire.findings("group-members")
    assert "took 2001:db8::77 and was not seen to join" in found.words


def test_members_are_bounded_and_it_is_said(wire, monkeypatch):
    monkeypatch.setattr(groups, "MEMBERS", 5)
    for number in range(12):
        wire.send(number, report((TO_EX,), mac=bytes((2, 0, 0, 0, 0, number))))
    (table,) = wire.report("group-members").tables
    assert len(table.rows) == 5
    assert "7 members were forgotten" in table.remarks[0]


def test_sources_of_a_member_are_bounded(wire):
    sources = [A[:15] + bytes((number,)) for number in range(80)]
    wire.send(0, report((IS_IN, *sources)))
    (said,) = wants(wire)
    assert len(said.split(", ")) == member.SOURCES


def test_broken_reports_are_read_as_far_as_they_go(wire):
    whole = report((TO_EX,), (TO_IN, A))
    wire.send(0, whole[:-20])
    assert wants(wire) == ["all"]
