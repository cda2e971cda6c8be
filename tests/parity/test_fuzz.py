"""A few random packets of each family beside tshark; ``make fuzz-parity`` has many."""

import os
import shutil

import pytest

from tests.parity.fuzz.run import FAMILIES, compared, guilty, made, troubles

needs_tshark = pytest.mark.skipif(
    not shutil.which("tshark") and os.environ.get("CI") != "true",
    reason="tshark is not installed",
)


@pytest.mark.tshark
@needs_tshark
def test_whole_packets_of_every_family_agree_with_tshark():
    packets = [packet for family in FAMILIES for packet in made(family, 6006, 10, lies=0)]
    tally = compared(packets, jobs=1)
    assert tally.packets == len(packets)
    assert not troubles(tally), guilty(packets, tally)


@pytest.mark.tshark
@needs_tshark
@pytest.mark.parametrize("seed", [1, 2])
def test_broken_packets_agree_with_tshark(seed):
    packets = [packet for family in FAMILIES for packet in made(family, seed, 12)]
    tally = compared(packets, jobs=1)
    assert tally.packets == len(packets)
    assert not troubles(tally), guilty(packets, tally)


def test_packets_depend_on_family_seed_and_number_alone():
    for family in FAMILIES:
        ten, five = list(made(family, 3, 10)), list(made(family, 3, 5))
        assert ten[:5] == five
        assert [p.octets for p in ten] != [p.octets for p in made(family, 4, 10)]


def test_some_packets_of_every_family_are_broken():
    for family in FAMILIES:
        whole = [p.octets for p in made(family, 5, 60, lies=0)]
        assert whole != [p.octets for p in made(family, 5, 60)]
