import json
from xml.etree import ElementTree

import pytest

from dissect.export.sanitise import json_string, visible, xml_text

HOSTILE = [
    ("\x1b[2J", "\\x1b[2J"),
    ("\x00\x07\x08", "\\x00\\x07\\x08"),
    ("\x7f", "\\x7f"),
    ("\x9b31m", "\\x9b31m"),
    ("a\u202eb", "a\\u202eb"),
    ("a\u2066b\u2069", "a\\u2066b\\u2069"),
    ("a\u200bb\u200d\ufeff", "a\\u200bb\\u200d\\ufeff"),
    ("a\xadb", "a\\xadb"),
    ("\udc80", "\\udc80"),
    ("\ud800", "\\ud800"),
    ("\u2028\u2029", "\\u2028\\u2029"),
    ("\U000e0041", "\\U000e0041"),
    ("one\r\ntwo\tthree", "one\\r\\ntwo\\tthree"),
]


@pytest.mark.parametrize(("text", "expected"), HOSTILE)
def test_characters_that_a_terminal_interprets_become_visible(text, expected):
    assert visible(text) == expected


@pytest.mark.parametrize("text", ["plain", "··A····S·", "→", "größer 漢字 😀", "a\xa0b\u3000c", ""])
def test_ordinary_text_in_any_script_is_left_alone(text):
    assert visible(text) == text


@pytest.mark.parametrize("text", [text for text, _ in HOSTILE] + ['"\\/', "ünï", "😀\x1b"])
def test_json_holds_the_very_text_and_no_raw_control(text):
    written = json_string(text)
    assert written.isprintable()
    expected = text if text.encode("utf-8", "replace").decode() == text else visible(text)
    assert json.loads(written) == expected


@pytest.mark.parametrize("text", [text for text, _ in HOSTILE] + ["<&>\"'", "\ufffe", "\U0001ffff"])
def test_xml_stays_well_formed_and_shows_what_it_cannot_hold(text):
    written = xml_text(text)
    assert written.isprintable()
    read = ElementTree.fromstring(f'<a b="{written}"/>').get("b")
    assert visible(read) == visible(text)


def test_every_code_point_passes_all_three_gates():
    every = "".join(map(chr, range(0x110000)))
    assert json.loads(json_string(every))
    assert ElementTree.fromstring(f'<a b="{xml_text(every)}"/>').get("b")
    assert not any(ord(c) < 32 or c in "\x7f\x9b\u202e\u200b" for c in visible(every))
