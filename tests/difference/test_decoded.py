"""Packets as rows of text, written and read back: nothing lost, nothing that moves."""

import io

import pytest

from dissect import dissect, open_capture
from dissect.difference.decoded import Choice, decoded
from dissect.difference.differ import Comparison, compare
from dissect.difference.written import NotGolden, Written
from tests.captures_list import OURS, name
from tests.check.making import echo, ipv6, udp, write


def rows(octets, **choice):
    return decoded(dissect(octets, "ipv6"), Choice(**choice))


def names(octets, **choice):
    return [row.name for row in rows(octets, **choice).rows]


@pytest.mark.parametrize("path", OURS[::6], ids=name)
def test_what_is_written_is_read_back(path):
    stream = io.BytesIO()
    with open_capture(path) as capture:
        made = Written.write(stream, "x", "all fields", (decoded(p, Choice()) for p in capture))
    stream.seek(0)
    read = Written.read(stream)
    assert read.keys == made.keys
    assert read.settings == "all fields"
    assert Comparison(read, made).equal


@pytest.mark.parametrize("text", [b"", b"# sixscope golden 1\n# x\n\nno packet\n", b"x" * 99])
def test_what_is_no_golden_is_not_read(text):
    with pytest.raises(NotGolden):
        Written.read(io.BytesIO(text))


def test_fields_are_chosen_by_name_or_its_beginning():
    assert names(echo(128, 1, 2), fields=("ipv6.hlim", "icmpv6.echo")) == [
        "ipv6", "ipv6.hlim", "icmpv6", "icmpv6.echo.identifier", "icmpv6.echo.sequence_number",
    ]  # fmt: skip
    assert "icmpv6.type" not in names(echo(128, 1, 2), ignore=("icmpv6",))


def test_what_is_worked_out_from_others_is_left_out_when_asked():
    assert "icmpv6.checksum.status" in names(echo(128, 1, 2))
    assert "icmpv6.checksum.status" not in names(echo(128, 1, 2), generated=False)


@pytest.mark.parametrize(("fields", "kept"), [((), 0), (("udp",), 0), (("udp.stream",), 2)])
def test_streams_are_kept_only_when_named(tmp_path, fields, kept):
    path = write(tmp_path / "x.pcap", [udp(1, 2), udp(3, 4)])
    with open_capture(path) as capture:
        found = [row.name for p in capture for row in decoded(p, Choice(fields)).rows]
    assert found.count("udp.stream") == kept


def test_long_values_are_told_apart_by_their_hash():
    first, second = rows(udp(1, 2, bytes(9000))), rows(udp(1, 2, bytes(8999) + b"\1"))
    assert first.same != second.same
    assert max(len(row.text) for row in first.rows) < 120


def test_a_packet_with_another_hop_limit_or_in_a_tunnel_is_the_same_elsewhere():
    plain, later = echo(128, 1, 2), echo(128, 1, 2, hlim=9)
    tunneled = ipv6(41, later, src="2001:db8:f::1", dst="2001:db8:f::2")
    other = ipv6(41, echo(128, 1, 3))
    keys = [rows(octets).elsewhere for octets in (plain, later, tunneled, other)]
    assert keys[0] == keys[1] == keys[2] != keys[3]
    assert rows(tunneled, inner=True, routed=True).same == rows(plain, inner=True, routed=True).same


def test_quoted_headers_are_not_the_innermost():
    error = ipv6(58, b"\3\0\0\0\0\0\0\0" + echo(128, 1, 2), src="2001:db8::f")
    quoting = rows(error)
    assert quoting.rows[quoting.split].name == "ipv6"
    assert quoting.split == 0
    assert any(row.layer and row.text == "quoted" for row in quoting.rows)


def test_a_tunnel_around_is_one_change():
    inner = echo(128, 1, 2)
    changes = compare(rows(inner), rows(ipv6(41, inner, src="2001:db8:f::1")))
    assert [change.text for change in changes] == ["  outer headers: none → ipv6"]


def test_rows_that_came_and_went_are_told():
    option = bytes((58, 0, 5, 2, 0, 0, 1, 0))  # a router alert, then the padding
    echoed = echo(128, 1, 2)
    changes = compare(rows(echoed), rows(ipv6(0, option + echoed[40:])))
    texts = [change.text for change in changes]
    assert "+ ipv6.opt.router_alert: MLD (0)" in texts
    assert "  ipv6.nxt: ICMPv6 (58) → IPv6 Hop-by-Hop Option (0)" in texts
