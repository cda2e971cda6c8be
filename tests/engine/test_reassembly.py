"""Fragments: sorted, joined, given up; and never more of them held than is allowed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dissect.engine import reassembly
from dissect.engine.reassembly import Flag, Piece, Reassembly, Rules, Trouble

SECOND = 1_000_000_000
TOLERANT = Rules(timeout=30 * SECOND, overlaps=True)
STRICT = Rules(timeout=60 * SECOND, overlaps=False)


def arrive(held, *pieces, rules=TOLERANT, key="k", now=0):
    """Hand over (offset, octets, last) one after the other; the outcomes."""
    return [
        held.add(key, Piece(number, offset, octets, 17, last=last), now, rules, "Reassembled")
        for number, (offset, octets, last) in enumerate(pieces, 1)
    ]


def flags(whole):
    return {piece.frame: piece.flags for piece in whole.pieces}


FIRST, SECOND_PIECE, LAST = (0, b"abcdefgh", False), (8, b"ijklmnop", False), (16, b"qrs", True)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_any_order_gives_the_same_octets(order):
    pieces = [(FIRST, SECOND_PIECE, LAST)[index] for index in order]
    *waiting, done = arrive(Reassembly(), *pieces)
    assert [outcome.whole for outcome in waiting] == [None, None]
    assert done.whole.source.data == b"abcdefghijklmnopqrs"
    assert [piece.offset for piece in done.whole.pieces] == [0, 8, 16]
    assert done.datagram.frame == 3


def test_a_gap_before_the_end_is_not_whole():
    assert arrive(Reassembly(), FIRST, LAST)[-1].whole is None


def test_a_datagram_without_a_last_fragment_is_not_whole():
    assert arrive(Reassembly(), FIRST, SECOND_PIECE)[-1].whole is None


def test_a_datagram_that_was_whole_begins_anew():
    held = Reassembly()
    assert arrive(held, FIRST, SECOND_PIECE, LAST)[-1].whole
    assert (held.datagrams, held.held) == ({}, 0)
    assert arrive(held, LAST, FIRST)[-1].whole is None


def test_where_fragments_overlap_the_first_by_offset_gives_the_octets():
    done = arrive(Reassembly(), (4, b"EFGHIJKL", True), (0, b"abcdefgh", False))[-1].whole
    assert done.source.data == b"abcdefghIJKL"
    assert flags(done) == {2: Flag(0), 1: Flag.OVERLAP | Flag.CONFLICT}


def test_of_two_at_the_same_offset_the_one_that_came_first_counts():
    done = arrive(Reassembly(), FIRST, (0, b"ABCDEFGH", False), (8, b"i", True))[-1].whole
    assert done.source.data == b"abcdefghi"
    assert flags(done) == {1: Flag(0), 2: Flag.OVERLAP | Flag.CONFLICT, 3: Flag(0)}


def test_an_overlap_with_the_same_octets_is_no_conflict():
    done = arrive(Reassembly(), FIRST, (4, b"efghijkl", True))[-1].whole
    assert flags(done)[2] == Flag.OVERLAP


def test_the_first_last_fragment_gives_the_length():
    done = arrive(Reassembly(), (8, b"ij", True), (8, b"ijkl", True), FIRST)[-1].whole
    assert done.source.data == b"abcdefghij"
    assert flags(done)[2] == Flag.OVERLAP | Flag.TAILS | Flag.TOO_LONG


def test_octets_behind_the_end_are_left_out():
    done = arrive(Reassembly(), (96, b"zzzzzzzz", False), (8, b"ij", True), FIRST)[-1].whole
    assert done.source.data == b"abcdefghij"
    assert flags(done)[1] == Flag.TOO_LONG


def test_strict_rules_discard_a_datagram_whose_fragments_overlap():
    held = Reassembly()
    outcomes = arrive(held, FIRST, (4, b"efghijkl", False), (12, b"m", True), rules=STRICT)
    assert [outcome.trouble for outcome in outcomes] == [
        Trouble.NONE, Trouble.OVERLAP, Trouble.DISCARDED,
    ]  # fmt: skip
    assert not any(outcome.whole for outcome in outcomes)
    assert held.held == reassembly.OVERHEAD


@pytest.mark.parametrize(
    ("piece", "trouble"),
    [
        ((0, b"abcdefgh", False), Trouble.NONE),
        ((0, b"ABCDEFGH", False), Trouble.OVERLAP),
        ((0, b"abcdefgh", True), Trouble.OVERLAP),
        ((0, b"abcd", False), Trouble.OVERLAP),
        ((0, b"abcdefghijklmnop", False), Trouble.OVERLAP),
        ((8, b"ijklmnopqr", False), Trouble.OVERLAP),
    ],
)
def test_strict_rules_bear_an_exact_repetition_only(piece, trouble):
    assert arrive(Reassembly(), FIRST, LAST, piece, rules=STRICT)[-1].trouble is trouble


@pytest.mark.parametrize(("after", "whole"), [(30 * SECOND, True), (30 * SECOND + 1, False)])
def test_fragments_wait_as_long_as_the_rules_say(after, whole):
    held = Reassembly()
    arrive(held, FIRST, SECOND_PIECE)
    (outcome,) = arrive(held, LAST, now=after)
    assert bool(outcome.whole) is whole
    assert outcome.trouble is (Trouble.NONE if whole else Trouble.LATE)


def test_without_times_fragments_wait_for_ever():
    held = Reassembly()
    arrive(held, FIRST, SECOND_PIECE, now=None)
    assert arrive(held, LAST, now=10**18)[0].whole


def test_the_oldest_datagram_gives_way_and_is_counted(monkeypatch):
    monkeypatch.setattr(reassembly, "MAX_DATAGRAMS", 2)
    held = Reassembly()
    for key in "abc":
        arrive(held, FIRST, key=key)
    assert (list(held.datagrams), held.evicted) == (["b", "c"], 1)


def test_octets_held_are_bounded_and_counted():
    held = Reassembly(10_000)
    for key in range(100):
        arrive(held, (0, bytes(2000), False), key=key)
        assert held.held == sum(d.cost for d in held.datagrams.values()) <= 10_000
    assert held.evicted == 100 - len(held.datagrams)


def test_fragments_of_one_datagram_are_bounded(monkeypatch):
    monkeypatch.setattr(reassembly, "MAX_PIECES", 10)
    held = Reassembly()
    arrive(held, *[FIRST] * 25)
    assert len(held.datagrams["k"].pieces) == 5
    assert held.evicted == 2


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3), st.integers(0, 12), st.binary(min_size=1, max_size=40),
            st.booleans(), st.integers(0, 40 * SECOND), st.booleans(),
        ),
        max_size=60,
    )
)  # fmt: skip
def test_whatever_comes_what_is_held_is_accounted_for(arrivals):
    held = Reassembly()
    for number, (key, unit, octets, last, now, strict) in enumerate(arrivals):
        piece = Piece(number, 8 * unit, octets, 17, last=last)
        outcome = held.add((key, strict), piece, now, STRICT if strict else TOLERANT, "r")
        if outcome.whole is not None:
            source, pieces = outcome.whole
            assert pieces[0].offset == 0
            assert len(source.data) <= max(piece.end for piece in pieces)
            assert not any(piece.octets for piece in pieces)
        assert held.held == sum(datagram.cost for datagram in held.datagrams.values())


@given(st.binary(min_size=9, max_size=400), st.randoms(use_true_random=False))
def test_a_datagram_cut_anywhere_comes_together_again(octets, chance):
    """In any order, and the first that comes comes twice."""
    units = (len(octets) - 1) // 8
    starts = sorted({0, *(8 * chance.randint(1, units) for _ in range(6))})
    ends = [*starts[1:], len(octets)]
    pieces = [(s, octets[s:e], e == len(octets)) for s, e in zip(starts, ends, strict=True)]
    chance.shuffle(pieces)
    *waiting, done = arrive(Reassembly(), pieces[0], *pieces, rules=STRICT)
    assert not any(outcome.whole for outcome in waiting)
    assert done.whole.source.data == octets
