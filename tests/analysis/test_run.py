"""Analyses see packets in the capture's order, however they are fed."""

from __future__ import annotations

from itertools import chain

import pytest

from dissect.analysis.analysis import Link, Place
from dissect.analysis.names import ANALYSES
from dissect.analysis.options import Options
from dissect.analysis.run import Analyses
from dissect.analysis.table import Ref
from dissect.report.names import TABLES
from dissect.report.run import shares
from dissect.report.summary import read
from tests.analysis.lab import rows, tables


@pytest.mark.parametrize("jobs", [2, 3])
def test_several_processes_tell_what_one_does(jobs):
    files = "nat64", "slaac", "applications"
    whole = tables(tuple(TABLES), *files)
    assert all(whole)
    assert tables(tuple(TABLES), *files, jobs=jobs) == whole


@pytest.mark.parametrize("jobs", [1, 2, 3, 200])
@pytest.mark.parametrize(
    "names", [tuple(TABLES), tuple(ANALYSES), ("pings", "hosts"), ("hops",), ()]
)
def test_tables_are_shared_out_with_all_that_is_found_out_together(names, jobs):
    shared = shares(names, jobs)
    assert 1 <= len(shared) <= jobs
    assert sorted(chain.from_iterable(shared)) == sorted(names)
    beneath = [set(Analyses(one, Options()).by_name) for one in shared]
    assert sum(map(len, beneath)) == len(set().union(*beneath))


def test_plain_tables_take_no_processes_beside_those_for_analyses(monkeypatch):
    asked = []

    def noted(capture, whole, file, jobs, progress):
        asked.append(jobs)
        return read(capture, whole, file, jobs, progress)

    monkeypatch.setattr("dissect.report.run.read", noted)
    names = ("hierarchy", "pings")
    assert len(shares(names, 2)) == 2
    assert tables(names, "nat64", jobs=2) == tables(names, "nat64")
    assert asked == [1, 1]


def test_two_processes_share_the_whole_report():
    assert len(shares(tuple(TABLES), 2)) == 2


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
