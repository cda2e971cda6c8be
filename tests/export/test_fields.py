import pytest

from dissect import Packet
from dissect.export.fields import Fields, parse_options

NAMES = ("frame.number", "ipv6.addr", "ipv6", "ipv6.hlim", "ipv6.tclass", "_ws.col.Info")
WANTED = [word for name in NAMES for word in ("-e", name)]


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("-E", "header=y"),
        ("-E", "bom=y"),
        ("-E", "separator=,", "-E", "quote=d"),
        ("-E", "separator=/s", "-E", "quote=s"),
        ("-E", "occurrence=f"),
        ("-E", "occurrence=l"),
        ("-E", "aggregator=/s"),
        ("-E", "aggregator=;", "-E", "separator=|"),
    ],
)
def test_options_do_what_tsharks_do(shown, tshark, frame, options):
    frames = [frame(), frame(hops=255)]
    arguments = ["-T", "fields", *options, *WANTED]
    assert shown(frames, *arguments) == tshark(frames, *arguments)


def test_several_options_in_one_text_may_contain_commas():
    assert parse_options(("header=y,separator=,,quote=d", "aggregator=;")) == {
        "header": "y", "separator": ",", "quote": "d", "aggregator": ";",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("x=y", "'x=y'"), ("header", "'header'"), ("header=maybe", "header"),
     ("separator=ab", "one character"), ("separator=", "one character")],
)  # fmt: skip
def test_wrong_options_are_named(text, complaint):
    with pytest.raises(ValueError, match=complaint):
        parse_options((text,))


def test_missing_field_leaves_an_empty_cell(write, frame):
    out = write(Fields, Packet(frame()), fields=("ip.src", "ipv6.hlim"))
    assert out == "\t64\n"


def test_quotes_inside_quotes_are_doubled(write, frame):
    packet = Packet(frame(), comments=('say "x"',))
    out = write(Fields, packet, fields=("frame.comment",), options={"quote": "d"})
    assert out == '"say ""x"""\n'


def test_a_value_cannot_break_its_line(write, frame):
    packet = Packet(frame(), comments=("a\tb\nc\x1b",))
    assert write(Fields, packet, fields=("frame.comment",)) == "a\\tb\\nc\\x1b\n"
