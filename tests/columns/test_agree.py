"""Columns and trees agree, on every packet that there is and on many that are broken."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dissect import Packet, open_capture
from dissect.capture.record import CaptureError
from dissect.columns import chunks
from tests.captures_list import OURS, THEIRS, name, some
from tests.columns.agree import chunks_of, disagreements
from tests.test_hostile import different_packets


def packets_by_link_type() -> dict[int, list[bytes]]:
    """Packets of our captures, two of each chain and kind of message."""
    found: dict[int, list[bytes]] = {}
    kinds: Counter[tuple[object, ...]] = Counter()
    for path in OURS:
        for octets, link_type in different_packets(path):
            packet = Packet(octets, link_type)
            kind = (link_type, packet.chain, packet.info[:5])
            kinds[kind] += 1
            if len(octets) < 1600 and kinds[kind] <= 2:
                found.setdefault(link_type, []).append(octets)
    return found


SAMPLES = packets_by_link_type()


def all_disagreements(packets, link_type, **options) -> list[str]:
    return [
        line for chunk in chunks_of(packets, link_type) for line in disagreements(chunk, **options)
    ]


@pytest.mark.parametrize("path", OURS, ids=name)
def test_every_row_that_is_sure_says_what_its_tree_says(path):
    with open_capture(path, reassemble=False) as capture:
        for chunk in chunks(capture):
            assert disagreements(chunk) == []


@pytest.mark.parametrize("path", some(OURS, 3), ids=name)
def test_what_is_known_holds_for_a_packet_that_comes_after_others_too(path):
    with open_capture(path) as capture:
        packets = iter(capture)
        for chunk in chunks(path):
            assert disagreements(chunk, packets=packets) == []


@pytest.mark.parametrize("path", some(OURS, 3), ids=name)
def test_rows_that_are_resolved_have_the_chain_of_their_tree(path):
    for chunk in chunks(path):
        chunk.resolve()
        for row in range(len(chunk)):
            assert chunk.chains.text(int(chunk.chain[row])) == chunk.packet(row).chain


@pytest.mark.sweep
@pytest.mark.parametrize("path", THEIRS, ids=name)
def test_captures_from_elsewhere(path):
    try:
        with open_capture(path) as capture:
            packets = iter(capture)
            for chunk in chunks(path):
                assert disagreements(chunk, packets=packets) == []
        with open_capture(path, reassemble=False) as capture:
            for chunk in chunks(capture):
                assert disagreements(chunk) == []
    except CaptureError:
        pass  # damaged or no capture: what came before was compared


@pytest.mark.parametrize("link_type", sorted(SAMPLES))
def test_packets_that_are_cut_anywhere(link_type):
    """By the capture, and for good."""
    for whole in SAMPLES[link_type]:
        sizes = range(0, min(len(whole), 300), 1 if len(whole) < 160 else 3)
        cut = [(whole[:size], original) for size in sizes for original in (size, len(whole))]
        assert all_disagreements(cut, link_type, fields=False) == []


@pytest.mark.parametrize("link_type", sorted(SAMPLES))
def test_packets_with_octets_turned_over(link_type):
    chance, changed = random.Random(link_type), []
    for whole in SAMPLES[link_type]:
        for _ in range(60 if len(SAMPLES[link_type]) < 100 else 10):
            octets = bytearray(whole)
            for _ in range(chance.choice((1, 1, 2, 8))):
                at = chance.randrange(min(len(octets), 160)) if octets else 0
                octets[at : at + 1] = bytes((chance.choice((0, 1, 4, 0x7F, 0xFF, 41, 44, 58, 60)),))
            changed.append((bytes(octets), len(octets) + chance.choice((0, 0, 0, 100))))
    assert all_disagreements(changed, link_type) == []


@settings(max_examples=300)
@given(data=st.data())
def test_any_change_to_any_packet(data):
    link_type = data.draw(st.sampled_from(sorted(SAMPLES)))
    octets = bytearray(data.draw(st.sampled_from(SAMPLES[link_type])))
    edits = st.tuples(st.integers(0, 127), st.integers(0, 255))
    for at, value in data.draw(st.lists(edits, max_size=6)):
        if at < len(octets):
            octets[at] = value
    size = data.draw(st.integers(0, len(octets)) | st.just(len(octets)))
    original = data.draw(st.sampled_from((size, len(octets), len(octets) + 50)))
    assert all_disagreements([(bytes(octets[:size]), original)], link_type) == []


@settings(max_examples=150)
@given(octets=st.binary(max_size=200), link_type=st.sampled_from(sorted(SAMPLES)))
def test_any_octets(octets, link_type):
    assert all_disagreements([(octets, len(octets))], link_type) == []
