"""Filters with mistakes: where they are, what may have been meant, and no other exceptions."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dissect.engine.packet import dissect
from dissect.filter import FilterError, compile_filter
from dissect.filter.syntax import MAX_DEPTH, MAX_LENGTH
from tests.filter.filters import ACCEPTED, lines

PACKET = dissect(
    bytes.fromhex(
        "333300000001020000000001" "86dd" "6000000000083a40"
        "fe800000000000000000000000000001" "ff020000000000000000000000000001" "80000000abcd0001"
    )
)  # fmt: skip


def mistake(text: str) -> FilterError:
    with pytest.raises(FilterError) as caught:
        compile_filter(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("ipv6.hlimm == 5", "ipv6.hlimm"),
        ("ipv6.hlim == 256", "256"),
        ("ipv6.hlim == 5 and eth.src == 00:11", "00:11"),
        ("ipv6 tcp", "tcp"),
        ('frame.protocols == "abc', '"abc'),
        ('frame.protocols == "a\\q"', "\\q"),
        ("eth.src[0:3, 4:0] == 00", " 4:0"),
        ("len(ipv6.src, ipv6.dst) == 3", "len(ipv6.src, ipv6.dst)"),
        ("ipv6.src == ip.src", "ip.src"),
        ("ipv6.hlim in {1, x}", "x"),
        ("ipv6.hlim == 1 + {2 * zwei}", "zwei"),
        ('frame.protocols matches "("', '"("'),
        ("ipv6.hlim # 2", "# 2"),
        ("$", "$"),
        ("not ip.addr contains 5", "ip.addr"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, place: str) -> None:
    error = mistake(text)
    assert text[error.start : error.end] == place


@pytest.mark.parametrize("text", ["ipv6 and", "(ipv6", "ipv6.hlim == ", "!"])
def test_an_unfinished_filter_is_told_at_its_end(text: str) -> None:
    error = mistake(text)
    assert error.start == len(text.rstrip())


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ipv6.hlimm == 5", "ipv6.hlim"),
        ("icmp6", "icmpv6"),
        ("IPv6.src == ::", "ipv6.src"),
        ("ipv6.hlim == ipv6.plenn", "ipv6.plen"),
        ('icmpv6.type == "Router Advertisment"', '"Router Advertisement"'),
        ('addr.kind == "link-locl"', '"link-local"'),
        ("addr.knd == 1", "addr.kind"),
        ("lenn(ipv6.src) == 1", "len"),
    ],
)
def test_what_may_have_been_meant_is_suggested(text: str, meant: str) -> None:
    assert meant in mistake(text).suggestions
    assert meant in mistake(text).question


def test_the_picture_has_carets_under_the_place() -> None:
    text = "ipv6 and ipv6.hlimm == 5"
    assert mistake(text).picture(text).split("\n") == [text, "         ^^^^^^^^^^"]


def test_the_picture_of_a_long_filter_is_its_part_around_the_place() -> None:
    text = "ipv6 or " * 100 + "nonsense"
    line, carets = mistake(text).picture(text).split("\n")
    assert len(line) <= 100
    assert line[carets.index("^") :] == "nonsense"


@pytest.mark.parametrize(
    "text",
    ["!" * 5000 + "ipv6", "not " * 3000 + "ipv6", "max(" * 200 + "ipv6.hlim" + ")" * 200 + "> 1",
     "eth.src" + "[0:1]" * 2000, "ipv6.hlim == " + "{1 + " * 200 + "1" + "}" * 200],
)  # fmt: skip
def test_parts_within_parts_have_a_limit(text: str) -> None:
    assert str(MAX_DEPTH) in mistake(text).message


@pytest.mark.parametrize("many", [10, 5000])
def test_parentheses_alone_are_no_parts(many: int) -> None:
    assert compile_filter("(" * many + "ipv6" + ")" * many)(PACKET)
    assert compile_filter("{" * many + "ipv6.hlim" + "}" * many + " == 64")(PACKET)


@pytest.mark.parametrize("word", [" or ", " and ", " xor "])
def test_many_parts_beside_each_other_are_fine(word: str) -> None:
    text = word.join(["ipv6.hlim == 64"] * 900)
    assert compile_filter(text)(PACKET) is (word != " xor ")


def test_a_long_sum_is_fine() -> None:
    assert compile_filter("ipv6.hlim" + " + 1" * 3000 + " == 3064")(PACKET)


def test_a_filter_that_is_too_long_is_refused() -> None:
    assert str(MAX_LENGTH) in mistake("ipv6 or " * MAX_LENGTH + "ipv6").message


WORDS = st.sampled_from(
    ["ipv6", "ipv6.hlim", "eth.src", "tcp.flags", "frame.protocols", "frame.time", "addr.kind",
     "64", "0x40", "::1", "fe80::/10", "192.0.2.1/24", "00:11:22", '"a"', 'r"\\"', "'a'", "==",
     "!=", "===", "!==", "<", ">=", "contains", "matches", "in", "not", "!", "and", "&&", "or",
     "xor", "all", "any", "&", "+", "-", "*", "/", "%", "(", ")", "{", "}", ",", "..", "[0:3]",
     "[1-2]", "[-1:]", "[", "#2", "#[1]", "len", "max", "string", "(?i)", "\\", '"', "'", ":", "."]
)  # fmt: skip


def is_filter_or_mistake(text: str) -> None:
    error = wanted = None
    try:
        wanted = compile_filter(text)
    except FilterError as caught:
        error = caught
    if error is not None:
        assert error.message
        assert error.picture(text)
        assert 0 <= error.start <= len(text)
    if wanted is not None:
        assert wanted(PACKET) in (True, False)
        assert wanted.explain()


@given(st.text(max_size=60))
@example("\ud800")
@example("ipv6.hlim == " + "9" * 5000)
@example("icmpv6.resptime == 0x" + "f" * 5000)
@example("icmpv6.resptime == " + "9" * 5000)
@example('frame.time > "9999-12-31 23:59:59"')
@example('frame.time > "0001-01-01 00:00:00+14:00"')
@example("frame.time_delta > 999999999999999")
@example('frame.protocols matches "a{99999999999}"')
@example('frame.protocols matches "' + "(" * 3000 + ")" * 3000 + '"')
@example("eth.src[99999999999999999999:1]")
@example("ipv6.src#99999999999999999999")
@example("eth.src[:99999999999999999999]")
def test_any_text_is_a_filter_or_a_mistake(text: str) -> None:
    is_filter_or_mistake(text)


@given(st.lists(WORDS, max_size=12).map(" ".join) | st.lists(WORDS, max_size=12).map("".join))
def test_any_words_are_a_filter_or_a_mistake(text: str) -> None:
    is_filter_or_mistake(text)


@given(st.sampled_from(lines(ACCEPTED)), st.integers(0, 60), st.text(max_size=3))
def test_a_filter_with_something_changed_is_a_filter_or_a_mistake(
    text: str, at: int, change: str
) -> None:
    is_filter_or_mistake(text[:at] + change + text[at + 1 :])
