"""Running tshark through pyshark: its ends, good and bad, and that nothing is left behind."""

from __future__ import annotations

import os
import shutil
import threading

import pytest

from dissect.crosscheck.compare import Row
from dissect.crosscheck.tshark import TShark, TSharkMissing
from tests.captures_list import ROOT

CAPTURES = ROOT / "captures"

needs_tshark = [
    pytest.mark.tshark,
    pytest.mark.skipif(
        not shutil.which("tshark") and os.environ.get("CI") != "true",
        reason="tshark is not installed",
    ),
]


def marked(function):
    for mark in needs_tshark:
        function = mark(function)
    return function


def children() -> set[str]:
    """Processes that we have started and that aren't gone."""
    with open(f"/proc/self/task/{threading.get_native_id()}/children") as file:
        return set(file.read().split())


@marked
def test_hidden_fields_repeated_names_and_places_survive_pyshark():
    with TShark(CAPTURES / "pcap_microseconds.pcap") as tshark:
        packets = list(tshark)
    assert [section.name for section in packets[0]] == ["frame", "eth", "ipv6", "icmpv6"]
    found = [row for section in packets[0] for row in section.rows]
    assert [row for row in found if row.name == "ipv6.addr"] == [
        Row("ipv6.addr", 22, 16, "2001:db8:0:1::1"),
        Row("ipv6.addr", 38, 16, "2001:db8:0:2::2"),
    ]
    assert Row("frame.number", 0, 0, "1") in found
    assert len(packets) == 3
    assert tshark.stopped == ""


@marked
def test_octets_without_a_protocol_are_data():
    with TShark(CAPTURES / "ipv6_extension_headers.pcapng") as tshark:
        names = [section.name for packet in tshark for section in packet]
    assert "data" in names


@marked
def test_leaving_early_leaves_no_process():
    before = children()
    with TShark(CAPTURES / "lab" / "jumbograms.pcapng") as tshark:
        next(iter(tshark))
    assert children() == before


@marked
def test_works_outside_the_main_thread():
    found = []

    def work():
        with TShark(CAPTURES / "pcap_microseconds.pcap") as tshark:
            found.extend(tshark)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(found) == 3


@marked
def test_cut_file_gives_its_packets_and_says_that_it_is_cut(tmp_path):
    cut = tmp_path / "cut.pcap"
    cut.write_bytes((CAPTURES / "pcap_microseconds.pcap").read_bytes()[:-5])
    with TShark(cut) as tshark:
        assert len(list(tshark)) == 2
    assert "cut short" in tshark.stopped


@marked
def test_file_that_is_no_capture(tmp_path):
    text = tmp_path / "text.pcap"
    text.write_text("this is no capture")
    with TShark(text) as tshark:
        assert list(tshark) == []
    assert "isn't a capture file" in tshark.stopped


@marked
def test_unknown_preference_is_told():
    with TShark(CAPTURES / "pcap_microseconds.pcap", {"no.such": "1"}) as tshark:
        assert list(tshark) == []
    assert "no.such" in tshark.stopped


def test_no_such_file():
    with pytest.raises(FileNotFoundError):
        TShark("/nowhere/x.pcap")


def test_folder_and_device_are_no_captures(tmp_path):
    for path in (tmp_path, "/dev/null"):
        with pytest.raises(OSError):
            TShark(path)


def test_missing_tshark_says_how_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "any.pcap"
    path.write_bytes(b"")
    with (
        TShark(path) as tshark,
        pytest.raises(TSharkMissing, match="apt-get install tshark"),
    ):
        list(tshark)


def test_missing_pyshark_says_how_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "pyshark", None)
    path = tmp_path / "any.pcap"
    path.write_bytes(b"")
    with pytest.raises(TSharkMissing, match="pip install"):
        TShark(path)
