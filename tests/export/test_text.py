import pytest
from click.testing import CliRunner

from dissect import Packet
from dissect.cli.main import main
from dissect.export.text import Text
from dissect.export.times import seconds
from dissect.show import run
from tests.captures_list import ROOT


def test_columns_are_as_wide_as_tsharks(shown, tshark, frame):
    frames = [frame(sequence=n) for n in range(12)]
    assert shown(frames) == tshark(frames)


@pytest.mark.parametrize("form", ["r", "a", "ad", "adoy", "d", "dd", "e", "u", "ud", "udoy"])
def test_time_formats_are_tsharks(shown, tshark, frame, form):
    frames = [frame(), frame(), frame()]
    assert shown(frames, "-t", form) == tshark(frames, "-t", form)


@pytest.mark.parametrize("form", ["r", "ad", "e"])
@pytest.mark.parametrize("few", [1, 10**6], ids=["columns", "trees"])
def test_a_pcap_that_counts_nanoseconds_shows_nine_decimals(monkeypatch, tshark_of, form, few):
    monkeypatch.setattr(run, "FEW", few)
    path = str(ROOT / "captures" / "pcap_nanoseconds.pcap")
    ours = CliRunner().invoke(main, ["show", "-n", "-t", form, path]).stdout
    assert ours == tshark_of(path, "-t", form)


def test_line_and_octets_are_as_with_tshark(shown, tshark, frame):
    frames = [frame(), frame(bytes(range(256)))]
    assert shown(frames, "-x") == tshark(frames, "-P", "-x")


def test_delta_to_the_packet_shown_before_skips_the_others(shown, frame):
    lines = shown([frame()] * 4, "-t", "dd", "--packets", "1,4").splitlines()
    assert [line.split()[:2] for line in lines] == [["1", "0.000000"], ["4", "0.003003"]]


def test_long_offsets_take_more_digits(write):
    last = write(Text, Packet(bytes(0x10001)), hexdump=True).splitlines()[-2]
    assert last.startswith("010000  00 ")


@pytest.mark.parametrize(
    ("nanoseconds", "digits", "expected"),
    [(-1, 9, "-0.000000001"), (-1_500_000_000, 3, "-1.500"), (1_999_999_999, 6, "1.999999"),
     (5, 0, "0"), (12_300_000_000, 1, "12.3")],
)  # fmt: skip
def test_seconds_are_cut_not_rounded_and_keep_their_sign(nanoseconds, digits, expected):
    assert seconds(nanoseconds, digits) == expected


def test_packet_without_a_time_leaves_the_column_empty(write):
    assert write(Text, Packet(b"", time_ns=None)).startswith("    1 " + 10 * " " + " ")


def test_colours_only_when_asked_for(write, frame):
    assert "\x1b[" not in write(Text, Packet(frame()))
    assert "\x1b[" in write(Text, Packet(frame()), color=True)
