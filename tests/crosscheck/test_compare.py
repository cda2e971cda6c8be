from __future__ import annotations

from dissect.crosscheck.compare import Row, compare, is_compared, pdml_text, rows
from dissect.engine.packet import dissect

PLEN, HLIM = Row("ipv6.plen", 18, 2, "8"), Row("ipv6.hlim", 21, 1, "64")


def test_equal_fields_agree_in_any_order():
    found = compare([PLEN, HLIM], [HLIM, PLEN])
    assert sorted(found.agreed) == sorted([PLEN, HLIM])
    assert [found.different, found.missing, found.extra] == [[], [], []]


def test_another_value_offset_or_length_is_different():
    for other in (PLEN._replace(show="9"), PLEN._replace(offset=20), PLEN._replace(length=3)):
        found = compare([PLEN], [other])
        assert found.different == [(PLEN, other)]
        assert [found.agreed, found.missing, found.extra] == [[], [], []]


def test_a_field_that_occurs_once_more_on_one_side_stands_alone():
    assert compare([PLEN], [PLEN, PLEN]).missing == [PLEN]
    assert compare([PLEN, PLEN], [PLEN]).extra == [PLEN]


def test_repeated_names_are_paired_by_their_place():
    here = [Row("ipv6.opt.type", 56, 1, "1"), Row("ipv6.opt.type", 58, 1, "2")]
    there = [Row("ipv6.opt.type", 58, 1, "3"), Row("ipv6.opt.type", 99, 1, "9")]
    assert (here[1], there[0]) in compare(here, there).different


def test_text_lines_and_own_remarks_are_not_compared():
    for name in ("", "_ws.expert.message", "sixscope.undecoded", "dpkt.dns.id"):
        assert not is_compared(name)
    assert is_compared("ipv6.plen")


def test_control_characters_are_escaped_as_tshark_does():
    assert pdml_text("a\r\n\x0f\x7f\\b ü") == "a\\r\\n\\xf\\x7f\\b ü"


def test_rows_have_every_field_once_and_no_layer():
    packet = dissect(bytes.fromhex("60000000000 03b40".replace(" ", "")) + bytes(32), 101)
    found = rows(packet)
    assert found.count(Row("ipv6.plen", 4, 2, "0")) == 1
    assert [row.name for row in found].count("ipv6.addr") == 2
    assert not any(row.name in ("ipv6", "frame") for row in found)
