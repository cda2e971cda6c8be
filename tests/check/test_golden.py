"""Goldens: written when asked, compared field by field, never in the place of another file."""

import pytest

from dissect import open_capture
from dissect.check.run import check_files
from tests.captures_list import ROOT
from tests.check.making import check, dns_answer, dns_query, echo, told, udp, write

GOLDEN = "[golden]\n"
PACKETS = [dns_query(1), dns_answer(1), echo(128, 7, 1), udp(1, 2, b"abc")]


def golden(folder):
    return folder / "x.pcap.golden.txt"


@pytest.fixture
def folder(tmp_path):
    """With a capture and its golden."""
    write(tmp_path / "x.pcap", PACKETS)
    verdict = check(tmp_path, GOLDEN, update=True)
    assert (verdict.status, verdict.written) == (0, [str(golden(tmp_path))])
    return tmp_path


def test_a_golden_that_is_not_there_is_no_success(tmp_path):
    write(tmp_path / "x.pcap", PACKETS)
    verdict = check(tmp_path, GOLDEN)
    assert told(verdict) == [
        "golden: expected the decode that x.pcap.golden.txt has; found no such file yet"
    ]
    assert not golden(tmp_path).exists()


def test_what_was_written_holds_and_is_not_written_again(folder):
    verdict = check(folder, GOLDEN, update=True)
    assert (verdict.status, verdict.written) == (0, [])


def test_it_reads_as_the_packets_are(folder):
    text = golden(folder).read_text()
    assert text.startswith("# sixscope golden 1: x.pcap\n# all fields\n\n= 1 DNS Standard query")
    assert "\n  ipv6.src: 2001:db8::1\n" in text
    assert "\n  icmpv6.type: Echo (ping) request (128)\n" in text
    assert "frame." not in text


def test_times_and_streams_are_not_kept(folder):
    later = [(packet, 1000 + 7 * number) for number, packet in enumerate(PACKETS)]
    write(folder / "x.pcap", [(udp(9, 9), 0), *later])
    (finding,) = check(folder, GOLDEN)
    assert finding.message.endswith("found packets: 4 the same, 1 only in x.pcap")
    assert finding.details[0].startswith("+ only in x.pcap, packet 1: UDP 9 → 9")


def test_a_field_that_differs_is_named_with_both_values(folder):
    write(folder / "x.pcap", [*PACKETS[:2], echo(128, 7, 1, hlim=63), PACKETS[3]])
    (finding,) = check(folder, GOLDEN)
    assert finding.message.endswith("found packets: 3 the same, 1 changed")
    assert finding.details[0].startswith("≠ packet 3: ICMPv6 Echo (ping) request")
    assert finding.details[1] == "      ipv6.hlim: 64 → 63"
    assert "--update" in finding.details[-1]


def test_packets_that_went_or_changed_places(folder):
    write(folder / "x.pcap", [PACKETS[0], PACKETS[2], PACKETS[1]])
    (finding,) = check(folder, GOLDEN)
    lines = "\n".join(finding.details)
    assert "- only in x.pcap.golden.txt, packet 4: UDP 1 → 2 Len=3" in lines
    assert "↕ packet" in lines


def test_fields_and_filter_choose_what_is_kept_and_are_part_of_it(tmp_path):
    write(tmp_path / "x.pcap", PACKETS)
    text = '[golden]\nfields = ["ipv6.hlim", "dns"]\nignore = ["dns.id"]\nfilter = "dns"\n'
    assert check(tmp_path, text, update=True).status == 0
    kept = golden(tmp_path).read_text()
    assert "ipv6.src" not in kept
    assert "dns.id:" not in kept
    assert kept.count("\n= ") == 2
    assert "\ndns\n  dns.flags: 0x0100" in kept
    assert "\nipv6\n  ipv6.hlim: 64\n" in kept
    write(tmp_path / "x.pcap", [dns_query(99), dns_answer(99), udp(1, 2)])
    assert check(tmp_path, text).status == 0  # nothing that is kept has changed
    assert "a [golden] of all fields" in told(check(tmp_path, GOLDEN))[0]


def test_a_file_of_somebody_else_is_not_overwritten(folder):
    golden(folder).write_text("my notes")
    verdict = check(folder, GOLDEN, update=True)
    assert verdict.status == 2
    assert "not overwritten" in verdict.failures[0]
    assert golden(folder).read_text() == "my notes"
    assert "can't be read as one" in told(check(folder, GOLDEN))[0]


def test_line_ends_and_spaces_at_them_make_no_difference(folder):
    text = golden(folder).read_text()
    golden(folder).write_text(text, newline="\r\n")
    assert check(folder, GOLDEN).status == 0
    golden(folder).write_text("\n".join(line.rstrip() for line in text.split("\n")))
    assert check(folder, GOLDEN).status == 0


def test_two_captures_of_one_name_would_share_a_golden(tmp_path):
    (tmp_path / "a").mkdir()
    write(tmp_path / "x.pcap", PACKETS)
    write(tmp_path / "a" / "x.pcap", PACKETS)
    path = tmp_path / "y.sixscope.toml"
    path.write_text('capture = ["x.pcap", "a/x.pcap"]\n[golden]\n')
    (failure,) = check_files([str(path)], update=True).failures
    assert failure.startswith(f"{path}:2: golden: two captures are called x.pcap")


def test_a_golden_of_a_damaged_capture_is_not_written(tmp_path):
    path = write(tmp_path / "x.pcap", PACKETS)
    path.write_bytes(path.read_bytes()[:-5])
    assert check(tmp_path, GOLDEN, update=True).status == 2
    assert not golden(tmp_path).exists()


def test_terminal_escapes_stay_visible(tmp_path):
    write(tmp_path / "x.pcap", [dns_query(1)[:-5] + b"\x03\x1b[2\0\x00\x1c\0\1"])
    check(tmp_path, GOLDEN, update=True)
    assert "\x1b" not in golden(tmp_path).read_text()


def test_reassembled_packets_are_kept_as_they_are_read_in_order(tmp_path):
    """The fields of a datagram in fragments are in the packet that completes it."""
    (tmp_path / "x.pcap").write_bytes((ROOT / "captures" / "tour.pcapng").read_bytes())
    check(tmp_path, '[golden]\nfields = ["ipv6.fragment.count"]\n', update=True)
    with open_capture(ROOT / "captures" / "tour.pcapng") as capture:
        counts = sum("ipv6.fragment.count" in packet for packet in capture)
    assert golden(tmp_path).read_text().count("ipv6.fragment.count: ") == counts > 0
