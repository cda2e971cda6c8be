"""Cells on lines: how wide columns are, and where what is too long goes on."""

from __future__ import annotations

import pytest

from dissect.report.formats.grid import Pillar, folded, grid


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 4, [""]),
        ("two words", 9, ["two words"]),
        ("two words", 8, ["two", "words"]),
        ("a  b", 1, ["a", "b"]),
        ("ab abcdefg", 3, ["ab", "abc", "def", "g"]),
        ("  indented", 10, ["  indented"]),
        ("日本 日本", 4, ["日本", "日本"]),
        ("日本日", 4, ["日本", "日"]),
    ],
)
def test_lines_break_between_words_and_inside_of_long_ones(text, width, lines):
    assert folded(text, width) == lines


def test_numbers_stand_to_the_right_and_spaces_between_columns():
    pillars = [Pillar("Name", ["a", "bcdef"]), Pillar("N", ["1,234", "5"], right=True)]
    assert list(grid(pillars, 80, 3, str.upper)) == [
        "NAME        N",
        "─" * 13,
        "a       1,234",
        "bcdef       5",
    ]


def test_text_gives_way_where_a_line_is_too_short_and_numbers_do_not():
    pillars = [
        Pillar("One title", ["aa bb cc dd"]), Pillar("", ["x"]), Pillar("N", ["123456"], right=True)
    ]  # fmt: skip
    assert list(grid(pillars, 16, 2, str)) == [
        "One",
        "title          N",
        "─" * 16,
        "aa bb  x  123456",
        "cc dd",
    ]


def test_without_room_at_all_a_character_is_on_a_line():
    assert list(grid([Pillar("", ["abc"]), Pillar("", ["12345"], right=True)], 4, 1)) == [
        "a 12345", "b", "c"
    ]  # fmt: skip


def test_wide_characters_take_two_cells():
    assert list(grid([Pillar("", ["日本", "abcd"]), Pillar("", ["x", "y"])], 80, 1)) == [
        "日本 x", "abcd y"
    ]  # fmt: skip
