"""Analyses see packets in the capture's order, however they are fed."""

from __future__ import annotations

from dissect.analysis.analysis import Link, Place
from dissect.analysis.table import Ref
from dissect.report.summary import Plan, report
from tests.analysis.lab import LAB, rows


def test_two_processes_tell_what_one_does():
    """``hosts`` builds on most of the others."""
    path, plan = str(LAB / "nat64.pcapng"), Plan(("pings", "hosts", "host-events"))
    whole = report([path], plan).tables
    assert all(table.rows for table in whole)
    assert report([path], plan, jobs=2).tables == whole


def test_packets_of_the_second_file_are_told_apart():
    first, second = rows("pings", "tunnels"), rows("pings", "slaac", "tunnels")
    assert [row["first"].number for row in first] == [
        row["first"].number for row in second[-len(first) :]
    ]
    assert {row["first"].file for row in second} == {0, 1}


def test_references_and_links_name_the_file_where_there_are_several():
    assert (str(Ref(12)), str(Ref(12, 1))) == ("12", "2:12")
    assert str(Link(1, 3, "eth0", (5, 6))) == "2:eth0 VLAN 5 VLAN 6"
    assert Place(7, 0, Link(1)).ref == Ref(7, 1)
