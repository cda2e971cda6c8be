"""``sixscope diff``: on captures that differ in what was changed here."""

import json

import pytest
from click.testing import CliRunner

from dissect.cli.main import main
from tests.captures_list import ROOT
from tests.check.making import dns_query, echo, ipv6, udp, write

ETHER = bytes(12) + b"\x86\xdd"
BASE = [udp(100 + n, 9999, bytes([n])) for n in range(8)]


def run(*arguments):
    done = CliRunner().invoke(main, ["diff", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def base(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.pcap", BASE)
    return tmp_path


def other(folder, packets, **options):
    return write(folder / "b.pcap", packets, **options)


def test_the_same_packets_at_other_times_are_the_same(base):
    other(base, [(packet, 500 * number) for number, packet in enumerate(BASE)])
    assert run("a.pcap", "b.pcap") == (0, "packets: 8 the same\n", "")


def test_packets_that_changed_went_and_came(base):
    changed = [*BASE[:2], BASE[2][:7] + b"\x05" + BASE[2][8:], *BASE[4:], dns_query(1)]
    other(base, changed)
    status, out, _ = run("a.pcap", "b.pcap")
    assert status == 1
    assert out == (
        "≠ packet 3: UDP 102 → 9999 Len=1\n"
        "      ipv6.hlim: 64 → 5\n"
        "- only in a.pcap, packet 4: UDP 103 → 9999 Len=1\n"
        "+ only in b.pcap, packet 8: DNS Standard query 0x0001 AAAA <Root>\n"
        "\n"
        "packets: 6 the same, 1 changed, 1 only in a.pcap, 1 only in b.pcap\n"
    )


def test_another_order_is_a_difference_unless_it_may_be(base):
    other(base, [BASE[1], BASE[0], *BASE[2:]])
    status, out, _ = run("a.pcap", "b.pcap")
    assert (status, out.splitlines()[-1]) == (1, "packets: 7 the same, 1 in another order")
    assert run("--unordered", "a.pcap", "b.pcap") == (0, "packets: 8 the same\n", "")


def test_a_router_between(base):
    def link(packet, hops, end):
        return bytes([2, 0, 0, 0, 0, end]) + ETHER[6:] + packet[:7] + bytes([hops]) + packet[8:]

    write(base / "a.pcap", [link(packet, 64, 1) for packet in BASE], link_type=1)
    other(base, [link(packet, 63, 2) for packet in BASE], link_type=1)
    status, out, _ = run("--max", "2", "a.pcap", "b.pcap")
    assert status == 1
    assert "and 6 more packets\n" in out
    assert "       8  ipv6.hlim: 64 → 63\n" in out
    assert run("--routed", "a.pcap", "b.pcap") == (0, "packets: 8 the same\n", "")
    status, out, _ = run("--ignore", "eth.dst, ipv6.hlim", "a.pcap", "b.pcap")
    assert (status, out) == (0, "packets: 8 the same\n")


def test_a_tunnel_on_one_side(base):
    other(base, [ipv6(41, packet, src="2001:db8:f::1", dst="2001:db8:f::2") for packet in BASE])
    status, out, _ = run("a.pcap", "b.pcap")
    assert status == 1
    assert "       8  outer headers: raw → raw:ipv6\n" in out
    assert out.endswith("packets: 0 the same, 8 changed\n")
    assert run("--inner", "a.pcap", "b.pcap") == (0, "packets: 8 the same\n", "")


def test_a_filter_and_fields_choose_what_is_compared(base):
    other(base, [*BASE, echo(128, 1, 1)])
    assert run("-Y", "udp", "a.pcap", "b.pcap") == (0, "packets: 8 the same\n", "")
    other(base, [packet[:7] + b"\1" + packet[8:] for packet in BASE])
    assert run("--fields", "udp", "a.pcap", "b.pcap")[0] == 0
    assert run("--fields", "ipv6.hlim", "a.pcap", "b.pcap")[0] == 1


def test_other_formats_tell_the_same(base):
    other(base, BASE[1:])
    status, out, _ = run("-T", "json", "a.pcap", "b.pcap")
    found = json.loads(out)
    assert (status, found["status"], found["findings"][0]["rule"]) == (1, 1, "diff/removed")
    assert run("-T", "junit", "a.pcap", "a.pcap")[0] == 0
    assert 'failures="1"' in run("-T", "junit", "a.pcap", "b.pcap")[1]


def test_more_differences_than_are_shown_are_still_a_failure(base):
    other(base, [])
    status, out, _ = run("--max", "0", "-T", "github", "a.pcap", "b.pcap")
    assert (status, out) == (1, "packets: 0 the same, 8 only in a.pcap\n")


def test_what_cannot_be_read_is_an_error_in_one_line(base):
    status, out, err = run("a.pcap", "absent.pcap")
    assert (status, out, err) == (2, "", "sixscope diff: absent.pcap: No such file or directory\n")
    (base / "no.pcap").write_text("no capture")
    status, _, err = run("a.pcap", "no.pcap")
    assert status == 2
    assert err.startswith("sixscope diff: no.pcap: ")
    status, _, err = run("-Y", "ipv6.hlm", "a.pcap", "a.pcap")
    assert status == 2
    assert "did you mean ipv6.hlim?" in err


@pytest.mark.parametrize("options", [(), ("-Y", "ipv6"), ("--unordered",)])
def test_half_a_capture_is_equal_to_none(base, options):
    (base / "b.pcap").write_bytes((base / "a.pcap").read_bytes()[:-3])
    for names in (("a.pcap", "b.pcap"), ("b.pcap", "b.pcap")):
        status, out, err = run(*options, *names)
        assert (status, out) == (2, "")
        assert err.startswith("sixscope diff: b.pcap: byte ")


def test_any_capture_is_equal_to_itself_in_another_format(tmp_path):
    """The tour's packets as pcap: other times, no interfaces, the same packets."""
    tour = ROOT / "captures" / "tour.pcapng"
    copy = tmp_path / "tour.pcap"
    done = CliRunner().invoke(
        main, ["export", "-Y", "frame.interface_id == 0", str(tour), str(copy)]
    )
    assert done.exit_code == 0
    assert run("-Y", "frame.interface_id == 0 or not frame.interface_id", tour, copy)[0] == 0


def test_of_many_that_changed_the_first_are_compared_field_by_field(base, monkeypatch):
    other(base, [packet[:7] + b"\x05" + packet[8:] for packet in BASE])
    monkeypatch.setattr("dissect.difference.differ.COMPARED", 3)
    monkeypatch.setattr("dissect.difference.verdict.COMPARED", 3)
    status, out, _ = run("--max", "1", "a.pcap", "b.pcap")
    assert status == 1
    assert out == (
        "≠ packet 1: UDP 100 → 9999 Len=1\n"
        "      ipv6.hlim: 64 → 5\n"
        "and 7 more packets\n"
        "\n"
        "Fields, by how many packets of the first 3:\n"
        "       3  ipv6.hlim: 64 → 5\n"
        "\n"
        "packets: 0 the same, 8 changed\n"
    )


def test_packets_that_are_not_shown_are_counted_all_the_same(base):
    changed = [BASE[1], BASE[0], BASE[2][:7] + b"\x05" + BASE[2][8:], *BASE[4:], dns_query(1)]
    other(base, changed)
    shown, counted = run("a.pcap", "b.pcap"), run("--max", "0", "a.pcap", "b.pcap")
    assert shown[0] == counted[0] == 1
    assert shown[1].splitlines()[-1] == counted[1].splitlines()[-1]
