"""Questions to DNS: those that the recording's hosts asked, with tshark's times."""

from __future__ import annotations

import subprocess

import pytest

from dissect import Packet
from dissect.protocols.dns.asked import question_of
from tests.analysis.lab import LAB, rows, truth
from tests.captures_list import OURS
from tests.test_hostile import different_packets


def asked_by_the_recording() -> list[tuple[str, str]]:
    """The questions that dig was told to ask, but for the one about an address's name."""
    found = []
    for words in truth("applications")["questions"]:
        name, kind, *_ = words.split()
        found.append((name, kind) if name != "-x" else ("", "PTR"))
    return found


def test_every_question_of_the_recording_is_there_with_what_came_of_it():
    found = rows("lookups", "applications")
    asked = {(row["name"] if row["type"] != "PTR" else "", row["type"]): row for row in found}
    wanted = asked_by_the_recording()
    assert {key: row["asked"] for key, row in asked.items()} == {
        key: wanted.count(key) for key in wanted
    }
    assert all(row["answered"] == row["asked"] for row in found)
    assert asked["nx.lab.example", "AAAA"]["outcome"] == "No such name"
    assert asked["host.lab.example", "AAAA"]["outcome"] == "found"


def test_names_tell_the_versions_that_they_have():
    found = {row["name"]: row["versions"] for row in rows("names", "applications")}
    assert found["host.lab.example"] == "IPv6 and IPv4"
    assert found["nx.lab.example"] == "none"


@pytest.mark.tshark
def test_times_are_tsharks():
    command = ["tshark", "-n", "-r", str(LAB / "applications.pcapng"), "-Y", "dns.time && !mdns"]
    command += ["-T", "fields", "-e", "dns.qry.name", "-e", "dns.time"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    theirs: dict[str, list[float]] = {}
    for line in run.stdout.splitlines():
        name, seconds = line.split("\t")
        theirs.setdefault(name, []).append(float(seconds))
    ours: dict[str, list[float]] = {}
    for row in rows("lookups", "applications"):
        ours.setdefault(row["name"], []).extend((row["min"], row["max"]))
    for choose in (min, max):
        assert {name: choose(times) for name, times in ours.items()} == pytest.approx(
            {name: choose(times) for name, times in theirs.items()}
        )


def test_a_question_read_without_a_tree_is_the_trees():
    compared = 0
    for path in OURS:
        for octets, link_type in different_packets(path):
            packet = Packet(octets, link_type)
            layer = packet.layer("dns")
            if layer is None or layer.source or "tcp" in packet.chain:
                continue
            found = question_of(octets[layer.offset : layer.stop])
            if found is None or "_ws.malformed" in {one.note.name for one in packet.findings}:
                continue
            tree = (packet["dns.id"], packet["dns.qry.name"], packet["dns.qry.type"])
            assert (found.identifier, found.name, found.type) == tree
            assert found.is_response == packet["dns.flags.response"]
            compared += 1
    assert compared >= 7


@pytest.mark.parametrize(
    "message",
    [
        b"", bytes(12), bytes(17), b"\0\1\0\0\0\1" + bytes(6) + b"\x3f" + bytes(70),
        b"\0\1\0\0\0\1" + bytes(6) + b"\xc0\x0c\0\1\0\1", b"\0\1\0\0\0\1" + bytes(6) + b"\3abc",
        b"\0\1\0\0\0\1" + bytes(6) + b"\3ab\0" * 90,
    ],
)  # fmt: skip
def test_a_broken_question_is_none(message):
    found = question_of(message)
    assert found is None or len(found.name) < 300
