"""Datagrams are whole where tshark puts them together, and what the others lack is said."""

from __future__ import annotations

import subprocess
from collections import Counter

import pytest

from dissect.analysis import datagrams
from tests.analysis.lab import LAB, rows, tables, told, truth
from tests.captures_list import ROOT


def of_tshark(path, version):
    """Octets of each datagram that tshark puts together."""
    name = "ipv6" if version == 6 else "ip"
    command = ["tshark", "-n", "-r", str(path), "-Y", f"{name}.reassembled.length", "-T", "fields"]
    said = subprocess.run(
        [*command, "-e", f"{name}.reassembled.length"], capture_output=True, text=True, check=True
    ).stdout
    return Counter(int(one) for line in said.splitlines() for one in line.split(","))


@pytest.mark.parametrize(
    ("name", "version", "overlapping"),
    # overlapping ones are whole for tshark, though an IPv6 receiver discards them
    [("nat64", 6, 0), ("nat64", 4, 0), ("siit", 6, 0), ("siit", 4, 0), ("tunnels", 6, 0),
     ("extension_headers", 6, 2)],
)  # fmt: skip
def test_what_tshark_puts_together_is_whole(name, version, overlapping):
    found = [row for row in rows("datagrams", name) if row["version"] == f"IPv{version}"]
    whole = Counter(row["length"] for row in found if row["state"] == "whole")
    states = Counter(row["state"] for row in found)
    assert whole
    theirs = of_tshark(LAB / f"{name}.pcapng", version)
    assert states["overlapping"] == overlapping
    assert whole <= theirs
    assert theirs.total() - whole.total() <= overlapping


def test_what_the_receiver_gave_up_is_timed_out():
    # the target waits one second, and tells the source so
    found = [row for row in rows("datagrams", "extension_headers") if row["state"] == "timed out"]
    assert {(row["source"], row["identification"]) for row in found} == {
        (truth("extension_headers")["source"], "0x00000002")
    }


def case(number, *, version=6):
    """The states of the made captures' datagrams with some number."""
    text = f"0x{number:0{8 if version == 6 else 4}x}"
    path = ROOT / "captures" / f"fragments_ipv{version}.pcapng"
    return [row for row in rows("datagrams", path) if row["identification"] == text]


@pytest.mark.parametrize("number", [5])
def test_the_same_fragment_once_more_does_no_harm(number):
    (row,) = case(number)
    assert (row["state"], row["fragments"], row["duplicates"]) == ("whole", 5, 2)


@pytest.mark.parametrize("number", [0x32, 0x33, 0x34])
def test_overlaps_have_a_datagram_discarded(number):
    assert {row["state"] for row in case(number)} == {"overlapping"}


def test_a_number_that_comes_again_is_another_datagram():
    first, second = case(0x28)
    assert (first["state"], first["rules"], second["state"]) == ("whole", "FRG-009", "timed out")


def test_fragments_in_tunnels_are_told_apart_from_those_outside():
    assert {row["depth"] for row in case(0x20)} == {2}
    assert {row["depth"] for row in case(0x22)} == {1}


def fragment(number, offset, octets, *, more, source=1):
    """A fragment of UDP (IPv6, no link layer)."""
    ends = bytes.fromhex("20010db8") + bytes(10) + source.to_bytes(2)
    ends += bytes.fromhex("20010db8") + bytes(11) + b"\2"
    head = b"\x60\0\0\0" + (8 + len(octets)).to_bytes(2) + b"\x2c\x40" + ends
    return head + b"\x11\0" + (offset | more).to_bytes(2) + number.to_bytes(4) + octets


def test_last_fragments_that_disagree(tmp_path):
    packets = [
        fragment(7, 16, bytes(16), more=False), fragment(7, 40, bytes(8), more=False),
        fragment(7, 0, bytes(8), more=True),
    ]  # fmt: skip
    (row,), findings, _ = told("datagrams", tmp_path, *packets, link_type=101)
    assert "FRG-007" in row["rules"]
    assert {finding.rule for finding in findings} == {"FRG-007", "FRG-008"}


@pytest.mark.parametrize(
    ("numbers", "pattern", "guessed"),
    [(range(100, 110), "counts up", True), (range(100, 200, 10), "counts up with gaps", True),
     ([9] * 10, "constant", True), ([7, 90210, 5, 88888, 3, 70000, 1, 65000], "random", False)],
)  # fmt: skip
def test_how_senders_number_their_datagrams(tmp_path, numbers, pattern, guessed):
    packets = []
    for place, number in enumerate(numbers):
        packets += [
            fragment(number, 0, bytes([place] * 8), more=True),
            fragment(number, 8, b"the end", more=False),
        ]
    (row,), findings, _ = told("identifications", tmp_path, *packets, link_type=101)
    assert (row["pattern"], row["datagrams"], row["whole"]) == (pattern, len(numbers), len(numbers))
    assert any("can be guessed" in finding.words for finding in findings) == guessed


def test_atomic_fragments_are_counted_and_no_datagrams_in_fragments(tmp_path):
    packets = [fragment(1, 0, bytes(8), more=False)] * 3
    found, _, _ = told("datagrams", tmp_path, *packets, link_type=101)
    (row,), _, _ = told("identifications", tmp_path, *packets, link_type=101)
    assert (found, row["atomic"], row["datagrams"]) == ([], 3, 0)


def test_spoofed_fragments_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(datagrams, "DATAGRAMS", 50)
    packets = [fragment(number, 0, bytes(8), more=True) for number in range(200)]
    found, _, table = told("datagrams", tmp_path, *packets, link_type=101)
    assert len(found) == 50
    assert table.remarks == [
        "150 datagrams were forgotten, the ones seen longest ago: at most 50 are kept"
    ]
    (row,), _, _ = told("identifications", tmp_path, *packets, link_type=101)
    assert (row["datagrams"], row["open"]) == (200, 200)


def test_fragments_of_one_datagram_that_never_ends_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(datagrams, "HELD", 20)
    packets = [fragment(1, 8 * at, bytes(8), more=True, source=at % 3) for at in range(90)]
    found, _, table = told("datagrams", tmp_path, *packets, link_type=101)
    assert sum(row["fragments"] for row in found) <= 90
    assert any("were forgotten" in remark for remark in table.remarks)


def test_two_processes_tell_what_one_does():
    names = ("datagrams", "identifications")
    assert tables(names, "siit", jobs=2) == tables(names, "siit")
