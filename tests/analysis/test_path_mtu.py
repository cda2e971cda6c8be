"""Reports that packets are too large, and what became of them, as the recordings were set up."""

from __future__ import annotations

import pytest

from dissect.analysis import path_mtu
from dissect.analysis.path_sizes import number_of, sizes_of
from dissect.columns import chunks
from dissect.columns.seen import Seen
from tests.analysis.lab import LAB, rows, told, truth

RAW = 101
SOURCE, FAR, ROUTER = (bytes.fromhex("20010db8") + bytes(11) + bytes([n]) for n in (1, 2, 3))


def on(name, link):
    (row,) = [row for row in rows("path-mtus", name) if row["link"] == link and row["mtu"]]
    return row


def test_a_source_that_obeys():
    known = truth("extension_headers")
    row = on("extension_headers", "left")
    assert (row["source"], row["destination"]) == (known["source"], known["target"])
    assert (row["mtu"], row["reporters"]) == (known["mtu"], known["router"]["left"])
    assert (row["quoted"], row["effect"]) == (1400 + 48, "obeyed")  # what ping sent first
    assert row["after"] == known["mtu"]


@pytest.mark.parametrize(("link", "longer"), [("v6side", 20), ("nat64", 20)])
def test_across_a_translator_the_longer_header_counts(link, longer):
    known = truth("nat64")
    found = [row for row in rows("path-mtus", "nat64") if row["link"] == link]
    (row,) = [row for row in found if row["source"] == known["client"]]
    assert (row["mtu"], row["effect"]) == (known["v4_mtu"] + longer, "obeyed")
    assert row["mss"] == known["v4_mtu"] - 40


def tcp(size, sequence):
    """A segment of a packet of some size (IPv6, no link layer)."""
    head = b"\x60\0\0\0" + (size - 40).to_bytes(2) + b"\x06\x40" + SOURCE + FAR
    segment = b"\x9c\x40\0\x50" + sequence.to_bytes(4) + bytes(4) + b"\x50\x10" + bytes(6)
    return head + segment + bytes(size - 60)


def too_big(quote, mtu):
    """Packet Too Big about a packet."""
    body = b"\x02\0\0\0" + mtu.to_bytes(4) + quote[:500]
    return b"\x60\0\0\0" + len(body).to_bytes(2) + b"\x3a\x40" + ROUTER + SOURCE + body


def test_a_source_that_goes_on_is_told_after_a_second(tmp_path):
    first = tcp(1500, 0)
    packets = [first, too_big(first, 1400), *(tcp(1500, 1440 * n) for n in range(1, 4))]
    (row,), findings, _ = told("path-mtus", tmp_path, *packets, link_type=RAW, step_ms=600)
    assert (row["effect"], row["before"], row["after"]) == ("ignored", 1500, 1500)
    (finding,) = findings
    assert finding.rule == "ICM-011"
    assert [ref.number for ref in finding.packets] == [2, 4, 5]  # 3 may have been on its way


@pytest.mark.parametrize(("second", "size"), [(1400, 1500), (1300, 1350)])
def test_a_packet_behind_two_reports_counts_once_against_the_lower_mtu(tmp_path, second, size):
    first = tcp(1500, 0)
    packets = [first, too_big(first, 1400), tcp(1500, 1440), too_big(tcp(size, 2880), second),
               tcp(size, 2880), tcp(size, 4320)]  # fmt: skip
    _, findings, _ = told("path-mtus", tmp_path, *packets, link_type=RAW, step_ms=1200)
    (words,) = [f.words for f in findings if f.rule == "ICM-011"]
    assert f"path MTU of {second:,} that was reported: 3 of up to 1,500 octets" in words


@pytest.mark.parametrize(
    ("sent", "mtu", "rule", "words"),
    [(1500, 1279, "ICM-007", "its MTU is below 1,280"),
     (1400, 1500, "ICM-008", "the packet quoted was not too large")],
)  # fmt: skip
def test_reports_that_cannot_be_right(tmp_path, sent, mtu, rule, words):
    packet = tcp(sent, 0)
    (row,), findings, _ = told("path-mtus", tmp_path, packet, too_big(packet, mtu), link_type=RAW)
    assert words in row["hint"]
    assert (rule, 2) in {(f.rule, f.packets[0].number) for f in findings}


def test_a_report_about_a_packet_that_nobody_sent(tmp_path):
    packets = [tcp(1400, 0), tcp(1400, 1340), too_big(tcp(1500, 0), 1300)]
    (row,), findings, _ = told("path-mtus", tmp_path, *packets, link_type=RAW)
    assert row["hint"] == "the packet quoted was not seen"
    assert [f.packets[0].number for f in findings] == [3]
    # where nothing is seen of the sender, that says nothing
    (row,), findings, _ = told("path-mtus", tmp_path, packets[-1], link_type=RAW)
    assert (row["hint"], row["effect"], findings) == (None, "unknown", [])


def test_large_segments_again_and_again_without_a_report(tmp_path):
    packets = [tcp(1500, 0), tcp(1500, 1440), tcp(1500, 0), tcp(1500, 0), tcp(1500, 0)]
    (row,), findings, _ = told("path-mtus", tmp_path, *packets, link_type=RAW, step_ms=250)
    assert (row["again"], row["effect"], row["before"]) == (3, "no report seen", 1500)
    assert findings[0].level == "note"
    # the same packet seen twice at a time was not sent again
    found, _, _ = told("path-mtus", tmp_path, *packets, link_type=RAW, step_ms=1)
    assert found == []


def test_what_an_interface_cuts_tells_nothing(tmp_path):
    first = tcp(1500, 0)
    packets = [first, too_big(first, 1400), tcp(40000, 1440), tcp(40000, 41440)]
    (row,), findings, _ = told("path-mtus", tmp_path, *packets, link_type=RAW, step_ms=1200)
    assert row["effect"] == "unknown: segments are cut by the interface"
    assert findings == []


def test_paths_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(path_mtu, "PATHS", 20)
    quotes = [tcp(1500, 0)[:24] + number.to_bytes(16) + tcp(1500, 0)[40:] for number in range(60)]
    packets = [too_big(quote, 1400) for quote in quotes]
    found, _, table = told("path-mtus", tmp_path, *packets, link_type=RAW)
    assert len(found) == 20
    assert table.remarks[0].startswith("40 paths were forgotten")


def test_pairs_have_the_same_number_whoever_works_it_out():
    (chunk,) = chunks(str(LAB / "siit.pcapng"))
    sizes = sizes_of(Seen(chunk, ~chunk.unsure), 0)
    assert sizes is not None
    row = int(sizes.packets[0]) - 1
    packet = chunk.packet(row)
    ends = packet.layer("ipv6") or packet.layer("ip")
    assert int(sizes.numbers[0]) == number_of(
        ends.header.src, ends.header.dst, int(chunk.interface[row])
    )
